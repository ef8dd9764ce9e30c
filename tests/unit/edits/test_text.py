from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.edits.text import Text, decode
from prunella.errors import EditRejected

ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])
LINES = st.lists(st.tuples(st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=6), ENDINGS))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A text file in any encoding, with any mix of line breaks and perhaps none at its end."""
    text = "".join(line + ending for line, ending in draw(LINES)) + draw(st.sampled_from(["", "end", "ß"]))
    form = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"]))
    if form == "utf-16-be":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(form, "ignore")


@given(st.binary(max_size=200) | files())
def test_any_bytes_come_back_or_are_refused_as_binary(data: bytes) -> None:
    try:
        text = decode(data)
    except EditRejected:
        assert b"\0" in data
    else:
        assert text.encode() == data
        assert "\r" not in text.body
        assert len(text.endings) == len(text.lines) == text.body.count("\n")


@given(files(), st.data())
def test_a_splice_changes_nothing_outside_of_it(data: bytes, choice: st.DataObject) -> None:
    text = decode(data)
    start = choice.draw(st.integers(0, len(text.body)))
    end = choice.draw(st.integers(start, len(text.body)))
    new = choice.draw(st.text("ab\n", max_size=6))
    after = text.splice(start, end, new)
    head, tail = text.body[:start], text.body[end:]
    assert after.body.removesuffix("\n") == (head + new + tail).removesuffix("\n")
    for one, other in zip(after.endings, text.endings[: head.count("\n")], strict=False):
        assert one == other or other == ""
    kept = tail.count("\n")
    assert not kept or after.endings[-kept:] == text.endings[-kept:]
    if text.body and after.body and (new or tail or not head.endswith("\n")):
        assert (after.endings[-1] == "") == (text.endings[-1] == "")
    assert len(after.endings) == after.body.count("\n")


@given(files(), st.data())
def test_a_splice_and_its_inverse_restore_the_bytes(data: bytes, choice: st.DataObject) -> None:
    text = decode(data)
    lines = text.lines
    first = choice.draw(st.integers(0, len(lines)))
    start = sum(len(line) + 1 for line in lines[:first])
    if start == len(text.body):
        return
    after = text.splice(start, start, "new\n")
    assert after.splice(start, start + 4, "") == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\n", b"a\r\nX\r\nb\r\n"),
        (b"a\rb\r", b"a\rX\rb\r"),
        (b"a\nb", b"a\nX\nb"),
        (b"a\r\nb\nc\nd\n", b"a\r\nX\nb\nc\nd\n"),
        (b"\xef\xbb\xbfa\r\nb", b"\xef\xbb\xbfa\r\nX\r\nb"),
        ("a\r\nb\r\n".encode("utf-16"), "a\r\nX\r\nb\r\n".encode("utf-16")),
        (b"a\xff\nb\n", b"a\xff\nX\nb\n"),
    ],
)
def test_a_new_line_ends_like_its_neighbours(before: bytes, after: bytes) -> None:
    text = decode(before)
    at = text.body.index("\n") + 1
    assert text.splice(at, at, "X\n").encode() == after


def test_the_final_line_break_stays_as_it_was() -> None:
    assert decode(b"a\nb\n").splice(2, 4, "c").encode() == b"a\nc\n"
    assert decode(b"a\nb").splice(2, 4, "c\nd\n").encode() == b"a\nc\nd"
    assert decode(b"a").splice(2, 2, "b\n").encode() == b"a\nb"


def test_without_its_last_line_a_file_ends_with_the_one_before() -> None:
    assert decode(b"a\nb").splice(2, 4, "").encode() == b"a\n"
    assert decode(b"a\nb\n").splice(2, 4, "").encode() == b"a\n"


def test_a_missing_final_line_break_can_be_added() -> None:
    assert decode(b"a").splice(0, 1, "a\n").encode() == b"a\n"


def test_what_the_encoding_cannot_hold_is_rejected() -> None:
    with pytest.raises(EditRejected, match=r"Latin-1, which cannot hold the character U\+2192"):
        decode(b"caf\xe9\n").splice(0, 0, "→").encode()
    with pytest.raises(EditRejected, match=r"UTF-8, which cannot hold the character U\+D800"):
        Text().rewritten("\ud800").encode()
    with pytest.raises(EditRejected, match="NUL"):
        decode(b"a\n").splice(0, 0, "\0").encode()


def test_written_anew_it_keeps_encoding_and_line_breaks() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\r\n").rewritten("x\ny\n").encode() == b"\xef\xbb\xbfx\r\ny\r\n"
    assert decode(b"a\n").rewritten("x").encode() == b"x"
    assert decode(b"").rewritten("x\n").encode() == b"x\n"
