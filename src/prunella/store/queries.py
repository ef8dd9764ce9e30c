"""Questions to the record."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from prunella.changes import Fix
from prunella.conversation import Spent, Usage
from prunella.domain import (
    Check,
    CheckResult,
    CommandResult,
    Diagnostic,
    Ending,
    ErrorClass,
    Location,
    Rung,
    Severity,
    Task,
    Verification,
)
from prunella.errors import StoreError
from prunella.outcome import Attempt, Commit, Progress, Status
from prunella.store.columns import text_of, text_value, usage_of, verdict_of
from prunella.store.database import connect, translated
from prunella.store.dossier import AttemptRecord, CallRecord, HistoryRow, TaskRecord

_COUNTED = """
    SELECT task_id, SUM(counted) AS cost_usd, MIN(counted IS NOT NULL) AS price_known FROM (
        SELECT task_id, CASE WHEN input_tokens IS NOT NULL THEN cost_usd
            WHEN closed_at IS NOT NULL AND error <> '' THEN 0.0 ELSE reserved_usd END AS counted FROM provider_calls
    ) GROUP BY task_id
"""
"""What each task's requests count for, as ``CallRecord.counted_usd`` has it."""

_HISTORY = f"""
    SELECT tasks.*, counted.cost_usd, counted.price_known,
        (SELECT COUNT(*) FROM fix_attempts WHERE task_id = tasks.id) AS attempts,
        (SELECT SUM(cost_usd) FROM fix_attempts WHERE task_id = tasks.id) AS attempts_usd,
        (SELECT MIN(price_known) FROM fix_attempts WHERE task_id = tasks.id) AS attempts_known,
        (SELECT group_concat(display, char(31)) FROM (SELECT display FROM fix_attempts WHERE task_id = tasks.id
            ORDER BY number)) AS displays,
        (SELECT summary FROM verifications WHERE task_id = tasks.id AND number = 0 AND NOT passed LIMIT 1) AS summary
    FROM tasks LEFT JOIN ({_COUNTED}) AS counted ON counted.task_id = tasks.id
    ORDER BY tasks.created_at DESC, tasks.rowid DESC LIMIT ?
"""  # noqa: S608 -- only the constant above is put in


def history(database: Path, limit: int) -> tuple[HistoryRow, ...]:
    """The newest tasks first, at most ``limit``; none when nothing was ever recorded.

    Raises:
        StoreError: the record cannot be read.
    """
    if not database.exists():
        return ()
    with translated(database), closing(_open(database)) as connection:
        return tuple(_history_row(row) for row in connection.execute(_HISTORY, (max(limit, 0),)))


def newest(database: Path, root: str) -> str:
    """The id of the newest task of the checkout at ``root``; "" when there is none.

    Raises:
        StoreError: the record cannot be read.
    """
    if not database.exists():
        return ""
    last = "SELECT id FROM tasks WHERE root = ? ORDER BY created_at DESC, rowid DESC LIMIT 1"
    with translated(database), closing(_open(database)) as connection:
        row = connection.execute(last, (text_value(root),)).fetchone()
    return row["id"] if row else ""


def dossier(database: Path, task_id: str) -> TaskRecord:
    """All that is known of the task whose id starts with ``task_id``.

    Raises:
        StoreError: no id or more than one starts so, or the record cannot be read.
    """
    if not database.exists():
        raise StoreError(f"There is no task {_shown(task_id)}: nothing has been recorded in {database.parent} yet.")
    with translated(database), closing(_open(database)) as connection:
        connection.execute("BEGIN")  # One moment's view, whatever a running task writes in the meantime.
        return _record(connection, _find(connection, task_id))


def _open(database: Path) -> sqlite3.Connection:
    connection = connect(database)
    connection.row_factory = sqlite3.Row
    return connection


def _find(connection: sqlite3.Connection, task_id: str) -> sqlite3.Row:
    exact: sqlite3.Row | None = connection.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if exact is not None:
        return exact
    start = "SELECT * FROM tasks WHERE substr(id, 1, ?) = ? ORDER BY created_at DESC LIMIT 6"
    rows: list[sqlite3.Row] = connection.execute(start, (len(task_id), task_id)).fetchall()
    if not rows:
        raise StoreError(f"There is no task {_shown(task_id)}.", remedy="`prunella history` lists the tasks.")
    if len(rows) > 1:
        candidates = ", ".join(row["id"] for row in rows[:5]) + (", …" if len(rows) > 5 else "")
        raise StoreError(
            f"More than one task's id starts with {_shown(task_id)}: {candidates}.", remedy="Write more of the id."
        )
    return rows[0]


def _shown(task_id: str) -> str:
    return ascii(task_id[:80])


def _status(text: str) -> Status | None:
    return None if text == "running" else Status(text)


def _history_row(row: sqlite3.Row) -> HistoryRow:
    requests = row["price_known"] is not None  # Else it was recorded without a ledger.
    known = row["price_known"] if requests else row["attempts_known"]
    return HistoryRow(
        id=row["id"],
        kind=row["kind"],
        repository=text_of(row["repository"]),
        root=text_of(row["root"]),
        status=_status(row["status"]),
        created_at=row["created_at"],
        duration_s=row["duration_s"],
        attempts=row["attempts"],
        models=tuple(dict.fromkeys(text_of(row["displays"]).split("\x1f") if row["displays"] else ())),
        cost_usd=(row["cost_usd"] if requests else row["attempts_usd"]) or 0.0,
        price_known=known is None or bool(known),
        summary=text_of(row["summary"]),
    )


def _record(connection: sqlite3.Connection, row: sqlite3.Row) -> TaskRecord:
    verifications = _verifications(connection, row["id"])
    task = Task(
        id=row["id"],
        root=text_of(row["root"]),
        checks=tuple(Check(**check) for check in json.loads(row["checks"])),
        kind=row["kind"],
        branch=text_of(row["wanted_branch"]),
        created_at=row["created_at"],
        budget_usd=row["budget_usd"],
    )
    return TaskRecord(
        task=task,
        repository=text_of(row["repository"]),
        status=_status(row["status"]),
        reason=text_of(row["reason"]),
        remedy=text_of(row["remedy"]),
        proven=tuple(json.loads(row["proven"])),
        commit=Commit(row["commit_id"], text_of(row["branch"]), text_of(row["commit_note"])),
        duration_s=row["duration_s"] or 0.0,
        verifications=tuple(verifications.values()),
        attempts=_attempts(connection, row["id"], verifications),
        calls=_calls(connection, row["id"]),
        untested=text_of(row["untested"]),
    )


def _verifications(connection: sqlite3.Connection, task_id: str) -> dict[int, Verification]:
    found: dict[tuple[int, int], list[Diagnostic]] = {}
    for row in connection.execute("SELECT * FROM diagnostics WHERE task_id = ? ORDER BY position", (task_id,)):
        found.setdefault((row["verification"], row["check_place"]), []).append(_diagnostic(row))
    verifications: dict[int, Verification] = {}
    checks = connection.execute("SELECT * FROM verifications WHERE task_id = ? ORDER BY number, position", (task_id,))
    for row in checks:
        number = row["number"]
        earlier = verifications.get(number, Verification(number, ()))
        result = _check_result(row, tuple(found.get((number, row["position"]), ())))
        verifications[number] = Verification(
            number,
            (*earlier.results, result),
            tuple(json.loads(row["fingerprints"])) or earlier.fingerprints,
            text_of(row["summary"]) or earlier.summary,
            ErrorClass(row["error_class"]) if row["error_class"] else earlier.error_class,
        )
    return verifications


def _check_result(row: sqlite3.Row, diagnostics: tuple[Diagnostic, ...]) -> CheckResult:
    check = Check(text_of(row["check_name"]), text_of(row["command"]), row["timeout_s"], text_of(row["folder"]))
    result = CommandResult(
        row["exit_code"], Ending(row["ending"]), row["duration_s"], text_of(row["log_path"]), row["output_bytes"]
    )
    return CheckResult(check, result, diagnostics, text_of(row["tail"]))


def _diagnostic(row: sqlite3.Row) -> Diagnostic:
    return Diagnostic(
        file=text_of(row["file"]),
        line=row["line"],
        column=row["col"],
        severity=Severity(row["severity"]),
        code=text_of(row["code"]),
        message=text_of(row["message"]),
        source=text_of(row["source"]),
        related=tuple(Location(*where) for where in json.loads(row["related"])),
    )


def _attempts(
    connection: sqlite3.Connection, task_id: str, verifications: dict[int, Verification]
) -> tuple[AttemptRecord, ...]:
    rows = connection.execute("SELECT * FROM fix_attempts WHERE task_id = ? ORDER BY number", (task_id,))
    answered = [_attempt(row, verifications) for row in rows]
    events = connection.execute(
        "SELECT data FROM events WHERE task_id = ? AND kind = 'unanswered' ORDER BY id", (task_id,)
    )
    unanswered = [_unanswered(json.loads(row["data"]), verifications) for row in events]
    return tuple(sorted((*answered, *unanswered), key=lambda record: record.attempt.started_at))


def _attempt(row: sqlite3.Row, verifications: dict[int, Verification]) -> AttemptRecord:
    after = row["verification_after"]
    usage = usage_of(row) or Usage()
    attempt = Attempt(
        number=row["number"],
        rung=Rung(text_of(row["rung"]), row["provider"], text_of(row["model"]), text_of(row["display"])),
        before=_verification(verifications, row["verification_before"]),
        after=None if after is None else _verification(verifications, after),
        fix=Fix(diff=text_of(row["diff"])),
        progress=Progress(row["progress"]),
        rejection=text_of(row["rejection"]),
        verdict=verdict_of(row["verdict"]),
        text=text_of(row["text"]),
        spent=Spent(usage, row["cost_usd"], bool(row["price_known"]), row["requests"]),
        stand_in_for=text_of(row["stand_in_for"]),
        faults=tuple(json.loads(row["faults"])),
        started_at=row["started_at"],
        duration_s=row["duration_s"],
    )
    return AttemptRecord(attempt, tuple(json.loads(row["files"])), answered=True)


def _unanswered(data: dict[str, Any], verifications: dict[int, Verification]) -> AttemptRecord:
    attempt = Attempt(
        number=data["number"],
        rung=Rung(data["rung"], data["provider"], data["model"], data["display"]),
        before=_verification(verifications, data["before"]),
        rejection=data["rejection"],
        stand_in_for=data["stand_in_for"],
        faults=tuple(data["faults"]),
        started_at=data["started_at"],
        duration_s=data["duration_s"],
    )
    return AttemptRecord(attempt, (), answered=False)


def _verification(verifications: dict[int, Verification], number: int) -> Verification:
    return verifications.get(number, Verification(number, ()))


def _calls(connection: sqlite3.Connection, task_id: str) -> tuple[CallRecord, ...]:
    rows = connection.execute("SELECT * FROM provider_calls WHERE task_id = ? ORDER BY id", (task_id,))
    return tuple(
        CallRecord(
            attempt=row["attempt"],
            provider=row["provider"],
            model=text_of(row["model"]),
            opened_at=row["opened_at"],
            closed=row["closed_at"] is not None,
            reserved_usd=row["reserved_usd"],
            usage=usage_of(row),
            cost_usd=row["cost_usd"],
            error=text_of(row["error"]),
            request_id=text_of(row["request_id"]),
        )
        for row in rows
    )
