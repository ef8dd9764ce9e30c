"""Babel's syntax errors as whoever runs it prints them: ``SyntaxError: file: words (line:column)``, a frame, a stack.

Also Parcel's build errors, which have the same frame. Babel counts columns from 0; a diagnostic counts from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HEAD = (
    r"\s{0,8}(?:(?:\[\w+\] |error:? |ERROR )?(?P<kind>SyntaxError|TypeError|Error|BabelParseError):? )?"
    r"(?:SyntaxError: )?"
    r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,500}): "
    r"(?P<message>\S.*?) \((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\)(?P<colon>:?)\s*$"
)
_FRAME = r"\s*(?:>\s*)?(?:[0-9]+ \||\|)"
_PARCEL = r"(?P<from>@parcel/[\w-]+|@\w[\w-]*/parcel-[\w-]+|parcel-[\w-]+): (?P<message>\S.*)"
_PARCEL_PLACE = r"  (?P<file>\S.{0,500}?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s*$"


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors only. The hint below the frame that names a missing plugin is no part of the message."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    if "SyntaxError" in text or "BABEL_PARSE_ERROR" in text:
        found += _babel(lines)
    if "parcel" in text and "Build failed" in text:
        found += _parcel(lines)
    return tuple(found[:MOST_PARSED])


def _babel(lines: list[str]) -> Iterator[Diagnostic]:
    head, frame = re.compile(_HEAD), re.compile(_FRAME)
    for at, line in enumerate(lines):
        match = head.match(line[:2_000]) if "Error" in line[:80] and line.rstrip().endswith((")", "):")) else None
        if not match or not match["kind"]:
            continue
        end = at + 1
        while end < len(lines) and end - at < 60:
            row = lines[end]
            if row.startswith(("SyntaxError", "ERROR", "error")) or (not row.strip() and _over(lines, end + 1, frame)):
                break
            end += 1
        column = int(match["column"]) + (
            0 if match["colon"] else 1
        )  # with a colon: the place is counted from 1 already
        place = (match["file"], int(match["line"]), column)
        yield Diagnostic(*place, Severity.ERROR, "", match["message"], "babel", read_from=at + 1, read_to=end)


def _over(lines: list[str], at: int, frame: re.Pattern[str]) -> bool:
    """Whether after a blank line something else begins: no frame, no stack, no advice of Babel."""
    row = lines[at] if at < len(lines) else ""
    return not (frame.match(row) or row.startswith(("    at ", "  at ", "Add @babel", "If you ")))


def _parcel(lines: list[str]) -> Iterator[Diagnostic]:
    """``@parcel/part: words``, then the place and a frame; what follows without a place explains the one before."""
    head, place = re.compile(_PARCEL), re.compile(_PARCEL_PLACE)
    for at, line in enumerate(lines):
        match = head.match(line) if "parcel" in line[:60] else None
        if not match:
            continue
        end = at + 1
        where: re.Match[str] | None = None
        while end < len(lines) and end - at < 40 and (not lines[end].strip() or lines[end].startswith("  ")):
            where = where or place.match(lines[end])
            end += 1
        while end > at + 1 and not lines[end - 1].strip():
            end -= 1
        if where:
            at_place = (where["file"], int(where["line"]), int(where["column"]))
            yield Diagnostic(
                *at_place, Severity.ERROR, "", match["message"].rstrip(), "parcel", read_from=at + 1, read_to=end
            )
