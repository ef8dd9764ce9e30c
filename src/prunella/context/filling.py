"""Takes the most valuable pieces that fit a budget of tokens, and renders them file by file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from prunella.context.pieces import Note, Piece
from prunella.context.scene import Scene
from prunella.context.tokens import estimate

LONGEST_LINE = 1_000
SMALL_GAP = 3
"""So few lines between two spans are shown rather than left out: the mark for the gap costs as much."""


PRIME = 96.0
"""What is worth this much may fill more than two thirds of the budget with one file."""


class Section(NamedTuple):
    """A part of what a model is shown: what it is, why it is there, its text and its tokens."""

    title: str
    reason: str
    text: str
    tokens: int


@dataclass(slots=True)
class _File:
    """What is shown of a file: the lines with the price of each, and why."""

    lines: tuple[str, ...]
    value: float
    why: str
    spent: int = 0
    shown: set[int] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)


class Filling:
    """What has been taken so far, and what is left of the budget."""

    def __init__(self, scene: Scene, budget: int) -> None:
        self._scene = scene
        self.left = budget
        self._most_of_one = budget * 2 // 3
        self._files: dict[str, _File] = {}
        self._prices: dict[tuple[str, int], int] = {}

    def take(self, pieces: Iterable[Piece | Note], least: float) -> None:
        """Take what fits, the most valuable first. A piece that does not fit is halved from its end until it does."""
        for piece in sorted(pieces, key=lambda piece: -piece.value):
            if piece.value < least or self.left < 20:
                continue
            if isinstance(piece, Note):
                self._note(piece)
            else:
                self._piece(piece)

    def shown(self) -> dict[str, frozenset[int]]:
        """The lines that are shown, by file."""
        return {path: frozenset(file.shown) for path, file in self._files.items() if file.shown}

    def widen(self, path: str) -> None:
        """Show all of a file that is shown in part."""
        file = self._files[path]
        self._piece(Piece(path, 1, len(file.lines), file.value, file.why))

    def value(self, path: str) -> float:
        """The worth of the best that is shown of a file."""
        return self._files[path].value if path in self._files else 0.0

    def price(self, path: str, first: int, last: int) -> int:
        """Tokens of those of the lines that are not shown yet."""
        held = self._files.get(path)
        lines = self._scene.lines(path)
        wanted = range(max(1, first), min(last, len(lines)) + 1)
        new = [n for n in wanted if held is None or n not in held.shown]
        if len(new) * 2 > self.left:
            return len(new) * 2 + 24  # a line costs that at least: no need to look
        heading = 0 if held else 24
        return heading + sum(self._line_price(path, n, lines[n - 1]) for n in new) + (2 if new else 0)

    def _line_price(self, path: str, number: int, line: str) -> int:
        key = (path, number)
        if key not in self._prices:
            self._prices[key] = estimate(f"{number}\t{cut(line)}\n")
        return self._prices[key]

    def _piece(self, piece: Piece) -> None:
        lines = self._scene.lines(piece.path)
        first, last = max(1, piece.first), min(piece.last, len(lines))
        while last >= first and self.price(piece.path, first, last) > self.left:
            if last - first < 4:
                return
            last = first + (last - first) // 2
        if last < first:
            return
        cost = self.price(piece.path, first, last)
        file = self._files.setdefault(piece.path, _File(lines, piece.value, piece.why))
        if file.spent + cost > self._most_of_one and piece.value < PRIME:
            return
        if not file.shown:
            file.why = piece.why
        file.shown.update(range(first, last + 1))
        file.spent += cost
        self.left -= cost

    def _note(self, note: Note) -> None:
        cost = estimate(note.text) + 4
        if cost > self.left:
            return
        file = self._files.setdefault(note.path, _File(self._scene.lines(note.path), note.value, note.why))
        file.notes.append(note)
        self.left -= cost

    def sections(self) -> tuple[Section, ...]:
        """The files in the order of their worth, each with its notes."""
        found: list[Section] = []
        for path, file in sorted(self._files.items(), key=lambda item: -item[1].value):
            if not file.shown and not file.notes:
                continue
            text = "\n".join([*([_rendered(path, file)] if file.shown else []), *(note.text for note in file.notes)])
            found.append(Section(path, file.why, text, estimate(text)))
        return tuple(found)


def _rendered(path: str, file: _File) -> str:
    """A heading, then "number, tab, line", with "…" where lines are left out."""
    spans: list[tuple[int, int]] = []
    for number in sorted(file.shown):
        if spans and number <= spans[-1][1] + SMALL_GAP:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    whole = spans == [(1, len(file.lines))]
    heading = f"/repo/{path} ({file.why}" + (")" if whole else f"; {len(file.lines)} lines, part of them)")
    parts = ["\n".join(f"{n}\t{cut(file.lines[n - 1])}" for n in range(a, b + 1)) for a, b in spans]
    return heading + "\n" + "\n…\n".join(parts)


def cut(line: str) -> str:
    """A line as it is shown; a very long one is no code that anybody wrote."""
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line)} characters)"
