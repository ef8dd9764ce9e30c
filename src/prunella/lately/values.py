"""What this room tells: names and files, and what a change did to them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Happened(StrEnum):
    """What a change did to a name.

    ``CHANGED`` = the definition has its name still, but another line: another signature, or visible to others no more.
    """

    RENAMED = "renamed"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


class SymbolChange(NamedTuple):
    """A definition, or an import, that a change touched.

    Attributes:
        old: the name before; "" = added. ``new``: the name now; "" = removed.
        path: the file now ("" = deleted); ``was``: the file before ("" = new).
        line: of the definition, in the file as it is after that change if it is still there, else as it was before.
        commit: "" = the working tree. ``text``: the defining line as it was before (as it is now, for an added one);
            for an import the whole statement, which may have several lines.
        exported: whether the definition was visible to other files.
    """

    happened: Happened
    old: str
    new: str
    path: str
    was: str
    line: int
    commit: str
    text: str
    exported: bool


class FileMove(NamedTuple):
    """A file that went from ``was`` to ``path``; ``commit`` "" = in the working tree."""

    was: str
    path: str
    commit: str


class Swap(NamedTuple):
    """A line in which a change replaced one name by another, and nothing else.

    ``line`` is 1-based, in the file as it is after that change; ``text`` is the whole line then.
    """

    path: str
    line: int
    old: str
    new: str
    commit: str
    text: str
