"""The one retry policy: what is sent again, when, and when to stop. Pure; the caller waits and sends."""

from __future__ import annotations

from typing import NamedTuple

from prunella.errors import Fault, ProviderError

MAY_PASS = frozenset({Fault.RATE_LIMIT, Fault.TRANSIENT})
"""Failures that the same request may not meet again a little later."""


class Bounds(NamedTuple):
    """How far patience goes.

    Attributes:
        sends: requests in all, the first included.
        waited_s: seconds of waiting in all.
        retry_after_s: the longest wait that a vendor may ask for; asked for more, the request is given up at once.
        first_s: the first wait when the vendor names none; it doubles each time up to ``longest_s``.
    """

    sends: int = 4
    waited_s: float = 120.0
    retry_after_s: float = 60.0
    first_s: float = 0.5
    longest_s: float = 8.0


class Wait(NamedTuple):
    """Send the same request again after ``delay_s``."""

    delay_s: float


class GiveUp(NamedTuple):
    """Do not; ``reason`` is in words, "" when asking again could not have helped anyway."""

    reason: str


DEFAULT_BOUNDS = Bounds()


def decide(
    error: ProviderError, tries: int, waited_s: float, jitter: float, bounds: Bounds = DEFAULT_BOUNDS
) -> Wait | GiveUp:
    """What to do after a failure.

    Args:
        tries: how often the request has been sent, at least 1.
        waited_s: how long it has been waited for already.
        jitter: from 0 to 1; shortens a wait that the vendor did not name by up to a quarter, so that several clients
            do not come back at the same moment.
    """
    if error.fault is Fault.MALFORMED:
        return Wait(_backoff(1, jitter, bounds)) if tries == 1 else GiveUp("asked twice")
    if error.fault not in MAY_PASS:
        return GiveUp("")
    if tries >= bounds.sends:
        return GiveUp(f"asked {tries} times")
    asked = error.retry_after_s
    if asked is not None and asked > bounds.retry_after_s:
        return GiveUp(f"it asks to wait {asked:.0f} s, and {bounds.retry_after_s:.0f} s is the most")
    delay = _backoff(tries, jitter, bounds) if asked is None else max(0.0, asked)
    if waited_s + delay > bounds.waited_s:
        return GiveUp(f"waited {waited_s:.0f} s already, and {bounds.waited_s:.0f} s is the most")
    return Wait(delay)


def _backoff(tries: int, jitter: float, bounds: Bounds) -> float:
    return float(min(bounds.longest_s, bounds.first_s * 2 ** (tries - 1)) * (1 - 0.25 * jitter))
