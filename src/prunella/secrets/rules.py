"""The rules as data, read when the first text is looked through, each compiled when it is first needed."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILES = ("tokens.txt", "shapes.txt", "gitleaks.txt")
"""Ours go first: where two rules find the same text, the kind of the first is told."""

_ASSIGNED = r"""[\s'"]{0,3}(?:=|>|"""


class Scope(Enum):
    """Where a needle is looked for: in long words, around such as look drawn by lot, or in the whole text."""

    WORD = "word"
    NEAR = "near"
    TEXT = "text"


class Rule(NamedTuple):
    """What a kind of secret looks like.

    Attributes:
        kind: what a model sees of it.
        needles: one of them is there, in lower case, or the expression is not tried.
        entropy: the least, in bits per character; 0 = any.
        expression: its first group that matched is the secret; the whole match if it has none.
    """

    kind: str
    needles: tuple[str, ...]
    entropy: float
    expression: str


@cache
def rules(scope: Scope) -> dict[str, tuple[Rule, ...]]:
    """Those of a scope, by needle."""
    return _all()[scope]


@cache
def _all() -> dict[Scope, dict[str, tuple[Rule, ...]]]:
    found: dict[Scope, dict[str, tuple[Rule, ...]]] = {scope: {} for scope in Scope}
    for name in FILES:
        for line in (Path(__file__).parent / name).read_text("utf-8").split("\n"):
            if line and line[0] != "#":
                kind, needles, entropy, expression = line.split("\t")
                rule = Rule(kind, tuple(needles.split(" ")), float(entropy), expression)
                those = found[_scope(name, rule)]
                for needle in rule.needles:
                    those[needle] = (*those.get(needle, ()), rule)
    return found


def _scope(name: str, rule: Rule) -> Scope:
    if name == "tokens.txt":
        return Scope.WORD
    if name == "shapes.txt":
        return Scope.TEXT
    said = rule.expression.lower().replace("\\", "")
    inside = _ASSIGNED not in rule.expression and any(needle in said for needle in rule.needles)
    return Scope.WORD if inside else Scope.NEAR


@cache
def compiled(expression: str) -> re.Pattern[str]:
    """Compiled once; most texts need a handful."""
    return re.compile(expression)
