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

GATED = re.compile(
    r"^#\s*if|^@Test\(.*expected\s*=\s*(?:Exception|Throwable|RuntimeException|Error)\.class"
    r"|^#\[should_panic\b|^(?:[\w.]+\.)?(?:assume(?:True|False|That|NotNull|NoException|ThatCode)?|assumingThat)\("
)
RUN = re.compile(r"^@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property|TestTemplate)\b")
"""What makes a method a test for JUnit from its fourth version on."""

SET = re.compile(
    r"^(?:(?:const|let|var|auto|final|\w+(?:<.{0,40}>)?)\s+)?\*?([A-Za-z_][\w.>-]*)\s*:?=(?![=>])\s*(.{6,200}?);?$"
)
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
                found += _unmarked(tests, case) or _ways(tests.path, case)
    return found


def _unmarked(tests: Tests, case: Case) -> Found:
    """A method by a test's name that lost what makes it one."""
    if tests.source.language != "jvm" or any("extends TestCase" in line for line in tests.source.after):
        return []
    if any(map(RUN.match, case.after or ())) or not any(map(RUN.match, case.before or ())):
        return []
    return [suspicion("test-deleted", tests.path, f"{case.name[:60]} is no test any more", case.line)]


def _ways(path: str, case: Case) -> Found:
    removed, added = case.removed[:MOST], case.added[:MOST]
    left = next((text for text in added if LEAVES.match(text[:LINE])), "")
    if left and not removed and len(added) <= FEW:
        reason = f"the test {case.name[:60]} is left early: {left[:80]}"
        return [suspicion("assertion-loosened", path, reason, case.line)]
    around = next((text for text in added if GATED.match(text[:LINE])), "")
    if (
        around
        and all(text == "@Test" for text in removed)
        and not any(is_assertion(text) for text in added if text != around)
    ):
        reason = f"the test {case.name[:60]} asks only under a condition, or for its own failure: {around[:80]}"
        return [suspicion("assertion-loosened", path, reason, case.line)]
    for text in added:
        if _fulfils(text[:LINE], case):
            reason = f"the test {case.name[:60]} expects what it gets: {text[:80]}"
            return [suspicion("assertion-hollow", path, reason, case.line)]
    for old, new in paired(_conditions(removed), _conditions(added)):
        if _eased(old[:LINE], new[:LINE]):
            reason = f"the test {case.name[:60]} complains under more conditions: {new[:80]}"
            return [suspicion("assertion-loosened", path, reason, case.line)]
    return []


def _fulfils(text: str, case: Case) -> bool:
    """Whether a statement sets what an assertion that stays expects to what the assertion compares it with."""
    found = SET.match(text)
    if found is None or not re.search(r"[.(\[]", found[2]):
        return False
    name, value = found[1], squeezed(found[2])
    known = {squeezed(statement[:LINE]) for statement in case.before or ()}
    return any(
        value in (asked := squeezed(statement[:LINE]))
        and asked in known
        and (is_assertion(statement) or statement.startswith(("if ", "if(")))
        and bool(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w(.])", asked.replace(value, "", 1)))
        for statement in (case.after or ())[:MOST]
    )


def _conditions(those: Sequence[str]) -> list[str]:
    return [text for text in those if text.startswith(("if ", "if("))]


def _eased(old: str, new: str) -> bool:
    core = squeezed(old).rstrip("{:").removeprefix("if").strip("()")
    return bool(core) and core in squeezed(new) and len(AND.findall(new)) > len(AND.findall(old))
