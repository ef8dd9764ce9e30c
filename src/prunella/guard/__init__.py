"""The guard: a deterministic judge of a fix. It reads what would change, never what a model says about it.

A fix is rejected when it reaches for what it must not touch (names that lead out of the repository, the checks and
what they run), and suspicious when it may make a check pass without repairing anything; then a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from prunella.changes import FileChange, Finding, Fix, Judgement, Tuning, Verdict
from prunella.domain import Diagnostic, Severity, Task, Verification
from prunella.guard.catalog import ENTRIES
from prunella.guard.paths import containment
from prunella.guard.touched import touched
from prunella.guard.tuning import settled
from prunella.guard.view import Failing, View, nothing
from prunella.ports import Files

NO_RUNNERS = frozenset(
    (
        *("tsc", "typescript", "vue-tsc", "svelte-check", "rustc", "cargo", "clippy", "javac", "mypy", "pyright"),
        *("basedpyright", "go", "govet", "vet", "go vet", "go-vet", "gcc", "g++", "clang", "clang++", "gnu", "msvc"),
        *("cc", "kotlinc", "maven", "gradle", "swiftc", "eslint", "ruff", "flake8", "pylint", "biome", "prettier"),
        *("black", "isort", "tslint", "golangci-lint", "staticcheck", "checkstyle", "ld", "linker", "esbuild", "swc"),
        *("babel", "vite", "webpack"),
    )
)
"""Tools that run no tests."""

NOT_LOADED = re.compile(
    r"ModuleNotFoundError|ImportError|Cannot find (?:module|package)|Cannot resolve|Failed to resolve import"
    r"|SyntaxError|IndentationError|NameError|ReferenceError|fixture '[^']*' not found|is not exported|cannot import"
    r"|\[build failed\]|undefined: \w"
)
ASSERTED = re.compile(r"Assertion|assertion .{0,200}failed|\bpanicked|expected:\s?<")

MOST_TEXT = 100_000
"""Characters of errors and output that rules may look at."""


def check(
    fix: Fix,
    task: Task,
    baseline: Verification | None,
    paths: Collection[str] = (),
    read: Callable[[str], bytes | None] = nothing,
    tuning: Tuning = Tuning(),  # noqa: B008 - a frozen value
) -> Verdict:
    """Judge a fix against the task's start.

    When an error of ``baseline`` names a test or configuration file, that file is what is to be repaired, so what is
    found there weighs one step less; not so for skipping, deleting and silencing. What is then allowed stays among the
    findings and says why.

    Args:
        baseline: the failed checks that the fix is for; None = nobody said what failed.
        paths, read: the repository's files, with or without the fix: those of the fix are taken from its changes.
    """
    before = {change.path: change.before for change in fix.changes}
    failing = told_by(baseline, paths) if baseline else Failing()
    view = View(touched(fix), task, failing, _paths(paths, fix.changes), _reader(read, before), tuning)
    found = [(finding, False) for finding in containment(fix)]
    for judge in ENTRIES:
        found += judge(view)
    return Verdict(tuple(sorted(settled(found, failing.files, tuning), key=_order)))


def check_in(
    files: Files,
    fix: Fix,
    task: Task,
    baseline: Verification | None,
    tuning: Tuning = Tuning(),  # noqa: B008
) -> Verdict:
    """Judge a fix to a checkout's files, of which what is installed may be looked at too."""
    return check(fix, task, baseline, files.paths(), lambda path: files.read(path) or files.installed(path), tuning)


def joined(verdict: Verdict, found: Collection[Finding]) -> Verdict:
    """A verdict with what else was found, the worst first."""
    return Verdict(tuple(sorted((*verdict.findings, *found), key=_order))) if found else verdict


def told_by(baseline: Verification, paths: Collection[str]) -> Failing:
    """What a failed verification tells. A tool in a package's folder names files from there, so a path of which the
    repository has only one that ends like it is that one."""
    errors = [found for found in baseline.diagnostics if found.severity is Severity.ERROR]
    known = frozenset(paths) if errors else frozenset()
    named = frozenset(_meant(file, known) for file in {error.file for error in errors} if file)
    parts: list[str] = []
    left = MOST_TEXT
    for text in (*(error.message for error in errors), *(result.tail for result in baseline.results)):
        parts.append(text[-left:])
        left -= len(parts[-1])
        if left <= 0:
            break
    asserted = frozenset(_meant(error.file, known) for error in errors if error.file and _asserts(error))
    return Failing(known=True, files=named, text="\n".join(parts), unasserted=named - asserted)


def _asserts(error: Diagnostic) -> bool:
    """Whether an error is, or may be, an assertion that failed: a compiler's or a linter's is none, nor is that a test
    cannot be loaded."""
    if NOT_LOADED.search(error.message[:2_000]):
        return False
    return error.source.casefold() not in NO_RUNNERS or bool(ASSERTED.search(error.message[:2_000]))


def _meant(file: str, paths: frozenset[str]) -> str:
    """The file itself, or the only one of the repository whose path ends with it."""
    inner = file
    while inner not in paths and inner.startswith("../"):
        inner = inner[3:]
    if inner in paths or not inner:
        return inner
    longer = [path for path in paths if path.endswith(f"/{inner}")]
    return longer[0] if len(longer) == 1 else file


def _paths(paths: Collection[str], changes: tuple[FileChange, ...]) -> Collection[str]:
    """The repository's paths before the fix, whether it has been applied or not."""
    new = {change.path for change in changes if change.before is None}
    gone = {change.path for change in changes if change.after is None} - new
    return (frozenset(paths) - new) | gone if paths and (new or gone) else paths


def _reader(read: Callable[[str], bytes | None], before: dict[str, bytes | None]) -> Callable[[str], bytes | None]:
    return lambda path: before[path] if path in before else read(path)


def _order(finding: Finding) -> tuple[int, str, int, str]:
    worst_first = (Judgement.REJECT, Judgement.SUSPICIOUS, Judgement.ALLOW)
    return worst_first.index(finding.judgement), finding.path, finding.line, finding.rule
