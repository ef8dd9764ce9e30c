"""stylelint: string (and verbose), unix, compact and json, as its formatters of versions 14 to 16 print them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.jsonlog import documents, entries, number, words
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_ROW = (
    r"\s{1,8}(?:(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}))?\s{1,8}(?P<mark>[✖×⚠‼ℹ])\s{1,4}(?P<message>\S.*?)"
    r"(?:\s{2,}(?P<code>[@\w./-]+))?\s*$"
)
_FILE = r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,500})"
_UNIX = _FILE + (
    r":(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): (?P<message>.*?)(?: \((?P<code>[@\w./-]+)\))? "
    r"\[(?P<severity>error|warning)\]$"
)
_COMPACT = _FILE + (
    r": line (?P<line>[0-9]{1,7}), col (?P<column>[0-9]{1,7}), (?P<severity>error|warning) - (?P<message>.*?)"
    r"(?: \((?P<code>[@\w./-]+)\))?$"
)
_MARKS = {"⚠": Severity.WARNING, "‼": Severity.WARNING, "ℹ": Severity.NOTE}
_LONGEST_ROW = 6


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings, with the rule as code."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    if any(mark in text for mark in "✖×⚠‼ℹ"):
        found += _rows(lines)
    if " [error]" in text or " [warning]" in text or ", error - " in text or ", warning - " in text:
        found += _one_liners(lines)
    if '"warnings"' in text and '"source"' in text:
        found += _json(text)
    return tuple(found[:MOST_PARSED])


def _rows(lines: list[str]) -> Iterator[Diagnostic]:
    """A file, and below it its rows. A long message is wrapped, its next lines stand below its first."""
    row = re.compile(_ROW)
    file, kept = "", 0
    for at, line in enumerate(lines):
        if kept == MOST_PARSED or not line.strip():
            file = ""
        elif line[0] not in " \t":
            file = line.strip() if at + 1 < len(lines) and row.match(lines[at + 1]) and not line.startswith("✖") else ""
        elif file and (match := row.match(line)):
            message, code, end = match["message"], match["code"] or "", at + 1
            indent = match.start("message")
            while end < len(lines) and end - at < _LONGEST_ROW and lines[end].startswith(" " * indent):
                message, code = _wrapped(message, code, lines[end].strip())
                end += 1
            severity = _MARKS.get(match["mark"], Severity.ERROR)
            place = (int(match["line"] or 0), int(match["column"] or 0))
            yield Diagnostic(file, *place, severity, code, message, "stylelint", read_from=at + 1, read_to=end)
            kept += 1


def _wrapped(message: str, code: str, more: str) -> tuple[str, str]:
    said, _, rule = more.rpartition("  ")
    return (f"{message} {said.strip()}", rule) if said and not code else (f"{message} {more}", code)


def _one_liners(lines: list[str]) -> Iterator[Diagnostic]:
    unix, compact = re.compile(_UNIX), re.compile(_COMPACT)
    kept = 0
    for at, line in enumerate(lines):
        match = unix.match(line) if line.endswith("]") else compact.match(line) if ", col " in line else None
        if match and kept < MOST_PARSED:
            place = (int(match["line"]), int(match["column"]))
            yield Diagnostic(
                match["file"],
                *place,
                Severity(match["severity"]),
                match["code"] or "",
                match["message"].rstrip(),
                "stylelint",
                read_from=at + 1,
                read_to=at + 1,
            )
            kept += 1


def _json(text: str) -> Iterator[Diagnostic]:
    for document in documents(text, ("[{", "[\n")):
        for file in entries(document.value):
            for told in entries(file, "warnings") + entries(file, "parseErrors"):
                code = words(told.get("rule"))
                message = words(told.get("text")).removesuffix(f"({code})").rstrip()
                severity = Severity.WARNING if told.get("severity") == "warning" else Severity.ERROR
                place = (number(told.get("line")), number(told.get("column")))
                end = (number(told.get("endLine")), number(told.get("endColumn")))
                yield Diagnostic(
                    words(file.get("source")),
                    *place,
                    severity,
                    code,
                    message,
                    "stylelint",
                    (),
                    *end,
                    read_from=document.first,
                    read_to=document.last,
                )
