"""The definitions of a text, told by the look of their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from prunella.lately.languages import keywords, shapes

LONGEST_LINE = 600
"""Characters of a line that may define something; longer ones are generated or minified."""

_EXPORT_LIST = re.compile(r"^\s*export\s+(?:type\s+)?\{([^{}]*)\}", re.ASCII)
_WORD = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_BEGIN = """return throw raise if else elif while for switch case catch await yield delete del assert goto import from
using package use"""
_STATEMENTS = frozenset(_BEGIN.split())


class Definition(NamedTuple):
    """A name that a line defines; ``line`` is 1-based, ``exported`` whether other files see it."""

    name: str
    line: int
    text: str
    exported: bool


def definitions(family: str, lines: Iterable[tuple[int, str]]) -> list[Definition]:
    """What the given lines (with their numbers) define, in their order."""
    found: list[Definition] = []
    for number, line in lines:
        if not line or line.isspace() or len(line) > LONGEST_LINE:
            continue
        listed = _EXPORT_LIST.match(line) if family == "ts" else None
        if listed:
            names = [part.split(" as ")[-1].strip() for part in listed[1].split(",")]
            found += [Definition(name, number, line, True) for name in names if _WORD.fullmatch(name)]
            continue
        one = _defined(family, line)
        if one:
            found.append(Definition(one[0], number, line, one[1]))
    return found


def _defined(family: str, line: str) -> tuple[str, bool] | None:
    start = line.lstrip()
    if start.startswith(("//", "*", "/*", "--", '"""')) or (start.startswith("#") and family != "c"):
        return None
    for pattern, exported in shapes(family):
        match = pattern.match(line)
        if match and match["name"] not in keywords(family) and start.split(None, 1)[0] not in _STATEMENTS:
            return match["name"], _visible(match, exported)
    return None


def _visible(match: re.Match[str], exported: str) -> bool:
    groups = match.groupdict()
    if exported == "capital":
        return groups["name"][:1].isupper()
    if exported == "plain":
        return not groups["name"].startswith("_")
    if exported == "unless":
        return not groups.get("own")
    return exported == "yes" or (exported == "" and bool(groups.get("pub")))
