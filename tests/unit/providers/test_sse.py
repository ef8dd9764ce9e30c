from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.providers.sse import ServerEvent, read_events


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_of_the_three_ways(end: str) -> None:
    body = end.join(["event: one", "data: 1", "", ": a comment", "data: 2", "data: 3", "id: 7", "retry: 9", "", ""])
    assert read_events(body.encode()) == (ServerEvent("one", "1"), ServerEvent("", "2\n3"))


def test_only_one_blank_after_the_colon_is_taken_away() -> None:
    assert read_events(b"data:  x\ndata:y\ndata\n\n") == (ServerEvent("", " x\ny\n"),)


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert read_events(b"\xef\xbb\xbfdata: x\n\n") == (ServerEvent("", "x"),)


@pytest.mark.parametrize("body", [b"data: 1\n\ndata: 2", b"data: 1\n\ndata: 2\n", b"data: 1\r\n\r\ndata: 2\r\n"])
def test_the_last_event_counts_without_its_blank_line_but_says_so(body: bytes) -> None:
    assert read_events(body) == (ServerEvent("", "1"), ServerEvent("", "2", closed=False))


def test_a_name_without_data_is_no_event_and_does_not_stick() -> None:
    assert read_events(b"event: ping\n\ndata: x\n\n") == (ServerEvent("", "x"),)


def test_separators_that_only_python_takes_for_line_ends_stay_in_the_data() -> None:
    data = "a\u2028b\u2029c\x0bd\x0ce\x85f\x1cg"
    assert read_events(f"data: {data}\n\n".encode()) == (ServerEvent("", data),)


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"))


@given(
    st.lists(st.tuples(LINE, st.lists(LINE, min_size=1, max_size=3)), max_size=5), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_what_is_framed_is_read_back(events: list[tuple[str, list[str]]], end: str) -> None:
    body = "".join(end.join([f"event: {name}", *(f"data: {line}" for line in data), "", ""]) for name, data in events)
    assert read_events(body.encode()) == tuple(ServerEvent(name, "\n".join(data)) for name, data in events)


@given(st.binary())
def test_no_bytes_make_it_fail(body: bytes) -> None:
    assert all(isinstance(event.data, str) for event in read_events(body))
