"""Prompts are text files."""

from __future__ import annotations

import pytest

from prunella.prompts.render import render


def test_values_are_filled_in_and_dollar_signs_in_them_are_left_alone() -> None:
    assert "price: $5 ${HOME}" in render("stable", tree="price: $5 ${HOME}", guidance="")


def test_a_missing_or_an_unknown_placeholder_is_a_defect() -> None:
    with pytest.raises(KeyError):
        render("stable")
    with pytest.raises(KeyError):
        render("stable", tree="", colour="red", guidance="")
