"""Which folder a build tool says it is in: the relative paths below that line start there."""

from __future__ import annotations

import posixpath
import re

_MOVE = re.compile(
    r"\s{0,8}(?:\S{1,60}\s)?(?:\S*/)?(?:[mg]?make|ninja|mingw32-make|"
    r"remake)(?:\[[0-9]{1,3}\])?: (?P<move>Entering|Leaving) directory [`'‘\"](?P<folder>[^'’\"\n]{1,400})['’\"]"
)
_MOST_DEEP = 64


class Folders:
    """A stack of folders. make prints them absolute, ninja as it was given them."""

    def __init__(self) -> None:
        self._stack: list[str] = []

    def see(self, line: str) -> bool:
        """Whether the line says that a tool went into a folder, or left one."""
        match = _MOVE.match(line) if " directory " in line else None
        if not match:
            return False
        folder = match["folder"]
        if match["move"] == "Entering":
            self._stack = [*self._stack[-_MOST_DEEP:], folder]
        elif folder in self._stack:
            last = len(self._stack) - 1 - self._stack[::-1].index(folder)
            del self._stack[last]
        return True

    def path(self, path: str) -> str:
        """The path, from the folder that is open now."""
        if not self._stack or path.startswith(("/", "<", "~")) or path[1:2] == ":" or "\\" in path:
            return path
        return posixpath.normpath(posixpath.join(self._stack[-1], path))
