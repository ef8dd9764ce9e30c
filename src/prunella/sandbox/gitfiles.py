"""The files of a git folder by which a repository starts programs: put back when a command changed them.

Without walls a check can write ``.git/config``, and what stands there (filters, ``gpg.program``, ``include``) would be
run by the next git call, ours or the user's, outside of any sandbox.
"""

# Paths are plain strings here, as the command line has them.
# ruff: noqa: PTH101, PTH103, PTH105, PTH108, PTH112, PTH113, PTH114, PTH115, PTH120, PTH123, PTH211
from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from prunella.errors import SandboxError
from prunella.sandbox.places import git_folders

NAMES = (
    *("config", "config.worktree", "info/attributes", "commondir"),
    *("prunella/shadow/config", "prunella/shadow/info/attributes"),
)
FOLDERS = ("hooks",)
MOST = 1 << 20


class _Kept(NamedTuple):
    """Content and permissions of a file; a link's target stands for its content."""

    content: bytes
    mode: int


@contextmanager
def held(root: Path, log: int) -> Iterator[None]:
    """For the length of the block; what was put back is told in the log.

    Raises:
        SandboxError: the git folder itself is another one now.
    """
    folders = [inner for view in git_folders(str(root)) for inner in (view.place, *_modules(view.place))]
    marked = [str(root / ".git"), *folders]
    before = {folder: _identity(folder) for folder in marked}
    kept = {path: content for folder in folders for path, content in _read(folder).items()}
    try:
        yield
    finally:
        if {folder: _identity(folder) for folder in marked} != before:
            raise SandboxError(
                "a check put another folder in the place of .git",
                remedy="Look at what it did before you use git there.",
            )
        changed = _restore(folders, kept)
        if changed:
            said = ", ".join(os.path.relpath(path, root) for path in changed[:5])
            os.write(log, f"\nprunella: this command changed {said}; that was put back\n".encode())


def _identity(folder: str) -> object:
    try:
        status = os.lstat(folder)
    except OSError:
        return None
    if os.path.islink(folder):
        return os.readlink(folder)
    if os.path.isfile(folder) and status.st_size <= MOST:
        return Path(folder).read_bytes()
    return status.st_dev, status.st_ino


def _modules(folder: str) -> list[str]:
    """The git folders of submodules, which may be nested as their names are."""
    found = []
    for place, folders, files in os.walk(f"{folder}/modules"):
        if "HEAD" in files:
            found.append(place)
            folders[:] = [name for name in folders if name == "modules"]
    return found


def _read(folder: str) -> dict[str, _Kept]:
    paths = [f"{folder}/{name}" for name in NAMES]
    for inner in FOLDERS:
        with suppress(OSError):
            paths += [f"{folder}/{inner}/{name}" for name in os.listdir(f"{folder}/{inner}")]  # noqa: PTH208
    found = {}
    for path in paths:
        with suppress(OSError):
            found[path] = _one(path)
    return found


def _one(path: str) -> _Kept:
    status = os.lstat(path)
    if os.path.islink(path):
        return _Kept(os.fsencode(os.readlink(path)), -1)
    if not os.path.isfile(path) or status.st_size > MOST:
        return _Kept(str(status.st_mtime_ns).encode(), -2)
    return _Kept(Path(path).read_bytes(), status.st_mode & 0o7777)


def _restore(folders: list[str], kept: dict[str, _Kept]) -> list[str]:
    now = {path: content for folder in folders for path, content in _read(folder).items()}
    changed = [path for path in {**kept, **now} if kept.get(path) != now.get(path)]
    for path in changed:
        if path in now:
            _drop(path)
        if path in kept and kept[path].mode != -2:
            _write(path, kept[path])
    return sorted(changed)


def _drop(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        os.unlink(path)


def _write(path: str, kept: _Kept) -> None:
    folder = os.path.dirname(path)
    if os.path.islink(folder):
        os.unlink(folder)
    os.makedirs(folder, exist_ok=True)
    if kept.mode == -1:
        os.symlink(os.fsdecode(kept.content), path)
        return
    handle, temporary = tempfile.mkstemp(dir=folder)
    with open(handle, "wb") as file:
        file.write(kept.content)
    os.chmod(temporary, kept.mode)
    os.replace(temporary, path)
