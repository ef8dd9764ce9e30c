"""Rules that single lines of a fix are judged by, as data, and how a file's changes are held against them.

A rule looks at lines that are added (``ADDED``), or counts the lines of a file before and after (``LOST``: there are
fewer than before). ``needles`` are plain texts of which a line must hold one, so that a pattern is compiled and tried
only when it may matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from prunella.changes import Finding, Judgement
from prunella.guard.touched import Hunk, Touch
from prunella.guard.view import Found

LONGEST = 2_000
"""Characters of a line that are looked at."""

COMMENT_STARTS = ("#", "//", "/*", "*", "{/*", "@", "[", "--", "<!--")
"""How lines begin that say something of the line below: comments, decorators, attributes."""


class Side(StrEnum):
    """Which lines a rule looks at."""

    ADDED = "added"
    LOST = "lost"


class Rule(NamedTuple):
    """One rule.

    Attributes:
        kinds: kinds of files (see ``kinds.kinds_of``) it holds for, all of one of the groups ("test js" = tests in it);
            "*" = every file.
        needles: in lower case; compared with the line in lower case.
        pattern: a regular expression, case-sensitive, searched in the line.
        reason: in words, for the model and for a person.
        softens: its breach weighs one step less where an error names the file.
    """

    name: str
    kinds: tuple[str, ...]
    needles: tuple[str, ...]
    pattern: str
    reason: str
    side: Side = Side.ADDED
    judgement: Judgement = Judgement.SUSPICIOUS
    softens: bool = False


def breaches(rules: Iterable[Rule], touch: Touch, kinds: frozenset[str]) -> Found:
    """A finding for each rule that the changes of a file breach."""
    gone = "\n".join(line for _, line in touch.removed).casefold()
    come = "\n".join(line for _, line in touch.added).casefold()
    found: Found = []
    for rule in rules:
        text = gone if rule.side is Side.LOST else come
        if not any(needle in text for needle in rule.needles) or not holds_for(rule, kinds):
            continue
        numbers = lost(rule, touch) if rule.side is Side.LOST else new(rule, touch)
        if numbers:
            times = f", in {len(numbers)} lines" if len(numbers) > 1 else ""
            finding = Finding(rule.name, touch.path, numbers[0], f"{rule.reason}{times}", rule.judgement)
            found.append((finding, rule.softens))
    return found


def holds_for(rule: Rule, kinds: frozenset[str]) -> bool:
    """Whether a rule is for files of these kinds."""
    return any(kinds.issuperset(group.split()) for group in rule.kinds) or "*" in rule.kinds


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled once."""
    return re.compile(pattern)


def matches(rule: Rule, line: str) -> bool:
    """Whether a line breaches a rule by itself."""
    cut = line[:LONGEST]
    folded = cut.casefold()
    return any(needle in folded for needle in rule.needles) and bool(compiled(rule.pattern).search(cut))


def new(rule: Rule, touch: Touch) -> list[int]:
    """The numbers of the lines that breach the rule and did not do so before."""
    return [number for hunk in touch.hunks for number in _new(rule, hunk, touch)]


def _new(rule: Rule, hunk: Hunk, touch: Touch) -> list[int]:
    """Lines that breach the rule and neither were there (changed in another part, so one that breached it went) nor
    came from elsewhere in the file."""
    breaching = [(number, line) for number, line in hunk.added if matches(rule, line)]
    if not breaching:
        return []
    gone = {_with_next(number, line, touch.before) for number, line in touch.removed}
    numbers = [number for number, line in breaching if _with_next(number, line, touch.after) not in gone]
    # The same line again is no change of one that was there: it has moved to silence something else.
    again = {line.strip() for _, line in breaching}
    were = [line for _, line in hunk.removed if line.strip() not in again]
    return numbers[sum(matches(rule, line) for line in were) :]


def _with_next(number: int, line: str, lines: Sequence[str] | None) -> tuple[str, str]:
    """A line and, if it has no code of its own, what it stands above: moved to another line it silences that one."""
    bare = line.strip()
    following = lines[number].strip() if lines is not None and number < len(lines) else ""
    return bare, following if bare.startswith(COMMENT_STARTS) else ""


def lost(rule: Rule, touch: Touch) -> list[int]:
    """The numbers (before) of removed lines that breach the rule, as far as the file has fewer such lines now."""
    if touch.before is None or touch.after is None:
        return []
    gone = [number for number, line in touch.removed if matches(rule, line)]
    if not gone:
        return []
    before, after = (sum(matches(rule, line) for line in lines) for lines in (touch.before, touch.after))
    return gone[: before - after] if before > after else []
