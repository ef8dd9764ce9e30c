"""Writing the changes of a fix."""

from __future__ import annotations

import os
import stat

from prunella.changes import FileChange
from prunella.errors import RepositoryError
from prunella.workspace.rewrite import Disk


def write_changes(disk: Disk, changes: tuple[FileChange, ...]) -> None:
    """Write all changes or none.

    Raises:
        RepositoryError: the disk refuses one; those before it are taken back.
    """
    done: list[tuple[FileChange, int]] = []
    complete = False
    try:
        for change in sorted(changes, key=lambda change: change.after is not None):
            place = f"{disk.root}/{change.path}"
            perm = stat.S_IMODE(os.lstat(place).st_mode) if change.before is not None else 0
            done.append((change, perm))
            _write(disk, change.path, change.after, change.mode)
        gone = (change.path.rpartition("/")[0] for change in changes if change.after is None)
        disk.prune({folder for folder in gone if folder}, frozenset())
        complete = True
    except OSError as error:
        raise RepositoryError(
            f"the fix could not be written: {error}", remedy="Free space, or mend the rights."
        ) from error
    finally:
        if not complete:
            for change, perm in reversed(done):
                _write(disk, change.path, change.before, perm)


def _write(disk: Disk, path: str, content: bytes | None, perm: int) -> None:
    if content is None:
        disk.remove(path)
    else:
        disk.make_way(path)
        disk.write(path, content, perm)
