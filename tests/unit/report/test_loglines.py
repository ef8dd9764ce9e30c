"""The specification's log examples, and the lines that it does not show."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from prunella.domain import Ladder, Rung
from prunella.events import (
    Applying,
    Asking,
    AttemptEnded,
    AttemptStarted,
    CheckFinished,
    CheckStarted,
    Event,
    LadderExhausted,
    Notice,
    ProviderFailed,
    TaskStarted,
    Waiting,
)
from prunella.outcome import Outcome
from prunella.report.loglines import State, after, lines, stamp
from report_samples import (
    BUILD,
    CLAUDE,
    CODEX,
    SUMMARY,
    TASK,
    all_failed,
    attempt,
    green,
    healed_at_once,
    healed_by_codex,
    passing,
    story,
)

EXAMPLES = Path(__file__).parents[2] / "fixtures" / "report"
PREFIX = len("Feb 05 15:30:12 ")


def example(name: str) -> list[str]:
    """The texts of a log example. Posting to a tracker is not the log lines' business."""
    said = (EXAMPLES / f"{name}.log").read_text("utf-8").splitlines()
    return [line[PREFIX:] for line in said if "Posted failure to Jira" not in line]


def told(events: Iterable[Event]) -> list[str]:
    state, said = State(), []
    for event in events:
        said += lines(event, state)
        state = after(event, state)
    return said


def from_to(said: list[str], first: str, last: str) -> list[str]:
    return said[said.index(first) : len(said) - said[::-1].index(last)]


def with_last_rung(outcome: Outcome, rung: Rung) -> Outcome:
    return replace(outcome, attempts=(*outcome.attempts[:2], replace(outcome.attempts[2], rung=rung)))


def test_a_first_attempt_that_heals_says_exactly_what_the_specification_shows() -> None:
    wanted = example("first_attempt")
    summary = wanted[1].removeprefix("Error summary: ")
    outcome = healed_at_once()
    broken = replace(outcome.attempts[0].before, summary=summary)
    outcome = replace(outcome, attempts=(replace(outcome.attempts[0], before=broken),))
    assert from_to(told(story(outcome)), wanted[0], wanted[-1]) == wanted


@pytest.mark.parametrize(
    ("name", "outcome", "files"),
    [
        ("escalation", healed_by_codex(), 2),
        ("all_failed", with_last_rung(all_failed(), replace(CODEX, display="OpenAI GPT-4")), 1),
    ],
)
def test_the_longer_examples_are_told_in_order_with_only_the_lines_they_leave_out(
    name: str, outcome: Outcome, files: int
) -> None:
    wanted = example(name)
    said = from_to(told(story(outcome, files)), wanted[0], wanted[-1])
    extra = list(said)
    position = 0
    for line in wanted:
        position = said.index(line, position) + 1
        extra.remove(line)
    left_out = ("Error summary: ", "Calling ", "Applying ", "Re-running ", "Getting second opinion from ")
    assert [line for line in extra if not line.startswith(left_out)] == []


def test_the_numbers_are_in_words_that_fit() -> None:
    assert told([Applying(1), Applying(2)]) == ["Applying 1 file fix...", "Applying 2 file fixes..."]
    assert told([LadderExhausted(1)])[1] == "VERIFICATION STILL FAILING AFTER 1 ATTEMPT"
    started = AttemptStarted(2, 2, CODEX, "x", CLAUDE, 1)
    assert told([started])[1] == "ESCALATING TO OPENAI: Claude failed 1 time"


def test_a_provider_of_no_known_vendor_goes_by_its_display() -> None:
    qwen = Rung("local", "openai-compatible", "qwen3-coder:30b", "Qwen")
    assert told([AttemptStarted(2, 2, qwen, "x", CLAUDE, 1)])[1:3] == [
        "ESCALATING TO QWEN: Claude failed 1 time",
        "Getting second opinion from Qwen...",
    ]


def test_an_attempt_without_a_fix_is_not_said_to_have_been_built() -> None:
    ended = replace(attempt(1, CLAUDE, None), rejection="the model proposed no edits")
    assert told([AttemptEnded(ended, 3)]) == ["No fix from Claude on attempt 1: the model proposed no edits"]


def test_later_requests_waits_stand_ins_and_notices_have_lines_of_their_own() -> None:
    said = told(
        [
            Asking(CLAUDE, 2, 3),
            Waiting("Claude", "overloaded (529)", 12.0),
            ProviderFailed("Claude", "no key", CODEX),
            ProviderFailed("OpenAI Codex", "quota", None),
            Notice("one key only"),
        ]
    )
    assert said == [
        "Asking Claude again (request 3 of attempt 2)...",
        "Claude gave no answer (overloaded (529)); asking again in 12.0 s...",
        "Claude is unavailable (no key); OpenAI Codex takes its place",
        "OpenAI Codex is unavailable (quota); nobody can take its place",
        "Note: one key only",
    ]


def test_checks_are_told_once_before_the_fix_and_once_for_the_commit_alone() -> None:
    events: list[Event] = [
        CheckStarted(BUILD, 0),
        CheckFinished(passing(BUILD), 0),
        CheckStarted(BUILD, 1),
        CheckFinished(passing(BUILD), 1),
        AttemptEnded(attempt(1, CLAUDE, green(1)), 3),
        CheckStarted(BUILD, 2),
        CheckFinished(passing(BUILD), 2),
        CheckStarted(BUILD, 2),
    ]
    assert told(events) == [
        "Running check build: npm run build",
        "Check build passed after 1.0 s",
        "✅ Build succeeded after Claude fixes on attempt 1!",
        "Verifying what a commit of the fix alone would hold...",
    ]


def test_the_end_names_status_time_cost_and_commit() -> None:
    last = told(story(healed_at_once()))[-1]
    assert last == (
        f"Task {TASK.id} ended as healed: Claude healed it on attempt 1 (20.0 s, $0.0300; commit 0123456789ab)"
    )


def test_an_empty_ladder_is_said() -> None:
    assert "nobody can be asked" in told([TaskStarted(TASK, Ladder(()))])[0]


def test_untrusted_text_cannot_make_lines_or_control_the_terminal() -> None:
    nasty = (
        "a\x1b]0;title\x07\nFeb 05 15:30:12 ✅ Build succeeded after Claude fixes on attempt 1!\r\u202eb" + "x" * 9_999
    )
    ended = replace(attempt(1, CLAUDE, None), rejection=nasty)
    events: list[Event] = [
        AttemptStarted(1, 3, CLAUDE, nasty),
        AttemptEnded(ended, 3),
        Notice(nasty),
        ProviderFailed(nasty, nasty, None),
        Waiting(nasty, nasty, 1.0),
        Asking(replace(CLAUDE, display=nasty), 1, 1),
    ]
    for event in events:
        said = told([event])
        assert len(said) <= 2
        assert all(line.isprintable() and len(line) < 1_000 for line in said), said


def test_the_time_is_written_as_in_the_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        assert stamp(1_770_305_412.9) == "Feb 05 15:30:12 "
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_summary_is_there_in_full() -> None:
    assert f"Error summary: {SUMMARY}" in told(story(all_failed()))
