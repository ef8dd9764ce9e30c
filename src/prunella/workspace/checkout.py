"""A checkout that fixes are applied to, as ``ports.Workspace``: the only class of this package that others need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prunella.changes import FileChange, Fix
from prunella.domain import Task
from prunella.errors import GitError, RepositoryError
from prunella.outcome import Commit
from prunella.workspace import repository as repositories
from prunella.workspace.alone import Alone, ClashError
from prunella.workspace.applying import check_changes, write_changes
from prunella.workspace.committing import Committer
from prunella.workspace.files import RepositoryFiles
from prunella.workspace.interrupts import careful, disk_errors
from prunella.workspace.journal import GROUPS_KEPT
from prunella.workspace.lately import RecentChanges
from prunella.workspace.recovery import open_journals
from prunella.workspace.repository import Repository, locate
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
    """See ``ports.Workspace``. Changes happen inside ``protected`` only, except those of ``undo`` and ``forget``.

    Attributes:
        set_aside: after ``protected``, a line for the user: which changes that are no fix's were put back, and how to
            get them; "" if none were.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._files = RepositoryFiles(repository)
        self.lately = RecentChanges(repository.root)
        self._session: Session | None = None
        self._commits: Committer | None = None
        self._alone: Alone | None = None
        self.set_aside = ""
        self._moved = False

    @property
    def files(self) -> RepositoryFiles:
        self._check_ended()  # Nobody asks for files while a check runs.
        return self._files

    def _forget_files(self) -> None:
        self._files.forget()
        self.lately.forget()

    @property
    def root(self) -> Path:
        return Path(self.repository.root)

    def commit_problem(self, branch: str = "") -> str:
        """Why a fix could not be committed here (on the new branch ``branch``, if not ""), with the remedy; "" if it
        could. Ask before any money is spent; with ``--no-commit`` it does not matter."""
        if self._moved:
            self.repository, self._moved = locate(self.root), False
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
                self._check_ended()
                self._session = None
                session.close()
                self.set_aside = session.set_aside
                self._forget_files()
                self._settle(session)

    def _settle(self, session: Session) -> None:
        """After a task: HEAD may have moved (which is looked at when it matters), and old records go."""
        if session.journal.landing:
            self._moved = True
        if session.journal.kept and os.path.isdir(session.done) and len(os.listdir(session.done)) > RECORDS_AT_MOST:
            self.forget()

    def _begin(self, task: str) -> Session:
        if self._moved:
            self.repository, self._moved = locate(self.root), False
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
        self._commits, self._alone = None, Alone(session)
        self._files.take(session.baseline.listing, session.baseline.state.modes)
        return session

    def reset(self, changes: tuple[FileChange, ...]) -> None:
        """See ``ports.Workspace``."""
        session, alone = self._working(), self._only()
        self._check_ended()
        with careful():
            self._forget_files()
            session.meanwhile.windows.open()
            session.restore(session.baseline.state)
            alone.back(changes)
            # What a check rewrote meanwhile is in ``before``, so it cannot be compared with what is there now.
            written = tuple(session.meanwhile.joined(change, alone.start) for change in changes)
            self._write(session, written)
            session.journal.paths = sorted(change.path for change in changes)
            session.meanwhile.windows.close()

    def apply(self, changes: tuple[FileChange, ...]) -> None:
        """See ``ports.Workspace``.

        Raises:
            RepositoryError: a path may not be edited, or is no longer as the change says it is; nothing was changed.
        """
        session = self._working()
        self._check_ended()
        check_changes(self._files, changes)
        with careful():
            self._only().note(changes)
            entries = session.baseline.listing.entries
            for change in changes:
                session.meanwhile.before_write(change.path, entries.get(change.path))
            self._forget_files()
            session.meanwhile.windows.open()
            self._write(session, changes)
            session.journal.paths = sorted({*session.journal.paths, *(change.path for change in changes)})
            session.meanwhile.windows.close()

    def _write(self, session: Session, changes: tuple[FileChange, ...]) -> None:
        write_changes(session.disk, changes)
        session.meanwhile.ours |= {change.path: change.after for change in changes}

    def keep(self) -> None:
        """See ``ports.Workspace``."""
        session = self._working()
        with careful():
            session.journal.kept = True
            session.journal.write(session.open)

    def commit_state(self, fix: Fix) -> str:
        """See ``ports.Workspace``."""
        self._check_ended()
        try:
            alone = self._only().of(fix)
        except ClashError as clash:
            return f"the fix overlaps with what was changed in {clash} while Prunella worked; commit them together"
        state = self._committer().state(alone)
        return "unproven" if state == "clean" and (self._committer().user_worked() or alone != fix) else state

    def from_start(self, fix: Fix) -> Fix:
        """See ``ports.Workspace``. The fix itself where the two overlap."""
        try:
            return self._only().of(fix)
        except ClashError:
            return fix

    def changed_meanwhile(self) -> Fix:
        """See ``ports.Workspace``."""
        from prunella.workspace.rewritten import rewritten

        self._check_ended()
        with disk_errors():
            return rewritten(self._working(), self._only())

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
                session.meanwhile.windows.open()
                self._committer().show(self._only().of(fix), held)
                self._forget_files()
            yield
        finally:
            with careful():
                session.restore(held, spare=False)
                session.meanwhile.windows.close()
                self._forget_files()

    def commit(self, fix: Fix, message: str, branch: str) -> Commit:
        """See ``ports.Workspace``. A fix that cannot be committed is not lost by that: it stays in the working tree,
        and ``Commit.note`` says why."""
        problem = self.commit_problem(branch)
        if problem:
            return Commit(note=f"The fix is in the working tree, not committed: {problem}.")
        try:
            with careful():
                return self._committer().commit(self._only().of(fix), message, branch)
        except ClashError as clash:
            return Commit(note=f"The fix is in the working tree, not committed: it overlaps with changes in {clash}.")
        except (GitError, RepositoryError) as error:
            return Commit(note=f"The fix is in the working tree, not committed: {error}")

    def note_process_group(self, pgid: int, start_time: int) -> None:
        """Remember the process group of a check, to be ended by the next call should this run be killed.

        Args:
            pgid: the group's id, which is the process id of its leader.
            start_time: when the leader started, as ``processes.started`` gives it; 0 = unknown, then it is left alone.
        """
        session = self._session
        if session:
            session.meanwhile.windows.check_runs()
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

        with disk_errors():
            # Whoever works here now is named first: the task to undo may be theirs.
            os.close(Session.lock_checkout(self.repository, "undo"))
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
                self._forget_files()
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

    def _only(self) -> Alone:
        self._working()
        assert self._alone
        return self._alone

    def _check_ended(self) -> None:
        if self._session:
            self._session.meanwhile.windows.close()

    def _working(self) -> Session:
        if self._session is None:
            raise RepositoryError("the checkout is changed only while it is protected.")
        return self._session
