"""Framed messages of Rust's ``miette``: swc (also inside Next.js and webpack), oxlint, Rspack and Rolldown draw with it
or alike, with box lines on a terminal that shows them and with ASCII elsewhere.

A sign and the words, more words after ``│``, an opening with the place, code rows, rows of marks, a closing, then help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_OPENING = r"\s*[╭,][─-]+\[\s*(?:(?P<file>[^\s\]].{0,500}?):)?(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s*\]\s*$"
_TITLE = r"\s*(?:Error:\s*)?(?:(?:╰─▶|`->)\s*)?(?P<mark>[×x✖!⚠☞>ℹ])\s(?P<message>\S.*)"
_MORE = r"\s*[│|] ?(?P<message>.*)"
_ROW = r"\s*(?P<line>[0-9]{1,7})\s[|│]\s?(?P<code>.*)"
_MARKED = r"(?P<before>\s*[·:]\s)(?P<pad>\s*)[\^─┬|▲]"
_SPAN = r"\s{0,8}(?:,->|╭─▶)"
_CLOSING = r"\s*[╰`][─-]{2,}\s*$"
_HELP = r"\s*(?:help|note): |\s{8}\S"
_LONGEST_TITLE = 30
_LONGEST_FRAME = 300


class Frame(NamedTuple):
    """One framed message. ``line`` and ``column`` are where its first mark is; ``first`` and ``last`` are 1-based lines
    of the log. ``file`` "" = the opening names none."""

    mark: str
    message: str
    file: str
    line: int
    column: int
    first: int
    last: int


def frames(lines: list[str], start: int = 0, end: int | None = None) -> Iterator[Frame]:
    """Every framed message in ``lines[start:end]`` that has a title."""
    opening, title, more = re.compile(_OPENING), re.compile(_TITLE), re.compile(_MORE)
    stop = len(lines) if end is None else end
    for at in range(start, stop):
        if "-[" not in lines[at] and "─[" not in lines[at]:
            continue
        place = opening.match(lines[at])
        if not place:
            continue
        words: list[str] = []
        above = at - 1 if lines[at - 1].strip() else at - 2  # Next.js 15 leaves a line between
        while above >= start and len(words) < _LONGEST_TITLE and (said := more.match(lines[above])):
            words.insert(0, said["message"].rstrip())
            above -= 1
        head = title.match(lines[above]) if above >= start else None
        if not head:
            continue
        message = "\n".join([head["message"].rstrip(), *words]).rstrip()
        line, column, last = marked(lines, at, stop)
        yield Frame(head["mark"], message, place["file"] or "", line, column, above + 1, last)


def marked(lines: list[str], at: int, stop: int) -> tuple[int, int, int]:
    """Line and column of the first mark in the frame that opens at ``lines[at]``, and the 1-based line where it ends.

    swc's opening has column 1 and the first line it shows; oxlint's has the place itself."""
    place = re.match(_OPENING, lines[at])
    line, column = (int(place["line"]), int(place["column"])) if place else (0, 0)
    from_zero = bool(place) and not (place and place["file"])  # Rspack names no file and counts from 0
    row, mark, closing, helping = (re.compile(pattern) for pattern in (_ROW, _MARKED, _CLOSING, _HELP))
    seen, found, end = 0, (0, 0), at + 1
    while end < min(stop, at + _LONGEST_FRAME) and not closing.match(lines[end]):
        code, pointed = row.match(lines[end]), mark.match(lines[end])
        if code:
            seen = int(code["line"])
            if not found[0] and re.match(_SPAN, code["code"]):
                found = (seen, 0)
        elif pointed and seen and not found[0]:
            found = (seen, len(pointed["pad"]) + 1)
        elif lines[end].strip() and not lines[end].startswith(" "):
            break
        end += 1
    while end + 1 < stop and helping.match(lines[end + 1]):
        end += 1
    if from_zero:
        column += 1
    elif column <= 1 and found[0] >= line:
        line, column = found if found[1] or found[0] != line else (line, column)
    return line, column, min(end + 1, stop)
