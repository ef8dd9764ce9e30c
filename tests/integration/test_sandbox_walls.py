"""Ways around the walls that lead over what a check leaves behind: links, planted programs, pipes, our own code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from prunella.config.load import load
from prunella.contained import contained
from prunella.domain import Check
from prunella.errors import ConfigError, SandboxError
from prunella.sandbox import places, scratch
from prunella.workspace.git import Git, outside
from prunella.workspace.listing import list_files

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is Linux's")
strict = pytest.mark.needs("bwrap")


class Place(NamedTuple):
    root: Path
    home: Path

    def run(self, command: str, level: str = "strict", **environment: str) -> str:
        """What a command prints there."""
        environ = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), **environment}
        environ["PRUNELLA_HOME"] = str(self.home / ".local/share/prunella")
        settings = load(self.root, {"sandbox": level}, environ)
        log = self.root.parent / "log"
        contained(settings, self.root, environ).sandbox(self.root).run(Check("check", command, 20.0), log)
        return log.read_text("utf-8", "replace")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root, home = tmp_path / "repository", tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text("canary\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return Place(root, home)


def planted(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file


@linux
@strict
@pytest.mark.parametrize(
    ("prepare", "link", "variables"),
    [
        ("mv sub moved; mkdir sub", "sub/.venv", {"VIRTUAL_ENV": "sub/.venv", "PATH": "sub/.venv/bin"}),
        ("mv node_modules moved; mkdir node_modules", "node_modules/.bin", {"PATH": "node_modules/.bin"}),
        ("mkdir -p go/pkg", "go/pkg/mod", {"GOPATH": "go"}),
        ("mkdir -p rust", "rust/registry", {"CARGO_HOME": "rust"}),
    ],
)
def test_a_link_that_a_check_made_shows_the_next_one_nothing(
    place: Place, prepare: str, link: str, variables: dict[str, str]
) -> None:
    planted(place.root / "sub/.venv/pyvenv.cfg", "home = /usr/bin\n")
    (place.root / "sub/.venv/bin").mkdir()
    (place.root / "node_modules/.bin").mkdir(parents=True)
    named = {name: f"{place.root}/{value}" for name, value in variables.items()}
    if "PATH" in named:
        named["PATH"] += ":/usr/bin:/bin"
    target = os.path.relpath(place.home / ".ssh", (place.root / link).parent)
    assert place.run(f"{prepare}; ln -s {target} {link} && echo made", **named) == "made\n"
    assert (place.root / link / "id").read_text() == "canary\n"
    assert "canary" not in place.run(f"cat {link}/id {place.home}/.ssh/id", **named)


@linux
@strict
def test_no_place_is_made_over_a_link_in_a_cache(place: Place) -> None:
    (place.home / ".cache/pypoetry/virtualenvs").mkdir(parents=True)
    (place.root.parent / "outside").mkdir()
    link = f"/oldroot{place.root.parent}/outside"
    assert place.run(f"cd ~/.cache && mv pypoetry moved && ln -s {link} pypoetry && echo made") == "made\n"
    assert place.run("echo again") == "again\n"
    assert not list((place.root.parent / "outside").iterdir())


@linux
@strict
def test_a_git_folder_that_is_a_link_is_no_wall(place: Place) -> None:
    (place.root / ".git").rename(place.root.parent / "elsewhere")
    (place.root / ".git").symlink_to(place.root.parent / "elsewhere")
    with pytest.raises(ConfigError, match="symlink") as raised:
        place.run("true")
    assert "gitdir" in raised.value.remedy
    with pytest.raises(SandboxError, match="in the place of"):
        place.run(f"rm .git; ln -s {place.home} .git", "env")


@linux
@strict
def test_the_one_bubblewrap_in_path_is_not_to_be_the_repositorys(place: Place) -> None:
    planted(place.root / "bin/bwrap", "#!/bin/sh\ntouch ran\n")
    with pytest.raises(ConfigError, match="the repository's own"):
        place.run("true", PATH=f"{place.root}/bin")
    assert not (place.root / "ran").exists()


@linux
@strict
def test_prunella_itself_cannot_be_changed_where_it_is_in_the_repository(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = place.root / "own"
    planted(mine / "lib/prunella.py", "mine")
    monkeypatch.setattr(sys, "prefix", str(mine))
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert "Read-only" in place.run("echo x >> own/lib/prunella.py; rm -rf own; mv own other; touch free")
    assert (mine / "lib/prunella.py").read_text() == "mine"
    assert (place.root / "free").exists()


def test_prunella_is_only_shown_where_the_repository_holds_it(tmp_path: Path) -> None:
    package = Path(places.__file__).resolve().parent.parent
    assert str(package) in [view.place for view in places.own_code(str(package.parent))]
    assert places.own_code(str(tmp_path)) == []


@pytest.mark.parametrize("folder", [".", "deep/er"])
def test_a_git_in_the_repository_is_not_run(place: Place, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(place.root / "bin/git", "#!/bin/sh\ntouch ran\n")
    (place.root / "deep/er").mkdir(parents=True)
    (place.root.parent / "link").symlink_to(place.root / "bin")
    monkeypatch.chdir(place.root)
    monkeypatch.setenv("PATH", f"{place.root}/bin:bin::{place.root.parent}/link:{os.environ['PATH']}")
    assert Git(str(place.root / folder)).line("rev-parse", "--show-toplevel") == str(place.root)
    assert not list(place.root.rglob("ran"))


def test_the_rest_of_the_search_path_stays(place: Place) -> None:
    theirs = f"{place.home}/bin:/usr/bin"
    assert outside(f"{place.root}/bin:{theirs}:node_modules/.bin:", str(place.root)) == theirs
    assert outside(f"{place.root}-other/bin", str(place.root)) == f"{place.root}-other/bin"


def test_what_clears_up_is_not_taken_from_the_search_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("chmod", "rm"):
        planted(tmp_path / "bin" / name, f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin")
    here = tmp_path / "scratch"
    here.mkdir()
    descriptor = os.open(here, os.O_RDONLY)
    for _ in range(sys.getrecursionlimit() + 100):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    try:
        scratch.remove(here)
        assert not here.exists()
    finally:  # pytest cannot clear up what is so deep
        subprocess.run(["/bin/rm", "-rf", str(here)], check=True)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", [".gitignore", "deep/.gitignore"])
def test_a_pipe_where_git_reads_does_not_stop_us(place: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prunella.workspace.git.FIRST_PATIENCE_S", 0.2)
    (place.root / "deep").mkdir()
    (place.root / "deep/file").write_text("x")
    os.mkfifo(place.root / "pipe")
    os.mkfifo(place.root / name)
    assert list_files(Git(str(place.root))).untracked == ("deep/file",)
    assert not (place.root / name).exists()
    assert (place.root / "pipe").exists()


def test_what_git_is_told_reaches_it_however_long_it_takes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prunella.workspace.git.FIRST_PATIENCE_S", 0.001)
    told = b"x" * (8 << 20)
    name = Git(str(place.root)).line("hash-object", "-w", "--stdin", stdin=told)
    assert Git(str(place.root)).run("cat-file", "blob", name) == told


@linux
@pytest.mark.parametrize(
    ("folder", "file"),
    [("modules/a", "config"), ("modules/a/b/modules/c", "hooks/post-checkout"), ("prunella/shadow", "config")],
)
def test_the_settings_of_submodules_and_of_the_record_are_put_back(place: Place, folder: str, file: str) -> None:
    kept = planted(place.root / ".git" / folder / file, "kept")
    (place.root / ".git" / folder / "HEAD").touch()
    assert "put back" in place.run(f"echo planted >> .git/{folder}/{file}", "env")
    assert kept.read_text() == "kept"


@linux
@strict
@pytest.mark.needs("java")
def test_java_sees_its_machine(place: Place) -> None:
    assert "openjdk" in place.run("java -XshowSettings:system -version 2>&1").casefold()
