"""A diagnosis as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), one run per tool."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

from prunella.domain import Location
from prunella.report.diagnosis import Diagnosis, Entry

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "ROOT"


def sarif(diagnosis: Diagnosis, root: str) -> str:
    """The document. Paths below ``root`` are relative to it, as SARIF wants them: URIs with a base."""
    by_tool: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for number, entry in enumerate(diagnosis.entries):
        by_tool[entry.diagnostic.source or "unknown"].append((number, entry))
    runs = [_run(tool, told, diagnosis, root) for tool, told in by_tool.items()]
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs or [_run("prunella", [], diagnosis, root)]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _run(tool: str, told: list[tuple[int, Entry]], diagnosis: Diagnosis, root: str) -> dict[str, object]:
    codes = dict.fromkeys(entry.diagnostic.code for _, entry in told if entry.diagnostic.code)
    rules = {code: number for number, code in enumerate(codes)}
    return {
        "tool": {"driver": {"name": tool, "rules": [{"id": code} for code in rules]}},
        "originalUriBaseIds": {_ROOT: {"uri": Path(root).as_uri().rstrip("/") + "/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(number, entry, rules, diagnosis) for number, entry in told],
    }


def _result(number: int, entry: Entry, rules: dict[str, int], diagnosis: Diagnosis) -> dict[str, object]:
    found = entry.diagnostic
    result: dict[str, object] = {
        "level": str(found.severity),
        "message": {"text": _text(found.message) or found.code or str(found.severity)},
        "partialFingerprints": {"prunella/v1": entry.fingerprint},
        "properties": {"errorClass": str(entry.error_class), "root": entry.cause == number},
    }
    if found.code:
        result |= {"ruleId": found.code, "ruleIndex": rules[found.code]}
    if found.file:
        region = _region(found.line, found.column, found.end_line, found.end_column)
        result["locations"] = [{"physicalLocation": _physical(found.file, region)}]
    related = [_related(place) for place in found.related if place.file]
    if related:
        result["relatedLocations"] = related
    if entry.cause != number:
        result["properties"] = {
            "errorClass": str(entry.error_class),
            "root": False,
            "cause": diagnosis.entries[entry.cause].fingerprint,
        }
    return result


def _related(place: Location) -> dict[str, object]:
    told: dict[str, object] = {"physicalLocation": _physical(place.file, _region(place.line, place.column, 0, 0))}
    return told | {"message": {"text": _text(place.message)}} if place.message else told


def _physical(file: str, region: dict[str, int]) -> dict[str, object]:
    artifact: dict[str, str] = {"uri": quote(_text(file).replace("\\", "/"), safe="/@+,;=~!$&'()*")}
    if file.startswith("/"):
        artifact["uri"] = "file://" + artifact["uri"]
    elif len(file) > 1 and file[1] == ":":
        artifact["uri"] = f"file:///{file[0]}:" + artifact["uri"].removeprefix(file[0]).removeprefix("%3A")
    else:
        artifact["uriBaseId"] = _ROOT
    return {"artifactLocation": artifact, "region": region} if region else {"artifactLocation": artifact}


def _region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    """Only what is known, and only what SARIF allows: an end is never before its start."""
    if not line:
        return {}
    region = {"startLine": line}
    if column:
        region["startColumn"] = column
    if end_line >= line:
        region["endLine"] = end_line
    if end_column and (end_line > line or end_column >= max(column, 1)):
        region["endColumn"] = end_column
    return region


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
