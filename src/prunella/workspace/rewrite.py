"""Put files, symlinks, permissions and folders to a recorded state, writing only what differs."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from prunella.errors import RepositoryError
from prunella.workspace.listing import LINK, SUBMODULE
from prunella.workspace.shadow import Difference, Shadow, State, parents
from prunella.workspace.within import folder_of, set_mode, status_in, status_of

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
    def _temporary(self, path: str) -> Iterator[tuple[int, str]]:
        """A name in an open folder for a new file that ends up at ``path``."""
        os.makedirs(self.folder, exist_ok=True)
        with folder_of(self.folder, "new") as (folder, name), suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
        self.written += 1
        with folder_of(self.folder, f"new/{os.getpid()}-{self.written}") as (new, name):
            try:
                yield new, name
                with folder_of(self.root, path) as (folder, last):
                    try:
                        os.replace(name, last, src_dir_fd=new, dst_dir_fd=folder)
                    except OSError as error:
                        if error.errno != errno.EXDEV:
                            raise
                        beside = f"{last}.prunella-{os.getpid()}~"
                        _copy_across((new, name), (folder, beside))
                        os.replace(beside, last, src_dir_fd=folder, dst_dir_fd=folder)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=new)

    def write(self, path: str, content: bytes, perm: int) -> None:
        """A regular file with these bytes and permission bits."""
        with self._temporary(path) as (folder, name), _created(folder, name) as file:
            file.write(content)
            os.fchmod(file.fileno(), perm)

    def copy(self, path: str, size: int, source: IO[bytes], perm: int) -> None:
        """A regular file with the next ``size`` bytes of ``source``, a part at a time."""
        with self._temporary(path) as (folder, name), _created(folder, name) as file:
            while size:
                part = source.read(min(size, CHUNK))
                if not part:
                    raise RepositoryError(f"the recorded content of {path} ends too early.", remedy="`git fsck`")
                file.write(part)
                size -= len(part)
            os.fchmod(file.fileno(), perm)

    def link(self, path: str, target: bytes) -> None:
        """A symlink."""
        with self._temporary(path) as (folder, name):
            os.symlink(target, os.fsencode(name), dir_fd=folder)

    def remove(self, path: str) -> None:
        """The file or symlink goes, if it is there and no folder above it is a symlink."""
        try:
            with folder_of(self.root, path) as (folder, name):
                os.unlink(name, dir_fd=folder)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return

    def perm(self, path: str) -> int:
        """The permission bits of what is there; 0 = nothing is."""
        status = status_of(self.root, path)
        return stat.S_IMODE(status.st_mode) if status else 0

    def set_perm(self, path: str, perm: int) -> None:
        """The permission bits of a file or folder, if it is there. A file with other hard links, which may be anybody's
        and anywhere, is written anew instead."""
        with suppress(FileNotFoundError, NotADirectoryError):
            with folder_of(self.root, path) as (folder, name):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_IMODE(status.st_mode) == perm or not _plain(status):
                    return
                if stat.S_ISDIR(status.st_mode) or status.st_nlink == 1:
                    set_mode(folder, name, perm)
                    return
                source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            with os.fdopen(source, "rb") as file:
                self.copy(path, os.fstat(source).st_size, file, perm)

    def make_way(self, path: str) -> None:
        """Real folders above ``path``, and no folder in its place. What is in the way is moved aside, not deleted."""
        for folder in [*parents(path)][::-1]:
            self.make_folder(folder)
        with folder_of(self.root, path) as (held, name):
            if _is_folder(held, name):
                try:
                    os.rmdir(name, dir_fd=held)
                except OSError:
                    self._aside(path, held, name)

    def make_folder(self, folder: str) -> None:
        """A real folder in a folder that is one."""
        with folder_of(self.root, folder) as (held, name):
            if not _is_folder(held, name):
                if status_in(held, name):
                    self._aside(folder, held, name)
                os.mkdir(name, dir_fd=held)

    def _aside(self, path: str, held: int, name: str) -> None:
        """Move what is at ``path`` out of the tree: it is ignored or special, so no snapshot holds it."""
        kept = Disk(self._fresh("aside"), self.folder)
        for folder in [*parents(path)][::-1]:
            kept.make_folder(folder)
        try:
            with folder_of(kept.root, path) as (into, last):
                os.rename(name, last, src_dir_fd=held, dst_dir_fd=into)
        except OSError as error:
            remedy = "Move it away, and run Prunella again."
            raise RepositoryError(f"{path} is in the way of a file to be put back: {error}", remedy=remedy) from error

    def _fresh(self, kind: str) -> str:
        """A new, empty, numbered folder. What was moved aside before may be a symlink, which nothing may go through."""
        os.makedirs(self.folder, exist_ok=True)
        with folder_of(self.folder, kind) as (folder, name), suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
        with folder_of(self.folder, f"{kind}/0") as (folder, _):
            number = 0
            while True:
                try:
                    os.mkdir(str(number), dir_fd=folder)
                except FileExistsError:
                    number += 1
                    continue
                return f"{self.folder}/{kind}/{number}"

    def prune(self, folders: Iterable[str], known: frozenset[str]) -> None:
        """Remove those of ``folders``, and those above them, that are empty and not ``known``."""
        for folder in sorted(folders, key=lambda name: -name.count("/")):
            for path in (folder, *parents(folder)):
                if path in known:
                    break
                try:
                    with folder_of(self.root, path) as (held, name):
                        os.rmdir(name, dir_fd=held)
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
            disk.set_perm(path, stat.S_IMODE(mode))


def _folder_perms(disk: Disk, perms: Mapping[str, int]) -> None:
    for folder, perm in perms.items():
        status = status_of(disk.root, folder)
        if status and stat.S_ISDIR(status.st_mode):
            disk.set_perm(folder, perm)


def _submodule(change: Difference) -> bool:
    return any(entry is not None and entry.mode == SUBMODULE for entry in (change.old, change.new))


def _is_folder(folder: int, name: str) -> bool:
    """Whether it is a folder itself, and not a symlink to one."""
    status = status_in(folder, name)
    return status is not None and stat.S_ISDIR(status.st_mode)


def _plain(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)


def _created(folder: int, name: str) -> IO[bytes]:
    """A new file, open for writing; nothing that is there is written into."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb")


def _copy_across(source: tuple[int, str], target: tuple[int, str]) -> None:
    """Copy a new file to another file system; each is an open folder and a name in it."""
    folder, name = source
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(os.fsencode(name), dir_fd=folder), os.fsencode(target[1]), dir_fd=target[0])
        return
    reading = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(reading, "rb") as reader, _created(*target) as writer:
        while part := reader.read(CHUNK):
            writer.write(part)
        os.fchmod(writer.fileno(), stat.S_IMODE(status.st_mode))
