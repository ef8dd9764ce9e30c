"""Prettier: ``--check`` and ``--list-different`` with its log levels in brackets, versions 2 and 3."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_UNFORMATTED = r"\[warn\] (?P<file>\S.{0,500}?\.?[\w-]+)$"
_BROKEN = (
    r"\[error\] (?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,500}): (?:(?P<kind>\w*Error): )(?P<message>.*?)"
    r"(?: \((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\))?$"
)
_ALONE = r"\[error\] (?P<message>[A-Z].*)"
_FRAME = r"\[error\]\s+(?:> )?[0-9]*\s*\||\[error\] >|\[error\]\s*$|\[error\]     "
_UNFORMATTED_WORDS = "Code style issues found"
_ITS_WORDS = r"^\[error\] .*Error: |^\[warn\] Code style"
_NO_FILE = ("Code style issues", "All matched files", "Ignored unknown", "Forgot to run", "jsx", "--", "Option ")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Files that do not parse are errors with their place; files that are not formatted are warnings: its own words."""
    if "[warn] " not in text and "[error] " not in text:
        return ()
    if "Checking formatting" not in text and not re.search(_ITS_WORDS, text, re.MULTILINE):
        return ()
    broken, frame, lines = re.compile(_BROKEN), re.compile(_FRAME), text.split("\n")
    found: list[Diagnostic] = []
    for at, line in enumerate(lines):
        if len(found) == MOST_PARSED:
            break
        if line.startswith("[error] ") and (match := broken.match(line)):
            end = at + 1
            while end < len(lines) and frame.match(lines[end]):
                end += 1
            message = f"{match['kind']}: {match['message']}"
            place = (match["file"], int(match["line"] or 0), int(match["column"] or 0))
            found.append(Diagnostic(*place, Severity.ERROR, "", message, "prettier", read_from=at + 1, read_to=end))
        elif told := _told(line, frame):
            severity, file, message = told
            found.append(Diagnostic(file, 0, 0, severity, "", message, "prettier", read_from=at + 1, read_to=at + 1))
    return tuple(found)


def _told(line: str, frame: re.Pattern[str]) -> tuple[Severity, str, str] | None:
    """A line without a place: a file that is not formatted, or what stopped Prettier altogether."""
    if line.startswith("[error] ") and not frame.match(line) and (alone := re.match(_ALONE, line)):
        return Severity.ERROR, "", alone["message"].rstrip()
    if line.startswith("[warn] ") and (match := re.match(_UNFORMATTED, line)) and _is_file(match["file"]):
        return Severity.WARNING, match["file"], _UNFORMATTED_WORDS
    return None


def _is_file(words: str) -> bool:
    """Other warnings are sentences: they have blanks and no folder or ending."""
    return not words.startswith(_NO_FILE) and ("." in words or "/" in words) and not (" " in words and "/" not in words)
