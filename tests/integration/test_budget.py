"""One day's money, many workers: threads and processes on one record cannot overspend it together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prunella.conversation import Usage
from prunella.domain import Rung, Task
from prunella.errors import BudgetSpent
from prunella.providers.ledger import TaskLedger
from prunella.providers.limits import OVERBILL, Budget
from prunella.providers.prices import Prices, Rates
from prunella.store.days import DAY_S, Owner
from prunella.store.sqlite import SqliteStore
from spending import NOON, Bill, Scene, in_processes, interleaved, scene, threaded, verdict

PRICES = Prices(overrides={"m": Rates(10, 100)})
RUNG = Rung("r", "anthropic", "m", "Claude")
HERE = Owner("/srv/repo/.git", "host/repo")
MIDNIGHT = NOON - NOON % DAY_S + DAY_S


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Open = Callable[..., TaskLedger]


@pytest.fixture
def worker(tmp_path: Path, clock: Clock) -> Open:
    """Opens the ledger of a new task, with a connection of its own, as a process of its own would."""
    count = 0

    def opened(budget: Budget, owner: Owner = HERE) -> TaskLedger:
        nonlocal count
        count += 1
        store = SqliteStore(tmp_path / "prunella.db", clock)
        store.task_started(Task(f"t{count}", "/srv/repo", ()), "/srv/repo")
        return TaskLedger(store.for_task(f"t{count}", lambda: owner), PRICES, budget, now=clock)

    return opened


REPOSITORY = Budget(repository_day_usd=1.0)
ORGANISATION = Budget(organisation_day_usd=1.0)


@pytest.mark.parametrize("budget", [REPOSITORY, ORGANISATION])
def test_what_another_worker_has_reserved_is_not_there_any_more(worker: Open, budget: Budget) -> None:
    first, second = worker(budget), worker(budget)
    first.reserve(RUNG, 10_000, 6_000)
    assert second.reserve(RUNG, 10_000, 16_000)[1] == 1_300  # 1 - 0.7 * 1.1 - 0.1 dollars
    with pytest.raises(BudgetSpent):
        first.reserve(RUNG, 10_000, 16_000)


def test_what_is_billed_takes_the_reservation_s_place_for_all(worker: Open) -> None:
    first, second = worker(REPOSITORY), worker(REPOSITORY)
    call, _ = first.reserve(RUNG, 10_000, 8_000)
    first.settle(call, Usage(10_000, output_tokens=1_000))
    assert second.room(RUNG, 10_000) == 7_000
    call, _ = second.reserve(RUNG, 10_000, 7_000)
    second.settle(call, None, error="529")
    assert first.room(RUNG, 10_000) == 7_000


def test_the_message_names_the_budget_the_rest_the_time_and_the_remedy(worker: Open, clock: Clock) -> None:
    clock.now = MIDNIGHT - 3 * 3600 - 20 * 60
    worker(Budget(repository_day_usd=1.0)).reserve(RUNG, 10_000, 8_000)
    with pytest.raises(BudgetSpent) as caught:
        worker(Budget(2.0, 1.0, 5.0)).reserve(RUNG, 10_000, 8_000)
    assert caught.value.message == (
        "The day's budget of this repository has $0.0100 of $1.00 left, until midnight UTC (3 h 20 min from now), "
        "and a request to m could cost $0.20 even with a short answer."
    )
    assert "budget.repository_day_usd" in caught.value.remedy
    assert caught.value.whole_task
    with pytest.raises(BudgetSpent, match="The day's budget of all repositories has") as caught:
        worker(Budget(organisation_day_usd=1.0)).reserve(RUNG, 10_000, 8_000)
    assert "budget.organisation_day_usd" in caught.value.remedy


def test_the_day_begins_anew_at_midnight_utc_and_a_request_belongs_to_the_day_it_began_on(
    worker: Open, clock: Clock
) -> None:
    clock.now = MIDNIGHT - 1
    money = worker(REPOSITORY)
    late, _ = money.reserve(RUNG, 10_000, 8_000)
    clock.now = MIDNIGHT
    assert money.room(RUNG, 10_000) == 9_000
    money.settle(late, Usage(10_000, output_tokens=8_000))
    assert money.room(RUNG, 10_000) == 9_000
    clock.now = MIDNIGHT - 1
    assert money.room(RUNG, 10_000) == 0


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Owner("/srv/repo/.git", ""), True),  # the same checkout, whose remote was taken away
        (Owner("/srv/repo/.git", "host/other"), True),
        (Owner("/home/a/clone/.git", "host/repo"), True),
        (Owner("/home/a/clone/.git", ""), False),
        (Owner("/home/a/clone/.git", "host/other"), False),
    ],
)
def test_a_repository_is_known_by_its_place_and_by_its_remote(worker: Open, other: Owner, same: bool) -> None:
    worker(REPOSITORY).reserve(RUNG, 10_000, 8_000)
    elsewhere = worker(REPOSITORY, other)
    assert ((elsewhere.room(RUNG, 10_000) or 0) < 0) is same
    assert (worker(ORGANISATION, other).room(RUNG, 10_000) or 0) < 0


def test_repositories_from_nowhere_are_not_one(worker: Open) -> None:
    worker(REPOSITORY, Owner("/a/.git")).reserve(RUNG, 10_000, 8_000)
    assert worker(REPOSITORY, Owner("/b/.git")).room(RUNG, 10_000) == 9_000


def test_a_refused_request_leaves_no_row(worker: Open, tmp_path: Path) -> None:
    with pytest.raises(BudgetSpent):
        worker(Budget(repository_day_usd=0.01)).reserve(RUNG, 10_000, 8_000)
    with closing(sqlite3.connect(tmp_path / "prunella.db")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM provider_calls").fetchone() == (0,)


def test_many_under_way_may_all_be_billed_a_little_more_and_only_one_excess_shows(worker: Open) -> None:
    workers = [worker(ORGANISATION) for _ in range(6)]
    open_calls, reserved = [], []
    for money in workers:
        try:
            call, allowed = money.reserve(RUNG, 1_000, 3_000)
        except BudgetSpent:
            continue
        open_calls.append((money, call, allowed))
        reserved.append(0.01 + allowed * 100e-6)
    assert len(open_calls) == 3
    billed = 0.0
    for money, call, allowed in open_calls:
        more = int((0.01 + allowed * 100e-6) * OVERBILL / 10e-6)
        billed += money.settle(call, Usage(1_000 + more, output_tokens=allowed)) or 0.0
    assert billed > 1.0
    assert billed <= 1.0 + OVERBILL * max(reserved)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_no_order_of_requests_failures_and_crashes_breaks_a_budget(seed: int) -> None:
    around = scene(seed)
    with TemporaryDirectory() as folder:
        workers = interleaved(Path(folder) / "prunella.db", around)
        summed, rows = _sums(Path(folder) / "prunella.db")
    _holds(around, [bill for worker in workers for bill in worker.bills])
    assert summed == pytest.approx(rows)


def test_threads_with_connections_of_their_own_cannot_overspend_together(tmp_path: Path) -> None:
    refused = 0
    for seed in range(8):
        around = scene(seed)
        workers = threaded(tmp_path / f"{seed}.db", around)
        _holds(around, [bill for worker in workers for bill in worker.bills])
        refused += sum(worker.refused for worker in workers)
    assert refused  # there was something to hold


def test_processes_cannot_overspend_together(tmp_path: Path) -> None:
    found = in_processes(tmp_path, range(100, 108))
    for seed, (bills, _) in found.items():
        _holds(scene(seed), bills)
    assert sum(refused for _, refused in found.values())


def test_the_check_itself_sees_an_overspent_budget() -> None:
    around = Scene(0, Budget(organisation_day_usd=1.0), None, {}, 0)
    bills = [Bill("a", 1, "r", 0, 0.6, 0.65), Bill("b", 1, "r", 0, 0.5, 0.5)]
    (found,) = verdict(around, bills)
    assert found.scope == "organisation"
    assert found.over == pytest.approx(0.15)
    assert not found.allowed


def _sums(database: Path) -> tuple[list[float], list[float]]:
    """What the day's sums say, and what the rows say that they are of."""
    counted = (
        "SELECT TOTAL(CASE WHEN input_tokens IS NOT NULL THEN cost_usd END),"
        " TOTAL(CASE WHEN input_tokens IS NULL AND (closed_at IS NULL OR error = '') THEN reserved_usd END)"
        " FROM provider_calls"
    )
    with closing(sqlite3.connect(database)) as connection:
        summed = connection.execute("SELECT TOTAL(billed_usd), TOTAL(held_usd) FROM day_spending").fetchone()
        return list(summed), list(connection.execute(counted).fetchone())


def _holds(around: Scene, bills: list[Bill]) -> None:
    exceeded = [found for found in verdict(around, bills) if not found.allowed]
    assert not exceeded, (around, exceeded)
