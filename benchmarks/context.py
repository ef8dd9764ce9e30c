"""What a model is shown of a breakage: `python benchmarks/context.py [--cases N] [--only NAME …] [--strict]`.

Real packages are broken, each breakage is verified to fail, and three contenders say what they would show for it
within 16,000 and within 8,000 tokens: Prunella's context, aider's repository map, and the files that the errors name. A
breakage counts as held when every line of the true fix, with three more on either side, is there to be read, in every
file that the fix changes. Then the cost of the first and of a repeated run on a generated repository of 10,000 files.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median

import context_large
from context_cases import Broken, made, set_out
from context_measure import Score, aider, named_by_errors, prunella, verification_of
from context_packages import CONTEXT
from peers import ALL as ALL_PEERS
from peers import PEERS, offline, seed_aider

BUDGETS = (16_000, 8_000)
BARS = {16_000: 0.95, 8_000: 0.88}
Scores = dict[tuple[str, int], list[tuple[Broken, Score]]]


def main() -> int:
    options = _options()
    cases = made(options.cases, tuple(options.only))
    rival = _Aider() if options.aider else None
    scores: Scores = defaultdict(list)
    counted: list[tuple[int, int]] = []
    for number, broken in enumerate(cases, 1):
        root = set_out(broken)
        for budget in BUDGETS:
            own, context = prunella(broken, root, budget)
            scores["Prunella", budget].append((broken, own))
            scores["files named by the errors", budget].append((broken, named_by_errors(broken, root, budget)))
            if rival:
                scores["aider 0.86.2 repository map", budget].append((broken, rival.ask(broken, root, budget)))
                counted.append((context.tokens, rival.count("".join(s.text for s in context.sections))))
            if not own.held and budget == BUDGETS[0]:
                print(f"missed: {broken.name} {broken.kind} ({broken.history}), {list(broken.needs)}", file=sys.stderr)
        if number % 10 == 0:
            print(f"{number}/{len(cases)}", file=sys.stderr, flush=True)
    if rival:
        rival.close()
    print(_table(cases, scores))
    if counted:
        print(f"\nTokens as gpt-4o counts them over Prunella's estimate: {_ratio(counted)}")
    large = context_large.measured() if options.large else None
    if large:
        print(f"\n{large}")
    return 1 if options.strict and (_missed(scores) or (large and not large.held)) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5, help="breakages of each package (5)")
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="NAME", help="packages whose name contains one of these"
    )
    parser.add_argument("--no-aider", dest="aider", action="store_false", help="without aider")
    parser.add_argument("--no-large", dest="large", action="store_false", help="without the repository of 10,000 files")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a bar is missed")
    return parser.parse_args()


class _Aider:
    """Aider's own Python, answering questions."""

    def __init__(self) -> None:
        next(peer for peer in ALL_PEERS if peer.name == "aider").install()
        program = [str(PEERS / "aider/bin/python"), str(Path(__file__).with_name("context_rival.py"))]
        home = CONTEXT / "aider"
        seed_aider(home)
        with (home / "log").open("wb") as log:
            env = offline(home) | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "OPENAI_API_KEY": "x"}
            self._process = subprocess.Popen(
                program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=env
            )

    def ask(self, broken: Broken, root: Path, budget: int) -> Score:
        verification, chat = verification_of(broken.log, root, broken.command)
        said = verification.failed.tail + "\n".join(d.message for d in verification.diagnostics[:60])  # type: ignore[union-attr]
        question = {"root": str(root.resolve()), "chat": chat, "tokens": budget, "text": said}
        return aider(broken, root, self._answer(question))

    def count(self, text: str) -> int:
        return self._answer({"root": "", "count": [text]})["tokens"][0]

    def _answer(self, question: dict[str, object]) -> dict[str, list[int]]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _table(cases: Sequence[Broken], scores: Scores) -> str:
    unnamed = sum(broken.unnamed for broken in cases)
    packages = len({broken.package for broken in cases})
    lines = [
        f"{len(cases)} breakages of {packages} packages; in {unnamed} of them no error names a file to fix.",
        "",
        "| shown by | budget | held | held, no error names it | named at all | tokens, median | seconds, median |",
        "|---|---|---|---|---|---|---|",
    ]
    for (name, budget), rows in sorted(scores.items(), key=lambda item: (-item[0][1], item[0][0] != "Prunella")):
        without = [score for broken, score in rows if broken.unnamed]
        values = [score for _, score in rows]
        lines.append(
            f"| {name} | {budget:,} | {_share(s.held for s in values)} | {_share(s.held for s in without)} | "
            f"{_share(s.named for s in values)} | {median(s.tokens for s in values):,.0f} | "
            f"{median(s.seconds for s in values):.2f} |"
        )
    lines.append("\nPrunella at 16,000 by group: " + ", ".join(_groups(scores["Prunella", BUDGETS[0]])))
    return "\n".join(lines)


def _groups(rows: Iterable[tuple[Broken, Score]]) -> list[str]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for broken, score in rows:
        for group in (broken.language, f"git: {broken.history}", broken.kind):
            groups[group].append(score.held)
    return [f"{name} {sum(held)}/{len(held)}" for name, held in sorted(groups.items())]


def _share(held: Iterable[bool]) -> str:
    values = list(held)
    return f"{sum(values)}/{len(values)} ({mean(values):.1%})" if values else "-"


def _ratio(counted: list[tuple[int, int]]) -> str:
    ratios = sorted(real / estimated for estimated, real in counted if estimated)
    return f"median {median(ratios):.2f}, highest {ratios[-1]:.2f}"


def _missed(scores: Scores) -> bool:
    return any(mean(score.held for _, score in scores["Prunella", budget]) < bar for budget, bar in BARS.items())


if __name__ == "__main__":
    sys.exit(main())
