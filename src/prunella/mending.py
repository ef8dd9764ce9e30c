"""Rung 0 on its way up: what the toolchain and git mend is judged, applied and verified like any other fix."""

from __future__ import annotations

from dataclasses import replace

from prunella.changes import FileChange, Fix, Judgement, Verdict
from prunella.climb import State, applied
from prunella.domain import TOOLCHAIN, Diagnostic, ErrorClass, Severity, Verification
from prunella.edits.diff import unified
from prunella.events import AttemptEnded, AttemptStarted, Mending, Notice
from prunella.guard import check_in as guard
from prunella.guard.catalog import told
from prunella.kit import Kit
from prunella.outcome import Attempt, Progress
from prunella.ports import Candidate, Mended
from prunella.verifier import Verifier

MOST_TOLD = 5
SAY_ALL = frozenset({"tsc", "vue-tsc", "svelte-check"})
FEW = 3
"""A check that printed more errors than that did not stop at the first one."""


def mend(state: State, kit: Kit, verify: Verifier) -> Attempt | None:
    """Let the toolchain try, before anything is spent; None when it has no fix of its own.

    A fix stays when the checks pass with it, or get further. One that merely moves the failure from the compiler to the
    tests does not: it may be green by types and wrong at run time, so it is undone and a model may weigh it.
    """
    if kit.toolchain is None:
        return None
    attempt = Attempt(0, TOOLCHAIN, state.best, started_at=kit.now())
    state.running = attempt
    kit.reporter.emit(Mending())

    def judge(changes: tuple[FileChange, ...]) -> Verdict:
        return guard(kit.workspace.files, _fix(changes), state.task, state.baseline, kit.tuning)

    mended = kit.step("mend", kit.toolchain.mend, state.best, judge)
    state.mended = mended
    if not state.ladder.rungs:
        _told(mended, kit)
    if not mended.changes:
        state.running, state.mended = None, mended._replace(more=_more(state.best, kit))
        return None
    kit.reporter.emit(AttemptStarted(0, len(state.ladder), TOOLCHAIN, state.best.summary))
    fix = _fix(mended.changes)
    verdict = judge(mended.changes)
    attempt = replace(attempt, text="\n".join(mended.steps), verdict=verdict)
    if verdict.judgement is not Judgement.ALLOW:
        reasons = "; ".join(told(finding) for finding in verdict.findings if finding.judgement is verdict.judgement)
        attempt = replace(attempt, fix=fix, rejection=f"the guard does not let it pass: {reasons}")
    else:
        attempt = applied(state, attempt, (fix, fix), kit, verify)
    if _fails_tests(attempt):
        kit.workspace.reset(())
        state.held, state.best = Fix(), attempt.before
        attempt = replace(attempt, progress=Progress.WORSE)
    if attempt.progress not in {Progress.HEALED, Progress.BETTER}:
        kept = Candidate(fix.paths[0], 0, "; ".join(mended.steps) + " (this alone did not do it)", fix.diff)
        state.mended = mended._replace(changes=(), steps=(), candidates=(kept, *mended.candidates))
    if not attempt.healed:
        state.mended = state.mended._replace(more=_more(state.best, kit))
    attempt = replace(attempt, duration_s=kit.now() - attempt.started_at)
    kit.step("record", kit.store.attempt, state.task, attempt)
    state.running, state.toolchain = None, attempt
    kit.reporter.emit(AttemptEnded(attempt, len(state.ladder)))
    return attempt


def _told(mended: Mended, kit: Kit) -> None:
    """Where there is no model to weigh what was not made, a person may."""
    for candidate in () if mended.all_gone else mended.candidates[:MOST_TOLD]:
        place = f"{candidate.path}:{candidate.line}" if candidate.line else candidate.path
        kit.reporter.emit(Notice(f"not done, because nothing proves it right: {place}: {candidate.text}"))


def _more(before: Verification, kit: Kit) -> tuple[Diagnostic, ...]:
    """What a warm compiler sees beyond the errors that the check printed (``next build`` prints the first alone)."""
    errors = [found for found in before.diagnostics if found.severity is Severity.ERROR]
    if kit.toolchain is None or len(errors) > FEW or all(_says_all(error) for error in errors):
        return ()
    places = {(error.file, error.line) for error in errors}
    seen = kit.toolchain.errors(()) or ()
    return tuple(error for error in seen if (error.file, error.line) not in places)


def _says_all(error: Diagnostic) -> bool:
    """Whether it comes from a compiler that prints every error: a look at the whole project takes as long as the check,
    and would say the same. A syntax error hides the rest."""
    return error.source in SAY_ALL and not (len(error.code) == 6 and error.code.startswith("TS1"))


def _fix(changes: tuple[FileChange, ...]) -> Fix:
    return Fix(changes, unified(changes))


def _fails_tests(attempt: Attempt) -> bool:
    """Whether the fix traded an error that is seen before the code runs for one that is seen when it runs."""
    before, after = attempt.before, attempt.after
    if after is None or after.passed or attempt.progress is not Progress.BETTER:
        return False
    return after.error_class is ErrorClass.TEST_FAILURE and before.error_class is not ErrorClass.TEST_FAILURE
