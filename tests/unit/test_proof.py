"""What green checks prove: whether tests ran, by what runners print and by what commands are."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from builders import DictFiles
from prunella.domain import Check, CheckResult, CommandResult, Ending, Verification
from prunella.proof import files_of_tests, ran_tests, runs_tests, untested

RAN = {
    "pytest": "....\n4 passed in 0.02s\n",
    "pytest with more": "============ 3 passed, 1 skipped, 2 warnings in 1.20s ============\n",
    "unittest": "...\n----\nRan 3 tests in 0.001s\n\nOK\n",
    "jest": "Test Suites: 1 passed, 1 total\nTests:       2 skipped, 7 passed, 9 total\n",
    "vitest in colours": "\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m5 passed\x1b[39m\x1b[22m\x1b[90m (5)\x1b[39m\n",
    "mocha": "\n  12 passing (31ms)\n",
    "node:test": "ℹ tests 2\nℹ pass 2\nℹ fail 0\n",
    "tap": "TAP version 13\nok 1 - adds\n1..1\n",
    "cargo": "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored\n",
    "go": "ok  \texample.org/shop\t0.004s\n",
    "go from its cache": "ok  \texample.org/shop\t(cached)\n",
    "maven": "[INFO] Tests run: 6, Failures: 0, Errors: 0, Skipped: 0\n",
    "gradle": "> Task :compileJava\n> Task :test\n\nBUILD SUCCESSFUL in 2s\n",
    "ctest": "100% tests passed, 0 tests failed out of 4\n",
    "googletest": "[  PASSED  ] 9 tests.\n",
    "automake": "# TOTAL: 3\n# PASS:  3\n",
    "meson": "Ok:                 7   \n",
    "rspec": "5 examples, 0 failures\n",
    "minitest": "3 runs, 6 assertions, 0 failures, 0 errors, 0 skips\n",
    "phpunit": "OK (8 tests, 12 assertions)\n",
    "dotnet": "Passed!  - Failed:     0, Passed:     4, Skipped:     0, Total:     4\n",
}
NONE = {
    "a compiler": "vite v7 building for production...\n✓ 34 modules transformed.\n",
    "cargo without tests": "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored\n",
    "go without test files": "?   \texample.org/shop\t[no test files]\n",
    "go with nothing to run": "ok  \texample.org/shop\t0.002s [no tests to run]\n",
    "jest that found none": "No tests found, exiting with code 0\n",
    "gradle without sources": "> Task :test NO-SOURCE\n\nBUILD SUCCESSFUL\n",
    "words about passing": "lint passed\nall 3 files passed the check\n",
}
WITH_TESTS = DictFiles.of({"src/hero.ts": "", "tests/hero.test.ts": "", "tests/villain.test.ts": ""})


def green(said: str, tmp_path: Path, command: str = "make all", name: str = "all") -> CheckResult:
    log = tmp_path / "log"
    log.write_text(said)
    return CheckResult(Check(name, command), CommandResult(0, Ending.EXITED, 1.0, str(log), len(said)))


@pytest.mark.parametrize("runner", RAN)
def test_a_runner_s_count_says_that_tests_ran(runner: str, tmp_path: Path) -> None:
    assert ran_tests(green(RAN[runner], tmp_path), WITH_TESTS)


@pytest.mark.parametrize("runner", NONE)
def test_nothing_else_does(runner: str, tmp_path: Path) -> None:
    assert not ran_tests(green(NONE[runner], tmp_path), WITH_TESTS)


def test_a_test_command_that_ran_none_proves_nothing(tmp_path: Path) -> None:
    assert not ran_tests(green(NONE["cargo without tests"], tmp_path, "cargo test", "test"), WITH_TESTS)


def test_a_quiet_test_command_is_believed(tmp_path: Path) -> None:
    assert ran_tests(green("", tmp_path, "./run-tests.sh --quiet"), WITH_TESTS)
    assert not ran_tests(green("", tmp_path, "npm run build"), WITH_TESTS)


@pytest.mark.parametrize(
    ("check", "tests"),
    [
        (Check("test", "make"), True),
        (Check("x", "npm run test:unit"), True),
        (Check("x", "python -m pytest -q"), True),
        (Check("x", "python3 test_shop.py"), True),
        (Check("x", "cargo nextest run"), True),
        (Check("build", "npm run build"), False),
        (Check("x", "latest --contest"), False),
    ],
)
def test_checks_that_look_like_tests(check: Check, tests: bool) -> None:
    assert runs_tests(check) is tests


def test_a_script_is_what_it_runs_and_not_what_it_is_called() -> None:
    manifest = '{"scripts": {"test": "tsc --noEmit", "verify": "npm run types && npm run unit", "unit": "vitest run"}}'
    files = DictFiles.of({"package.json": manifest})
    assert not runs_tests(Check("test", "npm test"), files)
    assert runs_tests(Check("all", "npm run verify"), files)
    assert not runs_tests(Check("loop", "npm run a"), DictFiles.of({"package.json": '{"scripts": {"a": "npm run a"}}'}))
    assert runs_tests(Check("test", "npm test"), DictFiles.of({"package.json": "{"})), "what cannot be read is as named"


@pytest.mark.parametrize(
    ("command", "tests"),
    [
        ("npm run build && node --test", True),
        ("python -m pytest -q && npm run build", True),
        ("npm run test && true", False),
        ("npm run build && npm run test", False),
        ("npm run build; npm run missing:test", True),
    ],
)
def test_what_stands_beside_a_script_counts(command: str, tests: bool) -> None:
    files = DictFiles.of({"package.json": '{"scripts": {"build": "tsc", "test": "tsc --noEmit"}}'})
    assert runs_tests(Check("all", command), files) is tests


def test_scripts_that_call_each_other_over_and_over_are_read_once() -> None:
    scripts = dict.fromkeys("ab", "npm run a; npm run b; " * 2_000)
    before = time.process_time()
    assert not runs_tests(Check("x", "npm run a"), DictFiles.of({"package.json": json.dumps({"scripts": scripts})}))
    assert time.process_time() - before < 5


def test_the_tests_of_a_repository_are_found_by_name_or_in_rust_by_what_is_in_them() -> None:
    assert files_of_tests(WITH_TESTS) == ("tests/hero.test.ts", "tests/villain.test.ts")
    assert files_of_tests(DictFiles.of({"conftest.py": "", "tests/data.json": "{}", "src/latest.py": ""})) == ()
    assert files_of_tests(DictFiles.of({"src/lib.rs": "#[test]\nfn adds() {}\n"})) == ("src/lib.rs",)


def test_what_was_not_proven_is_said_with_a_test_s_name(tmp_path: Path) -> None:
    built = Verification(1, (green(NONE["a compiler"], tmp_path, "npm run build", "build"),))
    said = untested(built, WITH_TESTS)
    assert said == "the tests (tests/hero.test.ts and 1 more) were not run: no check runs them"
    assert untested(built, DictFiles.of({"src/hero.ts": ""})) == "", "there is nothing more to prove"
    tested = Verification(1, (*built.results, green(RAN["jest"], tmp_path, "npm test", "test")))
    assert untested(tested, WITH_TESTS) == ""
