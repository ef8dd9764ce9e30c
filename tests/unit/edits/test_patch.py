"""Patches as git, diff and people make them: read, applied in memory, taken back, or shown by themselves."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkouts import git, make
from prunella.changes import FileChange
from prunella.edits.diff import unified
from prunella.edits.patch import read_patches
from prunella.edits.patched import UNSHOWN, detached, patched
from prunella.errors import EditRejected

BEFORE = "".join(f"line {number}\n" for number in range(1, 31))
AFTER = BEFORE.replace("line 5\n", "five\n").replace("line 25\n", "")


def read(files: dict[str, str | bytes], path: str) -> bytes | None:
    held = files.get(path)
    return held.encode() if isinstance(held, str) else held


def applied(text: str, **files: str | bytes) -> dict[str, FileChange]:
    held = {name.replace("__", "/"): content for name, content in files.items()}
    return {change.path: change for change in patched(read_patches(text), lambda path: read(held, path)).changes}


FIVE = "@@ -4,3 +4,3 @@\n line 4\n-line 5\n+five\n line 6\n"
GONE = "@@ -24,3 +24,2 @@\n line 24\n-line 25\n line 26\n"


@pytest.mark.parametrize(
    "head",
    [
        "diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n",
        "--- a/a.txt\n+++ b/a.txt\n",
        "--- a.txt\t2026-01-01 10:00:00.0 +0000\n+++ a.txt\t2026-01-01 10:00:01.0 +0000\n",
        "--- a.txt.orig\n+++ a.txt\n",
        "diff -u -r old/a.txt new/a.txt\n--- old/a.txt\t2026\n+++ new/a.txt\t2026\n",
        "--- pkg-1.0.orig/a.txt\n+++ pkg-1.0/a.txt\n",
        "From 1 Mon\nSubject: x\n\n---\n a.txt | 3 +--\n\ndiff --git i/a.txt w/a.txt\n--- i/a.txt\n+++ w/a.txt\n",
        "diff --git a.txt a.txt\nindex 1..2 100yml\n--- a.txt\n+++ a.txt\n",
        'diff --git "a/a.txt" "b/a.txt"\n--- "a/a.txt"\n+++ "b/a.txt"\n',
    ],
)
def test_every_form_of_a_header_names_the_file(head: str) -> None:
    change = applied(f"{head}{FIVE}{GONE}-- \n2.43.0\n", **{"a.txt": BEFORE})["a.txt"]
    assert change.after == AFTER.encode()


def test_a_patch_saved_with_other_line_ends_fits_and_the_file_keeps_its_own() -> None:
    patch = f"--- a/a.txt\n+++ b/a.txt\n{FIVE}"
    windows = applied(patch, **{"a.txt": BEFORE.replace("\n", "\r\n")})["a.txt"].after
    assert windows == BEFORE.replace("line 5\n", "five\n").replace("\n", "\r\n").encode()
    unix = applied(patch.replace("\n", "\r\n"), **{"a.txt": BEFORE})["a.txt"].after
    assert unix == BEFORE.replace("line 5\n", "five\n").encode()


def test_a_hunk_is_found_where_the_file_has_moved() -> None:
    change = applied(f"--- a/a.txt\n+++ b/a.txt\n{FIVE}{GONE}", **{"a.txt": "new\nlines\n" + BEFORE})["a.txt"]
    assert change.after == b"new\nlines\n" + AFTER.encode()


def test_what_does_not_fit_is_said_with_the_place_and_what_is_there() -> None:
    with pytest.raises(EditRejected, match=r"hunk 2 of a.txt \(line 24\) does not fit. Line 25 here is 'other'"):
        applied(f"--- a/a.txt\n+++ b/a.txt\n{FIVE}{GONE}", **{"a.txt": BEFORE.replace("line 25", "other")})
    with pytest.raises(EditRejected, match=r"There is no file a\.txt here"):
        applied(f"--- a/a.txt\n+++ b/a.txt\n{FIVE}")
    with pytest.raises(EditRejected, match=r"a\.txt is new in the patch, but there is such a file here"):
        applied("--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+x\n", **{"a.txt": BEFORE})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no patch in it"),
        ("hello\n--- a\nworld\n", "There is no patch in it"),
        ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n", "cut off: the hunk of line 3"),
        ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n*c\n", "Line 6 is none of a hunk's"),
        ("diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n", "combined diff of a merge"),
        ("--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+x\n", "without a name"),
        ("diff --git\n", "There is no patch"),
        ("diff --git x\n", "cannot be read"),
    ],
)
def test_what_is_no_patch_is_said(text: str, said: str) -> None:
    with pytest.raises(EditRejected, match=said):
        read_patches(text)


def test_a_patch_that_is_applied_already_is_judged_as_applied() -> None:
    change = applied(f"--- a/a.txt\n+++ b/a.txt\n{FIVE}{GONE}", **{"a.txt": AFTER})["a.txt"]
    assert (change.before, change.after) == (BEFORE.encode(), AFTER.encode())


def test_a_patch_by_itself_has_what_its_hunks_show_at_their_lines() -> None:
    (change,) = detached(read_patches(f"--- a/a.txt\n+++ b/a.txt\n{FIVE}{GONE}")).changes
    assert change.before is not None
    assert change.after is not None
    assert change.before.split(b"\n")[3:6] == [b"line 4", b"line 5", b"line 6"]
    assert change.after.split(b"\n")[3:6] == [b"line 4", b"five", b"line 6"]
    assert change.before.split(b"\n")[24] == b"line 25"


def _tree(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


ODD = {"a b.txt": BEFORE, 'q"\té.txt': "x\n", "old.py": BEFORE, "gone.py": BEFORE, "end": "no end", "i.bin": "\0\1"}


def test_git_s_own_patches_come_to_what_git_has(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", ODD)
    before = _tree(root)
    (root / "a b.txt").write_text(AFTER)
    (root / 'q"\té.txt').write_text("y\nz")
    git(root, "mv", "old.py", "new name.py")
    (root / "new name.py").write_text(AFTER)
    (root / "gone.py").unlink()
    (root / "end").write_text("no end\nnow")
    (root / "made").write_text("")
    (root / "i.bin").write_bytes(b"\0\2")
    git(root, "add", "-A")
    after = _tree(root)
    for flags in ((), ("--no-prefix",), ("--binary",), ("-U0",), ("--no-renames",), ("-R",)):
        text = subprocess.run(["git", "diff", "--cached", *flags], cwd=root, check=True, capture_output=True).stdout
        patches = read_patches(text.decode("utf-8", "surrogateescape"))
        sides = (after, before) if flags == ("-R",) else (before, after)
        start, end = ({**side, "i.bin": b""} for side in sides)
        fix = patched(patches, sides[0].get)
        come = {**start, **{change.path: change.after for change in fix.changes if change.after != UNSHOWN}}
        assert {path: held for path, held in come.items() if held is not None and path != "i.bin"} == {
            path: held for path, held in end.items() if path != "i.bin"
        }
        assert ("rename to new name.py" in fix.diff) is (flags not in {("--no-renames",), ("-R",)})
        assert {change.path for change in detached(patches).changes} == {change.path for change in fix.changes}


@given(st.text(st.sampled_from(list('abc\r\n -+@\\"/0123,dif gt')), max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    for start in ("", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n", "diff --git a/x b/x\n"):
        try:
            patches = read_patches(start + text)
        except EditRejected:
            continue
        detached(patches)


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "x y"]), max_size=30)


@given(LINES, LINES, st.booleans(), st.booleans())
def test_diffs_of_ours_come_back_whole(old: list[str], new: list[str], old_end: bool, new_end: bool) -> None:
    before = ("\n".join(old) + ("\n" if old_end and old else "")).encode()
    after = ("\n".join(new) + ("\n" if new_end and new else "")).encode()
    if before == after:
        return
    text = unified((FileChange("f", before, after),))
    (change,) = patched(read_patches(text), {"f": before}.get).changes
    assert (change.before, change.after) == (before, after)
