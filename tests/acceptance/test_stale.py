"""Bytecode of content that is not there any more must not decide anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from checkouts import Program, git, make
from prunella.changes import Replace
from prunella.testing.plays import say
from prunella.testing.server import ScriptedServer

ONE, TWO = "def value():\n    return 1\n", "def value():\n    return 2\n"
TESTS = """import unittest

from shop import a, b


class Values(unittest.TestCase):
    def test_a(self):
        self.assertEqual(a.value(), 2)

    def test_b(self):
        self.assertEqual(b.value(), 2)
"""
FILES = {
    "shop/__init__.py": "",
    "shop/a.py": ONE,
    "shop/b.py": ONE,
    "test_shop.py": TESTS,
    ".gitignore": "__pycache__/\n",
}
COMMAND = (sys.executable, "-m", "unittest")


def test_the_users_own_run_after_a_healing_sees_the_files_as_they_are(tmp_path: Path) -> None:
    """All of it happens within a second and every file keeps its size, so Python could not see that files changed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    repo = make(tmp_path / "repo", FILES)
    (repo / "shop/a.py").write_text(TWO)
    with ScriptedServer([say(edits=[Replace("shop/b.py", "    return 1\n", "    return 2\n")])]) as server:
        ran = Program(server, PYTHONDONTWRITEBYTECODE=None).heal(repo, command=COMMAND)

    assert ran.code == 0 or "not committed" in ran.out, ran.out + ran.err
    assert (repo / "shop/a.py").read_text() == TWO
    assert (repo / "shop/b.py").read_text() == TWO
    assert not list(repo.rglob("*.pyc"))
    own = subprocess.run(COMMAND, cwd=repo, env=environment, capture_output=True, text=True, check=False)
    assert own.returncode == 0, own.stderr
    assert git(repo, "show", "HEAD:shop/a.py") == ONE
