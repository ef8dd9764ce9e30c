"""Which rung next, and whether an attempt got anywhere. Pure: it returns decisions, the loop acts on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prunella.domain import ErrorClass, Ladder, Rung, Severity, Verification
from prunella.errors import Fault
from prunella.outcome import Attempt, Progress, Status

PERMANENT = frozenset({Fault.AUTH, Fault.QUOTA, Fault.BAD_REQUEST})
"""Provider failures that no waiting cures: the provider is not asked again in this task."""

BURNS_ATTEMPT = frozenset({Fault.TRUNCATED, Fault.TOO_LARGE, Fault.CONTEXT})
"""Failures that are about the question and not about the provider: they count as the rung's attempt."""


@dataclass(frozen=True, slots=True)
class Climb:
    """Take this rung. ``stand_in_for`` names the provider it replaces; ``previous`` is set when it is an escalation
    from another provider, whose attempts in a row are ``failures``."""

    rung: Rung
    stand_in_for: str = ""
    previous: Rung | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """The ladder ends here."""

    status: Status
    reason: str


def door(rung: Rung) -> str:
    """What is down when this rung's provider is down: rungs with the same door share an API and a key."""
    return f"{rung.provider} {rung.base_url}".strip()


def next_rung(ladder: Ladder, attempts: Sequence[Attempt], down: Mapping[str, str]) -> Climb | End:
    """The decision after ``attempts``; ``down`` maps doors that cannot be used to the reason."""
    if len(attempts) >= len(ladder):
        if not attempts:
            return End(Status.NEEDS_HUMAN, "the checks fail, and there is no rung to climb")
        return End(Status.NEEDS_HUMAN, f"the checks still fail after {_times(len(attempts), 'attempt')}")
    wanted = ladder.rungs[len(attempts)]
    rung = wanted if door(wanted) not in down else stand_in(ladder, wanted, down)
    if rung is None:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in down.items())
        return End(Status.PROVIDER_DOWN, f"no provider can be asked ({reasons})")
    instead = "" if rung is wanted else door(wanted)
    previous = attempts[-1].rung if attempts else None
    if previous is None or door(previous) == door(rung):
        return Climb(rung, instead)
    return Climb(rung, instead, previous, _run_length(attempts))


def stand_in(ladder: Ladder, wanted: Rung, down: Mapping[str, str]) -> Rung | None:
    """Who takes ``wanted``'s place: the nearest later rung of another provider that is up, else an earlier one."""
    here = next((index for index, rung in enumerate(ladder.rungs) if rung.name == wanted.name), 0)
    order = ladder.rungs[here + 1 :] + ladder.rungs[:here][::-1]
    return next((rung for rung in order if door(rung) not in down and door(rung) != door(wanted)), None)


def progress(before: Verification, after: Verification) -> Progress:
    """What a fix achieved, by how far the checks got and by the set of errors.

    A later check reached, or the code parsing again, is progress even when more errors show: compilers hide type
    errors behind syntax errors. As many errors as before, but none of the old ones, is progress too: one layer is off.
    """
    if after.passed:
        return Progress.HEALED
    stage_before, stage_after = _stage(before), _stage(after)
    if stage_after != stage_before:
        return Progress.BETTER if stage_after > stage_before else Progress.WORSE
    old, new = set(before.fingerprints), set(after.fingerprints)
    if old == new:
        return _by_count(before, after)
    if len(new) != len(old):
        return Progress.BETTER if len(new) < len(old) else Progress.WORSE
    return Progress.SAME if new & old else Progress.BETTER


def _by_count(before: Verification, after: Verification) -> Progress:
    """Equal fingerprints: the number of places that have the error decides."""
    difference = _errors(after) - _errors(before)
    if difference == 0:
        return Progress.SAME
    return Progress.BETTER if difference < 0 else Progress.WORSE


def _errors(verification: Verification) -> int:
    return sum(diagnostic.severity is Severity.ERROR for diagnostic in verification.diagnostics)


def _stage(verification: Verification) -> tuple[int, bool]:
    return len(verification.proven), verification.error_class is not ErrorClass.SYNTAX


def _run_length(attempts: Sequence[Attempt]) -> int:
    last = door(attempts[-1].rung)
    count = 0
    for attempt in reversed(attempts):
        if door(attempt.rung) != last:
            break
        count += 1
    return count


def _times(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
