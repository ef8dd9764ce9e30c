"""What the live view says: a value that follows the events, and its lines. Free of terminals."""

from __future__ import annotations

from typing import NamedTuple

from prunella.conversation import Spent
from prunella.events import (
    Answered,
    Applying,
    Asking,
    AttemptEnded,
    AttemptStarted,
    CheckStarted,
    Event,
    Mending,
    ProviderFailed,
    Reverifying,
    TaskEnded,
    TaskStarted,
    Waiting,
)
from prunella.report.words import clock, count, dollars, one_line


class View(NamedTuple):
    """Where a task stands. Moments are those of a monotonic clock.

    Attributes:
        who: the display of who is asked; "" before the first attempt.
        past: what the ended attempts cost; ``current``: what the running one costs so far.
        until: when a wait ends; 0.0 when there is none. The same request then goes out again: ``asking`` says which.
    """

    begun: float = 0.0
    attempt: int = 0
    total: int = 0
    who: str = ""
    phase: str = "starting"
    phase_begun: float = 0.0
    until: float = 0.0
    asking: str = ""
    past: Spent = Spent()
    current: Spent = Spent()
    ended: bool = False


def follow(view: View, event: Event, now: float) -> View:
    """The view after ``event``."""
    phase = _named(event)
    if phase:
        view = view._replace(phase=phase, phase_begun=now, until=0.0)
    match event:
        case TaskStarted(ladder=ladder):
            view = View(begun=now, phase_begun=now, total=len(ladder))
        case AttemptStarted(number=0):
            view = view._replace(who=one_line(event.rung.display, 40))
        case AttemptStarted():
            view = view._replace(attempt=event.number, total=event.total, who=one_line(event.rung.display, 40))
        case AttemptEnded(attempt=attempt):
            view = view._replace(past=view.past + attempt.spent, current=Spent())
        case ProviderFailed(stand_in=stand_in) if stand_in:
            who = one_line(stand_in.display, 40)
            view = view._replace(who=who, past=view.past + view.current, current=Spent())
        case Answered(spent=spent):
            view = view._replace(current=spent)
        case Asking():
            view = view._replace(asking=phase)
        case Waiting(delay_s=delay_s):
            view = view._replace(until=now + delay_s)
        case TaskEnded():
            view = view._replace(ended=True)
        case _:
            pass
    return view


def rows(view: View, now: float) -> tuple[str, str]:
    """Two lines: who is at it, for how long and at what cost; and what is being done."""
    attempt = f"Attempt {view.attempt}/{view.total}" if view.attempt else "Checking"
    spent = view.past + view.current
    head = [f"{attempt} {view.who}".rstrip(), clock(now - view.begun)]
    if spent.requests:
        usage = spent.usage
        head += [_cost(spent), f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"]
    return " · ".join(head), _doing(view, now)


def _doing(view: View, now: float) -> str:
    if view.until > now:
        return f"{view.phase} · again in {clock(view.until - now)}"
    phase, begun = (view.asking or view.phase, view.until) if view.until else (view.phase, view.phase_begun)
    if begun - view.begun < 1.0:  # the same time as in the line above
        return phase
    return f"{phase} · {clock(now - begun)}"


def _named(event: Event) -> str:
    """The phase that an event begins; "" if none."""
    phase = ""
    match event:
        case CheckStarted(check=check):
            phase = f"verifying {one_line(check.name, 40)}: {one_line(check.command, 200)}"
        case Mending():
            phase = "asking the toolchain and git, no model"
        case Asking(turn=turn):
            phase = f"asking {one_line(event.rung.display, 40)}" + (f" (request {turn})" if turn > 1 else "")
        case Answered():
            phase = "reading the answer"
        case Applying(files=files):
            phase = f"applying the fix to {count(files, 'file')}"
        case Reverifying():
            phase = "verifying the fix"
        case AttemptEnded(attempt=attempt) if attempt.healed:
            phase = "putting the fix where it belongs"
        case Waiting(reason=reason):
            phase = f"waiting: {one_line(reason, 80)}"
        case _:
            pass
    return phase


def _cost(spent: Spent) -> str:
    return dollars(spent.cost_usd) if spent.price_known else f"{dollars(spent.cost_usd)} + unknown"
