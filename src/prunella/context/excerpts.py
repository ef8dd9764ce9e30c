"""Pieces of files with line numbers: whole when short, else windows around the lines that matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

WHOLE_LINES = 120
AROUND = 20
LONGEST_LINE = 1_000
MOST_MARKS = 24


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one file; ``spans`` are 1-based and inclusive, ``marks`` the lines that matter, the first ones most."""

    path: str
    lines: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    why: str
    marks: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        return self.spans == ((1, len(self.lines)),)

    def render(self) -> str:
        """As the model sees it: a heading, then "number, tab, line"."""
        heading = f"/repo/{self.path} ({self.why}"
        heading += ")" if self.whole else f"; {len(self.lines)} lines, part of them)"
        parts = [
            "\n".join(f"{n}\t{_cut(self.lines[n - 1])}" for n in range(first, last + 1)) for first, last in self.spans
        ]
        return heading + "\n" + "\n…\n".join(parts)

    def also(self, number: int) -> Excerpt:
        """With one more line that matters."""
        if self.whole or number in self.marks:
            return self
        spans = _merged([*self.spans, *_windows(self.lines, (number,), AROUND)])
        return replace(self, spans=tuple(spans), marks=(*self.marks, number))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line)} characters)"


def decode(data: bytes | None) -> tuple[str, ...] | None:
    """A file's lines for showing; None for what is not text."""
    if data is None or b"\0" in data[:8000]:
        return None
    return tuple(data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))


def around(path: str, lines: tuple[str, ...], numbers: Iterable[int], why: str, *, whole: int = WHOLE_LINES) -> Excerpt:
    """The file whole if it has at most ``whole`` lines, else a window around each number, widened to the head of the
    block that it stands in (the nearest line above with less indentation)."""
    lines = lines[:-1] if lines and not lines[-1] else lines
    marks = tuple(dict.fromkeys(min(max(n, 1), len(lines)) for n in numbers))[:MOST_MARKS] or (1,)
    if len(lines) <= whole:
        return Excerpt(path, lines, ((1, len(lines)),) if lines else (), why, marks)
    return Excerpt(path, lines, _windows(lines, marks, AROUND), why, marks)


def _windows(lines: tuple[str, ...], numbers: Iterable[int], margin: int) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for number in numbers:
        first, last = max(1, number - margin), min(len(lines), number + margin)
        head = _head(lines, number)
        if head and head < first:
            spans.append((head, min(head + 2, first)))
        spans.append((first, last))
    return tuple(_merged(spans))


def _head(lines: tuple[str, ...], number: int) -> int:
    """The line that opens the outermost block around ``number`` which is not at the file's own level of nothing."""
    depth = _indent(lines[number - 1])
    head = 0
    for n in range(number - 1, max(0, number - 400), -1):
        line = lines[n - 1]
        if line.strip() and _indent(line) < depth:
            depth, head = _indent(line), n
            if depth == 0:
                break
    return head


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 3:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
