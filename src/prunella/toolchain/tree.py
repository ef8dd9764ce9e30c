"""The files as they would be with the repairs made so far, and a repair as a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from prunella.changes import FileChange
from prunella.ports import Files

GIT, SECOND, TOOL, NEAR = range(4)
"""On whose word a repair is: what git knows; what git knows, the other way round; the tool's own; a near name."""


class Repair(NamedTuple):
    """One thing to try.

    Attributes:
        trust: one of GIT, SECOND, TOOL, NEAR; lower is tried, and believed, first.
        path, line: of the error that it is for. Two repairs for the same place exclude each other.
        text: what is done and on whose word.
        files: the new contents by path; None = the file goes.
    """

    trust: int
    path: str
    line: int
    text: str
    files: Mapping[str, bytes | None]

    @property
    def step(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """Contents by path: those that repairs changed, else the file's own."""

    def __init__(self, files: Files, changed: Mapping[str, bytes | None] | None = None) -> None:
        self._files = files
        self.changed = dict(changed or {})
        self._paths: tuple[str, ...] | None = None

    def read(self, path: str) -> bytes | None:
        return self.changed[path] if path in self.changed else self._files.read(path)

    def lines(self, path: str) -> list[str]:
        """Its lines, without line feeds; any bytes can be told, and ``joined`` gives them back. [] = there is none."""
        content = self.read(path)
        return [] if content is None else content.decode("utf-8", "surrogateescape").split("\n")

    def paths(self) -> tuple[str, ...]:
        """All paths, of files that are really there."""
        if self._paths is None:
            self._paths = self._files.paths()
        added = [path for path, content in self.changed.items() if content is not None and path not in self._paths]
        return (*(path for path in self._paths if self.changed.get(path, b"") is not None), *added)

    def lines_with(self, name: str, limit: int = 300) -> list[tuple[str, int]]:
        """Path and line of where a name occurs as a whole word."""
        found = self._files.search(name, words=True, limit=limit)
        return [(hit.path, hit.line) for hit in found]

    def changes(self, repair: Repair) -> tuple[FileChange, ...]:
        """The repair on top of those made so far, against the files as they are; () = it does nothing or may not."""
        after = {**self.changed, **repair.files}
        changes = []
        for path, content in after.items():
            if self._files.refusal(path):
                return ()
            before = self._files.read(path)
            if before != content:
                changes.append(FileChange(path, before, content, self._files.mode(path)))
        return tuple(changes)


def joined(lines: list[str]) -> bytes:
    """The bytes of lines as ``Tree.lines`` gives them."""
    return "\n".join(lines).encode("utf-8", "surrogateescape")
