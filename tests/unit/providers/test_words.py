from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.providers.http import HttpResponse
from prunella.providers.words import TEXT_LIMIT, first_words, one_line, retry_after, shortened


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "810", "retry-after": "3"}, "", 0.81),
        ({"retry-after": "12"}, "Please try again in 3s", 12.0),
        ({"retry-after": "1.5"}, "", 1.5),
        ({"retry-after": "0"}, "", 0.0),
        ({"retry-after": "inf"}, "", 1e9),
        ({"retry-after": "9" * 400}, "", 1e9),
        ({"retry-after": "-3"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after-ms": "soon", "retry-after": "2"}, "", 2.0),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, "", 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, "", 0.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, "", 0.0),
        ({}, "Rate limit reached. Please try again in 11.054s. Visit the docs.", 11.054),
        ({}, "Please try again in 810ms.", 0.81),
        ({}, "please TRY AGAIN IN 2 seconds", 2.0),
        ({}, "try again in 1m30s", 90.0),
        ({}, "try again in 1h2m3s.", 3723.0),
        ({}, "try again in 3 months", None),
        ({}, "try again in 999999999h", 1e9),
        ({}, "try again later", None),
        ({}, "", None),
    ],
)
def test_what_the_vendor_asks_to_wait(headers: dict[str, str], message: str, seconds: float | None) -> None:
    assert retry_after(headers, message) == (seconds if seconds is None else pytest.approx(seconds))


@given(st.text(), st.text(), st.text())
def test_no_header_or_message_makes_it_fail(header: str, date: str, message: str) -> None:
    headers = {"retry-after": header, "retry-after-ms": date, "date": date}
    waited = retry_after(headers, f"try again in {message}")
    assert waited is None or 0 <= waited <= 1e9


def test_a_message_becomes_one_printable_line_without_keys() -> None:
    told = one_line("Incorrect key:\n sk-abcdefghijkl123456\x1b[31m\u202e" + "x" * 9000)
    assert told.startswith("Incorrect key: sk-ab… [31m x")
    assert len(told) == TEXT_LIMIT


def test_a_web_page_is_told_by_its_title() -> None:
    page = b"<!DOCTYPE html><html><head><title>502\n Bad Gateway</title></head>"
    assert first_words(HttpResponse(502, {}, page)) == 'a web page, "502 Bad Gateway"'
    assert first_words(HttpResponse(502, {}, b"<html>")) == "a web page"
    assert first_words(HttpResponse(502, {}, b"upstream gone\n")) == "upstream gone"
    assert first_words(HttpResponse(502, {}, b"")) == "an empty answer"


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("One. Two.", "One. Two."),
        ("One. Two. Three is far too long.", "One. Two."),
        ("Nothing ends in here at all", "Nothing ends…"),
        ("Exactly fits. ", "Exactly fits."),
    ],
)
def test_a_long_line_ends_with_a_sentence_where_it_can(line: str, short: str) -> None:
    assert shortened(line, 13) == short
