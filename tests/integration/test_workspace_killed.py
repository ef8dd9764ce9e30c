"""``kill -9`` at any moment, then any call: the files are as before, or the fix is whole and committed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import killed
from prunella.errors import RepositoryError
from prunella.workspace.checkout import open_checkout
from prunella.workspace.processes import started
from prunella.workspace.recovery import find_git_dir, recover
from worktrees import everything, git, heal, make, put, task

STEP = 11


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = make(tmp_path / "repo")
    put(root, "untracked", b"mine\n", 0o600)
    put(root, "src/b.txt", b"dirty\n")
    (root / "link").symlink_to("a.txt")
    return root


class Child:
    """Runs scenarios of ``killed`` in another process."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(killed.__file__), str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, scenario: str, number: int = 0) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{scenario} {number}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def child(repo: Path) -> Iterator[Child]:
    made = Child(repo)
    with made.process:
        yield made
        assert made.process.stdin
        made.process.stdin.close()


def copy_of(repo: Path) -> Path:
    saved = repo.with_name("saved")
    shutil.copytree(repo, saved, symlinks=True)
    return saved


def put_back(repo: Path, saved: Path) -> None:
    shutil.rmtree(repo)
    shutil.copytree(saved, repo, symlinks=True)


def leftovers(repo: Path) -> list[str]:
    """Files of ours that should not be there once the next task has ended."""
    with open_checkout(repo).protected(task("after")):
        pass
    folder = repo / ".git"
    ours = [*(folder / "prunella/open").glob("*"), *(folder / "prunella/new").glob("*")]
    return [str(path) for path in (*ours, *folder.rglob("*.lock"))]


def moments(child: Child, scenario: str, repo: Path, saved: Path) -> Iterator[int]:
    """Effects of a scenario in turn (every one if PRUNELLA_TEST_EVERY_MOMENT is set), with the repository as it was."""
    ended = child(scenario)
    assert ended.startswith("ended "), ended
    step = 1 if os.environ.get("PRUNELLA_TEST_EVERY_MOMENT") else STEP
    for number in range(1, int(ended.split()[1]) + 1, step):
        put_back(repo, saved)
        assert child(scenario, number) == "killed"
        yield number


def test_a_run_killed_at_any_effect_is_put_back_or_is_whole(repo: Path, child: Child) -> None:
    saved, before = copy_of(repo), everything(repo)
    landed = []
    for number in moments(child, "heal", repo, saved):
        line = recover(repo)
        after = everything(repo)
        if git(repo, "log", "-1", "--format=%s") == "Fix\n":
            landed.append(number)
            assert git(repo, "status", "--porcelain") == " M src/b.txt\n?? link\n?? untracked\n"
            assert (repo / "a.txt").read_bytes() == b"fixed\n"
            assert line is None or "the fix stays" in line
            open_checkout(repo).undo()
            assert everything(repo) == before
        else:
            assert after == before, number
        assert not leftovers(repo), number
        assert recover(repo) is None
    assert landed
    assert len(landed) < 40


def test_a_restore_killed_at_any_effect_is_done_by_the_next_call(repo: Path, child: Child) -> None:
    assert child("die") == "killed"
    saved = copy_of(repo)
    assert recover(repo)
    before = everything(repo)
    assert (repo / "src/b.txt").read_bytes() == b"dirty\n"
    put_back(repo, saved)
    for number in moments(child, "recover", repo, saved):
        recover(repo)
        assert everything(repo) == before, number
        assert not leftovers(repo), number


def test_an_undo_killed_at_any_effect_is_done_or_not_done(repo: Path, child: Child) -> None:
    before = everything(repo)
    heal(repo, {"a.txt": b"fixed\n", "new/file.txt": b"new\n"})
    healed, saved = everything(repo), copy_of(repo)
    for number in moments(child, "undo", repo, saved):
        recover(repo)
        if everything(repo) == healed:
            open_checkout(repo).undo()
        else:
            with pytest.raises(RepositoryError, match="nothing to undo"):
                open_checkout(repo).undo()
        assert everything(repo) == before, number
        assert not leftovers(repo), number


def test_the_next_task_puts_back_too(repo: Path, child: Child) -> None:
    before = everything(repo)
    assert child("die") == "killed"
    with open_checkout(repo).protected(task("next")):
        assert everything(repo) == before
    assert everything(repo) == before


def test_the_line_says_what_was_done(repo: Path, child: Child) -> None:
    assert recover(repo) is None
    child("die")
    line = recover(repo / "src")
    assert line
    assert line.startswith("Task t1 was killed (begun ")
    assert "taken back" in line
    assert recover(repo) is None


def test_checks_left_behind_are_ended_if_they_are_the_noted_ones(repo: Path) -> None:
    noted = subprocess.Popen(["sleep", "60"], cwd=repo, start_new_session=True)
    other = subprocess.Popen(["sleep", "60"], cwd=repo, start_new_session=True)
    code = f"""
import os, signal
from pathlib import Path
from worktrees import task
from prunella.workspace.checkout import open_checkout
from prunella.workspace.processes import started
checkout = open_checkout(Path({str(repo)!r}))
with checkout.protected(task()):
    checkout.note_process_group({noted.pid}, started({noted.pid}))
    checkout.note_process_group({other.pid}, started({other.pid}) + 1)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    try:
        subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(killed.__file__).parent)
        assert recover(repo)
        assert noted.wait(10) == -signal.SIGKILL
        assert other.poll() is None
        assert started(other.pid)
    finally:
        for process in (noted, other):
            process.kill()
            process.wait()


def test_the_git_folder_is_found_without_git(repo: Path, tmp_path: Path) -> None:
    assert find_git_dir(repo / "src") == str(repo / ".git")
    git(repo, "worktree", "add", "-q", str(tmp_path / "other"))
    assert find_git_dir(tmp_path / "other") == git(tmp_path / "other", "rev-parse", "--absolute-git-dir").strip()
    (tmp_path / "none").mkdir()
    assert recover(tmp_path / "none") is None


def test_a_journal_that_cannot_be_read_is_named(repo: Path, child: Child) -> None:
    child("die")
    journal = repo / ".git/prunella/open/t1.json"
    for content in ("", "{}", "[]", '{"landing": 1}'):
        journal.write_text(content)
        with pytest.raises(RepositoryError, match=r"t1\.json cannot be read.*refs/prunella/t1"):
            recover(repo)
