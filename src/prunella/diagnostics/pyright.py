"""pyright and basedpyright: text, with messages of several lines, and ``--outputjson``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from prunella.diagnostics import embedded
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HEAD = re.compile(
    r"\s{0,4}(?P<file>\S.*?\.\w{1,5}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}) - "
    r"(?P<severity>error|warning|information): (?P<message>.*)"
)
_RULE = re.compile(r"(?P<words>.*\S) \((?P<code>report\w+)\)$")
_SEVERITY = {"error": Severity.ERROR, "warning": Severity.WARNING, "information": Severity.NOTE}
_MARKS = (" - error: ", " - warning: ", " - information: ")
_MOST_WORDS = 40


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per finding, the explanation below it in its message."""
    found = _text(text.split("\n")) if any(mark in text for mark in _MARKS) else []
    for value, first, last in embedded.values(text, '"generalDiagnostics"', '"severity"'):
        for record in embedded.records(value, "generalDiagnostics"):
            new = _record(record)
            if new and len(found) < MOST_PARSED:
                found.append(replace(new, read_from=first, read_to=last))
    return tuple(found)


def _text(lines: list[str]) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    open_words: list[str] = []
    for number, line in enumerate(lines, 1):
        if len(found) == MOST_PARSED:
            break
        line = line.replace("\u00a0", " ")  # noqa: PLW2901 -- pyright indents with no-break spaces
        match = _HEAD.match(line) if any(mark in line for mark in _MARKS) else None
        if match:
            where = (match["file"], int(match["line"]), int(match["column"]))
            open_words = [match["message"]]
            new = Diagnostic(*where, _SEVERITY[match["severity"]], "", "", "pyright", read_from=number)
            found.append(_told(new, open_words, number))
        elif open_words and line.startswith("    ") and len(open_words) < _MOST_WORDS and not found[-1].code:
            open_words.append(line[2:])
            found[-1] = _told(found[-1], open_words, number)
        else:
            open_words = []
    return found


def _told(found: Diagnostic, words: list[str], last: int) -> Diagnostic:
    """With the words so far; the rule stands at the end of the last one."""
    rule = _RULE.match(words[-1])
    told = [*words[:-1], rule["words"]] if rule else words
    return replace(found, message="\n".join(told).rstrip(), code=rule["code"] if rule else "", read_to=last)


def _record(record: dict[str, Any]) -> Diagnostic | None:
    """One finding of ``--outputjson``; its lines and columns count from 0."""
    severity = _SEVERITY.get(embedded.words(record, "severity"))
    place = record.get("range")
    if severity is None:
        return None
    start_line, start_column, end_line, end_column = (
        _one_based(place, edge, part) for edge in ("start", "end") for part in ("line", "character")
    )
    file, code, message = (embedded.words(record, key) for key in ("file", "rule", "message"))
    message = message.replace("\u00a0", " ")
    return Diagnostic(
        file, start_line, start_column, severity, code, message, "pyright", end_line=end_line, end_column=end_column
    )


def _one_based(place: Any, edge: str, part: str) -> int:
    inner = place.get(edge) if isinstance(place, dict) else None
    value = inner.get(part) if isinstance(inner, dict) else None
    return value + 1 if isinstance(value, int) and 0 <= value < 10_000_000 else 0
