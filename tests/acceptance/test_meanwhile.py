"""What checks and the user change in the checkout while Prunella works, and a hangup while it puts files back."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from checkouts import CALC, RIGHT, WRONG, Program, finish, git, make, state
from prunella.changes import Edit, Replace
from prunella.testing.plays import Delivery, Received, Say, fault, say
from prunella.testing.server import ScriptedServer

FIXED = CALC.replace("a - b", "a + b")


def fix(new: str = RIGHT) -> Edit:
    return Replace("calc.py", "    return a - b\n", new)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo")


def test_a_check_that_rewrites_its_sources_breaks_no_rollback_and_is_not_in_the_commit(tmp_path: Path) -> None:
    check = (
        "import sys\n"
        "found = []\n"
        "for name in ('a.py', 'b.py'):\n"
        "    text = open(name).read()\n"
        "    if not text.startswith('# formatted'):\n"
        "        open(name, 'w').write('# formatted\\n' + text)\n"
        "    found += [f'{name}:2:5: error: invalid assignment in {name}'] if '= =' in text else []\n"
        "print('\\n'.join(found))\n"
        "sys.exit(bool(found))\n"
    )
    repo = make(tmp_path / "repo", {"a.py": "x = = 1\n", "b.py": "y = = 2\n", "check.py": check})
    plays = [
        say(edits=[Replace("a.py", "x = = 1\n", "x = 1\n")]),
        say(edits=[Replace("b.py", "y = = 2\n", "y = = 3\n")]),
        say(edits=[Replace("b.py", "y = = 2\n", "y = 2\n")]),
    ]
    with ScriptedServer(plays) as server:
        ran = Program(server).heal(repo, command=(sys.executable, "check.py"))

    assert ran.code == 0, ran.err + ran.out
    assert git(repo, "show", "HEAD:a.py", "HEAD:b.py") == "x = 1\ny = 2\n"


@pytest.mark.parametrize("healed", [True, False], ids=["healed", "failed"])
def test_what_the_user_types_meanwhile_stays_and_is_in_no_commit(repo: Path, healed: bool) -> None:
    def script(request: Received) -> Say:
        if not typed:
            typed.append(True)
            (repo / "mine.txt").write_text("typed meanwhile")
            (repo / "test_calc.py").write_text((repo / "test_calc.py").read_text() + "# my note\n")
            return say(edits=[fix(WRONG)], delivery=Delivery(delay_s=0.1))  # Nobody answers within a clock tick.
        return say(edits=[fix()]) if healed else say("no")

    typed: list[bool] = []
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo)

    assert ran.code == (0 if healed else 1), ran.err
    assert git(repo, "status", "--porcelain").splitlines() == [" M test_calc.py", "?? mine.txt"]
    assert "# my note" in (repo / "test_calc.py").read_text()
    assert (repo / "calc.py").read_text() == (FIXED if healed else CALC)
    assert git(repo, "rev-list", "--count", "HEAD") == ("2\n" if healed else "1\n")


def test_a_hangup_while_files_are_put_back_waits_for_them(repo: Path) -> None:
    for number in range(1500):
        (repo / f"f{number:04}.txt").write_text("as it was")
    (repo / "check.py").write_text(
        "import glob\n"
        "for name in sorted(glob.glob('f*.txt')): open(name, 'w').write('changed')\n"
        "raise SystemExit('calc.py:1:1: error: no')\n"
    )
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "many")
    before = state(repo)
    first, last = repo / "f0000.txt", repo / "f1499.txt"
    with ScriptedServer(lambda _: fault(401)) as server:
        process = Program(server).start(repo, "heal", "--", sys.executable, "check.py")
        while process.poll() is None and last.read_text() != "changed":
            pass
        while process.poll() is None and first.read_text() == "changed":
            pass
        finish(process, signal.SIGHUP)

    assert state(repo) == before
