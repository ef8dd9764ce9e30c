"""Workers that spend one day's money at random on one record, and a vendor who bills as vendors do: sometimes nothing,
sometimes more than was reserved, sometimes nobody knows.

A *round* is one record with several workers; each worker makes a random sequence of requests, up to four of them under
way at once, and may be killed. ``verdict`` compares what the vendor really billed with every budget there was.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

from prunella.conversation import Usage
from prunella.domain import Rung, Task
from prunella.errors import BudgetSpent
from prunella.providers.ledger import TaskLedger
from prunella.providers.limits import OVERBILL, Budget
from prunella.providers.prices import Prices, Rates
from prunella.store.days import DAY_S, Owner
from prunella.store.sqlite import SqliteStore

NOON = 1_795_003_200.0
WORKERS = 4
MOST_OPEN = 4


class Scene(NamedTuple):
    """A round's budgets and rates. ``attempt_usd`` is every rung's; ``steps``: of each worker's sequence."""

    seed: int
    budget: Budget
    attempt_usd: float | None
    rates: dict[str, Rates]
    steps: int


class Bill(NamedTuple):
    """What a request really came to, whether or not anybody was told."""

    task: str
    attempt: int
    repository: str
    day: int
    reserved: float
    billed: float


class Exceeded(NamedTuple):
    """A budget, by how much it was exceeded, and the largest excess of one bill over its reservation in it."""

    scope: str
    over: float
    remainder: float

    @property
    def allowed(self) -> bool:
        return self.over <= self.remainder + 1e-6


def scene(seed: int) -> Scene:
    chance = random.Random(seed)

    def amount(most: float) -> float | None:
        return chance.choice((None, chance.uniform(0.01, most), chance.uniform(0.01, most)))

    budget = Budget(amount(2.0), amount(4.0), amount(6.0))
    if budget == Budget():
        budget = Budget(organisation_day_usd=1.0)
    rates = {
        name: Rates(chance.uniform(0, 20), chance.uniform(0, 120), chance.uniform(0, 20), chance.uniform(0, 25))
        for name in ("dear", "cheap")
    }
    return Scene(seed, budget, amount(1.0), {**rates, "gratis": Rates(0, 0)}, chance.randint(4, 16))


class Worker:
    """One sequence of requests. ``bills`` is the truth."""

    def __init__(self, store: SqliteStore, around: Scene, number: int) -> None:
        self.chance = random.Random(around.seed * 100 + number)
        self.store, self.scene, self.number = store, around, number
        self.owner = Owner(f"/srv/{number % 3}/.git", "host/one" if number < 2 else "")
        self.repository = self.owner.remote or self.owner.place
        self.prices = Prices(overrides=around.rates)
        self.bills: list[Bill] = []
        self.refused = 0
        self.tasks = 0
        self.start()

    def start(self) -> None:
        """A new process begins a new task."""
        self.tasks += 1
        self.task = f"{self.number}-{self.tasks}"
        self.store.task_started(Task(self.task, "/srv", ()), "r")
        calls = self.store.for_task(self.task, lambda: self.owner)
        self.ledger = TaskLedger(calls, self.prices, self.scene.budget)
        self.open: list[tuple[int, Rung, int, int, Bill]] = []
        self.attempt = 0
        self.next_attempt()

    def next_attempt(self) -> None:
        self.attempt += 1
        self.ledger.start_attempt(self.attempt)

    def run(self) -> Iterator[None]:
        """The sequence, one step at a time."""
        for _ in range(self.scene.steps):
            self.step()
            yield
        while self.open:
            self.settle(self.open.pop())
            yield

    def step(self) -> None:
        what = self.chance.random()
        if self.open and (what < 0.45 or len(self.open) >= MOST_OPEN):
            self.settle(self.open.pop(self.chance.randrange(len(self.open))))
        elif what < 0.92:
            self.reserve()
        elif what < 0.96:
            self.next_attempt()
        else:
            self.killed()

    def reserve(self) -> None:
        chance = self.chance
        rung = Rung("r", "anthropic", chance.choice(list(self.scene.rates)), "R", budget_usd=self.scene.attempt_usd)
        sent, wanted = chance.randint(0, 20_000), chance.randint(1, 20_000)
        try:
            call, allowed = self.ledger.reserve(rung, sent, wanted)
        except BudgetSpent:
            self.refused += 1
            return
        assert allowed <= wanted
        ceiling = self.prices.ceiling(rung.provider, rung.model, sent, at=NOON)
        assert ceiling
        reserved = ceiling.input_usd + allowed * ceiling.output_usd
        day = int(clock(self.number) // DAY_S)
        bill = Bill(self.task, self.attempt, self.repository, day, reserved, 0.0)
        self.open.append((call, rung, sent, allowed, bill))

    def settle(self, opened: tuple[int, Rung, int, int, Bill]) -> None:
        """The vendor answers, as it should, with an error, or with something that breaks off."""
        call, rung, sent, allowed, bill = opened
        end = self.chance.choice(("usage", "usage", "usage", "over", "error", "unknown"))
        if end == "error":
            self.ledger.settle(call, None, error="529 overloaded")
        elif end == "unknown":
            self.ledger.settle(call, None)
            self.bills.append(bill._replace(billed=self.any_bill(bill)))
        else:
            usage = self.usage(rung, sent, allowed, bill, over=end == "over")
            cost = self.ledger.settle(call, usage)
            assert cost is not None
            self.bills.append(bill._replace(billed=cost))

    def usage(self, rung: Rung, sent: int, allowed: int, bill: Bill, *, over: bool) -> Usage:
        """What the vendor says it counted: cached, written and reasoned tokens too; ``over``: more than we did."""
        part = self.chance.random
        used = sent if over else int(sent * part())
        cached = int(used * part() * part())
        written = int((used - cached) * part() * part())
        output = allowed if over else int(allowed * part())
        usage = Usage(used, cached, written, 0, output, int(output * part()))
        rate = self.scene.rates[rung.model].input
        if not over or rate == 0:
            return usage
        room = bill.reserved * (1 + OVERBILL * part()) - self.price(rung, usage)
        return usage + Usage(max(0, int(room / (rate / 1e6))))

    def price(self, rung: Rung, usage: Usage) -> float:
        return self.prices.price(rung.provider, rung.model, usage, at=NOON) or 0.0

    def any_bill(self, bill: Bill) -> float:
        return bill.reserved * self.chance.uniform(0, 1 + OVERBILL)

    def killed(self) -> None:
        """What was under way is billed all the same; nobody settles it."""
        self.bills += [bill._replace(billed=self.any_bill(bill)) for *_, bill in self.open]
        self.start()


def verdict(around: Scene, bills: Iterable[Bill]) -> list[Exceeded]:
    """All budgets that were exceeded at all."""
    scopes: dict[tuple[str, object], list[Bill]] = defaultdict(list)
    for bill in bills:
        scopes["task", bill.task].append(bill)
        scopes["attempt", (bill.task, bill.attempt)].append(bill)
        scopes["repository", (bill.repository, bill.day)].append(bill)
        scopes["organisation", bill.day].append(bill)
    of = {
        "task": around.budget.task_usd,
        "attempt": around.attempt_usd,
        "repository": around.budget.repository_day_usd,
        "organisation": around.budget.organisation_day_usd,
    }
    found = []
    for (scope, _), mine in scopes.items():
        most = of[scope]
        over = 0.0 if most is None else sum(bill.billed for bill in mine) - most
        if over > 1e-9:
            found.append(Exceeded(scope, over, max(bill.billed - bill.reserved for bill in mine)))
    return found


def clock(number: int) -> float:
    """Most workers live on one day, one on the next: a record is shared by machines whose midnight differs a little."""
    return NOON + (DAY_S if number == WORKERS - 1 else 0.0)


def interleaved(path: Path, around: Scene) -> list[Worker]:
    """A round in one thread, step by step in a random order."""
    chance = random.Random(around.seed)
    stores = [SqliteStore(path, partial(clock, number)) for number in range(WORKERS)]
    workers = [Worker(store, around, number) for number, store in enumerate(stores)]
    running = [worker.run() for worker in workers]
    while running:
        turn = chance.choice(running)
        if next(turn, StopIteration) is StopIteration:
            running.remove(turn)
    for store in stores:
        store.close()
    return workers


def threaded(path: Path, around: Scene) -> list[Worker]:
    """A round with a thread for each worker, each with its own connection."""
    stores = [SqliteStore(path, partial(clock, number)) for number in range(WORKERS)]
    workers = [Worker(store, around, number) for number, store in enumerate(stores)]
    start = threading.Barrier(WORKERS)

    def work(worker: Worker) -> None:
        start.wait()
        for _ in worker.run():
            pass

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    return workers


Told = tuple[int, list[Bill], int]
"""Seed, bills and refusals of one worker in one round."""


def in_processes(folder: Path, seeds: Sequence[int]) -> dict[int, tuple[list[Bill], int]]:
    """Rounds with a process for each worker, all at the same record at the same time; bills and refusals by seed."""
    context = multiprocessing.get_context("spawn")
    template = folder / "template.db"
    SqliteStore(template).close()
    barrier = context.Barrier(WORKERS)
    pipes = [context.Pipe(duplex=False) for _ in range(WORKERS)]
    processes = [
        context.Process(target=_work, args=(folder, number, list(seeds), barrier, pipes[number][1]))
        for number in range(WORKERS)
    ]
    for process, (_, writer) in zip(processes, pipes, strict=True):
        process.start()
        writer.close()
    found: dict[int, tuple[list[Bill], int]] = {seed: ([], 0) for seed in seeds}
    for reader, _ in pipes:
        told: list[Told] = reader.recv()
        for seed, bills, refused in told:
            found[seed] = (found[seed][0] + bills, found[seed][1] + refused)
        reader.close()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return found


def _work(folder: Path, number: int, seeds: list[int], barrier: Barrier, told: Connection) -> None:
    results: list[Told] = []
    for seed in seeds:
        path = folder / f"{seed}.db"
        if number == 0:
            shutil.copy(folder / "template.db", path)
        barrier.wait(120)
        with SqliteStore(path, partial(clock, number)) as store:
            worker = Worker(store, scene(seed), number)
            for _ in worker.run():
                pass
        results.append((seed, worker.bills, worker.refused))
        barrier.wait(120)
        if number == 0:
            for left in folder.glob(f"{seed}.db*"):
                left.unlink()
    told.send(results)
