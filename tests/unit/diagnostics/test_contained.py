"""Failures that a strict sandbox is the reason of."""

from __future__ import annotations

import pytest

from prunella.diagnostics.environment import environment
from prunella.domain import CommandResult, Diagnostic, Ending, Severity, Walls

STRICT = Walls("/home/me/shop", network=False)
CASES = {
    "npm error code EAI_AGAIN": "network = true",
    "curl: (6) Could not resolve host: example.org": "network = true",
    "OSError: [Errno 101] Network is unreachable": "network = true",
    "Error: connect ECONNREFUSED 127.0.0.1:5432": "network = true",
    "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.": "network = true",
    "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5432)": "network = true",
    'could not connect: connection to server at "db", port 5432 failed: Connection refused': "network = true",
    "fatal: Unable to create '/home/me/shop/.git/index.lock': Read-only file system": "sandbox.write",
    "Error: EROFS: read-only file system, open '/data/out.txt'": "sandbox.write",
    "cat: /home/me/.netrc: No such file or directory": "sandbox.read",
}


def told(text: str, walls: Walls | None, errors: tuple[Diagnostic, ...] = ()) -> tuple[str, str] | None:
    return environment(CommandResult(1, Ending.EXITED, 1.0, "/log", 10, walls), text, errors)


@pytest.mark.parametrize("text", CASES)
def test_the_remedy_names_the_option_that_opens_the_walls(text: str) -> None:
    found = told(text, STRICT)
    assert found
    assert "sandbox" in found[0]
    assert CASES[text] in found[1]


@pytest.mark.parametrize("text", CASES)
def test_without_walls_the_sandbox_is_not_the_reason(text: str) -> None:
    found = told(text, None)
    assert found is None or "sandbox" not in found[0]


def test_with_the_network_it_is_not_the_walls_that_keep_it_away() -> None:
    found = told("npm error code EAI_AGAIN", Walls("/home/me/shop", network=True))
    assert found is None or "sandbox" not in found[0]


def test_a_missing_file_of_the_repository_is_the_codes() -> None:
    assert told("cat: /home/me/shop/a.txt: No such file or directory", STRICT) is None


def test_an_error_in_the_code_beside_it_rules_it_out() -> None:
    error = Diagnostic("a.ts", 1, 1, Severity.ERROR, "TS2339", "Property 'x' does not exist", "tsc")
    assert told("npm error code EAI_AGAIN", STRICT, (error,)) is None


@pytest.mark.parametrize("ending", [Ending.MEMORY_LIMIT, Ending.PROCESS_LIMIT, Ending.DISK_LIMIT])
def test_a_limit_names_the_option_that_raises_it_unless_code_is_to_blame(ending: Ending) -> None:
    found = environment(CommandResult(-9, ending, 1.0, "/log", 10), "", ())
    assert found
    assert "raise sandbox." in found[1]
    error = Diagnostic("a.py", 1, 1, Severity.ERROR, "", "AssertionError: 1 == 2", "pytest")
    assert environment(CommandResult(-9, ending, 1.0, "/log", 10), "", (error,)) is None


def test_packages_behind_a_link_that_leads_out_are_not_missing_from_the_code() -> None:
    walls = Walls("/home/me/shop", network=False, links=("node_modules",))
    missing = Diagnostic("src/a.ts", 1, 8, Severity.ERROR, "TS2307", "Cannot find module 'zod'.", "tsc")
    said = "src/a.ts(1,8): error TS2307: Cannot find module 'zod'."
    found = told(said, walls, (missing,))
    assert found
    assert "node_modules is a link that leads out of the repository" in found[0]
    assert "sandbox.read" in found[1]
    assert told("sh: 1: tsc: not found", walls)
    assert told("src/a.ts(1,8): error TS2339: Property 'x' does not exist on type 'A'.", walls) is None


def test_the_code_s_own_server_that_did_not_start_is_the_code_s() -> None:
    assert told("Error: connect ECONNREFUSED 127.0.0.1:3000", STRICT) is None
