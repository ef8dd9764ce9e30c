from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.changes import Insert, PatchLines, Replace
from prunella.edits.fit import edited
from prunella.edits.text import decode
from prunella.errors import EditRejected

BODY = b"import a\n\ndef one():\n    return 1\n\n\ndef two():\n    return 1\n"


def made(data: bytes, edit: Replace | Insert | PatchLines) -> bytes:
    return edited(decode(data), edit).encode()


def refused(data: bytes, edit: Replace | Insert | PatchLines) -> str:
    with pytest.raises(EditRejected) as caught:
        edited(decode(data), edit)
    return caught.value.message


def patch(*lines: str, anchors: tuple[str, ...] = (), at_end: bool = False) -> PatchLines:
    return PatchLines("f.py", tuple((line[0], line[1:]) for line in lines), anchors, at_end)


def test_a_text_that_occurs_once_is_replaced() -> None:
    assert made(BODY, Replace("f.py", "import a", "import b")) == BODY.replace(b"import a", b"import b")
    assert made(b"a\r\nb\r\n", Replace("f", "a\nb", "a\nx\nb")) == b"a\r\nx\r\nb\r\n"
    assert made(b"a\r\nb\r\n", Replace("f", "a\r\nb", "c")) == b"c\r\n"
    assert made(b"a\nb\n", Replace("f", "a\n", "")) == b"b\n"


def test_several_places_are_named_by_line() -> None:
    message = refused(BODY, Replace("f.py", "return 1", "return 2"))
    assert "occurs 2 times in f.py, at lines 4, 8" in message
    assert "at lines 1, 1" in refused(b"aaa", Replace("f", "aa", "b"))
    assert "many times" in refused(b"x\n" * 50, Replace("f", "x", "y"))


def test_an_edit_that_changes_nothing_is_rejected() -> None:
    assert "are the same" in refused(BODY, Replace("f.py", "import a", "import a"))
    assert "empty" in refused(BODY, Replace("f.py", "", "x"))
    assert "empty" in refused(BODY, Insert("f.py", 0, ""))
    assert "adds and removes nothing" in refused(BODY, patch(" import a"))
    assert "changes nothing" in refused(BODY, patch("-import a", "+import a"))


def test_insertion_is_by_line() -> None:
    assert made(b"a\nb\n", Insert("f", 0, "x")) == b"x\na\nb\n"
    assert made(b"a\nb\n", Insert("f", 1, "x\n")) == b"a\nx\nb\n"
    assert made(b"a\nb", Insert("f", 2, "x\n")) == b"a\nb\nx"
    assert made(b"", Insert("f", 0, "x")) == b"x\n"
    assert "has 2 lines" in refused(b"a\nb", Insert("f", 3, "x"))
    assert "no line -1" in refused(b"a\nb", Insert("f", -1, "x"))


def test_a_patch_needs_its_lines_exactly_once() -> None:
    once = patch(" def two():", "-    return 1", "+    return 2")
    assert made(BODY, once) == BODY[:-10] + b" return 2\n"
    assert "at lines 4, 8" in refused(BODY, patch("-    return 1", "+    return 2"))
    assert "Only the indentation differs" in refused(BODY, patch(" def two():", "-  return 1", "+  return 2"))


def test_anchors_say_where_to_look() -> None:
    assert made(BODY, patch("-    return 1", "+    return 2", anchors=("def two():",))).endswith(b"return 2\n")
    nested = b"class A:\n  def f():\n    x\nclass B:\n  def f():\n    x\n"
    assert made(nested, patch("-    x", "+    y", anchors=("class B:", "def f():"))).endswith(b"    y\n")
    assert "at lines 3, 6" in refused(nested, patch("-    x", "+    y", anchors=("class A:",)))
    missing = refused(BODY, patch("-    return 1", "+    return 2", anchors=("def three():",)))
    assert 'anchor line "def three():" does not occur in f.py' in missing
    assert "\ndef three" not in missing


def test_added_lines_alone_go_after_the_anchor_or_to_the_end() -> None:
    assert made(BODY, patch("+    # here", anchors=("def two():",))) == BODY.replace(b"two():", b"two():\n    # here")
    assert made(b"a\nb", patch("+c", at_end=True)) == b"a\nb\nc"
    assert made(b"", patch("+c")) == b"c\n"
    assert "Nothing says where" in refused(BODY, patch("+x"))
    assert "occurs 2 times" in refused(b"}\na\n}\n", patch("+x", anchors=("}",)))


def test_the_end_of_the_file_is_meant_literally() -> None:
    assert made(b"x\na\nx\n", patch("-x", "+y", at_end=True)) == b"x\na\ny\n"
    assert "not at the end" in refused(b"x\na\n", patch("-x", "+y", at_end=True))


def test_kept_lines_keep_their_trailing_spaces_and_breaks() -> None:
    assert made(b"a  \r\nb\t\nc\n", patch(" a", "-b", "+B", " c")) == b"a  \r\nB\nc\n"


def test_indentation_is_never_guessed() -> None:
    assert "Only the indentation differs: the file has 1 tab where you wrote 4 spaces" in refused(
        b"if x:\n\ty()\n", Replace("f", "if x:\n    y()\n", "if x:\n    z()\n")
    )


def test_the_nearest_lines_are_quoted_with_their_numbers() -> None:
    source = "\n".join(f"line {number}" for number in range(1, 40)) + "\nconst total = sum(items, rate)\nend\n"
    message = refused(source.encode(), Replace("a.ts", "const total = sum(items)", "x"))
    assert "40\tconst total = sum(items, rate)" in message
    assert "Leave out the line numbers" in refused(BODY, Replace("f.py", "4\t    return 1", "x"))
    assert "already" in refused(BODY, Replace("f.py", "import b", "import a"))
    assert "view the file" in refused(BODY, Replace("f.py", "zzzz qqqq", "x"))
    assert "empty" in refused(b"", Replace("f.py", "zzzz", "x"))


def test_looking_for_the_nearest_lines_is_quick_in_a_big_file() -> None:
    lines = [f"    result_{number} = compute(alpha, beta_{number % 7}, gamma)" for number in range(20_000)]
    text = decode("\n".join(lines).encode())
    block = [line.replace("gamma", "delta") for line in lines[15_000:15_012]]
    started = time.process_time()
    with pytest.raises(EditRejected) as caught:
        edited(text, Replace("big.py", "\n".join(block), "x"))
    spent = time.process_time() - started
    assert "15001\t    result_15000" in caught.value.message
    assert spent < 0.5, f"{spent:.3f} s; it takes about 0.03 s on an idle machine"


LINES = st.lists(st.sampled_from(["a", "b", " a", "b ", "", "ccc", "x y"]), max_size=12)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.data())
def test_an_edit_changes_only_its_span(lines: list[str], ending: str, closed: bool, choice: st.DataObject) -> None:
    data = (ending.join(lines) + (ending if closed else "")).encode()
    body = decode(data).lines
    first = choice.draw(st.integers(0, max(0, len(body) - 1)))
    last = choice.draw(st.integers(first, len(body)))
    new = choice.draw(st.lists(st.sampled_from(["a", "new", ""]), max_size=3))
    signed = [("-", line) for line in body[first:last]] + [("+", line) for line in new]
    try:
        after = edited(decode(data), PatchLines("f", tuple(signed)))
    except EditRejected:
        return
    assert after.lines == body[:first] + new + body[last:]
    assert set(after.endings) <= {ending, "\n" if not decode(data).endings or len(body) == 1 else ending, ""}


@given(st.text("ab \n", max_size=30), st.text("ab \n", min_size=1, max_size=4), st.text("ab\n", max_size=4))
def test_a_replacement_can_be_taken_back(text: str, old: str, new: str) -> None:
    before = decode(f"{text}#\n#\n".encode())
    try:
        after = edited(before, Replace("f", old, new))
        back = edited(after, Replace("f", new, old))
    except EditRejected:
        return
    assert back == before


@given(st.binary(max_size=60), st.text(max_size=8), st.text(max_size=8), st.integers(-2, 9))
def test_whatever_the_edit_it_is_made_or_rejected(data: bytes, old: str, new: str, line: int) -> None:
    hunk = PatchLines("f", tuple((sign, text) for sign, text in zip("- +?", (old, new, old, new), strict=True)))
    for edit in (Replace("f", old, new), Insert("f", line, new), hunk, PatchLines("f", (), (old,), at_end=True)):
        try:
            edited(decode(data), edit).encode()
        except EditRejected:
            continue
