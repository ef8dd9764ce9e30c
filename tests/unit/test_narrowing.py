"""A test command is cut down only where that takes no guess."""

from __future__ import annotations

import pytest

from builders import DictFiles
from prunella.domain import Check, CheckResult, CommandResult, Diagnostic, Ending, Location, Severity
from prunella.narrowing import narrowed

PACKAGE = '{"scripts": {"test": "vitest run", "cover": "vitest run && nyc", "odd": 3}}'


def failed(command: str, *errors: Diagnostic, folder: str = "") -> CheckResult:
    check = Check("test", command, folder=folder)
    return CheckResult(check, CommandResult(1, Ending.EXITED, 9.0, "/log", 10), errors)


def failure(file: str, source: str = "pytest", related: tuple[str, ...] = ()) -> Diagnostic:
    places = tuple(Location(path, 1) for path in related)
    return Diagnostic(file, 3, 0, Severity.ERROR, "AssertionError", "no", source, places)


@pytest.mark.parametrize(
    ("command", "narrow"),
    [
        ("pytest", "pytest tests/test_a.py"),
        ("pytest -q -n 4", "pytest -q -n 4 tests/test_a.py"),
        (".venv/bin/python -m pytest -q --tb=short", ".venv/bin/python -m pytest -q --tb=short tests/test_a.py"),
        ("uv run pytest -x", "uv run pytest -x tests/test_a.py"),
    ],
)
def test_a_plain_call_gets_the_failed_tests_files(command: str, narrow: str) -> None:
    check = narrowed(failed(command, failure("tests/test_a.py")), DictFiles())

    assert check is not None
    assert check.command == narrow
    assert check.name == "test-quick"


@pytest.mark.parametrize(
    "command",
    [
        "pytest tests/unit",
        "pytest -k fast",
        "pytest -m 'not slow'",
        "pytest && ruff check",
        "make test",
        "tox",
        "pytest; true",
    ],
)
def test_any_other_command_is_run_whole(command: str) -> None:
    assert narrowed(failed(command, failure("tests/test_a.py")), DictFiles()) is None


@pytest.mark.parametrize(
    ("command", "narrow"),
    [
        ("npm test", "npm test -- src/a.test.ts"),
        ("npm run test", "npm run test -- src/a.test.ts"),
        ("pnpm test", "pnpm test src/a.test.ts"),
        ("npm run cover", None),
        ("npm run odd", None),
        ("npm run none", None),
    ],
)
def test_a_script_that_is_the_runner_itself(command: str, narrow: str | None) -> None:
    files = DictFiles.of({"package.json": PACKAGE})

    check = narrowed(failed(command, failure("src/a.test.ts", "vitest")), files)

    assert (check.command if check else None) == narrow


def test_the_place_may_be_the_code_when_the_test_is_beside_it() -> None:
    found = narrowed(failed("pytest", failure("src/calc.py", related=("src/x.py", "tests/test_calc.py"))), DictFiles())

    assert found is not None
    assert found.command == "pytest tests/test_calc.py"


def test_paths_are_as_seen_from_the_checks_folder_and_quoted() -> None:
    found = narrowed(failed("pytest", failure("web/tests/test_a b.py"), folder="web"), DictFiles())

    assert found is not None
    assert found.command == "pytest 'tests/test_a b.py'"


def test_a_failure_whose_test_is_not_known_asks_for_the_whole_run() -> None:
    assert narrowed(failed("pytest", failure("src/calc.py")), DictFiles()) is None
    assert narrowed(failed("pytest", failure("tests/test_a.py", "generic")), DictFiles()) is None
    assert narrowed(failed("pytest"), DictFiles()) is None


def test_a_broken_manifest_is_no_reason_to_stop() -> None:
    files = DictFiles.of({"package.json": "{"})
    assert narrowed(failed("npm test", failure("src/a.test.ts", "vitest")), files) is None


def test_jest_is_told_that_names_are_no_patterns() -> None:
    files = DictFiles.of({"package.json": '{"scripts": {"test": "jest --ci"}}'})
    named = failure("app/[id].test.ts", "jest")

    script, direct = narrowed(failed("npm test", named), files), narrowed(failed("npx jest", named), files)

    assert script is not None
    assert script.command == "npm test -- --runTestsByPath 'app/[id].test.ts'"
    assert direct is not None
    assert direct.command == "npx jest --runTestsByPath 'app/[id].test.ts'"
