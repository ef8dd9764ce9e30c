"""What is no work for a model ends by itself: exit 6, its own words, nothing changed, and nobody asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from checkouts import Program, git, make, state
from prunella.testing.server import ScriptedServer

FLAKY = """import pathlib
import unittest


class Sometimes(unittest.TestCase):
    def test_first_time(self):
        seen = pathlib.Path({seen!r})
        if not seen.exists():
            seen.touch()
            self.fail("the first time it fails")

    def test_always(self):
        self.assertEqual(1 + 1, {two})
"""
TESTS = (sys.executable, "-m", "unittest")


def flaky(tmp_path: Path, two: int = 2) -> Path:
    seen = str(tmp_path / "seen")
    return make(tmp_path / "repo", {"test_it.py": FLAKY.format(seen=seen, two=two), ".gitignore": "__pycache__/\n"})


def test_a_flaky_test_ends_the_task_is_recorded_and_shown_by_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRUNELLA_SANDBOX", "env")  # it counts its runs outside of the repository
    repo = flaky(tmp_path)
    before = state(repo)
    with ScriptedServer([]) as server:
        program = Program(server)
        ran = program.heal(repo, "--json", command=TESTS)
        told = program(repo, "doctor", "--offline", "--repo", str(repo))
    assert ran.code == 6, ran.err
    assert ran.json["cause"] == "flaky"
    assert "test_first_time" in ran.json["reason"]
    assert "test_always" not in ran.json["reason"]
    assert "run once more before anything is spent (about" in ran.err
    assert "test_first_time" in told.out
    assert "once, last on" in told.out
    assert not server.requests
    assert state(repo) == before


def test_without_the_rerun_a_failure_goes_to_the_ladder(tmp_path: Path) -> None:
    with ScriptedServer([]) as server:
        ran = Program(server).heal(flaky(tmp_path), "--no-rerun", command=TESTS)
        asked = bool(server.requests)
    assert ran.code != 6
    assert asked


def test_a_compile_error_is_not_run_again(tmp_path: Path) -> None:
    repo = make(tmp_path / "repo", {"a.py": "def f(:\n"})
    with ScriptedServer([]) as server:
        ran = Program(server).heal(repo, command=(sys.executable, "-m", "py_compile", "a.py"))
        asked = bool(server.requests)
    assert "once more" not in ran.err
    assert asked


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("echo waiting for the queue; sleep 30", "twice at the same place: waiting for the queue"),
        ("echo x$RANDOM; date +%N; exec sleep 30", "reached its "),
    ],
)
def test_a_time_limit_is_told_with_the_option_to_raise(tmp_path: Path, command: str, words: str) -> None:
    repo = make(tmp_path / "repo")
    with ScriptedServer([]) as server:
        ran = Program(server).heal(repo, "--json", "--timeout", "1", command=(command,))
    assert ran.code == 6, ran.err
    assert ran.json["cause"] == "timeout"
    assert words in ran.json["reason"]
    assert "--timeout" in ran.json["remedy"]
    assert not server.requests


def test_what_failed_before_is_left_alone_and_the_older_commit_is_verified_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRUNELLA_SANDBOX", "env")  # it counts its runs outside of the repository
    repo = make(tmp_path / "repo", {"check.py": "import pathlib, sys\nsys.exit('the check is broken')\n"})
    (repo / "mine.txt").write_text("my change\n")
    runs = tmp_path / "runs"
    command = (f"pwd >> {runs}; {sys.executable} check.py",)
    with ScriptedServer([]) as server:
        program = Program(server)
        first = program.heal(repo, "--json", "--no-rerun", "--baseline", "auto", command=command)
        again = program.heal(repo, "--json", "--no-rerun", "--baseline", "HEAD", command=command)
    assert (first.code, again.code) == (6, 6), first.err
    assert first.json["cause"] == "pre-existing"
    assert git(repo, "rev-parse", "HEAD")[:12] in first.json["reason"]
    folders = [os.path.realpath(folder) for folder in runs.read_text().split()]
    assert len([folder for folder in folders if folder != os.path.realpath(repo)]) == 1
    assert git(repo, "worktree", "list").count("\n") == 1
    assert not server.requests


def test_a_break_of_ones_own_is_healed_although_a_baseline_is_given(tmp_path: Path) -> None:
    repo = make(tmp_path / "repo", {"check.py": "print('fine')\n"})
    (repo / "check.py").write_text("import sys\nsys.exit('error: broken by me')\n")
    with ScriptedServer([]) as server:
        ran = Program(server).heal(repo, "--baseline", "HEAD", command=(sys.executable, "check.py"))
        asked = bool(server.requests)
    assert ran.code != 6, ran.out
    assert asked


def test_a_declared_package_that_is_not_installed_is_the_checkouts_fault(tmp_path: Path) -> None:
    files = {
        "package.json": '{"dependencies": {"left-pad": "^1.0.0"}}',
        "package-lock.json": "{}",
        "src/a.ts": "import pad from 'left-pad'\n",
    }
    repo = make(tmp_path / "repo", files)
    said = "src/a.ts(1,17): error TS2307: Cannot find module '{}' or its corresponding type declarations."
    with ScriptedServer([]) as server:
        ran = Program(server).heal(repo, "--json", command=(f'echo "{said.format("left-pad")}"; exit 2',))
        other = Program(server).heal(repo, command=(f'echo "{said.format("./left-pad")}"; exit 2',))
        asked = bool(server.requests)
    assert ran.code == 6, ran.err
    assert ran.json["cause"] == "environment"
    assert "'left-pad' is declared in package.json" in ran.json["reason"]
    assert ran.json["remedy"] == "`npm ci`"
    assert other.code != 6
    assert asked
