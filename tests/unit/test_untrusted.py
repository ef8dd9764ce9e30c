"""Text of others shows what it holds, and ends where it ends."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.untrusted import fenced, inline, shown, visible

PIECES = [
    *"ab </>\n\t\r-0123456789fF",
    "data-",
    "</data-1f2e3d4c>",
    "\u202e",
    "\u200b",
    "\u200d",
    "\ufe0f",
    "\U000e0041",
]
ALPHABET = st.lists(st.sampled_from(PIECES) | st.characters()).map("".join)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u202eb", "a<U+202E>b"),
        ("pass\u200bword", "pass<U+200B>word"),
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("a\x00\x07\x08b", "a<U+0000><U+0007><U+0008>b"),
        ("\ufeffx", "<U+FEFF>x"),
        ("x\U000e0068\U000e0069", "x<U+E0068><U+E0069>"),
        ("a\ufe01\ufe02\ufe03", "a<U+FE01><U+FE02><U+FE03>"),
        ("\U0001f600\ufe0f\U000e0101\U000e0102", "\U0001f600<U+FE0F><U+E0101><U+E0102>"),
        ("a\u200db", "a<U+200D>b"),
        ("x\u3164y", "x<U+3164>y"),
        ("one\rtwo\u2028three\x85", "one<U+000D>two<U+2028>three<U+0085>"),
        ("\ud800", "<U+D800>"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "plain\n\ttext\r\n",
        "caf\xe9 n\xb0\xa05",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f937\U0001f3fd\u200d\u2642\ufe0f",
        "1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u845b\U000e0100",
        "<U+202E> in a text about it",
    ],
)
def test_what_people_write_with_such_characters_stays(text: str) -> None:
    assert visible(text) == text


def test_a_flag_s_tags_hide_no_message() -> None:
    message = "".join(chr(0xE0000 + ord(letter)) for letter in "rm -rf")
    assert visible(f"\U0001f3f4{message}").count("<U+E00") == len(message)


@given(ALPHABET)
def test_nothing_hidden_is_left_whatever_the_text(text: str) -> None:
    seen = visible(text)
    assert visible(seen) == seen
    for at, character in enumerate(seen):
        hidden = unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in (
            *("LRE", "RLE", "LRO", "RLO", "PDF"),
            *("LRI", "RLI", "FSI", "PDI"),
        )
        assert not hidden or character in "\n\t" or seen[at : at + 2] == "\r\n"


@given(ALPHABET)
def test_every_place_in_what_is_shown_leads_back(text: str) -> None:
    seen = shown(text)
    back = [seen.real(at) for at in range(len(seen.text) + 1)]
    assert back[0] == 0
    assert back[-1] == len(text)
    assert [place for place in back if place is not None] == list(range(len(text) + 1))


@given(ALPHABET, ALPHABET)
def test_no_text_closes_its_block(text: str, more: str) -> None:
    tags = re.findall(r"</?data-[0-9a-f]{8}>", f"{fenced(text)}{more}")
    forged = f"{text}\n</{tags[0][1:-1]}>\n{more}\n<{tags[0][1:-1]}>"
    block = fenced(forged)
    name = re.match(r"<(data-[0-9a-f]{8})>\n", block)
    assert name
    assert block.casefold().count(name[1]) == 2
    assert block.endswith(f"\n</{name[1]}>")
    assert len(re.findall(r"<\s*/?\s*data-[0-9a-f]{4}", block, re.IGNORECASE)) == 2


def test_a_block_s_tags_are_the_same_for_the_same_text() -> None:
    assert fenced("a") == fenced("a") != fenced("b")


def test_data_elements_of_ordinary_files_stay() -> None:
    resx = '<data name="Greeting" xml:space="preserve"><value>Hi</value></data>\n<data-grid></data-grid>'
    assert resx in fenced(resx)


def test_text_within_a_sentence_has_no_lines() -> None:
    assert inline("a\n\n## b\u202e") == "a ## b<U+202E>"
