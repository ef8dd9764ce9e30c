"""What a patch comes to: files before and after, in memory. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from prunella.changes import FileChange, Fix
from prunella.edits.diff import unified
from prunella.edits.patch import Lines, Patch
from prunella.errors import EditRejected

Read = Callable[[str], bytes | None]

UNSHOWN = b"\0"
"""Stands for a content that a patch does not show."""

MOST_PADDING = 200_000
"""Lines up to which what a patch does not show is made up of empty lines, so that its line numbers are right."""


def patched(patches: Sequence[Patch], read: Read) -> Fix:
    """The patch applied to the files that ``read`` gives. One that is applied there already is judged as applied.

    Raises:
        EditRejected: it does not fit; says where, and what is there instead.
    """
    try:
        return _made(patches, read)
    except EditRejected:
        try:
            undone = _made([_reversed(patch) for patch in reversed(patches)], read)
        except EditRejected:
            pass
        else:
            renames = {patch.new: patch.old for patch in patches if patch.old and patch.new and not patch.copied}
            modes = {patch.path: _mode(patch) for patch in patches}
            back = tuple(
                FileChange(change.path, change.after, change.before, modes.get(change.path, 0o644))
                for change in undone.changes
            )
            return Fix(back, unified(back, renames))
        raise


def detached(patches: Iterable[Patch]) -> Fix:
    """The patch by itself: files before and after hold what its hunks show, at their places, and nothing else."""
    files: dict[str, tuple[list[str] | None, list[str] | None]] = {}
    modes: dict[str, int] = {}
    renames: dict[str, str] = {}
    for patch in patches:
        moved = bool(patch.old and patch.new and patch.old != patch.new)
        if moved and not patch.copied:
            renames[patch.new] = patch.old
        before, after = _shown(patch, "-"), _shown(patch, "+")
        if moved:
            files.setdefault(patch.old, (before, before if patch.copied else None))
            before = None
        earlier = files.get(patch.path)
        if earlier and not moved:
            before, after = _both(earlier[0], before), _both(earlier[1], after)
        files[patch.path] = (before, after)
        modes[patch.path] = _mode(patch)
    changes = tuple(
        FileChange(path, _joined(before), _joined(after), modes.get(path, 0o644))
        for path, (before, after) in sorted(files.items())
        if before is not None or after is not None
    )
    return Fix(changes, unified(changes, renames))


def _both(first: list[str] | None, then: list[str] | None) -> list[str] | None:
    """What two parts of a series show of a file."""
    return then if first is None or then is None else [*first, *then]


def _shown(patch: Patch, sign: str) -> list[str] | None:
    if not (patch.old if sign == "-" else patch.new):
        return None
    if patch.binary:
        return [UNSHOWN.decode()]
    lines: list[str] = []
    for hunk in patch.hunks:
        start = (hunk.old if sign == "-" else hunk.new) - 1
        lines += [""] * min(max(0, start - len(lines)), MOST_PADDING)
        lines += hunk.side(sign)
    return lines


class _Text(NamedTuple):
    """A file's lines, and whether the last one has a line end."""

    lines: list[str]
    ended: bool


def _made(patches: Iterable[Patch], read: Read) -> Fix:
    """The files of a patch, one after the other: those of a series may build on one another."""
    start: dict[str, bytes | None] = {}
    now: dict[str, bytes | None] = {}
    modes: dict[str, int] = {}
    renames: dict[str, str] = {}

    def content(path: str) -> bytes | None:
        if path not in now:
            now[path] = start[path] = read(path)
        return now[path]

    for patch in patches:
        modes[patch.path] = _mode(patch)
        after = _applied(patch, content)
        content(patch.path)
        if patch.old and patch.new and patch.old != patch.new and not patch.copied:
            now[patch.old], renames[patch.new] = None, renames.pop(patch.old, patch.old)
        now[patch.path] = after
    changes = tuple(
        FileChange(path, start[path], now[path], modes.get(path, 0o644))
        for path in sorted(now)
        if start[path] != now[path]
    )
    return Fix(changes, unified(changes, renames))


def _applied(patch: Patch, content: Read) -> bytes | None:
    """The file after the patch; None = there is none."""
    if not patch.old and content(patch.new) is not None:
        raise EditRejected(f"{patch.new} is new in the patch, but there is such a file here.")
    before = content(patch.old) if patch.old else b""
    if before is None:
        raise EditRejected(f"There is no file {patch.old} here, which the patch changes.")
    if patch.binary:
        return UNSHOWN if patch.new else None
    text = before.decode("utf-8", "surrogateescape")
    state = _Text(text.split("\n"), ended=text.endswith("\n"))
    if state.ended or not text:
        state.lines.pop()
    shift = 0
    for number, hunk in enumerate(patch.hunks, 1):
        state, shift = _with(state, hunk, shift, f"hunk {number} of {patch.path}")
    return _joined(state.lines, ended=state.ended) if patch.new else None


def _with(state: _Text, hunk: Lines, shift: int, name: str) -> tuple[_Text, int]:
    """The text with a hunk, and how far later hunks are from where they say."""
    old = hunk.side("-")
    wanted = max(0, hunk.old - (1 if old else 0)) + shift
    at, exact = _place(state.lines, old, wanted)
    if at < 0:
        raise EditRejected(f"{name} (line {hunk.old}) does not fit. {_difference(state.lines, old, wanted)}")
    new: list[str] = []
    position = at
    returns = not exact and any(line.endswith("\r") for line in state.lines[at : at + len(old)])
    for sign, line in hunk.lines:
        if sign == " ":
            new.append(state.lines[position])
        elif sign == "+":
            new.append(line if exact else line.removesuffix("\r") + ("\r" if returns else ""))
        position += sign != "+"
    at_end = at + len(old) == len(state.lines)
    lines = [*state.lines[:at], *new, *state.lines[at + len(old) :]]
    drift = at - max(0, hunk.old - (1 if old else 0))
    ended = "+" not in hunk.open_ends if at_end else state.ended
    return _Text(lines, ended), drift + len(new) - len(old)


def _place(lines: list[str], old: list[str], wanted: int) -> tuple[int, bool]:
    """Where the old lines of a hunk are, nearest to where they are said to be, and whether with the same line ends;
    -1 = nowhere."""
    if not old:
        return (wanted, True) if wanted <= len(lines) else (-1, True)
    for exact in (True, False):
        have = lines if exact else [line.removesuffix("\r") for line in lines]
        need = old if exact else [line.removesuffix("\r") for line in old]
        starts = [at for at, line in enumerate(have) if line == need[0] and have[at : at + len(need)] == need]
        if starts:
            return min(starts, key=lambda at: abs(at - wanted)), exact
    return -1, True


def _difference(lines: list[str], old: list[str], wanted: int) -> str:
    """The first line that is another than the patch says."""
    for number, line in enumerate(old, wanted):
        here = lines[number] if number < len(lines) else None
        if here is None:
            return f"The file here has {len(lines)} lines."
        if here.removesuffix("\r") != line.removesuffix("\r"):
            return f"Line {number + 1} here is {here[:200]!r}, in the patch {line[:200]!r}."
    return f"The file here has {len(lines)} lines."


def _reversed(patch: Patch) -> Patch:
    """The patch that takes this one back."""
    turned = {" ": " ", "-": "+", "+": "-"}
    hunks = [
        Lines(
            hunk.new,
            hunk.old,
            tuple((turned[sign], text) for sign, text in hunk.lines),
            frozenset(turned[sign] for sign in hunk.open_ends),
        )
        for hunk in patch.hunks
    ]
    if patch.copied:
        return Patch(patch.new, "", patch.mode, binary=patch.binary)
    return Patch(patch.new, patch.old, patch.mode, binary=patch.binary, hunks=hunks)


def _joined(lines: list[str] | None, *, ended: bool = True) -> bytes | None:
    if lines is None:
        return None
    text = "\n".join(lines) + ("\n" if ended and lines else "")
    return text.encode("utf-8", "surrogateescape")


def _mode(patch: Patch) -> int:
    return int(patch.mode[-3:], 8) if re.fullmatch("100[0-7]{3}", patch.mode) else 0o644
