"""Every fault of every vendor at every call of a task. ``python -m benchmarks.faults [--only WORDS] [--every N]``

Prints what is not as it must be (see ``tests/fault_cases.py`` for what must be), and how many trials there were.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fault_cases import CASES, MORE_CUTS, Case
from fault_rig import CALLS, Bench, Trial, complaints

KEYS = {"ANTHROPIC_API_KEY": "sk-ant-test", "OPENAI_API_KEY": "sk-test"}


def everything() -> list[tuple[int, str, str, bool, bool]]:
    """All trials, as numbers and words that another process can be told."""
    found = []
    for number, case in enumerate(_cases()):
        for vendor in case.vendors:
            for call in CALLS:
                found += [(number, vendor, call, False, False), (number, vendor, call, True, False)]
                found.append((number, vendor, call, True, True))
    return found


def _cases() -> list[Case]:
    return list({case.name: case for case in (*CASES, *MORE_CUTS)}.values())


def trials(part: list[tuple[int, str, str, bool, bool]]) -> list[tuple[str, str, float, float, list[str]]]:
    """Kind, vendor, seconds, seconds that would have been waited, complaints, of each."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        os.environ.pop(name, None)
    cases, results = _cases(), []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for who in ("AUTHOR", "COMMITTER"):
            os.environ |= {f"GIT_{who}_NAME": "Ada", f"GIT_{who}_EMAIL": "ada@example.org"}
        os.environ |= {**KEYS, "PRUNELLA_HOME": str(place / "home"), "XDG_CONFIG_HOME": str(place / "config")}
        bench = Bench(place / "bench")
        os.environ["SSL_CERT_FILE"] = str(bench.trusted)
        for number, vendor, call, lasting, alone in part:
            trial = Trial(cases[number], vendor, call, lasting, alone)
            told = bench.run(trial)
            results.append((trial.case.kind, vendor, told.took_s, sum(told.waits), complaints(trial, told)))
            if len(results) % 200 == 0:
                print(f"  {len(results)} of {len(part)}, {sum(bool(wrong) for *_, wrong in results)} wrong", flush=True)
        bench.close()
    return results


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", help="cases whose name contains this")
    arguments.add_argument("--every", type=int, default=1, help="only each Nth trial")
    arguments.add_argument("--jobs", type=int, default=2)
    given = arguments.parse_args()
    cases = _cases()
    wanted = [trial for trial in everything() if given.only in cases[trial[0]].name][:: given.every]
    began = time.monotonic()
    parts = [wanted[at :: given.jobs] for at in range(given.jobs)]
    with ProcessPoolExecutor(given.jobs) as pool:
        results = [result for part in pool.map(trials, [part for part in parts if part]) for result in part]
    wrong = [words for *_, complaint in results for words in complaint]
    for words in sorted(wrong):
        print(words)
    counted = Counter((kind, vendor) for kind, vendor, *_ in results)
    for (kind, vendor), number in sorted(counted.items()):
        print(f"{number:5} trials of {kind:9} {vendor}")
    print(
        f"{len(results)} trials of {len({trial[0] for trial in wanted})} faults in {time.monotonic() - began:.0f} s: "
        f"{len(wrong)} wrong; the longest took {max(took for _, _, took, _, _ in results):.1f} s "
        f"and would have waited {max(waits for *_, waits, _ in results):.1f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
