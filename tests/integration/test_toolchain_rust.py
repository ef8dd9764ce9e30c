"""Rung 0 on Rust, with the real cargo and git."""

from __future__ import annotations

from pathlib import Path

import pytest

from menders import Project
from prunella.toolchain.rust import RustMender, check_command

pytestmark = pytest.mark.needs("cargo")

MANIFEST = '[package]\nname = "small"\nversion = "0.1.0"\nedition = "2021"\n'
LIB = """\
mod shapes;
use shapes::Square;
use std::collections::HashMap;

pub fn total(squares: &[Square]) -> u32 {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for square in squares {
        *seen.entry(square.side()).or_insert(0) += shapes::surface(square);
    }
    seen.values().sum()
}
"""
SHAPES = """\
pub struct Square {
    pub length: u32,
}

impl Square {
    pub fn side(&self) -> u32 {
        self.length
    }
}

pub fn surface(square: &Square) -> u32 {
    square.side() * square.side()
}
"""
FILES = {"Cargo.toml": MANIFEST, "src/lib.rs": LIB, "src/shapes.rs": SHAPES}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "small", FILES, "cargo check --offline")


def test_a_removed_use_comes_back(project: Project) -> None:
    project.change({"src/lib.rs": LIB.replace("use std::collections::HashMap;\n", "")})
    healed = project.heal(RustMender())
    assert healed.passed
    assert healed.texts == {"src/lib.rs": LIB}
    assert healed.mended.all_gone
    assert "git" in healed.mended.steps[0]


def test_users_follow_a_renamed_definition(project: Project) -> None:
    project.change({"src/shapes.rs": SHAPES.replace("surface", "area")})
    healed = project.heal(RustMender())
    assert healed.passed
    assert healed.texts == {"src/lib.rs": LIB.replace("surface", "area")}


def test_what_is_no_longer_visible_is_again(project: Project) -> None:
    project.change({"src/shapes.rs": SHAPES.replace("pub fn surface", "fn surface")}, commit=False)
    healed = project.heal(RustMender())
    assert healed.passed
    assert healed.texts == {"src/shapes.rs": SHAPES}


def test_a_module_that_moved_is_followed_or_goes_back(project: Project) -> None:
    project.change({"src/shapes.rs": None, "src/figures.rs": SHAPES})
    healed = project.heal(RustMender())
    assert healed.passed


def test_the_compilers_own_word_without_git(tmp_path: Path) -> None:
    broken = {**FILES, "src/lib.rs": LIB.replace("seen.values", "sene.values")}
    project = Project(tmp_path / "small", broken, "cargo check --offline")
    healed = project.heal(RustMender())
    assert healed.passed
    assert healed.texts == {"src/lib.rs": LIB}
    assert "rustc" in healed.mended.steps[0]


@pytest.mark.parametrize(
    "body", ['"nothing"', "missing_everywhere(3, 4)", "{ let never: String = 1; never }"], ids=["type", "name", "let"]
)
def test_what_takes_a_mind_is_left_alone(tmp_path: Path, body: str) -> None:
    broken = {**FILES, "src/shapes.rs": SHAPES.replace("square.side() * square.side()", body)}
    healed = Project(tmp_path / "small", broken, "cargo check --offline").heal(RustMender())
    assert healed.mended.changes == ()


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("cargo test -q --offline -p a -- --nocapture", "cargo check --message-format=json --tests --offline -p a"),
        ("cd x && cargo +nightly build --features=a", "cargo check --message-format=json --features=a"),
        ("cargo clippy --all-targets -- -D warnings", "cargo clippy --message-format=json --all-targets"),
        ("make", "cargo check --message-format=json --tests"),
    ],
)
def test_the_command_that_sees_what_the_check_compiles(command: str, wanted: str) -> None:
    assert check_command(command) == wanted
