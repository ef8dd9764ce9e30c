"""What the user did in the checkout while a task worked in it: it stays, or one is told where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from prunella.changes import FileChange
from prunella.workspace.listing import LINK, Entry, tree_entries
from prunella.workspace.merging import merge
from prunella.workspace.refs import commit_at
from prunella.workspace.repository import Repository
from prunella.workspace.shadow import Difference, Shadow, State
from prunella.workspace.windows import Windows

NAMED = 5
"""Paths that a line names at most."""


class Meanwhile:
    """The user's changes during one task.

    Attributes:
        windows: when changes were not the user's.
        ours: what Prunella itself wrote last, by path; None = it removed the file.
        seen: paths that the user was seen to have changed.
    """

    def __init__(self, repository: Repository, shadow: Shadow) -> None:
        self.repository = repository
        self.shadow = shadow
        self.windows = Windows()
        self.ours: dict[str, bytes | None] = {}
        self.seen: set[str] = set()
        self._theirs: dict[str, Entry] = {}
        self._lost: dict[str, tuple[Entry, str]] = {}

    def foreign(self, path: str) -> bool:
        """Whether the user was the last to change this file."""
        return self.windows.foreign(f"{self.repository.root}/{path}")

    def look(self, paths: Iterable[str]) -> set[str]:
        """Which files the user has changed since the task began."""
        self.seen.update(filter(self.foreign, paths))
        return self.seen

    def spare(self, changes: list[Difference], target: State, now: State) -> tuple[list[Difference], State]:
        """Leave the user's changes out of what a restore to ``target`` would undo; where they are in a file that a fix
        is in too, only the fix is taken out."""
        left, modes = [], dict(target.modes)
        gone = self._gone_with_head(changes)
        for change in changes:
            path = change.path
            if path in gone:
                modes.pop(path, None)
                continue
            if change.old and self.foreign(path):
                self._notice(change, change.old)
            theirs = self._theirs.get(path)
            if theirs and change.old:
                modes[path] = now.modes[path]
            if not theirs or theirs != change.old:
                left.append(Difference(path, change.old, theirs or change.new))
        return left, target._replace(modes=modes)

    def _gone_with_head(self, changes: list[Difference]) -> set[str]:
        """Files that went because the user went to another commit, which has none of them."""
        gone = {change.path for change in changes if change.old is None and change.path not in self.ours}
        head = commit_at(self.shadow.real, "HEAD") if gone else self.repository.head
        return (
            gone.difference(tree_entries(self.shadow.real, head)) if head not in {self.repository.head, ""} else set()
        )

    def before_write(self, path: str, start: Entry | None) -> None:
        """Prunella is about to write over a file; what the user has put into it by now is remembered."""
        if not self.foreign(path):
            return
        place = Path(self.repository.root, path)
        content = place.read_bytes()
        mode = "100755" if place.stat().st_mode & 0o100 else "100644"
        if self.ours.get(path) != content:
            self._notice(Difference(path, None, start), Entry(mode, self._store(content)))

    def _notice(self, change: Difference, present: Entry) -> None:
        """Remember the user's version of a file, without what a fix had done to it."""
        path = change.path
        self.seen.add(path)
        if path not in self.ours:
            self._theirs[path] = present
            return
        ours, wanted = self.ours[path], self._theirs.get(path, change.new)
        if ours is None:
            self._theirs[path] = present
        elif wanted and LINK not in {wanted.mode, present.mode}:
            mixed, original = self.shadow.git.contents([present.id, wanted.id])
            merged = merge(self.shadow.real, f"{self.repository.folder}/new", mixed, ours, original)
            if merged is not None:
                self._theirs[path] = Entry(wanted.mode, self._store(merged))

    def _store(self, content: bytes) -> str:
        return self.shadow.git.line("hash-object", "-w", "-t", "blob", "--no-filters", "--stdin", stdin=content)

    def joined(self, change: FileChange, start: Callable[[str], bytes | None]) -> FileChange:
        """What to write of a change after a restore: with the user's changes of the file, unless they overlap."""
        path, before = change.path, self._content(change.path)
        if path in self._theirs and before is not None and change.after is not None:
            base = start(path)
            folder = f"{self.repository.folder}/new"
            merged = merge(self.shadow.real, folder, before, base, change.after) if base is not None else None
            if merged is not None:
                return FileChange(path, before, merged, change.mode)
        return FileChange(path, before, change.after, change.mode)

    def discarded(self, changes: list[Difference], commit: str) -> None:
        """A restore has undone ``changes``; the commit holds what was there."""
        for change in changes:
            path = change.path
            if change.new and change.new == self._theirs.get(path):
                continue  # All of the user's is still there.
            if change.old and (path not in self.ours or blob(self.repository.hash, self.ours[path]) != change.old.id):
                self._lost[path] = (change.old, commit)

    def told(self, ref: str, saved: str) -> str:
        """A line for the user about what was put aside and is not there any more; "" if there is nothing."""
        by_commit: dict[str, list[str]] = {}
        for path, (entry, commit) in sorted(self._lost.items()):
            if blob(self.repository.hash, self._content(path)) != entry.id:
                by_commit.setdefault(ref if commit == saved else commit[:12], []).append(path)
        return " ".join(_line(name, paths) for name, paths in by_commit.items())

    def _content(self, path: str) -> bytes | None:
        try:
            return Path(self.repository.root, path).read_bytes()
        except OSError:
            return None


def _line(name: str, paths: list[str]) -> str:
    from shlex import quote

    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    listed = ", ".join(paths[:NAMED]) + more
    given = " ".join(quote(path) for path in paths[:NAMED])
    return f"Changed while a check ran, and put back: {listed}. To get that back: `git checkout {name} -- {given}`."


def blob(kind: str, content: bytes | None) -> str:
    """The id that git gives to a file's bytes; "" for no file. ``kind``: of the hash."""
    if content is None:
        return ""
    from hashlib import new

    digest = new(kind, b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()
