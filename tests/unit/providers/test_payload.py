from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.providers.payload import COUNT_LIMIT, DEPTH_LIMIT, NotJsonError, count, decode, encode, spoken, word

ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(st.dictionaries(st.text(), VALUES))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    assert decode(encode(value).decode()) == value
    assert decode(json.dumps(value)) == value


def test_whole_surrogate_pairs_stay_and_halves_do_not() -> None:
    assert decode('["\\ud83d\\ude00", "\\uD83D", "\\\\ud83d"]') == ["😀", "?", "\\ud83d"]


def test_nesting_has_a_limit_that_text_does_not_count_towards() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + "]" * depth

    assert decode(nested(DEPTH_LIMIT)) is not None
    assert decode(json.dumps({"code": nested(9 * DEPTH_LIMIT)})) is not None
    with pytest.raises(NotJsonError):
        decode(nested(DEPTH_LIMIT + 1))


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "1e999", "9" * 5000])
def test_numbers_that_json_has_not_are_refused(text: str) -> None:
    with pytest.raises(NotJsonError):
        decode(text)


@pytest.mark.parametrize(
    ("text", "cut"),
    [('{"a": "b', True), ('{"a":', True), ("[1,", True), ("", True), ('{"a" 1}', False), ("<html>", False)],
)
def test_json_that_breaks_off_is_told_from_what_is_no_json(text: str, cut: bool) -> None:
    with pytest.raises(NotJsonError) as caught:
        decode(text)
    assert caught.value.cut is cut


@pytest.mark.parametrize(
    ("value", "tokens"),
    [(7, 7), (7.0, 7), (0, 0), (-1, 0), (True, 0), ("7", 0), (None, 0), (math.inf, 0), (math.nan, 0), (10**400, 0)],
)
def test_a_number_of_tokens_is_believable_or_zero(value: object, tokens: int) -> None:
    assert count(value) == tokens
    assert count(COUNT_LIMIT) == COUNT_LIMIT


def test_words_are_strings_or_whole_numbers() -> None:
    assert [word(value) for value in ("a", 404, 1.5, True, None, ["a"], 10**13)] == ["a", "404", "", "", "", "", ""]


def test_neighbours_are_one_text_and_the_others_paragraphs() -> None:
    assert spoken([(0, "a"), (1, "b"), (3, "c")]) == "ab\n\nc"
    assert spoken([(5, "a")]) == "a"
    assert spoken([]) == ""
