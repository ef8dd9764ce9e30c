"""Shells, docker, Terraform, PHP and Ruby: what a fixture of one real log cannot show."""

from __future__ import annotations

import pytest

from prunella.diagnostics import docker, php, reports, ruby, shell, terraform
from prunella.domain import Severity


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run.sh: line 3: foo: command not found", ("run.sh", 3, "foo: command not found")),
        (
            "./run.sh: line 9: unexpected EOF while looking for matching `\"'",
            ("./run.sh", 9, "unexpected EOF while looking for matching `\"'"),
        ),
        ("/bin/sh: 1: tsc: not found", ("", 0, "tsc: not found")),
        ("bash: line 1: tsc: command not found", ("", 0, "tsc: command not found")),
        ('a.sh: 3: Syntax error: "fi" unexpected', ("a.sh", 3, 'Syntax error: "fi" unexpected')),
        ("a.zsh:3: parse error near `fi'", ("a.zsh", 3, "parse error near `fi'")),
    ],
)
def test_what_shells_say(line: str, expected: tuple[str, int, str]) -> None:
    (found,) = shell.parse(line)
    assert (found.file, found.line, found.message) == expected


@pytest.mark.parametrize("line", ["Chapter: line 3: the end", "10: 30: lunch", 'File "a.py", line 3: x'])
def test_what_only_looks_like_it(line: str) -> None:
    assert shell.parse(line) == ()


def test_the_step_that_failed_is_told_once_and_at_its_line() -> None:
    log = """------
 > [2/3] RUN make:
------
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
"""
    (found,) = docker.parse(log)
    assert found.message == 'failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2'


def test_an_old_frameless_error_of_terraform() -> None:
    log = """Error: Reference to undeclared resource

  on main.tf line 4, in output "x":
   4:   value = a.b

No such resource.
"""
    (found,) = terraform.parse(log)
    assert (found.file, found.line) == ("main.tf", 4)
    assert found.message == "Reference to undeclared resource\nNo such resource."


def test_php_says_it_on_both_streams() -> None:
    words = 'Parse error:  syntax error, unexpected token ";" in /repo/a.php on line 3'
    first, second = php.parse(f"PHP {words}\n{words}")
    assert first == second
    assert (first.file, first.line) == ("/repo/a.php", 3)


def test_offenses_in_files_without_an_ending() -> None:
    (found,) = ruby.parse("bin/rake:3:25: W: Lint/UselessAssignment: Useless assignment to variable - `x`.")
    assert (found.file, found.line, found.column, found.code) == ("bin/rake", 3, 25, "Lint/UselessAssignment")
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize(
    "text", ['{"runs": 3}', '[{"kind": 1, "level": 2}]', '{"Issues": [{"Pos": []}]}', '{"runs": [{"tool": null}]}']
)
def test_a_report_of_another_shape_is_left_alone(text: str) -> None:
    assert reports.parse(text) == ()
