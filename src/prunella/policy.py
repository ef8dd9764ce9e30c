"""Which rung next, and whether an attempt got anywhere. Pure: it returns decisions, the loop acts on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prunella.domain import Ending, ErrorClass, Ladder, Rung, Severity, Verification
from prunella.errors import Fault
from prunella.outcome import Attempt, Progress, Status

CLOSES_DOOR = frozenset({Fault.AUTH, Fault.QUOTA})
"""Provider failures that no waiting cures: nothing behind this door is asked again in this task."""

CLOSES_SEAT = frozenset({Fault.BAD_REQUEST, Fault.REFUSAL})
"""Failures of one model behind a door; another model there may well answer."""

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


def seat(rung: Rung) -> str:
    """One model behind a door."""
    return f"{door(rung)}: {rung.model}"


def closed(rung: Rung, down: Mapping[str, str]) -> bool:
    """Whether a rung cannot be asked; ``down`` maps doors and seats to the reason."""
    return door(rung) in down or seat(rung) in down


def next_rung(ladder: Ladder, attempts: Sequence[Attempt], down: Mapping[str, str]) -> Climb | End:
    """The decision after ``attempts``; ``down`` maps doors and seats that cannot be used to the reason."""
    if len(attempts) >= len(ladder):
        if not attempts:
            return End(Status.NEEDS_HUMAN, "the checks fail, and there is no rung to climb")
        return End(Status.NEEDS_HUMAN, f"the checks still fail after {_times(len(attempts), 'attempt')}")
    wanted = ladder.rungs[len(attempts)]
    rung = wanted if not closed(wanted, down) else stand_in(ladder, wanted, down)
    if rung is None:
        reasons = "; ".join(dict.fromkeys(down.values()))
        return End(Status.PROVIDER_DOWN, f"no provider can be asked any more ({reasons})")
    instead = "" if rung is wanted else wanted.display
    previous = attempts[-1].rung if attempts else None
    if previous is None or door(previous) == door(rung):
        return Climb(rung, instead)
    return Climb(rung, instead, previous, _run_length(attempts))


def stand_in(ladder: Ladder, wanted: Rung, down: Mapping[str, str]) -> Rung | None:
    """Who takes ``wanted``'s place: the nearest later rung with another model that is up, else an earlier one."""
    here = next((index for index, rung in enumerate(ladder.rungs) if rung.name == wanted.name), 0)
    order = ladder.rungs[here + 1 :] + ladder.rungs[:here][::-1]
    return next((rung for rung in order if not closed(rung, down) and seat(rung) != seat(wanted)), None)


def progress(before: Verification, after: Verification) -> Progress:
    """What a fix achieved, by how far the checks got and then by the set of errors.

    A later check reached, a command that ends by itself again, code that can be run at all again: that is progress even
    when more errors show, for compilers hide type errors behind syntax errors, and test runners hide failures behind a
    failed import. The other way round, fewer errors are none when the checks get less far. As many errors as before,
    but none of the old ones, is progress too: one layer is off.
    """
    if after.passed:
        return Progress.HEALED
    old, new = set(before.fingerprints), set(after.fingerprints)
    reached, now = _reached(before), _reached(after)
    if reached[:2] != now[:2]:
        return _better(now > reached)
    if old == new:
        return _by_count(before, after)
    if reached != now and not (new < old or old < new):
        return _better(now > reached)
    if len(new) == len(old) and new & old:
        return Progress.SAME
    return _better(len(new) <= len(old))


def _better(is_better: bool) -> Progress:
    return Progress.BETTER if is_better else Progress.WORSE


def _by_count(before: Verification, after: Verification) -> Progress:
    """Equal fingerprints: the number of places that have the error decides."""
    difference = _errors(after) - _errors(before)
    if difference == 0:
        return Progress.SAME
    return Progress.BETTER if difference < 0 else Progress.WORSE


def _errors(verification: Verification) -> int:
    return sum(diagnostic.severity is Severity.ERROR for diagnostic in verification.diagnostics)


_LEVELS = {
    ErrorClass.ENVIRONMENT: 0,
    ErrorClass.CONFIG: 1,
    ErrorClass.DEPENDENCY: 1,
    ErrorClass.SYNTAX: 2,
    ErrorClass.MISSING_IMPORT: 3,
}
"""How far code gets that has such an error; 4 = it is looked at whole."""


def _reached(verification: Verification) -> tuple[int, bool, int]:
    """Checks passed; whether the failed one ended by itself; how far it got into the code."""
    failed = verification.failed
    ended = failed is not None and failed.result.ending is Ending.EXITED
    return len(verification.proven), ended, _LEVELS.get(verification.error_class, 4)


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
