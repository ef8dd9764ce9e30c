"""``python -m benchmarks.verdict [--limit N]``: how soon a wrong fix is known to be wrong, against the whole check.

Real TypeScript packages are broken as in ``benchmarks.toolchain``; on each breakage wrong fixes of the kinds that
models make are applied, and the time from the applied fix to its verdict is taken. Every verdict is compared with the
one that the whole check gives right after it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.breakages import Case, Package
from benchmarks.toolchain.trial import Trial, prepared
from benchmarks.toolchain.typescript import PACKAGES

from prunella.app import open_kit, prepare
from prunella.changes import FileChange, Verdict
from prunella.domain import Verification
from prunella.events import Event
from prunella.kit import Kit
from prunella.verifier import Verifier

BAR = 40
"""Per cent of the whole check's time."""


class Measured(NamedTuple):
    """``false``: the quick look refuted a fix that the whole check lets pass."""

    kind: str
    verdict_s: float
    whole_s: float
    quick: bool
    false: bool


class _Quiet:
    def emit(self, event: Event) -> None:
        """Nobody listens."""


def main() -> int:
    """Prints a line a wrong fix and the medians; 1 when the bar is missed or a verdict was false."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verdict", description=__doc__)
    parser.add_argument("--limit", type=int, default=6, help="breakages of each package, spread evenly (6)")
    options = parser.parse_args()
    found: list[Measured] = []
    for package in PACKAGES:
        folder = prepared(package)
        cases = list(package.breaks(folder))
        step = max(1, len(cases) // options.limit)
        for case in cases[::step][: options.limit]:
            for measured in _measured(package, folder, case):
                found.append(measured)
                how = "quick" if measured.quick else "whole"
                told = f"{measured.verdict_s:6.2f} s of {measured.whole_s:5.2f} s ({how})"
                print(f"{package.name}: {case.kind}: {measured.kind}: {told}", flush=True)
    return _told(found)


def _told(found: list[Measured]) -> int:
    share = 100 * statistics.median(one.verdict_s / one.whole_s for one in found)
    false = sum(one.false for one in found)
    quick = sum(one.quick for one in found)
    print(f"\n{len(found)} wrong fixes; {quick} refuted without the whole check; {false} falsely")
    print(f"median time from applied fix to verdict: {share:.0f} % of the whole check's (bar {BAR} %)")
    return 0 if share <= BAR and not false else 1


def _measured(package: Package, folder: Path, case: Case) -> Iterator[Measured]:
    trial = Trial(package, folder)
    trial.reset()
    trial.make(case)
    try:
        job = prepare(folder, [package.verify], {"commit": False})
        with open_kit(job, _Quiet()) as kit:
            kit.store.task_started(job.task, str(folder))
            with kit.workspace.protected(job.task):
                verify = Verifier(job.task, kit)
                before = verify()
                if before.passed or kit.toolchain is None:
                    return
                kit.toolchain.mend(before, lambda _changes: Verdict())
                verify.look(before)
                verify.looked()
                for kind, change in _wrong(before, kit):
                    yield _one(kind, change, before, (verify, kit))
    finally:
        trial.reset()


def _one(kind: str, change: FileChange, before: Verification, with_: tuple[Verifier, Kit]) -> Measured:
    verify, kit = with_
    kit.workspace.apply((change,))
    started = time.monotonic()
    refuted = verify.refuted(before, (change.path,))
    looked = time.monotonic() - started
    whole = verify()
    whole_s = time.monotonic() - started - looked
    kit.workspace.apply((FileChange(change.path, change.after, change.before, change.mode),))
    verdict_s = looked if refuted else looked + whole_s
    return Measured(kind, verdict_s, whole_s, refuted is not None, refuted is not None and whole.passed)


def _wrong(before: Verification, kit: Kit) -> Iterator[tuple[str, FileChange]]:
    """A line beside the point, the failing line with another wrong name, the failing line given up."""
    errors = [error for error in before.diagnostics if error.line and kit.workspace.files.read(error.file)]
    if not errors:
        return
    error = errors[0]
    text = kit.workspace.files.read(error.file) or b""
    lines = text.split(b"\n")
    at = min(error.line, len(lines)) - 1

    def changed(kind: str, line: bytes) -> tuple[str, FileChange]:
        after = b"\n".join([*lines[:at], line, *lines[at + 1 :]])
        return kind, FileChange(error.file, text, after)

    yield changed("a comment above", b"// checked\n" + lines[at])
    column = max(0, error.column - 1)
    yield changed("another wrong name", lines[at][:column] + b"wrongName_" + lines[at][column:])
    yield changed("a stray definition above", b"const neverUsed_ = 1;\n" + lines[at])


if __name__ == "__main__":
    os.environ.setdefault("PRUNELLA_HOME", str(Path(__file__).parent / ".work" / "verdict-home"))
    sys.exit(main())
