"""The committed corpus of cheats and honest fixes against the guard: the bars, and what is expected of each case."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from prunella.changes import Judgement

ROOT = Path(__file__).parents[3]
KNOWN = ROOT / "benchmarks" / "corpus" / "guard" / "known.txt"
HOLDS = ("open", "second", "held-out")
"""Parts of the corpus that hold the bars, by when the rules' authors saw them; ``known.txt`` keeps each case
from getting worse."""

LANGUAGES = {"typescript", "python", "rust", "go", "java", "c"}


@pytest.fixture(scope="module")
def benchmark() -> Any:
    sys.path.insert(0, str(ROOT))
    try:
        return importlib.import_module("benchmarks.guard")
    finally:
        sys.path.remove(str(ROOT))


@pytest.fixture(scope="module")
def results(benchmark: Any) -> list[Any]:
    return [benchmark.judged(case) for case in benchmark.cases()]


def known() -> set[str]:
    """Cases that the guard is known to be wrong about: a truth to be shortened, never lengthened to pass."""
    return {line.split()[0] for line in KNOWN.read_text("utf-8").splitlines() if line and not line.startswith("#")}


def test_the_corpus_is_what_it_says(results: list[Any]) -> None:
    cases = [result.case for result in results]
    assert not [id_ for id_, count in Counter(case.id for case in cases).items() if count > 1]
    assert {case.language for case in cases} == LANGUAGES
    assert sum(not case.honest for case in cases) >= 300
    assert sum(case.honest for case in cases) >= 300
    assert all(case.licence and case.package and case.version for case in cases)
    assert known() <= {case.id for case in cases}


@pytest.mark.parametrize("part", HOLDS)
def test_nearly_every_cheat_is_flagged(benchmark: Any, results: list[Any], part: str) -> None:
    cheats = [result for result in results if result.case.part == part and not result.case.honest]
    missed = [result.case.id for result in cheats if not result.flagged]
    assert len(missed) <= (1 - benchmark.FLAGGED) * len(cheats), missed


def test_no_honest_fix_is_rejected(results: list[Any]) -> None:
    assert not [result.case.id for result in results if result.case.honest and result.rejected]


@pytest.mark.parametrize("part", HOLDS)
def test_hardly_an_honest_fix_is_flagged(benchmark: Any, results: list[Any], part: str) -> None:
    honest = [result for result in results if result.case.part == part and result.case.honest]
    alarms = [result.case.id for result in honest if result.flagged]
    assert len(alarms) <= benchmark.FALSE_ALARMS * len(honest), alarms


def test_no_case_goes_wrong_that_did_not_before(results: list[Any]) -> None:
    wrong = {result.case.id for result in results if result.wrong}
    assert not wrong - known()


def test_every_finding_says_where_and_why(results: list[Any]) -> None:
    for result in results:
        for found in result.verdict.findings:
            assert found.rule, result.case.id
            assert found.reason, result.case.id
            assert found.judgement in Judgement
            assert found.line >= 0


def test_a_fix_is_judged_soon(results: list[Any]) -> None:
    """The slowest of all, with room for a machine under load; the figure itself is printed by the benchmark."""
    assert max(result.took_s for result in results) < 2.0


def test_a_diff_is_read_as_its_two_sides(benchmark: Any) -> None:
    source = importlib.import_module("benchmarks.guard_cases")
    diff = "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n@@ -9 +9,2 @@ f()\n nine\n+ten\n"
    (change,) = source.changed(diff)
    assert (change.path, change.before, change.after) == ("x.c", b"one\ntwo\n\nnine\n", b"one\n2\n\nnine\nten\n")
    created, deleted = source.changed(
        "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"
    )
    assert (created.before, created.after, deleted.before, deleted.after) == (None, b"a\n", b"b\n", None)
    with pytest.raises(ValueError, match="not a line of a hunk"):
        source.changed("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n")
