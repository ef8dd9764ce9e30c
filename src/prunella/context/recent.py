"""What changed lately, file by file, in the lines of the files as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from prunella.context.excerpts import decode
from prunella.ports import Changed, Files, Lately

COMMITS = 10
MOST_FILES = 240
"""Changed files that are compared, the latest first."""
MOST_LINES = 30_000
"""Lines between the first and the last difference that are compared one by one; more is one hunk."""
MOST_BYTES = 24 << 20


class Hunk(NamedTuple):
    """Lines that took the place of others. ``first`` to ``last`` are lines of the file as it is, 1-based; ``last`` is
    below ``first`` where lines only went (they stood before ``first``)."""

    first: int
    last: int
    removed: tuple[str, ...]


class Recent(NamedTuple):
    """A file that changed lately.

    Attributes:
        path: now, or what it was called when it is ``gone``; ``was``: its name before, if that is another one.
        rank: 0 = in the working tree, 1 = in the last commit, 2 = in the one before …
        together: how many files that change touched.
        lines: as they are now, or as they were when it is gone.
        touched: the changed lines' text, before and after, to look for names in.
    """

    path: str
    was: str
    rank: int
    commit: str
    subject: str
    together: int
    gone: bool
    new: bool
    lines: tuple[str, ...]
    hunks: tuple[Hunk, ...]
    touched: str


def recent_changes(lately: Lately, files: Files, near: frozenset[str] = frozenset()) -> tuple[Recent, ...]:
    """The latest change of every file that changed in the working tree or the last commits, newest first.

    Args:
        near: files to look at before others.
    """
    ranked = _ranked(lately)
    together = Counter(rank for rank, _ in ranked)
    chosen: dict[str, tuple[int, Changed]] = {}
    for rank, change in ranked:
        chosen.setdefault(change.path or change.was, (rank, change))
    order = sorted(chosen.items(), key=lambda item: (item[1][0] > 1 and item[0] not in near, item[1][0]))
    some = dict(order[:MOST_FILES])
    contents = _contents(lately, (change for _, change in some.values()))
    found = [_recent(rank, change, together[rank], contents, files) for rank, change in some.values()]
    return tuple(recent for recent in found if recent is not None)


def _ranked(lately: Lately) -> list[tuple[int, Changed]]:
    ranked = [(0, change) for change in lately.working()]
    ranks: dict[str, int] = {}
    for change in lately.commits(COMMITS):
        rank = ranks.setdefault(change.commit, len(ranks) + 1)
        ranked.append((rank, change))
    return ranked


def _contents(lately: Lately, changes: Iterable[Changed]) -> dict[str, bytes]:
    """What the files held before; a first commit has nothing before it, so it costs nothing."""
    return lately.contents(dict.fromkeys(change.before for change in changes if change.before))


def _recent(rank: int, change: Changed, together: int, contents: dict[str, bytes], files: Files) -> Recent | None:
    old = decode(contents.get(change.before)) if change.before else ()
    if old is None:
        return None
    gone = not change.path
    path = change.path or change.was
    now = old if gone else decode(files.read(path))
    if now is None:
        if rank == 0 or not change.before or path in files.paths():
            return None
        now, gone = old, True
    new = not change.before
    if new and rank > 1:
        return None  # it was written, not broken, then
    hunks = () if gone or new else tuple(hunks_between(old, now))
    if not (gone or new or hunks or (change.was and change.was != path)):
        return None
    changed = [line for hunk in hunks for line in (*hunk.removed, *now[hunk.first - 1 : hunk.last])]
    touched = "\n".join(now if gone or new else changed)
    was = change.was if change.was != path else ""
    return Recent(path, was, rank, change.commit, change.subject, together, gone, new, now, hunks, touched[:400_000])


def hunks_between(old: tuple[str, ...], new: tuple[str, ...]) -> list[Hunk]:
    """How ``new`` differs from ``old``."""
    start = 0
    most = min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before and not after:
        return []
    if len(before) + len(after) > MOST_LINES or not before or not after:
        return [Hunk(start + 1, start + len(after), before)]
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > 500)
    return [
        Hunk(start + b0 + 1, start + b1, before[a0:a1])
        for kind, a0, a1, b0, b1 in matcher.get_opcodes()
        if kind != "equal"
    ]
