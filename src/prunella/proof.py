"""What green checks prove. That it builds is not that it works: of fixes that compile, many fail the tests (36 % in one
study of compilation repairs), so a task whose checks ran no test is never called fixed where there are tests."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from prunella.domain import Check, CheckResult, Verification
from prunella.guard.kinds import kinds_of
from prunella.ports import Files

READ_AT_MOST = 1 << 20
"""Bytes of the end of a check's output in which a test runner's count is looked for."""

RAN = (
    r"\b[1-9]\d* (?:tests? )?(?:passed|passing|pass)\b"  # pytest, mocha, playwright, bun, deno, ava, behave
    r"|^Ran [1-9]\d* tests?\b"  # unittest
    r"|^\s*Tests:?\s.*\b[1-9]\d* passed"  # jest, vitest
    r"|^(?:# pass|\S* ?pass) [1-9]\d*\s*$"  # node:test, tap
    r"|^test result: ok\. [1-9]\d* passed|\b[1-9]\d* tests? run: [1-9]"  # cargo, nextest
    r"|^ok\s+\S+\s+(?:\(cached\)|[\d.]+s)(?!.*\[no tests to run\])"  # go
    r"|\bTests run: [1-9]\d*, Failures: 0"  # Maven's surefire
    r"|^> Task \S*:(?:\w*[tT]est)\s*$"  # Gradle
    r"|\btests passed, 0 tests failed out of [1-9]|\[  PASSED  \] [1-9]\d* tests?"  # CTest, GoogleTest
    r"|^(?:# PASS: +|Ok: +)[1-9]\d*|^All [1-9]?\d*.*\btests? passed\b|^All tests passed\b"  # automake, meson, Catch2
    r"|\b[1-9]\d* (?:examples?|tests?|runs?|scenarios?), (?:\d+ assertions?, )?0 failures"  # RSpec, ExUnit, minitest
    r"|^OK \([1-9]\d* tests?\b|^Passed!\s+- Failed:\s+0, Passed:\s+[1-9]|^\s+Passed: +[1-9]"  # PHPUnit, dotnet
    r"|\bExecuted [1-9]\d* tests?, with 0 failures|All specs passed!"  # XCTest, Cypress
    r"|^(?:not )?ok [1-9]\d*\b"  # TAP
)
"""What test runners say of tests that ran and passed, one of these in a line of the output."""

NONE_RAN = (
    r"(?i)\bno tests? (?:ran|found|to run|specified|were|files? found|collected)|\b0 (?:tests? )?(?:passed|passing)\b"
    r"|\bRan 0 tests|\brunning 0 tests|\[no test files\]|\bNo test files found|\bTests run: 0,"
)
TEST_WORDS = (
    r"\b(e2e|tests?|testing|pytest|nextest|unittest|jest|vitest|mocha|ava|karma|cypress|playwright"
    r"|tox|nox|nosetests|ctest|gtest|rspec|minitest|phpunit|specs?)\b"
)
"""Words in a check's name or command that say it runs tests."""

MAY_BE_TEST = r"(?i)test|spec|e2e|cypress|\.cy\.|IT\."
"""What every name of a test holds; the closer look is taken at these alone."""

_SCRIPT = r"\b(?:npm|pnpm|yarn|bun)(?:\s+run)?\s+([\w:.-]+)"
_NO_TESTS = frozenset({"conftest.py", "__init__.py"})
_CASES = ("#[test]", "#[tokio::test]")
"""Where Rust keeps tests within the code."""


def untested(verification: Verification, files: Files) -> str:
    """Why a green verification does not prove that the code works: the repository has tests, and no check ran one.

    Returns:
        "" when tests ran, or there are none.
    """
    if any(ran_tests(result, files) for result in verification.results):
        return ""
    found = files_of_tests(files)
    if not found:
        return ""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"the tests ({found[0]}{more}) were not run: no check runs them"


def ran_tests(result: CheckResult, files: Files) -> bool:
    """Whether a check that passed ran tests: its output counts some, or it is called a test and does not deny it."""
    said = _end_of(result.result.log_path)
    if any(re.search(RAN, line) for line in said):
        return True
    if any(re.search(NONE_RAN, line) for line in said):
        return False
    return runs_tests(result.check, files)


def runs_tests(check: Check, files: Files | None = None) -> bool:
    """Whether a check looks as if it runs tests. A script of package.json is what it runs, not what it is called."""
    commands = list(_commands(check, files)) if files else [check.command]
    if not commands:
        return False
    name = check.name if commands == [check.command] else ""
    return any(
        re.search(TEST_WORDS, f"{name} {command}", re.IGNORECASE) or _names_test(command) for command in commands
    )


def _names_test(command: str) -> bool:
    """Whether a word of a command is a test file (``python test_shop.py``)."""
    return any("test" in kinds_of(word.strip("\"'")) for word in command.split() if "." in word)


def files_of_tests(files: Files) -> tuple[str, ...]:
    """Files with tests in them, by the names that test runners go by; in Rust, by what is in them."""
    paths = files.paths()
    named = tuple(path for path in paths if re.search(MAY_BE_TEST, path) and _is_test(path))
    if named or not any(path.endswith(".rs") for path in paths):
        return named
    return tuple(dict.fromkeys(hit.path for hit in files.search_any(_CASES, limit=20) if hit.path.endswith(".rs")))


def _is_test(path: str) -> bool:
    kinds = kinds_of(path)
    code = kinds - {"test", "config", "lint", "script", "snapshot", "yaml", "shell"}
    return "test" in kinds and bool(code) and posixpath.basename(path) not in _NO_TESTS


def _commands(check: Check, files: Files) -> Iterator[str]:
    """What a check's command comes down to: scripts of package.json by their texts, each once."""
    scripts = _scripts(posixpath.join(check.folder, "package.json"), files)
    waiting, seen = [check.command], set[str]()
    while waiting:
        command = waiting.pop()
        # What stands beside a script that is looked into counts as well, the script's name does not.
        own = re.sub(_SCRIPT, lambda call: "" if call[1] in scripts else call[0], command)
        if own.strip():
            yield own
        inner = {name: None for name in re.findall(_SCRIPT, command) if name in scripts and name not in seen}
        seen.update(inner)
        waiting += [scripts[name] for name in inner]


def _scripts(path: str, files: Files) -> dict[str, str]:
    try:
        scripts = json.loads(files.read(path) or b"{}").get("scripts")
    except (ValueError, AttributeError, RecursionError):
        return {}
    if not isinstance(scripts, dict):
        return {}
    return {name: command for name, command in scripts.items() if isinstance(command, str)}


def _end_of(log: str) -> list[str]:
    """The last lines of a log without colours; [] when it is not there any more."""
    try:
        with Path(log).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - READ_AT_MOST))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line[:500] for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()]
