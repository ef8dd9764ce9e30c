"""The ports in memory, as real implementations: what a test looks at afterwards is a plain list."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from prunella.conversation import DaySpent, Usage
from prunella.domain import Rung, Task, Verification
from prunella.events import Event
from prunella.outcome import Attempt, Outcome


@dataclass(slots=True)
class Call:
    """A request to a model as a :class:`MemoryStore` keeps it. ``closed`` False = its reservation counts as spent."""

    rung: Rung
    attempt: int
    input_tokens: int
    max_output_tokens: int
    reserved_usd: float | None
    closed: bool = False
    usage: Usage | None = None
    cost_usd: float | None = None
    error: str = ""
    request_id: str = ""


@dataclass(slots=True)
class MemoryStore:
    """Implements :class:`~prunella.ports.Store`, and keeps the calls of a task's ledger. One for each task."""

    tasks: dict[str, str] = field(default_factory=dict)
    verifications: list[Verification] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def task_started(self, task: Task, repository: str) -> None:
        """Keep the repository's name by the task's id."""
        self.tasks[task.id] = repository

    def verification(self, task: Task, verification: Verification) -> None:
        """Keep a verification."""
        self._of(task)
        self.verifications.append(verification)

    def attempt(self, task: Task, attempt: Attempt) -> None:
        """Keep an attempt."""
        self._of(task)
        self.attempts.append(attempt)

    def task_ended(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        self._of(outcome.task)
        self.outcomes.append(outcome)

    def noted(self, task: Task, kind: str, data: str) -> None:
        """Keep what was learnt."""
        self._of(task)
        self.notes.append((kind, data))

    def opened(
        self, rung: Rung, attempt: int, input_tokens: int, max_output_tokens: int, reserved_usd: float | None
    ) -> int:
        """Keep a request that goes out; its number, from 1."""
        with self._lock:
            self.calls.append(Call(rung, attempt, input_tokens, max_output_tokens, reserved_usd))
            return len(self.calls)

    def opened_today(
        self, rung: Rung, attempt: int, input_tokens: int, bid: Callable[[DaySpent], tuple[int, float | None]]
    ) -> int:
        """The same where the money of a day that has no end is shared by all that use this store."""
        with self._lock:
            self.calls.append(Call(rung, attempt, input_tokens, *bid(self._spent())))
            return len(self.calls)

    def day(self) -> DaySpent:
        """What all calls have cost so far."""
        with self._lock:
            return self._spent()

    def closed(self, call_id: int, usage: Usage | None, cost_usd: float | None, error: str, request_id: str) -> None:
        """Keep what came of a request."""
        with self._lock:
            call = self.calls[call_id - 1]
            call.closed, call.usage, call.cost_usd = True, usage, cost_usd
            call.error, call.request_id = error, request_id

    def _spent(self) -> DaySpent:
        billed = sum(call.cost_usd or 0.0 for call in self.calls if call.usage)
        unknown = [call for call in self.calls if call.usage is None and not (call.closed and call.error)]
        held = sum(call.reserved_usd or 0.0 for call in unknown)
        return DaySpent(0.0, 86_400.0, billed, held, billed, held)

    def _of(self, task: Task) -> None:
        if task.id not in self.tasks:
            raise AssertionError(f"task {task.id} was recorded before it started")


@dataclass(slots=True)
class SilentReporter:
    """Implements :class:`~prunella.ports.Reporter`: collects the events and shows nothing."""

    events: list[Event] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of one type."""
        return [event for event in self.events if isinstance(event, kind)]
