"""What the record holds of tasks, as frozen values. Domain values are rebuilt as far as they are kept: a rung without
its settings, a fix as its diff without the files' contents, an attempt without its conversation."""

from __future__ import annotations

from dataclasses import dataclass

from prunella.conversation import Usage
from prunella.domain import Task, Verification
from prunella.outcome import Attempt, Commit, Status


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A task in one line.

    Attributes:
        status: None = it has not ended: it runs now, or was killed.
        models: the displays of the rungs that attempted it, in order, without repeats.
        cost_usd: a lower bound when ``price_known`` is False.
        summary: of the error that it set out from.
    """

    id: str
    kind: str
    repository: str
    root: str
    status: Status | None
    created_at: float
    duration_s: float | None
    attempts: int
    models: tuple[str, ...]
    cost_usd: float
    price_known: bool
    summary: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One request to a provider.

    Attributes:
        reserved_usd: its worst case; None = the model had no price.
        usage: None = nothing was billed (then ``error`` says why), or it is not known what was.
        closed: False = Prunella was killed before the answer came; ``reserved_usd`` counts as spent.
    """

    attempt: int
    provider: str
    model: str
    opened_at: float
    closed: bool
    reserved_usd: float | None
    usage: Usage | None
    cost_usd: float | None
    error: str
    request_id: str

    @property
    def counted_usd(self) -> float | None:
        """What it counts for against a budget; None when there is no price."""
        if self.usage is not None:
            return self.cost_usd
        return 0.0 if self.closed and self.error else self.reserved_usd


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """An attempt. ``answered`` is False when no provider gave an answer; that burned no rung of the ladder."""

    attempt: Attempt
    files: tuple[str, ...]
    answered: bool


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task with all that is known of it. ``status`` None = it has not ended: it runs now, or was killed."""

    task: Task
    repository: str
    status: Status | None
    reason: str
    remedy: str
    proven: tuple[str, ...]
    commit: Commit
    duration_s: float
    verifications: tuple[Verification, ...]
    attempts: tuple[AttemptRecord, ...]
    calls: tuple[CallRecord, ...]
    untested: str = ""
