"""One task's hold on a checkout: from the first look, through restores, until the files are kept or back."""

from __future__ import annotations

import os
from pathlib import Path

from prunella.errors import PrunellaError
from prunella.workspace.git import Git
from prunella.workspace.index import copy_index, index_lock, install_index, same_file, sweep_lock
from prunella.workspace.journal import Journal, acquire, refs
from prunella.workspace.listing import EMPTY, Listing, list_files
from prunella.workspace.meanwhile import Meanwhile
from prunella.workspace.plan import Baseline, uncommitted
from prunella.workspace.refs import commit_at
from prunella.workspace.repository import Repository
from prunella.workspace.rewrite import Disk, rewrite
from prunella.workspace.shadow import UNTRACKED_AT_MOST, Shadow, State
from prunella.workspace.survey import NO_FOLDERS

RULES = ".gitignore"


class Session:
    """Opened by ``begin`` (a new task) or ``resume`` (one that was killed); ended by ``close``.

    Attributes:
        baseline: the checkout when the task began.
        journal: the same on disk, for whoever comes after a kill.
        meanwhile: what the user does while the task works.
    """

    def __init__(self, repository: Repository, lock: int) -> None:
        self.repository = repository
        self.lock = lock
        self.open, self.done = f"{repository.folder}/open", f"{repository.folder}/done"
        self.shadow = Shadow(repository, lock)
        self.disk = Disk(repository.root, repository.folder)
        self.git = Git(repository.root)
        self.baseline = Baseline(State("", {}, NO_FOLDERS), EMPTY, {})
        self.journal = Journal("", repository.root, "", "", {})
        self.saved = ""
        self.set_aside = ""
        self.meanwhile = Meanwhile(repository, self.shadow)

    @staticmethod
    def lock_checkout(repository: Repository, task: str) -> int:
        """Take the checkout for one task.

        Raises:
            RepositoryError: another prunella holds it.
        """
        refs(task)
        lock = acquire(repository.folder, task)
        sweep_lock(repository.git_dir)
        return lock

    def begin(self, task: str) -> None:
        """Record the exact state. Nothing in the checkout changes.

        Raises:
            RepositoryError: it cannot be recorded, with the remedy.
        """
        repository = self.repository
        for folder in (self.open, f"{repository.folder}/new"):
            _empty(folder)  # What a run left that was killed before it had a journal, or after.
        self.shadow.prepare()
        state = self.shadow.capture(limit=UNTRACKED_AT_MOST)
        listing = self.shadow.listing
        state = self.shadow.save(state, f"{refs(task)}start", f"prunella: before task {task}")
        self.baseline = Baseline(state, listing, uncommitted(self.git))
        copy_index(f"{repository.git_dir}/index", self.index_copy(task), durable=True)
        self.journal = Journal(task, repository.root, repository.head, repository.branch, state.dump())
        self.journal.write(self.open)
        self.meanwhile.windows.calibrate(f"{self.open}/{task}.json", repository.root)

    def resume(self, journal: Journal) -> None:
        """Take over a task from its journal, to put its files back or to end it."""
        self.shadow.prepare()
        self.journal = journal
        self.baseline = Baseline(self.shadow.load(journal.state), EMPTY, {})
        self.saved = commit_at(self.git, f"{refs(journal.task)}end")

    def index_copy(self, task: str, folder: str = "") -> str:
        """Where the user's index, as it was at the start, is kept."""
        return f"{folder or self.open}/{task}.index"

    def restore(self, target: State, *, spare: bool = True) -> bool:
        """Put the files to ``target``, which was recorded in this task. What is discarded stays under the ref ``end``;
        with ``spare``, what the user did meanwhile stays in the files.

        Returns:
            Whether anything was different.
        """
        self._index_back()
        listing = self._rules_back(list_files(self.git), target)
        now = self.shadow.capture(also=target.modes, listing=listing)
        changes = self.shadow.difference(now.tree, target.tree) if now.tree != target.tree else []
        if spare and changes:
            changes, target = self.meanwhile.spare(changes, target, now)
        if changes:
            commit = self.save_end(now).commit
            if spare:
                self.meanwhile.discarded(changes, commit)
        rewrite(self.shadow, self.disk, changes, target, now)
        return bool(changes) or listing is None

    def save_end(self, now: State) -> State:
        """Keep the state of the moment under the task's ref ``end``, after those kept there before."""
        parents = [commit for commit in (self.baseline.state.commit, self.saved) if commit]
        name = self.journal.task
        now = self.shadow.save(now, f"{refs(name)}end", f"prunella: after task {name}", parents)
        self.saved = now.commit
        return now

    def close(self) -> bool:
        """Keep the files or put them back, whichever is due, and let the checkout go.

        Returns:
            Whether files had to be put back.
        """
        try:
            if self.journal.kept:
                self._keep()
                self.set_aside = self._told()
                return False
            changed = self.restore(self.baseline.state)
            self.set_aside = self._told()
            self._discard(with_refs=not self.saved)
            return changed
        finally:
            os.close(self.lock)

    def _told(self) -> str:
        return self.meanwhile.told(f"{refs(self.journal.task)}end", self.saved)

    def _keep(self) -> None:
        """Remember for ``undo`` what was so and what is now."""
        task, state = self.journal.task, self.baseline.state
        if self.journal.undoes:
            self._discard(with_refs=False)
            return
        try:
            end = self.shadow.capture(also=state.modes, limit=UNTRACKED_AT_MOST)
            if end.tree != state.tree or self.journal.landing:
                self.journal.end = self.save_end(end).dump()
                self.journal.theirs = sorted(self.meanwhile.look(end.modes))
        except PrunellaError:
            # The fix is in place and stays; only undo will have to say that it does not know what came after.
            self.journal.end = None
        if self.journal.end or self.journal.landing:
            copy = self.index_copy(task)
            if os.path.exists(copy):
                copy_index(copy, self.index_copy(task, self.done))
            self.journal.write(self.done)
        self._discard(with_refs=not (self.journal.end or self.journal.landing))

    def _discard(self, *, with_refs: bool) -> None:
        """The task is over. The journal goes first: without it, nothing else is looked at any more."""
        task = self.journal.task
        if with_refs:
            self.git.run("update-ref", "-d", f"{refs(task)}start")
        for name in (f"{self.open}/{task}.json", self.index_copy(task), f"{self.open}/{task}.next"):
            Path(name).unlink(missing_ok=True)

    def _index_back(self) -> None:
        """The user's index as it was, byte for byte, unless HEAD has moved, when it would no longer fit."""
        index, copy = f"{self.repository.git_dir}/index", self.index_copy(self.journal.task)
        if same_file(index, copy) or self.meanwhile.windows.foreign(index):
            return
        if commit_at(self.git, "HEAD") != self.journal.head:
            return
        copy_index(index, f"{self.repository.folder}/aside/{self.journal.task}.index")
        with index_lock(self.repository.git_dir) as lock:
            install_index(lock, copy, self.repository.git_dir)

    def _rules_back(self, listing: Listing, target: State) -> Listing | None:
        """Put changed ``.gitignore`` files back before all others: what is ignored and what is not is to be judged by
        the rules of the state that is restored, or a discarded rule would hide new files, and a discarded removal of
        one would put ignored files at our mercy. None = they were changed, so a new listing is needed."""
        now = {path for path in listing.paths if _is_rules(path)}
        before = {path for path in target.modes if _is_rules(path)}
        if not now and not before:
            return listing
        root, shadow = self.repository.root, self.shadow
        if now == before and all(map(_readable, (f"{root}/{path}" for path in now))):
            contents = shadow.git.contents(f"{target.tree}:{path}" for path in sorted(before) if "\n" not in path)
            present = [Path(root, path).read_bytes() for path in sorted(now) if "\n" not in path]
            if contents == present:
                return listing
        partial = shadow.capture(also=target.modes, only={*target.modes, *now}, listing=listing)
        changes = [change for change in shadow.difference(partial.tree, target.tree) if _is_rules(change.path)]
        changes = [change for change in changes if not self.meanwhile.foreign(change.path)]
        if not changes:
            return listing
        self.save_end(partial)
        rewrite(shadow, self.disk, changes, target, partial)
        return None


def _empty(folder: str) -> None:
    """Remove the files in a folder, if it is there."""
    if os.path.isdir(folder):
        for name in os.listdir(folder):
            Path(folder, name).unlink()


def _is_rules(path: str) -> bool:
    return path == RULES or path.endswith(f"/{RULES}")


def _readable(place: str) -> bool:
    return os.path.isfile(place) and not os.path.islink(place)
