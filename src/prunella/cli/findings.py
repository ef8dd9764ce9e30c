"""What ``prunella doctor`` finds, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LONG_ENOUGH = 32
"""A key at least this long stays secret with its first 7 and last 4 characters shown."""


class State(StrEnum):
    """How bad it is: fine, worth knowing, or in the way."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` says how to mend it; "" when there is nothing to mend."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def worst(findings: Iterable[Finding]) -> State:
    """The worst state among the findings."""
    states = {finding.state for finding in findings}
    return next((state for state in (State.FAIL, State.WARN) if state in states), State.OK)


def mask(secret: str) -> str:
    """A secret as it may be shown: enough to tell two keys apart, nothing of a short one."""
    if not secret:
        return "not set"
    return f"{secret[:7]}…{secret[-4:]}" if len(secret) >= LONG_ENOUGH and secret.isprintable() else "set (hidden)"
