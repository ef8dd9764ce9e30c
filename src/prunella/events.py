"""What happens while a task runs, as values. The log lines, the live view, ``--json`` and the record all read these."""

from __future__ import annotations

from typing import NamedTuple

from prunella.conversation import Spent
from prunella.domain import Check, CheckResult, Ladder, Rung, Task
from prunella.outcome import Attempt, Outcome


class TaskStarted(NamedTuple):
    task: Task
    ladder: Ladder


class CheckStarted(NamedTuple):
    check: Check
    verification: int


class CheckFinished(NamedTuple):
    result: CheckResult
    verification: int


class Mending(NamedTuple):
    """Rung 0 begins: compilers, linters and git are asked what they can mend."""


class AttemptStarted(NamedTuple):
    """``failures`` = attempts so far of ``previous``, set when this rung's provider is another (an escalation).
    Number 0 is rung 0's, told when it has a fix."""

    number: int
    total: int
    rung: Rung
    summary: str
    previous: Rung | None = None
    failures: int = 0


class Asking(NamedTuple):
    """A request goes out; ``turn`` counts those of the attempt from 1."""

    rung: Rung
    attempt: int
    turn: int


class Answered(NamedTuple):
    rung: Rung
    attempt: int
    spent: Spent


class Waiting(NamedTuple):
    """The provider failed in a way that may pass; the same request goes out again after ``delay_s``."""

    provider: str
    reason: str
    delay_s: float


class ProviderFailed(NamedTuple):
    """The provider is given up for this rung; ``stand_in`` takes it, or nobody can."""

    provider: str
    reason: str
    stand_in: Rung | None


class Applying(NamedTuple):
    files: int


class Reverifying(NamedTuple):
    attempt: int


class AttemptEnded(NamedTuple):
    attempt: Attempt
    total: int


class LadderExhausted(NamedTuple):
    attempts: int


class Notice(NamedTuple):
    """Something a person should know that changes nothing; one line."""

    text: str


class TaskEnded(NamedTuple):
    outcome: Outcome


Event = (
    TaskStarted
    | CheckStarted
    | CheckFinished
    | Mending
    | AttemptStarted
    | Asking
    | Answered
    | Waiting
    | ProviderFailed
    | Applying
    | Reverifying
    | AttemptEnded
    | LadderExhausted
    | Notice
    | TaskEnded
)
