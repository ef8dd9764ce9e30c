"""Whether a version lies in a range, as npm, Python and Cargo write them.

Sources: node-semver's README ("Ranges"), PEP 440 ("Version specifiers"). What is not understood is no contradiction.
"""

from __future__ import annotations

import re

_PART = re.compile(
    r"(?P<sign>>=|<=|>|<|==|!=|~=|\^|~|=)?\s*v?(?P<version>[0-9]+(?:\.(?:[0-9]+|[xX*]))*)(?P<rest>[-+][\w.+-]*)?"
)


def numbers(text: str) -> tuple[int, ...]:
    """The first version in a text: ``v20.11.1`` is (20, 11, 1); () when there is none."""
    match = re.search(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}", text[:500])
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def satisfies(version: tuple[int, ...], wanted: str) -> bool:
    """Whether ``version`` lies in the range; True for a range of a kind that is not known (``lts/*``, ``latest``)."""
    choices = [choice.strip() for choice in wanted[:500].split("||")]
    return not version or any(_all(version, choice) for choice in choices)


def _all(version: tuple[int, ...], choice: str) -> bool:
    if not choice or choice in {"*", "x", "latest"}:
        return True
    between = re.fullmatch(r"\s*v?([0-9.]+)\s+-\s+v?([0-9.]+)\s*", choice)
    if between:
        return _one(version, ">=", between[1]) and _one(version, "<=", between[2])
    leftover = re.sub(r"[\s,]+", "", _PART.sub("", choice))
    parts = [(match["sign"] or "", match["version"]) for match in _PART.finditer(choice)]
    return bool(leftover) or not parts or all(_one(version, sign, text) for sign, text in parts)


def _one(version: tuple[int, ...], sign: str, text: str) -> bool:
    given = [int(part) for part in text.split(".") if part.isdigit()]
    exact = tuple(given)
    mine = (*version, 0, 0, 0)[: max(len(given), 3)]
    full = (*exact, 0, 0, 0)[: max(len(given), 3)]
    if sign in {">=", ">", "<=", "<"}:
        prefix = mine[: len(exact)] if sign in {"<=", ">"} else mine
        other = exact if sign in {"<=", ">"} else full
        return {">=": prefix >= other, ">": prefix > other, "<=": prefix <= other, "<": prefix < other}[sign]
    if sign == "!=":
        return mine[: len(exact)] != exact
    if sign == "^":
        fixed = next((place for place, part in enumerate(exact) if part), len(exact) - 1) + 1
        return mine >= full and mine[:fixed] == exact[:fixed]
    if sign == "~":
        return mine >= full and mine[: min(2, len(exact))] == exact[: min(2, len(exact))]
    if sign == "~=":
        return mine >= full and mine[: max(1, len(exact) - 1)] == exact[: max(1, len(exact) - 1)]
    return mine[: len(exact)] == exact
