"""Logs are written by whoever the build runs: nothing in them may crash or stall the reading."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prunella.diagnostics.classify import classify
from prunella.diagnostics.clean import clean
from prunella.diagnostics.environment import environment
from prunella.diagnostics.fingerprint import fingerprint, normalised
from prunella.diagnostics.paths import relative
from prunella.diagnostics.registry import TOOLCHAINS, parse_all
from prunella.domain import CommandResult, Diagnostic, Ending

FIXTURES = Path(__file__).parents[2] / "fixtures" / "diagnostics"
LINES = sorted(
    {line for log in FIXTURES.glob("*/*.log") for line in log.read_bytes().decode().split("\n") if len(line) < 200}
)
NUMBERS = "9" * 30
PIECES = [
    "a:", "a:1:", "a.py:1: ", "error ", "error TS1: ", "(1,1): ", "E   ", "  ", "\t", "--> ", "at ", "at (", "❯ ",
    'File "', '", line 1', "./a", "./a\nError:", "_ ", "__", "= ", "===", "[ERROR] ", "╭─[", "[X] y\n", " FAIL ", "a/",
    "Could not resolve x from ", "file:", "imported from ", "\n", "\r", "\x1b[", "\x1b]", "0", NUMBERS,
    " | ", "1.", "> 1 | ", "FAILED a::b - ", "= FAILURES =\n", "short test summary info",
    "Traceback (most recent call last):\n",
]  # fmt: skip


def whole_reading(text: str) -> tuple[Diagnostic, ...]:
    found = relative(parse_all(clean(text)), ("/repo",), "web")
    for diagnostic in found:
        classify(diagnostic)
        fingerprint(diagnostic)
    for code in (127, 2):
        environment(
            CommandResult(code, Ending.EXITED, 0.0, "", 0), text, command="make x; npm run 'x'", paths=("uv.lock",)
        )
    return found


@given(st.text())
def test_no_text_crashes_the_reading(text: str) -> None:
    whole_reading(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(LINES), st.sampled_from(PIECES), st.text(max_size=5)), max_size=40),
    st.booleans(),
)
@example([f'  File "x.py", line {NUMBERS}'], True)
@example([f"a.ts({NUMBERS},1): error TS1: x"], True)
@example(["a.ts(²,1): error TS1: x", "    at f (a.js:²:1)"], True)
def test_no_mixture_of_real_lines_crashes_the_reading(pieces: list[str], lines: bool) -> None:
    for diagnostic in whole_reading(("\n" if lines else "").join(pieces)):
        assert diagnostic.line >= 0
        assert diagnostic.column >= 0
        assert "\x1b" not in diagnostic.message


@given(st.text())
def test_every_parser_stands_alone(text: str) -> None:
    for parser in TOOLCHAINS.values():
        assert isinstance(parser.parse(text), tuple)


ADVERSARIES = {
    "colons": "a:",
    "positions": "a:1:1:",
    "python files": "a.py:1:",
    "brackets": "(1,1)",
    "blanks": "error TS1 ",
    "runs of blanks": "a.c:1: error" + " " * 100,
    "underscores": "_ ",
    "equals": "= ",
    "frames": "at (a:1:1) ",
    "quotes": 'File "',
    "slashes": "/a",
    "digits": "1.",
    "escapes": "\x1b[0",
    "carriage returns": "a\rb",
    "rows": "  1:1  error  x",
    "errors": "Error: ",
    "arrows": "--> a:1:1 ",
}


def cost(text: str) -> float:
    """Seconds of this process, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        parse_all(clean(text))
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("piece", ADVERSARIES.values(), ids=ADVERSARIES)
@pytest.mark.parametrize("width", [60, 3_900], ids=["short lines", "long lines"])
def test_time_grows_no_faster_than_the_log(piece: str, width: int) -> None:
    line = piece * max(1, width // len(piece)) + "\n"
    marks = "error TS1: = FAILURES =\nerror during build:\n[ERROR] \n    at x.py\n"
    small = marks + line * (30_000 // len(line))
    assert cost(small * 4) < 4 * 3 * max(cost(small), 0.01)


@pytest.mark.parametrize("piece", ADVERSARIES.values(), ids=ADVERSARIES)
def test_one_endless_line_is_read_in_linear_time(piece: str) -> None:
    small = piece * (30_000 // len(piece))
    assert cost(small * 4) < 4 * 3 * max(cost(small), 0.01)


@pytest.mark.parametrize("piece", ADVERSARIES.values(), ids=ADVERSARIES)
def test_normalising_a_message_is_linear(piece: str) -> None:
    start = time.process_time()
    normalised(piece * (2_000_000 // len(piece)))
    assert time.process_time() - start < 1.0


def test_megabytes_of_colons_are_read_in_linear_time() -> None:
    def spent(size: int) -> float:
        text = ("a:" * 40 + "\n") * (size // 81)
        start = time.process_time()
        parse_all(clean(text))
        return time.process_time() - start

    spent(100_000)
    assert spent(2_000_000) < 3 * spent(1_000_000)
