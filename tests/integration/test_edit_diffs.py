"""The diffs of fixes against git itself: what it applies is what the fix says."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byte_files import ByteFiles
from prunella.changes import Create, Delete, Edit, Insert, Rename, Replace
from prunella.edits.draft import Draft
from prunella.errors import EditRejected

FILES = {
    "a.txt": "".join(f"line {number % 5}\n" for number in range(30)),
    "crlf.txt": "one\r\ntwo\r\nthree\r\n",
    "open end": "x\ny",
    "dir/ü.txt": "\ufeffä\nb\n",
    "run": "#!/bin/sh\n",
}
PATHS = st.sampled_from([*FILES, "new/file"])
EDITS = st.one_of(
    st.builds(Insert, PATHS, st.integers(0, 30), st.text("ab\n", min_size=1, max_size=4)),
    st.builds(
        Replace, PATHS, st.sampled_from(["two", "y", "b\n", "line 4\nline 0\nline 1\n"]), st.text("z\n", max_size=3)
    ),
    st.builds(Create, st.just("new/file"), st.text("ab\n", max_size=9)),
    st.builds(Delete, PATHS),
    st.builds(Rename, PATHS, st.sampled_from(["moved", "dir/other name"])),
)


def applied(before: dict[str, bytes], diff: str) -> dict[str, bytes]:
    """The files after ``git apply``."""
    with TemporaryDirectory() as name:
        root = Path(name)
        for path, data in before.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        (root / "run").chmod(0o755)
        command = ["git", "apply", "--whitespace=nowarn", "-"]
        done = subprocess.run(command, cwd=root, input=diff.encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode() + diff
        return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.needs("git")
@settings(max_examples=40, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=6))
def test_git_applies_the_diff_of_a_fix(edits: list[Edit]) -> None:
    tree = ByteFiles(FILES, modes={"run": 0o755})
    draft = Draft(tree)
    for edit in edits:
        try:
            draft.apply(edit)
        except EditRejected:
            continue
    fix = draft.fix()
    if fix.changes:
        assert applied(tree.files, fix.diff) == tree.after(fix)
