"""What checks and the user change in a checkout while a task works in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prunella.changes import FileChange
from prunella.errors import RepositoryError
from prunella.workspace.checkout import Checkout, open_checkout
from prunella.workspace.merging import merge_lines
from prunella.workspace.processes import end_group, started
from worktrees import edit, everything, fix_of, git, heal, make, put, task

TEN = b"".join(b"line %d\n" % number for number in range(10))
FORMATTED = b"# formatted\n" + TEN


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo", {"ten.txt": TEN, "other.txt": b"other\n"})


def check(checkout: Checkout, path: str = "", content: bytes = b"") -> None:
    """As a check does: it is announced, writes, and ends when somebody asks for files."""
    checkout.note_process_group(2**22, 0)
    if path:
        put(checkout.root, path, content)
    assert checkout.files


def user(root: Path, path: str, content: bytes) -> None:
    """The user writes, clearly after whatever came before."""
    time.sleep(0.03)
    put(root, path, content)
    time.sleep(0.03)


def fixed(content: bytes, line: int = 5) -> bytes:
    return content.replace(b"line %d\n" % line, b"FIXED %d\n" % line)


def test_a_reset_brings_back_a_fix_of_a_file_that_the_check_rewrites(repo: Path) -> None:
    before = everything(repo)
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout, "ten.txt", FORMATTED)
        change = edit(checkout, "ten.txt", fixed(FORMATTED))
        checkout.apply((change,))
        check(checkout, "other.txt", b"formatted\n")
        checkout.reset((change,))
        assert (repo / "ten.txt").read_bytes() == fixed(FORMATTED)
        assert (repo / "other.txt").read_bytes() == b"other\n"
    assert everything(repo) == before
    assert "git checkout refs/prunella/t1/end -- " in checkout.set_aside or "other.txt" in checkout.set_aside


def test_what_the_check_rewrote_is_not_in_the_commit_nor_in_the_fix_that_is_shown(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout, "ten.txt", FORMATTED)
        fix = fix_of(edit(checkout, "ten.txt", fixed(FORMATTED, 0)))
        checkout.apply(fix.changes)
        assert checkout.from_start(fix).changes == (FileChange("ten.txt", TEN, fixed(TEN, 0)),)
        assert "formatted" not in checkout.from_start(fix).diff
        assert checkout.commit_state(fix) == "unproven"
        with checkout.as_committed(fix):
            assert (repo / "ten.txt").read_bytes() == fixed(TEN, 0)
        assert checkout.commit(fix, "Fix\n", "").id
        checkout.keep()
    assert git(repo, "show", "HEAD:ten.txt").encode() == fixed(TEN, 0)
    assert (repo / "ten.txt").read_bytes() == fixed(FORMATTED, 0)


def test_a_fix_of_what_the_check_itself_wrote_stays_uncommitted(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout, "ten.txt", b"".join(b"%d\n" % number for number in range(10)))
        fix = fix_of(edit(checkout, "ten.txt", b"X\n"))
        checkout.apply(fix.changes)
        assert "ten.txt while Prunella worked" in checkout.commit_state(fix)
        assert "ten.txt" in checkout.commit(fix, "Fix\n", "").note
        assert checkout.from_start(fix) == fix


def test_what_the_user_does_between_checks_stays_after_a_failure(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout)
        checkout.apply((edit(checkout, "ten.txt", fixed(TEN)),))
        check(checkout)
        user(repo, "mine.txt", b"typed\n")
        user(repo, "other.txt", b"other\nmy note\n")
        user(repo, "ten.txt", fixed(TEN) + b"my line\n")
        checkout.reset(())
        assert (repo / "ten.txt").read_bytes() == TEN + b"my line\n"
        checkout.apply((edit(checkout, "ten.txt", fixed(TEN, 2) + b"my line\n"),))
        check(checkout)
    assert (repo / "mine.txt").read_bytes() == b"typed\n"
    assert (repo / "other.txt").read_bytes() == b"other\nmy note\n"
    assert (repo / "ten.txt").read_bytes() == TEN + b"my line\n"
    assert checkout.set_aside == ""


def test_what_the_user_does_between_checks_is_not_in_the_commit_and_survives_an_undo(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout)
        user(repo, "mine.txt", b"typed\n")
        user(repo, "ten.txt", TEN + b"my line\n")
        fix = fix_of(edit(checkout, "ten.txt", fixed(TEN) + b"my line\n"))
        checkout.apply(fix.changes)
        check(checkout)
        assert checkout.commit_state(fix) == "unproven"
        with checkout.as_committed(fix):
            assert (repo / "ten.txt").read_bytes() == fixed(TEN)
            assert not (repo / "mine.txt").exists()
        assert checkout.commit(fix, "Fix\n", "").id
        checkout.keep()
    assert git(repo, "show", "HEAD:ten.txt").encode() == fixed(TEN)
    assert git(repo, "status", "--porcelain").splitlines() == [" M ten.txt", "?? mine.txt"]
    open_checkout(repo).undo()
    assert (repo / "ten.txt").read_bytes() == TEN + b"my line\n"
    assert (repo / "mine.txt").read_bytes() == b"typed\n"


def test_a_commit_that_the_user_makes_meanwhile_is_left_alone(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout)
        user(repo, "mine.txt", b"typed\n")
        git(repo, "rm", "-q", "other.txt")
        git(repo, "add", "-A")
        git(repo, "commit", "-qm", "the user's")
    assert git(repo, "status", "--porcelain") == ""


def test_what_was_written_while_a_check_ran_can_be_had_back(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        check(checkout, "mine.txt", b"typed\n")
    assert not (repo / "mine.txt").exists()
    command = checkout.set_aside.split("`")[1]
    subprocess.run(command.split(), cwd=repo, check=True)
    assert (repo / "mine.txt").read_bytes() == b"typed\n"


def test_undo_takes_the_beginning_of_an_id_and_says_what_is_wrong(repo: Path) -> None:
    heal(repo, {"ten.txt": b"one\n"}, "1122-aa")
    heal(repo, {"ten.txt": b"two\n"}, "1122-bb")
    with pytest.raises(RepositoryError, match="more than one task begins with 1122"):
        open_checkout(repo).undo("1122")
    with pytest.raises(RepositoryError, match="there is no task 33") as caught:
        open_checkout(repo).undo("33")
    assert "--repo" in caught.value.remedy
    assert "Undid task 1122-bb" in open_checkout(repo).undo("1122-b")
    other = open_checkout(repo)
    with other.protected(task("live")), pytest.raises(RepositoryError, match="another prunella is working"):
        open_checkout(repo).undo("nothing")


def test_installed_dependencies_are_no_work_of_the_user(repo: Path) -> None:
    for path in (".venv/pyvenv.cfg", ".venv/bin/python", "web/node_modules/a/index.js"):
        put(repo, path, b"installed\n")
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        assert checkout.files.paths() == ("other.txt", "ten.txt")
        fix = fix_of(edit(checkout, "ten.txt", fixed(TEN)))
        checkout.apply(fix.changes)
        assert checkout.commit_state(fix) == "clean"
        with checkout.as_committed(fix):
            assert (repo / ".venv/bin/python").exists()
            assert (repo / "web/node_modules/a/index.js").exists()


def test_jobs_with_a_group_of_their_own_end_with_their_session(repo: Path) -> None:
    code = (
        "import subprocess; p = subprocess.Popen(['sleep', '60'], process_group=0); print(p.pid, flush=True); p.wait()"
    )
    leader = subprocess.Popen(
        [sys.executable, "-c", code], cwd=repo, start_new_session=True, stdout=subprocess.PIPE, text=True
    )
    with leader:
        assert leader.stdout
        job = int(leader.stdout.readline())
        assert end_group(leader.pid, started(leader.pid), os.fspath(repo))
        assert not started(job)


def test_lines_next_to_each_other_are_merged_and_overlaps_are_not() -> None:
    assert merge_lines(b"# f\na\nb\n", b"a\nb\n", b"A\nb\n") == b"# f\nA\nb\n"
    assert merge_lines(b"X\nb\n", b"a\nb\n", b"Y\nb\n") is None
    assert merge_lines(b"1\na\n", b"a\n", b"2\na\n") is None
