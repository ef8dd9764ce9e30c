"""``prunella init`` in real repositories."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from config_place import Place
from prunella.cli.init import run_init
from prunella.domain import Check
from prunella.errors import ConfigError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.write(json.dumps({"scripts": {"build": "tsc"}}), "package.json")
    return made


def git(place: Place, *arguments: str) -> str:
    command = ["git", "-C", str(place.root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_written_file_loads_to_the_defaults_with_the_detected_checks(place: Place) -> None:
    before = place.load()
    said = run_init(place.root, force=False)
    after = place.load()
    assert said[:3] == [
        "wrote prunella.toml",
        '  check build: npm run build  (script "build" in package.json)',
        "wrote .env.example",
    ]
    assert after.checks == (Check("build", "npm run build"),)
    assert after._replace(checks=(), origins=before.origins) == before


def test_nothing_is_overwritten_without_force(place: Place) -> None:
    place.write("max_attempts = 2\n")
    place.write("MINE=1\n", ".env.example")
    said = run_init(place.root, force=False)
    assert said[0] == "prunella.toml is there already and was left as it is (--force overwrites it)"
    assert not any("check build" in line for line in said)
    assert (place.root / "prunella.toml").read_text() == "max_attempts = 2\n"
    assert (place.root / ".env.example").read_text() == "MINE=1\n"
    assert "overwrote prunella.toml" in run_init(place.root, force=True)
    assert place.load().max_attempts == 3


def test_a_symbolic_link_is_not_written_through(place: Place) -> None:
    outside = place.user / "outside"
    outside.write_text("theirs")
    (place.root / "prunella.toml").symlink_to(outside)
    run_init(place.root, force=False)
    run_init(place.root, force=True)
    assert outside.read_text() == "theirs"
    assert not (place.root / "prunella.toml").is_symlink()


def test_no_trace_of_the_writing_is_left(place: Place) -> None:
    run_init(place.root, force=False)
    run_init(place.root, force=True)
    assert sorted(path.name for path in place.root.iterdir()) == [".env.example", "package.json", "prunella.toml"]


def test_a_project_table_is_not_shadowed(place: Place) -> None:
    place.write("[tool.prunella]\nmax_attempts = 2\n", "pyproject.toml")
    assert "so prunella.toml was not written" in run_init(place.root, force=False)[0]
    assert place.load().max_attempts == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, b".env\n"), (b"dist", b"dist\n.env\n"), (b"dist\r\n", b"dist\r\n.env\r\n"), (b"*.env\n", b"*.env\n")],
)
def test_env_is_kept_out_of_git(place: Place, before: bytes | None, after: bytes) -> None:
    git(place, "init", "-q")
    if before is not None:
        (place.root / ".gitignore").write_bytes(before)
    said = run_init(place.root, force=False)
    assert (place.root / ".gitignore").read_bytes() == after
    assert any("added .env to .gitignore" in line for line in said) == (before != after)
    place.write("KEY=1", ".env")
    assert ".env\n" not in git(place, "status", "--porcelain", "-uall").replace("?? ", "")
    run_init(place.root, force=False)
    assert (place.root / ".gitignore").read_bytes() == after


def test_an_env_that_git_has_is_named(place: Place) -> None:
    place.write("KEY=1", ".env")
    place.track_env()
    assert any("git rm --cached .env" in line for line in run_init(place.root, force=False))


def test_a_gitignore_that_cannot_be_written_is_an_error(place: Place) -> None:
    git(place, "init", "-q")
    (place.root / ".gitignore").mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        run_init(place.root, force=False)


def test_outside_of_git_no_gitignore_is_made(place: Place) -> None:
    run_init(place.root, force=False)
    assert not (place.root / ".gitignore").exists()


def test_without_any_check_it_says_what_to_do(place: Place) -> None:
    (place.root / "package.json").unlink()
    assert any("no check was found" in line for line in run_init(place.root, force=False))
    assert place.load().checks == ()


def test_a_folder_that_cannot_be_written_is_an_error_with_its_reason(place: Place) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        run_init(place.root / "absent", force=False)


def test_it_ends_with_the_steps_to_take(place: Place) -> None:
    git(place, "init", "-q")
    *_, keys, commit = run_init(place.root, force=False)
    assert "`install -m 600 .env.example .env`" in keys
    assert commit.startswith("then commit what is new: `git add prunella.toml .env.example .gitignore`")
    assert not any("git add" in line for line in run_init(place.root, force=False))
