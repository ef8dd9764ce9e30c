"""Rung 0 as a user meets it: no key, no model, a real break that git knows about."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from checkouts import Program, git, make, state
from prunella.testing.plays import say
from prunella.testing.server import ScriptedServer

FILES = {
    "calc.py": "def add(a, b):\n    return a + b\n",
    "shapes.py": "from calc import add\n\n\ndef around(a, b):\n    return add(a, b) * 2\n",
    "test_calc.py": "from shapes import around\n\nassert around(1, 2) == 6\n",
    ".gitignore": "__pycache__/\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A commit renamed a function and forgot its user."""
    root = make(tmp_path / "repo", FILES)
    (root / "calc.py").write_text(FILES["calc.py"].replace("add", "total"))
    (root / "notes.md").write_text("Kept whatever happens.\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "add is total")
    return root


def keyless(server: ScriptedServer, home: Path) -> Program:
    return Program(server, ANTHROPIC_API_KEY=None, OPENAI_API_KEY=None, PRUNELLA_HOME=str(home))


def test_it_heals_without_a_key_and_says_so_everywhere(repo: Path, tmp_path: Path) -> None:
    with ScriptedServer() as server:
        program = keyless(server, tmp_path / "home")
        ran = program.heal(repo)
        shown = program(repo, "show")
        history = program(repo, "history", "--json")

        assert ran.code == 0, ran.err + ran.out
        assert server.requests == []
    assert "no model" in ran.out
    assert "without a model" in ran.err
    assert "the toolchain" in shown.out
    assert '"healed"' in history.out
    message = git(repo, "log", "-1", "--format=%B")
    assert "Prunella-Provider: toolchain\n" in message
    assert "Prunella-Model" not in message
    assert git(repo, "status", "--porcelain") == ""
    assert (repo / "notes.md").exists()
    assert "def total" in (repo / "calc.py").read_text(), "the rename was meant: its user follows"
    assert (repo / "shapes.py").read_text() == FILES["shapes.py"].replace("add", "total")
    rows = sqlite3.connect(tmp_path / "home" / "prunella.db").execute(
        "SELECT number, model_used, provider, succeeded, cost_usd FROM fix_attempts"
    )
    assert rows.fetchall() == [(0, "Toolchain", "toolchain", 1, 0.0)]


def test_without_it_and_without_a_key_nothing_is_changed(repo: Path, tmp_path: Path) -> None:
    before = state(repo)
    with ScriptedServer() as server:
        ran = keyless(server, tmp_path / "home").heal(repo, "--no-toolchain")

    assert ran.code == 2
    assert "ANTHROPIC_API_KEY" in ran.err
    assert state(repo) == before


def test_what_it_cannot_do_goes_to_the_models_as_attempt_1(repo: Path) -> None:
    (repo / "test_calc.py").write_text("from shapes import around\n\nassert around(1, 2) == 7, 'not seven'\n")
    git(repo, "commit", "-q", "-am", "Seven")
    with ScriptedServer([say("No."), say("No."), say("No.")]) as server:
        ran = Program(server).heal(repo)
        asked = len(server.requests)

    assert ran.code == 1, ran.err
    assert asked >= 1
    assert "Attempt 1/3 using Claude" in ran.err
