"""A fix without what a check (or the user) changed in the same files meanwhile: against the state when a task began."""

from __future__ import annotations

from collections.abc import Mapping

from prunella.changes import FileChange, Fix
from prunella.workspace.meanwhile import blob
from prunella.workspace.merging import merge, merge_lines
from prunella.workspace.session import Session


class ClashError(Exception):
    """Two changes of a file overlap."""


class Alone:
    """Follows the changes of one task, so that each file is known with the model's edits and nothing else.

    A change is against the file as the model found it. When a check rewrites its sources (a formatter, a code
    generator), or the user types, that is another file than the one that was recorded at the start.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._pure: dict[tuple[str, bytes | None], bytes | ClashError | None] = {}
        self._now: dict[str, bytes | ClashError | None] = {}

    def note(self, changes: tuple[FileChange, ...]) -> None:
        """The changes are applied to what is there now."""
        for change in changes:
            path = change.path
            if path not in self._now and self._from_start(change):
                pure: bytes | ClashError | None = change.after
            else:
                pure = self._three(change, self._now[path] if path in self._now else self.start(path))
            self._pure[path, change.after] = self._now[path] = pure

    def back(self, changes: tuple[FileChange, ...]) -> None:
        """The state of the start is there again, with ``changes`` on top."""
        self._now = {}
        for change in changes:
            self._now[change.path] = self._pure.get((change.path, change.after), change.after)

    def present(self) -> Mapping[str, bytes | ClashError | None]:
        """By path, what the changes that are applied now make of the files of the start, and nothing else in them."""
        return self._now

    def of(self, fix: Fix) -> Fix:
        """The fix against the start, and nothing else in it.

        Raises:
            ClashError: names a path in which the two cannot be told apart.
        """
        changes = []
        for change in fix.changes:
            path = change.path
            from_start = self._from_start(change)
            pure = self._pure.get((path, change.after), change.after) if from_start else self._apart(change)
            if isinstance(pure, ClashError):
                raise pure
            before = change.before if from_start else self.start(path)
            if from_start and pure == change.after:
                changes.append(change)
            elif before != pure:
                changes.append(FileChange(path, before, pure, change.mode))
        if tuple(changes) == fix.changes:
            return fix
        from prunella.edits.diff import unified

        return Fix(tuple(changes), unified(tuple(changes)))

    def _apart(self, change: FileChange) -> bytes | ClashError | None:
        known = self._pure.get((change.path, change.after), self)
        return self._three(change, self.start(change.path)) if isinstance(known, Alone) else known

    def _three(self, change: FileChange, current: bytes | ClashError | None) -> bytes | ClashError | None:
        """``current`` with what the change does."""
        if isinstance(current, ClashError) or current == change.before:
            return current if isinstance(current, ClashError) else change.after
        if current is None or change.before is None or change.after is None:
            return ClashError(change.path)
        session = self.session
        versions = (current, change.before, change.after)
        merged = merge(session.git, f"{session.disk.folder}/new", *versions)
        if merged is None and not any(b"\0" in version for version in versions):
            merged = merge_lines(*versions)
        return ClashError(change.path) if merged is None else merged

    def _from_start(self, change: FileChange) -> bool:
        """Whether the change is against the file as it was when the task began; mostly known without asking git."""
        baseline = self.session.baseline
        existed = change.path in baseline.state.modes
        if change.before is None or not existed:
            return change.before is None and not existed
        entry = baseline.listing.entries.get(change.path)
        clean = entry if change.path not in baseline.own else None
        if clean and blob(self.session.repository.hash, change.before) == clean.id:
            return True
        return change.before == self.start(change.path)

    def start(self, path: str) -> bytes | None:
        """The bytes of a file when the task began; None if there was none."""
        if path not in self.session.baseline.state.modes:
            return None
        return self.session.shadow.git.run("cat-file", "blob", f"{self.session.baseline.state.tree}:{path}")
