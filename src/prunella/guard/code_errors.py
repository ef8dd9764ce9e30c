"""Errors that are raised no more: guards deleted, or something in their place that lets everything pass.

What leaves with an error, in any language, is counted on both sides of a fix. A fix that moves it, says it otherwise
or decides anew where it is raised keeps the count or brings a condition; one that has fewer and nothing but constants
instead has switched the error off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from prunella.changes import Finding
from prunella.guard.code_blocks import FUNCTIONS
from prunella.guard.code_idle import has_code, is_idle, work
from prunella.guard.code_lines import LINE, Source, squeezed
from prunella.guard.touched import Hunk
from prunella.guard.view import Found
from prunella.guard.weakened_cases import suspicion

EXITS = {
    "python": r"^raise\b|\bsys\.exit\([^0)]|^assert\b",
    "js": r"\bthrow\b|\breject\(|\bassert(?:\.\w+)?\(|\binvariant\(",
    "go": (
        r"^return\b.*(?:\b[eE]rr\w*\b|fmt\.Errorf\(|errors\.\w+\(|\bErr[A-Z]\w*|\w\.[eE]rrorf?\()|\bpanic\("
        r"|\blog\.(?:Fatal|Panic)\w*\("
    ),
    "rust": (
        r"\bErr\((?!\w*\)\s*=>)|\bbail!\(|\bensure!\(|\bpanic!\(|\?(?=[;,.)\s]|$)|\bassert\w*!\(|\.unwrap\(\)"
        r"|\.expect\("
    ),
    "jvm": (
        r"\bthrow\b|\brequireNonNull\w*\(|\b(?:check|require)(?:Argument|NotNull|NonNull|State)?\("
        r"|\b(?:Validate|Assert|Preconditions)\.\w+\("
    ),
    "dotnet": r"\bthrow\b|\bThrowIf\w+\(",
    "c": (
        r"\breturn\s+\(?(?:-\w+|NULL|nullptr|false|\w*(?:ERR|FAIL|INVALID)\w*)\b|\bgoto\s+\w+|\babort\(|\b\w*assert\w*\("
        r"|\bthrow\b|\b\w*ASSERT\w*\("
    ),
    "php": r"\bthrow\b",
    "ruby": r"\braise\b|\bfail\b",
    "swift": r"\bthrow\b|\bprecondition\w*\(|\bfatalError\(|\bassert\w*\(",
}
"""How a line leaves with an error, by language."""

SOFT = re.compile(r"\?(?=[;,.)\s]|$)|\.unwrap\(|\.expect\(")
HARD = re.compile(r"\bErr\(|!\(|\bthrow\b")
DECIDES = re.compile(
    r"\b(?:if|elif|unless|else|match|switch|case|when|catch|except|rescue|guard|for|while|assert\w*|require\w*)\b"
    r"|\?\s|&&|\|\||\band\b|\bor\b|=>"
)
GUARD = re.compile(r"^[}\s]*(?:else\s+)?(?:if|unless|guard|elif)\b")
LEAVES = re.compile(r"^[{\s]*(?:return|goto)\b|[){:]\s*(?:return|goto)\b")
HANDLER = re.compile(r"\b(?:catch|except|rescue)\b")
MOST_GONE = 12
"""Lines of code beyond which what goes is more than a check."""

MOST_INSTEAD = 3
MOST_FRESH = 3
"""Lines of new work beyond which a fix is more than an error switched off."""

CLAMPS = re.compile(r"^[\w.>*-]+\s*=\s*[A-Za-z_][\w.>-]*[a-z_]\w*\s*;?$(?<!null)(?<!null;)")
"""A variable set to another: it may well be what is to be done."""

ASSERTS = re.compile(r"assert\b(?!\w*[(!])|\w*assert\w*\(", re.IGNORECASE)


@lru_cache(maxsize=32)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def exits_of(language: str, line: str) -> int:
    """How many ways out by an error a line has."""
    pattern = EXITS.get(language)
    return len(_compiled(pattern).findall(line)) if pattern else 0


def lost(sources: Sequence[Source]) -> Found:
    """A suspicion for errors that are raised no more, with nothing that decides in their place."""
    real = [source for source in sources if source.is_real and source.touch.after is not None]
    done = fresh(real)
    if done > MOST_FRESH:
        return []
    gone, come = source_lines(real, "removed"), source_lines(real, "added")
    told = _exits(come, bare=True)
    left = Counter({line: count for line, count in _exits(gone, bare=not come).items() if not told[line]})
    fewer = sum(_exits(gone, bare=not come).values()) > sum(told.values())
    unasked = done == 0 and not any(DECIDES.search(line) for _, line in come)
    fewer = fewer and not any(_defines(language, [line]) for language, line in come)
    found: Found = []
    for source in real:
        for hunk in source.touch.hunks:
            finding = _judged(source, hunk, left if fewer else Counter(), unasked=unasked)
            if finding:
                found.append(finding)
    return found[:3]


def fresh(sources: Sequence[Source]) -> int:
    """How many lines that do something a fix adds to code which did not have them."""
    count = 0
    for source in sources:
        was = {squeezed(line) for line in source.before}
        count += sum(work(line.strip()[:LINE]) > 0 and squeezed(line) not in was for _, line in source.added)
    return count


def source_lines(sources: Sequence[Source], side: str) -> list[tuple[str, str]]:
    """Language and stripped line of all that was removed or added."""
    return [(source.language, line.strip()[:LINE]) for source in sources for _, line in getattr(source, side)]


def sides(source: Source, hunk: Hunk) -> tuple[list[str], list[str]]:
    """The lines of code that a hunk removes and adds, stripped, without those that are only brackets."""
    first = source.inner_tests()
    shown: list[list[str]] = []
    for lines, changed in ((source.before, hunk.removed), (source.after, hunk.added)):
        texts = [lines[number - 1].strip()[:LINE] for number, _ in changed if number <= min(len(lines), first)]
        shown.append([text for text in texts if has_code(text)])
    return shown[0], shown[1]


def _exits(lines: Sequence[tuple[str, str]], *, bare: bool) -> Counter[str]:
    """Ways out by an error, by line; bare assertions, which tell a type checker something, only if asked for."""
    counts: Counter[str] = Counter()
    for language, line in lines:
        if bare or not ASSERTS.match(line):
            counts[squeezed(line)] += exits_of(language, line)
    return counts


def _judged(source: Source, hunk: Hunk, left: Counter[str], *, unasked: bool) -> tuple[Finding, bool] | None:
    gone, come = sides(source, hunk)
    if not gone or len(gone) > MOST_GONE or _defines(source.language, gone):
        return None
    raised = [line for line in gone if left[squeezed(line)] > 0 and exits_of(source.language, line)]
    kept = {line.rstrip(" {") for line in gone}
    come = [line for line in come if not (GUARD.match(line) and line.rstrip(" {") in kept)] or come
    lost = sum(exits_of(source.language, line) for line in raised) - sum(
        exits_of(source.language, line) for line in come
    )
    rule, reason = "", ""
    if come and all(CLAMPS.match(line) for line in come):
        return None
    if not come:
        if any(HARD.search(line) or not SOFT.search(line) for line in raised):
            rule, reason = "check-removed", f"it deletes what raises: {raised[0][:80]}"
        elif unasked and _is_guard(gone):
            rule, reason = "check-removed", f"it deletes a check: {gone[0][:80]}"
    elif lost > 0 and all(is_idle(line) for line in come):
        rule, reason = "error-swallowed", f"it goes on where an error was raised: {raised[0][:80]}"
    elif lost > 0 and len(come) <= MOST_INSTEAD and not _handles(gone, come):
        rule, reason = "check-removed", f"it does not ask any more: {raised[0][:80]}"
    return suspicion(rule, source.path, reason, _line(hunk)) if rule else None


def _handles(gone: Sequence[str], come: Sequence[str]) -> bool:
    """Whether errors were handled there, or something decides now."""
    return any(HANDLER.search(line) for line in gone) or any(DECIDES.search(line) for line in come)


def _is_guard(gone: Sequence[str]) -> bool:
    """Whether what goes is a condition and the way out that it guards, and nothing else."""
    if not GUARD.match(gone[0]) or not any(LEAVES.search(line) for line in gone):
        return False
    return all(GUARD.match(line) or is_idle(line) or LEAVES.search(line) for line in gone)


def _defines(language: str, gone: Sequence[str]) -> bool:
    """Whether a function goes as a whole, which is no guard."""
    pattern = FUNCTIONS.get(language)
    return bool(pattern) and any(_compiled(pattern or "").match(line) for line in gone)


def _line(hunk: Hunk) -> int:
    return hunk.added[0][0] if hunk.added else hunk.removed[0][0] if hunk.removed else 0
