from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from prunella.edits.align import blocks

SHORT = st.lists(st.sampled_from("abcdef"), max_size=30)


def rebuilt(old: list[str], new: list[str]) -> list[str]:
    """The new lines made of the old ones and the blocks; equal stretches must really be equal."""
    lines: list[str] = []
    at_old = at_new = 0
    for block in blocks(old, new):
        assert old[at_old : block.old_start] == new[at_new : block.new_start]
        lines += old[at_old : block.old_start] + new[block.new_start : block.new_end]
        at_old, at_new = block.old_end, block.new_end
    return lines + old[at_old:]


@given(SHORT, SHORT)
def test_blocks_lead_from_old_to_new(old: list[str], new: list[str]) -> None:
    assert rebuilt(old, new) == new
    assert blocks(old, old) == []


def test_blocks_are_small_where_little_differs() -> None:
    assert [(b.old_start, b.old_end) for b in blocks(list("abcabc"), list("abXabY"))] == [(2, 3), (5, 6)]


def test_work_is_bounded_on_big_files() -> None:
    alternating = [f"line {number}" for number in range(20_000)]
    cases = [
        (alternating, [line if number % 2 else line + "!" for number, line in enumerate(alternating)]),
        (["x", "y"] * 10_000, ["y", "x", "z"] * 7_000),
    ]
    for old, new in cases:
        started = time.process_time()
        assert rebuilt(old, new) == new
        assert time.process_time() - started < 2
