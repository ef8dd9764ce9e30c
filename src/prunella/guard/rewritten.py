"""What the checks themselves rewrote while they ran: a check that updates what its tests expect proves nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from prunella.changes import FileChange, Finding, Fix, Judgement, Tuning
from prunella.domain import Task, Verification
from prunella.guard import check_in
from prunella.guard.catalog import BY_NAME
from prunella.ports import Files

GROUPS = frozenset({"checks", "tests", "silencing", "configuration"})
"""Groups of rules that may tell that a green check is no proof. What a tool makes of code or lockfiles is its own."""

LOCKFILE = "lockfile"
TOKENS = re.compile(rb"\w+|[^\w\s;,()'\"`\\]")
"""All that is more than layout: no white space, quotes, brackets and commas as formatters put and take them."""


def by_checks(written: Fix, files: Files, task: Task, baseline: Verification, tuning: Tuning) -> list[Finding]:
    """Suspicions about what checks wrote into tracked files (``written``), but for mere layout."""
    changes = tuple(change for change in written.changes if not _layout_only(change))
    if not changes:
        return []
    verdict = check_in(files, Fix(changes, written.diff), task, baseline, tuning)
    return list(_suspicions(verdict.findings))


def _suspicions(findings: Iterable[Finding]) -> Iterable[Finding]:
    for finding in findings:
        info = BY_NAME.get(finding.rule)
        if finding.judgement is Judgement.ALLOW or finding.rule == LOCKFILE or (info and info.group not in GROUPS):
            continue
        reason = f"the check itself rewrote this file, so that it passes proves less: {finding.reason}"
        yield replace(finding, judgement=Judgement.SUSPICIOUS, reason=reason)


def _layout_only(change: FileChange) -> bool:
    """Whether a formatter may have done it: the same words and signs, maybe in another order (sorted imports)."""
    if change.before is None or change.after is None:
        return False
    before, after = (Counter(TOKENS.findall(side)) for side in (change.before, change.after))
    return before == after
