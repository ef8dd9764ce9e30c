"""A fix that is only known to compile is not called fixed: not on the screen, in the record, or in the commit."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from checkouts import Program, git, make
from prunella.changes import Replace
from prunella.testing.plays import say
from prunella.testing.server import ScriptedServer

FILES = {
    "shop.py": "def price(amount:\n    return amount\n",
    "test_shop.py": "from shop import price\n\nassert price(2) == 2\n",
    ".gitignore": "__pycache__/\n",
}
MENDED = Replace("shop.py", "def price(amount:", "def price(amount):")
COMPILES = (sys.executable, "-m", "py_compile", "shop.py")


def healed(tmp_path: Path, command: tuple[str, ...]) -> tuple[str, dict[str, object], str]:
    root = make(tmp_path / "repo", FILES)
    with ScriptedServer([say("A bracket.", edits=[MENDED])]) as server:
        program = Program(server)
        ran = program.heal(root, "--no-toolchain", command=command)
        assert ran.code == 0, ran.err + ran.out
        shown = json.loads(program(root, "show", "--json").out)
        assert program(root, "show").code == 0
    return ran.out, shown, git(root, "log", "-1", "--format=%B")


def test_a_compile_only_pass_is_called_builds_and_never_fixed(tmp_path: Path) -> None:
    out, shown, message = healed(tmp_path, COMPILES)
    assert out.startswith("✅ Builds again by Claude")
    assert "the tests (test_shop.py) were not run" in out
    assert (shown["status"], shown["claim"]) == ("healed", "builds")
    assert "test_shop.py" in str(shown["untested"])
    assert message.startswith("Make it build: ")
    assert "Prunella-Untested: the tests (test_shop.py) were not run" in message
    for word in ("fixed", "healed"):
        assert word not in out.lower()
    assert not message.lower().startswith("fix")


def test_where_the_tests_ran_it_is_fixed(tmp_path: Path) -> None:
    out, shown, message = healed(tmp_path, (sys.executable, "test_shop.py"))
    assert out.startswith("✅ Healed by Claude")
    assert (shown["claim"], shown["untested"]) == ("fixed", "")
    assert message.startswith("Fix ")
