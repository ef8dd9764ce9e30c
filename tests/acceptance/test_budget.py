"""The bill cannot surprise: what ends with exit code 4, what a person is told, and what is there to look at."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from checkouts import CALC, RIGHT, Program, git, make, state
from prunella.changes import Replace
from prunella.conversation import Usage
from prunella.testing.answers import unscripted
from prunella.testing.plays import Received, Turn, say
from prunella.testing.server import ScriptedServer

BROKEN = "    return a - b\n"
FIX = Replace("calc.py", BROKEN, RIGHT)
SPENT = Usage(10_000, output_tokens=5_000)
"""$0.14 at Claude's rates."""
DAY = "PRUNELLA_BUDGET_REPOSITORY_DAY_USD"
ALL = "PRUNELLA_BUDGET_ORGANISATION_DAY_USD"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo")


def break_again(root: Path) -> dict[str, str]:
    (root / "calc.py").write_text(CALC)
    git(root, "commit", "-qam", "broken again")
    return state(root)


@pytest.mark.parametrize(("name", "said"), [(DAY, "this repository"), (ALL, "all repositories")])
def test_a_second_task_of_the_day_finds_the_day_s_money_spent(repo: Path, name: str, said: str) -> None:
    with ScriptedServer([say(edits=[FIX], usage=SPENT)]) as server:
        program = Program(server, **{name: "0.17"})
        first = program.heal(repo)
        before = break_again(repo)
        second = program.heal(repo)
        asked = [request for request in server.requests if request.endpoint in {"anthropic", "openai"}]

    assert first.code == 0, first.err
    assert second.code == 4, second.err
    assert len(asked) == 1
    words = " ".join(second.out.split())
    assert f"The day's budget of {said} has $0.03" in words
    assert "of $0.17 left, until midnight UTC (" in words
    assert "or run it again after midnight UTC." in words
    assert state(repo) == before


def test_another_clone_is_the_same_repository_and_another_repository_is_not(repo: Path, tmp_path: Path) -> None:
    clone, stranger = make(tmp_path / "clone"), make(tmp_path / "stranger")
    git(repo, "remote", "add", "origin", "git@host.example:one/calc.git")
    git(clone, "remote", "add", "origin", "https://token:x@host.example/one/calc")
    git(stranger, "remote", "add", "origin", "https://host.example/two/calc")
    with ScriptedServer([say(edits=[FIX], usage=SPENT)] * 2) as server:
        program = Program(server, **{DAY: "0.17"})
        codes = [program.heal(root).code for root in (repo, clone, stranger)]
    assert codes == [0, 4, 0]
    home = Path(program.environment["PRUNELLA_HOME"])
    with closing(sqlite3.connect(home / "prunella.db")) as connection:
        remotes = connection.execute("SELECT DISTINCT remote FROM provider_calls ORDER BY remote").fetchall()
    assert remotes == [("host.example/one/calc",), ("host.example/two/calc",)]


def test_processes_at_once_do_not_overspend_the_day_together(tmp_path: Path) -> None:
    roots = [make(tmp_path / f"repo{number}") for number in range(3)]
    asked, others_ended = threading.Event(), threading.Event()

    def script(request: Received) -> Turn:
        if request.endpoint == "count":
            return unscripted(request)
        if not asked.is_set():
            asked.set()
            assert others_ended.wait(60)
        return say(edits=[FIX], usage=SPENT)

    with ScriptedServer(script) as slow, ScriptedServer([say(edits=[FIX], usage=SPENT)] * 2) as other:
        first = Program(slow, **{ALL: "0.4"}).start(roots[0], "heal", "--", "python3", "test_calc.py")
        assert asked.wait(60)
        others = [Program(other, **{ALL: "0.4"}).heal(root, command=("python3", "test_calc.py")) for root in roots[1:]]
        others_ended.set()
        assert ended(first) == 0
        assert [request for request in other.requests if request.endpoint == "anthropic"] == []
    assert [ran.code for ran in others] == [4, 4], others


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


def test_a_request_of_a_killed_run_stays_on_the_day_s_bill(repo: Path) -> None:
    asked, release = threading.Event(), threading.Event()

    def script(request: Received) -> Turn:
        if request.endpoint == "count":
            return unscripted(request)
        if not asked.is_set():
            asked.set()
            release.wait(60)
        return say("too late")

    with ScriptedServer(script) as server:
        program = Program(server, **{DAY: "0.4"})
        process = program.start(repo, "heal", "--", "python3", "test_calc.py")
        assert asked.wait(60)
        process.kill()
        process.communicate(timeout=60)
        release.set()
        program(repo, "undo")
        again = program.heal(repo)
    assert again.code == 4, again.err
    assert "The day's budget of this repository has" in " ".join(again.out.split())


def test_what_was_reached_before_the_money_ended_is_on_record(tmp_path: Path) -> None:
    two = {
        "calc.py": CALC + "\n\ndef half(a):\n    return a\n",
        "test_calc.py": "from calc import add\n\nassert add(2, 2) == 4, 'add is wrong'\n",
        "test_half.py": "from calc import half\n\nassert half(4) == 2, 'half is wrong'\n",
        ".gitignore": "__pycache__/\n",
        "prunella.toml": '[[check]]\nname = "add"\ncommand = "python3 test_calc.py"\n'
        '[[check]]\nname = "half"\ncommand = "python3 test_half.py"\n',
    }
    root = make(tmp_path / "repo", two)
    before = state(root)
    with ScriptedServer([say(edits=[FIX], usage=Usage(10_000, output_tokens=15_000))]) as server:
        program = Program(server)
        ran = program(root, "heal", "--budget", "0.36", "--json")
        task = ran.json["task"]["id"]
        shown = program(root, "show", task)
        outcome = ran.json

    assert ran.code == 4, ran.err
    assert outcome["status"] == "budget_spent"
    assert "The task's budget has" in outcome["reason"]
    assert "--budget" in outcome["remedy"]
    assert "Attempt 1 got furthest" in outcome["remedy"]
    assert state(root) == before
    assert "+    return a + b" in shown.out


def test_when_the_money_of_every_attempt_is_too_little_the_task_ends_for_want_of_money(repo: Path) -> None:
    (repo / "prunella.toml").write_text("budget.attempt_usd = 0.004\n")
    with ScriptedServer() as server:
        ran = Program(server).heal(repo)

        assert [request for request in server.requests if request.endpoint in {"anthropic", "openai"}] == []
    assert ran.code == 4, ran.err + ran.out
    words = " ".join(ran.out.split())
    assert "The budget of attempt 3 has $0.0040 of $0.0040 left" in words
    assert "budget.attempt_usd" in words
