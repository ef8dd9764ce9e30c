"""That a Python file is not formatted, by ``black --check`` and ``isort --check-only``; and what black cannot parse."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_BLACK = re.compile(r"(?P<message>would reformat) (?P<file>\S.*)$")
_ISORT = re.compile(r"ERROR: (?P<file>\S.*?) (?P<message>Imports are incorrectly sorted(?: and/or formatted)?\.)$")
_OLD = re.compile(
    r"error: cannot format (?P<file>\S.*?): (?P<message>Cannot parse(?: for target version .*?)?: "
    r"(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): .*)$"
)
_NEW = re.compile(r"error: cannot parse: (?P<file>\S.*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})$")
_OTHER = re.compile(r"error: cannot format (?P<file>\S.*?): (?P<message>\S.*)$")
_RAISED = re.compile(r"[A-Za-z]{1,40}Error: \S")
_MARKS = ("would reformat ", "Imports are incorrectly sorted", "error: cannot ")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per file. The column of a file that cannot be parsed is counted from 0 by black."""
    if not any(mark in text for mark in _MARKS):
        return ()
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for number, line in enumerate(lines, 1):
        if len(found) == MOST_PARSED:
            break
        new = _line(lines, number, line) if line.startswith(("would", "ERROR: ", "error: cannot ")) else None
        if new:
            found.append(new)
    return tuple(found)


def _line(lines: list[str], number: int, line: str) -> Diagnostic | None:
    for pattern, source, code in ((_BLACK, "black", ""), (_ISORT, "isort", ""), (_OLD, "black", "syntax")):
        match = pattern.match(line)
        if match:
            return _diagnostic(match, source, code, number)
    match = _NEW.match(line)
    if match:
        below = [n for n in range(number, min(number + 4, len(lines))) if _RAISED.match(lines[n])]
        said, last = (lines[below[0]].strip(), below[0] + 1) if below else ("cannot parse", number)
        place = (match["file"], int(match["line"]), int(match["column"]) + 1)
        return Diagnostic(*place, Severity.ERROR, "syntax", said, "black", read_from=number, read_to=last)
    match = _OTHER.match(line)
    return _diagnostic(match, "black", "", number) if match else None


def _diagnostic(match: re.Match[str], source: str, code: str, number: int) -> Diagnostic:
    parts = match.groupdict()
    line = int(parts.get("line") or 0)
    column = int(parts["column"]) + 1 if parts.get("column") else 0
    where = (parts["file"].rstrip(), line, column)
    return Diagnostic(*where, Severity.ERROR, code, parts["message"], source, read_from=number, read_to=number)
