"""A model's rates as plain integers: looked up in ``genai-prices`` once, read from a small JSON file ever after."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

UNIT = 10**9
"""Rates are integers: this many make one US dollar per million tokens. Sums of money stay exact that way."""

KEYS = ("input_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "output_mtok")
"""The package's names for the rates that our requests are billed by."""


class Rate(NamedTuple):
    """A price, and the prices that replace it for all tokens of a request whose input is longer than ``start``:
    pairs of start and price, rising."""

    base: int
    tiers: tuple[tuple[int, int], ...] = ()

    def at(self, input_tokens: int) -> int:
        """The price for a request with this much input."""
        return next((price for start, price in reversed(self.tiers) if input_tokens > start), self.base)

    def worst(self, input_tokens: int) -> int:
        """The highest price for a request with up to this much input."""
        return max(self.base, *(price for start, price in self.tiers if input_tokens > start), 0)


class Row(NamedTuple):
    """Rates by key that are in force from a day on (ISO date; "" = ever since)."""

    since: str
    rates: dict[str, Rate]

    def rate(self, key: str) -> Rate:
        """The rate of a key; 0 where the model has none."""
        return self.rates.get(key, Rate(0))


Card = tuple[Row, ...]
"""A model's rows, the later ones replacing the earlier; empty = the model has no price."""


class RateCards:
    """Rate cards of models, from the file in ``folder`` or, the first time, from the package."""

    def __init__(self, folder: Path | None) -> None:
        version = _package_version()
        self._file = folder / f"prices-{version}.json" if folder and version else None
        self._cards: dict[str, Card] | None = None
        self._lock = threading.Lock()

    def card(self, provider: str, model: str) -> Card:
        """The card of a provider's model; empty when the package knows no price for it."""
        key = f"{provider}/{model}"
        with self._lock:
            if self._cards is None:
                self._cards = _read(self._file)
            if key not in self._cards:
                self._cards[key] = look_up(provider, model)
                _write(self._file, self._cards)
            return self._cards[key]


def look_up(provider: str, model: str) -> Card:
    """The card as ``genai-prices`` has it. Models whose price depends on the time of day count as having none."""
    from genai_prices.data_snapshot import get_snapshot
    from genai_prices.types import ModelPrice

    try:
        _, found = get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        return ()
    if isinstance(found.prices, ModelPrice):
        return (Row("", _rates(found.prices)),) if _has_price(found.prices) else ()
    rows: list[Row] = []
    for entry in found.prices:
        day = getattr(entry.constraint, "start_date", None)
        if (entry.constraint is not None and day is None) or not _has_price(entry.prices):
            return ()
        rows.append(Row(day.isoformat() if day else "", _rates(entry.prices)))
    return tuple(rows)


def _has_price(price: ModelPrice) -> bool:
    return price.input_mtok is not None and price.output_mtok is not None


def _rates(price: ModelPrice) -> dict[str, Rate]:
    from genai_prices.types import TieredPrices

    rates: dict[str, Rate] = {}
    for key in KEYS:
        value = getattr(price, key)
        if isinstance(value, TieredPrices):
            rates[key] = Rate(
                int(value.base * UNIT), tuple((tier.start, int(tier.price * UNIT)) for tier in value.tiers)
            )
        elif value is not None:
            rates[key] = Rate(int(value * UNIT))
    return rates


def _package_version() -> str:
    """The installed version, by the name of the folder beside the package: asking ``importlib.metadata`` costs more
    than reading the prices. "" when it cannot be told, and then nothing is kept."""
    for entry in sys.path:
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208 - paths of a thousand packages cost time
        except OSError:
            continue
        if "genai_prices" in names:
            found = [name for name in names if name.startswith("genai_prices-") and name.endswith(".dist-info")]
            return found[0].removeprefix("genai_prices-").removesuffix(".dist-info") if len(found) == 1 else ""
    return ""


def _read(file: Path | None) -> dict[str, Card]:
    """The cards in the file. What cannot be read is looked up again: the file is only there to save time."""
    if file is None:
        return {}
    try:
        document = json.loads(file.read_bytes())
        return {str(key): _read_card(rows) for key, rows in document.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return {}


def _read_card(rows: Sequence[dict[str, object]]) -> Card:
    return tuple(
        Row(
            _checked_text(row["since"]),
            {key: _read_rate(value) for key, value in cast("dict[str, list[object]]", row["rates"]).items()},
        )
        for row in rows
    )


def _read_rate(value: list[object]) -> Rate:
    base, tiers = value
    return Rate(
        _checked_number(base),
        tuple((_checked_number(start), _checked_number(price)) for start, price in cast("list[list[object]]", tiers)),
    )


def _checked_number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a rate")
    return value


def _checked_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a day")
    return value


def _write(file: Path | None, cards: dict[str, Card]) -> None:
    """Replace the file as a whole; two runs at once each leave a whole one. Not being able to is no error."""
    if file is None:
        return
    document = {
        key: [{"since": row.since, "rates": {k: [r.base, r.tiers] for k, r in row.rates.items()}} for row in card]
        for key, card in cards.items()
    }
    part = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink()
