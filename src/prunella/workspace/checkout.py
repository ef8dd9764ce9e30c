"""A checkout that fixes are applied to, as ``ports.Workspace``: the only class of this package that others need."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prunella.changes import FileChange, Fix
from prunella.domain import Task
from prunella.errors import GitError, RepositoryError
from prunella.outcome import Commit
from prunella.workspace import repository as repositories
from prunella.workspace.committing import Committer
from prunella.workspace.files import RepositoryFiles
from prunella.workspace.interrupts import careful, disk_errors
from prunella.workspace.journal import GROUPS_KEPT
from prunella.workspace.recovery import open_journals
from prunella.workspace.repository import Repository, locate
from prunella.workspace.rewrite import Disk
from prunella.workspace.session import Session

DAYS_KEPT = 30.0
RECORDS_AT_MOST = 40


def open_checkout(path: Path) -> Checkout:
    """The checkout that ``path`` is in.

    Raises:
        RepositoryError: there is none, or none to work in; with the remedy.
    """
    return Checkout(locate(path))


class Checkout:
    """See ``ports.Workspace``. Changes happen inside ``protected`` only, except those of ``undo`` and ``forget``."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._files = RepositoryFiles(repository)
        self._session: Session | None = None
        self._commits: Committer | None = None

    @property
    def files(self) -> RepositoryFiles:
        return self._files

    @property
    def root(self) -> Path:
        return Path(self.repository.root)

    def commit_problem(self, branch: str = "") -> str:
        """Why a fix could not be committed here (on the new branch ``branch``, if not ""), with the remedy; "" if it
        could. Ask before any money is spent; with ``--no-commit`` it does not matter."""
        return repositories.commit_problem(self.repository, branch)

    @contextmanager
    def protected(self, task: Task) -> Iterator[None]:
        """See ``ports.Workspace``.

        Raises:
            RepositoryError: another prunella works here, or the state cannot be recorded.
        """
        with disk_errors():
            session = self._begin(task.id)
        try:
            yield
        finally:
            with careful():
                self._session = None
                session.close()
                self._files.forget()
                self._settle(session)

    def _settle(self, session: Session) -> None:
        """After a task: HEAD may have moved, and old records go."""
        if session.journal.landing:
            self.repository = locate(self.root)
        if session.journal.kept and os.path.isdir(session.done) and len(os.listdir(session.done)) > RECORDS_AT_MOST:
            self.forget()

    def _begin(self, task: str) -> Session:
        lock = Session.lock_checkout(self.repository, task)
        begun = False
        try:
            if open_journals(self.repository.git_dir):
                from prunella.workspace.aftermath import put_back_all

                put_back_all(self.repository, lock)
                self.repository = locate(self.root)
            session = Session(self.repository, lock)
            session.begin(task)
            begun = True
        finally:
            if not begun:
                os.close(lock)
        self._session = session
        self._files.take(session.baseline.listing, session.baseline.state.modes)
        return session

    def reset(self, changes: tuple[FileChange, ...]) -> None:
        """See ``ports.Workspace``."""
        session = self._working()
        with careful():
            self._files.forget()
            session.restore(session.baseline.state)
            session.journal.paths = []
        self.apply(changes)

    def apply(self, changes: tuple[FileChange, ...]) -> None:
        """See ``ports.Workspace``.

        Raises:
            RepositoryError: a path may not be edited, or is no longer as the change says it is; nothing was changed.
        """
        session = self._working()
        for change in changes:
            wrong = self._files.refusal(change.path)
            if wrong:
                raise RepositoryError(f"{change.path!r} may not be edited: {wrong}.")
            if self._files.read(change.path) != change.before:
                remedy = "Run Prunella again while nothing else writes to the checkout."
                raise RepositoryError(f"{change.path} changed while the fix was being made.", remedy=remedy)
        with careful():
            self._files.forget()
            _apply(session.disk, changes)
            session.journal.paths = sorted({*session.journal.paths, *(change.path for change in changes)})

    def keep(self) -> None:
        """See ``ports.Workspace``."""
        session = self._working()
        with careful():
            session.journal.kept = True
            session.journal.write(session.open)

    def commit_state(self, fix: Fix) -> str:
        """See ``ports.Workspace``."""
        return self._committer().state(fix)

    @contextmanager
    def as_committed(self, fix: Fix) -> Iterator[None]:
        """See ``ports.Workspace``.

        Raises:
            RepositoryError: there can be no commit of this fix alone.
        """
        session = self._working()
        with careful():
            held = session.save_end(session.shadow.capture(also=session.baseline.state.modes))
        try:
            with careful():
                self._committer().show(fix, held)
                self._files.forget()
            yield
        finally:
            with careful():
                session.restore(held)
                self._files.forget()

    def commit(self, fix: Fix, message: str, branch: str) -> Commit:
        """See ``ports.Workspace``. A fix that cannot be committed is not lost by that: it stays in the working tree,
        and ``Commit.note`` says why."""
        problem = self.commit_problem(branch)
        if problem:
            return Commit(note=f"The fix is in the working tree, not committed: {problem}.")
        try:
            with careful():
                return self._committer().commit(fix, message, branch)
        except (GitError, RepositoryError) as error:
            return Commit(note=f"The fix is in the working tree, not committed: {error}")

    def note_process_group(self, pgid: int, start_time: int) -> None:
        """Remember the process group of a check, to be ended by the next call should this run be killed.

        Args:
            pgid: the group's id, which is the process id of its leader.
            start_time: when the leader started, as ``processes.started`` gives it; 0 = unknown, then it is left alone.
        """
        session = self._session
        if session and start_time:
            session.journal.groups = [*session.journal.groups, (pgid, start_time)][-GROUPS_KEPT:]
            session.journal.write(session.open, durable=False)  # After a power cut there is no process to end.

    def undo(self, task: str | None = None) -> str:
        """Take a task of this checkout back (None = the last one), and nothing that came after it.

        Returns:
            A line for the user.

        Raises:
            RepositoryError: it cannot be; nothing was changed, and the message says what to do instead.
        """
        from prunella.workspace.undo import Undo, find

        record = find(f"{self.repository.folder}/done", task)
        with disk_errors():
            session = self._begin(f"undo-{record.task}"[:100])
        session.journal.undoes = record.task
        try:
            with careful():
                line = Undo(session, record).run()
        finally:
            with careful():
                self._session = None
                session.close()
                self._files.forget()
                self._settle(session)
        return line

    def forget(self, days: float = DAYS_KEPT) -> int:
        """Drop what is kept of tasks older than ``days``; they can then no longer be undone. How many refs went."""
        from prunella.workspace.aftermath import forget

        return forget(self.repository, days)

    def _committer(self) -> Committer:
        session = self._working()
        if self._commits is None or self._commits.session is not session:
            self._commits = Committer(session)
        return self._commits

    def _working(self) -> Session:
        if self._session is None:
            raise RepositoryError("the checkout is changed only while it is protected.")
        return self._session


def _apply(disk: Disk, changes: tuple[FileChange, ...]) -> None:
    """Write all changes or none."""
    done: list[tuple[FileChange, int]] = []
    complete = False
    try:
        for change in sorted(changes, key=lambda change: change.after is not None):
            place = f"{disk.root}/{change.path}"
            perm = stat.S_IMODE(os.lstat(place).st_mode) if change.before is not None else 0
            done.append((change, perm))
            _write(disk, change.path, change.after, change.mode)
        gone = (change.path.rpartition("/")[0] for change in changes if change.after is None)
        disk.prune({folder for folder in gone if folder}, frozenset())
        complete = True
    except OSError as error:
        raise RepositoryError(
            f"the fix could not be written: {error}", remedy="Free space, or mend the rights."
        ) from error
    finally:
        if not complete:
            for change, perm in reversed(done):
                _write(disk, change.path, change.before, perm)


def _write(disk: Disk, path: str, content: bytes | None, perm: int) -> None:
    if content is None:
        disk.remove(path)
    else:
        disk.make_way(path)
        disk.write(path, content, perm)
