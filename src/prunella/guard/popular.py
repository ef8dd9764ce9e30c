"""Names of packages that many projects use, and which of them a misspelt name was probably meant to be."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

LEAST = 5
"""Letters of a name from which one wrong letter is a misspelling; shorter names are too near to each other."""

LOOKALIKES = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "$": "s"})


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    registry = ""
    text = Path(__file__).parent.parent.joinpath("data", "popular.txt").read_text(encoding="utf-8")
    for line in text.split("\n"):
        header = re.fullmatch(r"\[(\w+)\]", line)
        if header:
            registry = header[1]
        elif registry and not line.startswith("#"):
            found.setdefault(registry, []).extend(line.split())
    return {key: frozenset(names) for key, names in found.items()}


def is_popular(registry: str, name: str) -> bool:
    """Whether it is one of the names that many projects use."""
    return name.casefold() in _lists().get(registry, frozenset())


def meant(registry: str, name: str) -> str:
    """The popular package that a name looks like and is not; "" when it looks like none, or is one."""
    names = _lists().get(registry, frozenset())
    folded = name.casefold()[:200]
    if not folded or folded in names:
        return ""
    bare = _bare(folded)
    for other in sorted(names):
        if abs(len(other) - len(folded)) > 2:
            continue
        if bare == _bare(other) or (min(len(folded), len(other)) >= LEAST and _one_off(folded, other)):
            return other
    inner = meant(registry, folded[7:]) if folded.startswith("@types/") else ""
    return f"@types/{inner}" if inner else ""


@lru_cache(maxsize=8_192)
def _bare(name: str) -> str:
    """A name without its separators, and letters that look alike as one."""
    return re.sub(r"[-_.@/:]", "", name).translate(LOOKALIKES).replace("rn", "m").replace("vv", "w")


def _one_off(name: str, other: str) -> bool:
    """Whether one letter is missing, too many, another, or two neighbours are swapped."""
    if name == other:
        return False
    shorter, longer = sorted((name, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    at = 0
    while at < len(shorter) and shorter[at] == longer[at]:
        at += 1
    if len(shorter) < len(longer):
        # A digit at the end is the next version of the same (``boto3``), seldom a slip.
        return shorter[at:] == longer[at + 1 :] and not (at == len(shorter) and longer[-1].isdigit())
    if shorter[at + 1 :] == longer[at + 1 :]:
        return not (shorter[at].isdigit() and longer[at].isdigit())
    return shorter[at : at + 2] == longer[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
