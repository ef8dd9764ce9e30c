"""Rung 0 for ESLint: what the project's own ESLint would fix by itself, accepted by linting again.

``--fix-dry-run`` writes nothing; what it would write is in its JSON (``output``). Rules are never switched off.
https://eslint.org/docs/latest/use/command-line-interface#fix-problems
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from typing import Any

from prunella.changes import FileChange, Judgement
from prunella.domain import Diagnostic, Severity, Verification
from prunella.ports import Judge, Mended
from prunella.toolchain.bench import Bench

MOST_FILES = 40
LIMIT_S = 30.0
KINDS = "problem,suggestion,layout"


class ESLintMender:
    """See ``Mender``."""

    name = "eslint"

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """See ``Mender``."""
        failed = verification.failed
        errors = [one for one in verification.diagnostics if one.severity is Severity.ERROR]
        if failed is None or not errors or any(one.source != "eslint" for one in errors):
            return Mended()
        folder = failed.check.folder
        places = _files(errors, folder, bench)
        program = next((path for path in _programs(folder) if (bench.root / path).is_file()), "")
        if not places or not program:
            return Mended()
        command = f"{shlex.quote(str(bench.root / program))} --format json "
        fixed = _report(bench, folder, f"{command}--fix-dry-run --fix-type {KINDS}", places)
        if fixed is None:
            return Mended()
        changes = _changes(fixed, bench)
        if not changes or judge(changes).judgement is not Judgement.ALLOW:
            return Mended()
        with bench.tried(changes):
            after = _report(bench, folder, command, places)
        before = _report(bench, folder, command, places)
        if before is None or after is None or not _less(_errors(before), _errors(after)):
            return Mended()
        steps = tuple(f"{change.path}: fix what ESLint fixes by itself (ESLint)" for change in changes)
        return Mended(changes, steps, all_gone=not _errors(after))

    def close(self) -> None:
        """Nothing stays up."""


def _programs(folder: str) -> tuple[str, ...]:
    ending = "node_modules/.bin/eslint"
    parts = [part for part in folder.split("/") if part not in {"", "."}]
    return tuple("/".join([*parts[:count], ending]) for count in range(len(parts), -1, -1))


def _files(errors: list[Diagnostic], folder: str, bench: Bench) -> list[str]:
    """The files with errors, absolute."""
    found: dict[str, None] = {}
    for error in errors:
        for name in (error.file, f"{folder}/{error.file}" if folder else ""):
            if name and bench.files.read(name) is not None:
                found[str(bench.root / name)] = None
                break
    return list(found)[:MOST_FILES]


def _report(bench: Bench, folder: str, command: str, places: list[str]) -> list[dict[str, Any]] | None:
    ran = bench.run("eslint", f"{command} -- {shlex.join(places)} 2>/dev/null", folder=folder, timeout_s=LIMIT_S)
    start = ran.text.find("[")
    try:
        found = json.loads(ran.text[start:]) if start >= 0 else None
    except (ValueError, RecursionError):
        return None
    whole = isinstance(found, list) and all(isinstance(one, dict) and "filePath" in one for one in found)
    return found if whole else None


def _changes(report: list[dict[str, Any]], bench: Bench) -> tuple[FileChange, ...]:
    made: list[FileChange] = []
    for one in report:
        path = str(one["filePath"]).removeprefix(f"{bench.root}/")
        before, output = bench.files.read(path), one.get("output")
        if before is None or not isinstance(output, str) or bench.files.refusal(path):
            continue
        after = output.encode("utf-8", "replace")
        if after != before:
            made.append(FileChange(path, before, after, bench.files.mode(path)))
    return tuple(made)


def _errors(report: list[dict[str, Any]]) -> Counter[str]:
    """Errors by file, rule and message: lines shift."""
    return Counter(
        f"{one['filePath']}\0{found.get('ruleId')}\0{found.get('message')}"
        for one in report
        for found in one.get("messages", ())
        if isinstance(found, dict) and found.get("severity") == 2
    )


def _less(before: Counter[str], after: Counter[str]) -> bool:
    return after.total() < before.total() and after <= before
