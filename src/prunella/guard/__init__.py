"""The guard: a deterministic judge of a fix. It reads what would change, never what a model says about it.

A fix is rejected when it reaches for what it must not touch (names that lead out of the repository, the checks and
what they run), and suspicious when it may make a check pass without repairing anything; then a person decides.
"""

from __future__ import annotations

from collections.abc import Collection
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


def check(fix: Fix, task: Task, baseline: Verification, paths: Collection[str] = ()) -> Verdict:
    """Judge a fix against the task's start.

    When an error of ``baseline`` names a test or configuration file, that file is what is to be repaired, so what is
    found there weighs one step less; not so for skipping, deleting and silencing. What is then allowed stays among the
    findings and says why. ``paths`` are the repository's: a tool in a package's folder names files from there.
    """
    names = containment(fix)
    touches = touched(fix)
    found = [*protected(touches, task), *cheating(touches), *strictness(touches), *size(touches)]
    errors = {diagnostic.file for diagnostic in baseline.diagnostics if diagnostic.severity is Severity.ERROR}
    named = {_meant(file, paths) for file in errors}
    softened = [_softened(finding, named) if softens else finding for finding, softens in found]
    return Verdict(tuple(sorted((*names, *softened), key=_order)))


def _meant(file: str, paths: Collection[str]) -> str:
    """The file itself, or the only one of the repository whose path ends with it."""
    inner = file
    while inner not in paths and inner.startswith("../"):
        inner = inner[3:]
    if inner in paths or not inner:
        return inner
    longer = [path for path in paths if path.endswith(f"/{inner}")]
    return longer[0] if len(longer) == 1 else file


def _softened(finding: Finding, named: set[str]) -> Finding:
    if finding.path not in named or not kinds_of(finding.path) & {"test", "config"}:
        return finding
    softer = SOFTER[finding.judgement]
    reason = f"{finding.reason} (an error names this file, so this is {softer.value}, not {finding.judgement.value})"
    return replace(finding, judgement=softer, reason=reason)


def _order(finding: Finding) -> tuple[int, str, int, str]:
    worst_first = (Judgement.REJECT, Judgement.SUSPICIOUS, Judgement.ALLOW)
    return worst_first.index(finding.judgement), finding.path, finding.line, finding.rule
