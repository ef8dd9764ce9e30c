"""What a model could be shown, each with its worth: pieces of files, and notes."""

from __future__ import annotations

import re
from typing import NamedTuple

from prunella.context.outline import Outline, Symbol
from prunella.context.scene import Scene

WINDOW = 8
WHOLE_SYMBOL = 60
"""Lines of a function that is shown whole; of a longer one, what is around the line that matters."""
LONG_SYMBOL = 240
"""Lines of a function whose rest is shown as well, if it is worth it."""
ABOVE = 3
BELOW = 3
"""Lines shown beside a definition: its comment, and room for an edit to find its place."""


MOST_OCCURRENCES = 16


class Piece(NamedTuple):
    """Lines ``first`` to ``last`` of a file. ``value``: 100 = where the error is, 10 = hardly worth its tokens."""

    path: str
    first: int
    last: int
    value: float
    why: str


class Note(NamedTuple):
    """A text of our own about a file (what a module exports, what stood there before). Shown beside the file."""

    path: str
    text: str
    value: float
    why: str


def around_line(scene: Scene, path: str, line: int, value: float, why: str) -> list[Piece]:
    """The function that a line stands in, or its surroundings in a long one, under the heads of what holds it."""
    lines = scene.lines(path)
    if not lines:
        return []
    line = min(max(line, 1), len(lines))
    pieces = [Piece(path, max(1, line - WINDOW), min(len(lines), line + WINDOW), value, why)]
    inside = scene.outline(path).around(line)
    for symbol in inside:
        if not symbol.holder and symbol.last - symbol.first < WHOLE_SYMBOL:
            pieces.append(Piece(path, symbol.first, symbol.last, value - 1, why))
            break
        if symbol.last > symbol.first:
            pieces.append(Piece(path, symbol.first, min(symbol.first + 1, symbol.last), value - 2, why))
    return pieces


def defined(scene: Scene, path: str, symbol: Symbol, value: float, why: str) -> list[Piece]:
    """A definition: whole if it is short, else its beginning, and the heads of what holds it."""
    outline = scene.outline(path)
    last = symbol.last
    if last - symbol.first >= WHOLE_SYMBOL:
        last = symbol.first + (WHOLE_SYMBOL // 2 if not symbol.holder else 12)
    rest = symbol.last if not symbol.holder and last < symbol.last < symbol.first + LONG_SYMBOL else 0
    pieces = [Piece(path, max(1, symbol.first - ABOVE), last + BELOW, value, why)]
    if rest:
        pieces.append(Piece(path, last, rest + BELOW, value - 10, why))
    if symbol.holder and symbol.last > last:
        pieces += [Piece(path, n, n, value - 6, why) for n in _members(outline, symbol)]
    pieces += [
        Piece(path, holder.first, holder.first, value - 1, why)
        for holder in outline.around(symbol.first)
        if holder.holder and holder.first < symbol.first
    ]
    return pieces


def _members(outline: Outline, holder: Symbol) -> list[int]:
    """The first lines of what a class defines."""
    inner = (s.first for s in outline.symbols if holder.first < s.first <= holder.last)
    return list(dict.fromkeys(inner))[:60]


def exports(scene: Scene, path: str, value: float) -> list[Note]:
    """The names that a module really exports, with their lines."""
    symbols = scene.outline(path).exports()
    if not symbols:
        return []
    names = list(dict.fromkeys(f"{symbol.name} ({symbol.first})" for symbol in symbols))
    shown = ", ".join(names[:80]) + (f" and {len(names) - 80} more" if len(names) > 80 else "")
    return [Note(path, f"/repo/{path} exports, with line numbers: {shown}", value, "exports of an imported module")]


def occurrences(scene: Scene, path: str, name: str, value: float, why: str) -> list[Piece]:
    """Every line of a file that has a name in it."""
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    lines = [number for number, line in enumerate(scene.lines(path), 1) if name in line and word.search(line[:2_000])]
    return [Piece(path, max(1, n - 3), n + 3, value, why) for n in lines[:MOST_OCCURRENCES]]
