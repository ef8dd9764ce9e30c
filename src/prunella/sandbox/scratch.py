"""Folders of Prunella's own that a contained command sees as its temporary folder, its home and its caches."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

DAYS_KEPT = 30
DAY_S = 86_400


def caches_of(home: Path, root: Path) -> Path:
    """The folder for the caches of a repository's checks; those that were not used for a month are removed."""
    shelf = home / "caches"
    mine = shelf / sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
    if not mine.is_dir():
        mine.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in shelf.iterdir():
            if other != mine and time.time() - other.stat().st_mtime > DAYS_KEPT * DAY_S:
                remove(other)
    os.utime(mine)
    return mine


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """A folder of its own for one command, gone after it."""
    place = made(home)
    try:
        yield place
    finally:
        remove(place)


def made(home: Path) -> Path:
    """A new empty folder. Those of processes that are gone are removed first.

    Raises:
        OSError: it cannot be made.
    """
    shelf = home / "scratch"
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in shelf.iterdir():
        owner = old.name.partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            remove(old)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=shelf))


def remove(place: Path) -> None:
    """Remove a folder that anything may have been done to: folders without permissions, or nested by the thousand."""
    try:
        shutil.rmtree(place)
    except (OSError, RecursionError):
        for command in (["chmod", "-R", "u+rwX", str(place)], ["rm", "-rf", str(place)]):
            subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env={"PATH": os.defpath}
            )  # the user's PATH may lead into the repository


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
