"""The user's index file: copied and replaced under git's own lock, never written by our commands in place."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prunella.errors import RepositoryError

LOCK_WAIT_S = 5.0


@contextmanager
def index_lock(git_dir: str) -> Iterator[str]:
    """Hold ``index.lock``, as every git that writes the index does; it is gone after the block, renamed or not.

    It is made as a hard link to a file of ours, so that one left by a kill can be told from another git's.

    Raises:
        RepositoryError: another git holds it for too long.
    """
    lock, ours = f"{git_dir}/index.lock", _ours(git_dir)
    Path(ours).unlink(missing_ok=True)  # It may be the index itself, if we were killed right after renaming the lock.
    os.close(os.open(ours, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    deadline = time.monotonic() + LOCK_WAIT_S
    try:
        while not _linked(ours, lock):
            if time.monotonic() > deadline:
                remedy = "Wait for it to end; if no git runs, delete that file."
                raise RepositoryError(f"another git is writing the index ({lock} exists).", remedy=remedy)
            time.sleep(0.02)
        try:
            yield lock
        finally:
            Path(lock).unlink(missing_ok=True)
    finally:
        Path(ours).unlink(missing_ok=True)


def sweep_lock(git_dir: str) -> None:
    """Remove an ``index.lock`` of a killed run of ours. Only with the checkout's own lock held."""
    lock, ours = f"{git_dir}/index.lock", _ours(git_dir)
    try:
        if os.path.samefile(lock, ours):
            os.unlink(lock)
    except FileNotFoundError:
        pass
    Path(ours).unlink(missing_ok=True)


def _ours(git_dir: str) -> str:
    return f"{git_dir}/prunella/index-lock"


def _linked(ours: str, lock: str) -> bool:
    """Make the lock; False when there is one."""
    try:
        try:
            os.link(ours, lock)
        except (
            PermissionError
        ):  # A file system without hard links; a lock that a kill leaves is then not known as ours.
            os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    except FileExistsError:
        return False
    return True


def copy_index(source: str, target: str, *, durable: bool = False) -> None:
    """Copy an index with its times: git takes an entry that is not older than its index for possibly changed. When
    there is no index, there is no copy. ``durable``: it is there even after a power cut."""
    try:
        status = os.stat(source)
        content = Path(source).read_bytes()
    except FileNotFoundError:
        Path(target).unlink(missing_ok=True)
        return
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    with Path(target).open("wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def install_index(lock: str, source: str, git_dir: str) -> None:
    """Make ``source`` the index, by way of the held lock; when there is no such file, there is no index afterwards."""
    place = f"{git_dir}/index"
    try:
        mode = os.stat(place).st_mode
    except FileNotFoundError:
        mode = 0
    if not os.path.exists(source):
        Path(place).unlink(missing_ok=True)
        return
    copy_index(source, lock)
    if mode:
        os.chmod(lock, mode & 0o7777)
    os.replace(lock, place)


def same_file(one: str, other: str) -> bool:
    """Whether two files hold the same bytes, or neither exists."""
    return _content(one) == _content(other)


def identity(git_dir: str) -> str:
    """What tells one writing of the index from another: git replaces the file whenever it writes it."""
    try:
        status = os.stat(f"{git_dir}/index")
    except FileNotFoundError:
        return "none"
    return f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}"


def _content(place: str) -> bytes | None:
    try:
        return Path(place).read_bytes()
    except FileNotFoundError:
        return None
