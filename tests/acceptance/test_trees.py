"""What happens to the user's files: commits, uncommitted work, odd states, interrupts and kills."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from checkouts import CALC, CHECK, RIGHT, WRONG, Program, finish, git, make, state
from prunella.changes import Create, Delete, Edit, Rename, Replace
from prunella.testing.plays import Received, Say, say
from prunella.testing.server import ScriptedServer

FIXED = CALC.replace("a - b", "a + b")


def fix(new: str = RIGHT) -> Edit:
    return Replace("calc.py", "    return a - b\n", new)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo")


def test_no_commit_leaves_the_fix_in_the_working_tree_and_undo_takes_it_back(repo: Path) -> None:
    before = state(repo)
    with ScriptedServer([say(edits=[fix()])]) as server:
        program = Program(server)
        ran = program.heal(repo, "--no-commit")
        assert ran.code == 0, ran.err
        assert (repo / "calc.py").read_text() == FIXED
        assert git(repo, "rev-list", "--count", "HEAD") == "1\n"
        undone = program(repo, "undo")

    assert undone.code == 0, undone.err
    assert state(repo) == before


def test_undo_after_a_commit_moves_the_branch_back(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    with ScriptedServer([say(edits=[fix()])]) as server:
        program = Program(server)
        assert program.heal(repo).code == 0
        assert git(repo, "rev-parse", "HEAD") != head
        undone = program(repo, "undo")

    assert undone.code == 0, undone.err
    assert git(repo, "rev-parse", "HEAD") == head
    assert (repo / "calc.py").read_text() == CALC
    assert git(repo, "status", "--porcelain") == ""


def test_a_branch_gets_the_commit_and_the_old_one_stays(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    with ScriptedServer([say(edits=[fix()])]) as server:
        ran = Program(server).heal(repo, "--branch", "fix/build")

    assert ran.code == 0, ran.err
    assert git(repo, "rev-parse", "main") == head
    assert git(repo, "branch", "--show-current") == "fix/build\n"
    assert git(repo, "rev-list", "--count", "main..fix/build") == "1\n"
    assert git(repo, "status", "--porcelain") == ""


def test_uncommitted_work_is_never_in_the_commit_and_stays_as_it_was(repo: Path) -> None:
    (repo / "calc.py").write_text(CALC.replace("def twice", "# my note\ndef twice"))
    (repo / "mine.txt").write_text("untracked")
    (repo / "staged.txt").write_text("staged")
    git(repo, "add", "staged.txt")
    with ScriptedServer([say(edits=[fix()])]) as server:
        ran = Program(server).heal(repo)

    assert ran.code == 0, ran.err + ran.out
    assert git(repo, "show", "HEAD:calc.py") == FIXED
    assert git(repo, "show", "--format=", "--name-only", "HEAD").split() == ["calc.py"]
    assert (repo / "calc.py").read_text() == FIXED.replace("def twice", "# my note\ndef twice")
    assert git(repo, "status", "--porcelain").splitlines() == [" M calc.py", "A  staged.txt", "?? mine.txt"]


def test_a_fix_that_needs_the_uncommitted_work_stays_beside_it_uncommitted(repo: Path) -> None:
    (repo / "test_calc.py").write_text("from calc import plus\n\nassert plus(2, 2) == 4\n")
    with ScriptedServer(
        [
            say(
                edits=[
                    Replace(
                        "calc.py",
                        "def add(a, b):\n    return a - b\n",
                        "def plus(a, b):\n    return a + b\n\n\ndef add(a, b):\n    return plus(a, b) + 1\n",
                    )
                ]
            )
        ]
    ) as server:
        ran = Program(server).heal(repo)

    assert ran.code == 0, ran.err
    assert "not committed" in ran.out + ran.err
    assert git(repo, "rev-list", "--count", "HEAD") == "1\n"
    assert "def plus" in (repo / "calc.py").read_text()
    assert git(repo, "status", "--porcelain").splitlines() == [" M calc.py", " M test_calc.py"]


def test_files_are_created_deleted_and_renamed_and_come_back_after_a_failure(repo: Path) -> None:
    before = state(repo)
    edits: list[Edit] = [Create("new/deep/file.py", "x = 1\n"), Rename("test_calc.py", "t.py"), Delete(".gitignore")]
    with ScriptedServer([say(edits=[fix(WRONG), *edits[:1]])] * 3) as server:
        Program(server).heal(repo)

    assert state(repo) == before
    assert not (repo / "new").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_while_the_check_runs_restores_everything(repo: Path, number: signal.Signals) -> None:
    ready = repo.parent / "ready"
    os.mkfifo(ready)
    check = (
        "import time\n"
        "if 'a + b' in open('calc.py').read():\n"
        f"    open({str(ready)!r}, 'w').write('x')\n"
        "    time.sleep(60)\n"
        "raise SystemExit('calc.py:2:5: error: wrong')\n"
    )
    (repo / "check.py").write_text(check)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "check")
    before = state(repo)
    with ScriptedServer([say(edits=[fix()])]) as server:
        process = Program(server).start(repo, "heal", "--", sys.executable, "check.py")
        ready.read_text()  # blocks until the fixed tree is being checked
        assert (repo / "calc.py").read_text() == FIXED
        ran = finish(process, number)

    assert ran.code == 130, ran.err
    assert state(repo) == before


@pytest.mark.parametrize(
    "command", [["history"], ["--version"], ["heal", "--", *CHECK]], ids=["history", "version", "heal"]
)
def test_after_kill_9_any_call_puts_everything_back(repo: Path, command: list[str]) -> None:
    (repo / "mine.txt").write_text("untracked")
    before = state(repo)
    asked, release = threading.Event(), threading.Event()

    def script(request: Received) -> Say:
        if len(server.requests) == 0:
            return say(edits=[fix(WRONG), Create("left.py", "x = 1\n")])
        asked.set()
        release.wait(30)
        return say("too late")

    # The first attempt makes things better in the eyes of the check, so its edits are in the tree at the kill.
    (repo.parent / "check.py").write_text(
        "t = open('calc.py').read()\n"
        "both = 'calc.py:1:1: error: one\\ncalc.py:2:1: error: two'\n"
        "raise SystemExit('calc.py:1:1: error: one' if '* b' in t else both)\n"
    )
    with ScriptedServer(script) as server:
        program = Program(server)
        process = program.start(repo, "heal", "--", sys.executable, str(repo.parent / "check.py"))
        assert asked.wait(60)
        assert (repo / "left.py").exists()
        finish(process, signal.SIGKILL)
        release.set()
        assert state(repo) != before
        ran = program(repo, *command)

    assert "was killed" in ran.err
    assert state(repo) == before


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (["checkout", "-q", "--detach"], "--branch"),
        (["symbolic-ref", "HEAD", "refs/heads/unborn"], "--no-commit"),
        (["config", "core.bare", "true"], "bare"),
    ],
    ids=["detached", "unborn", "bare"],
)
def test_states_in_which_nothing_can_be_committed_are_refused_with_a_remedy(
    repo: Path, spoil: list[str], remedy: str
) -> None:
    git(repo, *spoil)
    with ScriptedServer() as server:
        ran = Program(server).heal(repo)

        assert server.requests == []
    assert ran.code == 2
    assert remedy in ran.err


def test_without_git_it_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        ran = Program(server).heal(tmp_path)

    assert ran.code == 2
    assert "git init" in ran.err


def test_a_merge_in_progress_can_be_healed_without_a_commit(repo: Path) -> None:
    git(repo, "checkout", "-qb", "other")
    (repo / "calc.py").write_text(CALC + "# other\n")
    git(repo, "commit", "-qam", "other")
    git(repo, "checkout", "-q", "main")
    (repo / "new.txt").write_text("x")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "main")
    git(repo, "merge", "-q", "--no-commit", "--no-ff", "other")
    with ScriptedServer([say(edits=[fix()])]) as server:
        program = Program(server)
        refused = program.heal(repo)
        ran = program.heal(repo, "--no-commit")

    assert refused.code == 2
    assert "merge" in refused.err
    assert ran.code == 0, ran.err
    assert (repo / ".git" / "MERGE_HEAD").exists()


def test_it_works_from_a_subfolder_and_runs_the_command_there(tmp_path: Path) -> None:
    repo = make(
        tmp_path / "mono",
        {
            "packages/app/calc.py": CALC,
            "packages/app/test_calc.py": "from calc import add\n\nassert add(2, 2) == 4\n",
            ".gitignore": "__pycache__/\n",
        },
    )
    edit = Replace("packages/app/calc.py", "    return a - b\n", RIGHT)
    with ScriptedServer([say(edits=[edit])]) as server:
        ran = Program(server).heal(repo / "packages" / "app")
        assert ran.code == 0, ran.err
        assert "packages/app/calc.py" in server.requests[0].body.decode()

    assert git(repo, "show", "--format=", "--name-only", "HEAD").split() == ["packages/app/calc.py"]
