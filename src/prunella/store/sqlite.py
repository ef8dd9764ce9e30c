"""The record of tasks in SQLite, written as they run. Each write is one short transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from types import TracebackType

from prunella.conversation import DaySpent, Usage
from prunella.domain import Rung, Task, Verification
from prunella.outcome import Attempt, Outcome
from prunella.store.columns import Row, Value, text_value
from prunella.store.database import connect, transaction, translated
from prunella.store.days import Owner, day_spent
from prunella.store.rows import (
    attempt_row,
    closing_columns,
    ending_columns,
    opening_row,
    task_row,
    unanswered,
    verification_rows,
)


class SqliteStore:
    """The record. Safe to share between threads; several processes may write to the same file.

    ``now`` is Unix time. Implements ``ports.Store``; ``for_task`` gives the ledger its ``Calls``.
    ``redact`` takes the secrets out of what vendors said of requests; what else comes here has none.
    Every method raises StoreError when the record cannot be written.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time, *, redact: Callable[[str], str] = str) -> None:
        self.path = path
        self.redact = redact
        self._now = now
        self._lock = threading.Lock()
        self._connection = connect(path)

    def close(self) -> None:
        """Close the file; nothing can be recorded after that."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def for_task(self, task_id: str, owner: Callable[[], Owner] = Owner) -> TaskCalls:
        """Where the requests of one task are recorded; ``owner`` is asked at the first of them."""
        return TaskCalls(self, task_id, owner)

    def task_started(self, task: Task, repository: str) -> None:
        """Record the task; a task that is there already (it is resumed) stays as it is."""
        with self._writing() as connection:
            _insert(connection, "tasks", task_row(task, repository, self._now()), "ON CONFLICT (id) DO NOTHING")

    def verification(self, task: Task, verification: Verification) -> None:
        """Record a verification with its checks and their diagnostics; recorded again, it replaces the first."""
        checks, diagnostics = verification_rows(task.id, verification)
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM verifications WHERE task_id = ? AND number = ?", (task.id, verification.number)
            )
            for row in checks:
                _insert(connection, "verifications", row)
            for row in diagnostics:
                _insert(connection, "diagnostics", row)

    def attempt(self, task: Task, attempt: Attempt) -> None:
        """Record an attempt that used a model as a row of ``fix_attempts``, any other as an event ``unanswered``."""
        with self._writing() as connection:
            if not _used_model(connection, task, attempt):
                event: Row = {"task_id": task.id, "at": self._now(), "kind": "unanswered", "data": unanswered(attempt)}
                _insert(connection, "events", event)
                return
            connection.execute("DELETE FROM fix_attempts WHERE task_id = ? AND number = ?", (task.id, attempt.number))
            _insert(connection, "fix_attempts", attempt_row(task, attempt))
            if attempt.after:
                key = (task.id, attempt.after.number)
                _update(connection, "verifications", {"attempt": attempt.number}, "task_id = ? AND number = ?", key)

    def task_ended(self, outcome: Outcome) -> None:
        """Record how the task ended."""
        with self._writing() as connection:
            _update(connection, "tasks", ending_columns(outcome, self._now()), "id = ?", (outcome.task.id,))

    def noted(self, task: Task, kind: str, data: str) -> None:
        """Record something learnt on the way as an event."""
        with self._writing() as connection:
            event: Row = {"task_id": task.id, "at": self._now(), "kind": kind, "data": text_value(data)}
            _insert(connection, "events", event)

    def call_opened(self, row: Row) -> int:
        """Put a row into ``provider_calls``; its id."""
        with self._writing() as connection:
            return _insert(connection, "provider_calls", row | {"opened_at": self._now()})

    def call_opened_today(self, owner: Owner, row_of: Callable[[DaySpent], Row]) -> int:
        """The same with a row that depends on what the day has cost. No other process or thread opens one between the
        sum and the row; what ``row_of`` raises leaves nothing behind."""
        with self._writing() as connection:
            now = self._now()  # within the transaction: whoever waited for it past midnight is on the new day's bill
            row = row_of(day_spent(connection, owner, now))
            return _insert(connection, "provider_calls", row | {"opened_at": now})

    def day(self, owner: Owner) -> DaySpent:
        """What the day has cost so far; it may be more by the time it is read."""
        with self._lock, translated(self.path):
            return day_spent(self._connection, owner, self._now())

    def call_closed(self, call_id: int, columns: Row) -> None:
        """Complete a row of ``provider_calls``."""
        with self._writing() as connection:
            closing = columns | {"closed_at": self._now()}
            _update(connection, "provider_calls", closing, "id = ?", (call_id,))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, translated(self.path), transaction(self._connection):
            yield self._connection


class TaskCalls:
    """The requests of one task: the ledger's ``Calls``. Each row is on disk when its method returns."""

    def __init__(self, store: SqliteStore, task_id: str, owner: Callable[[], Owner]) -> None:
        self._store = store
        self._task_id = task_id
        self._asked = owner
        self._owner: Owner | None = None

    @property
    def owner(self) -> Owner:
        """The repository that pays."""
        if self._owner is None:
            self._owner = self._asked()
        return self._owner

    def opened(
        self, rung: Rung, attempt: int, input_tokens: int, max_output_tokens: int, reserved_usd: float | None
    ) -> int:
        """Record a request before it goes out, with its worst case (None = the model has no price); the row's id."""
        return self._store.call_opened(
            self._row(opening_row(rung, attempt, input_tokens, max_output_tokens, reserved_usd))
        )

    def opened_today(
        self, rung: Rung, attempt: int, input_tokens: int, bid: Callable[[DaySpent], tuple[int, float | None]]
    ) -> int:
        """The same for a request whose output tokens and worst case ``bid`` decides by what the day has cost; nobody
        else's request is recorded in between. What ``bid`` raises leaves nothing behind."""

        def row_of(day: DaySpent) -> Row:
            return self._row(opening_row(rung, attempt, input_tokens, *bid(day)))

        return self._store.call_opened_today(self.owner, row_of)

    def day(self) -> DaySpent:
        """What the day has cost so far."""
        return self._store.day(self.owner)

    def _row(self, row: Row) -> Row:
        return row | {"task_id": self._task_id} | self.owner.columns

    def closed(self, call_id: int, usage: Usage | None, cost_usd: float | None, error: str, request_id: str) -> None:
        """Record what came of it. ``usage`` None without an ``error`` = unknown: what was reserved counts as spent."""
        redact = self._store.redact
        self._store.call_closed(call_id, closing_columns(usage, cost_usd, redact(error), redact(request_id)))


def _insert(connection: Connection, table: str, row: Row, conflict: str = "") -> int:
    """Names of tables and columns are this package's own; values are bound."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks}) {conflict}"  # noqa: S608 -- see above
    return connection.execute(statement, tuple(row.values())).lastrowid or 0


def _update(connection: Connection, table: str, columns: Row, where: str, key: tuple[Value, ...]) -> None:
    changes = ", ".join(f"{name} = ?" for name in columns)
    statement = f"UPDATE {table} SET {changes} WHERE {where}"  # noqa: S608 -- as in _insert
    connection.execute(statement, (*columns.values(), *key))


def _used_model(connection: Connection, task: Task, attempt: Attempt) -> bool:
    """Whether a model was paid for it, or may have been: an answer that was cut off counts too."""
    if attempt.spent.requests or attempt.after:
        return True
    paid = connection.execute(
        "SELECT 1 FROM provider_calls WHERE task_id = ? AND attempt = ?"
        " AND (input_tokens IS NOT NULL OR error = '') LIMIT 1",
        (task.id, attempt.number),
    )
    return paid.fetchone() is not None
