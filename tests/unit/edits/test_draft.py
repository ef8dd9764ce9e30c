from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byte_files import ByteFiles
from prunella.changes import Create, Delete, Edit, FileChange, Insert, PatchLines, Rename, Replace
from prunella.edits.draft import Draft
from prunella.errors import EditRejected

FILES = {"src/a.ts": "one\ntwo\nthree\n", "src/b.ts": "b\r\n", "bin/run": "#!/bin/sh\n", "logo.png": b"\x89PNG\0\0"}


def draft(**more: dict[str, str]) -> Draft:
    return Draft(files(**more))


def files(**more: dict[str, str]) -> ByteFiles:
    return ByteFiles(FILES, modes={"bin/run": 0o755}, **more)  # type: ignore[arg-type]


def refused(made: Draft, edit: Edit) -> str:
    with pytest.raises(EditRejected) as caught:
        made.apply(edit)
    return caught.value.message


def test_edits_build_on_each_other_and_nothing_is_written() -> None:
    tree = files()
    made = Draft(tree)
    made.apply(Replace("src/a.ts", "two", "TWO"))
    assert "2\tTwo" in made.apply(Replace("src/a.ts", "TWO", "Two"))
    assert made.read("src/a.ts") == b"one\nTwo\nthree\n"
    assert tree.read("src/a.ts") == b"one\ntwo\nthree\n"
    assert made.edited == ("src/a.ts",)


def test_the_confirmation_shows_the_changed_lines_in_at_most_twelve() -> None:
    made = draft()
    told = made.apply(Insert("src/a.ts", 1, "\n".join(f"new {number}" for number in range(40))))
    assert told.split("\n")[:2] == ["src/a.ts changed; it now has", "2\tnew 0"]
    assert len(told.split("\n")) == 12
    assert "30 more lines" in told
    assert made.apply(Replace("src/a.ts", "three\n", "")) == "src/a.ts changed: 1 line after line 42 removed"
    assert made.apply(Create("c", "x")) == "c created, 1 lines"
    assert made.apply(Rename("c", "d")) == "c renamed to d"
    assert made.apply(Delete("d")) == "d deleted"


def test_the_fix_is_in_order_and_leaves_out_what_is_as_before() -> None:
    made = draft()
    made.apply(Replace("src/b.ts", "b", "B"))
    made.apply(Create("new/c.ts", "c\n"))
    made.apply(Replace("src/a.ts", "two", "2"))
    made.apply(Replace("src/a.ts", "2", "two"))
    made.apply(Delete("logo.png"))
    assert made.fix().changes == (
        FileChange("logo.png", b"\x89PNG\0\0", None),
        FileChange("new/c.ts", None, b"c\n"),
        FileChange("src/b.ts", b"b\r\n", b"B\r\n"),
    )


def test_a_renamed_file_keeps_its_mode_and_is_shown_as_one() -> None:
    made = draft()
    made.apply(Rename("bin/run", "bin/start"))
    made.apply(Rename("bin/start", "bin/go"))
    made.apply(Insert("bin/go", 1, "exec true"))
    fix = made.fix()
    assert fix.changes[0] == FileChange("bin/go", None, b"#!/bin/sh\nexec true\n", 0o755)
    assert fix.changes[1].after is None
    assert "rename from bin/run\nrename to bin/go\n--- a/bin/run\n+++ b/bin/go\n" in fix.diff
    made.apply(Rename("bin/go", "bin/run"))
    made.apply(Replace("bin/run", "exec true\n", ""))
    assert not made.fix().changes


def test_written_anew_a_file_keeps_its_form_and_mode() -> None:
    made = draft()
    made.apply(Delete("src/b.ts"))
    made.apply(Create("src/b.ts", "x\ny\n"))
    made.apply(Delete("bin/run"))
    made.apply(Create("bin/run", "#!/bin/bash\n"))
    assert made.read("src/b.ts") == b"x\r\ny\r\n"
    assert made.fix().changes[0].mode == 0o755


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Create("src/a.ts", "x"), "exists already. Edit it, or delete it first"),
        (Create("src/a.ts/b", "x"), "src/a.ts is a file"),
        (Create("", "x"), "names no file"),
        (Create("x", "\ud800"), "cannot hold"),
        (Replace("src/A.ts", "x", "y"), "no file src/A.ts. Did you mean src/a.ts?"),
        (Replace("lib/a.js", "x", "y"), "Did you mean src/a.ts?"),
        (Replace("zzz", "x", "y"), "List a folder"),
        (Replace("logo.png", "x", "y"), "binary"),
        (Delete("nope"), "no file nope"),
        (Rename("src/a.ts", "src/b.ts"), "exists already"),
        (Rename("src/a.ts", ""), "no new path"),
        (Rename("src/a.ts", "src/b.ts/c"), "src/b.ts is a file"),
        (Replace("dist/x.js", "x", "y"), "dist/x.js may not be edited: git ignores it"),
        (Rename("src/a.ts", "dist/x.js"), "dist/x.js may not be edited"),
    ],
)
def test_what_cannot_be_done_is_rejected_with_the_remedy(edit: Edit, message: str) -> None:
    made = draft(refused={"dist/x.js": "git ignores it"})
    assert message in refused(made, edit)
    assert not made.fix().changes
    assert made.rejected
    assert made.unresolved() == (edit.path,)


def test_a_folder_made_by_the_draft_is_no_file() -> None:
    made = draft()
    made.apply(Create("new/x/y", "1\n"))
    assert "is a folder" in refused(made, Create("new/x", "1\n"))


def test_a_rejection_is_resolved_by_an_accepted_edit_of_the_path() -> None:
    made = draft()
    refused(made, Replace("src/a.ts", "four", "4"))
    made.apply(Replace("src/b.ts", "b", "B"))
    assert made.unresolved() == ("src/a.ts",)
    made.told()
    made.apply(Replace("src/b.ts", "B", "b"))
    assert made.unresolved() == ("src/a.ts",)
    made.apply(Replace("src/a.ts", "three", "3"))
    assert made.unresolved() == ()
    assert not made.rejected


def test_a_path_that_no_edit_can_have_is_resolved_by_another() -> None:
    made = draft(refused={"dist/x.js": "git ignores it"})
    refused(made, Replace("src/A.ts", "two", "2"))
    made.apply(Replace("src/a.ts", "two", "2"))
    assert made.unresolved() == ()
    refused(made, Replace("dist/x.js", "x", "y"))
    made.apply(Replace("src/a.ts", "2", "3"))
    assert made.unresolved() == ("dist/x.js",)
    made.told()
    made.apply(Replace("src/a.ts", "3", "4"))
    assert made.unresolved() == ()


def test_the_edits_of_a_call_are_made_all_or_none() -> None:
    made = draft()
    made.apply(Replace("src/b.ts", "b", "B"))
    with pytest.raises(
        EditRejected, match=r"None of this call's 3 edits was made, because number 2 does not fit\. The old"
    ):
        made.apply_all((Replace("src/b.ts", "B", "C"), Replace("src/a.ts", "four", "4"), Create("c", "")))
    assert made.read("src/b.ts") == b"B\r\n"
    assert made.unresolved() == ("c", "src/a.ts", "src/b.ts")
    told = made.apply_all((Replace("src/b.ts", "B", "C"), Replace("src/a.ts", "two", "2"), Create("c", "")))
    assert len(told.split("\n")) == 5
    assert made.unresolved() == ()


def test_paths_show_the_draft() -> None:
    base = (FileChange("old", b"x", None), FileChange("held", None, b"x"))
    made = Draft(ByteFiles({"a": "a", "old": "x"}), base)
    made.apply(Rename("a", "b"))
    assert made.paths() == ("b", "held")


EDITS = st.one_of(
    st.builds(Create, st.sampled_from(["a", "b", "c/d"]), st.text("xy\n", max_size=5)),
    st.builds(Replace, st.sampled_from(["a", "b", "c"]), st.text("xy\n", max_size=3), st.text("xy\n", max_size=3)),
    st.builds(Insert, st.sampled_from(["a", "b"]), st.integers(0, 3), st.text("xy\n", max_size=3)),
    st.builds(
        PatchLines,
        st.sampled_from(["a", "b"]),
        st.lists(st.tuples(st.sampled_from(" -+"), st.text("xy", max_size=2)), max_size=3).map(tuple),
    ),
    st.builds(Delete, st.sampled_from(["a", "b", "c/d"])),
    st.builds(Rename, st.sampled_from(["a", "b"]), st.sampled_from(["a", "b", "c/d", "c"])),
)


@given(st.lists(EDITS, max_size=8))
def test_the_fix_is_what_the_draft_shows(edits: list[Edit]) -> None:
    tree = ByteFiles({"a": "x\ny\n", "b": "x\r\nxy"})
    made = Draft(tree)
    for edit in edits:
        try:
            made.apply(edit)
        except EditRejected:
            assert edit.path in made.unresolved()
    after = tree.after(made.fix())
    assert sorted(after) == list(made.paths())
    assert all(made.read(path) == data for path, data in after.items())
    back = Draft(ByteFiles(after))
    for change in made.fix().changes:
        if change.after is not None:
            back.apply(Delete(change.path))
    assert all(path not in back.paths() for path in (change.path for change in made.fix().changes))


@given(st.lists(EDITS, min_size=1, max_size=5))
def test_a_call_is_made_whole_or_not_at_all(edits: list[Edit]) -> None:
    tree = ByteFiles({"a": "x\ny\n", "b": "x\r\nxy"})
    made, single = Draft(tree), Draft(tree)
    try:
        for edit in edits:
            single.apply(edit)
        fits = True
    except EditRejected:
        fits = False
    try:
        made.apply_all(edits)
        assert fits
        assert made.fix() == single.fix()
    except EditRejected:
        assert not fits
        assert not made.fix().changes
        assert {edit.path for edit in edits} == set(made.unresolved())
