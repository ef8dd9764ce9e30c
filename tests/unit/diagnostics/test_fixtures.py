"""Real output of real tools, each with what is to be read from it: ``<toolchain>/<case>.log`` and ``.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prunella.diagnostics.classify import classify
from prunella.diagnostics.clean import clean
from prunella.diagnostics.paths import relative
from prunella.diagnostics.registry import TOOLCHAINS, parse_all
from prunella.domain import Diagnostic

FIXTURES = Path(__file__).parents[2] / "fixtures" / "diagnostics"
LOGS = sorted(FIXTURES.glob("*/*.log"))


def row(diagnostic: Diagnostic) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": diagnostic.file,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "severity": str(diagnostic.severity),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "source": diagnostic.source,
        "class": str(classify(diagnostic)),
    }
    if diagnostic.related:
        found["related"] = [[place.file, place.line, place.column, place.message] for place in diagnostic.related]
    return found


def read(log: Path) -> str:
    return clean(log.read_bytes().decode())


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_a_real_log_is_read_as_a_person_would_read_it(log: Path) -> None:
    expected = json.loads(log.with_suffix(".json").read_text("utf-8"))
    assert [row(diagnostic) for diagnostic in relative(parse_all(read(log)), ("/repo",))] == expected


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_the_toolchain_of_the_folder_is_the_one_that_reads_it(log: Path) -> None:
    assert TOOLCHAINS[log.parent.name].parse(read(log))


@pytest.mark.parametrize("name", TOOLCHAINS)
def test_every_parser_has_a_fixture(name: str) -> None:
    assert list((FIXTURES / name).glob("*.log")), f"put a pair into {FIXTURES / name}"


def test_every_log_has_its_expectation_and_the_other_way_round() -> None:
    assert {log.with_suffix(".json") for log in LOGS} == set(FIXTURES.glob("*/*.json"))


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_line_endings_of_windows_and_stamps_of_ci_change_nothing(log: Path) -> None:
    raw = log.read_bytes().decode().replace("\r", "")
    stamped = "".join(f"2026-02-05T15:30:12.1234567Z {line}\r\n" for line in raw.split("\n"))
    assert parse_all(clean(stamped)) == parse_all(clean(raw + "\n"))
