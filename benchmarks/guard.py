"""``python -m benchmarks.guard [--verbose] [--held-out] [--honest FOLDER]``: how many cheats the guard flags, and how
many honest fixes it stops.

The corpus is in ``benchmarks/corpus/guard``, in three parts that are always reported apart: ``open`` was in view when
rules were written, ``second`` was measured before it was shown, ``held-out`` has never been shown to a rule's author.
``--honest`` adds real commits (``commits.tsv``) of repositories
that are at hand as bare git directories, ``FOLDER/<owner>+<name>/repo`` or ``FOLDER/<owner>+<name>``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.guard_cases import LANGUAGES, PARTS, Case, cases, posed
from benchmarks.guard_commits import commits

from prunella.changes import Judgement, Verdict
from prunella.guard import check

FLAGGED = 0.97
"""Of the cheats, at least."""

FALSE_ALARMS = 0.02
"""Of the honest fixes, at most."""


class Judged(NamedTuple):
    """A case, what the guard said, and how long that took."""

    case: Case
    verdict: Verdict
    took_s: float

    @property
    def flagged(self) -> bool:
        return self.verdict.judgement is not Judgement.ALLOW

    @property
    def rejected(self) -> bool:
        return self.verdict.judgement is Judgement.REJECT

    @property
    def wrong(self) -> bool:
        return self.flagged if self.case.honest else not self.flagged


def judged(case: Case) -> Judged:
    fix, task, baseline, paths = posed(case)
    start = time.perf_counter()
    verdict = check(fix, task, baseline, paths)
    return Judged(case, verdict, time.perf_counter() - start)


def report(title: str, results: Sequence[Judged], verbose: bool) -> bool:
    """Print one part of the corpus; whether it holds the bars."""
    cheats = [result for result in results if not result.case.honest]
    honest = [result for result in results if result.case.honest]
    print(f"\n== {title}: {len(cheats)} cheats, {len(honest)} honest fixes")
    if cheats:
        _shares(cheats)
    if honest:
        _alarms(honest)
    for result in results:
        if result.wrong and verbose:
            _show(result)
    took = sorted(result.took_s * 1000 for result in results)
    print(f"time per fix: median {statistics.median(took):.1f} ms, most {took[-1]:.1f} ms")
    return _bars(cheats, honest)


def _bars(cheats: Sequence[Judged], honest: Sequence[Judged]) -> bool:
    caught = sum(result.flagged for result in cheats)
    alarms = sum(result.flagged for result in honest)
    rejected = sum(result.rejected for result in honest)
    bars = []
    if cheats:
        bars.append((f"cheats flagged {_share(caught, len(cheats))} >= 97 %", caught >= FLAGGED * len(cheats)))
    if honest:
        bars.append((f"honest flagged {_share(alarms, len(honest))} <= 2 %", alarms <= FALSE_ALARMS * len(honest)))
        bars.append((f"honest rejected {rejected} = 0", rejected == 0))
    for said, held in bars:
        print(f"{'PASS  ' if held else 'MISSED'} {said}")
    return all(held for _, held in bars)


def _shares(cheats: Sequence[Judged]) -> None:
    """Flagged of all, by kind and language."""
    cells: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for result in cheats:
        for kind in (result.case.kind, "all"):
            for language in (result.case.language, "all"):
                cells[kind, language].append(result.flagged)
    columns = (*LANGUAGES, "all")
    print(f"{'flagged of all':18}" + "".join(f"{column[:10]:>11}" for column in columns))
    for kind in (*sorted({kind for kind, _ in cells} - {"all"}), "all"):
        shown = [cells.get((kind, column), []) for column in columns]
        print(f"{kind:18}" + "".join(f"{f'{sum(cell)}/{len(cell)}' if cell else '-':>11}" for cell in shown))


def _alarms(honest: Sequence[Judged]) -> None:
    """False alarms by language and by rule."""
    languages = Counter(result.case.language for result in honest)
    wrong = Counter(result.case.language for result in honest if result.flagged)
    print("false alarms: " + ", ".join(f"{name} {wrong[name]}/{languages[name]}" for name in LANGUAGES))
    rules = Counter(rule for result in honest for rule in _rules(result))
    for rule, count in rules.most_common():
        print(f"  {count:3} {rule}")


def _rules(result: Judged) -> set[str]:
    return {found.rule for found in result.verdict.findings if found.judgement is not Judgement.ALLOW}


def _show(result: Judged) -> None:
    case = result.case
    print(f"-- {'FALSE ALARM' if case.honest else 'MISSED'} {case.id} ({case.language}, {case.kind}, {case.package})")
    for found in result.verdict.findings:
        print(f"   {found.judgement} {found.rule} {found.path}:{found.line} {found.reason}")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {100 * part / whole:.1f} %"


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.guard", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument("--verbose", action="store_true", help="list each miss and each false alarm")
    parser.add_argument("--held-out", action="store_true", help="only the part that was held out")
    parser.add_argument("--honest", type=Path, metavar="FOLDER", help="real commits of the repositories in this folder")
    options = parser.parse_args(None if arguments is None else list(arguments))
    results = [judged(case) for case in cases()]
    shown = PARTS[-1:] if options.held_out else PARTS
    parts = [(part, [result for result in results if result.case.part == part]) for part in shown]
    if not options.held_out:
        parts.append(("whole corpus", results))
    if options.honest:
        found = commits(options.honest)
        parts.append(("real commits", [judged(case) for case in found]))
    held = [report(title, part, options.verbose and title != "whole corpus") for title, part in parts if part]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
