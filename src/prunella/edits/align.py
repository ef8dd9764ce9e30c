"""Which lines of two texts differ: bounded work whatever the texts are, unlike difflib's."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_DIFFERENCES = 120
"""How many differing lines a stretch without landmarks may have before it counts as replaced whole."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``old_start``..``old_end`` became ``new_start``..``new_end`` (0-based, ends not included)."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """The differing stretches, in order. Lines that occur once on both sides are landmarks; between them Myers'
    algorithm looks for the shortest way (http://www.xmailserver.org/diff2.pdf)."""
    found: list[Block] = []
    for block in _between_landmarks(old, new, _trimmed(old, new, Block(0, len(old), 0, len(new)))):
        for part in _shortest(old, new, _trimmed(old, new, block)):
            if found and (found[-1].old_end, found[-1].new_end) == (part.old_start, part.new_start):
                part = Block(found[-1].old_start, part.old_end, found.pop().new_start, part.new_end)  # noqa: PLW2901
            found.append(part)
    return found


def _trimmed(old: Sequence[str], new: Sequence[str], block: Block) -> Block:
    """The block without the lines that are equal at its start and end."""
    i, j, a, b = block.old_start, block.old_end, block.new_start, block.new_end
    while i < j and a < b and old[i] == new[a]:
        i, a = i + 1, a + 1
    while i < j and a < b and old[j - 1] == new[b - 1]:
        j, b = j - 1, b - 1
    return Block(i, j, a, b)


def _between_landmarks(old: Sequence[str], new: Sequence[str], block: Block) -> Iterator[Block]:
    left = Counter(old[block.old_start : block.old_end])
    right = Counter(new[block.new_start : block.new_end])
    where = {new[b]: b for b in range(block.new_start, block.new_end) if right[new[b]] == 1}
    pairs = [(i, where[old[i]]) for i in range(block.old_start, block.old_end) if left[old[i]] == 1 and old[i] in where]
    at_old, at_new = block.old_start, block.new_start
    for i, a in _rising(pairs):
        yield Block(at_old, i, at_new, a)
        at_old, at_new = i + 1, a + 1
    yield Block(at_old, block.old_end, at_new, block.new_end)


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that rises on both sides (patience sorting)."""
    tops: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for index, (_, a) in enumerate(pairs):
        pile = bisect_left(tops, a)
        before.append(places[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [a]
        places[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = places[-1] if places else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _shortest(old: Sequence[str], new: Sequence[str], block: Block) -> list[Block]:
    """The block's differing parts; the whole block when they are too many to look for."""
    n, m = block.old_end - block.old_start, block.new_end - block.new_start
    if not n or not m:
        return [block] if n or m else []
    trail = _trail(old[block.old_start : block.old_end], new[block.new_start : block.new_end])
    if trail is None:
        return [block]
    return [
        Block(block.old_start + x, block.old_start + to_x, block.new_start + y, block.new_start + to_y)
        for (x, y), (to_x, to_y) in _walk(trail, n, m)
    ]


_Point = tuple[int, int]


def _walk(trail: list[dict[int, int]], n: int, m: int) -> list[tuple[_Point, _Point]]:
    """The single steps, each one line removed or added, that lead along the trail to (n, m)."""
    steps: list[tuple[_Point, _Point]] = []
    k = n - m
    for reach in reversed(trail[:-1]):
        x, down = _step(reach, k, n, m)
        y = x - k
        came = (x, y - 1) if down else (x - 1, y)
        steps.append((came, (x, y)))
        k = k + 1 if down else k - 1
    return steps[::-1]


def _trail(old: Sequence[str], new: Sequence[str]) -> list[dict[int, int]] | None:
    """For each number of differences the furthest reach on each diagonal, until both ends are met; None if never."""
    n, m = len(old), len(new)
    reach = {0: _slide(old, new, 0, 0)}
    trail = [reach]
    while reach.get(n - m) != n:
        if len(trail) > MOST_DIFFERENCES:
            return None
        following: dict[int, int] = {}
        for k in range(-len(trail), len(trail) + 1, 2):
            x, _ = _step(reach, k, n, m)
            if x >= 0:
                following[k] = _slide(old, new, x, k)
        reach = following
        trail.append(reach)
    return trail


def _step(reach: dict[int, int], k: int, n: int, m: int) -> tuple[int, bool]:
    """How far one more difference leads on diagonal ``k``, and whether it is an added line; -1 = nowhere."""
    added = reach.get(k + 1, -1)
    removed = reach.get(k - 1, -2) + 1
    if added - k > m:
        added = -1
    if removed > n:
        removed = -1
    return (added, True) if added > removed else (removed, False)


def _slide(old: Sequence[str], new: Sequence[str], x: int, k: int) -> int:
    while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
        x += 1
    return x
