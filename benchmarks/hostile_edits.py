"""Hostile edits by the hundred thousand, each through a vendor's form, the draft, the guard and the checkout.

    python -m benchmarks.hostile_edits --count 200000

Around the checkout and in it lies what no edit may touch; it is compared byte for byte, with inodes, modes and times,
after every write and every thousand answers. An edit that the guard rejects is written all the same, as if there were
no guard. Ends with 1 when anything outside changed, or anything but a rejection in words was raised.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from hostile_place import Trial, traps

ROUND = 2_000


def tried(first: int, count: int) -> tuple[Counter[str], list[str], list[str]]:
    """Answers ``first`` .. ``first + count`` on a fresh checkout: how they ended, escapes, crashes."""
    crashes: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        root = traps(Path(place).resolve())
        trial = Trial.on(root)
        with trial.checkout.protected(trial.task):
            seed = first
            while trial.counts["edits"] < count:
                try:
                    trial.answer(seed)
                except Exception:  # noqa: BLE001 - whatever it is, it is a crash to be told
                    crashes.append(f"seed {seed}: {traceback.format_exc(limit=-4)}")
                seed += 1
                if seed % 1_000 == 0:
                    trial.look()
            trial.look()
        trial.counts["answers"] = seed - first
        trial.look()
        return trial.counts, trial.escapes, crashes


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--count", type=int, default=200_000, help="edits")
    reader.add_argument("--jobs", type=int, default=2)
    reader.add_argument("--seed", type=int, default=0)
    chosen = reader.parse_args()
    start = time.monotonic()
    total: Counter[str] = Counter()
    escapes: list[str] = []
    crashes: list[str] = []
    rounds = range(-(-chosen.count // ROUND))
    firsts = [chosen.seed + number * 10 * ROUND for number in rounds]
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for counts, escaped, crashed in pool.map(tried, firsts, [ROUND] * len(firsts)):
            total += counts
            escapes += escaped
            crashes += crashed
            if sys.stderr.isatty():
                print(f"{total['edits']:,} edits", end="\r", file=sys.stderr)
    for name, number in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        print(f"{number:>9,}  {name}")
    print(f"{len(escapes):>9,}  writes outside")
    print(f"{len(crashes):>9,}  crashes")
    print(f"{time.monotonic() - start:>9,.0f}  seconds")
    for line in [*escapes[:5], *crashes[:5]]:
        print(line)
    return 1 if escapes or crashes or total["edits"] < chosen.count else 0


if __name__ == "__main__":
    sys.exit(main())
