"""Names that errors mention, and where the repository defines them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prunella.domain import Diagnostic
from prunella.ports import Files

MOST_NAMES = 8
_QUOTED = re.compile(r"""['"`‘“]([A-Za-z_$][\w$]*(?:\.[\w$]+)*)['"`’”]""")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]{2,}")
_KEYWORDS = (
    "class|interface|type|enum|function|const|let|var|def|struct|trait|fn|func|namespace|module|record|union|typedef"
)
_COMMON = """string number boolean undefined null never unknown any void object Promise Array Record None str int float
bool list dict tuple set bytes self cls this true false True False Error Exception"""


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined."""

    name: str
    path: str
    line: int


def names(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Quoted names in the messages in order of appearance, without what every program has."""
    common = frozenset(_COMMON.split())
    found: dict[str, None] = {}
    for diagnostic in diagnostics:
        for quoted in _QUOTED.findall(diagnostic.message):
            for name in quoted.split("."):
                if _IDENTIFIER.fullmatch(name) and name not in common:
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
