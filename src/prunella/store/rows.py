"""Values of the domain as rows of the record."""

from __future__ import annotations

from prunella.conversation import Usage
from prunella.domain import CheckResult, Diagnostic, Rung, Task, Verification, vendor
from prunella.outcome import Attempt, Outcome
from prunella.store.columns import Row, dumps, findings_json, text_value, usage_columns

MOST_DIAGNOSTICS = 500
"""Kept per check; the raw output is in its file anyway."""

MOST_CHARACTERS = 4_000
"""Kept of one diagnostic's message and of the end of a check's output."""


def task_row(task: Task, repository: str, now: float) -> Row:
    """The row of ``tasks`` at its start."""
    checks = [
        {"name": check.name, "command": check.command, "timeout_s": check.timeout_s, "folder": check.folder}
        for check in task.checks
    ]
    return {
        "id": task.id,
        "kind": task.kind,
        "repository": text_value(repository),
        "root": text_value(task.root),
        "budget_usd": task.budget_usd,
        "checks": dumps(checks),
        "wanted_branch": text_value(task.branch),
        "created_at": task.created_at or now,
    }


def ending_columns(outcome: Outcome, now: float) -> Row:
    """What ``tasks`` says of the end."""
    commit = outcome.commit
    return {
        "status": outcome.status.value,
        "reason": text_value(outcome.reason),
        "remedy": text_value(outcome.remedy),
        "proven": dumps(outcome.proven),
        "untested": text_value(outcome.untested),
        "commit_id": commit.id,
        "branch": text_value(commit.branch),
        "commit_note": text_value(commit.note),
        "ended_at": now,
        "duration_s": outcome.duration_s,
    }


def verification_rows(task_id: str, verification: Verification) -> tuple[list[Row], list[Row]]:
    """The rows of ``verifications`` and those of ``diagnostics``."""
    checks: list[Row] = []
    diagnostics: list[Row] = []
    for place, result in enumerate(verification.results):
        key: Row = {"task_id": task_id, "position": place}
        checks.append(key | _check_columns(result, verification))
        for position, found in enumerate(result.diagnostics[:MOST_DIAGNOSTICS]):
            key = {
                "task_id": task_id,
                "verification": verification.number,
                "check_place": place,
                "position": position,
            }
            diagnostics.append(key | _diagnostic_columns(found))
    return checks, diagnostics


def _check_columns(result: CheckResult, verification: Verification) -> Row:
    """What the verification found as a whole stands with the check that failed."""
    check, run, failed = result.check, result.result, not result.passed
    return {
        "number": verification.number,
        "check_name": text_value(check.name),
        "command": text_value(check.command),
        "folder": text_value(check.folder),
        "timeout_s": check.timeout_s,
        "passed": result.passed,
        "exit_code": run.exit_code,
        "ending": run.ending.value,
        "duration_s": run.duration_s,
        "log_path": text_value(run.log_path),
        "output_bytes": run.output_bytes,
        "summary": text_value(verification.summary) if failed else "",
        "error_class": verification.error_class.value if failed else "",
        "fingerprints": dumps(verification.fingerprints) if failed else "[]",
        "tail": text_value(result.tail[-MOST_CHARACTERS:]) if failed else "",
    }


def _diagnostic_columns(found: Diagnostic) -> Row:
    return {
        "file": text_value(found.file),
        "line": found.line,
        "col": found.column,
        "severity": found.severity.value,
        "code": text_value(found.code),
        "message": text_value(found.message[:MOST_CHARACTERS]),
        "source": text_value(found.source),
        "related": dumps([[where.file, where.line, where.column, where.message] for where in found.related]),
    }


def unanswered(attempt: Attempt) -> str:
    """The data of an ``unanswered`` event: an attempt that no provider answered."""
    rung = attempt.rung
    return dumps(
        {
            "number": attempt.number,
            "rung": rung.name,
            "provider": rung.provider,
            "model": rung.model,
            "display": rung.display,
            "stand_in_for": attempt.stand_in_for,
            "before": attempt.before.number,
            "rejection": attempt.rejection,
            "faults": attempt.faults,
            "started_at": attempt.started_at,
            "duration_s": attempt.duration_s,
        }
    )


def attempt_row(task: Task, attempt: Attempt) -> Row:
    """The row of ``fix_attempts``."""
    return {
        "task_id": task.id,
        "number": attempt.number,
        "model_used": text_value(vendor(attempt.rung)),
        "succeeded": attempt.healed,
        **_rung_columns(attempt.rung),
        "stand_in_for": text_value(attempt.stand_in_for),
        **_error_columns(attempt),
        "diff": text_value(attempt.fix.diff),
        "files": dumps(attempt.fix.paths),
        **usage_columns(attempt.spent.usage),
        "cost_usd": attempt.spent.cost_usd,
        "price_known": attempt.spent.price_known,
        "requests": attempt.spent.requests,
        "started_at": attempt.started_at,
        "duration_s": attempt.duration_s,
        "verify_s": attempt.after.duration_s if attempt.after else 0.0,
        "progress": attempt.progress.value,
        "rejection": text_value(attempt.rejection),
        "verdict": findings_json(attempt.verdict),
        "faults": dumps(attempt.faults),
        "text": text_value(attempt.text),
    }


def _rung_columns(rung: Rung) -> Row:
    return {
        "provider": rung.provider,
        "model": text_value(rung.model),
        "rung": text_value(rung.name),
        "display": text_value(rung.display),
    }


def _error_columns(attempt: Attempt) -> Row:
    before, after = attempt.before, attempt.after
    return {
        "error_class": before.error_class.value,
        "error_summary": text_value(before.summary),
        "fingerprints_before": dumps(before.fingerprints),
        "fingerprints_after": dumps(after.fingerprints) if after else None,
        "verification_before": before.number,
        "verification_after": after.number if after else None,
    }


def opening_row(rung: Rung, attempt: int, input_tokens: int, max_output_tokens: int, reserved_usd: float | None) -> Row:
    """The row of ``provider_calls`` before its request goes out, but for task and moment."""
    return {
        "provider": rung.provider,
        "model": text_value(rung.model),
        "rung": text_value(rung.name),
        "attempt": attempt,
        "input_tokens_bound": input_tokens,
        "max_output_tokens": max_output_tokens,
        "reserved_usd": reserved_usd,
    }


def closing_columns(usage: Usage | None, cost_usd: float | None, error: str, request_id: str) -> Row:
    """What ``provider_calls`` says of what came of a request."""
    tokens = usage_columns(usage) if usage else {}
    return tokens | {"cost_usd": cost_usd, "error": text_value(error), "request_id": text_value(request_id)}
