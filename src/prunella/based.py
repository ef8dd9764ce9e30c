"""The checks on an older commit, run once and remembered: by the commit and the commands."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from prunella.domain import Base, Check, Task
from prunella.store.notes import known_base
from prunella.store.sqlite import SqliteStore
from prunella.verify import verify
from prunella.workspace.base import at_commit, base_commit

if TYPE_CHECKING:
    from prunella.config.settings import Settings
    from prunella.contained import Contained
    from prunella.events import Event


def verified_at(
    task: Task, settings: Settings, checks: tuple[Check, ...], behind: Contained, store: SqliteStore
) -> Base | None:
    """What ``checks`` say of the commit that ``settings.baseline`` names; None when there is none to compare with.

    Raises:
        PrunellaError: git does not know the commit, or cannot check it out.
    """
    root = Path(task.root)
    commit = base_commit(root, settings.baseline)
    if not commit:
        return None
    commands = [[check.command, check.folder, check.timeout_s] for check in checks]
    key = sha256(json.dumps([commit, commands]).encode()).hexdigest()
    known = known_base(settings.database, task.root, key)
    if known is None:
        folders = tuple(check.folder for check in checks)
        with at_commit(root, commit, folders) as tree:
            sandbox = behind.sandbox(tree, write=_linked(tree, folders, root))
            found = verify(checks, sandbox, 0, settings.home / "runs" / task.id / "base", _Nobody())
        known = (found.passed, found.fingerprints)
        data = {"key": key, "commit": commit, "passed": found.passed, "fingerprints": list(found.fingerprints)}
        store.noted(task, "base", json.dumps(data))
    return Base(commit, *known)


def _linked(tree: Path, folders: tuple[str, ...], root: Path) -> tuple[str, ...]:
    """The dependencies that were linked from the checkout, which checks may write to there as well."""
    inside = root.resolve()
    links = (path.resolve() for folder in {"", *folders} for path in (tree / folder).iterdir() if path.is_symlink())
    return tuple(str(place) for place in links if place != inside and place.is_relative_to(inside))


class _Nobody:
    """A reporter for what is nobody's task."""

    def emit(self, event: Event) -> None:
        """Told to nobody."""
