"""The doctor's findings about keys, models, prices and, over the network, the providers themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prunella.cli.findings import Finding, State, mask
from prunella.config.ladder import DISPLAYS, KEYS, Access, access
from prunella.config.settings import Settings
from prunella.config.values import plain
from prunella.domain import Ladder, Rung
from prunella.errors import Fault, ProviderError
from prunella.providers.http import Endpoint, ModelStatus

Probe = Callable[[Rung, Access], ModelStatus]
"""Asks a provider about a rung's model; raises ProviderError when it cannot say."""

PASSING = frozenset({Fault.RATE_LIMIT, Fault.TRANSIENT})


def warning(model: str) -> str:
    """What the catalogue warns of: an id that has ended, will end, or is not known."""
    from datetime import UTC, datetime

    from prunella.providers.catalog import status

    return status(model, datetime.now(tz=UTC).date()).warning


def keys(settings: Settings) -> list[Finding]:
    """The vendors' keys; one of them missing leaves its attempts out, which the ladder says."""
    findings = []
    for provider, variable in KEYS.items():
        key = {"anthropic": settings.anthropic_api_key, "openai": settings.openai_api_key}[provider]
        name, origin = f"key for {DISPLAYS[provider]}", settings.origins[f"{provider}.api_key"]
        if not key:
            remedy = f"Set {variable} in the environment or in .env to have {DISPLAYS[provider]} asked."
            findings.append(Finding(name, State.WARN, f"{variable} is not set", remedy))
        elif not (key.isascii() and key.isprintable()) or set(key) & set(" \"'`"):
            detail = f"{variable} ({origin}) holds blanks, quotes or other characters that no key has"
            findings.append(Finding(name, State.FAIL, detail, f"Set {variable} to the key alone."))
        else:
            findings.append(Finding(name, State.OK, f"{mask(key)} ({variable}, {origin})"))
    return findings


def prices(settings: Settings, ladder: Ladder) -> list[Finding]:
    """A model without a price is refused by the budget, so it is better known now."""
    from prunella.providers.local import is_local
    from prunella.providers.prices import Prices, Rates

    own = {
        model: Rates(price.input, price.output, price.cached, price.cache_write)
        for model, price in settings.prices.items()
    }
    known = Prices(None, own)
    findings = []
    for model, rung in {rung.model: rung for rung in ladder.rungs}.items():
        free = rung.provider not in KEYS and is_local(rung.base_url)
        if not free and known.rates(rung.provider, model, at=time.time()) is None:
            shown = plain(model, 80)
            remedy = (
                f'Add to prunella.toml: [prices."{shown}"], then input = … and output = … (USD per million tokens).'
            )
            findings.append(Finding("price", State.FAIL, f"{shown} has no known price, so it cannot be asked", remedy))
    return findings


def providers(settings: Settings, ladder: Ladder, probe: Probe) -> list[Finding]:
    """Each server and model of the ladder, asked once."""
    findings, asked = [], set()
    for rung in ladder.rungs:
        door = access(settings, rung)
        if (rung.provider, rung.model, door) not in asked:
            asked.add((rung.provider, rung.model, door))
            findings.append(_asked(rung, door, probe))
    return findings


def _asked(rung: Rung, door: Access, probe: Probe) -> Finding:
    name = plain(f"{rung.display} ({rung.model})", 120)
    try:
        status = probe(rung, door)
    except ProviderError as error:
        state = State.WARN if error.fault is Fault.RATE_LIMIT else State.FAIL
        later = "Try again later." if error.fault in PASSING else ""
        return Finding(name, state, plain(error.message), plain(error.remedy) or later)
    if status.listed and rung.model not in status.listed:
        detail = f"the server does not have it; it has {', '.join(status.listed[:5])}"
        return Finding(name, State.FAIL, plain(detail), "Load the model on the server, or name one that it has.")
    if not status.found:
        return Finding(name, State.FAIL, plain(status.note or "there is no such model"), _other_model(rung))
    if status.retires:
        return Finding(name, State.WARN, plain(status.note or f"ends on {status.retires}"), _other_model(rung))
    return Finding(name, State.OK, plain(f"reachable, and the key is accepted{'; ' * bool(status.note)}{status.note}"))


def _other_model(rung: Rung) -> str:
    from prunella.providers.catalog import default_model

    other = default_model(rung.provider)
    if not other or other == rung.model:
        return "Name another model in the configuration."
    return f"Name another model: {rung.provider.upper()}_MODEL={other}, or `model` in [[ladder]]."


@contextmanager
def network() -> Iterator[Probe]:
    """A probe that really asks: GET of the model, with short time limits and no retry."""
    from prunella.app import wire_of
    from prunella.providers.transport import Limits, Transport

    transport = Transport(Limits(body_bytes=4 << 20, connect_s=8.0, read_s=20.0, total_s=30.0))

    def ask(rung: Rung, door: Access) -> ModelStatus:
        wire = wire_of(rung.provider)
        endpoint = Endpoint(door.base_url or wire.DEFAULT_BASE_URL, door.key)
        setting = f"{rung.provider.upper()}_BASE_URL" if rung.provider in KEYS else "the rung's base_url"
        return wire.read_model(transport.send(wire.build_models_request(endpoint, rung.model), setting=setting))

    try:
        yield ask
    finally:
        transport.close()
