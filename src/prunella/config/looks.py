"""A careful look at one folder of a repository, shared by everything that detects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from prunella.config.files import read_text
from prunella.domain import Check
from prunella.errors import ConfigError

SKIPPED = frozenset({"node_modules", "venv", "env", "dist", "build", "target", "vendor", "site-packages"})
MOST_ENTRIES = 4_000


class Found(NamedTuple):
    """A check that was detected, and why, for a person."""

    check: Check
    reason: str


class Look:
    """A folder. ``search_path`` is ``$PATH``, for choosing between tools that would do the same."""

    def __init__(self, folder: Path, search_path: str = "") -> None:
        self.folder = folder
        self.search_path = search_path
        try:
            self.names = frozenset(os.listdir(folder))  # noqa: PTH208 - names only
        except OSError:
            self.names = frozenset()

    def has(self, *names: str) -> str:
        """The first of these files or folders that is there; "" when none is."""
        return next((name for name in names if name in self.names), "")

    def text(self, name: str) -> str:
        """A file's text; "" when there is none that can be read."""
        if name not in self.names:
            return ""
        try:
            return read_text(self.folder / name, name) or ""
        except ConfigError:
            return ""

    def runnable(self, path: str) -> bool:
        """Whether the file is there and may be executed."""
        return os.access(self.folder / path, os.X_OK) and (self.folder / path).is_file()

    def installed(self, command: str) -> bool:
        """Whether the command is on the search path."""
        return bool(which(command, self.search_path))

    def walk(self, depth: int) -> Iterator[str]:
        """Paths of files down to ``depth`` folders below, hidden and generated folders left out; bounded."""
        pending, seen = [("", 0)], 0
        while pending:
            below, level = pending.pop(0)
            for entry in self._entries(below):
                seen += 1
                if seen > MOST_ENTRIES:
                    return
                path = f"{below}{entry.name}"
                if not entry.is_dir(follow_symlinks=False):
                    yield path
                elif level < depth and entry.name not in SKIPPED and not entry.name.startswith("."):
                    pending.append((f"{path}/", level + 1))

    def _entries(self, below: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.folder / below) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return []


def which(command: str, search_path: str) -> str:
    """Where a command is; "" when nowhere. (``shutil.which`` would cost its import on every start.)"""
    for folder in search_path.split(os.pathsep):
        path = f"{folder}/{command}"
        if folder and os.access(path, os.X_OK) and os.path.isfile(path):  # noqa: PTH113 - many, and no Path is wanted
            return path
    return ""
