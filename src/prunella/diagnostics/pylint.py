"""pylint: text, parseable, msvs, the form before 1.0, and JSON. Its columns count from 0.

Errors and fatal messages are errors, warnings are warnings, conventions, refactorings and information are notes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics import embedded
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_TEXT = re.compile(
    r"(?P<file>\S.*?\.\w{1,5}):(?P<line>[0-9]{1,7}):(?:(?P<column>[0-9]{1,7}):)? ?"
    r"(?P<code>[CRWEFI][0-9]{4})(?:\([\w-]+\))?: (?P<message>.*)"
)
_PARSEABLE = re.compile(
    r"(?P<file>\S.*?\.\w{1,5})(?::(?:[\w.]+:)?(?P<line>[0-9]{1,7})|\((?P<bracketed>[0-9]{1,7})\)): "
    r"\[(?P<code>[CRWEFI](?:[0-9]{4})?)(?:\((?P<symbol>[\w-]+)\))?[^\]]*\] ?(?P<message>.*)"
)
_HINT = re.compile(r": ?\[?[CRWEFI](?:[0-9]{4})?[](:,]")
_SYMBOL = re.compile(r"(?P<words>.*\S) \([a-z][a-z0-9-]*\)$", re.DOTALL)
_ENDS = ("-error)", "-code)", "-failed)", "-modules)", "-import)")
_LONGEST_MESSAGE = 80
_BY_LETTER = {"E": Severity.ERROR, "F": Severity.ERROR, "W": Severity.WARNING}


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per message."""
    found: list[Diagnostic] = []
    lines = text.split("\n") if _HINT.search(text) else []
    for number, line in enumerate(lines, 1):
        if len(found) == MOST_PARSED:
            break
        match = _match(line)
        if match:
            found.append(_diagnostic(match, number, _continued(match, lines, number)))
    key = '"message-id"' if '"message-id"' in text else '"messageId"'
    for value, first, last in embedded.values(text, key, '"symbol"', '"path"'):
        found += _json(value, first, last)
    return tuple(found[:MOST_PARSED])


def _match(line: str) -> re.Match[str] | None:
    if line.startswith("::"):  # A workflow command of GitHub.
        return None
    if ": [" in line:
        return _PARSEABLE.match(line)
    return _TEXT.match(line) if ":" in line and ": " in line else None


def _continued(match: re.Match[str], lines: list[str], number: int) -> list[str]:
    """The rest of a message of several lines (duplicate code, files that cannot be read): up to the one that ends with
    the symbol."""
    if match.groupdict().get("symbol") or match["message"].rstrip().endswith(")"):
        return []
    for end in range(number, min(len(lines), number + _LONGEST_MESSAGE)):
        if lines[end].startswith("************* ") or _match(lines[end]):
            break
        if _SYMBOL.match(lines[end]) and lines[end].endswith(_ENDS):
            return lines[number : end + 1]
    return []


def _diagnostic(match: re.Match[str], number: int, more: list[str]) -> Diagnostic:
    parts = match.groupdict()
    column = int(parts["column"]) + 1 if parts.get("column") else 0
    line = int(parts["line"] or parts.get("bracketed") or 0)
    said = "\n".join([parts["message"], *more]).rstrip()
    symbol = _SYMBOL.match(said) if "symbol" not in parts else None
    message = symbol["words"] if symbol else said
    severity = _BY_LETTER.get(parts["code"][0], Severity.NOTE)
    where = (parts["file"], line, column)
    return Diagnostic(*where, severity, parts["code"], message, "pylint", read_from=number, read_to=number + len(more))


def _json(value: object, first: int, last: int) -> list[Diagnostic]:
    found = []
    for record in embedded.records(value, "messages"):
        code = embedded.words(record, "message-id", "messageId")
        if not code or not embedded.words(record, "path"):
            continue
        column, end_column = record.get("column"), record.get("endColumn")
        spot = (embedded.words(record, "path"), embedded.number(record, "line"), _one_based(column))
        severity = _BY_LETTER.get(code[0], Severity.NOTE)
        new = Diagnostic(*spot, severity, code, embedded.words(record, "message"), "pylint")
        end = (embedded.number(record, "endLine"), _one_based(end_column))
        found.append(replace(new, end_line=end[0], end_column=end[1], read_from=first, read_to=last))
    return found


def _one_based(column: object) -> int:
    return column + 1 if isinstance(column, int) and 0 <= column < 10_000_000 else 0
