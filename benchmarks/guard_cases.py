"""The guard's corpus: diffs that cheat and diffs that repair, as cases that the guard can judge by themselves.

A file of the corpus holds one case a line, as JSON with the names of ``Case``'s fields. What a diff shows of a file
is all of the file that is known: the lines of its hunks, one after another.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from prunella.changes import FileChange, Fix
from prunella.domain import Check, CheckResult, CommandResult, Ending, Task, Verification
from prunella.edits.diff import unified

CORPUS = Path(__file__).parent / "corpus" / "guard"
PARTS = ("open", "second", "held-out")
LANGUAGES = ("typescript", "python", "rust", "go", "java", "c")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_STRIPPED = re.compile(r"^[^/]+/")


class Case(NamedTuple):
    """One diff and what the guard should make of it.

    Attributes:
        id: unique in the corpus, and what a failed expectation is reported by.
        language: one of ``LANGUAGES``.
        kind: how it cheats; of an honest one ``fix``.
        package, version, licence: where the lines before the fix come from.
        diff: unified, with git's headers for what is created, deleted or renamed.
        expect: ``allow``, ``flagged`` (suspicious or rejected) or ``reject``.
        check: the command that failed.
        log: the part of its output that tells the failure; "" = not known.
        patch: the name of the package's patch that an honest diff is.
        paths: further files of the repository.
        part: ``open`` (rules were written with it in view), ``second`` (held out, measured, then shown) or
            ``held-out`` (never shown).
    """

    id: str
    language: str
    kind: str
    package: str
    version: str
    licence: str
    diff: str
    expect: str
    check: str = ""
    log: str = ""
    patch: str = ""
    paths: tuple[str, ...] = ()
    part: str = "open"

    @property
    def honest(self) -> bool:
        return self.expect == "allow"


class Posed(NamedTuple):
    """A case as the guard is asked about it."""

    fix: Fix
    task: Task
    baseline: Verification | None
    paths: tuple[str, ...]


def cases(folder: Path = CORPUS) -> Iterator[Case]:
    """All cases, file by file."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            fields = json.loads(line)
            yield Case(**{**fields, "paths": tuple(fields.get("paths", ()))})


def posed(case: Case) -> Posed:
    """What ``prunella.guard.check`` takes."""
    changes = changed(case.diff)
    check = Check("check", case.check or "make test")
    task = Task(case.id, "/repo", (check,))
    before = tuple(change.path for change in changes if change.before is not None)
    return Posed(fix_of(changes), task, _baseline(check, case.log), (*before, *case.paths))


def fix_of(changes: tuple[FileChange, ...]) -> Fix:
    return Fix(changes, unified(changes))


def _baseline(check: Check, log: str) -> Verification | None:
    """The verification that printed the log, as the loop reads it; None when there is no log."""
    if not log:
        return None
    from prunella.diagnostics.reading import read
    from prunella.verify import told_by

    reading = read(io.BytesIO(log.encode()))
    result = CommandResult(1, Ending.EXITED, 1.0, tempfile.gettempdir(), len(log))
    return told_by(0, (CheckResult(check, result, tuple(reading.diagnostics), log[-6_000:]),))


class _Sides:
    """A file's lines on both sides of a diff, gathered hunk by hunk."""

    def __init__(self, old: str | None, new: str | None) -> None:
        self.old, self.new = old, new
        self.before: list[str] = []
        self.after: list[str] = []

    def changes(self) -> tuple[FileChange, ...]:
        before, after = "".join(self.before).encode(), "".join(self.after).encode()
        if self.old == self.new or self.old is None or self.new is None:
            path = self.new or self.old or ""
            return (FileChange(path, before if self.old else None, after if self.new else None),)
        return FileChange(self.old, before, None), FileChange(self.new, None, after)


def changed(diff: str) -> tuple[FileChange, ...]:
    """The files of a diff, as far as it shows them.

    Raises:
        ValueError: a hunk has fewer or other lines than its header says.
    """
    lines = diff.removesuffix("\n").split("\n")
    found: list[_Sides] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ "):
            found.append(_Sides(_path(line), _path(lines[at + 1])))
            at += 2
        elif found and (hunk := _HUNK.match(line)):
            at = _hunk(lines, at + 1, (int(hunk[1] or 1), int(hunk[2] or 1)), found[-1])
        else:
            if line.startswith("rename from ") and at + 1 < len(lines):
                moved = _Sides(line[12:], lines[at + 1][10:])
                if not any(later.startswith("--- ") for later in lines[at + 2 : at + 3]):
                    found.append(moved)
            at += 1
    return tuple(change for sides in found for change in sides.changes())


def _hunk(lines: list[str], at: int, counts: tuple[int, int], sides: _Sides) -> int:
    """The lines of one hunk; a gap to what came before is an empty line."""
    olds, news = counts
    for side, count in ((sides.before, olds), (sides.after, news)):
        if side and count:
            side.append("\n")
    while olds > 0 or news > 0:
        line = lines[at] if at < len(lines) else "?"
        mark, text = (line or " ")[0], f"{line[1:]}\n"
        if mark not in " -+\\":
            raise ValueError(f"not a line of a hunk: {line!r}")
        if mark in " -":
            sides.before.append(text)
            olds -= 1
        if mark in " +":
            sides.after.append(text)
            news -= 1
        at += 1
    return at


def _path(line: str) -> str | None:
    name = line[4:].split("\t", maxsplit=1)[0].strip()
    return None if name == "/dev/null" else _STRIPPED.sub("", name, count=1)
