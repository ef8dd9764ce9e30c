"""Rung 0 for TypeScript and JavaScript: the project's own compiler, and what git knows of the last changes.

The work is done by a Node program that stays up for the task (``node/main.mjs``); this side finds out what it must know
and judges what it proposes. Nothing is written: every trial is in memory.
"""

from __future__ import annotations

import re
import time
from pathlib import PurePosixPath
from typing import Any

from prunella.changes import FileChange, Judgement
from prunella.domain import Diagnostic, Severity, Verification
from prunella.ports import Candidate, Judge, Mended
from prunella.toolchain.bench import Bench
from prunella.toolchain.command import words_of
from prunella.toolchain.typescript_history import former
from prunella.toolchain.typescript_node import NodeProcess, Question

ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
TYPED = frozenset({"tsc", "next", "vue-tsc", "svelte-check"})
MOST_FILES = 60
LEAST_S = 2.0
LOOK_S = 20.0
LONG_S = 10.0
NEEDS_CODE = frozenset(
    {"TS2339", "TS2322", "TS2345", "TS2741", "TS2739", "TS2740", "TS2554", "TS2555", "TS7006", "TS7031"}
)
"""A member that is like none there is, a wrong type, a missing property or argument, a missing annotation."""
_BOM = b"\xef\xbb\xbf"
_CODE = re.compile(r"TS\d{4,5}")
_SYNTAX = re.compile(r"TS1\d{3}$")
_BROKEN = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError)
"""What it means when the answer is none of our program's: a package of the repository's wrote into it."""
_PROJECT = re.compile(r"(?:\s|^)(?:-p|--project|-b|--build)[\s=]+([^\s;&|]+)")


class TypeScriptMender:
    """See ``Mender``: code fixes by allow-list, renames and moves read from git, near names, one missing bracket."""

    name = "typescript"

    def __init__(self) -> None:
        self._node: NodeProcess | None = None
        self._bench: Bench | None = None

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """See ``Mender``."""
        errors = [one for one in verification.diagnostics if _ours(one)]
        if not errors or bench.left_s < LEAST_S:
            return Mended()
        request = _request(errors, verification, bench)
        if not request["files"] or not _worth_it(errors, request, verification):
            return Mended()
        if self._node is None or not self._node.alive:
            self._node = NodeProcess.start(bench)
        if self._node is None:
            return Mended()
        self._bench = bench
        try:
            done = self._node.ask(request, _answers(bench, judge), bench.deadline)
            return _mended(done, bench) if done else Mended()
        except _BROKEN:
            self.close()
            return Mended()

    def errors(self, paths: tuple[str, ...]) -> tuple[Diagnostic, ...] | None:
        """See ``Watcher``."""
        if self._node is None or self._bench is None or not all(path.endswith(ENDINGS) for path in paths):
            return None
        limit_s = LOOK_S
        request = {"op": "errors", "root": str(self._bench.root), "files": paths, "limit_ms": int(limit_s * 1000)}
        done = self._node.ask(request, lambda _asked: None, time.monotonic() + limit_s)
        found = (done or {}).get("found")
        if not isinstance(found, list):
            return None
        try:
            return tuple(map(_seen, found))
        except _BROKEN:
            self.close()
            return None

    def close(self) -> None:
        """End the Node program."""
        if self._node:
            self._node.close()
            self._node = None


def _seen(one: dict[str, Any]) -> Diagnostic:
    file, code, message = str(one["file"]), str(one["code"]), str(one["message"])
    return Diagnostic(file, int(one["line"]), int(one["column"]), Severity.ERROR, code, message, "tsc")


def _ours(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR and (found.file.endswith(ENDINGS) or bool(_CODE.fullmatch(found.code)))


def _worth_it(errors: list[Diagnostic], request: dict[str, Any], verification: Verification) -> bool:
    """Starting a compiler costs most of a second. It is not started where nothing of ours can help: errors that only
    new code mends, with nothing in git to go by. After a long check it pays all the same, since it refutes wrong fixes
    sooner (``Watcher``)."""
    if request["before"] or request["moves"] or request["deleted"] or verification.duration_s >= LONG_S:
        return True
    return any(error.code not in NEEDS_CODE or "Promise<" in error.message for error in errors)


def _request(errors: list[Diagnostic], verification: Verification, bench: Bench) -> dict[str, Any]:
    files = _files(errors, bench)
    typed = any(one.source in TYPED or _CODE.fullmatch(one.code) for one in errors)
    # tsc says everything at once, unless it could not read a file; the others stop at the first error.
    complete = all(one.source == "tsc" and not _SYNTAX.match(one.code) for one in errors)
    return {
        "op": "mend",
        "root": str(bench.root),
        "files": files[:MOST_FILES],
        "named": _configurations(verification, bench),
        "typed": typed,
        "whole": not complete,
        "limit_ms": int(max(0.0, bench.left_s - 1.0) * 1000),
        **former(bench.lately, ENDINGS)._asdict(),
    }


def _files(errors: list[Diagnostic], bench: Bench) -> list[str]:
    """The files that the errors name, as they are called in the repository."""
    paths = set(bench.files.paths())
    found: dict[str, None] = {}
    for error in errors:
        name = error.file.removeprefix(f"{bench.root}/").removeprefix("./")
        if name in paths:
            found[name] = None
        elif name:
            ending = f"/{name.lstrip('./')}"
            longer = [path for path in paths if path.endswith(ending)]
            found.update(dict.fromkeys(longer if len(longer) == 1 else ()))
    return [name for name in found if name.endswith(ENDINGS)]


def _configurations(verification: Verification, bench: Bench) -> list[str]:
    """The configurations that the failed check's command names, from the repository's root."""
    failed = verification.failed
    if failed is None:
        return []
    found: list[str] = []
    for name in _PROJECT.findall(failed.check.command):
        plain = "".join(words_of(name)) or name
        path = PurePosixPath(failed.check.folder, plain)
        found += [str(place) for place in (path, path / "tsconfig.json") if (bench.root / place).is_file()]
    return found


def _answers(bench: Bench, judge: Judge) -> Question:
    def answer(asked: dict[str, Any]) -> object:
        if asked.get("ask") == "search":
            hits = bench.files.search(str(asked.get("word", "")), words=True, limit=400)
            return sorted({hit.path for hit in hits if hit.path.endswith(ENDINGS)})[:60]
        changes = {path: [None, text] for path, text in asked.get("changes", {}).items()}
        made = _changes(changes, bench, strict=False)
        return made is not None and judge(made).judgement is Judgement.ALLOW

    return answer


def _changes(texts: dict[str, Any], bench: Bench, *, strict: bool = True) -> tuple[FileChange, ...] | None:
    """The changes in bytes; None when a file is not what the compiler read or may not be edited."""
    made: list[FileChange] = []
    for path, (read, text) in texts.items():
        before = bench.files.read(path)
        if bench.files.refusal(path) or (before is None and read is not None):
            return None
        mark = _BOM if before and before.startswith(_BOM) else b""
        if strict and before is not None and before != mark + (read or "").encode("utf-8", "replace"):
            return None
        after = None if text is None else mark + text.encode("utf-8", "replace")
        if before != after:
            made.append(FileChange(path, before, after, bench.files.mode(path)))
    return tuple(made)


def _mended(done: dict[str, Any], bench: Bench) -> Mended:
    candidates = tuple(
        Candidate(str(offer["file"]), int(offer["line"]), " ".join(offer["text"].split()), str(offer["diff"]))
        for offer in done["offers"]
    )
    changes = _changes(done["changes"], bench)
    if not changes:
        return Mended(candidates=candidates)
    steps = tuple(" ".join(step.split()) for step in done["steps"])
    return Mended(changes, steps, candidates, all_gone=bool(done["all_gone"]))
