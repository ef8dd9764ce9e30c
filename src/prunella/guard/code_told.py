"""What a fix does right where the failure points to: the failing line deleted or given a default, the test's own input
asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from prunella.guard.code_errors import sides
from prunella.guard.code_idle import work
from prunella.guard.code_lines import LINE, Source
from prunella.guard.view import Failing, Found
from prunella.guard.weakened_cases import suspicion

PLACE = re.compile(r"([\w./\\-]+\.\w{1,5})[\"']?(?::|, line |\()(\d+)")
DEFAULT = re.compile(
    r"\?\.|\?\?|\|\||\.get\(|\.getOrDefault\(|\borElse\w*\(|\bunwrap_or\w*\(|\bor\b|\bgetattr\([^)]*,[^)]*,|\?:|\.setdefault\("
)
ASKS = re.compile(
    r"\b(?:if|elif|case|when|unless)\b|[=!]==?|\?\s|\.(?:equals\w*|startsWith|endsWith|startswith|endswith|starts_with"
    r"|ends_with|includes|contains|has|get|HasPrefix|HasSuffix|Contains|test|match)\(|\bin\s*[\[({]"
    r"|\.replace\w*\(|strings\.Replace\w*\(|\bstr\w*cmp\(|\bmemcmp\(|\.sub\(|=>"
)
"""How code asks for a value, or puts another in its place."""

CONDITION = re.compile(r"^[}\s]*(?:else\s+)?(?:if|elif|case|when)\b")
TEXT = re.compile(
    r"\"((?:\\.|[^\"\\]){3,80})\"|'((?:\\.|[^'\\]){3,80})'|`([^`$]{3,80})`|(?<![\w.])(\d{3,}(?:\.\d+)?|\d+\.\d+)(?![\w.])"
)
COMMON = re.compile(r"^(?:[a-z]{1,12}|[A-Z]{1,8}|utf-?8|\d00|\d000|1024|\s*|[%\\].{1,4})$")
"""Words that a failure may name by chance."""

FAR = 2
"""Lines from the one that a failure names."""


def told(source: Source, failing: Failing) -> Found:
    """A suspicion for an answer made for what the failure shows; nothing when nobody said what failed."""
    if not failing.known or not source.is_real or source.touch.before is None or source.touch.after is None:
        return []
    return _asked(source, failing) or _silenced(source, failing)


def _asked(source: Source, failing: Failing) -> Found:
    before = "\n".join(source.touch.before or ())
    first = source.inner_tests()
    asked = {number for number, line in source.added if ASKS.search(line[:LINE])}
    under = {number + 1 for number, line in source.added if CONDITION.match(line.strip()[:LINE])}
    for number, line in source.added:
        if number >= first or number not in asked | under:
            continue
        for found in TEXT.finditer(line[:LINE]):
            word = next(text for text in found.groups() if text is not None)
            if word in before or COMMON.match(word) or not _shown(word, failing.text):
                continue
            reason = f"it asks for what the failing test has: {line.strip()[:80]}"
            return [suspicion("special-case", source.path, reason, number)]
    return []


def _shown(word: str, text: str) -> bool:
    """Whether a failure shows a value: as a value, not as part of a word or a path."""
    if word[0].isdigit() and word.replace(".", "").isdigit():
        return bool(re.search(rf"(?<![\w./-]){re.escape(word)}(?![\d/-])", text))
    if re.fullmatch(r"[A-Za-z ]+", word):
        return bool(re.search(rf"(?<![\w./-]){re.escape(word)}(?![\w/-])", text))
    return bool(re.search(rf"(?<![\w/]){re.escape(word)}|{re.escape(word)}(?![\w/])", text))


def _silenced(source: Source, failing: Failing) -> Found:
    """A default for what failed, or the failing statement gone, at the very line that the failure names."""
    numbers = {number for path, number in _places(failing.text) if _is_same(path, source.touch.old_path)}
    if not numbers:
        return []
    for hunk in source.touch.hunks:
        if not any(
            abs(number - at) <= (FAR if len(hunk.removed) > 1 else 0) for number, _ in hunk.removed for at in numbers
        ):
            continue
        gone, come = sides(source, hunk)
        if not come and any(map(work, gone)):
            reason = f"it deletes what failed: {gone[0][:80]}"
            return [suspicion("check-removed", source.path, reason, hunk.removed[0][0])]
        if _is_defaulted(gone, come):
            reason = f"it has a default for what failed: {come[0][:80]}"
            return [suspicion("error-ignored", source.path, reason, hunk.added[0][0])]
    return []


def _is_defaulted(gone: list[str], come: list[str]) -> bool:
    if len(gone) != 1 or len(come) != 1 or len(DEFAULT.findall(come[0])) <= len(DEFAULT.findall(gone[0])):
        return False
    names = set(re.findall(r"\w+", gone[0]))
    return len(names & set(re.findall(r"\w+", come[0]))) >= len(names) - 1


@lru_cache(maxsize=8)
def _places(text: str) -> frozenset[tuple[str, int]]:
    return frozenset((path, int(number)) for path, number in PLACE.findall(text) if len(number) < 8)


def _is_same(path: str, other: str) -> bool:
    path = path.replace("\\", "/").removeprefix("./")
    return path == other or path.endswith(f"/{other}") or other.endswith(f"/{path}")
