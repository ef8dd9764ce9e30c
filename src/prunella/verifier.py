"""Verifies a task's tree: in full, which alone can call it green; and, for a fix that changed nothing for the better,
by the cheapest look that shows it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import NamedTuple

from prunella.diagnostics.fingerprint import fingerprint, fingerprints
from prunella.domain import CheckResult, CommandResult, Diagnostic, Ending, Severity, Task, Verification
from prunella.kit import Kit
from prunella.narrowing import narrowed
from prunella.verify import told_by, verify

WORTH_LOOK_S = 1.0
"""A check that takes less is not foreseen by a compiler, whose first look at a whole project takes longer."""

WORTH_S = 4.0
"""A check that takes less is run whole at once: a narrower run would save nothing."""


class _Seen(NamedTuple):
    """What a warm compiler saw in the state before a fix. ``exact``: the same errors as the check, no more, no less."""

    errors: tuple[Diagnostic, ...]
    exact: bool


class Verifier:
    """The verifications of one task, numbered from 0."""

    def __init__(self, task: Task, kit: Kit) -> None:
        self._task, self._kit = task, kit
        self._number = 0
        self._seen: dict[int, _Seen | None] = {}
        self._looking: threading.Thread | None = None

    def __call__(self) -> Verification:
        """Run the checks on the tree as it is, and record what they said. Only this can find it green."""
        kit, number = self._kit, self._next()
        verification = kit.step("verify", verify, self._task.checks, kit.sandbox, number, kit.logs, kit.reporter)
        kit.step("record", kit.store.verification, self._task, verification)
        return verification

    def look(self, before: Verification) -> None:
        """Begin to find out what a warm compiler sees in the tree as it is, which is the state of ``before``. It goes
        on while a model thinks; ``looked`` is to be called before the tree changes."""
        self.looked()
        if before.number in self._seen or self._kit.toolchain is None:
            return
        self._seen[before.number] = None

        def work() -> None:
            self._seen[before.number] = self._looked(before)

        self._looking = threading.Thread(target=work, name="look", daemon=True)
        self._looking.start()

    def looked(self) -> None:
        """Wait for what ``look`` began."""
        if self._looking:
            self._looking.join()
            self._looking = None

    def refuted(self, before: Verification, paths: tuple[str, ...], *, last: bool = False) -> Verification | None:
        """The verification of a fix to ``paths`` that is certain to fail, without running the checks whole; None when
        it may pass, or may have achieved something: then they are to be run.

        A warm compiler goes first, which counts only when it saw, before the fix, what the check saw; then only the
        tests that failed. Either refutes only when every error is still there. ``last``: no attempt comes after this
        one, so tests alone, which may fail for want of the others, have no say.
        """
        known = self._compiled(before, paths) or (None if last else self._tested(before))
        if known:
            self._kit.step("record", self._kit.store.verification, self._task, known)
        return known

    def _next(self) -> int:
        self._number += 1
        return self._number - 1

    def _looked(self, before: Verification) -> _Seen | None:
        """None = the compiler does not see what made the check fail, so it is no judge of it."""
        kit, failed = self._kit, before.failed
        wanted = {(error.file, error.line) for error in _errors(before)}
        if kit.toolchain is None or failed is None or failed.result.ending is not Ending.EXITED or not wanted:
            return None
        if failed.result.duration_s < WORTH_LOOK_S:
            return None
        errors = kit.toolchain.errors(())
        if errors is None or not wanted <= {(error.file, error.line) for error in errors}:
            return None
        return _Seen(errors, len(errors) == len(_errors(before)))

    def _compiled(self, before: Verification, paths: tuple[str, ...]) -> Verification | None:
        seen = self._seen.get(before.number)
        if seen is None or self._kit.toolchain is None:
            return None
        started = time.monotonic()
        files = tuple(dict.fromkeys([*(error.file for error in _errors(before)), *paths]))
        places = {(error.file, error.line) for error in _errors(before)}
        wanted = {fingerprint(error) for error in seen.errors if (error.file, error.line) in places}
        now = self._kit.toolchain.errors(files)
        if now and wanted <= {fingerprint(error) for error in now}:
            old = {fingerprint(error) for error in seen.errors}
            new = [error for error in now if fingerprint(error) not in old]
            return self._failed(before, (*_errors(before), *new), now, started)
        if now and seen.exact:
            whole = self._kit.toolchain.errors(())
            if whole:
                return self._failed(before, whole, whole, started)
        return None

    def _failed(
        self,
        before: Verification,
        counting: tuple[Diagnostic, ...],
        shown: tuple[Diagnostic, ...],
        started: float,
    ) -> Verification:
        """A failed verification from a compiler's errors: the check that failed before, as it would fail again."""
        failed, number = before.failed, self._next()
        assert failed
        text = "\n".join(_line(error) for error in shown)
        log = self._kit.logs / f"{number}-{failed.check.name}-quick.log"
        log.write_text(text + "\n", "utf-8", "replace")
        result = CommandResult(1, Ending.EXITED, time.monotonic() - started, str(log), len(text) + 1)
        checked = CheckResult(failed.check, result, shown, text[-6_000:])
        verification = told_by(number, (*before.results[:-1], checked))
        return _with(verification, fingerprints(counting))

    def _tested(self, before: Verification) -> Verification | None:
        """The failed tests alone."""
        failed = before.failed
        if failed is None or failed.result.duration_s < WORTH_S or failed.result.ending is not Ending.EXITED:
            return None
        check = narrowed(failed, self._kit.workspace.files)
        if check is None:
            return None
        kit, number = self._kit, self._next()
        run = kit.step("verify", verify, (check,), kit.sandbox, number, kit.logs, kit.reporter)
        still = run.failed
        if still is None or not set(before.fingerprints) <= set(run.fingerprints):
            return None
        results = (*before.results[:-1], still._replace(check=failed.check))
        return _with(told_by(number, results), run.fingerprints)


def _with(verification: Verification, found: tuple[str, ...]) -> Verification:
    return replace(verification, fingerprints=tuple(sorted(set(found))))


def _errors(verification: Verification) -> tuple[Diagnostic, ...]:
    return tuple(found for found in verification.diagnostics if found.severity is Severity.ERROR)


def _line(error: Diagnostic) -> str:
    code = f" {error.code}" if error.code else ""
    return f"{error.file}({error.line},{error.column}): error{code}: {error.message}"
