"""Making the commit of a fix alone, or showing the tree that it would have."""

from __future__ import annotations

import os
import stat

from prunella.changes import Fix
from prunella.errors import RepositoryError
from prunella.outcome import Commit
from prunella.workspace.git import Completed, Git, failed, nul_list, nul_split
from prunella.workspace.index import copy_index, identity
from prunella.workspace.journal import Landing
from prunella.workspace.listing import SUBMODULE, Entry, list_files
from prunella.workspace.plan import Plan, Planner
from prunella.workspace.refs import Step, land
from prunella.workspace.repository import in_progress
from prunella.workspace.session import Session
from prunella.workspace.shadow import IDENTITY, State

NO_IDENTITY = ("tell me who you are", "empty ident", "no email was given", "no name was given", "unable to auto-detect")

OWN_FILES = frozenset({"prunella.toml", ".env.example"})
"""What ``prunella init`` leaves untracked; no check reads it, so it makes no commit unproven."""


class Committer:
    """Commits in one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.repository = session.repository
        self.baseline = session.baseline
        self.git = session.git
        self.planner = Planner(session.repository, session.shadow, session.baseline)
        self.next_index = f"{session.open}/{session.journal.task}.next"
        self.listed = session.baseline.listing
        self._plans: dict[tuple[Fix, str], tuple[Plan, str]] = {}

    def state(self, fix: Fix) -> str:
        """See ``ports.Workspace.commit_state``."""
        wrong = self._planned(fix)[1]
        if wrong:
            return wrong
        own_work = self.baseline.own or set(self.baseline.listing.untracked) - OWN_FILES
        return "unproven" if own_work else "clean"

    def user_worked(self) -> bool:
        """Whether the user changed files while the task ran, so that more was verified than the fix."""
        return bool(self.session.meanwhile.look(self.listed.paths))

    def _planned(self, fix: Fix) -> tuple[Plan, str]:
        """The plan, or why there is none; made once for a fix as long as nobody writes the index."""
        key = (fix, identity(self.repository.git_dir))
        if key not in self._plans:
            plan = self._obstacle() or self.planner.plan(fix)
            self._plans[key] = (Plan({}, {}, {}), plan) if isinstance(plan, str) else (plan, "")
        return self._plans[key]

    def _obstacle(self) -> str:
        """Why nothing at all can be committed."""
        problem = in_progress(self.repository)
        if problem or not self.repository.head:
            return problem or "there is no commit yet: make one with `git add -A && git commit -m start`"
        for path, own in self.baseline.own.items():
            if own.conflict:
                return f"{path} has a merge conflict that is not resolved; resolve it and `git add` it first"
            if any(entry and entry.mode == SUBMODULE for entry in (own.head, own.indexed)):
                return f"the submodule {path} is at another commit than the last one here records; commit that first"
            place = f"{self.repository.root}/{path}"
            if os.path.isdir(place) and not os.path.islink(place):
                return f"{path}, a file in the last commit, is a folder now; commit that first"
        listing = self.baseline.listing
        now = self.listed = list_files(self.git)
        if (now.entries, now.submodules, now.unmerged) != (listing.entries, listing.submodules, listing.unmerged):
            return "what is staged changed while Prunella worked; look at it with `git status`, then commit"
        return ""

    def commit(self, fix: Fix, message: str, branch: str) -> Commit:
        """See ``ports.Workspace.commit``.

        Raises:
            RepositoryError, GitError: it could not be made; refs and index are as they were.
        """
        session, repository = self.session, self.repository
        before = identity(repository.git_dir)
        plan, wrong = self._planned(fix)
        if wrong:
            return Commit(note=f"The fix is in the working tree, not committed: {wrong}.")
        commit = self._commit_object(self.planner.build(plan, self.next_index), message)
        journal = session.journal
        journal.paths = list(fix.paths)
        journal.touched = {path: (_pair(plan.before[path]), _pair(plan.indexed[path])) for path in plan.indexed}
        ref = f"refs/heads/{branch}" if branch else repository.branch
        steps: list[Step] = [("set", "HEAD", commit, repository.head)]
        if branch:
            came_from = repository.branch or repository.head
            steps = [("set", ref, commit, ""), ("switch", "HEAD", ref, came_from)]
        land(repository, journal, Landing(steps, self.next_index, before, f"commit: {message.splitlines()[0]}"))
        return Commit(commit, ref.removeprefix("refs/heads/"))

    def _commit_object(self, tree: str, message: str) -> str:
        """The commit, by the user's name, signed if they sign theirs; no hook runs."""
        sign = self.git.attempt("config", "--type=bool", "--get", "commit.gpgsign").out.strip() == b"true"
        args = ("commit-tree", tree, "-p", self.repository.head, *(("-S",) if sign else ()), "-F", "-")
        stdin = message.encode("utf-8", "replace")
        answer = self.git.attempt(*args, stdin=stdin, terminal=sign)
        if answer.code and _lacks_identity(answer):
            named = Git(self.repository.root, {**IDENTITY, **_given_identity()})
            answer = named.attempt(*args, stdin=stdin, terminal=sign)
        if answer.code:
            raise failed(args, answer)
        return answer.out.decode().strip()

    def show(self, fix: Fix, held: State) -> None:
        """Make the tree hold what a commit of ``fix`` would, through the repository's filters. ``held`` is what it
        holds now; only files in it are touched, so that what is ignored is left alone.

        Raises:
            RepositoryError: there can be no such commit.
        """
        plan, wrong = self._planned(fix)
        if wrong:
            raise RepositoryError(f"the fix cannot be committed alone: {wrong}.")
        tree = self.planner.build(plan, self.next_index)
        shown = f"{self.session.disk.folder}/new/show-{os.getpid()}.index"
        copy_index(f"{self.repository.git_dir}/index", shown)
        git = self.git.with_index(shown)
        try:
            git.run("read-tree", "--reset", tree)
            git.attempt("update-index", "-q", "--really-refresh")
            listing = list_files(git)
            aside = [path for path in listing.untracked if path in held.modes]
            other = nul_split(git.run("diff-files", "-z", "--name-only", "--ignore-submodules=all"))
            self._put_aside(aside)
            git.run("checkout-index", "-f", "-q", "-z", "--stdin", stdin=nul_list(other))
        finally:
            if os.path.exists(shown):
                os.unlink(shown)

    def _put_aside(self, paths: list[str]) -> None:
        """Files that the commit would not have go; folders that thereby become empty too."""
        disk = self.session.disk
        for path in paths:
            if stat.S_IFMT(os.lstat(f"{disk.root}/{path}").st_mode) in {stat.S_IFREG, stat.S_IFLNK}:
                disk.remove(path)
        disk.prune({path.rpartition("/")[0] for path in paths if "/" in path}, self.baseline.state.folders.filled)


def _lacks_identity(answer: Completed) -> bool:
    return any(words in answer.err.decode("utf-8", "replace") for words in NO_IDENTITY)


def _given_identity() -> dict[str, str]:
    """What the environment says of the author, which goes before our own fallback."""
    return {name: os.environ[name] for name in IDENTITY if os.environ.get(name)}


def _pair(entry: Entry | None) -> list[str] | None:
    return [entry.mode, entry.id] if entry else None
