"""Whether an older commit fails alike: then the breakage was there before, and is not what the task is about."""

from __future__ import annotations

from collections.abc import Callable

from prunella.domain import Base, Check, Verification
from prunella.events import Notice
from prunella.ports import Reporter


def preexisting(
    baseline: Verification, base: Callable[[tuple[Check, ...]], Base | None], reporter: Reporter
) -> tuple[str, str] | None:
    """Reason and remedy when every error of ``baseline`` is on the base commit too; otherwise those that are there are
    told apart, and the rest is to be healed."""
    known = base(tuple(result.check for result in baseline.results))
    if known is None or known.passed:
        return None
    mine, theirs = set(baseline.fingerprints), set(known.fingerprints)
    if mine <= theirs:
        reason = f"pre-existing: the checks fail alike on {known.commit[:12]}: {baseline.summary}"
        remedy = "Nothing was changed. To have it mended all the same, run it without --baseline."
        return reason, remedy
    if mine & theirs:
        told = f"{len(mine & theirs)} of {len(mine)} errors are on {known.commit[:12]} too, and are not this change's"
        reporter.emit(Notice(told))
    return None
