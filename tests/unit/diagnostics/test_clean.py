"""Terminal codes, overwritten lines and time stamps go; everything a reader needs stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.diagnostics.clean import LONGEST_LINE, clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\x1b[31merror\x1b[0m: no", "error: no"),
        ("\x1b[38;2;255;0;0mred\x1b[m", "red"),
        ("\x1b[1m\x1b[31merror:\x1b(B\x1b[m x", "error: x"),
        ("\x1b]8;;https://example.org/a\x1b\\link\x1b]8;;\x1b\\ after", "link after"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b[2J\x1b[3J\x1b[Hstart", "start"),
        ("10%\r50%\r100%\ndone", "100%\ndone"),
        ("error: kept\r\nnext\r\n", "error: kept\nnext\n"),
        ("error: kept\r\r\n", "error: kept\n"),
        ("error: kept\r", "error: kept"),
        ("a\x00b\x07c\x08", "abc"),
        ("tab\tstays", "tab\tstays"),
        ("form\x0cfeed\x0b", "formfeed"),
        ("broken \x1b", "broken "),
        ("", ""),
    ],
)
def test_what_only_a_terminal_needs_is_taken_out(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_stamps_of_ci_go_when_most_lines_have_one() -> None:
    stamped = "2026-02-05T15:30:12.1234567Z src/a.ts(1,1): error TS1: x\n2026-02-05T15:30:12.2Z ##[error]exit code 2.\n"
    assert clean(stamped) == "src/a.ts(1,1): error TS1: x\nexit code 2.\n"
    assert clean("#12 3.456 src/a.ts(1,1): error\n#12 3.5 b\n") == "src/a.ts(1,1): error\nb\n"
    assert clean("[12:00:01] Starting 'build'\n[12:00:02] failed") == "Starting 'build'\nfailed"


def test_a_single_stamp_is_the_programs_own() -> None:
    text = "starting\n2026-02-05 15:30:12 listening\nmore\n"
    assert clean(text) == text


def test_endless_lines_are_shortened_at_both_ends_kept() -> None:
    line = "head" + "x" * 10_000 + "tail"
    short = clean(f"before\n{line}\nafter").split("\n")
    assert [short[0], short[2]] == ["before", "after"]
    assert len(short[1]) <= LONGEST_LINE
    assert short[1].startswith("head")
    assert short[1].endswith("tail")


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert not any(ord(character) < 32 and character not in "\n\t" for character in clean(text))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Nd"]) | st.just("\n")))
def test_plain_text_is_not_touched(text: str) -> None:
    assert clean(text) == text
