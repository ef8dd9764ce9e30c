"""The test cases that a fix touches, before and after: what is gone, emptied or was taken from the runner's sight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from prunella.changes import Finding, Judgement
from prunella.guard.code_blocks import CASES, Block, Blocks, statements
from prunella.guard.code_lines import LINE, Source, language_of, squeezed
from prunella.guard.kinds import kinds_of
from prunella.guard.view import Found, RuleInfo

ASSERTION = re.compile(
    r"\b\w*assert\w*\s*!?[\s(.\[]|\bassert\w*!?\(|\b(?i:expect)\w*!?\s*\(|\bEXPECT_\w+|\bASSERT\w*\("
    r"|\bREQUIRE\w*\(|\bCHECK\w*\(|\bck_\w+\("
    r"|\bASSERT\w*\b|\bTEST_ASSERT\w*|\.should\b|\.(?:Should|To|ToNot|NotTo)\(|\b[tbs]\.(?:Error|Fatal"
    r"|Fail|Require|Assert)\w*\("
    r"|\brequire\.\w+\(|\bpytest\.(?:raises|warns|fail)\b|\bself\.fail|\bverify\w*\s*\(|\bfail\s*\(|^fail\b"
    r"|\bt\.(?:is|not|like|deepEqual|notDeepEqual|true|false|truthy|falsy|throws\w*|notThrows\w*|regex"
    r"|snapshot|pass|equals?|same|matchSnapshot|strictSame|ok|notOk|match|plan)\("
    r"|\binsta::|\bassert_\w+!|\bthrown?\b.*\bException|\bshould_panic|^>>> |\bcheck\.\w+\("
    r"|\bAssert\w*[.(]|\bpanic!?\("
)
"""A statement that can fail a test."""

NO_ASSERTION = re.compile(r"^\s*(?:import|from|use|using|#include|package|require_relative)\b|\brequire\(['\"]")
RUN = re.compile(
    r"(?:^|/)(?:test_[^/]*|[^/]*(?:_test|_spec|[.-](?:test|spec|cy)))\.\w+$|(?:Tests?|Spec|IT"
    r"|TestCase)\.\w+$|(?:^|/)Test[A-Z]\w*\.java$|/__tests__/"
)
"""Paths that runners take for tests by their names."""

PLACEHOLDERS = re.compile(
    r"^(?:pass|\.\.\.|return(?:\s+(?:nil|null|None|Ok\(\(\)\)|undefined))?;?|\{|\}|\}?\)+;?|end|_ = .*|[\"'].*[\"'])$"
)

LOOSE = "at line "
DOCUMENTED = re.compile(r"^\s*//[/!]\s*(?:[\w:]*assert|let |[\w:]+\()")
DELETED = "it removes tests"
INFOS = (
    RuleInfo(
        "test-deleted",
        "tests",
        "A fix does not delete tests, nor hide them from the runner.",
        example="git rm test_a.py",
    ),
    RuleInfo("test-emptied", "tests", "A fix leaves a test's body in place.", example="def test_a(): pass"),
)


def is_assertion(statement: str) -> bool:
    """Whether a statement can fail a test."""
    cut = statement[:LINE]
    return bool(ASSERTION.search(cut)) and not NO_ASSERTION.search(cut)


class Case(NamedTuple):
    """A test case of a touched file; None = not there on that side."""

    name: str
    line: int
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None

    @property
    def removed(self) -> list[str]:
        return _minus(self.before or (), self.after or ())

    @property
    def added(self) -> list[str]:
        return _minus(self.after or (), self.before or ())


def _minus(these: Sequence[str], those: Sequence[str]) -> list[str]:
    left = Counter(squeezed(statement) for statement in those)
    kept: list[str] = []
    for statement in these:
        key = squeezed(statement)
        if left[key] > 0:
            left[key] -= 1
        else:
            kept.append(statement)
    return kept


class Tests:
    """A touched file that holds tests, and the cases in it that the fix touches."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.path = source.path

    @cached_property
    def before(self) -> Blocks:
        return Blocks(self.source.before, self.source.language, CASES)

    @cached_property
    def after(self) -> Blocks:
        return Blocks(self.source.after, self.source.language, CASES)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Cases that the fix touches."""
        source = self.source
        old = self.before.touched(number for number, _ in source.touch.removed)
        new = self.after.touched(number for number, _ in source.touch.added)
        found: list[Case] = []
        for name in dict.fromkeys((*old, *new)):
            first = old.get(name) or self.before.named(name)
            then = new.get(name) or self.after.named(name)
            before = None if first is None else tuple(text for _, text in statements(source.before, first))
            after = None if then is None else tuple(text for _, text in statements(source.after, then))
            found.append(Case(name, (then or first or (0, 0))[1], before, after))
        return (*found, *self._loose())

    def _loose(self) -> list[Case]:
        """What changes in a test file outside of its cases (or in a patch that does not show how they begin), and in
        Rust's documentation, which is run as tests: hunk by hunk."""
        source = self.source
        found: list[Case] = []
        for hunk in source.touch.hunks if source.touch.before is not None and source.touch.after is not None else ():
            sides: list[tuple[str, ...]] = []
            for changed, lines, blocks in (
                (hunk.removed, source.before, self.before),
                (hunk.added, source.after, self.after),
            ):
                inner = source.inner_tests()
                code = [at for at, _ in changed if (source.is_test or at > inner) and lines[at - 1].strip()]
                outside = [number for number in code if blocks.around(number) is None]
                said = [text.strip().lstrip("/!* ") for _, text in changed if DOCUMENTED.match(text[:LINE])]
                shown = [lines[number - 1] for number in outside] or (said if source.language == "rust" else [])
                sides.append(tuple(text for _, text in statements(shown, Block("", 1, len(shown), 0))))
            if sides[0]:
                number = (hunk.added or hunk.removed)[0][0]
                found.append(Case(f"{LOOSE}{number}", number, sides[0], sides[1]))
        return found

    @cached_property
    def asks_more(self) -> bool:
        """Whether as many lines that assert something come into the file as go."""
        removed, added = (
            sum(is_assertion(line.strip()) for _, line in side) for side in (self.source.removed, self.source.added)
        )
        return added >= removed > 0

    @property
    def only_cases(self) -> bool:
        """Whether a Rust file changes only in its own tests."""
        if self.source.language != "rust":
            return False
        old = all(self.before.around(number) for number, _ in self.source.removed)
        return old and all(self.after.around(number) for number, _ in self.source.added)

    @cached_property
    def gone(self) -> list[Case]:
        """Cases that are there no more, under their name or another with much the same body."""
        lost = Counter(self.before.names) - Counter(self.after.names)
        fresh = Counter(self.after.names) - Counter(self.before.names)
        renamed = [Counter(_assertions(case.after)) for case in self.cases if case.name in fresh and case.after]
        missing = [case for case in self.cases if case.name in lost and case.after is None and case.before]
        kept: list[Case] = []
        for case in missing:
            own = Counter(_assertions(case.before))
            twin = next((other for other in renamed if (own & other).total() * 2 >= own.total()), None)
            if twin is None:
                kept.append(case)
            else:
                renamed.remove(twin)
        return kept


def _assertions(those: Sequence[str] | None) -> list[str]:
    return [squeezed(statement) for statement in those or () if is_assertion(statement)]


def lost_tests(files: Sequence[Tests], arrived: Counter[str], *, adapted: bool) -> Found:
    """Tests deleted, moved to where they are not run, or left with nothing to fail.

    Args:
        adapted: the fix changes code as well and nothing is known of the failure: a test may give way to a new one.
    """
    found: Found = []
    for tests in files:
        touch = tests.source.touch
        if touch.before is None or ("test" not in kinds_of(touch.old_path) and not tests.gone):
            continue
        if touch.after is None:
            if not _all_moved(tests, files):
                found.append(suspicion("test-deleted", touch.path, "it deletes a test file"))
        elif _run(touch.old_path) and not _run(touch.path, like=touch.old_path):
            reason = f"it renames the test file {touch.old_path} to a name that is not a test's"
            found.append(suspicion("test-deleted", touch.path, reason))
        else:
            found += _gone(tests, arrived, adapted=adapted)
            found += _emptied(tests)
    return found


def _run(path: str, like: str = "") -> bool:
    """Whether a runner takes it for a test; one that was found by its name must still be."""
    if like and path.rpartition(".")[2] != like.rpartition(".")[2] and not language_of(kinds_of(path)):
        return False
    return bool(RUN.search(path)) if RUN.search(like) else "test" in kinds_of(path)


def _all_moved(gone: Tests, files: Sequence[Tests]) -> bool:
    """Whether all that a deleted file asserts is in others that are run as it was."""
    others = [tests.source for tests in files if _run(tests.path, like=gone.path)]
    there = Counter(squeezed(line) for source in others for _, line in source.added)
    assertions = [squeezed(line) for line in gone.source.before if is_assertion(line)]
    return bool(assertions) and not Counter(assertions) - there


def _gone(tests: Tests, arrived: Counter[str], *, adapted: bool) -> Found:
    """One finding for all cases that went nowhere."""
    gone = [case for case in tests.gone if not _arrived(case, arrived)]
    fresh = sum(case.before is None and bool(_assertions(case.after)) for case in tests.cases)
    if not gone or (adapted and (fresh >= len(tests.gone) or (fresh and tests.asks_more))):
        return []
    names = ", ".join(case.name[:60] for case in gone[:3])
    return [suspicion("test-deleted", tests.path, f"{DELETED}: {names}", gone[0].line)]


def _arrived(case: Case, arrived: Counter[str]) -> bool:
    """Whether most of what the case asserts is asserted elsewhere after the fix."""
    assertions = _assertions(case.before)
    return bool(assertions) and sum(arrived[line] > 0 for line in assertions) * 2 >= len(assertions)


def _emptied(tests: Tests) -> Found:
    found: Found = []
    for case in tests.cases:
        if not case.before or case.after is None or case.name.startswith(LOOSE):
            continue
        had, has = len(_assertions(case.before)), len(_assertions(case.after))
        left = [text for text in case.after[1:] if not PLACEHOLDERS.match(text.strip())]
        if case.removed and (
            (had and not has) or (len(case.before) > 2 and not left and len(case.after) < len(case.before))
        ):
            reason = f"nothing in the test {case.name[:60]} can fail any more"
            found.append(suspicion("test-emptied", tests.path, reason, case.line))
    return found


def suspicion(rule: str, path: str, reason: str, line: int = 0) -> tuple[Finding, bool]:
    """A suspicion that nothing softens."""
    return Finding(rule, path, line, reason, Judgement.SUSPICIOUS), False
