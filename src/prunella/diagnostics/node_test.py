"""``node --test`` with its reporters spec and dot: the list of failing tests at the end, each with its stack."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics import frames
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location

_TITLE = re.compile(r"(?P<margin>\s*)[✖X] (?P<title>\S.*?)(?: \([0-9.]+m?s\))?\s*$")
_PLACE = re.compile(r"test at (?P<file>\S.*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})$")
_MARKS = ("failing tests:", "Failed tests:")
_FOLLOWERS = re.compile(r"'[0-9]+ subtests? failed'$")
_EXPECTED = re.compile(r" # (?:TODO|SKIP)\b")
_MOST_LINES = 300


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failing test; not one for the suites around it, and none for a file that could not be run when Node
    itself says why."""
    if not any(mark in text for mark in _MARKS):
        return ()
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if line.removeprefix("✖ ").strip() in _MARKS), None)
    if start is None:
        return ()
    ran = any(line.startswith("Node.js v") for line in lines[:start])
    found: dict[Diagnostic, None] = {}
    place, number = Location(""), start + 1
    while number < len(lines) and len(found) < MOST_PARSED:
        line = lines[number]
        at = _PLACE.match(line) if line.startswith("test at ") else None
        title = _TITLE.match(line) if "✖" in line[:3] or line.startswith("X ") else None
        if at:
            place = Location(at["file"], int(at["line"]), int(at["column"]))
        elif title and _EXPECTED.search(line):
            place = Location("")  # It counts as passed.
        elif title:
            end = _end(lines, number)
            new = _failure(lines, (number, end), title["title"], place)
            if new and not (ran and new.message.endswith("test failed")):
                found[new] = None
            place, number = Location(""), end - 1
        number += 1
    return tuple(found)


def noise(text: str) -> Iterator[tuple[int, int]]:
    """The progress: marks, and what stands deeper. What is at the margin may be Node's report of a file."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("▶ ", "✔ ", "✖ ", "ℹ ", "  ▶", "  ✔", "  ✖", "    ✔", "    ✖", "    ▶")):
            yield number, number


def _end(lines: list[str], start: int) -> int:
    for number in range(start + 1, min(len(lines), start + _MOST_LINES)):
        if lines[number].strip() and not lines[number].startswith("  "):
            return number
    return min(len(lines), start + _MOST_LINES)


def _failure(lines: list[str], span: tuple[int, int], title: str, place: Location) -> Diagnostic | None:
    words: list[str] = []
    at: list[Location] = []
    last, opened = span[0], True
    for number in range(span[0] + 1, span[1]):
        line = lines[number]
        found = frames.frame(line)
        if found:
            at.append(found)
        opened = opened and not line.lstrip().startswith("at ")
        if opened and line.strip():
            words.append(line.removeprefix("  "))
        last = number if line.strip() else last
    if not words or _FOLLOWERS.match(words[0].strip()):
        return None
    if len(words) == 1 and words[0].startswith(("'", "[")):
        words = [words[0].strip("'[]")]
    error = frames.error_words(words[0])
    code, words = (error[0], [error[1], *words[1:]]) if error else ("", words)
    if not place.file and title.startswith("/"):
        place = Location(title)
    return frames.failure((title, code, words), at, place, "node:test", (span[0] + 1, last + 1))
