"""A repair is small; a big one is for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence

from prunella.changes import Finding, Judgement
from prunella.guard.touched import Touch

MOST_FILES = 40
MOST_LINES = 2_000


def size(touches: Sequence[Touch]) -> list[tuple[Finding, bool]]:
    """A suspicion when a fix has more files or changed lines than a repair has, and that it does not soften."""
    findings: list[tuple[Finding, bool]] = []
    lines = sum(len(touch.added) + len(touch.removed) for touch in touches)
    if len(touches) > MOST_FILES:
        findings.append((_finding(f"the fix touches {len(touches)} files, more than {MOST_FILES}"), False))
    if lines > MOST_LINES:
        findings.append((_finding(f"the fix changes {lines} lines, more than {MOST_LINES}"), False))
    return findings


def _finding(reason: str) -> Finding:
    return Finding("size", "", 0, reason, Judgement.SUSPICIOUS)
