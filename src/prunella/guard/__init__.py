"""The guard: a deterministic judge of a fix. It reads what would change, never what a model says about it.

A fix is rejected when it reaches for what it must not touch (names that lead out of the repository, the checks and
what they run), and suspicious when it may make a check pass without repairing anything; then a person decides.
"""

from __future__ import annotations

from dataclasses import replace

from prunella.changes import Finding, Fix, Judgement, Verdict
from prunella.domain import Severity, Task, Verification
from prunella.guard.cheating import cheating
from prunella.guard.kinds import kinds_of
from prunella.guard.paths import containment
from prunella.guard.protected import protected
from prunella.guard.size import size
from prunella.guard.strictness import strictness
from prunella.guard.touched import touched

SOFTER = {Judgement.REJECT: Judgement.SUSPICIOUS, Judgement.SUSPICIOUS: Judgement.ALLOW}


def check(fix: Fix, task: Task, baseline: Verification) -> Verdict:
    """Judge a fix against the task's start.

    When an error of ``baseline`` names a test or configuration file, that file is what is to be repaired, so what is
    found there weighs one step less; not so for skipping, deleting and silencing. What is then allowed stays among the
    findings and says why.
    """
    names = containment(fix)
    touches = touched(fix)
    found = [*protected(touches, task), *cheating(touches), *strictness(touches), *size(touches)]
    named = {diagnostic.file for diagnostic in baseline.diagnostics if diagnostic.severity is Severity.ERROR}
    softened = [_softened(finding, named) if softens else finding for finding, softens in found]
    return Verdict(tuple(sorted((*names, *softened), key=_order)))


def _softened(finding: Finding, named: set[str]) -> Finding:
    if finding.path not in named or not kinds_of(finding.path) & {"test", "config"}:
        return finding
    softer = SOFTER[finding.judgement]
    reason = f"{finding.reason} (an error names this file, so this is {softer.value}, not {finding.judgement.value})"
    return replace(finding, judgement=softer, reason=reason)


def _order(finding: Finding) -> tuple[int, str, int, str]:
    worst_first = (Judgement.REJECT, Judgement.SUSPICIOUS, Judgement.ALLOW)
    return worst_first.index(finding.judgement), finding.path, finding.line, finding.rule
