"""Events as lines of a log. The texts of the specification's log examples are a contract: people search for them."""

from __future__ import annotations

import time
from typing import NamedTuple

from prunella.domain import Check, Task, vendor
from prunella.events import (
    Answered,
    Applying,
    Asking,
    AttemptEnded,
    AttemptStarted,
    CheckFinished,
    CheckStarted,
    Event,
    LadderExhausted,
    Mending,
    Notice,
    ProviderFailed,
    Reverifying,
    TaskEnded,
    TaskStarted,
    Waiting,
)
from prunella.outcome import Attempt, Outcome, Status
from prunella.report.story import cut_short
from prunella.report.words import count, dollars, money, one_line, seconds

RULE = "=" * 60

_REASON_LENGTH = 600
"""Longer than other texts: reasons end with the remedy."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class State(NamedTuple):
    """What the lines so far said. ``healed`` = the checks passed after a fix; ``verification`` = the last one begun."""

    healed: bool = False
    verification: int = -1


def after(event: Event, state: State) -> State:
    """The state once ``event`` has been told."""
    match event:
        case TaskStarted():
            return State()
        case CheckStarted(verification=number):
            return state._replace(verification=number)
        case AttemptEnded(attempt=attempt) if attempt.healed:
            return state._replace(healed=True)
        case _:
            return state


def lines(event: Event, state: State) -> list[str]:
    """What the log says of ``event``, without the time."""
    said: list[str] = []
    match event:
        case TaskStarted(task=task, ladder=ladder):
            said = [_started(task, tuple(rung.display for rung in ladder.rungs))]
        case CheckStarted() | CheckFinished():
            said = _check(event, state)
        case AttemptStarted():
            said = _opening(event)
        case Asking():
            said = [_asking(event)]
        case Applying(files=files):
            said = [f"Applying {files} file {'fix' if files == 1 else 'fixes'}..."]
        case Reverifying():
            said = ["Re-running build verification after fixes..."]
        case AttemptEnded(attempt=attempt):
            said = [_closing(attempt)]
        case LadderExhausted(attempts=attempts):
            word = "ATTEMPT" if attempts == 1 else "ATTEMPTS"
            said = [RULE, f"VERIFICATION STILL FAILING AFTER {attempts} {word}", RULE]
        case Waiting() | ProviderFailed() | Notice():
            said = [_aside(event)]
        case TaskEnded(outcome=outcome):
            said = [_ended(outcome)]
        case Answered() | Mending():
            pass
    return said


def stamp(moment: float) -> str:
    """The opening of a line in a log: local time as in ``Feb 05 15:30:12 ``, whatever the locale."""
    local = time.localtime(moment)
    return f"{_MONTHS[local.tm_mon - 1]} {local.tm_mday:02d} {local.tm_hour:02d}:{local.tm_min:02d}:{local.tm_sec:02d} "


def _asking(event: Asking) -> str:
    name = _name(event.rung.display)
    if event.turn == 1:
        return f"Calling {name} to fix build errors..."
    return f"Asking {name} again (request {event.turn} of attempt {event.attempt})..."


def _aside(event: Waiting | ProviderFailed | Notice) -> str:
    if isinstance(event, Notice):
        return f"Note: {one_line(event.text, _REASON_LENGTH)}"
    who, why = _name(event.provider), one_line(event.reason, _REASON_LENGTH)
    if isinstance(event, Waiting):
        return f"{who} gave no answer ({why}); asking again in {seconds(event.delay_s)}..."
    then = f"{_name(event.stand_in.display)} takes its place" if event.stand_in else "nobody can take its place"
    return f"{who} is unavailable ({why}); {then}"


def _opening(event: AttemptStarted) -> list[str]:
    name = _name(event.rung.display)
    if event.number == 0:
        return [
            f"VERIFICATION FAILED - {name} has a fix of its own, no model needed",
            f"Error summary: {one_line(event.summary)}",
        ]
    said = [
        f"VERIFICATION FAILED - Attempt {event.number}/{event.total} using {name}",
        f"Error summary: {one_line(event.summary)}",
    ]
    if event.previous is None:
        return said
    to, previous = _name(vendor(event.rung)).upper(), _name(event.previous.display)
    escalation = f"ESCALATING TO {to}: {previous} failed {count(event.failures, 'time')}"
    return [RULE, escalation, f"Getting second opinion from {name}...", RULE, *said]


def _closing(attempt: Attempt) -> str:
    name = _name(attempt.rung.display)
    if attempt.healed and attempt.number == 0:
        return f"✅ Build succeeded after {name}'s own fixes, without a model!"
    if attempt.healed:
        return f"✅ Build succeeded after {name} fixes on attempt {attempt.number}!"
    if attempt.after is None:
        when = f" on attempt {attempt.number}" if attempt.number else ""
        return f"No fix from {name}{when}: {one_line(attempt.rejection)}"
    return f"Build still failing after {name} fix"


def _check(event: CheckStarted | CheckFinished, state: State) -> list[str]:
    """The first verification is told check by check; later ones are announced, and told by the attempt's end."""
    if event.verification > 0:
        begins = isinstance(event, CheckStarted) and state.healed and event.verification != state.verification
        return ["Verifying what a commit of the fix alone would hold..."] if begins else []
    if isinstance(event, CheckStarted):
        return [f"Running check {_check_name(event.check)}: {one_line(event.check.command)}"]
    result = event.result
    ending = "passed" if result.passed else "failed"
    return [f"Check {_check_name(result.check)} {ending} after {seconds(result.result.duration_s)}"]


def _started(task: Task, ladder: tuple[str, ...]) -> str:
    budget = "" if task.budget_usd is None else f"; budget: {dollars(task.budget_usd)}"
    rungs = ", ".join(_name(display) for display in ladder) or "nobody can be asked"
    return f"Task {one_line(task.id)}: healing {one_line(task.root)} (ladder: {rungs}{budget})"


def _ended(outcome: Outcome) -> str:
    reason = f": {one_line(outcome.reason, _REASON_LENGTH)}" if outcome.reason else ""
    where = f"; commit {outcome.commit.id[:12]}" if outcome.commit.id else ""
    estimated = any(cut_short(attempt) for attempt in outcome.attempts)
    told = outcome.attempts or outcome.status is Status.CANCELLED
    cost = f", {money(outcome.spent, cut_short=estimated)}" if told else ""
    unproven = f"; {one_line(outcome.untested, 300)}" if outcome.untested else ""
    story = f"Task {one_line(outcome.task.id)} ended as {outcome.status.value}{reason}{unproven}"
    return f"{story} ({seconds(outcome.duration_s)}{cost}{where})"


def _name(display: str) -> str:
    return one_line(display, 80)


def _check_name(check: Check) -> str:
    return one_line(check.name, 80)
