"""The shipped fakes keep to their ports."""

from __future__ import annotations

import pytest

from prunella.conversation import Usage
from prunella.domain import Rung, Task, Verification
from prunella.events import Notice, Waiting
from prunella.outcome import Attempt, Outcome, Status
from prunella.ports import Reporter, Store
from prunella.providers.ledger import Calls
from prunella.testing import MemoryStore, SilentReporter

TASK = Task("t1", "/repo", ())
RUNG = Rung("one", "anthropic", "m", "Claude")


def test_the_store_keeps_what_it_is_given_in_order() -> None:
    memory = MemoryStore()
    store: Store = memory
    before, after = Verification(0, ()), Verification(1, ())
    store.task_started(TASK, "repo")
    store.verification(TASK, before)
    store.verification(TASK, after)
    store.attempt(TASK, Attempt(1, RUNG, before))
    store.task_ended(Outcome(Status.HEALED, TASK))
    assert memory.tasks == {"t1": "repo"}
    assert memory.verifications == [before, after]
    assert [attempt.number for attempt in memory.attempts] == [1]
    assert [outcome.status for outcome in memory.outcomes] == [Status.HEALED]


def test_the_store_refuses_what_belongs_to_no_task() -> None:
    with pytest.raises(AssertionError, match="t1"):
        MemoryStore().verification(TASK, Verification(0, ()))


def test_the_store_keeps_the_calls_of_a_ledger() -> None:
    memory = MemoryStore()
    calls: Calls = memory
    first = calls.opened(RUNG, 1, 100, 200, 0.5)
    second = calls.opened(RUNG, 1, 100, 200, None)
    calls.closed(second, Usage(1), 0.1, "", "req_1")
    assert [call.closed for call in memory.calls] == [False, True]
    assert memory.calls[first - 1].reserved_usd == 0.5
    assert (memory.calls[second - 1].usage, memory.calls[second - 1].request_id) == (Usage(1), "req_1")


def test_the_reporter_collects_and_sorts_out() -> None:
    silent = SilentReporter()
    reporter: Reporter = silent
    reporter.emit(Notice("one"))
    reporter.emit(Waiting("Claude", "529", 0.5))
    assert silent.of(Waiting) == [Waiting("Claude", "529", 0.5)]
    assert len(silent.events) == 2
