from __future__ import annotations

from prunella.events import (
    Answered,
    Asking,
    AttemptEnded,
    AttemptStarted,
    CheckStarted,
    Event,
    ProviderFailed,
    TaskStarted,
    Waiting,
)
from prunella.report.view import View, follow, rows
from report_samples import BUILD, CLAUDE, CODEX, LADDER, TASK, TYPES, all_failed, attempt, failing, spent, story


def seen(*events: Event, now: float = 100.0) -> View:
    view = View()
    for event in events:
        view = follow(view, event, now)
    return view


STARTED = TaskStarted(TASK, LADDER)
FIRST = AttemptStarted(1, 3, CLAUDE, "broken")


def test_before_any_attempt_it_says_which_check_runs_and_how_long() -> None:
    assert rows(seen(STARTED, CheckStarted(BUILD, 0)), 165.0) == (
        "Checking · 1:05",
        "verifying build: npm run build",
    )
    later = follow(seen(STARTED, CheckStarted(TYPES, 0)), CheckStarted(BUILD, 0), 130.0)
    assert rows(later, 165.0) == ("Checking · 1:05", "verifying build: npm run build · 0:35")


def test_an_attempt_shows_who_tokens_and_cost_of_the_whole_task() -> None:
    ended = AttemptEnded(attempt(1, CLAUDE, failing(1)), 3)
    second = AttemptStarted(2, 3, CODEX, "broken", CLAUDE, 1)
    view = seen(STARTED, FIRST, Answered(CLAUDE, 1, spent()), ended, second, Answered(CODEX, 2, spent()))
    assert rows(view, 100.0) == (
        "Attempt 2/3 OpenAI Codex · 0:00 · $0.0600 · 10,000 tokens in, 600 out",
        "reading the answer",
    )


def test_a_wait_counts_down_and_ends_with_the_next_phase() -> None:
    waiting = seen(STARTED, FIRST, Asking(CLAUDE, 1, 1), Waiting("Claude", "overloaded", 30.0))
    assert rows(waiting, 110.0)[1] == "waiting: overloaded · again in 0:20"
    assert rows(waiting, 150.0)[1] == "asking Claude · 0:20", "the same request went out again at 130"
    assert rows(follow(waiting, Asking(CLAUDE, 1, 2), 131.0), 133.0)[1] == "asking Claude (request 2) · 0:02"


def test_a_stand_in_is_who_is_at_it() -> None:
    view = seen(STARTED, FIRST, ProviderFailed("Claude", "down", CODEX))
    assert rows(view, 100.0)[0].startswith("Attempt 1/3 OpenAI Codex")


def test_an_unknown_price_is_shown_as_such() -> None:
    view = seen(STARTED, FIRST, Answered(CLAUDE, 1, spent(known=False)))
    assert rows(view, 100.0)[0].endswith("$0.0300 + unknown · 5,000 tokens in, 300 out")


def test_it_knows_the_end() -> None:
    assert seen(*story(all_failed())).ended
