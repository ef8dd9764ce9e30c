"""Rung 0 for ruff: its safe fixes, and its format; nothing else."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from menders import Project
from prunella.toolchain.ruff import RuffMender

RUFF = Path(sys.executable).parent / "ruff"
pytestmark = pytest.mark.skipif(not RUFF.exists() and not shutil.which("ruff"), reason="ruff is not on this machine")
GOOD = "import os\n\nprint(os.sep, 'é')\n"


def test_safe_fixes_are_made(tmp_path: Path) -> None:
    project = Project(tmp_path / "small", {"a.py": "import json\n" + GOOD}, f"{RUFF} check --no-cache .")
    healed = project.heal(RuffMender())
    assert healed.passed
    assert healed.texts == {"a.py": GOOD}


def test_the_format_is_made(tmp_path: Path) -> None:
    project = Project(tmp_path / "small", {"a.py": "x = {  1:2 }\n"}, f"{RUFF} format --no-cache --check .")
    healed = project.heal(RuffMender())
    assert healed.passed
    assert healed.texts == {"a.py": "x = {1: 2}\n"}


def test_unsafe_fixes_are_not(tmp_path: Path) -> None:
    project = Project(tmp_path / "small", {"a.py": "def f():\n    x = 1\n"}, f"{RUFF} check --no-cache --select F .")
    assert project.heal(RuffMender()).mended.changes == ()
