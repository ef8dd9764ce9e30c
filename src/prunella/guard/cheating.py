"""Ways to make a check pass without a repair: silencing it, skipping, deleting or emptying tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.rules import ASSERTIONS, CASES, RULES, Rule, Side
from prunella.guard.touched import Hunk, Touch
from prunella.guard.view import Found

COMMENT_STARTS = ("#", "//", "/*", "*", "{/*", "@", "[", "--", "<!--")
"""How lines begin that say something of the line below: comments, decorators, attributes."""


def cheating(touches: Sequence[Touch]) -> Found:
    """What looks like a way around the checks."""
    found: Found = []
    for touch in touches:
        kinds = kinds_of(touch.path)
        for rule in RULES:
            if _holds_for(rule, kinds):
                found += _breaches(rule, touch)
        if "snapshot" in kinds and touch.before is not None and touch.after is not None:
            found.append(_suspicion("snapshot", touch.path, "it rewrites what a test expects to see"))
    return found + _lost_tests(touches)


def _holds_for(rule: Rule, kinds: frozenset[str]) -> bool:
    return any(kinds.issuperset(group.split()) for group in rule.kinds) or "*" in rule.kinds


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matches(rule: Rule, line: str) -> bool:
    folded = line[:2_000].casefold()
    return any(needle in folded for needle in rule.needles) and bool(_pattern(rule.pattern).search(line[:2_000]))


def _breaches(rule: Rule, touch: Touch) -> Found:
    if rule.side is Side.LOST:
        numbers = _lost(rule, touch)
    else:
        numbers = [number for hunk in touch.hunks for number in _new(rule, hunk, touch)]
    if not numbers:
        return []
    times = f", in {len(numbers)} lines" if len(numbers) > 1 else ""
    finding = Finding(rule.name, touch.path, numbers[0], f"{rule.reason}{times}", rule.judgement)
    return [(finding, rule.softens)]


def _new(rule: Rule, hunk: Hunk, touch: Touch) -> list[int]:
    """Lines that breach the rule and neither were there (changed in another part, so one that breached it went) nor
    came from elsewhere in the file."""
    breaches = [(number, line) for number, line in hunk.added if _matches(rule, line)]
    if not breaches:
        return []
    gone = {_with_next(number, line, touch.before) for number, line in touch.removed}
    numbers = [number for number, line in breaches if _with_next(number, line, touch.after) not in gone]
    # The same line again is no change of one that was there: it has moved to silence something else.
    again = {line.strip() for _, line in breaches}
    were = [line for _, line in hunk.removed if line.strip() not in again]
    return numbers[sum(_matches(rule, line) for line in were) :]


def _with_next(number: int, line: str, lines: Sequence[str] | None) -> tuple[str, str]:
    """A line and, if it has no code of its own, what it stands above: moved to another line it silences that one."""
    bare = line.strip()
    following = lines[number].strip() if lines is not None and number < len(lines) else ""
    return bare, following if bare.startswith(COMMENT_STARTS) else ""


def _lost(rule: Rule, touch: Touch) -> list[int]:
    if touch.before is None or touch.after is None:
        return []
    gone = [number for number, line in touch.removed if _matches(rule, line)]
    if not gone:
        return []
    before, after = (sum(_matches(rule, line) for line in lines) for lines in (touch.before, touch.after))
    return gone[: before - after] if before > after else []


def _lost_tests(touches: Sequence[Touch]) -> Found:
    """Tests deleted, moved to where they are not run, or left with fewer cases or assertions."""
    tests = [touch for touch in touches if "test" in kinds_of(touch.old_path) and touch.before is not None]
    arrived = Counter(line.strip() for touch in touches for _, line in touch.added)
    found: Found = []
    for touch in tests:
        if touch.after is None:
            if not _all_moved(touch, arrived):
                found.append(_suspicion("test-deleted", touch.path, "it deletes a test file"))
        elif "test" not in kinds_of(touch.path):
            reason = f"it renames the test file {touch.old_path} to a name that is not a test's"
            found.append(_suspicion("test-deleted", touch.path, reason))
        else:
            found += _fewer(touch, arrived)
    return found


def _all_moved(touch: Touch, arrived: Counter[str]) -> bool:
    assertions = [line.strip() for line in touch.before or () if _pattern(ASSERTIONS).search(line)]
    return bool(assertions) and not Counter(assertions) - arrived


def _fewer(touch: Touch, arrived: Counter[str]) -> Found:
    """Fewer lines of a kind than before, those not counted that went to another place of the fix as they are."""
    found: Found = []
    for rule, pattern, what in (("test-deleted", CASES, "tests"), ("assertion-removed", ASSERTIONS, "assertions")):
        removed = [(number, line) for number, line in touch.removed if _pattern(pattern).search(line)]
        if not removed:
            continue
        own = Counter(line.strip() for _, line in touch.added)
        elsewhere = arrived - own
        moved = sum(elsewhere[line.strip()] > 0 for _, line in removed)
        before, after = _count(pattern, touch.before), _count(pattern, touch.after)
        if before - after > moved:
            reason = f"it removes {what} ({before} before, {after} after)"
            found.append(_suspicion(rule, touch.path, reason, removed[0][0]))
    return found


def _count(pattern: str, lines: Iterable[str] | None) -> int:
    return sum(bool(_pattern(pattern).search(line)) for line in lines or ())


def _suspicion(rule: str, path: str, reason: str, line: int = 0) -> tuple[Finding, bool]:
    return Finding(rule, path, line, reason, Judgement.SUSPICIOUS), False
