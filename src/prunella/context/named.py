"""The names that a failure speaks of, with how much they tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from prunella.context.symbols import COMMON
from prunella.domain import Diagnostic

MOST_NAMES = 24
MOST_ON_LINE = 30
_QUOTES = re.compile(
    r"'([^'\n]{1,300})'" + r'|"([^"\n]{1,300})"' + r"|`([^`\n]{1,300})`|‘([^’\n]{1,300})’|“([^”\n]{1,300})”"
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_TELLING = re.compile(
    r"(?:undefined: |undeclared name: |symbol:\s+\w+\s+|class |function |method |attribute |module |type |name )"
    r"['\"`]?([A-Za-z_]\w{2,}(?:\.\w+)*)"
)
_MIXED = re.compile(r"\b(?:[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|\w{2,}_\w+)\b")
_KEYWORDS = (
    "if else for while do switch case break continue return throw try catch finally function new delete "
    "typeof await yield with instanceof import export from default const var class def elif except raise "
    "pass lambda assert del global nonlocal not and match loop move ref mut pub impl where unsafe defer "
    "select range func package chan goto sizeof using namespace template typename operator public private "
    "protected static final void this super null true false nil undefined None True False self Self crate "
    "super dyn enum struct trait type interface extends implements abstract readonly declare async let "
    "use mod println print "
)
KEYWORDS = frozenset(_KEYWORDS.split())


def told(diagnostics: Iterable[Diagnostic]) -> dict[str, float]:
    """Names in messages with a weight up to 1: what is quoted in the first errors most."""
    found: dict[str, float] = {}
    for number, diagnostic in enumerate(diagnostics):
        fading = max(0.3, 1.0 - 0.06 * number)
        message = diagnostic.message[:4_000]
        for quoted in ("".join(groups) for groups in _QUOTES.findall(message)):
            whole = bool(re.fullmatch(r"[\w$.#:]+(?:\(\))?", quoted))
            for name in _WORD.findall(quoted)[:12]:
                _add(found, name, fading * (1.0 if whole else 0.8 if name[:1].isupper() else 0.5))
        for name in _TELLING.findall(message)[:12]:
            for part in name.split("."):
                _add(found, part, fading * 0.9)
        for name in _MIXED.findall(message)[:20]:
            _add(found, name, fading * 0.6)
    return dict(sorted(found.items(), key=lambda item: -item[1])[:MOST_NAMES])


def on_line(line: str, column: int) -> dict[str, float]:
    """Names in a line of code: the one at the column (1-based; 0 = unknown) most, its neighbours next."""
    found: dict[str, float] = {}
    for match in list(_WORD.finditer(line[:2_000]))[:MOST_ON_LINE]:
        start, end = match.span()
        distance = 0 if start < column <= end + 1 else min(abs(start + 1 - column), abs(end - column))
        _add(found, match[0], 0.6 if not column else 1.0 if distance == 0 else 0.75 if distance < 20 else 0.5)
    return found


def mentioned(lines: Iterable[str], most: int = 200) -> list[str]:
    """The names in lines of code, in order of appearance, without what every program has."""
    found: dict[str, None] = {}
    for line in lines:
        for name in _WORD.findall(line[:600]):
            if len(name) > 2 and name not in KEYWORDS and name not in COMMON:
                found.setdefault(name)
        if len(found) >= most:
            break
    return list(found)


def most_alike(name: str, others: Iterable[str], most: int = 2) -> list[str]:
    """Those of ``others`` that are nearest to ``name``: one holds the other, or they share most of their letters."""
    low = name.casefold()
    scored: list[tuple[float, str]] = []
    for other in others:
        near = other.casefold()
        if near != low and (near.startswith(low) or low.startswith(near) or low in near) and len(near) > 3:
            scored.append((1.0 - abs(len(near) - len(low)) / 60, other))
        elif abs(len(near) - len(low)) <= 3 and near[:1] == low[:1] and len(scored) < 400:
            ratio = SequenceMatcher(None, low, near).quick_ratio()
            if ratio > 0.75:
                scored.append((ratio - 0.2, other))
    return [other for _, other in sorted(scored, reverse=True)[:most]]


def _add(found: dict[str, float], name: str, weight: float) -> None:
    if len(name) > 1 and name not in KEYWORDS and name not in COMMON:
        found[name] = max(weight, found.get(name, 0.0))
