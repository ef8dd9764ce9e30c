"""Whatever happens in a protected block, the user's files come back byte for byte."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from prunella.errors import RepositoryError
from prunella.workspace.checkout import open_checkout
from prunella.workspace.recovery import recover
from worktrees import BoomError, edit, everything, fail_after, git, make, put, task


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Dirty in every way: staged, partly staged, unstaged, deleted, renamed, untracked, odd modes, links, stash."""
    root = make(
        tmp_path / "repo",
        {f"{name}.txt": f"{name}\n".encode() * 3 for name in ("clean", "staged", "partly", "dirty", "gone", "moved")}
        | {".gitignore": b"*.log\nbuild/\n", "run.sh": b"#!/bin/sh\n", "deep/er/file": b"deep\n"},
    )
    put(root, "stashed.txt", b"in the stash\n")
    git(root, "stash", "push", "-q", "-u")
    put(root, "staged.txt", b"staged now\n")
    put(root, "partly.txt", b"first staged\n")
    git(root, "add", "staged.txt", "partly.txt")
    put(root, "partly.txt", b"then more\n")
    put(root, "dirty.txt", b"dirty, with no end of line")
    (root / "gone.txt").unlink()
    git(root, "mv", "moved.txt", "moved here.txt")
    (root / "run.sh").chmod(0o700)
    put(root, "secret.key", b"0600\n", 0o600)
    put(root, "un tracked\nfile", b"\x00\xff raw\r\n", 0o640)
    put(root, os.fsdecode(b"l\xe4tin-\xff"), b"name is not UTF-8\n")
    (root / "link").symlink_to("clean.txt")
    (root / "broken").symlink_to("/no/such/place")
    (root / "empty/inner").mkdir(parents=True)
    put(root, "build/out.log", b"ignored\n")
    put(root, "only-ignored/x.log", b"ignored\n")
    return root


def havoc(root: Path) -> None:
    """What a careless check may do."""
    put(root, "clean.txt", b"overwritten\n")
    put(root, "staged.txt", b"overwritten\n")
    (root / "partly.txt").unlink()
    put(root, "gone.txt", b"back again\n")
    (root / "run.sh").chmod(0o644)
    (root / "secret.key").chmod(0o666)
    (root / "un tracked\nfile").unlink()
    (root / os.fsdecode(b"l\xe4tin-\xff")).write_bytes(b"changed")
    (root / "link").unlink()
    (root / "link").symlink_to("dirty.txt")
    (root / "broken").unlink()
    (root / "broken").mkdir()
    put(root, "broken/inside", b"x\n")
    (root / "deep/er/file").unlink()
    (root / "deep/er").rmdir()
    (root / "deep/er").symlink_to("/tmp")
    (root / "empty/inner").rmdir()
    put(root, "empty/new file", b"x\n")
    put(root, "only-ignored/sub/new.txt", b"x\n")
    put(root, "out/put/new.js", b"x\n")
    (root / "new-empty/folder").mkdir(parents=True)
    git(root, "add", "-A")


@pytest.mark.parametrize("error", [BoomError, KeyboardInterrupt, SystemExit])
def test_everything_comes_back_however_the_block_is_left(repo: Path, error: type[BaseException]) -> None:
    before = everything(repo)
    fail_after(repo, lambda: havoc(repo), error)
    assert everything(repo) == before
    assert git(repo, "for-each-ref", "refs/prunella/t1/end"), "what was discarded is kept"


def test_everything_comes_back_when_the_block_just_ends(repo: Path) -> None:
    before = everything(repo)
    with open_checkout(repo).protected(task()):
        havoc(repo)
    assert everything(repo) == before


def test_reset_puts_back_and_applies(repo: Path) -> None:
    before = everything(repo)
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        change = edit(checkout, "clean.txt", b"better\n")
        havoc(repo)
        checkout.reset((change,))
        changed = everything(repo)
        assert changed.pop("clean.txt") == (stat.S_IFREG, 0o644, b"better\n")
        assert changed == {path: fact for path, fact in before.items() if path != "clean.txt"}
    assert everything(repo) == before


def test_nothing_discarded_is_lost(repo: Path) -> None:
    fail_after(repo, lambda: put(repo, "clean.txt", b"typed while it ran\n"))
    assert git(repo, "show", "refs/prunella/t1/end:clean.txt") == "typed while it ran\n"


def test_a_run_without_changes_leaves_no_trace(repo: Path) -> None:
    before = everything(repo)
    with open_checkout(repo).protected(task()):
        pass
    assert everything(repo) == before
    assert git(repo, "for-each-ref", "refs/prunella/") == ""
    assert not [*(repo / ".git/prunella/open").iterdir()]


def test_ignored_files_are_never_touched(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {".gitignore": b"build/\n", "a": b"a\n"})
    put(root, "build/old", b"old\n")
    before = everything(root)

    def act() -> None:
        put(root, "build/new", b"new\n")
        put(root, "build/old", b"newer\n")
        put(root, "a", b"changed\n")

    fail_after(root, act)
    after = everything(root)
    assert after.pop("build/new")
    assert after.pop("build/old") == (stat.S_IFREG, 0o644, b"newer\n")
    before.pop("build/old")
    assert after == before


def test_an_ignored_file_in_the_way_is_moved_aside(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {".gitignore": b"*.log\n", "a": b"a\n"})

    def act() -> None:
        (root / "a").unlink()
        put(root, "a/x.log", b"keep me\n")

    fail_after(root, act)
    assert (root / "a").read_bytes() == b"a\n"
    assert [path.read_bytes() for path in (root / ".git/prunella/aside").rglob("x.log")] == [b"keep me\n"]


def test_special_files_and_other_repositories_do_not_disturb(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    make(root / "nested")
    git(root / "nested", "commit", "-q", "--allow-empty", "-m", "more")
    (root / "unborn").mkdir()
    git(root / "unborn", "init", "-q")
    put(root / "unborn", "inside", b"x\n")
    os.mkfifo(root / "pipe")
    os.mkfifo(root / "src/pipe")
    before = everything(root)

    fail_after(root, lambda: put(root, "a.txt", b"changed\n"))
    assert everything(root) == before


def test_a_tracked_file_that_became_a_pipe_stays_one(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    (root / "a.txt").unlink()
    os.mkfifo(root / "a.txt")
    before = everything(root)
    fail_after(root, lambda: put(root, "src/b.txt", b"changed\n"))
    assert everything(root) == before


def test_a_hard_link_outside_keeps_its_content(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    outside = tmp_path / "outside"
    outside.hardlink_to(root / "a.txt")
    checkout = open_checkout(root)
    with checkout.protected(task()):
        checkout.apply((edit(checkout, "a.txt", b"changed\n"),))
        assert outside.read_bytes() == b"one\ntwo\nthree\n"


def test_a_linked_worktree_restores_alone(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    other = tmp_path / "other"
    git(root, "worktree", "add", "-q", "-b", "side", str(other))
    put(root, "a.txt", b"mine in the first\n")
    put(other, "new.txt", b"untracked in the second\n")
    first, second = everything(root), everything(other)
    with open_checkout(root).protected(task("in-first")):
        fail_after(other, lambda: havoc_small(other))
        havoc_small(root)
    assert (everything(root), everything(other)) == (first, second)


def havoc_small(root: Path) -> None:
    put(root, "a.txt", b"changed\n")
    put(root, "src/more", b"x\n")
    (root / "src/b.txt").unlink()


def test_a_superproject_leaves_its_submodule_alone_and_a_submodule_can_be_healed(tmp_path: Path) -> None:
    library = make(tmp_path / "library")
    root = make(tmp_path / "repo")
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    git(root, "commit", "-q", "-m", "with lib")
    put(root, "lib/a.txt", b"dirty in the submodule\n")
    before = everything(root)

    def act() -> None:
        havoc_small(root)
        assert open_checkout(root).files.refusal("lib/a.txt")

    fail_after(root, act)
    assert everything(root) == before
    fail_after(root / "lib", lambda: havoc_small(root / "lib"))
    assert everything(root) == before
    fail_after(root, lambda: put(root, "lib/a.txt", b"a check wrote here\n"))
    assert (root / "lib/a.txt").read_bytes() == b"a check wrote here\n"


def test_an_unborn_branch_restores(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    put(root, "a.txt", b"a\n")
    put(root, "src/b.txt", b"b\n")
    before = everything(root)
    fail_after(root, lambda: havoc_small(root))
    assert everything(root) == before
    git(root, "add", "a.txt")
    before = everything(root)
    fail_after(root, lambda: havoc_small(root))
    assert everything(root) == before


def test_a_merge_in_progress_restores(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    git(root, "switch", "-q", "-c", "side")
    put(root, "a.txt", b"side\n")
    git(root, "commit", "-q", "-a", "-m", "side")
    git(root, "switch", "-q", "main")
    put(root, "a.txt", b"main\n")
    git(root, "commit", "-q", "-a", "-m", "main")
    git(root, "merge", "side", check=False)
    before = everything(root)
    assert "a merge is in progress" in open_checkout(root).commit_problem()
    fail_after(root, lambda: havoc_small(root))
    assert everything(root) == before


def test_a_second_prunella_is_refused_and_told_who_works(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    with open_checkout(root).protected(task()):
        with (
            pytest.raises(RepositoryError, match=rf"process {os.getpid()}, since \d\d:\d\d:\d\d, task t1"),
            open_checkout(root).protected(task("t2")),
        ):
            raise AssertionError
        assert recover(root) is None


def test_too_much_to_record_is_refused_with_a_remedy(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    with (root / "huge").open("wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(RepositoryError, match=r"1\.0 GiB.*\.gitignore"), open_checkout(root).protected(task()):
        raise AssertionError


def test_a_bad_task_id_is_refused(tmp_path: Path) -> None:
    checkout = open_checkout(make(tmp_path / "repo"))
    for name in ("", "../x", "a..b", "a b", "x.lock", "-x", "a/b", "x."):
        with pytest.raises(RepositoryError, match="no id of a task"), checkout.protected(task(name)):
            raise AssertionError
