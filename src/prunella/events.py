"""What happens while a task runs, as values. The log lines, the live view, ``--json`` and the record all read these."""

from __future__ import annotations

from dataclasses import dataclass

from prunella.conversation import Spent
from prunella.domain import Check, CheckResult, Ladder, Rung, Task
from prunella.outcome import Attempt, Outcome


@dataclass(frozen=True, slots=True)
class TaskStarted:
    task: Task
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class CheckStarted:
    check: Check
    verification: int


@dataclass(frozen=True, slots=True)
class CheckFinished:
    result: CheckResult
    verification: int


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """``failures`` = attempts so far of ``previous``, set when this rung's provider is another (an escalation)."""

    number: int
    total: int
    rung: Rung
    summary: str
    previous: Rung | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """A request goes out; ``turn`` counts those of the attempt from 1."""

    rung: Rung
    attempt: int
    turn: int


@dataclass(frozen=True, slots=True)
class Answered:
    rung: Rung
    attempt: int
    spent: Spent


@dataclass(frozen=True, slots=True)
class Waiting:
    """The provider failed in a way that may pass; the same request goes out again after ``delay_s``."""

    provider: str
    reason: str
    delay_s: float


@dataclass(frozen=True, slots=True)
class ProviderFailed:
    """The provider is given up for this rung; ``stand_in`` takes it, or nobody can."""

    provider: str
    reason: str
    stand_in: Rung | None


@dataclass(frozen=True, slots=True)
class Applying:
    files: int


@dataclass(frozen=True, slots=True)
class Reverifying:
    attempt: int


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    attempt: Attempt
    total: int


@dataclass(frozen=True, slots=True)
class LadderExhausted:
    attempts: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know that changes nothing; one line."""

    text: str


@dataclass(frozen=True, slots=True)
class TaskEnded:
    outcome: Outcome


Event = (
    TaskStarted
    | CheckStarted
    | CheckFinished
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
