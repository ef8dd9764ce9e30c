"""A fix as people and git read it: a unified diff with git's extended headers.

https://git-scm.com/docs/diff-format#generate_patch_text_with_p. What is not UTF-8 is shown in its own encoding's
characters; binary files get a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prunella.changes import FileChange
from prunella.edits.align import Block, blocks
from prunella.edits.text import decode
from prunella.errors import EditRejected

CONTEXT = 3


def unified(changes: Iterable[FileChange], renames: Mapping[str, str] | None = None) -> str:
    """The changes as one diff, in the order of their paths.

    Args:
        changes: at most one for each path.
        renames: new path -> old path; where none is given, a deleted and a created file with the same bytes are taken
            for one that moved.
    """
    by_path = {change.path: change for change in changes}
    moved = _moves(by_path, renames or {})
    gone = set(moved.values())
    parts: list[str] = []
    for path in sorted(by_path):
        change = by_path[path]
        if path in moved:
            parts.append(_renamed(by_path[moved[path]], change))
        elif path not in gone and change.before != change.after:
            parts.append(_changed(change))
    return "".join(parts)


def _moves(by_path: Mapping[str, FileChange], renames: Mapping[str, str]) -> dict[str, str]:
    """New path -> old path of what moved, both sides being among the changes."""
    created = {path: change for path, change in by_path.items() if change.before is None and change.after is not None}
    deleted = {path: change for path, change in by_path.items() if change.after is None and change.before is not None}
    moved = {new: old for new, old in renames.items() if new in created and old in deleted}
    for new in sorted(created.keys() - moved.keys()):
        same = (
            old
            for old in sorted(deleted.keys() - set(moved.values()))
            if deleted[old].before == created[new].after and deleted[old].before
        )
        old = next(same, None)
        if old is not None:
            moved[new] = old
    return moved


def _renamed(old: FileChange, new: FileChange) -> str:
    head = f"diff --git {_name('a', old.path)} {_name('b', new.path)}\n"
    same = old.before == new.after
    head += "similarity index 100%\n" if same else ""
    head += f"rename from {_quoted(old.path)}\nrename to {_quoted(new.path)}\n"
    return head + ("" if same else _body(_Sides(old.path, new.path), old.before or b"", new.after or b""))


def _changed(change: FileChange) -> str:
    head = f"diff --git {_name('a', change.path)} {_name('b', change.path)}\n"
    kind = "100755" if change.mode & 0o111 else "100644"
    if change.before is None:
        head += f"new file mode {kind}\n"
    elif change.after is None:
        head += f"deleted file mode {kind}\n"
    sides = _Sides(
        None if change.before is None else change.path,
        None if change.after is None else change.path,
    )
    return head + _body(sides, change.before or b"", change.after or b"")


@dataclass(frozen=True, slots=True)
class _Sides:
    """The paths before and after; None = there is no file."""

    old: str | None
    new: str | None

    @property
    def before(self) -> str:
        return "/dev/null" if self.old is None else _name("a", self.old)

    @property
    def after(self) -> str:
        return "/dev/null" if self.new is None else _name("b", self.new)

    def __str__(self) -> str:
        return f"--- {_ended(self.before)}\n+++ {_ended(self.after)}\n"


def _body(sides: _Sides, before: bytes, after: bytes) -> str:
    if before == after:
        return ""
    try:
        old, new = _lines(before), _lines(after)
    except EditRejected:
        return f"Binary files {sides.before} and {sides.after} differ\n"
    return f"{sides}" + "".join(_hunk(group, old, new) for group in _groups(blocks(old, new)))


def _lines(data: bytes) -> list[str]:
    """Lines as git has them: broken at "\\n" only, which is kept, and the byte order mark a part of the first."""
    lines = [f"{line}\n" for line in data.decode(decode(data).encoding).split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _groups(changed: list[Block]) -> list[list[Block]]:
    """Blocks that are near enough to share a hunk."""
    groups: list[list[Block]] = []
    for block in changed:
        if groups and block.old_start - groups[-1][-1].old_end <= 2 * CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _hunk(group: list[Block], old: list[str], new: list[str]) -> str:
    first, last = group[0], group[-1]
    lead = min(CONTEXT, first.old_start)
    trail = min(CONTEXT, len(old) - last.old_end)
    lines: list[str] = []
    at = first.old_start - lead
    for block in group:
        lines += [" " + line for line in old[at : block.old_start]]
        lines += ["-" + line for line in old[block.old_start : block.old_end]]
        lines += ["+" + line for line in new[block.new_start : block.new_end]]
        at = block.old_end
    lines += [" " + line for line in old[at : at + trail]]
    old_range = _range(first.old_start - lead, last.old_end + trail)
    new_range = _range(first.new_start - lead, last.new_end + trail)
    shown = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return f"@@ -{old_range} +{new_range} @@\n" + "".join(shown)


def _range(start: int, end: int) -> str:
    """Where a hunk is; of no lines at all, the line before it."""
    count = end - start
    return f"{start + 1 if count else start}" + ("" if count == 1 else f",{count}")


def _name(side: str, path: str) -> str:
    return _quoted(f"{side}/{path}")


def _ended(name: str) -> str:
    """git marks the end of a name with spaces by a tab in the lines that begin with --- and +++."""
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _quoted(path: str) -> str:
    if not any(character < " " or character in '"\\\x7f' for character in path):
        return path
    return '"' + "".join(_escaped(character) for character in path) + '"'


def _escaped(character: str) -> str:
    known = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    if character in known:
        return known[character]
    return f"\\{ord(character):03o}" if character < " " or character == "\x7f" else character
