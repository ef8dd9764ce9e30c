"""What the reports of test runners and package managers hold besides failures is not read as one."""

from __future__ import annotations

import pytest

from prunella.diagnostics.registry import TOOLCHAINS, parse_all
from prunella.domain import Severity

JEST = """FAIL src/hero.test.js (5.1 s)
  ● Console

    console.error
      Error: logged only
          at Object.<anonymous> (src/hero.test.js:4:5)

  ● adds

    TypeError: power is not a function

      at add (node_modules/lib/a.js:1:1)
      at Object.<anonymous> (src/hero.test.js:9:5)

Test Suites: 1 failed, 1 total
"""


def test_what_a_test_logged_is_no_failure() -> None:
    (only,) = parse_all(JEST)
    assert (only.file, only.line, only.column, only.code) == ("src/hero.test.js", 9, 5, "TypeError")
    assert (only.read_from, only.read_to) == (8, 13)


VITEST = """ RUN  v3.2.4 /repo

stderr | a.test.ts > logs
Error: logged only
    at a.test.ts:50:88

 FAIL  a.test.ts > one
 FAIL  a.test.ts > two
AssertionError: expected 1 to be 2
 ❯ a.test.ts:3:39

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/2]⎯

   Duration  237ms
"""


def test_tests_that_share_an_error_are_told_apart() -> None:
    assert [(found.line, found.message) for found in parse_all(VITEST)] == [
        (3, "one: AssertionError: expected 1 to be 2"),
        (3, "two: AssertionError: expected 1 to be 2"),
    ]


UNITTEST = f"""{"=" * 70}
ERROR: test_syn (unittest.loader._FailedTest.test_syn)
{"-" * 70}
Traceback (most recent call last):
  File "/repo/test_syn.py", line 1
    def f(:
SyntaxError: invalid syntax


{"=" * 70}
ERROR: test_chain (a.T.test_chain)
{"-" * 70}
Traceback (most recent call last):
  File "/repo/a.py", line 18, in test_chain
KeyError: 'x'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/repo/a.py", line 20, in test_chain
RuntimeError: outer
"""


def test_an_error_is_not_taken_for_the_cause_of_the_next_tests() -> None:
    first, second = parse_all(UNITTEST)
    assert (first.file, first.code) == ("/repo/test_syn.py", "SyntaxError")
    assert (second.line, second.related[0].line) == (20, 18)


def test_a_script_that_failed_is_told_only_where_nothing_else_is() -> None:
    ended = "npm error code 1\nnpm error path /repo\nnpm error command failed\n"
    (alone,) = parse_all(ended)
    assert (alone.source, alone.severity) == ("npm", Severity.ERROR)
    assert [found.source for found in parse_all(f"src/a.ts(3,5): error TS2339: no x\n{ended}")] == ["tsc"]


def test_columns_are_counted_from_one_whatever_the_tool_does() -> None:
    (pylint,) = parse_all("a.py:1:0: C0114: Missing module docstring (missing-module-docstring)\n")
    (mypy,) = parse_all(
        '{"file": "a.py", "line": 2, "column": 0, "end_line": 2, "end_column": 1, "message": "m", "hint": null, '
        '"code": "misc", "severity": "error"}\n'
    )
    assert (pylint.column, mypy.column) == (1, 1)


@pytest.mark.parametrize("name", ["npm", "pip", "jest", "mocha", "tap", "playwright", "node_test", "vitest"])
@pytest.mark.parametrize(
    "text", ["npm exec x\nnpm E\nnpm error", "not ok\n  ---", "  ● a\nFAIL " + " " * 3_000, "  1) \n 1 failing\n  1) x"]
)
def test_half_a_report_ends_the_reading(name: str, text: str) -> None:
    assert isinstance(TOOLCHAINS[name].parse(text), tuple)
