"""What a check sees of Prunella's own surroundings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from prunella.sandbox.environment import check_environment


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment that Prunella runs in."""
    venv = tmp_path / "tools" / "prunella"
    (venv / "bin").mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(venv))
    return venv


def active(venv: Path) -> dict[str, str]:
    path = os.pathsep.join((f"{venv}/bin", "/usr/bin", "/opt/x"))
    return {"PATH": path, "VIRTUAL_ENV": str(venv), "VIRTUAL_ENV_PROMPT": "(p) ", "LANG": "C"}


def test_prunellas_own_virtual_environment_is_not_the_checks(tool: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tool)
    for venv in (tool, link):
        seen = check_environment(active(venv), root=tmp_path / "repo")

        assert seen["PATH"] == os.pathsep.join(("/usr/bin", "/opt/x"))
        assert "VIRTUAL_ENV" not in seen
        assert "VIRTUAL_ENV_PROMPT" not in seen
        assert seen["LANG"] == "C"


@pytest.mark.parametrize("venv", ["shop/.venv", "shop/env", "venvs/shop", "virtualenvs/Shop-h4sH-py3.11"])
def test_the_repositorys_own_stays(venv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / venv))
    before = active(tmp_path / venv)

    seen = check_environment(before, root=tmp_path / "shop")

    assert {name: seen[name] for name in before} == before


def test_another_virtual_environment_stays(tool: Path, tmp_path: Path) -> None:
    before = active(tmp_path / "another")
    seen = check_environment(before, root=tmp_path / "repo")
    assert {name: seen[name] for name in before} == before


def test_a_prunella_outside_of_a_virtual_environment_takes_nothing_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    before = active(Path(sys.base_prefix))
    seen = check_environment(before, root=tmp_path)
    assert {name: seen[name] for name in before} == before


def test_checks_write_no_bytecode() -> None:
    assert check_environment({"PYTHONDONTWRITEBYTECODE": ""})["PYTHONDONTWRITEBYTECODE"] == "1"
