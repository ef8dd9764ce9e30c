"""Applying a fix, all or nothing, and taking a finished task back without losing what came later."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prunella.changes import FileChange
from prunella.errors import RepositoryError
from prunella.workspace.checkout import open_checkout
from worktrees import edit, everything, fix_of, git, heal, make, put, task

TEN = b"".join(b"line %d\n" % number for number in range(10))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo", {"ten.txt": TEN, "other.txt": b"other\n", "run.sh": b"#!/bin/sh\n"})


def test_undo_after_a_commit_takes_back_what_checks_made_too(repo: Path) -> None:
    (repo / "empty").mkdir()
    before = everything(repo)
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        fix = fix_of(edit(checkout, "ten.txt", b"fixed\n"), edit(checkout, "run.sh", b"#!\n", 0o700))
        checkout.apply(fix.changes)
        put(repo, "out/made.js", b"by a check\n")
        put(repo, "empty/made.js", b"by a check\n")
        (repo / "new-empty").mkdir()
        (repo / "other.txt").chmod(0o600)
        checkout.commit(fix, "Fix\n", "")
        checkout.keep()
    assert (repo / "out/made.js").exists()
    assert "t1" in checkout.undo()
    assert everything(repo) == before
    with pytest.raises(RepositoryError, match="undone already"):
        open_checkout(repo).undo("t1")
    with pytest.raises(RepositoryError, match="nothing to undo"):
        open_checkout(repo).undo()


def test_undo_keeps_later_work(repo: Path) -> None:
    heal(repo, {"ten.txt": TEN.replace(b"line 5\n", b"FIXED\n")})
    put(repo, "ten.txt", (repo / "ten.txt").read_bytes().replace(b"line 0\n", b"LATER\n"))
    put(repo, "other.txt", b"staged later\n")
    git(repo, "add", "other.txt")
    put(repo, "later.txt", b"untracked later\n")
    open_checkout(repo).undo()
    assert (repo / "ten.txt").read_bytes() == TEN.replace(b"line 0\n", b"LATER\n")
    assert git(repo, "status", "--porcelain") == "M  other.txt\n M ten.txt\n?? later.txt\n"
    assert git(repo, "log", "--format=%s") == "first\n"


def test_undo_refuses_what_would_lose_later_work_and_changes_nothing(repo: Path) -> None:
    heal(repo, {"ten.txt": TEN.replace(b"line 5\n", b"FIXED\n"), "new.txt": b"new\n"})
    put(repo, "ten.txt", TEN.replace(b"line 5\n", b"FIXED DIFFERENTLY\n"))
    before = everything(repo)
    with pytest.raises(RepositoryError, match=r"overlap with the fix in ten\.txt.*git stash"):
        open_checkout(repo).undo()
    assert everything(repo) == before


def test_undo_after_later_commits_names_the_command(repo: Path) -> None:
    commit = heal(repo, {"ten.txt": b"x\n"})
    git(repo, "commit", "-q", "--allow-empty", "-m", "later")
    before = everything(repo)
    with pytest.raises(RepositoryError, match=f"later commits.*git revert {commit[:12]}"):
        open_checkout(repo).undo()
    git(repo, "switch", "-q", "-c", "elsewhere")
    with pytest.raises(RepositoryError, match="not the current branch"):
        open_checkout(repo).undo()
    git(repo, "switch", "-q", "main")
    git(repo, "branch", "-q", "-D", "elsewhere")
    assert {**everything(repo), "<index>": 0} == {**before, "<index>": 0}


def test_undo_without_a_commit(repo: Path) -> None:
    put(repo, "other.txt", b"dirty\n")
    git(repo, "add", "other.txt")
    before = everything(repo)
    heal(repo, {"ten.txt": b"x\n", "new/file": b"x\n", "run.sh": None}, commit=False)
    assert git(repo, "log", "--format=%s") == "first\n"
    open_checkout(repo).undo()
    assert everything(repo) == before


def test_tasks_are_undone_one_after_the_other(repo: Path) -> None:
    states = [everything(repo)]
    for number in range(3):
        heal(repo, {"ten.txt": b"%d\n" % number}, f"task-{number}")
        states.append(everything(repo))
    for number in (2, 1, 0):
        assert f"task-{number}" in open_checkout(repo).undo()
        assert everything(repo) == states[number]


def test_old_tasks_are_forgotten(repo: Path) -> None:
    heal(repo, {"ten.txt": b"x\n"})
    checkout = open_checkout(repo)
    assert checkout.forget() == 0
    assert checkout.forget(days=-1) == 2
    assert git(repo, "for-each-ref", "refs/prunella/") == ""
    with pytest.raises(RepositoryError, match="nothing to undo"):
        checkout.undo("t1")


def test_a_healthy_run_keeps_what_the_checks_made_and_nothing_is_to_be_undone(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        checkout.keep()
    assert git(repo, "for-each-ref", "refs/prunella/") == ""


def test_apply_is_all_or_nothing(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        before = everything(repo)
        first, second = edit(checkout, "ten.txt", b"x\n"), FileChange("src/new/file", None, b"x\n")
        with pytest.raises(RepositoryError, match=r"other\.txt changed while"):
            checkout.apply((first, second, FileChange("other.txt", b"not what it is\n", b"x\n")))
        for path in ("../out", "/etc/x", ".git/config", "a/.GIT/x"):
            with pytest.raises(RepositoryError, match="may not be edited"):
                checkout.apply((first, FileChange(path, None, b"x\n")))
        assert everything(repo) == before
        real = os.replace

        def full(source: str, target: str, **folders: int) -> None:
            if target == "file":
                raise OSError(28, "No space left on device")
            real(source, target, **folders)

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(RepositoryError, match="No space left"):
            checkout.apply((first, second))
        monkeypatch.undo()
        assert (repo / "ten.txt").read_bytes() == TEN
    assert (repo / "ten.txt").read_bytes() == TEN
