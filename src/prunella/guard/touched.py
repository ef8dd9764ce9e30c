"""What a fix adds to and removes from each file, line by line.

The fix's diff says which lines; it is checked against the bytes, and when it does not bear them out, everything
between the first and the last difference counts as removed and added.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from prunella.changes import FileChange, Fix


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring changes: removed lines with their numbers before, added ones with their numbers after."""

    removed: tuple[tuple[int, str], ...] = ()
    added: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """One file of a fix. ``old_path`` is another than ``path`` when it was renamed; lines are None without a file."""

    path: str
    old_path: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    hunks: tuple[Hunk, ...] = ()

    @property
    def added(self) -> tuple[tuple[int, str], ...]:
        return tuple(line for hunk in self.hunks for line in hunk.added)

    @property
    def removed(self) -> tuple[tuple[int, str], ...]:
        return tuple(line for hunk in self.hunks for line in hunk.removed)


def touched(fix: Fix) -> tuple[Touch, ...]:
    """The files of a fix, renamed ones as one."""
    told = _parsed(fix.diff)
    changes = {change.path: change for change in fix.changes}
    moved = {
        new: old
        for new, (old, _) in told.items()
        if old != new and _is(changes.get(old), gone=True) and _is(changes.get(new), gone=False)
    }
    touches: list[Touch] = []
    for path, change in changes.items():
        if path in moved.values() and change.after is None:
            continue
        old_path = moved.get(path, path)
        before, after = _lines(changes[old_path].before), _lines(change.after)
        hunks = told[path][1] if path in told else ()
        if not _bears_out(hunks, before or (), after or ()):
            hunks = _coarse(before or (), after or ())
        touches.append(Touch(path, old_path, before, after, tuple(hunks)))
    return tuple(touches)


def _is(change: FileChange | None, *, gone: bool) -> bool:
    return change is not None and (change.after if gone else change.before) is None


def _lines(data: bytes | None) -> tuple[str, ...] | None:
    if data is None:
        return None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.removeprefix("\ufeff")
    return tuple(line.removesuffix("\r") for line in text.split("\n"))


def _bears_out(hunks: tuple[Hunk, ...], before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether the hunks tell of every line that is new or gone, and of none that is not there."""
    for lines, side in ((before, "removed"), (after, "added")):
        others = after if side == "removed" else before
        told: list[tuple[int, str]] = [line for hunk in hunks for line in getattr(hunk, side)]
        if any(not 0 < number <= len(lines) or lines[number - 1] != text for number, text in told):
            return False
        new = Counter(line for line in lines if line) - Counter(others)
        if new - Counter(text for _, text in told):
            return False
    return True


def _coarse(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Hunk, ...]:
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    removed = tuple(enumerate(before[first : len(before) - last], first + 1))
    added = tuple(enumerate(after[first : len(after) - last], first + 1))
    return (Hunk(removed, added),) if removed or added else ()


@dataclass(slots=True)
class _File:
    """A file of a diff as it is read."""

    old: str = ""
    new: str = ""
    hunks: list[Hunk] = field(default_factory=list)


def _parsed(diff: str) -> dict[str, tuple[str, tuple[Hunk, ...]]]:
    """Path -> the path before and the hunks. Hunks are read by their counts, so no content can pass for a header."""
    files: list[_File] = []
    lines = iter(diff.split("\n"))
    for line in lines:
        if line.startswith("diff --git "):
            files.append(_File())
        elif not files:
            continue
        elif line.startswith(("rename from ", "--- a/")):
            files[-1].old = _name(line.removeprefix("rename from ").removeprefix("--- a/"))
        elif line.startswith(("rename to ", "+++ b/")):
            files[-1].new = _name(line.removeprefix("rename to ").removeprefix("+++ b/"))
        elif line.startswith("@@ -"):
            files[-1].hunks.append(_hunk(line, lines))
    return {(file.new or file.old): (file.old or file.new, tuple(file.hunks)) for file in files if file.new or file.old}


def _name(text: str) -> str:
    return text.removesuffix("\t")


def _hunk(header: str, lines: Iterator[str]) -> Hunk:
    old, new = (_range(word) for word in header.split(" ")[1:3])
    removed: list[tuple[int, str]] = []
    added: list[tuple[int, str]] = []
    (old_at, old_left), (new_at, new_left) = old, new
    while old_left > 0 or new_left > 0:
        line = next(lines, None)
        if line is None:
            break
        sign, text = line[:1], line[1:].removesuffix("\r").removeprefix("\ufeff")
        if sign == "-":
            removed.append((old_at, text))
        elif sign == "+":
            added.append((new_at, text))
        if sign in (" ", "-"):
            old_at, old_left = old_at + 1, old_left - 1
        if sign in (" ", "+"):
            new_at, new_left = new_at + 1, new_left - 1
    return Hunk(tuple(removed), tuple(added))


def _range(word: str) -> tuple[int, int]:
    start, _, count = word[1:].partition(",")
    return (int(start), int(count or "1")) if start.isdecimal() and (count or "1").isdecimal() else (0, 0)
