"""Ways around an assertion within a test: it is left early, or complains under more conditions than before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.guard.code_lines import LINE, squeezed
from prunella.guard.view import Found
from prunella.guard.weakened import paired
from prunella.guard.weakened_cases import LOOSE, Case, Tests, is_assertion, suspicion

LEAVES = re.compile(r"^(?:return(?:\s+Ok\(\(\)\))?;?|(?:if\b|if\().{0,300}(?:[\s:{)])return;?\s*\}?)$")
"""A statement that leaves a test without a word."""

GATED = re.compile(r"^#\s*if|^@Test\(.*expected\s*=\s*(?:Exception|Throwable|RuntimeException|Error)\.class")
FEW = 3
AND = re.compile(r"&&|\band\b")
MOST = 400
"""Statements of a case that are looked at."""


def ways(files: Sequence[Tests]) -> Found:
    """What lets a test that was there pass without its assertions."""
    found: Found = []
    for tests in files:
        if tests.source.touch.before is None or tests.source.touch.after is None:
            continue
        for case in tests.cases:
            if case.before is not None and case.after is not None and not case.name.startswith(LOOSE):
                found += _ways(tests.path, case)
    return found


def _ways(path: str, case: Case) -> Found:
    removed, added = case.removed[:MOST], case.added[:MOST]
    left = next((text for text in added if LEAVES.match(text[:LINE])), "")
    if left and not removed and len(added) <= FEW:
        reason = f"the test {case.name[:60]} is left early: {left[:80]}"
        return [suspicion("assertion-loosened", path, reason, case.line)]
    around = next((text for text in added if GATED.match(text[:LINE])), "")
    if around and all(text == "@Test" for text in removed) and not any(is_assertion(text) for text in added):
        reason = f"the test {case.name[:60]} asks only under a condition, or for its own failure: {around[:80]}"
        return [suspicion("assertion-loosened", path, reason, case.line)]
    for old, new in paired(_conditions(removed), _conditions(added)):
        if _eased(old[:LINE], new[:LINE]):
            reason = f"the test {case.name[:60]} complains under more conditions: {new[:80]}"
            return [suspicion("assertion-loosened", path, reason, case.line)]
    return []


def _conditions(those: Sequence[str]) -> list[str]:
    return [text for text in those if text.startswith(("if ", "if("))]


def _eased(old: str, new: str) -> bool:
    core = squeezed(old).rstrip("{:").removeprefix("if").strip("()")
    return bool(core) and core in squeezed(new) and len(AND.findall(new)) > len(AND.findall(old))
