"""What checks changed in the files that a commit could hold: formatters, code generators, tools that update what tests
expect. Asked after checks that passed, so it costs one look at each file's times when nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prunella.changes import FileChange, Fix
from prunella.edits.diff import unified
from prunella.workspace.alone import Alone, ClashError
from prunella.workspace.listing import LINK
from prunella.workspace.meanwhile import blob
from prunella.workspace.session import Session
from prunella.workspace.shadow import parents
from prunella.workspace.windows import Windows
from prunella.workspace.within import opened

LARGEST = 4 << 20
"""Bytes of a file that is looked into; a larger one is no test and no configuration."""

LARGEST_DIFF = 400_000
"""Bytes of both sides up to which lines are aligned; beyond, all between the first and the last difference counts."""


def rewritten(session: Session, alone: Alone) -> Fix:
    """Tracked files, and those of the fix, that hold something else than they did at the start, the fix's own changes
    apart. What the user did meanwhile is left out."""
    changes = tuple(sorted(_changes(session, alone), key=lambda change: change.path))
    small = [change for change in changes if len(change.before or b"") + len(change.after or b"") < LARGEST_DIFF]
    return Fix(changes, unified(small)) if changes else Fix()


def _changes(session: Session, alone: Alone) -> Iterator[FileChange]:
    repository, meanwhile = session.repository, session.meanwhile
    fix = alone.present()
    untouched = _Untouched(meanwhile.windows, repository.root)
    candidates = [
        path
        for path in {*session.baseline.listing.entries, *fix}
        if not untouched.file(path) and not meanwhile.foreign(path)
    ]
    start = session.shadow.entries(session.baseline.state.tree) if candidates else {}
    for path in candidates:
        own = fix.get(path)
        expected = meanwhile.ours.get(path) if isinstance(own, ClashError) else own
        entry = start.get(path)
        if (entry and entry.mode == LINK) or (path not in fix and entry is None):
            continue
        if Path(repository.root, path).is_symlink():
            continue
        now = _content(repository.root, path)
        if path not in fix and entry:
            if blob(repository.hash, now) == entry.id:
                continue
            expected = alone.start(path)
        if now != expected and len(now or b"") <= LARGEST:
            yield FileChange(path, expected, now)


class _Untouched:
    """Says which files cannot have changed. A folder that was moved into another's place, or linked there, brings files
    of an earlier time, so the folders above a file count as well; each is looked at once."""

    def __init__(self, windows: Windows, root: str) -> None:
        self._windows, self._root = windows, root
        self._folders: dict[str, bool] = {}

    def file(self, path: str) -> bool:
        known = True
        for folder in [*parents(path)][::-1]:
            if folder not in self._folders:
                self._folders[folder] = known and self._windows.untouched(f"{self._root}/{folder}")
            known = self._folders[folder]
        return known and self._windows.untouched(f"{self._root}/{path}")


def _content(root: str, path: str) -> bytes | None:
    file = opened(root, path)
    if file is None:
        return None
    with file:
        return file.read(LARGEST + 1)
