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
