"""Whether budgets hold, and what holding them costs. ``python -m benchmarks.budgets [--sequences 10000]``

Half of the sequences are run by threads, half by processes, four of them at once on one record, with random rates,
budgets (task, attempt, day of the repository, day of all), usages (some beyond what was reserved), errors, answers that
break off and workers that are killed. What the vendor really billed is compared with every budget there was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from prunella.conversation import Usage
from prunella.domain import Rung, Task
from prunella.providers.ledger import TaskLedger
from prunella.providers.limits import Budget
from prunella.providers.prices import Prices, Rates
from prunella.store.days import Owner
from prunella.store.sqlite import SqliteStore
from spending import NOON, WORKERS, Bill, in_processes, scene, threaded, verdict

BATCH = 50
ROWS = (0, 1_000, 10_000)


class Tally:
    """What came of all sequences."""

    def __init__(self) -> None:
        self.sequences = self.requests = self.refused = self.exceeded = self.wrong = 0
        self.billed = self.over = self.share = 0.0

    def add(self, seed: int, bills: list[Bill], refused: int) -> None:
        self.sequences += WORKERS
        self.requests += len(bills)
        self.refused += refused
        self.billed += sum(bill.billed for bill in bills)
        for found in verdict(scene(seed), bills):
            self.exceeded += 1
            self.wrong += not found.allowed
            self.over = max(self.over, found.over)
            self.share = max(self.share, found.over / found.remainder if found.remainder else float("inf"))

    def __str__(self) -> str:
        return (
            f"{self.sequences:,} sequences, {self.requests:,} billed requests for ${self.billed:,.2f}, "
            f"{self.refused:,} refused\n"
            f"  budgets exceeded: {self.exceeded}, where bills exceed reservations, by ${self.over:.4f} at most,\n"
            f"  which is {self.share:.3f} of the largest excess of one bill; by more than that one excess: {self.wrong}"
        )


def by_threads(seeds: range) -> Tally:
    tally = Tally()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            workers = threaded(Path(folder) / "prunella.db", scene(seed))
        bills = [bill for worker in workers for bill in worker.bills]
        tally.add(seed, bills, sum(worker.refused for worker in workers))
    return tally


def by_processes(seeds: range) -> Tally:
    tally = Tally()
    for first in range(seeds.start, seeds.stop, BATCH * 10):
        batch = range(first, min(first + BATCH * 10, seeds.stop))
        with tempfile.TemporaryDirectory() as folder:
            for seed, (bills, refused) in in_processes(Path(folder), batch).items():
                tally.add(seed, bills, refused)
    return tally


def overhead(rows: int) -> tuple[float, float, float]:
    """Milliseconds: median and 99th percentile of a reservation by day's budgets, median of one without, on a record
    where the day has ``rows`` requests already."""
    rung = Rung("r", "anthropic", "m", "R")
    prices = Prices(overrides={"m": Rates(1, 5)})
    owner = Owner("/srv/repo/.git", "host/owner/repo")
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as folder,
        SqliteStore(Path(folder) / "r.db", lambda: NOON) as store,
    ):
        store.task_started(Task("t", "/srv", ()), "r")
        calls = store.for_task("t", lambda: owner)
        ledger = TaskLedger(calls, prices, Budget())
        for _ in range(rows):
            ledger.settle(ledger.reserve(rung, 10, 10)[0], Usage(5, output_tokens=5))
        times: dict[bool, list[float]] = {True: [], False: []}
        for by_day in (True, False):
            ledger = TaskLedger(calls, prices, Budget(1e6, *((1e6, 1e6) if by_day else ())))
            for _ in range(200):
                began = time.perf_counter()
                call, _ = ledger.reserve(rung, 1_000, 1_000)
                times[by_day].append(1_000 * (time.perf_counter() - began))
                ledger.settle(call, Usage(10, output_tokens=1))
    slowest = sorted(times[True])[-3]
    return median(times[True]), slowest, median(times[False])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sequences", type=int, default=10_000)
    rounds = arguments.parse_args().sequences // WORKERS
    wrong = 0
    for how, work, seeds in (
        ("threads", by_threads, range(rounds // 2)),
        ("processes", by_processes, range(rounds // 2, rounds)),
    ):
        began = time.monotonic()
        tally = work(seeds)
        wrong += tally.wrong
        print(f"{how} ({time.monotonic() - began:.0f} s): {tally}", flush=True)
    for rows in ROWS:
        middle, slowest, without = overhead(rows)
        print(
            f"a reservation on a day of {rows:,} requests: {middle:.2f} ms (99th percentile {slowest:.2f} ms); "
            f"without a day's budget {without:.2f} ms"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
