"""The machine's view of a task: one JSON document.

Its keys are stable; later versions may add some. Moments are Unix time, durations seconds, money US dollars; a text is
as it was (not shortened, not made harmless for a terminal).

    version         1
    task            id, kind, repository, root, created_at, budget_usd (null = none)
    status          healthy | healed | needs_human | provider_down | budget_spent | suspicious | not_code | cancelled
                    | running (`show` only: it has not ended, or was killed) | error (see ``failure``)
    exit_code       what the command line ends with; null while running
    cause           of not_code: environment, flaky, pre-existing or timeout; else null
    reason, remedy  for a person
    checks          [{name, command, folder}]
    proven          names of the checks that passed
    claim           of a healed task: fixed, or builds when there are tests that no check ran (untested says so)
    baseline        what broke: errors (below), or null when nothing was verified
    commit          id ("" = none), branch, note (why it was not committed)
    fix             {attempt, files, diff} of the attempt that made the checks pass, or null
    attempts        [{number, display, model_used, provider, model, rung, stand_in_for, answered, succeeded, progress,
                    why_not, before, after (errors, null = never verified), files, diff, rejection,
                    verdict {judgement, findings [{rule, path, line, reason, judgement}]}, faults, text,
                    usage, cost_usd (null = unknown), requests, started_at, duration_s, checks_s}]
    calls           `show` only: [{attempt, provider, model, at, usage (null = none known), counted_usd, error,
                    request_id, closed}]
    totals          duration_s, checks_s (`heal --json`: without the verification of what the commit alone holds, which
                    `show --json` counts), requests, usage, cost_usd (a lower bound unless price_known), price_known

    errors          {verification, passed, check (the one that failed, or null), exit_code, log, error_class, summary,
                    fingerprints, diagnostics [{file, line, column, severity, code, message, source}]}
    usage           {input_tokens, cached_tokens, cache_write_tokens, cache_write_1h_tokens, output_tokens,
                    reasoning_tokens}: cached parts are included in input_tokens, reasoning in output_tokens
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from prunella.changes import Verdict
from prunella.conversation import Spent, Usage
from prunella.domain import Diagnostic, Verification, vendor
from prunella.errors import PrunellaError
from prunella.events import Event, TaskEnded
from prunella.outcome import Outcome, Status
from prunella.report.story import AttemptStory, CallStory, Story, of_outcome, why_not

Document = dict[str, Any]

VERSION = 1


class JsonReporter:
    """Writes the document to ``stream`` when the task ends. Raises OSError when the stream is gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def emit(self, event: Event) -> None:
        if isinstance(event, TaskEnded):
            self._stream.write(render(event.outcome))
            self._stream.flush()


def render(outcome: Outcome) -> str:
    """The document of a task that just ended, as text."""
    return text(document(of_outcome(outcome)))


def _cause(story: Story) -> str | None:
    """Of what is not code: environment, flaky, pre-existing or timeout; its reason begins with it."""
    return story.reason.partition(":")[0] if story.status is Status.NOT_CODE else None


def text(value: Document | list[Document]) -> str:
    """The document as text: ASCII, indented, with a final newline."""
    return json.dumps(value, indent=2) + "\n"


def failure(error: PrunellaError, task_id: str = "") -> Document:
    """The document for a task that broke off, or never began, with an error."""
    return {
        "version": VERSION,
        "task": {"id": task_id},
        "status": "error",
        "exit_code": error.exit_code,
        "reason": error.message,
        "remedy": error.remedy,
    }


def document(story: Story) -> Document:
    """The document of a task."""
    healed, task, spent = story.healed_by, story.task, story.spent
    calls: Document = {"calls": [_call(call) for call in story.calls]} if story.calls else {}
    return {
        "version": VERSION,
        "task": {
            "id": task.id,
            "kind": task.kind,
            "repository": story.repository,
            "root": task.root,
            "created_at": task.created_at,
            "budget_usd": task.budget_usd,
        },
        "status": story.status.value if story.status else "running",
        "exit_code": story.exit_code,
        "cause": _cause(story),
        "reason": story.reason,
        "remedy": story.remedy,
        "checks": [{"name": check.name, "command": check.command, "folder": check.folder} for check in task.checks],
        "proven": list(story.proven),
        "claim": story.claim or None,
        "untested": story.untested,
        "baseline": _errors(story.baseline),
        "commit": {"id": story.commit.id, "branch": story.commit.branch, "note": story.commit.note},
        "fix": _fix(healed) if healed else None,
        "attempts": [_attempt(told) for told in story.attempts],
        **calls,
        "totals": {
            "duration_s": story.duration_s,
            "checks_s": story.checks_s,
            "requests": spent.requests,
            "usage": _usage(spent.usage),
            "cost_usd": spent.cost_usd,
            "price_known": spent.price_known,
        },
    }


def _fix(told: AttemptStory) -> Document:
    return {"attempt": told.attempt.number, "files": list(told.files), "diff": told.attempt.fix.diff}


def _attempt(told: AttemptStory) -> Document:
    attempt = told.attempt
    rung, after = attempt.rung, attempt.after
    return {
        "number": attempt.number,
        "display": rung.display,
        "model_used": vendor(rung),
        "provider": rung.provider,
        "model": rung.model,
        "rung": rung.name,
        "stand_in_for": attempt.stand_in_for,
        "answered": told.answered,
        "succeeded": attempt.healed,
        "progress": attempt.progress.value,
        "why_not": why_not(told),
        "before": _errors(attempt.before),
        "after": _errors(after),
        "files": list(told.files),
        "diff": attempt.fix.diff,
        "rejection": attempt.rejection,
        "verdict": _verdict(attempt.verdict),
        "faults": list(attempt.faults),
        "text": attempt.text,
        "usage": _usage(attempt.spent.usage),
        "cost_usd": _cost(attempt.spent),
        "requests": attempt.spent.requests,
        "started_at": attempt.started_at,
        "duration_s": attempt.duration_s,
        "checks_s": after.duration_s if after else 0.0,
    }


def _errors(verification: Verification | None) -> Document | None:
    if verification is None:
        return None
    failed = verification.failed
    return {
        "verification": verification.number,
        "passed": verification.passed,
        "check": failed.check.name if failed else None,
        "exit_code": failed.result.exit_code if failed else 0,
        "log": failed.result.log_path if failed else "",
        "error_class": verification.error_class.value if failed else "",
        "summary": verification.summary,
        "fingerprints": list(verification.fingerprints),
        "diagnostics": [_diagnostic(found) for found in verification.diagnostics],
    }


def _diagnostic(found: Diagnostic) -> Document:
    return {
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "severity": found.severity.value,
        "code": found.code,
        "message": found.message,
        "source": found.source,
    }


def _verdict(verdict: Verdict) -> Document:
    findings = [
        {
            "rule": finding.rule,
            "path": finding.path,
            "line": finding.line,
            "reason": finding.reason,
            "judgement": finding.judgement.value,
        }
        for finding in verdict.findings
    ]
    return {"judgement": verdict.judgement.value, "findings": findings}


def _call(call: CallStory) -> Document:
    return {
        "attempt": call.attempt,
        "provider": call.provider,
        "model": call.model,
        "at": call.at,
        "usage": _usage(call.usage) if call.usage else None,
        "counted_usd": call.counted_usd,
        "error": call.error,
        "request_id": call.request_id,
        "closed": call.closed,
    }


def _cost(spent: Spent) -> float | None:
    return spent.cost_usd if spent.price_known else None


def _usage(usage: Usage) -> Document:
    return {
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
    }
