"""SEARCH/REPLACE blocks as they stand in a text: where they begin and end, whatever their contents hold.

A block's own markers have 5 to 9 characters and the words SEARCH and REPLACE. Contents may hold such lines too (a merge
conflict, an underlined heading, a page about this form), so:

- the end is the first REPLACE marker as long as the opening one, if no other SEARCH marker that long comes before it;
  otherwise the first REPLACE marker of any length;
- the divider is the only line of 5 to 9 equals signs, or the only one as long as the opening marker, or the only one
  that is not inside a conflict (between "<<<<<<< x" and ">>>>>>> y"). If that leaves several, the block is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prunella.errors import MalformedCall

OPEN = r"(<{5,9}) ?SEARCH\b.*"
CLOSE = r"(>{5,9}) ?REPLACE\b.*"
DIVIDER = r"(={5,9})\s*"

CUT_OFF = (
    "This edit block is not finished: after <<<<<<< SEARCH must come a line ======= and then a line >>>>>>> REPLACE. "
    "Write the whole block again."
)
AMBIGUOUS = (
    "Several lines of this edit block could be its divider. Write the block again with 9 characters in its own three "
    "marker lines (<<<<<<<<< SEARCH, =========, >>>>>>>>> REPLACE)."
)


@dataclass(frozen=True, slots=True)
class Block:
    """The contents of a block, and the line (0-based) after it."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    after: int


def opens(line: str) -> bool:
    """Whether a block begins here."""
    return _mark(OPEN, line) > 0


def read_block(lines: Sequence[str], start: int) -> Block:
    """The block whose opening marker is line ``start``.

    Raises:
        MalformedCall: it has no end, no divider, or several lines that could be it.
    """
    size = _mark(OPEN, lines[start])
    end = _end(lines, start + 1, size)
    body = lines[start + 1 : end]
    divider = _divider(body, size)
    return Block(tuple(body[:divider]), tuple(body[divider + 1 :]), end + 1)


def resume_after(lines: Sequence[str], start: int) -> int:
    """Where to read on after a block that could not be read: the next opening marker, or the end of this one."""
    for index in range(start + 1, len(lines)):
        if opens(lines[index]):
            return index
        if _mark(CLOSE, lines[index]):
            return index + 1
    return len(lines)


def _mark(pattern: str, line: str) -> int:
    """How many characters the marker in a line has; 0 = it is none."""
    found = re.fullmatch(pattern, line.rstrip())
    return len(found[1]) if found else 0


def _end(lines: Sequence[str], start: int, size: int) -> int:
    closing = -1
    for index in range(start, len(lines)):
        line = lines[index]
        if line[:1] not in ("<", ">"):
            continue
        if _mark(OPEN, line) == size:
            break
        mark = _mark(CLOSE, line)
        if mark == size:
            return index
        if mark and closing < 0:
            closing = index
    if closing < 0:
        raise MalformedCall(CUT_OFF)
    return closing


def _divider(body: Sequence[str], size: int) -> int:
    candidates = [index for index, line in enumerate(body) if line[:1] == "=" and _mark(DIVIDER, line)]
    if len(candidates) > 1:
        same = [index for index in candidates if _mark(DIVIDER, body[index]) == size]
        candidates = same or candidates
    if len(candidates) > 1:
        free = _outside_conflicts(body)
        candidates = [index for index in candidates if index in free] or candidates
    if len(candidates) != 1:
        raise MalformedCall(AMBIGUOUS if candidates else CUT_OFF)
    return candidates[0]


def _outside_conflicts(body: Sequence[str]) -> set[int]:
    free: set[int] = set()
    inside = False
    for index, line in enumerate(body):
        if line.startswith("<<<<<<<"):
            inside = True
        elif line.startswith(">>>>>>>"):
            inside = False
        elif not inside:
            free.add(index)
    return free
