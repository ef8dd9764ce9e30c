"""What surrounds the runs of ``prunella demo``: its project, its environment, its hints, without npm."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from prunella.cli.demo import MARKER, READY, environment, hint, run_demo
from prunella.demo import PLAYS


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``npm`` and ``node`` that do nothing, with everything else as it is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("npm", "node"):
        (folder / name).write_text("#!/bin/sh\nexit 0\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "it is" / "demo"


def test_the_user_s_settings_do_not_reach_the_runs(tmp_path: Path) -> None:
    theirs = {
        "PRUNELLA_BUDGET": "0.01",
        "ANTHROPIC_MODEL": "x",
        "OPENAI_BASE_URL": "http://x",
        "GIT_DIR": "/x",
        "MAX_FIX_ATTEMPTS": "1",
        "ESCALATE_AT": "1",
        "XDG_CONFIG_HOME": "/home/ada/.config",
        "PATH": "/bin",
    }
    own = environment(tmp_path / "hero", theirs)
    assert own["PATH"] == "/bin"
    assert not {"PRUNELLA_BUDGET", "ANTHROPIC_MODEL", "OPENAI_BASE_URL", "GIT_DIR", "MAX_FIX_ATTEMPTS"} & own.keys()
    assert "ESCALATE_AT" not in own
    assert own["XDG_CONFIG_HOME"].startswith(own["PRUNELLA_HOME"])


def test_with_json_stdout_is_json_alone_and_a_start_that_broke_off_is_made_again(
    tools: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tools / "hero"
    project.mkdir(parents=True)
    (tools / MARKER).touch()
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)  # interrupted before the first commit
    monkeypatch.setenv("PRUNELLA_BUDGET", "nonsense")
    assert run_demo(tools, as_json=True) == 1, "the pretended npm finds nothing to heal"
    said = capfd.readouterr()
    assert [run["run"] for run in json.loads(said.out)] == [*(play.name for play in PLAYS), "no-model"]
    assert "nonsense" not in said.err
    assert "Healthy" in said.err
    assert subprocess.run(["git", "rev-parse", "-q", "--verify", READY], cwd=project, check=True, capture_output=True)


def test_the_hint_can_be_pasted(tools: Path) -> None:
    project = tools / "hero"
    project.mkdir(parents=True)
    line = hint(project, "history")
    done = subprocess.run(["sh", "-c", line], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Nothing has been recorded" in done.stdout
