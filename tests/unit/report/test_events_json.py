from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any

from prunella.domain import Rung
from prunella.errors import ConfigError
from prunella.outcome import Outcome
from prunella.report.events_json import JsonReporter, failure, render, text
from report_samples import DIFF, SUMMARY, all_failed, attempt, failing, healed_by_codex, spent, story


def document(outcome: Outcome) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render(outcome))
    return read


def test_a_healed_task_has_its_fix_commit_checks_and_totals() -> None:
    said = document(healed_by_codex())
    assert (said["status"], said["exit_code"], said["version"]) == ("healed", 0, 1)
    assert said["task"]["id"] == "1122-0a1b2c3d"
    assert said["checks"][1] == {"name": "build", "command": "npm run build", "folder": "web"}
    assert said["proven"] == ["types", "build"]
    assert said["commit"]["branch"] == "main"
    assert said["fix"] == {"attempt": 3, "files": ["src/heroService.ts"], "diff": DIFF}
    assert said["totals"]["cost_usd"] == 0.09
    assert said["totals"]["checks_s"] == 19.0
    assert said["totals"]["usage"]["cached_tokens"] == 12_000


def test_an_attempt_has_model_cost_diff_and_errors() -> None:
    first = document(all_failed())["attempts"][0]
    assert (first["model_used"], first["model"], first["provider"]) == ("Claude", "claude-opus-5-5", "anthropic")
    assert first["succeeded"] is False
    assert first["cost_usd"] == 0.03
    assert first["after"]["summary"] == SUMMARY
    assert first["after"]["check"] == "build"
    assert first["after"]["diagnostics"][0]["code"] == "TS2339"
    assert first["verdict"] == {"judgement": "allow", "findings": []}
    assert first["why_not"].startswith("no progress: ")


def test_a_failure_has_reason_remedy_and_exit_code() -> None:
    said = document(all_failed())
    assert (said["status"], said["exit_code"], said["fix"]) == ("needs_human", 1, None)
    assert said["remedy"].startswith("Nothing was changed.")


def test_an_unknown_cost_is_null_and_not_zero() -> None:
    unpriced = replace(attempt(1, Rung("x", "openai-compatible", "m", "Qwen"), failing(1)), spent=spent(known=False))
    said = document(replace(all_failed(), attempts=(unpriced,)))
    assert said["attempts"][0]["cost_usd"] is None
    assert said["attempts"][0]["model_used"] == "Qwen"
    assert said["totals"]["price_known"] is False


def test_the_keys_are_those_of_the_documentation() -> None:
    keys = ["version", "task", "status", "exit_code", "cause", "reason", "remedy", "checks", "proven"]
    keys += ["claim", "untested", "baseline", "commit"]
    assert list(document(all_failed())) == [*keys, "fix", "attempts", "totals"]


def test_the_reporter_writes_one_document_at_the_end() -> None:
    stream = StringIO()
    reporter = JsonReporter(stream)
    for event in story(all_failed()):
        assert stream.getvalue() == ""
        reporter.emit(event)
    assert json.loads(stream.getvalue()) == document(all_failed())


def test_an_error_has_a_document_too() -> None:
    said = json.loads(text(failure(ConfigError("no checks", remedy="Add one."), "t")))
    assert (said["status"], said["exit_code"], said["reason"], said["remedy"]) == ("error", 2, "no checks", "Add one.")


def test_bytes_that_are_no_text_do_not_break_it() -> None:
    odd = replace(attempt(1, Rung("x", "openai", "m", "O"), failing(1)), text="\udc80\ud800\x00")
    assert document(replace(all_failed(), attempts=(odd,)))["attempts"][0]["text"] == "\udc80\ud800\x00"
