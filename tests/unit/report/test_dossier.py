from __future__ import annotations

from dataclasses import replace

from prunella.changes import Finding, Judgement, Verdict
from prunella.domain import CheckResult, CommandResult, Diagnostic, Ending, Severity, Verification
from prunella.outcome import Outcome, Progress, Status
from prunella.report.dossier import dossier
from prunella.report.story import CallStory, Story, of_outcome
from report_samples import CLAUDE, CODEX, SUMMARY, TASK, all_failed, attempt, failing, healed_by_codex


def told(outcome: Outcome) -> str:
    return dossier(of_outcome(outcome))


def test_it_tells_every_attempt_with_model_errors_diff_result_and_cost() -> None:
    text = told(healed_by_codex())
    assert text.startswith("# Task 1122-0a1b2c3d: healed\n")
    assert "- src/main.ts:3:20 TS2339 src/main.ts:3:20" in text
    assert "## Attempt 1: Claude, failed" in text
    assert "- asked: anthropic, model claude-opus-5-5, rung claude-2" in text
    assert "## Attempt 3: OpenAI Codex, healed" in text
    assert text.count('    +    return getData<Hero>("hero");') == 3
    assert text.count("- 1 request, 5,000 tokens in (4,000 cached), 300 out, cost $0.0300") == 3
    assert f"- why it failed: no progress: {SUMMARY}" in text
    assert "After it, all checks passed: types, build." in text
    assert "- commit: 0123456789abcdef0123456789abcdef01234567 on main" in text
    assert "- cost: $0.0900, 3 requests" in text


def test_it_ends_with_the_next_step() -> None:
    assert (
        told(all_failed())
        .rstrip()
        .endswith("- next: Nothing was changed. `prunella show 1122-0a1b2c3d` tells the story.")
    )


def test_the_guard_the_faults_and_the_stand_in_are_in_it() -> None:
    finding = Finding("skipped-test", "test/a.ts", 7, "a test is skipped", Judgement.SUSPICIOUS)
    odd = replace(
        attempt(1, CODEX, failing(1)),
        verdict=Verdict((finding,)),
        faults=("Claude: overloaded",),
        stand_in_for="Claude",
    )
    text = told(replace(all_failed(), attempts=(odd,)))
    assert "    - suspicious, skipped-test: test/a.ts:7 a test is skipped" in text
    assert "- fault: Claude: overloaded" in text
    assert "- stood in for Claude" in text


def test_an_attempt_that_set_out_from_a_better_state_names_its_errors() -> None:
    better = failing(1, "only this is left")
    second = replace(attempt(2, CLAUDE, failing(2)), before=better)
    first = replace(attempt(1, CLAUDE, better), progress=Progress.BETTER)
    text = told(replace(all_failed(), attempts=(first, second)))
    assert "- why it failed: got further, but still: only this is left" in text
    assert text.count("It set out from the best state so far:") == 1


def test_an_attempt_that_nobody_answered_is_told_as_that() -> None:
    silent = replace(attempt(1, CLAUDE, None), spent=type(attempt(1, CLAUDE, None).spent)(), faults=("Claude: no key",))
    text = told(replace(all_failed(), status=Status.PROVIDER_DOWN, attempts=(silent,)))
    assert "## Attempt 1: Claude, no answer" in text
    assert "- why it failed: no answer: Claude: no key" in text


def test_without_diagnostics_the_end_of_the_output_is_shown() -> None:
    run = CommandResult(-9, Ending.TIMED_OUT, 600.0, "/logs/0", 99)
    broken = Verification(0, (CheckResult(TASK.checks[0], run, (), "one\n\x1b[31mtwo\n"),), (), "timed out")
    text = told(Outcome(Status.NEEDS_HUMAN, TASK, broken))
    assert "ended with -9 (timed out) after 10 min 00 s; output: /logs/0" in text
    assert "    one\n    \\x1b[31mtwo" in text


def test_many_errors_are_bounded() -> None:
    errors = tuple(Diagnostic("a.ts", n, 1, Severity.ERROR, "TS1", "x", "tsc") for n in range(1, 50))
    result = failing().results[1]._replace(diagnostics=errors)
    text = told(Outcome(Status.NEEDS_HUMAN, TASK, Verification(0, (result,))))
    assert "- ... 39 more errors" in text


def test_a_task_that_never_ended_says_so_with_its_lost_requests() -> None:
    story = of_outcome(replace(all_failed(), attempts=(), remedy="", reason=""))
    lost = CallStory(1, "anthropic", "claude-opus-5-5", 1_770_000_001.0, None, 0.25, "", "req_1", closed=False)
    failed = CallStory(1, "anthropic", "claude-opus-5-5", 1_770_000_000.0, None, 0.0, "429 slow\ndown", "", closed=True)
    open_story: Story = story._replace(status=None, calls=(failed, lost))
    text = dossier(open_story)
    assert "not ended (it runs now, or was killed)" in text
    assert "429 slow down; counted as $0.00" in text
    assert "Prunella ended before the answer came; counted as $0.25 [request req_1]" in text
    assert "- cost: $0.25, 2 requests" in text


def test_nothing_in_it_can_control_a_terminal() -> None:
    nasty = "\x1b]0;x\x07\r\u202e"
    done = replace(
        attempt(1, replace(CLAUDE, display=nasty, model=nasty), failing(1, nasty)),
        text=f"{nasty}\n{nasty}",
        rejection=nasty,
        faults=(nasty,),
        stand_in_for=nasty,
    )
    text = told(replace(all_failed(), attempts=(done,), reason=nasty, remedy=nasty, baseline=failing(0, nasty)))
    assert text.replace("\n", "").isprintable()
