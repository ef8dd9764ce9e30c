"""The loop of the parsers that take a log block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic


def walk(lines: Sequence[str], found: Sequence[Diagnostic], step: Callable[[int, str], int]) -> None:
    """Take ``step`` from the first line to the last, or until it has found as many as one parser reads.

    Args:
        found: where ``step`` puts what it finds.
        step: is given a line's index and the line; returns the index of the line after the block that it took. It
            always gets further by at least one line.
    """
    at = 0
    while at < len(lines) and len(found) < MOST_PARSED:
        at = max(at + 1, step(at, lines[at]))
