"""What tokens cost, from the maintained ``genai-prices`` package or from the user's own rates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from prunella.conversation import Usage
from prunella.errors import ConfigError
from prunella.providers.rate_cards import UNIT, Card, Rate, RateCards, Row

TOKENS = 1_000_000
"""Rates are for this many tokens."""


@dataclass(eq=False, repr=False)  # what is left out is not compiled at each start
class Rates:
    """A user's own prices of a model, US dollars per million tokens. ``cached`` and ``cache_write`` (of any lifetime)
    None = as ``input``.

    Raises:
        ConfigError: a rate is negative or no number.
    """

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None

    def __post_init__(self) -> None:
        for value in (self.input, self.output, self.cached, self.cache_write):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ConfigError(
                    f"a price of {value} per million tokens makes no sense", remedy="Prices are 0 or more."
                )


class Ceiling(NamedTuple):
    """The most that a request can cost in US dollars: for all that is sent, and for each token that comes back."""

    input_usd: float
    output_usd: float


class Prices:
    """Prices by provider and model. May be used by several threads.

    Args:
        cache: the folder that looked-up rates are kept in; None = look them up in every run, which takes 0.2 s of CPU.
        overrides: the user's own rates, keyed by model id; they win over the package.
    """

    def __init__(self, cache: Path | None = None, overrides: Mapping[str, Rates] | None = None) -> None:
        self._folder = cache
        self._cards: RateCards | None = None
        self._overrides = {model: _own_card(rates) for model, rates in (overrides or {}).items()}

    def price(self, provider: str, model: str, usage: Usage, *, at: float) -> float | None:
        """The cost in US dollars of one request made at ``at`` (Unix time); None when the model has no price.

        Every token counts once: those read from or written to a cache at their own rate where the model has one, all
        others at the rate for input. Where rates depend on the length of the input, the whole input of the request
        decides; so several requests must be priced one by one, not by their sum.
        """
        row = self.rates(provider, model, at=at)
        if row is None:
            return None
        written_1h = _share(row, "cache_write_1h_mtok", usage.cache_write_1h_tokens, usage.input_tokens)
        written = _share(
            row, "cache_write_mtok", usage.cache_write_tokens - written_1h, usage.input_tokens - written_1h
        )
        cached = _share(row, "cache_read_mtok", usage.cached_tokens, usage.input_tokens - written - written_1h)
        counts = {
            "input_mtok": max(0, usage.input_tokens - cached - written - written_1h),
            "cache_read_mtok": cached,
            "cache_write_mtok": written,
            "cache_write_1h_mtok": written_1h,
            "output_mtok": usage.output_tokens,
        }
        total = sum(row.rate(key).at(usage.input_tokens) * count for key, count in counts.items())
        return total / (TOKENS * UNIT)

    def ceiling(self, provider: str, model: str, input_tokens: int, *, at: float) -> Ceiling | None:
        """The most that a request with up to ``input_tokens`` can cost; None when the model has no price.

        The dearest rate for input is taken, in the dearest tier up to that length. Cache entries that live for an hour
        are left out: no request of ours asks for one.
        """
        row = self.rates(provider, model, at=at)
        if row is None:
            return None
        keys = ("input_mtok", "cache_read_mtok", "cache_write_mtok")
        dearest = max(row.rate(key).worst(input_tokens) for key in keys)
        output = row.rate("output_mtok").worst(input_tokens)
        return Ceiling(dearest * input_tokens / (TOKENS * UNIT), output / (TOKENS * UNIT))

    def rates(self, provider: str, model: str, *, at: float) -> Row | None:
        """The rates in force at ``at``; None when the model has none."""
        card = self._overrides.get(model)
        if card is None:
            if self._cards is None:
                self._cards = RateCards(self._folder)
            card = self._cards.card(provider, model)
        return _in_force(card, at) if card else None


def _own_card(rates: Rates) -> Card:
    values = {
        "input_mtok": rates.input,
        "cache_read_mtok": rates.cached,
        "cache_write_mtok": rates.cache_write,
        "output_mtok": rates.output,
    }
    return (Row("", {key: Rate(round(value * UNIT)) for key, value in values.items() if value is not None}),)


def _in_force(card: Card, at: float) -> Row:
    """The last row that has begun; the first where none has (so does the package read its data)."""
    if len(card) > 1:
        from datetime import UTC, datetime

        today = datetime.fromtimestamp(at, tz=UTC).date().isoformat()
        return next((row for row in reversed(card) if row.since <= today), card[0])
    return card[0]


def _share(row: Row, key: str, tokens: int, whole: int) -> int:
    """The tokens billed by ``key``: none where the model has no such rate, and never more than the whole."""
    return max(0, min(tokens, whole)) if key in row.rates else 0
