"""Checks silenced where they complain: suppressions, and types that switch checking off.

New code may come with a suppression (a test that hands in a wrong type on purpose does); one that is put on code that
was there hides what a check says of it. So a line is judged in its place: what it stands on or above, whether that
was there before, and how much else is new.
"""

from __future__ import annotations

import re

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.lines import LONGEST, Rule, breaches, compiled, holds_for, new
from prunella.guard.silencing_place import code_lines, covers_new_code, in_new_construct, is_comment, words_of
from prunella.guard.silencing_rules import ALWAYS, EXAMPLES, PLACED, STRICTER
from prunella.guard.silencing_types import REPLACING
from prunella.guard.touched import Hunk, Touch
from prunella.guard.view import Found, RuleInfo, View

LINES_EACH = 8
"""Lines of new code that may come with one suppression."""

LINES_EACH_CHANGED = 6
"""Lines of new code by which a type that says less than the old one may be there by the way."""

LINES_EACH_OLD = 40
"""The same of one on code that was there."""

LINES_EACH_FAILING = 20
"""The same in a file that an error names."""


WHOLE_TEST = 10
"""Lines of a new test file from which it may say for itself what linters see of it."""


DEPRECATES = re.compile(
    r"^\s*(@Deprecated\b|#\[\s*deprecated\b|\[\[\s*deprecated\b|\*?\s*@deprecated\b)|\bDeprecationWarning\b"
)
"""By which a fix makes something deprecated."""

MOST_LOOKED_AT = 50
"""Suppressions in one file that are looked at one by one."""

ALIKE = 0.6
"""Share of a line's words from which another is the same line, changed."""


ADAPT = frozenset(rule.name for rule in (*ALWAYS, *PLACED, *REPLACING) if rule.softens)
INFOS = tuple(
    RuleInfo(name, "silencing", f"A fix {does}.", adapts=name in ADAPT, example=EXAMPLES[name])
    for name, does in (
        ("ts-suppression", "does not silence the TypeScript compiler"),
        ("lint-suppression", "does not silence a JavaScript linter"),
        ("untyped-module", "declares no module without types"),
        ("any", 'puts no "any" in place of a type'),
        ("python-suppression", "does not silence a Python type checker or linter"),
        ("python-any", "puts no Any in place of a type"),
        ("warnings-ignored", "does not ignore warnings"),
        ("rust-suppression", "does not silence rustc or Clippy"),
        ("go-suppression", "silences no Go linter and leaves no file out"),
        ("jvm-suppression", "does not silence javac, kotlinc or a linter"),
        ("dotnet-suppression", "does not silence a .NET compiler"),
        ("c-suppression", "does not silence a C or C++ compiler or linter"),
        ("other-suppression", "does not silence a PHP, Ruby, Swift or shell linter"),
        ("coverage-excluded", "leaves no code out of the coverage"),
        ("unsafe-cast", "casts no type away"),
        ("non-null", "does not assert all over that values are there"),
        ("unused-silenced", "uses no name only to quiet a check"),
    )
)


def silenced(view: View) -> Found:
    """A suspicion for each file in which a fix silences a check."""
    found: Found = []
    deprecating = any(DEPRECATES.search(line[:LONGEST]) for touch in view.touches for _, line in touch.added)
    for touch in view.touches:
        kinds = kinds_of(touch.path)
        failing = view.failing.known and bool({touch.path, touch.old_path} & view.failing.files)
        own = touch.before is None and "test" in kinds and not failing and code_lines(touch) >= WHOLE_TEST
        always = [] if own else _always(touch, kinds, failing)
        found += always
        told = {finding.rule for finding, _ in always}
        come = "\n".join(line for _, line in touch.added).casefold()
        for rule in (*PLACED, *REPLACING):
            if rule.name in told or not any(needle in come for needle in rule.needles) or not holds_for(rule, kinds):
                continue
            numbers = _placed(rule, touch, kinds, failing) if rule in PLACED else _replacing(rule, touch, failing)
            if deprecating:  # what uses it on purpose has to say so
                numbers = [number for number in numbers if "deprecat" not in dict(touch.added)[number].casefold()]
            if numbers:
                told.add(rule.name)
                times = f", in {len(numbers)} lines" if len(numbers) > 1 else ""
                found.append((_suspicion(rule, touch.path, numbers[0], times), rule.softens))
        found += breaches(STRICTER, touch, kinds)
    return found


def _always(touch: Touch, kinds: frozenset[str], failing: bool) -> Found:
    """What silences all that follows; of a module of tests, only where it was there."""
    found = breaches(ALWAYS, touch, kinds)
    if failing or not {"test", "rust"} <= kinds:
        return found
    return [each for each in found if not in_new_construct(touch, each[0].line)]


def _suspicion(rule: Rule, path: str, line: int, times: str) -> Finding:
    return Finding(rule.name, path, line, rule.reason + times, Judgement.SUSPICIOUS)


def _placed(rule: Rule, touch: Touch, kinds: frozenset[str], failing: bool) -> list[int]:
    """Suppressions on code that was there; all of them where there are too many for the new code they come with."""
    numbers = set(new(rule, touch))
    if not numbers:
        return []
    standing = [
        number
        for hunk in touch.hunks
        for number, line in hunk.added
        if number in numbers and _on_old_code(rule, touch, hunk, number, line)
    ]
    if not failing and len(numbers) <= MOST_LOOKED_AT:
        numbers -= {number for number in numbers - set(standing) if in_new_construct(touch, number)}
        covering = {number for number in standing if covers_new_code(touch, number)}
        standing = [number for number in standing if number not in covering]
        numbers -= covering
    if rule.name == "coverage-excluded":
        return [number for number in standing if _is_same_line(rule, touch, number)]
    if standing and not failing and code_lines(touch) >= LINES_EACH_OLD * len(numbers):
        return []  # by the way of much else
    if standing or ("test" in kinds and not failing):
        return standing
    code = code_lines(touch) - len(numbers)
    each = LINES_EACH_FAILING if failing else LINES_EACH
    return [] if code >= each * len(numbers) else sorted(numbers)


def _is_same_line(rule: Rule, touch: Touch, number: int) -> bool:
    """Whether a line is, but for the suppression, what a removed one was, or stands above what did not change."""
    line = dict(touch.added)[number][:LONGEST]
    found = compiled(rule.pattern).search(line)
    code = line[: found.start()].rstrip("/*#{ \t") if found else line
    return not code.strip() or any(other.rstrip() == code for _, other in touch.removed)


def _replacing(rule: Rule, touch: Touch, failing: bool) -> list[int]:
    """Lines that are an old one with nothing but its type loosened."""
    numbers = set(new(rule, touch))
    if not numbers:
        return []
    changed = [
        number
        for hunk in touch.hunks
        for number, line in hunk.added
        if number in numbers and _nothing_else(rule, line, hunk)
    ]
    if not failing and len(changed) * LINES_EACH_CHANGED < code_lines(touch):
        return []
    alone = len(changed) * 2 >= len(touch.added)
    if rule.name == "non-null" and len(changed) < 2 and not (alone or failing):
        return []
    return changed


def _nothing_else(rule: Rule, line: str, hunk: Hunk) -> bool:
    """Whether a removed line is the same but for what breaches the rule (and the type it takes the place of)."""
    mine = words_of(compiled(rule.pattern).sub(" ", line[:LONGEST]))
    if rule.name == "unused-silenced":
        found = compiled(rule.pattern).search(line[:LONGEST])
        names = [name for name in found.groupdict().values() if name] if found else []
        return not names or any(names[0] in words_of(other) for _, other in hunk.removed)
    if rule.name == "any" and re.search(r"\bcatch\s*\(", line[:LONGEST]):
        return False  # what is caught has no type
    for _, other in hunk.removed:
        theirs = words_of(other)
        extra = theirs - mine
        if rule.name == "python-any" and mine == theirs:
            continue  # it had no type before
        if mine and mine <= theirs and len(extra) <= 3 and not compiled(rule.pattern).search(other[:LONGEST]):
            return True
    return False


def _on_old_code(rule: Rule, touch: Touch, hunk: Hunk, number: int, line: str) -> bool:
    """Whether what a suppression stands on, or above, was there before."""
    code = _code(rule, line)
    gone = hunk.removed
    if code:  # what was there and is there again has nothing silenced
        still = {other.strip() for _, other in hunk.added}
        gone = tuple(each for each in hunk.removed if each[1].strip() not in still)
    if not code and touch.after is not None:
        added = {at for at, _ in touch.added}
        at = number
        while at < len(touch.after) and (not touch.after[at].strip() or is_comment(touch.after[at])):
            at += 1
        if at >= len(touch.after):
            return False
        if at + 1 not in added:
            return True
        code = words_of(touch.after[at])
    return any(_alike(code, words_of(other)) for _, other in gone)


def _code(rule: Rule, line: str) -> frozenset[str]:
    """The words of a line's own code: none when it is all comment or annotation."""
    cut = line[:LONGEST]
    found = compiled(rule.pattern).search(cut)
    if found and found[0].lstrip().startswith(("#", "//", "/*", "@", "$")):
        attribute = cut.lstrip().startswith(("#[", "@"))
        after = cut[found.end() :].rpartition("]" if cut.lstrip().startswith("#[") else ")")[2] if attribute else ""
        return words_of(cut[: found.start()].strip().rstrip("/*#{ ") + " " + after)
    if is_comment(cut):
        return frozenset()
    return words_of(compiled(rule.pattern).sub(" ", cut))


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    return bool(words) and len(words & others) >= ALIKE * max(len(words), len(others) * ALIKE)
