"""What the user sees of a run, or does not: the program as it is, with scripted models."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checkouts import CHECK, RIGHT, Program, git, make
from prunella.changes import Replace
from prunella.testing.plays import say
from prunella.testing.server import ScriptedServer


@pytest.mark.parametrize("read", [0, 1, 4])
def test_a_task_whose_progress_nobody_reads_any_more_goes_on_to_its_end(tmp_path: Path, read: int) -> None:
    repo = make(tmp_path / "repo")
    with ScriptedServer([say(edits=[Replace("calc.py", "    return a - b\n", RIGHT)])]) as server:
        environment = {**Program(server).environment, "PRUNELLA_HOME": str(tmp_path / "home")}
        reader, writer = os.pipe()
        command = [sys.executable, "-m", "prunella", "heal", "--", *CHECK]
        with subprocess.Popen(command, cwd=repo, env=environment, stdout=subprocess.PIPE, stderr=writer) as process:
            os.close(writer)
            with os.fdopen(reader) as progress:
                for _ in range(read):
                    progress.readline()
            out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Healed by Claude" in out.decode()
    assert git(repo, "rev-list", "--count", "HEAD") == "2\n"
    log = (tmp_path / "home" / "prunella.log").read_text()
    assert "the progress cannot be shown any more" in log
    assert "ended as healed" in log
