"""What each contender shows of a breakage, and whether that is enough to mend it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from context_cases import Broken

from prunella.context.build import Context, Sight, build
from prunella.context.known import Paths
from prunella.context.tokens import estimate
from prunella.domain import Check, CommandResult, Ending, Severity, Verification
from prunella.verify import verify
from prunella.workspace.checkout import open_checkout

Shown = Mapping[str, frozenset[int]]


class Score(NamedTuple):
    """``held``: every line to change, with three around it, of every file to fix is shown; ``named``: every file to
    fix is at least shown in part; ``tokens`` by Prunella's estimate."""

    held: bool
    named: bool
    tokens: int
    seconds: float = 0.0


class _Recorded:
    """A sandbox that ran the check earlier."""

    def __init__(self, log: str, root: Path) -> None:
        self._log, self.root = log, root

    def run(self, check: Check, log: Path) -> CommandResult:
        del check, log
        return CommandResult(1, Ending.EXITED, 1.0, self._log, Path(self._log).stat().st_size)


class _Quiet:
    def emit(self, event: object) -> None:
        del event


def verification_of(log: str, root: Path, command: str) -> tuple[Verification, list[str]]:
    """What a check's output says, and the repository's files that its errors name, in their order."""
    check = Check("check", command)
    found = verify((check,), _Recorded(log, root), 0, root, _Quiet())  # type: ignore[arg-type]
    paths = Paths(open_checkout(root).files.paths())
    errors = [d for d in found.diagnostics if d.severity is Severity.ERROR] or list(found.diagnostics)
    files = [paths.named(place, command) for d in errors for place in (d.file, *(r.file for r in d.related))]
    return found, [path for path in dict.fromkeys(files) if path]


def prunella(broken: Broken, root: Path, budget: int) -> tuple[Score, Context]:
    verification, _ = verification_of(broken.log, root, broken.command)
    checkout = open_checkout(root)
    start = time.perf_counter()
    context = build(verification, Sight(checkout.files, checkout.lately), budget)
    seconds = time.perf_counter() - start
    return _scored(broken, as_read(context.code), context.code, context.tokens, seconds), context


def named_by_errors(broken: Broken, root: Path, budget: int) -> Score:
    """The files that errors name, whole, in the order of the errors, cut where the budget ends."""
    shown: dict[str, frozenset[int]] = {}
    left = budget
    for path in verification_of(broken.log, root, broken.command)[1]:
        lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
        count = 0
        for line in lines:
            left -= estimate(line) + 1
            if left < 0:
                break
            count += 1
        shown[path] = frozenset(range(1, count + 1))
        if left < 0:
            break
    return _scored(broken, shown, "", budget - max(0, left))


def as_read(code: str) -> dict[str, frozenset[int]]:
    """The lines that a reader of the text sees, by file."""
    found: dict[str, set[int]] = {}
    path = ""
    for line in code.split("\n"):
        heading = re.match(r"/repo/(\S+) \(.*\)$", line)
        numbered = re.match(r"(\d+)\t", line)
        if heading:
            path = heading[1]
            found.setdefault(path, set())
        elif numbered and path:
            found[path].add(int(numbered[1]))
    return {path: frozenset(numbers) for path, numbers in found.items()}


def in_map(text: str, root: Path) -> dict[str, frozenset[int]]:
    """The lines that a repository map of aider's shows: a file's name and a colon, then "│" before each line shown."""
    found: dict[str, set[int]] = {}
    path, at, lines = "", 0, []
    for line in text.split("\n"):
        if line.startswith("│") and path:
            wanted = line[1:].rstrip()
            hit = next((n for n in range(at, len(lines)) if lines[n].rstrip() == wanted), None)
            if hit is not None:
                found[path].add(hit + 1)
                at = hit + 1
        elif line.strip() and not line.startswith("⋮") and (root / line.rstrip(":")).is_file():
            path, at = line.rstrip(":"), 0
            lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
            found.setdefault(path, set())
    return {path: frozenset(numbers) for path, numbers in found.items()}


def aider(broken: Broken, root: Path, answer: Mapping[str, object]) -> Score:
    """Its map, with the chat files whole on top of the budget, as it sends them."""
    shown = in_map(str(answer["map"]), root)
    for path in answer["chat"]:  # type: ignore[attr-defined]
        count = len((root / path).read_text(encoding="utf-8", errors="replace").splitlines())
        shown[path] = frozenset(range(1, count + 1))
    return _scored(broken, shown, "", int(str(answer["tokens"])), float(str(answer["seconds"])))


def _scored(broken: Broken, shown: Shown, text: str, tokens: int, seconds: float = 0.0) -> Score:
    held = named = True
    for path, lines in broken.needs.items():
        gone = f"/repo/{path} was deleted" in text
        named &= path in shown or gone or (not lines and path in text)
        held &= (set(lines) <= shown.get(path, frozenset())) if lines else gone or f"/repo/{path}" in text
    return Score(held, named, tokens, seconds)
