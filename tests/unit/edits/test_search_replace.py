from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byte_files import ByteFiles
from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import BadCall, EditCall, Lookup, LookupKind
from prunella.edits.draft import Draft
from prunella.edits.search_replace import INSTRUCTIONS, path_in, read_answer, render
from prunella.errors import EditRejected

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "edits" / "search_replace").glob("*.answer"))
BLOCK = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE"


def outcome(before: bytes, answer: str) -> bytes | str:
    """The file src/a.ts after the answer, or what the model is told."""
    draft = Draft(ByteFiles({"src/a.ts": before}))
    for call in read_answer(answer):
        if isinstance(call, BadCall):
            return call.reason
        assert isinstance(call, EditCall)
        try:
            draft.apply_all(call.edits)
        except EditRejected as rejected:
            return rejected.message
    return draft.read("src/a.ts") or b""


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
    assert len(CASES) >= 20
    for case in CASES:
        assert case.with_suffix(".after").exists() != case.with_suffix(".refused").exists()


def test_the_instructions_are_short_and_their_example_is_read() -> None:
    assert len(INSTRUCTIONS) <= 1_500
    edits = [call for call in read_answer(INSTRUCTIONS) if isinstance(call, EditCall)]
    assert edits[0].edits[0].path == "src/shop/cart.ts"
    kinds = [call.kind for call in read_answer(INSTRUCTIONS) if isinstance(call, Lookup)]
    assert kinds == [LookupKind.VIEW, LookupKind.VIEW, LookupKind.LIST, LookupKind.SEARCH]


@pytest.mark.parametrize(
    ("line", "lookup"),
    [
        ("VIEW src/a.ts", Lookup("block-1", LookupKind.VIEW, "src/a.ts", wire="text")),
        ("VIEW src/a.ts:10-40", Lookup("block-1", LookupKind.VIEW, "src/a.ts", first=10, last=40, wire="text")),
        ("VIEW src/a.ts:10-", Lookup("block-1", LookupKind.VIEW, "src/a.ts", first=10, wire="text")),
        ("VIEW src/a.ts:10--1", Lookup("block-1", LookupKind.VIEW, "src/a.ts", first=10, wire="text")),
        ("- VIEW `/repo/src/a.ts:10`", Lookup("block-1", LookupKind.VIEW, "src/a.ts", first=10, last=10, wire="text")),
        ("`LIST src/`", Lookup("block-1", LookupKind.LIST, "src", wire="text")),
        ("LIST", Lookup("block-1", LookupKind.LIST, wire="text")),
        ("```\nLIST .\n```", Lookup("block-1", LookupKind.LIST, wire="text")),
        ("SEARCH get hero(", Lookup("block-1", LookupKind.SEARCH, text="get hero(", wire="text")),
    ],
)
def test_lookups_are_lines(line: str, lookup: Lookup) -> None:
    assert read_answer(line) == (lookup,)


def test_file_commands_are_lines() -> None:
    assert read_answer("DELETE src/a.ts\nRENAME a.ts -> b c.ts\nDELETE `d e.ts`") == (
        EditCall("block-1", (Delete("src/a.ts"),), "text"),
        EditCall("block-2", (Rename("a.ts", "b c.ts"),), "text"),
        EditCall("block-3", (Delete("d e.ts"),), "text"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "I will VIEW it.",
        "DELETE FROM users",
        "```sql\nDELETE rows\n```",
        "SEARCH",
        "VIEW the file",
        "RENAME it",
        "",
        "=======",
    ],
)
def test_prose_is_no_command(text: str) -> None:
    assert read_answer(text) == ()


def test_a_path_that_leads_out_is_answered() -> None:
    for text in (f"../x.ts\n{BLOCK}", "VIEW ../x", "DELETE a/../../b"):
        (call,) = read_answer(text)
        assert isinstance(call, BadCall)
        assert '".."' in call.reason


def test_a_block_that_cannot_be_read_does_not_hide_the_next() -> None:
    calls = read_answer(f"a.ts\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n\nb.ts\n{BLOCK}\n")
    assert [type(call) for call in calls] == [BadCall, EditCall]
    assert isinstance(calls[1], EditCall)
    assert calls[1].edits[0].path == "b.ts"
    unfinished = read_answer(f"a.ts\n<<<<<<< SEARCH\nx\n=======\ny\nb.ts\n{BLOCK}\n")
    assert [type(call) for call in unfinished] == [BadCall, EditCall]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("src/a.ts", "src/a.ts"),
        ("**src/a.ts**", "src/a.ts"),
        ("### File: `src/a.ts`:", "src/a.ts"),
        ("`my dir/a b.ts`", "my dir/a b.ts"),
        ("my dir/a b.ts", "my dir/a b.ts"),
        ("In `foo` of src/a.ts", "src/a.ts"),
        ("LICENSE", "LICENSE"),
        ("Makefile", "Makefile"),
        (".gitignore", ".gitignore"),
        ("Then:", ""),
        ("Here is the fix:", ""),
        ("...", ""),
        ("", ""),
    ],
)
def test_the_line_above_a_block_names_the_path(line: str, path: str) -> None:
    assert path_in(line) == path


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8) | st.sampled_from(
    ["<<<<<<< HEAD", "=======", ">>>>>>> x", "=====", "```", "VIEW a", "src/x.ts", "<<<<<<< SEARCH", ">>>>>>> REPLACE"]
)
PATH = st.sampled_from(["a", "src/b.ts", "c d/é.txt", "Makefile", "a`b"[:1]])
TEXT = st.lists(LINE, min_size=1, max_size=4).map(lambda lines: "".join(f"{line}\n" for line in lines))
EDIT = st.one_of(
    st.builds(Replace, PATH, TEXT.filter(str.strip), TEXT | st.just("")),
    st.builds(Create, PATH, TEXT),
    st.builds(Delete, PATH),
    st.builds(Rename, PATH, PATH),
)


def sides(edit: Edit) -> object:
    """An edit by what it means, whichever way it is told."""
    if isinstance(edit, PatchLines):
        old = "".join(f"{line}\n" for sign, line in edit.lines if sign != "+")
        return edit.path, old, "".join(f"{line}\n" for sign, line in edit.lines if sign != "-")
    return (edit.path, edit.old, edit.new) if isinstance(edit, Replace) else edit


@given(st.lists(EDIT, min_size=1, max_size=3))
def test_what_is_rendered_is_read_again(edits: list[Edit]) -> None:
    calls = read_answer(f"Here is the repair.\n\n{render(edits)}\nThat is all.")
    read = [edit for call in calls if isinstance(call, EditCall) for edit in call.edits]
    assert [sides(edit) for edit in read] == [sides(edit) for edit in edits]


def test_what_cannot_be_told_is_refused() -> None:
    for edit in (Insert("a", 1, "x"), PatchLines("a", (("+", "x"),), ("anchor",))):
        with pytest.raises(ValueError, match="cannot be told"):
            render([edit])


WORDS = st.sampled_from(
    [
        "<<<<<<< SEARCH",
        "=======",
        ">>>>>>> REPLACE",
        "<<<<< SEARCH",
        "src/a.ts",
        "```ts",
        "```",
        "VIEW a:1-2",
        "LIST",
        "SEARCH x",
        "DELETE a",
        "RENAME a -> b",
        "text",
        "",
        "\r",
        "VIEW a:99999999999999999999-1",
        "DELETE \x00",
    ]
)


@given(st.lists(WORDS, max_size=14).map("\n".join) | st.text())
def test_reading_never_fails(text: str) -> None:
    calls = read_answer(text)
    assert [call.call_id for call in calls] == [f"block-{number}" for number in range(1, len(calls) + 1)]
    assert all(call.wire == "text" for call in calls)
