"""What the last changes did, read once for a whole search."""

from __future__ import annotations

from typing import NamedTuple

from prunella.lately.symbols import FileMove, Mark, Swap, SymbolChange, file_moves, marks, swaps, symbol_changes
from prunella.ports import Lately


class Lore(NamedTuple):
    """What git knows of the last changes, newest first each."""

    changes: tuple[SymbolChange, ...]
    swaps: tuple[Swap, ...]
    marks: tuple[Mark, ...]
    moves: tuple[FileMove, ...]


def lore(lately: Lately) -> Lore:
    """What git knows of the working diff and the last commits."""
    return Lore(symbol_changes(lately), swaps(lately), marks(lately), file_moves(lately))
