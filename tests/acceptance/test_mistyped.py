"""A command that cannot work costs no money."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checkouts import Program, make, state
from prunella.testing.server import ScriptedServer


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ((sys.executable, "chekc.py"), "chekc.py"),
        ((sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tset"), "pytest finds no 'tset'"),
        (("cd nowhere && true",), "'nowhere'"),
    ],
)
def test_a_mistyped_command_reaches_no_model_and_is_told_with_a_remedy(
    command: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    repo = make(tmp_path / "repo")
    before = state(repo)
    with ScriptedServer([]) as server:
        ran = Program(server).heal(repo, command=command)

    assert not server.requests
    assert ran.code not in (0, 1), ran.err
    assert told in ran.err + ran.out
    assert "Correct the check's command." in ran.err + ran.out
    assert state(repo) == before
