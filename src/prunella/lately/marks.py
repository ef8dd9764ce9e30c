"""Lines that a change took a mark from, or gave one to: a bracket, a semicolon, ``await``, ``pub``, ``&``."""

from __future__ import annotations

import re
from typing import NamedTuple

from prunella.lately.compare import blocks
from prunella.lately.languages import family
from prunella.ports import Changed

MOST_TOKENS = 3
LONGEST = 400
_TOKEN = re.compile(r"[A-Za-z_$][\w$]*|\d[\w.]*|\S", re.ASCII)
_WORDS = """await async mut ref pub crate export default static const self this new type public private protected def
fn function let var in as dyn move unsafe extern inline return override abstract readonly final"""
_MARKS = frozenset(_WORDS.split()) | frozenset("()[]{}<>;:,.&*?!=@-|")


class Mark(NamedTuple):
    """A line that differs from what it was in marks alone.

    ``was`` is the line before; ``now`` the line after, None = the whole line went; ``line`` is 1-based, in the file as
    it is after that change (where it went: the line that now stands there).
    """

    path: str
    line: int
    was: str
    now: str | None
    commit: str


def line_marks(change: Changed, before: str, after: str) -> list[Mark]:
    """Those of one file."""
    old, new = before.split("\n"), after.split("\n")
    found: list[Mark] = []
    for block in blocks(old, new):
        was, now = old[block.old_start : block.old_end], new[block.new_start : block.new_end]
        if len(was) == len(now):
            found += [
                Mark(change.path, block.new_start + at + 1, one, other, change.commit)
                for at, (one, other) in enumerate(zip(was, now, strict=True))
                if _only_marks(one, other)
            ]
        elif not now and len(was) == 1 and was[0].strip() and set(_TOKEN.findall(was[0])) <= _MARKS:
            found.append(Mark(change.path, block.new_start + 1, was[0], None, change.commit))
    return found if family(change.path) else []


def _only_marks(was: str, now: str) -> bool:
    if max(len(was), len(now)) > LONGEST:
        return False
    a, b = _TOKEN.findall(was), _TOKEN.findall(now)
    if a == b:
        return len(was) - len(was.lstrip()) != len(now) - len(now.lstrip())
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    extra = len(longer) - len(shorter)
    if not 0 < extra <= MOST_TOKENS:
        return False
    lost, at = [], 0
    for token in longer:
        if at < len(shorter) and shorter[at] == token:
            at += 1
        else:
            lost.append(token)
    return at == len(shorter) and set(lost) <= _MARKS
