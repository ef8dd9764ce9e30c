"""Rung 0 itself: asks each language's mender for its part, as ``ports.Toolchain``."""

from __future__ import annotations

import time
from collections.abc import Sequence

from prunella.changes import FileChange, Judgement
from prunella.domain import Diagnostic, Verification
from prunella.errors import PrunellaError
from prunella.ports import Candidate, Judge, Mended
from prunella.toolchain.bench import Bench, Mender, Watcher

MOST_CANDIDATES = 12


class Menders:
    """The menders in order; what an earlier one changed, a later one leaves alone."""

    def __init__(self, bench: Bench, menders: Sequence[Mender], *, limit_s: float = 60.0) -> None:
        self._bench = bench
        self._menders = tuple(menders)
        self._limit_s = limit_s

    def mend(self, verification: Verification, judge: Judge) -> Mended:
        """See ``ports.Toolchain``. A mender that breaks down has nothing to offer; the models are asked then."""
        self._bench.deadline = time.monotonic() + self._limit_s
        changes: dict[str, FileChange] = {}
        steps: list[str] = []
        candidates: list[Candidate] = []
        gone = False
        for mender in self._menders:
            try:
                mended = mender.mend(verification, self._bench, judge)
            except (PrunellaError, OSError):
                continue
            candidates += mended.candidates
            both = {**changes, **{change.path: change for change in mended.changes}}
            fresh = not any(change.path in changes for change in mended.changes)
            if mended.changes and fresh and judge(tuple(both.values())).judgement is Judgement.ALLOW:
                changes = both
                steps += mended.steps
                gone = gone or mended.all_gone
        return Mended(tuple(changes.values()), tuple(steps), tuple(candidates[:MOST_CANDIDATES]), all_gone=gone)

    def errors(self, paths: tuple[str, ...]) -> tuple[Diagnostic, ...] | None:
        """See ``ports.Toolchain``: the first mender that has a tool up for them."""
        for mender in self._menders:
            found = mender.errors(paths) if isinstance(mender, Watcher) else None
            if found is not None:
                return found
        return None

    def close(self) -> None:
        """End what stays up."""
        for mender in self._menders:
            mender.close()
