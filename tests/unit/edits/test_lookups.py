from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byte_files import ByteFiles
from prunella.changes import Create, Delete, Replace
from prunella.conversation import BadCall, Lookup, LookupKind
from prunella.edits.draft import Draft
from prunella.edits.lookups import SCHEMAS, answer, read_call

FILES = ByteFiles({
    "src/a.ts": "one\ntwo\nthree\n",
    "src/b/c.ts": "two\r\n",
    "big.txt": "".join(f"line {number}\n" for number in range(1, 1_001)),
    "wide.min.js": "x" * 100_000,
    "logo.png": b"\0",
    "empty": "",
    ".env": "KEY=two\n",
    ".env.example": "KEY=\n",
})  # fmt: skip


def asked(kind: LookupKind, path: str = "", *, draft: Draft | None = None, **more: object) -> tuple[bool, str]:
    lookup = Lookup("c", kind, path, **more)  # type: ignore[arg-type]
    reply = answer(lookup, draft or Draft(FILES), FILES)
    assert reply.call is lookup
    return reply.ok, reply.text


@pytest.mark.parametrize(
    ("name", "arguments", "lookup"),
    [
        (
            "view_file",
            {"path": "/repo/a", "first_line": 3, "last_line": 9},
            Lookup("c", LookupKind.VIEW, "a", "", 3, 9, "function_call"),
        ),
        (
            "view_file",
            {"path": "a", "first_line": None, "last_line": None},
            Lookup("c", LookupKind.VIEW, "a", wire="function_call"),
        ),
        ("list_folder", {"path": ""}, Lookup("c", LookupKind.LIST, wire="function_call")),
        ("search_text", {"text": "x", "path": None}, Lookup("c", LookupKind.SEARCH, text="x", wire="function_call")),
    ],
)
def test_functions_are_read_from_objects_and_from_json(name: str, arguments: dict[str, object], lookup: Lookup) -> None:
    assert read_call("c", name, arguments) == lookup
    assert read_call("c", name, json.dumps(arguments)) == lookup
    assert set(arguments) == set(SCHEMAS[name])


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("view_file", "{", "not valid JSON"),
        ("view_file", "[1]", "not a JSON object"),
        ("view_file", {"path": ""}, "names no file"),
        ("view_file", {"path": "a", "first_line": 1.5}, "whole number"),
        ("search_text", {}, '"text" is missing'),
        ("shell", {}, 'no function "shell". The functions are view_file, list_folder, search_text.'),
    ],
)
def test_what_cannot_be_read_is_answered_with_the_reason(name: str, arguments: object, reason: str) -> None:
    call = read_call("c", name, arguments)
    assert isinstance(call, BadCall)
    assert reason in call.reason


def test_a_file_is_shown_with_line_numbers_and_the_drafts_edits() -> None:
    assert asked(LookupKind.VIEW, "src/a.ts") == (True, "1\tone\n2\ttwo\n3\tthree")
    assert asked(LookupKind.VIEW, "src/a.ts", first=2, last=2) == (True, "2\ttwo\n(The file has 3 lines.)")
    draft = Draft(FILES)
    draft.apply(Replace("src/a.ts", "two", "2"))
    assert asked(LookupKind.VIEW, "src/a.ts", draft=draft)[1] == "1\tone\n2\t2\n3\tthree"
    assert asked(LookupKind.VIEW, "empty") == (True, "empty is empty.")


@pytest.mark.parametrize(
    ("wire", "how"),
    [
        ("tool_use", "View them with view_range [401, 1000]."),
        ("function_call", "View them with first_line 401 and last_line 1000."),
        ("text", "For them: VIEW big.txt:401-1000"),
    ],
)
def test_a_long_file_is_cut_and_it_is_said_how_to_see_the_rest(wire: str, how: str) -> None:
    ok, text = asked(LookupKind.VIEW, "big.txt", wire=wire)
    assert ok
    assert text.count("\n") == 400
    assert text.endswith(f"… lines 401 to 1000 are left out. {how}")


def test_a_wide_line_is_cut() -> None:
    ok, text = asked(LookupKind.VIEW, "wide.min.js")
    assert ok
    assert len(text) < 1_100
    assert "99000 more characters" in text


def test_a_folder_is_listed_by_view_too() -> None:
    assert asked(LookupKind.VIEW, "src") == asked(LookupKind.LIST, "src/") == (True, "a.ts\nb/")
    assert "src/" in asked(LookupKind.VIEW, "")[1].split("\n")
    draft = Draft(FILES)
    draft.apply(Create("src/new.ts", ""))
    draft.apply(Delete("src/b/c.ts"))
    assert asked(LookupKind.LIST, "src", draft=draft) == (True, "a.ts\nnew.ts")


@pytest.mark.parametrize(
    ("kind", "more", "message"),
    [
        (
            LookupKind.VIEW,
            {"path": "lib/a.ts"},
            "There is no lib/a.ts (ignored files are not shown). Did you mean src/a.ts?",
        ),
        (LookupKind.VIEW, {"path": "logo.png"}, "binary"),
        (LookupKind.VIEW, {"path": "../x"}, "There is no ../x"),
        (LookupKind.VIEW, {"path": ".env"}, "may hold secrets"),
        (LookupKind.VIEW, {"path": "src/a.ts", "first": 9}, "has 3 lines; line 9 is past its end"),
        (LookupKind.VIEW, {"path": "src/a.ts", "first": 3, "last": 2}, "range is empty"),
        (LookupKind.LIST, {"path": "src/a.ts"}, "is a file"),
        (LookupKind.SEARCH, {"text": " "}, "empty"),
        (LookupKind.SEARCH, {"text": "a\nb"}, "one line"),
    ],
)
def test_what_cannot_be_shown_is_an_error_with_a_remedy(
    kind: LookupKind, more: dict[str, object], message: str
) -> None:
    ok, text = asked(kind, **more)  # type: ignore[arg-type]
    assert not ok
    assert message in text


def test_search_sees_the_draft_and_no_secrets() -> None:
    assert asked(LookupKind.SEARCH, text="two")[1].replace("\r", "") == "src/a.ts:2\ttwo\nsrc/b/c.ts:1\ttwo"
    draft = Draft(FILES)
    draft.apply(Replace("src/a.ts", "two", "2"))
    draft.apply(Create("src/new.ts", "\ntwo\n"))
    told = asked(LookupKind.SEARCH, text="two", draft=draft)[1].replace("\r", "")
    assert told == "src/b/c.ts:1\ttwo\nsrc/new.ts:2\ttwo"
    assert asked(LookupKind.SEARCH, "src/b", text="two", draft=draft)[1].startswith("src/b/c.ts:1")
    assert asked(LookupKind.SEARCH, text="nowhere") == (True, '"nowhere" does not occur.')
    assert asked(LookupKind.SEARCH, text="line")[1].endswith("search for a longer text, or below a folder.")


@given(
    st.sampled_from(list(LookupKind)),
    st.sampled_from([*FILES.files, "src", "", "no"]) | st.text(max_size=5),
    st.text(max_size=3),
    st.integers(-5, 2_000),
    st.integers(-5, 2_000),
)
def test_an_answer_is_always_given_and_bounded(kind: LookupKind, path: str, text: str, first: int, last: int) -> None:
    reply = answer(Lookup("c", kind, path, text, first, last, "text"), Draft(FILES), FILES)
    assert 0 < len(reply.text) < 13_500


@given(
    st.sampled_from([*SCHEMAS, "x"]),
    st.text() | st.dictionaries(st.sampled_from(["path", "text"]), st.text() | st.none()),
)
def test_reading_never_fails(name: str, arguments: object) -> None:
    assert read_call("c", name, arguments).wire == "function_call"
