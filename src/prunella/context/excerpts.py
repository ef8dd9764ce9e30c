"""Pieces of files with line numbers: whole when short, else windows around the lines that matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WHOLE_LINES = 120
AROUND = 20


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one file; ``spans`` are 1-based and inclusive."""

    path: str
    lines: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    why: str

    @property
    def whole(self) -> bool:
        return self.spans == ((1, len(self.lines)),)

    def render(self) -> str:
        """As the model sees it: a heading, then "number, tab, line"."""
        heading = f"/repo/{self.path} ({self.why}"
        heading += ")" if self.whole else f"; {len(self.lines)} lines, part of them)"
        parts = ["\n".join(f"{n}\t{self.lines[n - 1]}" for n in range(first, last + 1)) for first, last in self.spans]
        return heading + "\n" + "\n…\n".join(parts)


def decode(data: bytes | None) -> tuple[str, ...] | None:
    """A file's lines for showing; None for what is not text."""
    if data is None or b"\0" in data[:8000]:
        return None
    return tuple(data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))


def around(path: str, lines: tuple[str, ...], numbers: Iterable[int], why: str, *, whole: int = WHOLE_LINES) -> Excerpt:
    """The file whole if it has at most ``whole`` lines, else a window around each number, widened to the head of the
    block that it stands in (the nearest line above with less indentation)."""
    lines = lines[:-1] if lines and not lines[-1] else lines
    if len(lines) <= whole:
        return Excerpt(path, lines, ((1, len(lines)),) if lines else (), why)
    spans: list[tuple[int, int]] = []
    for number in sorted({min(max(n, 1), len(lines)) for n in numbers} or {1}):
        first, last = max(1, number - AROUND), min(len(lines), number + AROUND)
        head = _head(lines, number)
        if head and head < first:
            spans.append((head, min(head + 2, first)))
        spans.append((first, last))
    return Excerpt(path, lines, tuple(_merged(spans)), why)


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
