"""``python -m benchmarks.toolchain [--only LANGUAGE …] [--limit N] [--kind TEXT]``: breaks real packages, runs
``prunella heal`` on each without any key, and lets the package's own tests judge what came of it."""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
from collections import Counter
from collections.abc import Iterable

from benchmarks.breakages import Package
from benchmarks.toolchain.trial import WORK, Result, Trial, prepared

LANGUAGES = ("typescript", "rust", "c", "python")
BARS = {"typescript": 65, "rust": 30, "c": 35, "python": 25}
"""Per cent of the breakages that are to be healed."""


def main() -> int:
    """Prints a line a breakage and a table; 1 when a bar is missed."""
    options = _options()
    results: list[Result] = []
    for language in options.only or LANGUAGES:
        for package in _packages(language):
            results += _tried(package, options)
    print()
    missed = _table(results)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.toolchain", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=LANGUAGES, help="these languages")
    parser.add_argument("--package", default="", help="packages whose name contains this")
    parser.add_argument("--kind", default="", help="breakages whose kind contains this")
    parser.add_argument("--limit", type=int, default=0, help="so many breakages of each package, spread evenly")
    parser.add_argument("--without-history", action="store_true", help="the broken state is the only commit")
    parser.add_argument("--verbose", action="store_true", help="the fix of each that is not right")
    return parser.parse_args()


def _packages(language: str) -> tuple[Package, ...]:
    module = importlib.import_module(f"benchmarks.toolchain.{language}")
    return tuple(module.PACKAGES)


def _tried(package: Package, options: argparse.Namespace) -> list[Result]:
    if options.package not in package.name:
        return []
    folder = prepared(package)
    cases = [case for case in package.breaks(folder) if options.kind in case.kind]
    if options.limit and len(cases) > options.limit:
        cases = [cases[index * len(cases) // options.limit] for index in range(options.limit)]
    results: list[Result] = []
    for number, case in enumerate(cases, 1):
        result = Trial(package, folder, alone=options.without_history).of(case)
        results.append(result)
        print(f"{package.name} {number}/{len(cases)} {case.kind}: {result.told}", flush=True)
        if options.verbose and result.verdict in {"WRONG", "not healed"}:
            print(result.detail, flush=True)
    return results


def _table(results: Iterable[Result]) -> bool:
    """The figures by language; returns whether a bar is missed."""
    by_language: dict[str, list[Result]] = {}
    for result in results:
        by_language.setdefault(result.package.language, []).append(result)
    heads = (
        ("broken", 7),
        ("healed", 8),
        ("bar", 6),
        ("same", 6),
        ("other", 7),
        ("wrong", 7),
        ("extra s", 9),
        ("max", 7),
    )
    print(f"{'language':<12}" + "".join(f"{head:>{width}}" for head, width in heads))
    missed, wrong, healed_all = False, 0, 0
    for language, found in by_language.items():
        counted = [result for result in found if result.verdict not in {"not broken", "hangs"}]
        healed = [result for result in counted if result.healed]
        verdicts = Counter(result.verdict for result in counted)
        extra = [result.extra_s for result in healed] or [0.0]
        share = 100 * len(healed) / max(1, len(counted))
        print(
            f"{language:<12}{len(counted):>7}{share:>7.0f}%{BARS[language]:>5}%{verdicts['same']:>6}"
            f"{verdicts['other']:>7}{verdicts['WRONG']:>7}{statistics.median(extra):>9.2f}{max(extra):>7.1f}"
        )
        missed |= share < BARS[language]
        wrong += verdicts["WRONG"]
        healed_all += len(healed)
        for kind in dict.fromkeys(result.case.kind for result in counted):
            mine = [result for result in counted if result.case.kind == kind]
            print(f"    {kind:<50} {sum(result.healed for result in mine)}/{len(mine)}")
    share_wrong = 100 * wrong / max(1, healed_all)
    print(f"wrong by the package's own tests: {wrong} of {healed_all} healed ({share_wrong:.1f} %; bar 1 %)")
    print(
        "same = byte for byte as it was; other = differs, and the tests pass; extra s = beyond the verification itself"
    )
    return missed or share_wrong > 1


if __name__ == "__main__":
    print(f"(work folder: {WORK.name})", file=sys.stderr)
    sys.exit(main())
