"""What is known of model ids without asking anybody: defaults, limits, and which ones have ended. Read from
``data/models.toml`` when first asked."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from prunella.conversation import Json


class Lifecycle(StrEnum):
    """Where a model is in its life, as far as the catalogue knows."""

    CURRENT = "current"
    DEPRECATED = "deprecated"
    RETIRED = "retired"
    UNKNOWN = "unknown"


class ModelNote(NamedTuple):
    """What the catalogue says of a model id.

    Attributes:
        ends: the day from which it is not served any more; None when none is announced.
        successor: the id to use instead; "" when it has no end.
    """

    model: str
    state: Lifecycle
    ends: date | None = None
    successor: str = ""

    @property
    def warning(self) -> str:
        """One line for a person; "" when there is nothing to warn of."""
        if self.state is Lifecycle.RETIRED:
            return f"{self.model} ended on {self.ends}; use {self.successor}"
        if self.state is Lifecycle.DEPRECATED:
            return f"{self.model} ends on {self.ends}; {self.successor} takes its place"
        if self.state is Lifecycle.UNKNOWN:
            return f"{self.model} is not a model id that this version of Prunella knows; it is used as it stands"
        return ""


class Model(NamedTuple):
    """A model's entry. Sizes are in tokens, None where unknown; ``name`` is the vendor's display name."""

    id: str
    provider: str
    name: str
    context: int | None = None
    output: int | None = None
    ends: date | None = None
    successor: str = ""


def status(model: str, today: date) -> ModelNote:
    """Whether a model id is current, has an announced end, has ended, or is not in the catalogue."""
    entry = find(model)
    if entry is None:
        return ModelNote(model, Lifecycle.UNKNOWN)
    if entry.ends is None:
        return ModelNote(model, Lifecycle.CURRENT)
    state = Lifecycle.RETIRED if today >= entry.ends else Lifecycle.DEPRECATED
    return ModelNote(model, state, entry.ends, entry.successor)


def find(model: str) -> Model | None:
    """The entry of a model id or of one of its aliases; None when there is none."""
    return _models().get(model)


def default_model(provider: str) -> str:
    """The model id of a provider's rungs when nothing else is configured; "" for a provider without a default."""
    return str(_default(provider).get("model", ""))


def default_display(provider: str) -> str:
    """How log lines call a provider when nothing else is configured; its own name for one without a default."""
    return str(_default(provider).get("display", provider))


def max_output_tokens(model: str) -> int | None:
    """The most output tokens that a model may be asked for; None when unknown."""
    entry = find(model)
    return entry.output if entry else None


def _default(provider: str) -> Json:
    defaults: Json = _document()["default"]
    found: Json = defaults.get(provider, {})
    return found


@cache
def _document() -> Json:
    import tomllib

    with Path(__file__).parent.parent.joinpath("data", "models.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _models() -> dict[str, Model]:
    models: dict[str, Model] = {}
    for name, row in _document()["model"].items():
        entry = Model(
            name,
            row["provider"],
            row["name"],
            row.get("context"),
            row.get("output"),
            row.get("ends"),
            row.get("successor", ""),
        )
        for alias in (name, *row.get("aliases", ())):
            models[alias] = entry
    return models
