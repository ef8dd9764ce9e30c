"""Places below a folder, reached name by name without following a symlink.

A path is judged at one moment and used at another; in between a check (or anybody) may have put a symlink in its way.
So nothing is opened by its whole path: each folder is opened in the one before, and the last name is used in it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

_ONLY_PLACE = getattr(os, "O_PATH", os.O_RDONLY)
"""Where the system knows it: a folder is entered without the right to list it."""

FOLDER = _ONLY_PLACE | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def folder_of(root: str, path: str) -> Iterator[tuple[int, str]]:
    """The folder that ``path`` (relative to ``root``) is in, open for the length of the block, and its name in there.

    Raises:
        FileNotFoundError: a folder above it is missing.
        NotADirectoryError: something above it is no folder, or a symlink to one.
    """
    *folders, name = path.split("/")
    if not name or name in (".", "..") or any(part in ("", ".", "..") for part in folders):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    held = _entered(root, None)
    try:
        for part in folders:
            inner = _entered(part, held)
            os.close(held)
            held = inner
        yield held, name
    finally:
        os.close(held)


def _entered(name: str, folder: int | None) -> int:
    try:
        return os.open(name, FOLDER, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.ELOOP:  # what some systems say of a symlink here
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name) from error
        raise


def opened(root: str, path: str) -> IO[bytes] | None:
    """A regular file, open for reading; None = there is none that may be read. Checks may have left anything in its
    place: no symlink is followed, and nothing waits for somebody to write into a pipe."""
    try:
        with folder_of(root, path) as (folder, name):
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(name, flags, dir_fd=folder)
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    return None


def status_in(folder: int, name: str) -> os.stat_result | None:
    """What a name in an open folder is itself; None = nothing."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def status_of(root: str, path: str) -> os.stat_result | None:
    """What is at ``path``; None = nothing, or nothing that can be reached without a symlink."""
    try:
        with folder_of(root, path) as (folder, name):
            return status_in(folder, name)
    except (FileNotFoundError, NotADirectoryError):
        return None


def set_mode(folder: int, name: str, perm: int) -> None:
    """Give a file or folder (a symlink is left alone) these permission bits."""
    if os.chmod in os.supports_follow_symlinks:
        os.chmod(name, perm, dir_fd=folder, follow_symlinks=False)
        return
    held = os.open(name, _ONLY_PLACE | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        # A descriptor that is only a place cannot be given permissions itself, but under this name it can.
        os.chmod(f"/proc/self/fd/{held}", perm)
    finally:
        os.close(held)
