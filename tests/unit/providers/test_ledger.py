"""Money: what is reserved, what is settled, and that a budget holds."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.conversation import Usage
from prunella.domain import Rung
from prunella.errors import BudgetSpent, ConfigError
from prunella.providers.ledger import TaskLedger
from prunella.providers.limits import Budget
from prunella.providers.local import is_local
from prunella.providers.prices import Prices, Rates
from prunella.testing import MemoryStore

TEN_IN_HUNDRED_OUT = Prices(overrides={"m": Rates(10, 100), "cheap": Rates(1, 1), "gratis": Rates(0, 0)})
"""10 microdollars for a token in, 100 for a token out."""


def rung(model: str = "m", budget_usd: float | None = None, provider: str = "anthropic", base_url: str = "") -> Rung:
    return Rung("r", provider, model, "Claude", budget_usd=budget_usd, base_url=base_url)


def ledger(task_usd: float | None, store: MemoryStore | None = None) -> TaskLedger:
    return TaskLedger(store or MemoryStore(), TEN_IN_HUNDRED_OUT, Budget(task_usd), now=lambda: 1.79e9)


def test_the_worst_case_is_reserved_and_written_down_before_the_request_goes_out() -> None:
    store = MemoryStore()
    money = ledger(2.0, store)
    money.start_attempt(2)
    call, allowed = money.reserve(rung(), 10_000, 4_000)
    assert (call, allowed) == (1, 4_000)
    assert money.spent_usd == pytest.approx(0.5)
    (row,) = store.calls
    assert (row.attempt, row.input_tokens, row.max_output_tokens, row.closed) == (2, 10_000, 4_000, False)
    assert row.reserved_usd == pytest.approx(0.5)


def test_settling_puts_the_price_of_the_usage_in_the_reservations_place() -> None:
    store = MemoryStore()
    money = ledger(2.0, store)
    call, _ = money.reserve(rung(), 10_000, 4_000)
    cost = money.settle(call, Usage(1_000, output_tokens=100), request_id="req_1")
    assert cost == pytest.approx(0.02)
    assert money.spent_usd == pytest.approx(0.02)
    (row,) = store.calls
    assert (row.closed, row.usage, row.error, row.request_id) == (True, Usage(1_000, output_tokens=100), "", "req_1")


def test_an_error_costs_nothing() -> None:
    money = ledger(2.0)
    call, _ = money.reserve(rung(), 10_000, 4_000)
    assert money.settle(call, None, error="529") == 0.0
    assert money.spent_usd == 0.0


def test_an_unknown_end_costs_what_was_reserved() -> None:
    store = MemoryStore()
    money = ledger(2.0, store)
    call, _ = money.reserve(rung(), 10_000, 4_000)
    assert money.settle(call, None) == pytest.approx(0.5)
    assert money.spent_usd == pytest.approx(0.5)
    assert store.calls[0].usage is None


def test_output_is_cut_down_to_what_fits() -> None:
    money = ledger(0.5)
    assert money.room(rung(), 10_000) == 4_000
    assert money.reserve(rung(), 10_000, 16_000)[1] == 4_000


def test_less_than_a_short_answer_is_refused_with_the_budget_the_rest_and_the_remedy() -> None:
    money = ledger(0.25)
    money.settle(money.reserve(rung(), 10_000, 1_500)[0], Usage(10_000))
    with pytest.raises(BudgetSpent) as caught:
        money.reserve(rung(), 10_000, 16_000)
    assert "The task's budget has $0.15 of $0.25 left" in caught.value.message
    assert "$0.20" in caught.value.message
    assert "--budget" in caught.value.remedy
    assert "budget.task_usd" in caught.value.remedy


def test_a_request_that_wants_little_may_have_little() -> None:
    assert ledger(0.11).reserve(rung(), 10_000, 64)[1] == 64


def test_the_attempts_budget_binds_too_and_starts_anew_with_each_attempt() -> None:
    money = ledger(10.0)
    small = rung(budget_usd=0.3)
    money.start_attempt(1)
    money.settle(money.reserve(small, 10_000, 2_000)[0], Usage(10_000, output_tokens=1_000))
    with pytest.raises(BudgetSpent) as caught:
        money.reserve(small, 10_000, 2_000)
    assert "The budget of attempt 1 has $0.10 of $0.30 left" in caught.value.message
    assert "budget.attempt_usd" in caught.value.remedy
    assert not caught.value.whole_task
    money.start_attempt(2)
    assert money.reserve(small, 10_000, 2_000)[1] == 2_000


@pytest.mark.parametrize(("task_usd", "whole_task"), [(0.30, True), (0.35, True), (0.39, True), (0.41, False)])
def test_it_is_the_whole_task_that_ends_where_its_own_budget_would_not_do_either(
    task_usd: float, whole_task: bool
) -> None:
    money = ledger(task_usd)
    small = rung(budget_usd=0.35)
    money.settle(money.reserve(small, 10_000, 1_000)[0], Usage(10_000, output_tokens=1_000))
    with pytest.raises(BudgetSpent) as caught:  # for which 0.2024 are needed, with 0.15 left to the attempt
        money.reserve(small, 10_000, 2_000)
    assert caught.value.whole_task is whole_task
    assert ("--budget" in caught.value.remedy) is whole_task


def test_what_is_settled_late_counts_towards_its_own_attempt() -> None:
    money = ledger(10.0)
    small = rung(budget_usd=0.3)
    money.start_attempt(1)
    late, _ = money.reserve(small, 10_000, 2_000)
    money.start_attempt(2)
    money.settle(late, None)
    assert money.reserve(small, 10_000, 2_000)[1] == 2_000
    assert money.spent_usd == pytest.approx(0.6)


def test_what_an_earlier_run_of_the_task_spent_counts() -> None:
    money = TaskLedger(MemoryStore(), TEN_IN_HUNDRED_OUT, Budget(1.0), spent_usd=0.95)
    with pytest.raises(BudgetSpent):
        money.reserve(rung(), 1_000, 16_000)


def test_a_model_without_a_price_is_refused_with_the_lines_to_add() -> None:
    store = MemoryStore()
    money = ledger(2.0, store)
    for refused in (lambda: money.reserve(rung("new-model"), 1, 1), lambda: money.require_prices([rung("new-model")])):
        with pytest.raises(ConfigError) as caught:
            refused()
        assert "new-model" in caught.value.message
        assert '[prices."new-model"]\ninput = ' in caught.value.remedy
        assert "output = " in caught.value.remedy
    assert store.calls == []


def test_a_model_without_a_price_may_be_asked_when_no_budget_binds() -> None:
    money = ledger(None)
    call, allowed = money.reserve(rung("new-model"), 1_000, 16_000)
    assert allowed == 16_000
    assert money.settle(call, Usage(1_000, output_tokens=5)) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:11434/v1",
        "http://localhost:1234",
        "http://192.168.3.4/v1",
        "http://[::1]:8000/v1",
        "http://ollama:11434",
        "http://box.local",
    ],
)
def test_a_local_model_without_a_price_is_free(url: str) -> None:
    money = ledger(0.01)
    local = rung("qwen", provider="openai-compatible", base_url=url)
    money.require_prices([local])
    call, allowed = money.reserve(local, 10**6, 16_000)
    assert allowed == 16_000
    assert money.settle(call, Usage(10**6, output_tokens=16_000)) == 0.0
    unknown, _ = money.reserve(local, 10**6, 16_000)
    assert money.settle(unknown, None) == 0.0


@pytest.mark.parametrize(
    "url",
    [
        "https://api.groq.com/openai/v1",
        "http://8.8.8.8/v1",
        "",
        "nonsense",
        "http://[",
        "https://127.0.0.1.example.com",
        "http://1.2.3",
    ],
)
def test_a_public_address_is_not_local(url: str) -> None:
    assert not is_local(url)
    with pytest.raises(ConfigError):
        ledger(1.0).reserve(rung("qwen", provider="openai-compatible", base_url=url), 1, 1)


def test_a_free_rate_of_the_users_own_is_free() -> None:
    assert ledger(0.0).reserve(rung("gratis"), 10**9, 16_000)[1] == 16_000


requests = st.tuples(
    st.sampled_from(["m", "cheap"]),
    st.integers(0, 20_000),
    st.integers(1, 20_000),
    st.sampled_from(["usage", "error", "unknown", "open"]),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    st.booleans(),
)


@given(st.floats(0, 3), st.none() | st.floats(0, 1), st.lists(requests, max_size=40))
def test_the_sum_of_all_costs_never_exceeds_the_budget(
    task_usd: float, attempt_usd: float | None, steps: list[tuple[str, int, int, str, tuple[float, float, float], bool]]
) -> None:
    store = MemoryStore()
    money = ledger(task_usd, store)
    open_calls: list[tuple[int, int, int]] = []
    number = 1
    money.start_attempt(number)
    for model, input_tokens, wanted, end, (a, b, c), next_attempt in steps:
        try:
            call, allowed = money.reserve(rung(model, attempt_usd), input_tokens, wanted)
        except BudgetSpent:
            continue
        assert allowed <= wanted
        used = Usage(int(a * input_tokens), int(a * b * input_tokens), 0, 0, int(c * allowed))
        if end == "open":
            open_calls.append((call, input_tokens, allowed))
        else:
            money.settle(call, used if end == "usage" else None, error="x" if end == "error" else "")
        if next_attempt:
            number += 1
            money.start_attempt(number)
    assert money.spent_usd <= task_usd + 1e-9
    for call, input_tokens, allowed in open_calls:
        money.settle(call, Usage(input_tokens, output_tokens=allowed))
    assert money.spent_usd <= task_usd + 1e-9
    assert sum(row.cost_usd or 0.0 for row in store.calls) == pytest.approx(money.spent_usd)
    if attempt_usd is not None:
        for attempt in range(1, number + 1):
            assert sum(row.cost_usd or 0.0 for row in store.calls if row.attempt == attempt) <= attempt_usd + 1e-9


def test_many_threads_cannot_overrun_the_budget_together() -> None:
    money = ledger(1.0)
    granted: list[int] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        for _ in range(50):
            try:
                granted.append(money.reserve(rung(), 1_000, 2_000)[0])
            except BudgetSpent:
                return

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert money.spent_usd <= 1.0 + 1e-9
    assert 4 <= len(granted) <= 7
