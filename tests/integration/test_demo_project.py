"""The demo's story, told by the real compiler: what each version of ``getHero`` makes it say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from prunella.changes import Edit, Replace
from prunella.demo import PLAYS, copy_project

TSC = Path(__file__).parents[1] / "tools" / "node_modules"
FIRST, ESCALATION, DOSSIER = PLAYS
UNTYPED, WRONG_STORAGE, RIGHT_AT_LAST = (turn.edits for turn in ESCALATION.turns)
pytestmark = [pytest.mark.needs("typescript"), pytest.mark.needs("node")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy_project(tmp_path)
    (tmp_path / "node_modules").symlink_to(TSC)
    return tmp_path


def build(project: Path, *turns: tuple[Edit, ...]) -> str:
    """What the compiler says of the project after these edits; "" when it builds."""
    for edit in (edit for edits in turns for edit in edits):
        assert isinstance(edit, Replace)
        path = project / edit.path
        text = path.read_text()
        assert text.count(edit.old) == 1
        path.write_text(text.replace(edit.old, edit.new))
    done = subprocess.run(["node_modules/.bin/tsc"], cwd=project, capture_output=True, text=True, check=False)
    assert bool(done.returncode) == bool(done.stdout)
    return done.stdout


def errors(said: str) -> list[str]:
    return [line for line in said.splitlines() if "error TS" in line]


def test_it_ships_broken_as_the_specification_says(project: Path) -> None:
    (only,) = errors(build(project))
    assert "src/main.ts" in only
    assert "Property 'getHero' does not exist on type 'HeroService'" in only


def test_the_untyped_version_makes_type_errors(project: Path) -> None:
    said = errors(build(project, UNTYPED))
    assert len(said) > 1
    assert any("'{}' is not assignable to parameter of type 'Hero'" in error for error in said)


def test_the_storage_has_no_read(project: Path) -> None:
    (only,) = errors(build(project, WRONG_STORAGE))
    assert "Property 'read' does not exist on type 'RecordStore'" in only


def test_the_last_wrong_version_lacks_a_type(project: Path) -> None:
    (only,) = errors(build(project, WRONG_STORAGE, DOSSIER.turns[2].edits))
    assert "Type 'unknown' is not assignable to type 'Hero | null'" in only


@pytest.mark.parametrize("turns", [(FIRST.turns[0].edits,), (WRONG_STORAGE, RIGHT_AT_LAST)], ids=["at once", "at last"])
def test_the_right_version_builds_and_runs(project: Path, turns: tuple[tuple[Edit, ...], ...]) -> None:
    assert not build(project, *turns)
    done = subprocess.run(["node", "dist/main.js"], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Prunella, who can heal itself\n")
