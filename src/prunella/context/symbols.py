"""Names that errors mention, and where the repository defines them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prunella.domain import Diagnostic
from prunella.ports import Files

MOST_NAMES = 8
_QUOTED = r"""['"`‘“]([A-Za-z_$][\w$]*(?:\.[\w$]+)*)['"`’”]"""
_IDENTIFIER = r"[A-Za-z_$][\w$]{2,}"
_ASSIGNED = r"([A-Za-z_$][\w$]*)\s*(?::[^=\n]{1,80})?=[^=]"
_KEYWORDS = (
    "class|interface|type|enum|function|const|let|var|def|struct|trait|fn|func|namespace|module|record|union|typedef"
)
_COMMON = (
    "string number boolean undefined null never unknown any void object Promise Array Record None str int "
    "float bool list dict tuple set bytes self cls this true false True False Error Exception "
)
COMMON = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined."""

    name: str
    path: str
    line: int


def names(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Quoted names in the messages in order of appearance, without what every program has."""
    found: dict[str, None] = {}
    for diagnostic in diagnostics:
        for quoted in re.findall(_QUOTED, diagnostic.message):
            for name in quoted.split("."):
                if re.fullmatch(_IDENTIFIER, name) and name not in COMMON:
                    found.setdefault(name)
    return tuple(found)[:MOST_NAMES]


def definitions(wanted: Iterable[str], files: Files) -> tuple[Definition, ...]:
    """Lines that look like definitions of the names, at most three for each."""
    found: list[Definition] = []
    for name in wanted:
        pattern = re.compile(rf"\b(?:{_KEYWORDS})\s+\*?{re.escape(name)}\b")
        hits = files.search(name, words=True, limit=200)
        matching = [Definition(name, hit.path, hit.line) for hit in hits if pattern.search(hit.text)]
        found += matching[:3]
    return tuple(found)


def defined_here(lines: Sequence[str], wanted: Iterable[str]) -> list[int]:
    """Where a file defines the names, in their order; for one that it does not, what it defines of most alike name."""
    opening = re.compile(
        rf"^\s*(?:export\s+)?(?:default\s+)?(?:async\s+|declare\s+|abstract\s+)*(?:{_KEYWORDS})\b\W*([\w$]+)"
    )
    places: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        match = opening.match(line[:300]) or re.match(_ASSIGNED, line[:300])
        if match:
            places.setdefault(match[1], number)
    numbers: list[int] = []
    for name in wanted:
        near = name if name in places else _alike(name, places)
        if near:
            numbers.append(places[near])
    return list(dict.fromkeys(numbers))


def _alike(name: str, others: Iterable[str]) -> str:
    words = _parts(name)
    shared = {other: len(words & _parts(other)) for other in others}
    best = max(shared, key=lambda other: shared[other], default="")
    return best if best and shared[best] else ""


def _parts(name: str) -> set[str]:
    """The words that a name is made of: ``getHero``, ``get_hero``."""
    return {word.casefold() for word in re.findall(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}", name)}
