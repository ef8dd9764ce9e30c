"""Where a suppression stands: in a construct that is new as a whole, above a function that gained code, or on code that
was there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from prunella.guard.lines import COMMENT_STARTS, LONGEST
from prunella.guard.touched import Hunk, Touch

LEAST_NEW = 2
"""Lines of a new construct, put in between what was there, from which it may hold a suppression of its own."""

LEAST_COVERED = 3
"""New lines of a function from which an annotation above it may be for them."""

EVERYWHERE = frozenset({
    "const", "let", "var", "return", "if", "export", "function", "def", "self", "this", "new", "final", "public", "any",
    "string", "int",
})  # fmt: skip
"""Words that say nothing of what a line is about."""

FARTHEST = 1 << 40
"""A line number that no file has."""


def in_new_construct(touch: Touch, number: int) -> bool:
    """Whether a line is part of several that were put in between, nothing of the kind having been in their place."""
    hunk = next((hunk for hunk in _groups(touch) if any(at == number for at, _ in hunk.added)), Hunk())
    still = {line.strip() for _, line in hunk.added}
    mine = words_of(dict(hunk.added).get(number, "")) - EVERYWHERE
    if touch.before is None or any(
        line.strip() not in still and not is_comment(line) and _is_of(mine, line) for _, line in hunk.removed
    ):
        return False
    return sum(_is_code(line) for _, line in hunk.added) >= LEAST_NEW


def covers_new_code(touch: Touch, number: int) -> bool:
    """Whether an annotation stands above a function that was there and now holds more than it did."""
    lines = touch.after or ()
    if not lines[number - 1].strip().startswith(("@", "#[")):
        return False
    at = number
    while at < len(lines) and (not lines[at].strip() or is_comment(lines[at])):
        at += 1
    indent = _indent(lines[at]) if at < len(lines) else 0
    end = at + 1
    while end < len(lines) and (
        not lines[end].strip() or _indent(lines[end]) > indent or lines[end].strip()[0] in "{)"
    ):
        end += 1
    inside = [hunk for hunk in _groups(touch) if any(at < on <= end for on, _ in hunk.added)]
    come = sum(at < on <= end and _is_code(line) for hunk in inside for on, line in hunk.added)
    gone = sum(_is_code(line) for hunk in inside for _, line in hunk.removed)
    return come >= LEAST_COVERED and come - gone >= LEAST_NEW


def code_lines(touch: Touch) -> int:
    """How many of the added lines are neither blank nor comments."""
    return sum(bool(line.strip()) and not is_comment(line) for _, line in touch.added)


def is_comment(line: str) -> bool:
    """Whether a line says something of code only: comments, decorators, attributes."""
    return line.strip().startswith(COMMENT_STARTS)


def words_of(line: str) -> frozenset[str]:
    """The names and keywords of a line."""
    return _words(line[:LONGEST])


@lru_cache(maxsize=4_096)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z_]\w*", text))


def _is_code(line: str) -> bool:
    return bool(re.search(r"\w{2}", line)) and not is_comment(line)


def _is_of(words: frozenset[str], line: str) -> bool:
    """Whether a removed line of code has to do with a line of these words; one that is all comment is of anything."""
    return bool(line.strip()) and (not words or bool(words & words_of(line)))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _groups(touch: Touch) -> Iterator[Hunk]:
    """The changes of a file by place: what went with what came for it, no unchanged line in between."""
    gone, come = dict(touch.removed), dict(touch.added)
    old = new = 1
    while gone or come:
        apart = min(next(iter(gone), FARTHEST) - old, next(iter(come), FARTHEST) - new)
        old, new = old + max(apart, 0), new + max(apart, 0)
        removed, added = [], []
        while old in gone:
            removed.append((old, gone.pop(old)))
            old += 1
        while new in come:
            added.append((new, come.pop(new)))
            new += 1
        if not removed and not added:
            return  # the lines are not told in their order
        yield Hunk(tuple(removed), tuple(added))
