"""What git sees in a checkout, in one call: the index, and the untracked files that are not ignored."""

from __future__ import annotations

from typing import NamedTuple

from prunella.workspace.git import Git, nul_split

SUBMODULE = "160000"
LINK = "120000"


class Entry(NamedTuple):
    """A file as git records it: ``100644``, ``100755`` or ``120000`` (a symlink), and the id of its content."""

    mode: str
    id: str


class Listing(NamedTuple):
    """The index, and what lies beside it.

    Attributes:
        entries: what is tracked, submodules excepted; a path in conflict is in ``unmerged`` instead.
        submodules: their paths.
        untracked: files that are neither tracked nor ignored, nor in a folder of installed dependencies.
        nested: repositories inside this one that are no submodules of it.
        plain: no entry has a flag that makes git overlook what is on disk.
        paths: every path of a file, sorted; some may be missing on disk.
    """

    entries: dict[str, Entry]
    untracked: tuple[str, ...]
    submodules: frozenset[str]
    nested: frozenset[str]
    unmerged: frozenset[str]
    plain: bool
    paths: tuple[str, ...]


EMPTY = Listing({}, (), frozenset(), frozenset(), frozenset(), plain=True, paths=())


def list_files(git: Git) -> Listing:
    """The listing of a checkout. Nothing is written."""
    return parse(git.run("ls-files", "-z", "-s", "-v", "-c", "-o", "--exclude-standard"))


def parse(output: bytes) -> Listing:
    """Read ``git ls-files -z -s -v -c -o``: ``? path``, or ``TAG MODE ID STAGE<tab>path``."""
    entries: dict[str, Entry] = {}
    untracked: list[str] = []
    submodules: set[str] = set()
    nested: set[str] = set()
    unmerged: set[str] = set()
    plain = True
    for line in nul_split(output):
        if line[0] == "?":
            path = line[2:]
            (nested.add if path.endswith("/") else untracked.append)(path.rstrip("/"))
            continue
        facts, _, path = line.partition("\t")
        tag, mode, name, stage = facts.split(" ")
        plain = plain and tag == "H"
        if mode == SUBMODULE:
            submodules.add(path)
        elif stage != "0":
            unmerged.add(path)
        else:
            entries[path] = Entry(mode, name)
    untracked = _without_dependencies(untracked)
    sets = (frozenset(submodules), frozenset(nested), frozenset(unmerged))
    paths = tuple(sorted({*entries, *untracked, *unmerged}))
    return Listing(entries, tuple(untracked), *sets, plain=plain, paths=paths)


def _without_dependencies(paths: list[str]) -> list[str]:
    """Paths outside virtual environments (folders with a ``pyvenv.cfg``, PEP 405) and ``node_modules``: those are
    installed, not written, and no check works with them put aside."""
    folders = tuple(path.removesuffix("pyvenv.cfg") for path in paths if path.endswith("/pyvenv.cfg"))
    if not folders and not any("node_modules/" in path for path in paths):
        return paths
    return [path for path in paths if not path.startswith(folders) and "node_modules" not in path.split("/")[:-1]]


def tree_entries(git: Git, tree: str) -> dict[str, Entry]:
    """The files of a tree, all levels."""
    entries = {}
    for line in nul_split(git.run("ls-tree", "-r", "-z", "--full-tree", tree)):
        facts, _, path = line.partition("\t")
        mode, _, name = facts.split(" ")
        entries[path] = Entry(mode, name)
    return entries
