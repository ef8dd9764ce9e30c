"""Playwright's test runner with its reporters list, line and dot: numbered failures with a code frame and a stack."""

from __future__ import annotations

import re

from prunella.diagnostics import frames
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location

_HEAD = re.compile(
    r"  [0-9]{1,6}\) (?:\[[^\]]*\] › )?(?P<file>\S[^›]*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}) › (?P<title>.*)$"
)
_CODE_FRAME = re.compile(r"\s*(?:>\s*)?[0-9]{1,7} \||\s+\|\s")
_ENDS = ("Error Context: ", "attachment #", "Retry #", "Call log:", "────")
_MOST_LINES = 300


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failed test."""
    if " › " not in text or "──" not in text:
        return ()
    lines = text.split("\n")
    found: dict[Diagnostic, None] = {}
    for number, line in enumerate(lines):
        if len(found) >= MOST_PARSED:
            break
        head = _HEAD.match(line) if ") " in line[:10] and " › " in line else None
        if head:
            found[_failure(lines, number, head)] = None
    return tuple(found)


def _failure(lines: list[str], start: int, head: re.Match[str]) -> Diagnostic:
    words: list[str] = []
    at: list[Location] = []
    last, framed = start, False
    for number, line in enumerate(lines[start + 1 : start + _MOST_LINES], start + 1):
        if line.strip() and not line.startswith("    "):
            break
        last = number if line.strip() else last
        place = frames.frame(line)
        framed = framed or _CODE_FRAME.match(line) is not None or line.strip().startswith(("at ", *_ENDS))
        if place:
            at.append(place)
        elif not framed and line.strip():
            words.append(line[4:])
        if line.strip().startswith("Retry #"):
            break
    error = frames.error_words(words[0]) if words else None
    code, words = (error[0], [error[1], *words[1:]]) if error else ("", words)
    title = head["title"].rstrip("─ ").replace(" › ", " > ")
    test = Location(head["file"], int(head["line"]), int(head["column"]))
    return frames.failure((title, code, words), at, test, "playwright", (start + 1, last + 1))
