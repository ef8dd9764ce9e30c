"""The commit of a fix: the fix alone, whatever else the user has going on; and taking it back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prunella.changes import FileChange
from prunella.workspace.checkout import open_checkout
from worktrees import edit, everything, fix_of, git, heal, make, put, task

TEN = b"".join(b"line %d\n" % number for number in range(10))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo", {"ten.txt": TEN, "other.txt": b"other\n", "run.sh": b"#!/bin/sh\n"})


def test_a_clean_checkout_gets_one_commit_and_stays_clean(repo: Path) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"):
        put(repo, f".git/hooks/{name}", b"#!/bin/sh\ntouch hooked\nexit 1\n", 0o755)
    head = git(repo, "rev-parse", "HEAD").strip()
    commit = heal(repo, {"ten.txt": TEN + b"fixed\n", "new/file.txt": b"new\n", "other.txt": None})
    assert not (repo / "hooked").exists()
    assert git(repo, "rev-parse", "HEAD", "HEAD^").split() == [commit, head]
    assert git(repo, "diff-files") == "", "the index is fresh before any `git status`"
    assert git(repo, "status", "--porcelain") == ""
    assert git(repo, "show", "--format=", "--name-status", "HEAD").split() == [
        *("A", "new/file.txt", "D", "other.txt", "M", "ten.txt")
    ]
    assert git(repo, "log", "-1", "--format=%an <%ae>|%s|%b").strip() == "Ada Tester <ada@example.org>|Fix it|body"
    assert "commit: Fix it" in git(repo, "reflog", "-1", "main")


def test_a_new_branch_gets_the_commit_and_the_old_one_stays(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    before = everything(repo)
    commit = heal(repo, {"ten.txt": b"fixed\n"}, branch="fix/it")
    assert git(repo, "symbolic-ref", "HEAD") == "refs/heads/fix/it\n"
    assert git(repo, "rev-parse", "main") == head
    assert git(repo, "rev-parse", "fix/it").strip() == commit
    assert git(repo, "status", "--porcelain") == ""
    open_checkout(repo).undo()
    assert everything(repo) == before


def test_detached_with_a_branch_and_back(repo: Path) -> None:
    git(repo, "checkout", "-q", "--detach")
    before = everything(repo)
    checkout = open_checkout(repo)
    assert "--branch" in checkout.commit_problem()
    assert checkout.commit_problem("here") == ""
    assert "on no branch" in heal(repo, {"ten.txt": b"x\n"}, "lost")
    open_checkout(repo).undo("lost")
    heal(repo, {"ten.txt": b"fixed\n"}, branch="here")
    assert git(repo, "symbolic-ref", "HEAD") == "refs/heads/here\n"
    open_checkout(repo).undo()
    assert everything(repo) == before


@pytest.mark.parametrize("name", ["main", "main/sub", "-x", "a..b", "a b", "@{-1}", "x.lock", "HEAD\n", "HEAD"])
def test_branches_that_cannot_be_made_are_refused_up_front(repo: Path, name: str) -> None:
    before = everything(repo)
    assert open_checkout(repo).commit_problem(name)
    assert everything(repo) == before


def test_the_users_work_elsewhere_is_not_in_the_commit(repo: Path) -> None:
    put(repo, "other.txt", b"staged\n")
    git(repo, "add", "other.txt")
    put(repo, "other.txt", b"and more\n")
    put(repo, "mine.txt", b"untracked\n")
    put(repo, "added.txt", b"added\n")
    git(repo, "add", "added.txt")
    status, staged = git(repo, "status", "--porcelain"), git(repo, "diff", "--cached")
    before = everything(repo)
    heal(repo, {"ten.txt": b"fixed\n"})
    assert git(repo, "show", "--format=", "--name-only", "HEAD") == "ten.txt\n"
    assert git(repo, "status", "--porcelain") == status
    assert git(repo, "diff", "--cached") == staged
    open_checkout(repo).undo()
    assert everything(repo) == before


def test_the_users_work_in_the_same_file_is_merged_around(repo: Path) -> None:
    staged = TEN.replace(b"line 0\n", b"STAGED\n")
    dirty = staged.replace(b"line 9\n", b"DIRTY\n")
    put(repo, "ten.txt", staged)
    git(repo, "add", "ten.txt")
    put(repo, "ten.txt", dirty)
    before = everything(repo)
    heal(repo, {"ten.txt": dirty.replace(b"line 5\n", b"FIXED\n")})
    fixed = TEN.replace(b"line 5\n", b"FIXED\n")
    assert git(repo, "show", "HEAD:ten.txt").encode() == fixed
    assert git(repo, "show", ":ten.txt").encode() == fixed.replace(b"line 0\n", b"STAGED\n")
    assert (repo / "ten.txt").read_bytes() == dirty.replace(b"line 5\n", b"FIXED\n")
    open_checkout(repo).undo()
    assert everything(repo) == before


@pytest.mark.parametrize(
    ("prepare", "after", "words"),
    [
        ({"ten.txt": TEN.replace(b"line 5\n", b"MINE\n")}, {"ten.txt": TEN.replace(b"line 5\n", b"X\n")}, "overlaps"),
        ({"mine.txt": b"untracked\n"}, {"mine.txt": b"fixed\n"}, "not in the last commit"),
        ({"ten.txt": TEN + b"mine\n"}, {"ten.txt": None}, "overlaps"),
        ({"ten.txt": TEN + b"mine\n"}, {"ten.txt": TEN}, "changes nothing"),
    ],
)
def test_a_fix_that_cannot_be_told_from_the_users_work_stays_in_the_tree(
    repo: Path, prepare: dict[str, bytes], after: dict[str, bytes | None], words: str
) -> None:
    for path, content in prepare.items():
        put(repo, path, content)
    before = everything(repo)
    assert words in heal(repo, after)
    for path, wanted in after.items():
        assert (repo / path).read_bytes() == wanted if wanted is not None else not (repo / path).exists()
    assert everything(repo)["<refs>"] == before["<refs>"]
    open_checkout(repo).undo()
    assert everything(repo) == before


def test_states(repo: Path) -> None:
    def state() -> str:
        checkout = open_checkout(repo)
        with checkout.protected(task()):
            fix = fix_of(edit(checkout, "ten.txt", b"fixed\n"))
            checkout.apply(fix.changes)
            return checkout.commit_state(fix)

    assert state() == "clean"
    put(repo, "untracked", b"x\n")
    assert state() == "unproven"
    git(repo, "add", "untracked")
    assert state() == "unproven"
    git(repo, "commit", "-q", "-m", "more")
    put(repo, "other.txt", b"dirty\n")
    assert state() == "unproven"
    git(repo, "checkout", "-q", "other.txt")
    assert state() == "clean"


def test_a_clean_crlf_checkout_is_clean_and_keeps_its_line_ends(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {".gitattributes": b"*.txt text eol=crlf\n", "a.txt": b"one\r\ntwo\r\n"})
    checkout = open_checkout(root)
    with checkout.protected(task()):
        fix = fix_of(edit(checkout, "a.txt", b"one\r\nTWO\r\n"))
        checkout.apply(fix.changes)
        assert checkout.commit_state(fix) == "clean"
        checkout.commit(fix, "Fix\n", "")
        checkout.keep()
    assert git(root, "show", "HEAD:a.txt") == "one\nTWO\n"
    assert (root / "a.txt").read_bytes() == b"one\r\nTWO\r\n"
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "log", "-p", "-1", "--format=").count("\n-") == 2


def test_modes_follow_the_fix_and_not_the_disk(repo: Path) -> None:
    git(repo, "config", "core.fileMode", "false")
    (repo / "ten.txt").chmod(0o755)
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        fix = fix_of(
            edit(checkout, "ten.txt", b"x\n"),
            edit(checkout, "run.sh", b"#!/bin/sh\nexit\n", 0o755),
            FileChange("tool", None, b"#!/bin/sh\n", 0o755),
        )
        checkout.apply(fix.changes)
        checkout.commit(fix, "Fix\n", "")
        checkout.keep()
    modes = {line.split("\t")[1]: line.split()[0] for line in git(repo, "ls-tree", "HEAD").splitlines()}
    assert modes == {"ten.txt": "100644", "run.sh": "100755", "tool": "100755", "other.txt": "100644"}


def test_as_committed_shows_the_commit_and_then_everything_comes_back(repo: Path) -> None:
    put(repo, ".gitignore", b"*.secret\n")
    git(repo, "add", ".gitignore")
    git(repo, "commit", "-q", "-m", "rules")
    put(repo, ".gitignore", b"*.secret\nprivate/\n")
    put(repo, "private/key", b"ignored by an uncommitted rule\n")
    put(repo, "x.secret", b"ignored\n")
    put(repo, "other.txt", b"dirty\n")
    put(repo, "folder/mine.txt", b"untracked\n", 0o600)
    put(repo, "staged.txt", b"staged\n")
    git(repo, "add", "staged.txt")
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        fix = fix_of(edit(checkout, "ten.txt", b"fixed\n"))
        checkout.apply(fix.changes)
        before = everything(repo)
        with checkout.as_committed(fix):
            assert (repo / "ten.txt").read_bytes() == b"fixed\n"
            assert (repo / "other.txt").read_bytes() == b"other\n"
            assert not (repo / "folder").exists()
            assert not (repo / "staged.txt").exists()
            assert (repo / "private/key").exists()
            assert checkout.files.read("other.txt") == b"other\n"
            put(repo, "made/by-a-check", b"x\n")
        assert everything(repo) == before


def test_the_identity_falls_back(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{who}_NAME")
        monkeypatch.delenv(f"GIT_{who}_EMAIL")
    git(repo, "config", "user.useConfigOnly", "true")
    heal(repo, {"ten.txt": b"x\n"})
    assert git(repo, "log", "-1", "--format=%an <%ae> %cn") == "Prunella <prunella@localhost> Prunella\n"


def test_signing_is_honoured_and_its_failure_loses_no_fix(repo: Path) -> None:
    put(repo, ".git/signer", b"#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho SIGNED\n", 0o755)
    git(repo, "config", "commit.gpgsign", "true")
    git(repo, "config", "gpg.program", str(repo / ".git/signer"))
    heal(repo, {"ten.txt": b"x\n"})
    assert "gpgsig SIGNED" in git(repo, "cat-file", "commit", "HEAD")
    git(repo, "config", "gpg.program", "/bin/false")
    before = everything(repo)
    assert "commit-tree" in heal(repo, {"ten.txt": b"y\n"}, "t2")
    assert (repo / "ten.txt").read_bytes() == b"y\n"
    assert everything(repo)["<refs>"] == before["<refs>"]


def test_a_moved_head_or_index_is_noticed(repo: Path) -> None:
    checkout = open_checkout(repo)
    with checkout.protected(task()):
        fix = fix_of(edit(checkout, "ten.txt", b"fixed\n"))
        checkout.apply(fix.changes)
        git(repo, "add", "ten.txt")
        assert "staged changed" in checkout.commit_state(fix)
        git(repo, "reset", "-q")
        git(repo, "commit", "-q", "--allow-empty", "-m", "meanwhile")
        assert "update-ref" in checkout.commit(fix, "Fix\n", "").note
        assert git(repo, "status", "--porcelain") == " M ten.txt\n"


def test_a_locked_index_is_waited_for_and_then_named(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prunella.workspace.index.LOCK_WAIT_S", 0.05)
    put(repo, ".git/index.lock", b"")
    assert "index.lock exists" in heal(repo, {"ten.txt": b"x\n"})
    assert (repo / ".git/index.lock").exists()
    assert (repo / "ten.txt").read_bytes() == b"x\n"


def test_odd_names_are_committed(tmp_path: Path) -> None:
    odd = ["with space", "line\nfeed", '"quoted"', os.fsdecode(b"\xff\xfe"), "tab\t", "-dash", ":(glob)*", "ümlaut"]
    root = make(tmp_path / "repo", dict.fromkeys(odd, b"x\n"))
    heal(root, dict.fromkeys(odd, b"y\n"))
    assert git(root, "status", "--porcelain") == ""
    assert len(git(root, "show", "--format=", "--name-only", "-z", "HEAD").split("\0")) == len(odd) + 1


def test_a_linked_worktree_commits_on_its_own_branch(tmp_path: Path, repo: Path) -> None:
    other = tmp_path / "other"
    git(repo, "worktree", "add", "-q", "-b", "side", str(other))
    before, first = everything(other), everything(repo)
    commit = heal(other, {"ten.txt": b"x\n"})
    assert git(repo, "rev-parse", "side").strip() == commit
    assert git(other, "status", "--porcelain") == ""
    open_checkout(other).undo()
    assert everything(other) == before
    assert everything(repo) == first


def test_a_sha256_repository(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main", "--object-format=sha256")
    make(root)
    before = everything(root)
    heal(root, {"a.txt": b"x\n", "src/b.txt": None})
    assert git(root, "status", "--porcelain") == ""
    open_checkout(root).undo()
    assert everything(root) == before


def test_an_interrupt_right_after_the_commit_leaves_it_whole(repo: Path) -> None:
    checkout = open_checkout(repo)

    def interrupted() -> None:
        with checkout.protected(task()):
            fix = fix_of(edit(checkout, "ten.txt", b"fixed\n"))
            checkout.apply(fix.changes)
            checkout.commit(fix, "Fix it\n", "")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert git(repo, "log", "-1", "--format=%s") == "Fix it\n"
    assert git(repo, "status", "--porcelain") == ""
    assert (repo / "ten.txt").read_bytes() == b"fixed\n"
