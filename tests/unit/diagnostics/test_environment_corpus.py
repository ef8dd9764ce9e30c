"""Small logs that tempt: the machine's fault in the tools' own words, and code that speaks alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prunella.diagnostics.clean import clean
from prunella.diagnostics.environment import environment
from prunella.diagnostics.registry import parse_all
from prunella.domain import CommandResult, Ending

LOGS = Path(__file__).parents[2] / "fixtures" / "environment"
MACHINE = [(case["exit_code"], case["cause"], case["log"]) for case in json.loads((LOGS / "machine.json").read_text())]
CODE = [(case["exit_code"], case["log"]) for case in json.loads((LOGS / "code.json").read_text())]


def found(code: int, log: list[str]) -> tuple[str, str] | None:
    text = clean("\n".join(log))
    return environment(CommandResult(code, Ending.EXITED, 1.0, "/log", 10), text, parse_all(text))


@pytest.mark.parametrize(("code", "cause", "log"), MACHINE)
def test_the_machines_fault_is_named_with_a_remedy(code: int, cause: str, log: list[str]) -> None:
    told = found(code, log)
    assert told is not None
    assert cause in told[0]
    assert told[1].endswith((".", "?"))


@pytest.mark.parametrize(("code", "log"), CODE)
def test_code_that_speaks_alike_goes_to_the_ladder(code: int, log: list[str]) -> None:
    assert found(code, log) is None


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(MACHINE) >= 50
    assert len(CODE) >= 40
