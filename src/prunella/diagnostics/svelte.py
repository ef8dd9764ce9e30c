"""svelte-check: ``--output human``, ``human-verbose``, ``machine``, ``machine-verbose`` (its README); 2 to 4."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.jsonlog import number, words
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,500}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})$"
_TITLE = r"(?P<kind>Error|Warn|Hint): (?P<message>.*)"
_FROM = r"^(?P<message>.*) \((?P<from>svelte(?:\(\w{1,20}\))?|ts|js|css|scss|less|plugin)\)\s*$"
_MACHINE = (
    r'[0-9]+ (?P<kind>ERROR|WARNING) (?P<file>"(?:[^"\\]|\\.)*") (?P<line>[0-9]+):(?P<column>[0-9]+) (?P<said>".*")$'
)
_VERBOSE = r'[0-9]+ (?P<said>\{"type":"(?:ERROR|WARNING)".*\})$'
_SEVERITY = {"error": Severity.ERROR, "warn": Severity.WARNING, "warning": Severity.WARNING, "hint": Severity.NOTE}
_LONGEST_MESSAGE = 40
_LONGEST_TRACE = 60


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors, warnings and hints. The human forms name no code; ``machine-verbose`` does."""
    if "svelte" not in text:
        return ()
    place, machine, verbose = re.compile(_PLACE), re.compile(_MACHINE), re.compile(_VERBOSE)
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for index, line in enumerate(lines):
        if len(found) == MOST_PARSED:
            break
        where = place.match(line) if line[-1:].isdigit() and index + 1 < len(lines) else None
        if where:
            found += _human(where, lines, index)
        elif line[:1].isdigit() and line.endswith('"') and (row := machine.match(line)):
            found += _machine(row, index + 1)
        elif line[:1].isdigit() and line.endswith("}") and (row := verbose.match(line)):
            found += _verbose(row["said"], index + 1)
    return tuple(found)


def noise(text: str) -> Iterator[tuple[int, int]]:
    """A preprocessor's stack trace; the error itself is told below, with its place."""
    if "Preprocessing failed" not in text:
        return
    first = 0
    for at, line in enumerate(text.split("\n"), 1):
        if line.startswith("Preprocessing failed"):
            first = at
        elif first and (line.startswith("}") or at - first > _LONGEST_TRACE or not line.strip()):
            yield first, at
            first = 0


def _human(where: re.Match[str], lines: list[str], index: int) -> list[Diagnostic]:
    title = re.match(_TITLE, lines[index + 1])
    if not title:
        return []
    said = [title["message"]]
    last = index + 1
    source = re.compile(_FROM)
    while not source.match(said[-1]) and not said[-1].endswith(" ") and len(said) < _LONGEST_MESSAGE:
        last += 1  # a message of several lines ends with where it is from, or with a blank when that is unknown
        if last >= len(lines) or not lines[last].strip():
            last -= 1
            break
        said.append(lines[last])
    ending = source.match(said[-1])
    said[-1] = (ending["message"] if ending else said[-1]).rstrip()
    end = last
    while end + 1 < len(lines) and lines[end + 1].strip() and end - last < 4 and not lines[end + 1].startswith("===="):
        end += 1  # human-verbose: the line before, the line, the line after
    severity = _SEVERITY[title["kind"].lower()]
    place = (where["file"], int(where["line"]), int(where["column"]))
    message = "\n".join(said).rstrip()
    return [Diagnostic(*place, severity, "", message, "svelte-check", read_from=index + 1, read_to=end + 1)]


def _machine(row: re.Match[str], line: int) -> list[Diagnostic]:
    import json

    try:
        file, said = json.loads(row["file"]), json.loads(row["said"])
    except (ValueError, RecursionError):
        return []
    place = (number(int(row["line"][:8])), number(int(row["column"][:8])))
    severity = _SEVERITY[row["kind"].lower()]
    return [Diagnostic(file, *place, severity, "", said.rstrip(), "svelte-check", read_from=line, read_to=line)]


def _verbose(said: str, line: int) -> list[Diagnostic]:
    """One JSON object; its lines and columns count from 0."""
    import json

    try:
        value = json.loads(said)
    except (ValueError, RecursionError):
        return []
    start, end = _position(value.get("start")), _position(value.get("end"))
    code = value.get("code")
    code = f"TS{code}" if isinstance(code, int) and not isinstance(code, bool) else words(code)
    severity = _SEVERITY.get(words(value.get("type")).lower(), Severity.ERROR)
    message = words(value.get("message")).rstrip()
    file = words(value.get("filename"))
    return [Diagnostic(file, *start, severity, code, message, "svelte-check", (), *end, read_from=line, read_to=line)]


def _position(value: object) -> tuple[int, int]:
    if not isinstance(value, dict):
        return 0, 0
    line, column = value.get("line"), value.get("character")
    return tuple(number(at + 1) if isinstance(at, int) else 0 for at in (line, column))  # type: ignore[return-value]
