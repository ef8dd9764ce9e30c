from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.conversation import Spent, Usage
from prunella.report.paint import changed_lines, diff, painter
from prunella.report.words import block, clock, dollars, in_markdown, money, one_line, seconds, tokens

ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=400)


@given(ANY_TEXT, st.integers(4, 50))
def test_one_line_is_printable_and_bounded_whatever_it_is_made_of(text: str, length: int) -> None:
    line = one_line(text, length)
    assert line.isprintable()
    assert len(line) <= length


@given(st.text("abc é漢✅", max_size=50))
def test_one_line_leaves_plain_words_as_they_are(text: str) -> None:
    assert one_line(text) == " ".join(text.split())


def test_one_line_shows_what_it_takes_the_effect_from() -> None:
    assert (
        one_line("\x1b[31mred\x1b[0m\tand\u202ebackwards \udc80") == "\\x1b[31mred\\x1b[0m and\\u202ebackwards \\udc80"
    )


@given(ANY_TEXT, st.integers(1, 5), st.integers(4, 20))
def test_a_block_is_printable_and_bounded(text: str, most: int, width: int) -> None:
    lines = block(text, most, width)
    assert len(lines) <= most + 1
    assert all(line.isprintable() for line in lines)
    assert all(len(line) <= width for line in lines[:most])


def test_a_block_says_how_much_it_leaves_out_and_shows_odd_line_endings_only() -> None:
    assert block("a\nb\nc\nd\n", 2) == ["a", "b", "... 2 more lines"]
    assert block("a\r\nb\r\n", 5) == ["a", "b"]
    assert block("a\r\nb\n", 5) == ["a\\r", "b"]


@pytest.mark.parametrize(
    ("duration_s", "shown", "running"),
    [
        (0, "0.0 s", "0:00"),
        (-1, "0.0 s", "0:00"),
        (3.21, "3.2 s", "0:03"),
        (59.96, "1 min 00 s", "0:59"),
        (125, "2 min 05 s", "2:05"),
        (3_725, "1 h 02 min", "1:02:05"),
    ],
)
def test_times(duration_s: float, shown: str, running: str) -> None:
    assert seconds(duration_s) == shown
    assert clock(duration_s) == running


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0.0, "$0.00"), (0.000001, "less than $0.0001"), (0.0042, "$0.0042"), (0.5, "$0.50"), (12.345, "$12.35")],
)
def test_dollars(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


def test_an_unknown_price_is_never_shown_as_nothing() -> None:
    assert money(Spent(cost_usd=0.0, price_known=False)) == "unknown (no price)"
    assert money(Spent(cost_usd=0.2, price_known=False)) == "at least $0.20 (a price is unknown)"
    assert money(Spent(cost_usd=0.2)) == "$0.20"


def test_tokens_name_the_cached_part_only_if_there_is_one() -> None:
    assert tokens(Spent(Usage(12_345, 10_000, output_tokens=678))) == "12,345 tokens in (10,000 cached), 678 out"
    assert tokens(Spent(Usage(5, output_tokens=6))) == "5 tokens in, 6 out"


def test_changed_lines_counts_by_hunk_not_by_looks() -> None:
    text = (
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- gone\n+++ come\n same\n\\ No newline at end of file\n--- a/y\n+++ b/y\n"
    )
    assert changed_lines(f"{text}@@ -0,0 +1 @@\n+new\n") == (2, 1)
    assert changed_lines("") == (0, 0)
    assert changed_lines("@@ nonsense @@\n+a\n") == (0, 0)


@given(ANY_TEXT)
def test_a_diff_of_anything_is_shown_harmlessly(text: str) -> None:
    changed_lines(text)
    assert all(line.isprintable() for line in diff(text, 10, painter(colour=False)))


def test_a_diff_is_coloured_line_by_line() -> None:
    shown = diff("@@ -1 +1 @@\n-a\n+b\n c\n", 10, painter(colour=True))
    assert shown == ["\x1b[36m@@ -1 +1 @@\x1b[0m", "\x1b[31m-a\x1b[0m", "\x1b[32m+b\x1b[0m", " c"]


@pytest.mark.parametrize("character", ["\u3164", "\u115f", "\u034f", "\U000e0101", "\ufe01"])
def test_what_is_printable_and_has_no_shape_is_written_out(character: str) -> None:
    assert one_line(f"a{character}b") == f"a<U+{ord(character):04X}>b"


def test_markdown_of_others_brings_in_nothing() -> None:
    told = in_markdown("![x](https://e.example/?k=1) [docs](y) <img src=x> <!-- hidden --> List<int> a < b [1] (2)")
    assert told == r"!\[x]\(https://e.example/?k=1) [docs]\(y) \<img src=x> \<!-- hidden --> List<int> a < b [1] (2)"
