"""What a commit of a fix alone holds, when the user may have uncommitted work of their own in the same files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from prunella.changes import FileChange, Fix
from prunella.errors import GitError
from prunella.workspace.git import Git, nul_split
from prunella.workspace.index import copy_index
from prunella.workspace.listing import LINK, SUBMODULE, Entry, Listing
from prunella.workspace.merging import merge
from prunella.workspace.repository import Repository
from prunella.workspace.shadow import Shadow, State


class Own(NamedTuple):
    """A path in which the user has work that is not committed: its entry in HEAD and in the index, None = not there."""

    head: Entry | None
    indexed: Entry | None
    conflict: bool = False

    @property
    def staged(self) -> bool:
        return self.head != self.indexed


class Baseline(NamedTuple):
    """The checkout when a task began: its files, git's list of them, and where the user has uncommitted work."""

    state: State
    listing: Listing
    own: dict[str, Own]


class Plan(NamedTuple):
    """Entries of the fix's paths in the commit's tree, in the index afterwards, and in the index before."""

    tree: dict[str, Entry | None]
    indexed: dict[str, Entry | None]
    before: dict[str, Entry | None]


def uncommitted(git: Git) -> dict[str, Own]:
    """Where the user has uncommitted work in tracked files, as git sees it (through the repository's filters).

    The format is that of ``git status --porcelain=v2``, see git-status(1).
    """
    flags = ("--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=dirty")
    found = {}
    for line in nul_split(git.run("status", *flags)):
        if line.startswith("1 "):
            _, _, _, head_mode, index_mode, _, head, index, path = line.split(" ", 8)
            found[path] = Own(_entry(head_mode, head), _entry(index_mode, index))
        elif line.startswith("u "):
            found[line.split(" ", 10)[10]] = Own(None, None, conflict=True)
    return found


def _entry(mode: str, name: str) -> Entry | None:
    return Entry(mode, name) if mode != "000000" else None


class Planner:
    """Makes plans and trees. ``folder`` is a place for temporary files."""

    def __init__(self, repository: Repository, shadow: Shadow, baseline: Baseline) -> None:
        self.repository = repository
        self.shadow = shadow
        self.baseline = baseline
        self.git = Git(repository.root)
        self.folder = f"{repository.folder}/new"
        self._snapshot: dict[str, Entry] = {}

    def plan(self, fix: Fix) -> Plan | str:
        """The plan, or in words why there can be none."""
        tree: dict[str, Entry | None] = {}
        index: dict[str, Entry | None] = {}
        before: dict[str, Entry | None] = {}
        for change in fix.changes:
            path = change.path
            own = self.baseline.own.get(path)
            tracked = self.baseline.listing.entries.get(path)
            wrong = self._obstacle(change, own, tracked)
            if wrong:
                return wrong
            try:
                fixed = self._fixed(change, own.head if own else tracked)
                tree[path] = index[path] = fixed
                before[path] = own.indexed if own else tracked
                if own:
                    base = self._base(change)
                    tree[path] = self._merged(own.head, base, fixed)
                    index[path] = self._merged(own.indexed, base, fixed) if own.staged else tree[path]
            except GitError as error:
                return f"git does not take {path} as it is: {error.message}"
            except ValueError:
                return f"the fix overlaps with your own uncommitted changes in {path}; commit them together"
        heads = {path: own.head for path, own in self.baseline.own.items()}
        if all(entry == heads.get(path, before[path]) for path, entry in tree.items()):
            return "against the last commit it changes nothing; it only takes back uncommitted changes of yours"
        return Plan(tree, index, before)

    def _obstacle(self, change: FileChange, own: Own | None, tracked: Entry | None) -> str:
        """Why a path cannot be part of a commit of the fix alone."""
        path = change.path
        if own and own.conflict:
            return f"{path} has a merge conflict that is not resolved; resolve it and `git add` it first"
        existed = path in self.baseline.state.modes
        if existed and not (own.head if own else tracked):
            return (
                f"{path} is not in the last commit, so the fix of it can only be committed together with your own work"
            )
        entries = (own.head, own.indexed) if own else (tracked,)
        if any(entry and entry.mode in {LINK, SUBMODULE} for entry in entries):
            return f"{path} is no regular file in the last commit"
        return ""

    def _fixed(self, change: FileChange, head: Entry | None) -> Entry | None:
        """The fixed file as ``git add`` would store it. Its mode is HEAD's unless the fix changes it."""
        if change.after is None:
            return None
        program = bool(change.mode & 0o100)
        was = self.baseline.state.modes.get(change.path)
        mode = "100755" if program else "100644"
        if head and was is not None and bool(was & 0o100) == program:
            mode = head.mode
        return Entry(mode, self.store(change.path, change.after))

    def _base(self, change: FileChange) -> Entry | None:
        """The file when the task began, as ``git add`` would have stored it."""
        if change.path not in self.baseline.state.modes:
            return None
        if not self._snapshot:
            self._snapshot = self.shadow.entries(self.baseline.state.tree)
        raw = self._snapshot[change.path]
        return Entry(raw.mode, self.store(change.path, self.shadow.git.contents([raw.id])[0]))

    def _merged(self, current: Entry | None, base: Entry | None, fixed: Entry | None) -> Entry | None:
        """``current`` with what the fix did to ``base``; ValueError if they overlap."""
        if current == base:
            return fixed
        if current is None or base is None or fixed is None:
            raise ValueError
        texts = self.git.contents([current.id, base.id, fixed.id])
        content = merge(self.git, self.folder, *texts)
        if content is None:
            raise ValueError
        mode = current.mode if base.mode == fixed.mode else fixed.mode
        return Entry(mode, self.git.line("hash-object", "-w", "-t", "blob", "--no-filters", "--stdin", stdin=content))

    def store(self, path: str, content: bytes) -> str:
        """The id of a file's content as ``git add`` would store it at ``path``, through the repository's filters."""
        return self.git.line("hash-object", "-w", "-t", "blob", f"--path={path}", "--stdin", stdin=content)

    def build(self, plan: Plan, next_index: str) -> str:
        """The tree of the commit; the user's index as it is to be afterwards is left at ``next_index``."""
        copy_index(f"{self.repository.git_dir}/index", next_index)
        later = self.git.with_index(next_index)
        later.run("update-index", "-z", "--index-info", stdin=index_info(plan.indexed, self.repository.hash))
        later.attempt("update-index", "-q", "--refresh")  # Ends with 1 when the user has changes: no matter.
        if not any(own.staged for own in self.baseline.own.values()):
            return later.line("write-tree")
        alone = f"{self.folder}/commit-{os.getpid()}.index"
        try:
            git = self.git.with_index(alone)
            git.run("read-tree", self.repository.head)
            git.run("update-index", "-z", "--index-info", stdin=index_info(plan.tree, self.repository.hash))
            return git.line("write-tree")
        finally:
            if os.path.exists(alone):
                os.unlink(alone)


def index_info(entries: dict[str, Entry | None], kind: str) -> bytes:
    """Entries as ``git update-index -z --index-info`` reads them; mode 0 takes one out. ``kind``: of the hash."""
    digits = 40 if kind == "sha1" else 64
    return b"".join(_info_line(path, entry, digits) for path, entry in _removals_first(entries.items()))


def _removals_first(entries: Iterable[tuple[str, Entry | None]]) -> list[tuple[str, Entry | None]]:
    """A file that goes makes room for a folder of its name."""
    return sorted(entries, key=lambda item: item[1] is not None)


def _info_line(path: str, entry: Entry | None, digits: int) -> bytes:
    facts = f"{entry.mode} {entry.id}" if entry else f"0 {'0' * digits}"
    return facts.encode() + b"\t" + os.fsencode(path) + b"\0"
