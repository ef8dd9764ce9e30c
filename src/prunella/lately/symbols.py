"""What happened lately to names and files, read from the working diff and the last commits. This room's door.

Definitions are told by the look of their lines, in any of the languages of ``languages``: quick, and right nearly
always; whoever acts on it lets a compiler have the last word.
"""

from __future__ import annotations

from collections.abc import Iterator

from prunella.lately.compare import file_changes, line_swaps
from prunella.lately.languages import family
from prunella.lately.marks import Mark, line_marks
from prunella.lately.values import FileMove, Happened, Swap, SymbolChange
from prunella.ports import Changed, Lately

__all__ = ["FileMove", "Happened", "Mark", "Swap", "SymbolChange", "file_moves", "marks", "swaps", "symbol_changes"]

LARGEST = 1 << 20
"""Bytes of a content that is compared at most."""

MOST_BYTES = 24 << 20
MOST_FILES = 600
MOST_CHANGES = 20_000


def symbol_changes(lately: Lately, *, commits: int = 10) -> tuple[SymbolChange, ...]:
    """What the working diff, and then the last ``commits`` commits, newest first, did to definitions and imports."""
    found: list[SymbolChange] = []
    for change, before, after in _compared(lately, commits):
        found += file_changes(change, before, after)
        if len(found) >= MOST_CHANGES:
            break
    return tuple(found[:MOST_CHANGES])


def swaps(lately: Lately, *, commits: int = 10) -> tuple[Swap, ...]:
    """Lines in which one name took another's place, newest first."""
    found: list[Swap] = []
    for change, before, after in _compared(lately, commits):
        if change.path and change.was:
            found += line_swaps(change, before, after)
        if len(found) >= MOST_CHANGES:
            break
    return tuple(found[:MOST_CHANGES])


def marks(lately: Lately, *, commits: int = 10) -> tuple[Mark, ...]:
    """Lines that lost or got a mark (a bracket, ``await``, ``pub``), newest first."""
    found: list[Mark] = []
    for change, before, after in _compared(lately, commits):
        if change.path and change.was:
            found += line_marks(change, before, after)
        if len(found) >= MOST_CHANGES:
            break
    return tuple(found[:MOST_CHANGES])


def file_moves(lately: Lately, *, commits: int = 10) -> tuple[FileMove, ...]:
    """Files that moved, those of the working tree first; a chain of moves stays a chain."""
    changes = (*lately.working(), *lately.commits(commits))
    return tuple(
        FileMove(change.was, change.path, change.commit)
        for change in changes
        if change.was and change.path and change.was != change.path
    )


def _compared(lately: Lately, commits: int) -> Iterator[tuple[Changed, str, str]]:
    """Changes of source files with both contents as text, a commit at a time, until enough was read."""
    changes = [
        change
        for change in (*lately.working(), *(lately.commits(commits) if commits > 0 else ()))
        if family(change.path or change.was)
    ][:MOST_FILES]
    left = MOST_BYTES
    for start in range(0, len(changes), 50):
        some = changes[start : start + 50]
        contents = lately.contents({name for change in some for name in (change.before, change.after) if name})
        for change in some:
            before, after = contents.get(change.before), contents.get(change.after)
            if (change.before and before is None) or (change.after and after is None):
                continue
            left -= len(before or b"") + len(after or b"")
            if left < 0:
                return
            if max(len(before or b""), len(after or b"")) <= LARGEST and not _binary(before, after):
                yield change, _text(before), _text(after)


def _binary(*contents: bytes | None) -> bool:
    return any(b"\0" in (content or b"")[:8192] for content in contents)


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace").replace("\r\n", "\n")
