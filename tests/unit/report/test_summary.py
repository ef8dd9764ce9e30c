from __future__ import annotations

import re
from dataclasses import replace

import pytest

from prunella.changes import Fix
from prunella.domain import Verification
from prunella.events import TaskEnded
from prunella.outcome import Commit, Outcome, Progress, Status
from prunella.report.loglines import State, lines
from prunella.report.summary import summary
from report_samples import (
    CODEX,
    DIFF,
    FIX,
    SUMMARY,
    TASK,
    TYPES,
    all_failed,
    attempt,
    failing,
    green,
    healed_at_once,
    healed_by_codex,
    spent,
)


def plain(outcome: Outcome) -> str:
    return summary(outcome, colour=False, width=1_000)


def test_a_healed_task_says_what_broke_what_fixed_it_and_where_it_is() -> None:
    text = plain(healed_by_codex())
    assert text.startswith("✅ Healed by OpenAI Codex (gpt-6.1-sol) on attempt 3\n")
    assert f"broke   build: {SUMMARY}" in text
    assert "fixed   src/heroService.ts (1 file, +3 -1 lines)" in text
    assert "proven  types, build pass\n" in text
    assert "commit  0123456789ab on main" in text
    assert "time    45.0 s\n" in text, "the verification of the commit alone is not known here"
    assert "cost    $0.0900, 3 requests, 15,000 tokens in (12,000 cached), 900 out" in text
    assert "1. Claude (claude-opus-5-5): $0.0300" in text
    assert "prunella undo 1122-0a1b2c3d" in text
    for line in DIFF.splitlines():
        assert f"  {line}\n" in text


def test_a_green_build_is_not_taken_for_a_green_test_run() -> None:
    text = plain(replace(healed_at_once(), untested="the tests (tests/hero.test.ts) were not run: no check runs them"))
    assert text.startswith("✅ Builds again by Claude (claude-opus-5-5) on attempt 1\n")
    assert "build pass; the tests (tests/hero.test.ts) were not run: no check runs them" in text
    assert "fixed" not in text
    assert "healed" not in text.lower()


def test_a_failure_says_why_each_attempt_failed_and_what_to_do() -> None:
    text = plain(all_failed())
    assert text.startswith("❌ Not healed: the checks still fail after 3 attempts\n")
    assert f"tried   1. Claude (claude-opus-5-5): no progress: {SUMMARY}" in text
    assert f"3. OpenAI Codex (gpt-6.1-sol): no progress: {SUMMARY}" in text
    assert "passed  types (but not all checks)" in text
    assert text.count("prunella show 1122-0a1b2c3d") == 1


def test_every_failure_points_at_the_story() -> None:
    for status in set(Status) - {Status.HEALTHY, Status.HEALED}:
        text = plain(Outcome(status, TASK, failing(), reason="because", remedy="Do this."))
        assert "because" in text
        assert "Do this." in text
        assert "`prunella show 1122-0a1b2c3d` tells the whole story." in text


def test_a_fix_left_in_the_tree_says_where_it_is_and_why() -> None:
    outcome = replace(healed_at_once(), commit=Commit(note="The fix is in the working tree, not committed, as asked."))
    text = plain(outcome)
    assert "commit  none: The fix is in the working tree" in text
    assert "`git diff` shows the fix" in text


def test_a_suspicious_fix_is_shown_and_not_called_healed() -> None:
    held = replace(healed_at_once(), status=Status.SUSPICIOUS, commit=Commit(), reason="it skips a test", fix=FIX)
    text = plain(held)
    assert text.startswith("⚠ Fix held back: it skips a test")
    assert "return getData" in text


def test_unknown_prices_are_said() -> None:
    done = replace(attempt(1, CODEX, green(1)), spent=spent(cost_usd=0.0, known=False))
    assert "cost    unknown (no price)" in plain(replace(healed_at_once(), attempts=(done,)))


def test_a_healthy_task_is_short() -> None:
    text = plain(Outcome(Status.HEALTHY, TASK, green(0), proven=("types", "build"), reason="nothing to heal"))
    assert (
        text
        == "✅ Healthy: nothing to heal\n\n  proven  types, build pass\n  time    0.0 s, of it 4.0 s in the checks\n"
    )


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_but_a_long_word_is_wider_than_asked(width: int) -> None:
    told = replace(all_failed(), reason="because " * 30, remedy="Run `npm run build --workspace one` by hand. " * 6)
    text = summary(told, colour=False, width=width)
    assert all(len(line) <= width or len(max(line.split(), key=len)) > width - 20 for line in text.splitlines())
    assert "`npm run build --workspace one`" in text, "a command is never broken"
    assert " ".join(text.split()) == " ".join(plain(told).split())


def test_an_interrupted_task_names_the_most_it_can_have_cost() -> None:
    broken_off = replace(attempt(1, CODEX, None), rejection="interrupted", spent=spent(cost_usd=0.35))
    outcome = Outcome(Status.CANCELLED, TASK, failing(), (broken_off,), reason="interrupted")
    text = plain(outcome)
    assert text.startswith("⚠ Interrupted\n")
    assert "cost    at most $0.35: a request was cut short, its real bill is unknown, 1 request" in text
    assert "1. OpenAI Codex (gpt-6.1-sol): interrupted\n" in text
    (line,) = lines(TaskEnded(outcome), State())
    assert "at most $0.35: a request was cut short, its real bill is unknown" in line
    untouched = Outcome(Status.CANCELLED, TASK, reason="interrupted")
    assert "cost    $0.00\n" in plain(untouched)


def test_fewer_errors_are_claimed_only_where_the_count_fell() -> None:
    def told(before: Verification, after: Verification) -> str:
        better = replace(attempt(1, CODEX, after), before=before, progress=Progress.BETTER)
        return plain(Outcome(Status.NEEDS_HUMAN, TASK, before, (better,)))

    one = failing(1, "another one")
    other = replace(one, fingerprints=("g",))
    assert "got further: the first error is gone, now: another one" in told(failing(), other)
    assert "got further, but still: another one" in told(failing(), one)
    (*green_ones, red) = failing().results
    more = Verification(0, (*green_ones, red._replace(diagnostics=red.diagnostics * 2)), ("f1",), SUMMARY)
    assert "fewer errors, but still: another one" in told(more, one)
    types = Verification(0, (red._replace(check=TYPES),), ("f1",), SUMMARY)
    assert "got further: types passes, now: another one" in told(types, one)


def test_the_diff_is_bounded_and_harmless() -> None:
    long = Fix(FIX.changes, DIFF + "+\x1b[2J\n" * 500)
    outcome = replace(healed_at_once(), fix=long)
    text = plain(outcome)
    assert "more lines" in text
    assert text.count("\n") < 100
    assert "\x1b" not in text


def test_colour_is_the_same_text_with_colour_codes() -> None:
    coloured = summary(all_failed(), colour=True, width=1_000)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == plain(all_failed())
    assert "\x1b[32m+    return getData" in summary(healed_at_once(), colour=True)
