"""What is on disk: which paths exist, with which permissions, and the folders that git does not see."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from prunella.workspace.listing import LINK, Entry

FOLDERS_AT_MOST = 2_000
"""Folders without any listed file that are looked into, for empty ones; the rest counts as not empty."""


class Folders(NamedTuple):
    """Folders that exist although no listed file is in them, and the permission bits of those with one.

    Attributes:
        empty: they hold nothing at all; put back when they are gone.
        filled: they hold something that git does not list (ignored files, a repository); never removed.
    """

    empty: frozenset[str]
    filled: frozenset[str]
    perms: Mapping[str, int]

    @property
    def all(self) -> frozenset[str]:
        """Every folder known to exist."""
        return frozenset((*self.empty, *self.filled, *self.perms))


NO_FOLDERS = Folders(frozenset(), frozenset(), {})


class Survey(NamedTuple):
    """The state of the disk.

    Attributes:
        modes: ``st_mode`` of each path that is a regular file or a symlink.
        opaque: paths that exist as something git cannot record: a pipe, a device, a folder where a file is tracked.
        weight: bytes in the paths that were to be weighed.
        attributes: a ``.gitattributes`` was seen.
    """

    modes: dict[str, int]
    opaque: frozenset[str]
    folders: Folders
    weight: int
    attributes: bool


def survey(root: str, paths: Iterable[str], weighed: Iterable[str] = ()) -> Survey:
    """Look at each of ``paths`` and at the folders they are in. Symlinks are not followed on any level."""
    modes: dict[str, int] = {}
    opaque: list[str] = []
    perms: dict[str, int | None] = {"": None}
    heavy = frozenset(weighed)
    weight = 0
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder and _folder_perm(root, folder, perms) is None:
            continue
        try:
            status = os.lstat(f"{root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            opaque.append(path)  # It may not even be looked at.
            continue
        if stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
            modes[path] = status.st_mode
            weight += status.st_size if path in heavy else 0
        else:
            opaque.append(path)
    known = {folder: perm for folder, perm in perms.items() if perm is not None}
    empty, filled, attributes = _unlisted(root, known)
    return Survey(modes, frozenset(opaque), Folders(empty, filled, known), weight, attributes)


def _folder_perm(root: str, folder: str, perms: dict[str, int | None]) -> int | None:
    """Its permission bits; None when it, or a folder above it, is missing or no real folder."""
    if folder in perms:
        return perms[folder]
    above = folder.rpartition("/")[0]
    perm: int | None = None
    if not above or _folder_perm(root, above, perms) is not None:
        try:
            mode = os.lstat(f"{root}/{folder}").st_mode
            perm = stat.S_IMODE(mode) if stat.S_ISDIR(mode) else None
        except OSError:
            perm = None
    perms[folder] = perm
    return perm


def _unlisted(root: str, known: Mapping[str, int]) -> tuple[frozenset[str], frozenset[str], bool]:
    """Folders beside the known ones: the empty ones, the others, and whether a ``.gitattributes`` is in a known one."""
    empty: set[str] = set()
    filled: set[str] = set()
    attributes = False
    todo: list[str] = []
    for folder in ("", *known):
        folders, others = _inside(root, folder)
        attributes = attributes or ".gitattributes" in others
        todo += [name for name in folders if name not in known and name.rpartition("/")[2] != ".git"]
    while todo:
        folder = todo.pop()
        folders, others = ([], ["?"]) if len(empty) + len(filled) > FOLDERS_AT_MOST else _inside(root, folder)
        if not folders and not others:
            empty.add(folder)
            continue
        filled.add(folder)
        # Something besides folders in it was not listed, so it is ignored or a repository: not ours to look into.
        todo += [] if others or f"{folder}/.git" in folders else folders
    return frozenset(empty), frozenset(filled), attributes


def _inside(root: str, folder: str) -> tuple[list[str], list[str]]:
    """The paths of the folders directly in ``folder``, and the names of everything else in it."""
    folders: list[str] = []
    others: list[str] = []
    prefix = f"{folder}/" if folder else ""
    try:
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(prefix + entry.name)
                else:
                    others.append(entry.name)
    except OSError:
        return [], ["?"]  # It cannot be read, so nothing in it is known; it counts as not empty.
    return folders, others


def permissions(modes: Mapping[str, int]) -> dict[str, object]:
    """Permission bits of files, short: the most common ones for plain files and for programs, and the exceptions."""
    regular = {path: stat.S_IMODE(mode) for path, mode in modes.items() if stat.S_ISREG(mode)}
    plain = _commonest((perm for perm in regular.values() if not perm & 0o100), 0o644)
    program = _commonest((perm for perm in regular.values() if perm & 0o100), 0o755)
    other = {path: perm for path, perm in regular.items() if perm not in {plain, program}}
    return {"plain": plain, "program": program, "other": other}


def _commonest(perms: Iterable[int], otherwise: int) -> int:
    counted = Counter(perms).most_common(1)
    return counted[0][0] if counted else otherwise


def modes_of(entries: Mapping[str, Entry], recorded: Mapping[str, object]) -> dict[str, int]:
    """``st_mode`` of each file of a tree, from what ``permissions`` kept."""
    other, plain, program = recorded["other"], recorded["plain"], recorded["program"]
    assert isinstance(other, dict)
    assert isinstance(plain, int)
    assert isinstance(program, int)
    modes = {}
    for path, entry in entries.items():
        if entry.mode == LINK:
            modes[path] = stat.S_IFLNK | 0o777
        else:
            common = program if entry.mode == "100755" else plain
            modes[path] = stat.S_IFREG | int(other.get(path, common))
    return modes
