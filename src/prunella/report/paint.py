"""Colour for text whose escape sequences were made harmless before, and diffs as they are shown."""

from __future__ import annotations

from collections.abc import Callable

from prunella.report.words import block

Paint = Callable[[str, str], str]
"""``paint(colour, text)``: the text in a colour of ``COLOURS``, or as it is."""

COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
"""SGR parameters of ECMA-48."""


def painter(*, colour: bool) -> Paint:
    """How to colour; ``colour`` False = not at all."""
    return _coloured if colour else _plain


def diff(text: str, most_lines: int, paint: Paint) -> list[str]:
    """A unified diff's lines, harmless, bounded and coloured."""
    return [_diff_line(line, paint) for line in block(text, most_lines)]


def changed_lines(text: str) -> tuple[int, int]:
    """How many lines a unified diff adds and removes. A hunk is as long as its header says: a removed line may look
    like a file's header (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html)."""
    added = removed = old = new = 0
    for line in text.split("\n"):
        if old <= 0 and new <= 0:
            old, new = _hunk(line)
        elif line.startswith("+"):
            added, new = added + 1, new - 1
        elif line.startswith("-"):
            removed, old = removed + 1, old - 1
        elif not line.startswith("\\"):  # "\\ No newline at end of file" is no line of either.
            old, new = old - 1, new - 1
    return added, removed


def _hunk(line: str) -> tuple[int, int]:
    """How many old and new lines follow this header of a hunk; none after any other line."""
    words = line.split(" ")
    if len(words) < 4 or words[0] != "@@":
        return 0, 0
    return _span(words[1]), _span(words[2])


def _span(word: str) -> int:
    length = word.partition(",")[2] or "1"
    return int(length) if length.isdecimal() and len(length) < 9 else 0


def _coloured(colour: str, text: str) -> str:
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def _plain(colour: str, text: str) -> str:  # noqa: ARG001 -- one signature for both
    return text


def _diff_line(line: str, paint: Paint) -> str:
    if line.startswith(("+++", "---", "diff --git")):
        return paint("bold", line)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return paint(colour, line) if colour else line
