"""Judges a red baseline before anything is spent. Each cause ends the task with its own words and a remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from prunella.diagnostics.environment import cause
from prunella.domain import Ending, Task, Verification
from prunella.events import Notice
from prunella.kit import Kit
from prunella.triage.base import preexisting
from prunella.triage.flaky import flaked, may_pass, names
from prunella.triage.look import blocking

LONGEST_RERUN_S = 120.0
"""A check whose time limit is longer is not run again after it was reached: that costs too much of a person's time."""


class NotCode(NamedTuple):
    """Why no model is asked. ``reason`` begins with the kind: environment, flaky, pre-existing or timeout."""

    reason: str
    remedy: str


class Judged(NamedTuple):
    """What the ladder is to heal, or why it is not to be climbed."""

    baseline: Verification
    not_code: NotCode | None = None


def judge(task: Task, baseline: Verification, kit: Kit, verify: Callable[[], Verification]) -> Judged:
    """Whose fault the red checks are: the cheap answers first.

    Args:
        baseline: that failed.
        verify: runs the checks once more and records what they said.
    """
    files = kit.workspace.files
    known = cause(baseline, paths=files.paths()) or blocking(kit.workspace.root, files, baseline)
    if known:
        return Judged(baseline, NotCode(f"environment: {known[0]}", known[1]))
    judged = _again(task, baseline, kit, verify)
    if judged.not_code is None and kit.base is not None:
        older = preexisting(judged.baseline, kit.base, kit.reporter)
        return judged._replace(not_code=NotCode(*older) if older else None)
    return judged


def _again(task: Task, baseline: Verification, kit: Kit, verify: Callable[[], Verification]) -> Judged:
    """Run it once more where that may tell a flaky test or a slow machine from broken code."""
    late = _timed_out(baseline)
    if not kit.rerun or not may_pass(baseline) or (late and _limit(baseline) > LONGEST_RERUN_S):
        return Judged(baseline, _too_late(baseline) if late else None)
    about = f"about {max(1, round(baseline.duration_s))} s"
    kit.reporter.emit(Notice(f"the checks run once more before anything is spent ({about}): is the failure flaky?"))
    again = verify()
    passed = flaked(baseline, again)
    if passed:
        kit.step("noted", kit.store.noted, task, "flaky", names(passed))
    if again.passed:
        return Judged(again, _flaky(passed, late=late))
    if late and _timed_out(again):
        return Judged(baseline, _too_late(baseline, again))
    if passed:
        kit.reporter.emit(Notice(f"flaky, and left alone: {_listed(passed)}"))
    return Judged(baseline if again.fingerprints == baseline.fingerprints else again)


def _flaky(passed: tuple[str, ...], *, late: bool) -> NotCode:
    if late:
        reason = "flaky: a check reached its time limit once, and passed in time when it was run again"
        return NotCode(
            reason, "Nothing was changed. If it is slow at times, raise its timeout ([[check]] or --timeout)."
        )
    remedy = "Nothing was changed. Mend or quarantine what is flaky; `prunella doctor` lists how often each one was."
    return NotCode(f"flaky: failed once and passed when run again: {_listed(passed)}", remedy)


def _too_late(first: Verification, second: Verification | None = None) -> NotCode | None:
    """A time limit that was reached with nothing else wrong; twice at the same place = it hangs there."""
    failed = first.failed
    if failed is None or any(error.severity.value == "error" for error in failed.diagnostics):
        return None
    name, limit = failed.check.name, f"{failed.check.timeout_s:g} s"
    raising = f"raise the timeout of [[check]] '{name}' in prunella.toml, or --timeout"
    place = _place(first)
    if second and place and place == _place(second):
        reason = f"timeout: check '{name}' reached its limit of {limit} twice at the same place: {place}"
        return NotCode(reason, f"It seems to hang there; look what it waits for. If it is only slow, {raising}.")
    often = "twice, at different places" if second else f"after {limit}"
    reason = f"timeout: check '{name}' reached its time limit {often}, with no error before it"
    return NotCode(reason, f"It needs more time than it has: {raising}. If it waits for something, see what for.")


def _timed_out(verification: Verification) -> bool:
    return verification.failed is not None and verification.failed.result.ending is Ending.TIMED_OUT


def _limit(verification: Verification) -> float:
    return verification.failed.check.timeout_s if verification.failed else 0.0


def _place(verification: Verification) -> str:
    """The last line that was printed, without what differs from run to run."""
    from prunella.diagnostics.fingerprint import normalised

    tail = verification.failed.tail if verification.failed else ""
    last = next((line for line in reversed(tail.split("\n")) if line.strip()), "")
    return normalised(last)[:160]


def _listed(passed: tuple[str, ...]) -> str:
    more = f" and {len(passed) - 5} more" if len(passed) > 5 else ""
    return ", ".join(passed[:5]) + more
