"""Taking a finished task back: its commit, its files, its index entries, and nothing that came later."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prunella.errors import RepositoryError
from prunella.workspace.index import copy_index, identity, index_lock, install_index, same_file
from prunella.workspace.journal import Journal, Landing, read, refs
from prunella.workspace.listing import LINK, Entry, list_files
from prunella.workspace.merging import merge
from prunella.workspace.plan import index_info
from prunella.workspace.refs import commit_at, inverse, land, on_branch
from prunella.workspace.repository import in_progress
from prunella.workspace.rewrite import rewrite
from prunella.workspace.session import Session
from prunella.workspace.shadow import Difference, State
from prunella.workspace.survey import Folders


def find(done: str, task: str | None) -> Journal:
    """The record of a task, or of the last one that is not undone yet.

    Raises:
        RepositoryError: there is none.
    """
    if task is not None:
        journal = read(_file(done, task))
        if journal.undone:
            raise RepositoryError(f"task {journal.task} is undone already.")
        return journal
    records = [journal for journal in map(read, Path(done).glob("*.json")) if not journal.undone]
    if not records:
        raise RepositoryError(
            "there is nothing to undo in this checkout.",
            remedy="`prunella history` lists the tasks and where they ran; name another checkout with --repo.",
        )
    return max(records, key=lambda journal: journal.started_at)


def _file(done: str, task: str) -> Path:
    """The record of a task that is named by its id, or by as much of it as tells it from others."""
    refs(task)
    file = Path(done, f"{task}.json")
    found = (
        [file] if file.exists() else sorted(other for other in Path(done).glob("*.json") if other.name.startswith(task))
    )
    if len(found) > 1:
        names = ", ".join(other.stem for other in found)
        raise RepositoryError(f"more than one task begins with {task}.", remedy=f"Name one of {names}.")
    if not found:
        remedy = (
            "`prunella history` lists the tasks and where they ran: undo one there, or name its checkout with --repo. "
            "Tasks that changed nothing, or were long ago, leave nothing to undo."
        )
        raise RepositoryError(f"there is no task {task} to undo in this checkout.", remedy=remedy)
    return found[0]


class Undo:
    """The undoing of one task, inside a session of its own: when it fails half-way, that one puts everything back."""

    def __init__(self, session: Session, record: Journal) -> None:
        self.session = session
        self.record = record
        self.shadow = session.shadow

    def run(self) -> str:
        """Do it; a line for the user.

        Raises:
            RepositoryError: later work is in the way; nothing was changed, and the message says what to do.
        """
        record, session = self.record, self.session
        if record.end is None:
            remedy = f"The state before it is the commit {refs(record.task)}start."
            raise RepositoryError(f"what task {record.task} left was not recorded.", remedy=remedy)
        if record.landing:
            self._check_refs(record.landing)
        start, end = self.shadow.load(record.state), self.shadow.load(record.end)
        changes = self._changes(start, end)
        now = session.baseline.state
        rewrite(self.shadow, session.disk, changes, self._target(changes, start, end), now)
        index = self._index()
        steps = inverse(record.landing.steps) if record.landing else []
        landing = Landing(steps, index, identity(session.repository.git_dir), f"prunella undo {record.task}")
        if steps:
            land(session.repository, session.journal, landing)
        elif index:
            with index_lock(session.repository.git_dir) as lock:
                install_index(lock, index, session.repository.git_dir)
        session.journal.kept = True
        session.journal.write(session.open)
        record.undone = time.time()
        record.write(session.done)
        what = "its commit and its changes are" if steps else "its changes are"
        return f"Undid task {record.task}: {what} taken back; the state until now is {refs(session.journal.task)}start."

    def _check_refs(self, landing: Landing) -> None:
        """Refuse when the commit is no longer where the task put it."""
        session, record = self.session, self.record
        problem = in_progress(session.repository)
        if problem:
            raise RepositoryError(f"{problem}.")
        _, ref, commit, _ = landing.steps[0]
        short = commit[:12]
        wanted = record.branch if ref == "HEAD" else ref
        branch = on_branch(session.git)
        if branch != wanted:
            name = wanted.removeprefix("refs/heads/")
            remedy = f"`git switch {name}`, then undo; or `git revert {short}` here."
            raise RepositoryError(f"the fix was committed on {name}, which is not the current branch.", remedy=remedy)
        head = commit_at(session.git, "HEAD")
        if head != commit:
            later = session.git.attempt("merge-base", "--is-ancestor", commit, "HEAD").code == 0
            remedy = f"Take it back by a commit of its own: `git revert {short}`." if later else ""
            words = "there are later commits" if later else "the commit is not on this branch any more"
            raise RepositoryError(f"task {record.task} cannot be undone: {words}.", remedy=remedy)
        if ref != "HEAD" and record.branch and commit_at(session.git, record.branch) != record.head:
            name = record.branch.removeprefix("refs/heads/")
            remedy = f"`git switch {name}`, then `git branch -D {ref.removeprefix('refs/heads/')}`."
            raise RepositoryError(f"the branch {name} has moved since.", remedy=remedy)

    def _changes(self, start: State, end: State) -> list[Difference]:
        """What to write so that the task's changes are gone and later ones stay."""
        now = self.shadow.entries(self.session.baseline.state.tree)
        wanted, blocked = [], []
        for change in self.shadow.difference(end.tree, start.tree):
            path, present = change.path, now.get(change.path)
            if present == change.new:
                continue
            fix = change
            if path in self.record.theirs:
                # The user changed it while the task ran; of the fix, its commit knows what to take out.
                before, after = (_entry(entry) for entry in self.record.touched.get(path, (None, None)))
                if not present or not before or not after:
                    blocked += [path] if path in self.record.paths else []
                    continue
                fix = Difference(path, after, before)
            elif present == change.old:
                wanted.append(change)
                continue
            if not present and change.old is None:
                continue
            if path in self.record.paths:
                merged = self._merged(present, fix)
                blocked += [] if merged else [path]
                wanted += [Difference(path, present, merged)] if merged else []
            # Else a check made it, and something has made it anew since: it is not ours any more.
        if blocked:
            names = ", ".join(blocked)
            remedy = f"Put your changes of it aside (`git stash push -- {blocked[0]}`), undo, then `git stash pop`."
            raise RepositoryError(f"later changes overlap with the fix in {names}; nothing was undone.", remedy=remedy)
        return wanted

    def _merged(self, present: Entry | None, change: Difference) -> Entry | None:
        """The present file without the fix; None if later changes overlap with it."""
        entries = (present, change.old, change.new)
        texts = [entry for entry in entries if entry and entry.mode != LINK]
        if len(texts) != 3:
            return None
        contents = self.shadow.git.contents(entry.id for entry in texts)
        content = merge(self.session.git, f"{self.session.disk.folder}/new", *contents)
        if content is None:
            return None
        name = self.shadow.git.line("hash-object", "-w", "-t", "blob", "--no-filters", "--stdin", stdin=content)
        return Entry(texts[0].mode, name)

    def _target(self, changes: list[Difference], start: State, end: State) -> State:
        """Permissions and folders to end with: those of the start where they are still as the task left them."""
        now = self.session.baseline.state
        gone = {change.path for change in changes if change.new is None}
        modes = {path: mode for path, mode in now.modes.items() if path not in gone}
        back = {change.path for change in changes} - gone
        modes |= {
            path: mode
            for path, mode in start.modes.items()
            if now.modes.get(path) == end.modes.get(path) and (path in back or path in modes)
        }
        perms = dict(now.folders.perms) | {
            folder: perm
            for folder, perm in start.folders.perms.items()
            if now.folders.perms.get(folder) == end.folders.perms.get(folder)
        }
        later = now.folders.all - end.folders.all
        empty = start.folders.empty - end.folders.all
        known = {folder: perm for folder, perm in perms.items() if folder in start.folders.all or folder in later}
        return start._replace(modes=modes, folders=Folders(empty, start.folders.all | later, known))

    def _index(self) -> str:
        """A file with the index as it is to be; "" if it is right already.

        Raises:
            RepositoryError: what is staged now overlaps with the fix.
        """
        session, record = self.session, self.record
        before = {path: _entry(pair[0]) for path, pair in record.touched.items()}
        after = {path: _entry(pair[1]) for path, pair in record.touched.items()}
        present = session.baseline.listing.entries
        wanted = {path: self._unstaged(path, present.get(path), before[path], after[path]) for path in before}
        result = {**present, **{path: entry for path, entry in wanted.items() if entry}}
        result = {path: entry for path, entry in result.items() if wanted.get(path, entry)}
        place = f"{session.open}/{session.journal.task}.next"
        kept = session.index_copy(record.task, session.done)
        if os.path.exists(kept):
            earlier = list_files(session.git.with_index(kept))
            current = session.baseline.listing
            same_rest = (earlier.submodules, earlier.unmerged) == (current.submodules, current.unmerged)
            if earlier.entries == result and same_rest:
                if same_file(kept, f"{session.repository.git_dir}/index"):
                    return ""
                copy_index(kept, place)  # Byte for byte as it was.
                return place
        changed = {path: entry for path, entry in wanted.items() if entry != present.get(path)}
        if not changed:
            return ""
        copy_index(f"{session.repository.git_dir}/index", place)
        stdin = index_info(changed, session.repository.hash)
        session.git.with_index(place).run("update-index", "-z", "--index-info", stdin=stdin)
        return place

    def _unstaged(self, path: str, present: Entry | None, before: Entry | None, after: Entry | None) -> Entry | None:
        """The index entry of a path without the fix."""
        if present == after:
            return before
        if present == before:
            return present
        merged = self._merged(present, Difference(path, after, before))
        if merged is None:
            remedy = f"Unstage it (`git restore --staged -- {path}`), and undo again."
            raise RepositoryError(f"what is staged of {path} overlaps with the fix.", remedy=remedy)
        return merged


def _entry(pair: list[str] | None) -> Entry | None:
    return Entry(*pair) if pair else None
