from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byte_files import ByteFiles
from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import BadCall, EditCall
from prunella.edits.apply_patch import GRAMMAR, read_envelope, read_operation, render_envelope, render_operation
from prunella.edits.draft import Draft
from prunella.errors import EditRejected

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "edits" / "v4a").glob("*.diff"))


def outcome(before: bytes, diff: str) -> bytes | str:
    """The file after the diff, or what the model is told."""
    call = read_operation("c", {"type": "update_file", "path": "f", "diff": diff})
    if isinstance(call, BadCall):
        return call.reason
    assert isinstance(call, EditCall)
    draft = Draft(ByteFiles({"f": before}))
    try:
        draft.apply_all(call.edits)
    except EditRejected as rejected:
        return rejected.message
    return draft.read("f") or b""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_file_pairs(case: Path) -> None:
    result = outcome(case.with_suffix(".before").read_bytes(), case.read_bytes().decode())
    after, refused = case.with_suffix(".after"), case.with_suffix(".refused")
    if after.exists():
        assert result == after.read_bytes()
    else:
        assert isinstance(result, str), result
        assert refused.read_text().strip() in result


def test_every_case_has_its_pair() -> None:
    assert len(CASES) >= 25
    for case in CASES:
        assert case.with_suffix(".after").exists() != case.with_suffix(".refused").exists()


def test_a_recorded_created_file_ends_with_one_line_break() -> None:
    operation = {"type": "create_file", "path": "list.md", "diff": "+## List\n+\n+- [ ] Milk\n+\n"}
    assert read_operation("c", operation) == EditCall(
        "c", (Create("list.md", "## List\n\n- [ ] Milk\n"),), "apply_patch_call"
    )
    assert read_operation("c", {"type": "create_file", "path": "e", "diff": ""}) == EditCall(
        "c", (Create("e", ""),), "apply_patch_call"
    )


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (None, "not a JSON object"),
        ({}, '"type" is missing'),
        ({"type": "move_file", "path": "a"}, 'no operation "move_file"'),
        ({"type": "create_file", "path": "a"}, '"diff" is missing'),
        ({"type": "update_file", "path": 3, "diff": ""}, '"path" must be a text, not 3'),
        ({"type": "create_file", "path": "a", "diff": "raw text"}, 'begins with "+"'),
        ({"type": "delete_file", "path": "../a"}, '".."'),
        ({"type": "delete_file", "path": "/repo"}, "names no file"),
        ({"type": "create_file", "path": "a", "diff": "*** Begin Patch\n*** Delete File: a\n*** End Patch"}, "alone"),
    ],
)
def test_an_operation_that_cannot_be_read_is_answered_with_the_reason(operation: object, reason: str) -> None:
    call = read_operation("c", operation)
    assert isinstance(call, BadCall)
    assert reason in call.reason
    assert (call.call_id, call.wire) == ("c", "apply_patch_call")


def test_an_envelope_holds_many_files() -> None:
    text = (
        "*** Begin Patch\n*** Add File: /repo/new.ts\n+export {}\n"
        "*** Update File: ./a.ts\n*** Move to: b.ts\n@@ x\n-y\n+z\n"
        "*** Delete File: old.ts\n*** Update File: c.ts\n@@\n-1\n+2\n\n*** End Patch\n"
    )
    assert read_envelope("c", text) == EditCall(
        "c",
        (
            Create("new.ts", "export {}\n"),
            PatchLines("a.ts", (("-", "y"), ("+", "z")), ("x",)),
            Rename("a.ts", "b.ts"),
            Delete("old.ts"),
            PatchLines("c.ts", (("-", "1"), ("+", "2"))),
        ),
        "custom_tool_call",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", 'begins with the line "*** Begin Patch"'),
        ("4 + 4", 'begins with the line "*** Begin Patch"'),
        ("*** Begin Patch", "cut off"),
        ("*** Begin Patch\n*** Update File: a\n@@\n-x\n+y", "cut off"),
        ("*** Begin Patch\n*** End Patch", "empty"),
        ("*** Begin Patch\n@@\n-x\n+y\n*** End Patch", "no line of a patch"),
        ("*** Begin Patch\n*** Add File: a\nx\n*** End Patch", 'begins with "+"'),
        ("*** Begin Patch\n*** Delete File: a\n-x\n*** End Patch", "Nothing may follow"),
        ("*** Begin Patch\n*** Update File: a\n*** End Patch", "holds no changes"),
    ],
)
def test_a_patch_that_cannot_be_read_is_answered_with_the_reason(text: str, reason: str) -> None:
    call = read_envelope("c", text)
    assert isinstance(call, BadCall)
    assert reason in call.reason


def test_the_grammar_is_the_one_of_the_patch() -> None:
    for word in ("*** Begin Patch", "*** Add File: ", "*** Move to: ", "*** End of File", "%import common.LF"):
        assert word in GRAMMAR


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
PATH = st.sampled_from(["a", "src/b.ts", "c d/é.txt"])
HUNK = st.lists(st.tuples(st.sampled_from([" ", "-", "+"]), LINE), min_size=1, max_size=5).map(tuple)
ANCHORS = st.lists(LINE.filter(str.strip), max_size=2).map(tuple)
TEXT = st.lists(LINE, max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines))
EDIT = st.one_of(
    st.builds(PatchLines, PATH, HUNK, ANCHORS, st.booleans()),
    st.builds(Create, PATH, TEXT),
    st.builds(Delete, PATH),
    st.builds(Rename, PATH, PATH),
)


@given(st.lists(EDIT, min_size=1, max_size=4))
def test_what_is_rendered_is_read_again(edits: list[Edit]) -> None:
    call = read_envelope("c", render_envelope(edits))
    assert isinstance(call, EditCall), call
    assert call.edits == tuple(edits)
    for edit in edits:
        single = read_operation("c", render_operation([edit]))
        assert isinstance(single, EditCall), single
        assert single.edits == (edit,)


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=1, max_size=8), st.data())
def test_rendered_read_and_applied_is_the_edit_itself(lines: list[str], choice: st.DataObject) -> None:
    body = "".join(f"{line}\n" for line in lines)
    first = choice.draw(st.integers(0, len(lines) - 1))
    last = choice.draw(st.integers(first + 1, len(lines)))
    old = "".join(f"{line}\n" for line in lines[first:last])
    edit = Replace("f", old, choice.draw(st.sampled_from(["x\n", "", "a\nx\n", "x\nb\n"])))
    draft = Draft(ByteFiles({"f": body}))
    diff = str(render_operation([edit])["diff"])
    try:
        draft.apply(edit)
    except EditRejected:
        return
    assert outcome(body.encode(), diff) == (draft.read("f") or b"")


def test_what_cannot_be_told_in_v4a_is_refused() -> None:
    with pytest.raises(ValueError, match="Insert"):
        render_envelope([Insert("a", 1, "x")])
    with pytest.raises(ValueError, match="one file"):
        render_operation([Delete("a"), Delete("b")])
    moved = render_operation([Rename("a", "b")])
    assert moved == {
        "type": "update_file",
        "path": "a",
        "diff": "*** Begin Patch\n*** Update File: a\n*** Move to: b\n*** End Patch\n",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)
WORDS = st.sampled_from(
    [
        "*** Begin Patch",
        "*** End Patch",
        "*** Update File: a",
        "*** Add File: b",
        "*** Delete File: c",
        "*** Move to: d",
        "@@",
        "@@ x",
        "+x",
        "-x",
        " x",
        "",
        "*** End of File",
        "?",
        "\r",
        "\x00",
    ]
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["create_file", "update_file", "delete_file"]) | JSON,
            "path": st.text() | JSON,
            "diff": st.lists(WORDS).map("\n".join) | JSON,
        },
    )
    | JSON,
    st.lists(WORDS).map("\n".join) | st.text(),
)
def test_reading_never_fails(operation: object, text: str) -> None:
    assert isinstance(read_operation("c", operation), EditCall | BadCall)
    assert isinstance(read_envelope("c", text), EditCall | BadCall)
