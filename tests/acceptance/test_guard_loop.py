"""The guard in the loop: what goes back to the model, what is held for a person, what the checks themselves rewrite."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import pytest

from checkouts import CALC, RIGHT, TEST, Program, Ran, git, make, state
from prunella.changes import Create, Replace
from prunella.testing.plays import say
from prunella.testing.server import ScriptedServer

FIX = Replace("calc.py", "    return a - b\n", RIGHT)
CI = Create(".github/workflows/ci.yml", "on: push\n")
HOLLOW = Replace("test_calc.py", "assert add(2, 2) == 4, 'add is wrong'\n", "add(2, 2)\n")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo")


def told(body: bytes) -> str:
    """Every text of a request."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(json.loads(body))
    return "\n".join(found)


def test_a_rejection_names_the_rule_the_file_the_reason_and_what_would_be_allowed(repo: Path) -> None:
    with ScriptedServer([say(edits=[FIX, CI]), say(edits=[FIX])]) as server:
        ran = Program(server).heal(repo)
        assert ran.code == 0, ran.err
        said = told(server.requests[1].body)
    assert ".github/workflows/ci.yml: it changes continuous integration [ci]" in said
    assert "leave the checks, their scripts, CI and hooks as they are" in said


def test_the_next_rung_knows_why_the_guard_rejected_the_last_one_s_fix(repo: Path) -> None:
    script = [say(edits=[FIX, CI])] * 3 + [say(edits=[FIX])]
    with ScriptedServer(script) as server:
        ran = Program(server, MAX_FIX_ATTEMPTS="2", ESCALATE_AT="2").heal(repo, "--json")
        assert ran.code == 0, ran.err
        asked = [request.endpoint for request in server.requests]
        said = told(server.requests[3].body)
    assert asked == ["anthropic"] * 3 + ["openai"]
    assert "the guard rejects the fix" in said
    assert "[ci]" in said
    first, second = ran.json["attempts"]
    assert first["verdict"]["judgement"] == "reject"
    assert [finding["rule"] for finding in first["verdict"]["findings"]] == ["ci"]
    assert "[ci]" in first["rejection"]
    assert second["succeeded"]


def test_a_suspicious_green_fix_is_held_with_rule_and_line_everywhere(repo: Path) -> None:
    before = state(repo)
    with ScriptedServer([say(edits=[HOLLOW])]) as server:
        program = Program(server)
        ran = program.heal(repo, "--json")
        assert ran.code == 5, ran.err
        shown = program(repo, "show").out
    assert state(repo) == before
    assert "test_calc.py:3: " in ran.json["reason"]
    assert "[assertion-removed]" in ran.json["reason"]
    (finding,) = ran.json["attempts"][0]["verdict"]["findings"]
    assert (finding["rule"], finding["path"], finding["line"]) == ("assertion-removed", "test_calc.py", 3)
    assert "assertion-removed" in shown
    assert "test_calc.py:3" in shown
    database = Path(program.environment["PRUNELLA_HOME"], "prunella.db")
    ((verdict,),) = sqlite3.connect(database).execute("SELECT verdict FROM fix_attempts").fetchall()
    assert json.loads(verdict)[0]["rule"] == "assertion-removed"


def test_what_is_allowed_in_the_repository_s_file_lands(repo: Path) -> None:
    (repo / "prunella.toml").write_text('guard.allow = ["assertion-removed"]\n')
    with ScriptedServer([say(edits=[HOLLOW])]) as server:
        ran = Program(server).heal(repo, "--json")
    assert ran.code == 0, ran.err
    (finding,) = ran.json["attempts"][0]["verdict"]["findings"]
    assert finding["judgement"] == "allow"
    assert "guard.allow names this rule" in finding["reason"]


def test_what_the_floor_holds_cannot_be_allowed_there(repo: Path) -> None:
    (repo / "prunella.toml").write_text('guard.allow = ["ci"]\n')
    with ScriptedServer() as server:
        ran = Program(server).heal(repo)
        assert ran.code == 2
        assert 'prunella.toml:1: guard.allow names "ci", which a file of the repository may not weaken' in ran.err
        assert server.requests == []


CHECKING = """
import subprocess, sys
from pathlib import Path

{act}
sys.exit(subprocess.run([sys.executable, "test_calc.py"]).returncode)
"""
EXPECTED = "def test_it():\n    assert 1 == 1\n    assert 2 == 2\n"


def checked(tmp_path: Path, act: str) -> tuple[Path, Ran]:
    """A heal whose check does something of its own before it checks."""
    files = {
        "calc.py": CALC,
        "test_calc.py": TEST,
        "test_expected.py": EXPECTED,
        "test_gone.py": EXPECTED,
        "check.py": CHECKING.format(act=act),
        ".gitignore": "__pycache__/\nout/\n",
    }
    root = make(tmp_path / "repo", files)
    with ScriptedServer([say(edits=[FIX])]) as server:
        return root, Program(server).heal(root, "--json", command=(sys.executable, "check.py"))


CHEATS = """
if "a + b" in Path("calc.py").read_text():
    Path("test_gone.py").unlink()
    place = Path("test_expected.py")
    place.write_text(place.read_text().replace("    assert 2 == 2\\n", ""))
"""


def test_a_green_check_that_rewrote_its_own_tests_is_no_proof(tmp_path: Path) -> None:
    root, ran = checked(tmp_path, CHEATS)
    assert ran.code == 5, ran.err
    found = {finding["path"]: finding for finding in ran.json["attempts"][0]["verdict"]["findings"]}
    assert {path: finding["rule"] for path, finding in found.items()} == {
        "test_gone.py": "test-deleted",
        "test_expected.py": "assertion-removed",
    }
    assert all("the check itself rewrote this file" in finding["reason"] for finding in found.values())
    assert "test_gone.py" in ran.json["reason"]
    assert git(root, "rev-list", "--count", "HEAD") == "1\n"
    assert (root / "test_expected.py").read_text() == EXPECTED
    assert ran.json["fix"]["files"] == ["calc.py"]


TIDIES = """
place = Path("test_expected.py")
place.write_text(place.read_text().replace("    assert 2 == 2", "\\n    assert (2 == 2)"))
Path("test_gone.py").write_text(Path("test_gone.py").read_text())
Path("out").mkdir(exist_ok=True)
Path("out/test_new.py").write_text("assert True")
Path("calc.py").write_text(Path("calc.py").read_text() + "\\n")
"""


def test_what_formatters_and_builds_write_is_fine(tmp_path: Path) -> None:
    root, ran = checked(tmp_path, TIDIES)
    assert ran.code == 0, ran.err
    assert ran.json["attempts"][0]["verdict"]["findings"] == []
    assert git(root, "rev-list", "--count", "HEAD") == "2\n"
    assert git(root, "show", "--format=", "--name-only", "HEAD") == "calc.py\n"
