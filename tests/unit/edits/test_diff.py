from __future__ import annotations

from prunella.changes import FileChange
from prunella.edits.diff import unified


def test_a_changed_file() -> None:
    before = b"".join(b"%d\n" % number for number in range(1, 21))
    after = before.replace(b"\n3\n", b"\nthree\n").replace(b"\n18\n", b"\n")
    assert unified([FileChange("a b.txt", before, after)]) == (
        "diff --git a/a b.txt b/a b.txt\n--- a/a b.txt\t\n+++ b/a b.txt\t\n"
        "@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n"
        "@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n"
    )


def test_created_deleted_and_executable_files() -> None:
    assert unified([FileChange("b", None, b"x\ny", 0o755), FileChange("a", b"x\n", None)]) == (
        "diff --git a/a b/a\ndeleted file mode 100644\n--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "diff --git a/b b/b\nnew file mode 100755\n--- /dev/null\n+++ b/b\n"
        "@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n"
    )


def test_an_empty_file_has_no_hunk() -> None:
    assert unified([FileChange("a", None, b"")]) == "diff --git a/a b/a\nnew file mode 100644\n"


def test_renamed_files() -> None:
    moved = [FileChange("old", b"x\n", None), FileChange("new", None, b"x\n")]
    assert unified(moved) == "diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n"
    edited = [FileChange("old", b"x\n", None), FileChange("new", None, b"y\n")]
    assert unified(edited, {"new": "old"}) == (
        "diff --git a/old b/new\nrename from old\nrename to new\n--- a/old\n+++ b/new\n@@ -1 +1 @@\n-x\n+y\n"
    )


def test_binary_files_and_odd_names() -> None:
    assert unified([FileChange('q"\\\t', b"\0", b"\1\0")]) == (
        'diff --git "a/q\\"\\\\\\t" "b/q\\"\\\\\\t"\nBinary files "a/q\\"\\\\\\t" and "b/q\\"\\\\\\t" differ\n'
    )


def test_line_breaks_are_shown_as_git_shows_them() -> None:
    diff = unified([FileChange("a", b"x\r\ny\r\n", b"x\r\nz\r\n")])
    assert diff.endswith("@@ -1,2 +1,2 @@\n x\r\n-y\r\n+z\r\n")
    assert unified([FileChange("a", "é\n".encode("utf-16"), "è\n".encode("utf-16"))]).endswith("-\ufeffé\n+\ufeffè\n")
