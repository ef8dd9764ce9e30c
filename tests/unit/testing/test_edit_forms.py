"""What the scripted server tells in each vendor's words is what Prunella reads: two sides, written apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import Call, EditCall, Lookup, LookupKind
from prunella.edits import apply_patch, lookups, search_replace, text_editor
from prunella.testing import ScriptError
from prunella.testing.edit_forms import blocks, claude_call, openai_lookup, patch_envelope, patch_operation

line = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=6)
text = st.lists(line, min_size=1, max_size=4).map("\n".join)
path = st.sampled_from(["a.ts", "src/b.py", "deep/er/c d.txt"])
replaces = st.builds(Replace, path, text, text).filter(lambda edit: edit.old != edit.new)
creates = st.builds(Create, path, text.map(lambda words: words + "\n"))
deletes = st.builds(Delete, path)
renames = st.builds(Rename, path, st.just("new/name.ts"))
patches = st.builds(
    PatchLines,
    path,
    st.tuples(line, line, line).map(lambda row: ((" ", row[0]), ("-", row[1]), ("+", row[2]))),
    st.lists(line.map("def {}".format), max_size=2).map(tuple),
    st.booleans(),
)
plain_path = st.sampled_from(["a.ts", "src/b.py"])
questions = st.one_of(
    st.tuples(plain_path, st.integers(1, 9), st.integers(10, 20)).map(
        lambda asked: Lookup("c", LookupKind.VIEW, asked[0], first=asked[1], last=asked[2])
    ),
    plain_path.map(lambda path: Lookup("c", LookupKind.VIEW, path)),
    line.map(lambda words: Lookup("c", LookupKind.SEARCH, "", words)),
)


def edits_of(call: Call) -> tuple[Edit, ...]:
    assert isinstance(call, EditCall), call
    return call.edits


def sides(edit: Edit) -> tuple[str, str, str]:
    """The path, and the lines before and after, whichever way an edit says it."""
    if isinstance(edit, Replace):
        return edit.path, edit.old, edit.new
    assert isinstance(edit, PatchLines)
    old = "\n".join(words for sign, words in edit.lines if sign in " -")
    return edit.path, old, "\n".join(words for sign, words in edit.lines if sign in " +")


@given(st.one_of(replaces, creates, deletes, renames, st.builds(Insert, path, st.integers(0, 9), text)))
def test_claudes_calls_are_read_as_the_same_edits(edit: Edit) -> None:
    assert edits_of(text_editor.read_call("c", *claude_call(edit))) == (edit,)


@given(st.one_of(creates, deletes, replaces, patches))
def test_the_built_in_patches_are_read_as_the_same_edits(edit: Edit) -> None:
    (read,) = edits_of(apply_patch.read_operation("c", patch_operation(edit)))
    if isinstance(edit, Replace):
        assert sides(read) == sides(edit)
    else:
        assert read == edit


@given(st.lists(st.one_of(creates, deletes, replaces, patches), min_size=1, max_size=4))
def test_one_patch_of_many_files_is_read_as_the_same_edits(edits: list[Edit]) -> None:
    read = edits_of(apply_patch.read_envelope("c", patch_envelope(tuple(edits))))
    assert [sides(edit) if isinstance(edit, Replace | PatchLines) else edit for edit in read] == [
        sides(edit) if isinstance(edit, Replace | PatchLines) else edit for edit in edits
    ]


def test_a_rename_is_told_in_a_patch_of_many_files() -> None:
    rename = Rename("a.ts", "b.ts")
    assert edits_of(apply_patch.read_envelope("c", patch_envelope((rename,)))) == (rename,)


@given(st.lists(st.one_of(creates, deletes, replaces, renames), min_size=1, max_size=4))
def test_blocks_are_read_as_the_same_edits(edits: list[Edit]) -> None:
    read = [edit for call in search_replace.read_answer(blocks(tuple(edits), ())) for edit in edits_of(call)]
    assert [_trimmed(edit) for edit in read] == [_trimmed(edit) for edit in edits]


def _trimmed(edit: Edit) -> Edit | tuple[str, str, str]:
    """Without the line ends at the end of texts, which blocks of whole lines do not tell apart."""
    if isinstance(edit, Replace | PatchLines):
        return sides(edit)
    return Create(edit.path, edit.text.rstrip("\n")) if isinstance(edit, Create) else edit


@given(questions)
def test_questions_are_read_as_they_were_asked(question: Lookup) -> None:
    asked = (question.kind, question.path, question.text, question.first, question.last)
    calls = [
        text_editor.read_call("c", *claude_call(question)),
        lookups.read_call("c", *openai_lookup(question)),
        *search_replace.read_answer(blocks((), (question,))),
    ]
    for call in calls:
        assert isinstance(call, Lookup), call
        first = 1 if call.first == 0 and question.first == 1 else call.first
        assert (call.kind, call.path, call.text, first, call.last) == asked


@pytest.mark.parametrize(
    "tell", [patch_operation, lambda edit: patch_envelope((edit,)), lambda edit: blocks((edit,), ())]
)
def test_what_a_form_has_no_words_for_is_refused(tell: object) -> None:
    assert callable(tell)
    with pytest.raises(ScriptError, match="Insert"):
        tell(Insert("a.ts", 1, "x"))


def test_a_rename_cannot_be_told_as_a_built_in_patch() -> None:
    with pytest.raises(ScriptError, match="Rename"):
        patch_operation(Rename("a", "b"))
