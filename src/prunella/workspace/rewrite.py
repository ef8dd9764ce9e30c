"""Put files, symlinks, permissions and folders to a recorded state, writing only what differs."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from prunella.errors import RepositoryError
from prunella.workspace.listing import LINK, SUBMODULE
from prunella.workspace.shadow import Difference, Shadow, State, parents

CHUNK = 1 << 20


@dataclass(slots=True)
class Disk:
    """The files below ``root``, written by way of temporary files in ``folder`` (which is none of the tree's).

    A file is replaced by renaming, never written into: a reader sees the old or the new one, and other hard links to
    the old one (a package store's) keep their content.
    """

    root: str
    folder: str
    written: int = 0

    @contextmanager
    def _temporary(self, path: str) -> Iterator[str]:
        """A name for a new file that ends up at ``path``."""
        os.makedirs(f"{self.folder}/new", exist_ok=True)
        self.written += 1
        name = f"{self.folder}/new/{os.getpid()}-{self.written}"
        try:
            yield name
            try:
                os.replace(name, f"{self.root}/{path}")
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                beside = f"{self.root}/{path}.prunella-{os.getpid()}~"
                _copy_across(name, beside)
                os.replace(beside, f"{self.root}/{path}")
        finally:
            Path(name).unlink(missing_ok=True)

    def write(self, path: str, content: bytes, perm: int) -> None:
        """A regular file with these bytes and permission bits."""
        with self._temporary(path) as name:
            with open(name, "xb") as file:
                file.write(content)
            os.chmod(name, perm)

    def copy(self, path: str, size: int, source: IO[bytes], perm: int) -> None:
        """A regular file with the next ``size`` bytes of ``source``, a part at a time."""
        with self._temporary(path) as name:
            with open(name, "xb") as file:
                while size:
                    part = source.read(min(size, CHUNK))
                    if not part:
                        raise RepositoryError(f"the recorded content of {path} ends too early.", remedy="`git fsck`")
                    file.write(part)
                    size -= len(part)
            os.chmod(name, perm)

    def link(self, path: str, target: bytes) -> None:
        """A symlink."""
        with self._temporary(path) as name:
            os.symlink(target, os.fsencode(name))

    def remove(self, path: str) -> None:
        """The file or symlink goes, if it is there and no folder above it is a symlink."""
        if all(_is_folder(f"{self.root}/{folder}") for folder in parents(path)):
            try:
                os.unlink(f"{self.root}/{path}")
            except (FileNotFoundError, IsADirectoryError):
                return

    def make_way(self, path: str) -> None:
        """Real folders above ``path``, and no folder in its place. What is in the way is moved aside, not deleted."""
        for folder in [*parents(path)][::-1]:
            self.make_folder(folder)
        if _is_folder(f"{self.root}/{path}"):
            try:
                os.rmdir(f"{self.root}/{path}")
            except OSError:
                self._aside(path)

    def make_folder(self, folder: str) -> None:
        """A real folder in a folder that is one."""
        place = f"{self.root}/{folder}"
        if not _is_folder(place):
            if os.path.lexists(place):
                self._aside(folder)
            os.mkdir(place)

    def _aside(self, path: str) -> None:
        """Move what is at ``path`` out of the tree: it is ignored or special, so no snapshot holds it."""
        number = 0
        while os.path.lexists(target := f"{self.folder}/aside/{number}/{path}"):
            number += 1
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.rename(f"{self.root}/{path}", target)
        except OSError as error:
            remedy = "Move it away, and run Prunella again."
            raise RepositoryError(f"{path} is in the way of a file to be put back: {error}", remedy=remedy) from error

    def prune(self, folders: Iterable[str], known: frozenset[str]) -> None:
        """Remove those of ``folders``, and those above them, that are empty and not ``known``."""
        for folder in sorted(folders, key=lambda name: -name.count("/")):
            for name in (folder, *parents(folder)):
                if name in known or not _is_folder(f"{self.root}/{name}"):
                    break
                try:
                    os.rmdir(f"{self.root}/{name}")
                except OSError:
                    break


def rewrite(shadow: Shadow, disk: Disk, changes: list[Difference], target: State, now: State) -> None:
    """Carry out ``changes``; then folders and permissions to those of ``target`` where they are not so ``now``."""
    changes = [change for change in changes if change.path not in target.opaque and not _submodule(change)]
    gone = [change.path for change in changes if change.new is None]
    back = [change for change in changes if change.new is not None]
    _folder_perms(
        disk, {path: perm for path, perm in target.folders.perms.items() if perm != now.folders.perms.get(path)}
    )
    for path in gone:
        disk.remove(path)
    known = target.folders.all.union(folder for path in target.modes for folder in parents(path))
    added = now.folders.empty - known
    disk.prune({*added, *(folder for path in gone for folder in parents(path))}, known)
    _put_back(shadow, disk, back, target)
    for folder in sorted(target.folders.empty - now.folders.empty):
        for above in [*parents(folder)][::-1]:
            disk.make_folder(above)
        disk.make_folder(folder)
    _folder_perms(disk, target.folders.perms)
    _file_perms(disk, target, now, {change.path for change in back})


def _put_back(shadow: Shadow, disk: Disk, changes: list[Difference], target: State) -> None:
    """Write the new content of each change."""
    entries = [(change.path, change.new) for change in changes if change.new]
    if not entries:
        return
    blobs = shadow.git.blobs(entry.id for _, entry in entries)
    for (path, entry), (size, stream) in zip(entries, blobs, strict=True):
        disk.make_way(path)
        if entry.mode == LINK:
            disk.link(path, stream.read(size))
        else:
            perm = stat.S_IMODE(target.modes.get(path, stat.S_IFREG | 0o644))
            disk.copy(path, size, stream, perm)


def _file_perms(disk: Disk, target: State, now: State, written: set[str]) -> None:
    """Permission bits of files whose content is right already."""
    for path, mode in target.modes.items():
        if now.modes.get(path, mode) != mode and stat.S_ISREG(mode) and path not in written:
            place = f"{disk.root}/{path}"
            if stat.S_ISREG(os.lstat(place).st_mode):
                os.chmod(place, stat.S_IMODE(mode))


def _folder_perms(disk: Disk, perms: Mapping[str, int]) -> None:
    for folder, perm in perms.items():
        try:
            status = os.lstat(f"{disk.root}/{folder}")
        except (FileNotFoundError, NotADirectoryError):
            continue
        if stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) != perm:
            os.chmod(f"{disk.root}/{folder}", perm)


def _submodule(change: Difference) -> bool:
    return any(entry is not None and entry.mode == SUBMODULE for entry in (change.old, change.new))


def _is_folder(place: str) -> bool:
    """Whether it is a folder itself, and not a symlink to one."""
    try:
        return stat.S_ISDIR(os.lstat(place).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _copy_across(source: str, target: str) -> None:
    """Copy a new file to another file system."""
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
        return
    with open(source, "rb") as reader, open(target, "xb") as writer:
        while part := reader.read(CHUNK):
            writer.write(part)
    os.chmod(target, stat.S_IMODE(os.lstat(source).st_mode))
