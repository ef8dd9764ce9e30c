"""The decisions: which rung next, who stands in, and what counts as progress."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import BUILD, CLAUDE_1, CLAUDE_2, CODEX, LADDER, attempt, error, failed, passed
from prunella import policy
from prunella.domain import CheckResult, CommandResult, Ending, ErrorClass, Ladder, Verification
from prunella.outcome import Progress, Status


def test_the_default_ladder_is_climbed_in_order_and_says_when_it_escalates() -> None:
    first = policy.next_rung(LADDER, [], {})
    second = policy.next_rung(LADDER, [attempt(1, CLAUDE_1)], {})
    third = policy.next_rung(LADDER, [attempt(1, CLAUDE_1), attempt(2, CLAUDE_2)], {})

    assert first == policy.Climb(CLAUDE_1)
    assert second == policy.Climb(CLAUDE_2)
    assert third == policy.Climb(CODEX, previous=CLAUDE_2, failures=2)


def test_after_the_last_rung_a_person_is_needed() -> None:
    end = policy.next_rung(Ladder((CLAUDE_1,)), [attempt(1, CLAUDE_1)], {})

    assert isinstance(end, policy.End)
    assert end.status is Status.NEEDS_HUMAN
    assert end.reason == "the checks still fail after 1 attempt"


def test_a_provider_that_is_down_is_stood_in_for_by_another_one() -> None:
    decision = policy.next_rung(LADDER, [], {"anthropic": "no quota"})

    assert isinstance(decision, policy.Climb)
    assert (decision.rung, decision.stand_in_for) == (CODEX, "Claude")


def test_a_model_that_is_unknown_does_not_shut_out_another_one_of_the_same_vendor() -> None:
    other = replace(CLAUDE_2, model="claude-sonnet-5-5")
    ladder = Ladder((CLAUDE_1, other, CODEX))

    decision = policy.next_rung(ladder, [], {policy.seat(CLAUDE_1): "no such model"})

    assert isinstance(decision, policy.Climb)
    assert decision.rung == other


def test_an_earlier_rung_stands_in_when_no_later_one_can() -> None:
    assert policy.stand_in(LADDER, CODEX, {"openai": "down"}) == CLAUDE_2


def test_with_every_provider_down_the_task_ends_and_says_why_for_each() -> None:
    end = policy.next_rung(LADDER, [], {"anthropic": "no quota", "openai": "bad key"})

    assert isinstance(end, policy.End)
    assert end.status is Status.PROVIDER_DOWN
    assert "no quota; bad key" in end.reason


A, B, C = error(message="a"), error(message="b"), error(message="c")
SYNTAX = error(code="TS1005", message="';' expected.")
IMPORT = error("tests/test_a.py", 1, "ModuleNotFoundError", "No module named 'numpyy'")


def timed_out() -> Verification:
    ended = CommandResult(-15, Ending.TIMED_OUT, 60.0, "/log", 10)
    return replace(failed(A), results=(CheckResult(BUILD, ended),), fingerprints=("timeout",))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (failed(A), passed(), Progress.HEALED),
        (failed(A, B), failed(A), Progress.BETTER),
        (failed(A), failed(A, B), Progress.WORSE),
        (failed(A), failed(A), Progress.SAME),
        (failed(A), failed(B), Progress.BETTER),
        (failed(A, B), failed(A, C), Progress.SAME),
        (failed(SYNTAX), failed(A, B, C), Progress.BETTER),
        (failed(A), failed(SYNTAX), Progress.WORSE),
        (failed(A), failed(A, B, C, proven=(BUILD,)), Progress.BETTER),
        (failed(A, proven=(BUILD,)), failed(B), Progress.WORSE),
        (failed(A, A), failed(A), Progress.BETTER),
        (failed(), failed(), Progress.SAME),
        (failed(A, B), timed_out(), Progress.WORSE),
        (timed_out(), failed(A, B), Progress.BETTER),
        (failed(A, B, C), failed(IMPORT), Progress.WORSE),
        (failed(IMPORT), failed(A, B), Progress.BETTER),
        (failed(A, IMPORT), failed(IMPORT), Progress.BETTER),
        (failed(A), replace(failed(B), error_class=ErrorClass.ENVIRONMENT), Progress.WORSE),
    ],
    ids=[
        "green", "fewer", "more", "same", "another-layer", "swapped-one", "parses-again", "no-longer-parses",
        "later-check", "earlier-check", "fewer-places", "nothing-readable", "hangs-now", "no-longer-hangs",
        "fewer-but-not-even-collected", "collected-now", "one-of-two-left", "tool-gone",
    ],
)  # fmt: skip
def test_progress(before: Verification, after: Verification, expected: Progress) -> None:
    assert policy.progress(before, after) is expected
