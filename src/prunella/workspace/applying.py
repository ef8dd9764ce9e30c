"""Writing the changes of a fix. Nothing is written through a symlink, whenever it came (see ``within``)."""

from __future__ import annotations

from prunella.changes import FileChange
from prunella.errors import RepositoryError
from prunella.workspace.files import RepositoryFiles
from prunella.workspace.rewrite import Disk


def check_changes(files: RepositoryFiles, changes: tuple[FileChange, ...]) -> None:
    """See to it that a fix may be written and is against what is there.

    Raises:
        RepositoryError: a path may not be edited, or is no longer as the change says it is.
    """
    gone = {change.path for change in changes if change.after is None}
    for change in changes:
        wrong = files.refusal(change.path)
        if not wrong and change.before is None:
            twin = files.twin(change.path, gone)
            wrong = f"on some file systems it is {twin!r}" if twin else ""
        if wrong:
            raise RepositoryError(f"{change.path!r} may not be edited: {wrong}.")
        if files.read(change.path) != change.before:
            remedy = "Run Prunella again while nothing else writes to the checkout."
            raise RepositoryError(f"{change.path} changed while the fix was being made.", remedy=remedy)


def write_changes(disk: Disk, changes: tuple[FileChange, ...]) -> None:
    """Write all changes or none.

    Raises:
        RepositoryError: the disk refuses one; those before it are taken back.
    """
    done: list[tuple[FileChange, int]] = []
    complete = False
    try:
        for change in sorted(changes, key=lambda change: change.after is not None):
            perm = disk.perm(change.path) if change.before is not None else 0
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
