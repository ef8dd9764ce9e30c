"""As much of a makefile as is needed to see whether what a target does has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

RULE = re.compile(r"^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=]*)$")


def targets_reached(lines: Sequence[str], words: Iterable[str]) -> dict[str, list[str]]:
    """Target -> its prerequisites and recipe, for the targets that are among ``words`` (the first of the file if none
    is) and those they need."""
    rules, first = _rules(lines)
    waiting = [word for word in words if word in rules] or ([first] if first else [])
    reached: dict[str, list[str]] = {}
    while waiting:
        target = waiting.pop()
        if target in rules and target not in reached:
            reached[target] = rules[target]
            waiting += rules[target][0].split()
    return reached


def _rules(lines: Sequence[str]) -> tuple[dict[str, list[str]], str]:
    rules: dict[str, list[str]] = {}
    first = ""
    current: list[str] = []
    for line in lines:
        if line.startswith("\t"):
            for target in current:
                rules[target].append(line.strip())
            continue
        if not line.strip() or line.startswith("#"):
            continue
        found = RULE.match(line)
        current = found[1].split() if found else []
        for target in current:
            known = rules.setdefault(target, [""])
            needs, _, recipe = (found[2] if found else "").partition(";")
            known[0] = f"{known[0]} {needs}".strip()
            known += [recipe.strip()] if recipe.strip() else []
            first = first or ("" if target.startswith(".") else target)
    return rules, first
