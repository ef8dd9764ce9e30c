"""What is not the code's fault is named with a remedy, and only when it is certain."""

from __future__ import annotations

import pytest

from prunella.diagnostics.environment import cause, environment
from prunella.domain import Check, CheckResult, CommandResult, Diagnostic, Ending, Severity, Verification


def ended(code: int, ending: Ending = Ending.EXITED) -> CommandResult:
    return CommandResult(code, ending, 1.0, "/log", 10)


def error(message: str) -> Diagnostic:
    return Diagnostic("src/a.ts", 1, 1, Severity.ERROR, "", message, "generic")


@pytest.mark.parametrize(
    ("code", "text", "cause_part", "remedy_part"),
    [
        (127, "> tsc\n\nsh: 1: tsc: not found", "'tsc'", "Install the repository's dependencies"),
        (127, "/bin/sh: line 1: cargo: command not found", "'cargo'", "lockfile"),
        (1, "sh: 1: next: not found\n ELIFECYCLE  Command failed.", "'next'", "pnpm install"),
        (2, "make: gcc: No such file or directory\nmake: *** [Makefile:2: all] Error 127", "'gcc'", "Install"),
        (127, "/usr/bin/env: 'node': No such file or directory", "interpreter 'node'", "Install"),
        (126, "sh: 1: ./build.sh: Permission denied", "'./build.sh'", "chmod"),
        (1, "/repo/.venv/bin/python: No module named pytest", "'pytest'", "uv sync"),
        (1, "This is not the tsc command you are looking for", "not installed", "Install"),
        (1, "npm error code ENOTFOUND\nnpm error network request failed", "registry", "network"),
        (1, "npm ERR! code ECONNREFUSED", "registry", "proxy"),
        (1, "Error: ENOSPC: no space left on device, write", "disk", "Free space"),
        (1, "OSError: [Errno 28] No space left on device", "disk", "Free space"),
        (1, "ENOSPC: System limit for number of file watchers reached", "watched", "inotify"),
        (
            134,
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            "memory",
            "NODE_OPT",
        ),
        (137, "compiling...", "killed", "memory"),
        (-9, "", "killed", "memory"),
        (1, "Error: listen EADDRINUSE: address already in use :::3000", "port", "port"),
        (1, "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "Docker", "Start"),
    ],
)
def test_a_cause_outside_the_code_is_named(code: int, text: str, cause_part: str, remedy_part: str) -> None:
    found = environment(ended(code), text)
    assert found is not None
    assert cause_part in found[0]
    assert remedy_part in found[1]


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (ended(0), "sh: 1: tsc: not found"),
        (ended(1), "src/a.ts(1,1): error TS2307: Cannot find module 'x'"),
        (ended(1), "FAIL connects\n  Error: connect ECONNREFUSED 127.0.0.1:5432"),
        (ended(1), "Error: getaddrinfo ENOTFOUND api.example.org"),
        (ended(1), "ModuleNotFoundError: No module named 'requests'"),
        (ended(1), "the page was not found"),
        (ended(1), "npm error code ELIFECYCLE"),
        (ended(127, Ending.TIMED_OUT), "sh: 1: tsc: not found"),
        (ended(-15, Ending.OUTPUT_LIMIT), "No space left on device"),
        (ended(1), ""),
    ],
)
def test_what_may_be_the_codes_fault_is_left_to_the_ladder(result: CommandResult, text: str) -> None:
    assert environment(result, text) is None


def test_an_error_in_the_code_beside_it_rules_the_environment_out() -> None:
    text = "src/a.ts:1:1: error: no\nsh: 1: eslint: not found"
    assert environment(ended(127), text, [error("no")]) is None
    assert environment(ended(137), text, [error("no")]) is None


def test_an_error_that_speaks_of_the_cause_itself_does_not() -> None:
    text = "tests/a.py:1: OSError: [Errno 28] No space left on device"
    assert environment(ended(1), text, [error("OSError: [Errno 28] No space left on device")]) is not None


def test_a_verification_is_asked_about_its_failed_check() -> None:
    failed = CheckResult(Check("build", "x"), ended(127), (), "sh: 1: x: not found")
    assert cause(Verification(0, (failed,))) is not None
    assert cause(Verification(0, (failed,)), "something else") is None
    assert cause(Verification(0, (CheckResult(Check("build", "x"), ended(0)),))) is None


NPM = """npm error Missing script: "biuld"
npm error
npm error Did you mean this?
npm error   npm run build # run the "build" package script
npm error
npm error To see a list of scripts, run:
npm error   npm run
npm error A complete log of this run can be found in: /home/me/.npm/_logs/x-debug-0.log"""


@pytest.mark.parametrize(
    ("command", "code", "text", "cause_part"),
    [
        ("npm run biuld", 1, NPM, "script 'biuld'"),
        ("npm run biuld", 1, "npm ERR! missing script: biuld", "script 'biuld'"),
        ("pnpm run biuld", 1, " ERR_PNPM_NO_SCRIPT  Missing script: biuld".strip(), "script 'biuld'"),
        ("yarn biuld", 1, 'error Command "biuld" not found.', "script 'biuld'"),
        ("npm tset", 1, 'Unknown command: "tset"', "'tset'"),
        ("pytest -q tset/", 4, "ERROR: file or directory not found: tset/\n\nno tests ran in 0.01s", "'tset/'"),
        ("pytest test_a.py::test_b", 4, "ERROR: not found: /repo/test_a.py::test_b\n(no match in any)", "test_a.py"),
        ("make chekc", 2, "make: *** No rule to make target 'chekc'.  Stop.", "target 'chekc'"),
        ("cargo tset", 101, "error: no such command: `tset`", "'tset'"),
        ("go biuld ./...", 2, "go biuld: unknown command\nRun 'go help' for usage.", "'biuld'"),
        (
            "python chekc.py",
            2,
            "python: can't open file '/repo/chekc.py': [Errno 2] No such file or directory",
            "chekc",
        ),
        ("cd nope && npm test", 2, "/bin/sh: 1: cd: can't cd to nope", "'nope'"),
        ("cd nope && npm test", 1, "bash: line 1: cd: nope: No such file or directory", "'nope'"),
        ("sh nope.sh", 2, "sh: 0: cannot open nope.sh: No such file", "nope.sh"),
    ],
)
def test_a_mistyped_command_is_told_and_a_script_that_another_one_calls_is_not(
    command: str, code: int, text: str, cause_part: str
) -> None:
    found = environment(ended(code), text, command=command)
    assert found is not None
    assert cause_part in found[0]
    assert found[1].startswith("Correct the check's command.")
    assert environment(ended(code), text, command="npm run everything") is None
    assert environment(ended(code), text, [error("no such member")], command=command) is None


def test_the_script_that_was_meant_is_named() -> None:
    found = environment(ended(1), NPM, command="npm run biuld")
    assert found is not None
    assert found[1].endswith("Did you mean build?")


@pytest.mark.parametrize(
    ("command", "code", "text"),
    [
        ("make all", 2, "make: *** No rule to make target 'src/a.c', needed by 'all'.  Stop."),
        ("make all", 2, "make[1]: *** No rule to make target 'all'.  Stop."),
        ("npm run all", 1, 'npm error Missing script: "compile"'),
    ],
)
def test_what_the_repositorys_own_scripts_get_wrong_is_left_to_the_ladder(command: str, code: int, text: str) -> None:
    assert environment(ended(code), text, command=command) is None


def test_the_remedy_names_the_repositorys_package_manager() -> None:
    found = environment(ended(127), "sh: 1: tsc: not found", paths=("package-lock.json", "src/yarn.lock", "uv.lock"))
    assert found is not None
    assert "(npm ci, uv sync)" in found[1]


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("OSError: [Errno 28] No space left on device", True),
        ("npm error code ENOTFOUND", True),
        ("ERROR: file or directory not found: tests", False),
        ("sh: 1: tsc: not found", False),
        ("JavaScript heap out of memory", False),
    ],
)
def test_after_a_fix_only_what_no_fix_can_bring_about_is_a_cause(text: str, lasting: bool) -> None:
    failed = CheckResult(Check("test", "pytest tests"), ended(1), (), text)
    assert cause(Verification(1, (failed,))) is not None
    assert (cause(Verification(1, (failed,)), repaired=True) is not None) == lasting


def test_a_killed_command_after_a_fix_may_be_the_fixs_doing() -> None:
    failed = CheckResult(Check("test", "pytest"), ended(137), (), "")
    assert cause(Verification(1, (failed,))) is not None
    assert cause(Verification(1, (failed,)), repaired=True) is None
