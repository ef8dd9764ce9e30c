"""Model ids as data."""

from __future__ import annotations

from datetime import date

import pytest

from prunella.providers import catalog
from prunella.providers.catalog import Lifecycle

TODAY = date(2026, 11, 22)


def test_the_defaults_are_current_and_have_limits() -> None:
    for provider, display in (("anthropic", "Claude"), ("openai", "OpenAI Codex")):
        model = catalog.default_model(provider)
        assert catalog.status(model, TODAY) == catalog.ModelNote(model, Lifecycle.CURRENT)
        assert catalog.max_output_tokens(model) == 128_000
        assert catalog.default_display(provider) == display


def test_a_provider_without_a_default_is_called_by_its_name() -> None:
    assert catalog.default_model("openai-compatible") == ""
    assert catalog.default_display("openai-compatible") == "openai-compatible"


@pytest.mark.parametrize(
    ("model", "ends", "successor"),
    [
        ("claude-sonnet-4-20250514", date(2026, 6, 15), "claude-sonnet-5-5"),
        ("gpt-5.2-codex", date(2026, 7, 23), "gpt-6.1-sol"),
        ("claude-mythos-preview", date(2026, 6, 30), "claude-mythos-5-2"),
    ],
)
def test_ids_past_their_end_are_retired_and_name_a_successor(model: str, ends: date, successor: str) -> None:
    note = catalog.status(model, TODAY)
    assert note == catalog.ModelNote(model, Lifecycle.RETIRED, ends, successor)
    assert note.warning == f"{model} ended on {ends}; use {successor}"


@pytest.mark.parametrize(
    "model", ["claude-sonnet-4-5", "gpt-5", "gpt-5-mini", "gpt-5-nano", "o3", "gpt-4.1", "gpt-4o-mini"]
)
def test_ids_with_an_announced_end_are_deprecated_until_that_day(model: str) -> None:
    note = catalog.status(model, TODAY)
    assert note.state is Lifecycle.DEPRECATED
    assert note.ends
    assert str(note.ends) in note.warning
    assert catalog.status(model, note.ends).state is Lifecycle.RETIRED


def test_an_id_that_is_not_listed_is_unknown_whatever_it_looks_like() -> None:
    note = catalog.status("claude-opus-99", TODAY)
    assert note.state is Lifecycle.UNKNOWN
    assert "claude-opus-99" in note.warning
    assert catalog.find("claude-opus-99") is None


def test_every_successor_is_listed_and_has_no_end() -> None:
    for model in catalog._models().values():
        if model.ends:
            successor = catalog.find(model.successor)
            assert successor, model.id
            assert successor.ends is None
            assert successor.provider == model.provider
