"""Files that hold characters that cannot be seen can be edited, however a model quotes them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from byte_files import ByteFiles
from prunella.changes import Edit, PatchLines, Replace
from prunella.edits.draft import Draft
from prunella.errors import EditRejected
from prunella.untrusted import visible


def after(before: str, *edits: Edit) -> str:
    draft = Draft(ByteFiles({"a.py": before.encode()}))
    draft.apply_all(edits)
    data = draft.read("a.py")
    assert data is not None
    return data.decode()


HELD = ["\u200b", "\u202e", "\u00ad", "\ufeff", "\x0c", "\x1b", "\U000e0041", "\u200d"]


@pytest.mark.parametrize("held", HELD)
def test_a_line_quoted_as_it_was_shown_keeps_its_character(held: str) -> None:
    line = f"name = 'ab{held}cd'"
    shown = visible(line)
    assert "<U+" in shown

    assert after(f"x\n{line}\ny\n", Replace("a.py", shown, f"{shown}  # kept")) == f"x\n{line}  # kept\ny\n"
    hunk = (("-", shown), ("+", shown.replace("name", "label")))
    assert after(f"x\n{line}\ny\n", PatchLines("a.py", hunk)) == f"x\n{line.replace('name', 'label')}\ny\n"


@pytest.mark.parametrize(
    "held", [*HELD, "\xa0", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0645\u06cc\u200c\u062e"]
)
def test_a_line_quoted_with_the_character_itself_fits_too(held: str) -> None:
    line = f"name = 'ab{held}cd'"
    assert after(f"\ufeff{line}\n", Replace("a.py", line, f"{line}!")) == f"\ufeff{line}!\n"


def test_the_character_can_be_taken_out() -> None:
    assert after("a\u200bb = 1\n", Replace("a.py", "a<U+200B>b", "ab")) == "ab = 1\n"
    assert after("a\u200bb = 1\n", PatchLines("a.py", (("-", "a<U+200B>b = 1"), ("+", "ab = 1")))) == "ab = 1\n"


def test_an_anchor_may_be_quoted_as_shown() -> None:
    before = "def a\u200b():\n    x\ndef b():\n    x\n"
    edit = PatchLines("a.py", (("-", "    x"), ("+", "    y")), ("def b():",))
    assert after(before, edit) == before[:-2] + "y\n"
    with pytest.raises(EditRejected, match="occur 2 times"):
        after(before, PatchLines("a.py", (("-", "    x"), ("+", "    y")), ("def a<U+200B>():",)))


def test_a_text_about_such_characters_is_text() -> None:
    before = "doc = 'shown as <U+202E>'\n"
    assert after(before, Replace("a.py", "as <U+202E>", "as <U+202D>")) == "doc = 'shown as <U+202D>'\n"
    both = "doc = '<U+202E>' + '\u202e'\n"
    assert after(both, Replace("a.py", "'<U+202E>' + '<U+202E>'", "'<U+202E>'")) == "doc = '<U+202E>'\n"


def test_no_hidden_character_comes_in_by_its_name() -> None:
    assert after("a\u200bb = 1\n", Replace("a.py", "a<U+200B>b", "<U+202E>")) == "<U+202E> = 1\n"
    assert after("ab = 1\n", Replace("a.py", "ab", "a<U+200B>b")) == "a<U+200B>b = 1\n"


def test_an_edit_that_fits_twice_as_shown_is_rejected() -> None:
    with pytest.raises(EditRejected, match="2 times"):
        after("a\u200bb\na\u200bb\n", Replace("a.py", "a<U+200B>b", "x"))


@given(
    st.lists(
        st.text(st.sampled_from([*"ab <>U+0", *(held for held in HELD if held != "\ufeff")]), max_size=8),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_whatever_line_is_quoted_as_shown_is_found(lines: list[str], data: st.DataObject) -> None:
    wanted = visible(data.draw(st.sampled_from(lines)))
    shown = [visible(line) for line in lines]
    assume(wanted.strip() and sum(wanted in line for line in shown) == 1)
    expected = "".join("NEW\n" if seen == wanted else f"{line}\n" for line, seen in zip(lines, shown, strict=True))
    assert after("".join(f"{line}\n" for line in lines), Replace("a.py", wanted, "NEW")) == expected
