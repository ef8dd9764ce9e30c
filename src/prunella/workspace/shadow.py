"""A private git folder that records the files of a checkout byte for byte.

``git add`` in the repository itself would pass every file through its filters (line ends, ``ident``, encodings, LFS),
and would touch its index. So the state is recorded with a git folder of our own, ``<git-dir>/prunella/shadow``: its
``info/attributes``, which outranks every ``.gitattributes``, switches all filters off; its index stays from run to run,
as the cache that makes the next look at 10,000 files cheap; and its objects are the repository's own, so that files
which are stored already cost nothing and a ref in the repository keeps the rest.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from prunella.errors import GitError, RepositoryError
from prunella.workspace.git import Git, nul_list, nul_split
from prunella.workspace.index import copy_index
from prunella.workspace.listing import EMPTY, Entry, Listing, list_files, tree_entries
from prunella.workspace.repository import Repository
from prunella.workspace.survey import Folders, Survey, modes_of, permissions, survey

ATTRIBUTES = "* -text -crlf -ident -filter !eol !working-tree-encoding\n"
CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = false
\tfilemode = true
\tsymlinks = true
\tignorecase = false
\tautocrlf = false
\tcheckStat = default
\ttrustctime = true
\tprotectHFS = false
\tprotectNTFS = false
\tlooseCompression = 1
\tfsync = loose-object,reference
\tfsyncObjectFiles = true
\tfsyncMethod = batch
{extensions}"""
SEED_FROM = 1_000
"""Tracked files from which the first look borrows the user's index, so as not to read them all."""

UNTRACKED_AT_MOST = 1 << 30
IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Prunella"), ("EMAIL", "prunella@localhost"))
}


class State(NamedTuple):
    """The files of a checkout at one moment.

    Attributes:
        tree: every file that is tracked, or untracked and not ignored, byte for byte, as a git tree.
        modes: ``st_mode`` of each.
        opaque: paths that exist but could not be recorded (pipes, unreadable files); left alone.
        commit: what keeps ``tree`` from being collected; "" until saved.
    """

    tree: str
    modes: dict[str, int]
    folders: Folders
    opaque: frozenset[str] = frozenset()
    commit: str = ""

    def dump(self) -> dict[str, object]:
        """For the journal."""
        implied = {folder for path in self.modes for folder in parents(path)}
        common = Counter(self.folders.perms.values()).most_common(1)
        usual = common[0][0] if common else 0o755
        perms = self.folders.perms.items()
        return {
            "tree": self.tree,
            "commit": self.commit,
            "perms": permissions(self.modes),
            "folder_perm": usual,
            "folder_perms": {path: perm for path, perm in perms if perm != usual or path not in implied},
            "empty": sorted(self.folders.empty),
            "filled": sorted(self.folders.filled),
            "opaque": sorted(self.opaque),
        }


class Difference(NamedTuple):
    """A path that differs between two trees; None = is not there."""

    path: str
    old: Entry | None
    new: Entry | None


class Shadow:
    """The private git folder of one checkout. Use it only with the checkout's lock held."""

    def __init__(self, repository: Repository, held: int = -1) -> None:
        self.repository = repository
        self.folder = f"{repository.folder}/shadow"
        self.index = f"{self.folder}/index"
        self.real = Git(repository.root, held=held)
        places = {"GIT_DIR": self.folder, "GIT_WORK_TREE": repository.root, "GIT_INDEX_FILE": self.index}
        self.git = Git(repository.root, places | {"GIT_OBJECT_DIRECTORY": repository.objects}, held)
        self.listing = EMPTY

    def prepare(self) -> None:
        """Make the folder, and sweep what a killed run left of its locks."""
        Path(f"{self.index}.lock").unlink(missing_ok=True)
        if os.path.exists(f"{self.folder}/HEAD"):
            return
        for name in ("objects", "refs", "info"):
            os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        sha256 = self.repository.hash != "sha1"
        extensions = f"[extensions]\n\tobjectFormat = {self.repository.hash}\n" if sha256 else ""
        Path(f"{self.folder}/config").write_text(CONFIG.format(version=int(sha256), extensions=extensions))
        Path(f"{self.folder}/info/attributes").write_text(ATTRIBUTES)
        Path(f"{self.folder}/HEAD").write_text("ref: refs/heads/none\n")

    def capture(
        self,
        also: Iterable[str] = (),
        only: Collection[str] | None = None,
        listing: Listing | None = None,
        limit: int = 0,
    ) -> State:
        """Record the files as they are now.

        Args:
            also: paths to record too if they exist, whatever git's rules say of them now.
            only: take no others.
            listing: one that is right at this moment.
            limit: bytes that untracked files may have together; 0 = any.

        Raises:
            RepositoryError: they have more.
        """
        self.listing = listing or list_files(self.real)
        extra = set(also).difference(self.listing.paths)
        paths = tuple(sorted(extra.union(self.listing.paths))) if extra else self.listing.paths
        if only is not None:
            paths = tuple(path for path in paths if path in only)
        found = survey(self.repository.root, paths, self.listing.untracked)
        if limit and found.weight > limit:
            remedy = "Name what need not be kept in .gitignore (`git status` shows it), or commit it."
            gib = found.weight / (1 << 30)
            raise RepositoryError(f"untracked files of {gib:.1f} GiB would have to be recorded.", remedy=remedy)
        unreadable = self._record(found)
        modes = {path: mode for path, mode in found.modes.items() if path not in unreadable}
        return State(self.git.line("write-tree"), modes, found.folders, found.opaque | unreadable)

    def _record(self, found: Survey) -> frozenset[str]:
        """Bring the private index to what was found; the files that cannot be read are left out and returned."""
        before = self._recorded(found)
        try:
            return self._update(found.modes, before)
        except GitError:
            # The index may be damaged, or borrowed from one that is special in a way not foreseen: once more without.
            Path(self.index).unlink(missing_ok=True)
            return self._update(found.modes, ())

    def _update(self, modes: dict[str, int], before: Collection[str]) -> frozenset[str]:
        unreadable: frozenset[str] = frozenset()
        Path(self._names).unlink(missing_ok=True)  # Until the index is whole again, it is not to be trusted.
        self._drop(path for path in before if path not in modes)
        add = ("update-index", "--add", "--remove", "--replace", "-z", "--stdin")
        if self.git.attempt(*add, stdin=nul_list(modes)).code:
            root = self.repository.root
            regular = (path for path, mode in modes.items() if stat.S_ISREG(mode))
            unreadable = frozenset(path for path in regular if not os.access(f"{root}/{path}", os.R_OK))
            self._drop(unreadable.intersection(before))
            self.git.run(*add, stdin=nul_list(path for path in modes if path not in unreadable))
        Path(self._names).write_bytes(nul_list(path for path in modes if path not in unreadable))
        return unreadable

    def _drop(self, paths: Iterable[str]) -> None:
        """Take paths out of the private index, whatever is on disk."""
        listed = nul_list(paths)
        if listed:
            self.git.run("update-index", "--force-remove", "-z", "--stdin", stdin=listed)

    @property
    def _names(self) -> str:
        """A file with the paths in the private index; it is there only while the index is whole."""
        return f"{self.folder}/names"

    def _recorded(self, found: Survey) -> list[str]:
        """The paths in the private index, which is begun anew when it is not whole."""
        try:
            return nul_split(Path(self._names).read_bytes())
        except FileNotFoundError:
            Path(self.index).unlink(missing_ok=True)
        listing = self.listing
        if len(listing.entries) < SEED_FROM or not listing.plain or listing.submodules or listing.unmerged:
            return []
        if found.attributes or _filters_by_config(self.real, self.repository):
            return []
        copy_index(f"{self.repository.git_dir}/index", self.index)
        return list(listing.entries)

    def difference(self, old: str, new: str) -> list[Difference]:
        """What differs between two trees."""
        raw = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")
        fields = nul_split(self.git.run(*raw, old, new))
        found = []
        for facts, path in zip(fields[::2], fields[1::2], strict=True):
            old_mode, new_mode, old_id, new_id, _ = facts.removeprefix(":").split(" ")
            before = Entry(old_mode, old_id) if old_id.strip("0") else None
            after = Entry(new_mode, new_id) if new_id.strip("0") else None
            found.append(Difference(path, before, after))
        return found

    def entries(self, tree: str) -> dict[str, Entry]:
        """The files of a recorded tree."""
        return tree_entries(self.git, tree)

    def save(self, state: State, ref: str, message: str, parents: Iterable[str] = ()) -> State:
        """Keep a state as a commit that the repository's ``ref`` points at."""
        return state._replace(commit=self.keep_tree(state.tree, ref, message, parents))

    def keep_tree(self, tree: str, ref: str, message: str, parents: Iterable[str] = ()) -> str:
        """The commit of ``tree`` that ``ref`` points at from now on."""
        flags = [part for parent in parents for part in ("-p", parent)]
        named = Git(self.repository.root, self.git.variables | IDENTITY, self.git.held)
        commit = named.line("commit-tree", tree, *flags, "-m", message)
        self.real.run("update-ref", ref, commit)
        return commit

    def load(self, dumped: dict[str, object]) -> State:
        """A state from the journal."""
        tree, perms, usual, exceptions = (dumped[key] for key in ("tree", "perms", "folder_perm", "folder_perms"))
        assert isinstance(tree, str)
        assert isinstance(perms, dict)
        assert isinstance(usual, int)
        assert isinstance(exceptions, dict)
        modes = modes_of(self.entries(tree), perms)
        known = {folder: usual for path in modes for folder in parents(path)} | exceptions
        folders = Folders(_set(dumped["empty"]), _set(dumped["filled"]), known)
        return State(tree, modes, folders, _set(dumped["opaque"]), str(dumped["commit"]))


def parents(path: str) -> Iterable[str]:
    """The folders above a path, nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _set(value: object) -> frozenset[str]:
    assert isinstance(value, list)
    return frozenset(str(name) for name in value)


def _filters_by_config(git: Git, repository: Repository) -> bool:
    """Whether settings outside the tree may make git store other bytes than are on disk."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    places = (f"{repository.common_dir}/info/attributes", f"{home}/git/attributes", "/etc/gitattributes")
    if any(os.path.exists(place) for place in places):
        return True
    found = git.attempt("config", "-z", "--get-regexp", r"^core\.(autocrlf|eol|attributesfile)$").out
    return any(not item.endswith("\nfalse") for item in nul_split(found))
