from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.changes import Create, Delete, Insert, Rename, Replace
from prunella.conversation import BadCall, EditCall, Lookup, LookupKind
from prunella.edits.text_editor import EDITOR, read_call


@pytest.mark.parametrize(
    ("name", "arguments", "edit"),
    [
        (
            EDITOR,
            {"command": "str_replace", "path": "/repo/a.ts", "old_str": "x", "new_str": ""},
            Replace("a.ts", "x", ""),
        ),
        (
            EDITOR,
            {"command": "str_replace", "path": "./a.ts", "old_str": "x\r\n", "new_str": "y"},
            Replace("a.ts", "x\n", "y"),
        ),
        (EDITOR, {"command": "create", "path": "/src/a.ts", "file_text": "x\n"}, Create("src/a.ts", "x\n")),
        (EDITOR, {"command": "insert", "path": "a", "insert_line": 0, "insert_text": "x"}, Insert("a", 0, "x")),
        (EDITOR, {"command": "insert", "path": "a", "insert_line": 2, "new_str": "x"}, Insert("a", 2, "x")),
        ("delete_file", {"path": "src//a"}, Delete("src/a")),
        ("rename_file", {"path": "a", "new_path": "/repo/repo/b"}, Rename("a", "repo/b")),
    ],
)
def test_edits(name: str, arguments: object, edit: object) -> None:
    assert read_call("t", name, arguments) == EditCall("t", (edit,), "tool_use")  # type: ignore[arg-type]


def test_lookups() -> None:
    view = {"command": "view", "path": "/repo"}
    assert read_call("t", EDITOR, view) == Lookup("t", LookupKind.VIEW, "", wire="tool_use")
    ranged = {"command": "view", "path": "a", "view_range": [3, -1]}
    assert read_call("t", EDITOR, ranged) == Lookup("t", LookupKind.VIEW, "a", first=3, wire="tool_use")
    search = {"text": "hero", "path": "src/"}
    assert read_call("t", "search_text", search) == Lookup("t", LookupKind.SEARCH, "src", "hero", wire="tool_use")
    assert read_call("t", "search_text", {"text": "hero"}) == Lookup(
        "t", LookupKind.SEARCH, "", "hero", wire="tool_use"
    )


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        (EDITOR, {}, '"command" is missing'),
        (EDITOR, "view", "not a JSON object"),
        (EDITOR, {"command": "undo_edit", "path": "a"}, 'no command "undo_edit". The commands are view, str_replace'),
        (EDITOR, {"command": "str_replace", "path": "a", "old_str": "x"}, '"new_str" is missing; it must be a text'),
        (EDITOR, {"command": "create", "path": "a", "file_text": 3}, '"file_text" must be a text, not 3'),
        (EDITOR, {"command": "insert", "path": "a", "insert_line": "1", "insert_text": "x"}, "a whole number, not '1'"),
        (EDITOR, {"command": "insert", "path": "a", "insert_line": True, "insert_text": "x"}, "a whole number"),
        (EDITOR, {"command": "view", "path": "a", "view_range": [1]}, "two line numbers"),
        (EDITOR, {"command": "view", "path": "a", "view_range": [1, "x"]}, "whole number"),
        (EDITOR, {"command": "view", "path": "a/../../b"}, '".."'),
        (EDITOR, {"command": "view", "path": "a\0b"}, "control characters"),
        (EDITOR, {"command": "view", "path": "\ud800"}, "not Unicode"),
        (EDITOR, {"command": "view", "path": "a" * 300}, "too long"),
        ("delete_file", {"path": "/"}, "names no file"),
        ("bash", {"command": "ls"}, f'no tool "bash". The tools are {EDITOR}, delete_file, rename_file, search_text.'),
    ],
)
def test_what_cannot_be_read_is_answered_with_the_reason(name: str, arguments: object, reason: str) -> None:
    call = read_call("t", name, arguments)
    assert isinstance(call, BadCall)
    assert reason in call.reason
    assert (call.call_id, call.wire) == ("t", "tool_use")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)
KEYS = ("path", "old_str", "new_str", "file_text", "insert_line", "insert_text", "view_range", "text", "new_path")


@given(
    st.sampled_from([EDITOR, "delete_file", "rename_file", "search_text"]) | st.text(),
    st.fixed_dictionaries(
        {"command": st.sampled_from(["view", "str_replace", "create", "insert"]) | JSON},
        optional={key: st.text() | st.integers() | JSON for key in KEYS},
    )
    | JSON,
)
def test_reading_never_fails(name: str, arguments: object) -> None:
    call = read_call("t", name, arguments)
    assert call.wire == "tool_use"
    if isinstance(call, EditCall):
        assert all(
            edit.path and not edit.path.startswith("/") and ".." not in edit.path.split("/") for edit in call.edits
        )
