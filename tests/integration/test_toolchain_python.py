"""Rung 0 on Python: the failing check itself judges each try."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from menders import Project
from prunella.toolchain.python import PythonMender

SHAPES = """\
import math


class Circle:
    def __init__(self, radius: float) -> None:
        self.radius = radius

    def surface(self) -> float:
        return math.pi * self.radius**2


def rounded(value: float) -> int:
    return round(value)
"""
MAIN = """\
from shapes import Circle, rounded


def total(circles: list[Circle]) -> int:
    return sum(rounded(circle.surface()) for circle in circles)
"""
TEST = """\
from main import total
from shapes import Circle


def test_total() -> None:
    assert total([Circle(1), Circle(2)]) == 16


test_total()
"""
FILES = {"shapes.py": SHAPES, "main.py": MAIN, "test_main.py": TEST}
COMMANDS = {
    "script": f"{sys.executable} test_main.py",
    "mypy": f"{sys.executable} -m mypy --strict shapes.py main.py --cache-dir=/dev/null",
}


def project(tmp_path: Path, command: str, files: dict[str, str] = FILES) -> Project:
    return Project(tmp_path / "small", files, COMMANDS[command])


@pytest.mark.parametrize(
    ("command", "path", "text", "old", "new"),
    [
        ("script", "shapes.py", SHAPES, "import math\n", ""),
        ("mypy", "main.py", MAIN, "Circle, rounded", "Circle"),
        ("script", "main.py", MAIN, "circle.surface()", "circle.surfaec()"),
        ("script", "shapes.py", SHAPES, "self.radius = radius", "self.radius = raduis"),
        ("script", "shapes.py", SHAPES, "-> int:", "-> int"),
        ("script", "shapes.py", SHAPES, "math.pi * self.radius", "math.pi * radius"),
    ],
    ids=["import", "name", "member", "typo", "colon", "self"],
)
def test_what_a_change_took_comes_back(tmp_path: Path, command: str, path: str, text: str, old: str, new: str) -> None:
    broken = project(tmp_path, command)
    broken.change({path: text.replace(old, new, 1)})
    healed = broken.heal(PythonMender())
    assert healed.passed
    assert healed.texts == {path: text}


@pytest.mark.parametrize(
    ("path", "text", "old", "new"),
    [
        ("shapes.py", SHAPES, "import math\n", ""),
        ("main.py", MAIN, "import Circle, rounded", "import Circle, ronded"),
        ("shapes.py", SHAPES, "self.radius = radius", "self.radius = radus"),
        ("shapes.py", SHAPES, "-> int:", "-> int"),
    ],
    ids=["standard library", "near import", "near name", "colon"],
)
def test_without_git_what_is_sure(tmp_path: Path, path: str, text: str, old: str, new: str) -> None:
    healed = project(tmp_path, "script", {**FILES, path: text.replace(old, new, 1)}).heal(PythonMender())
    assert healed.passed


def test_a_rename_that_tests_know_by_the_old_name_goes_back(tmp_path: Path) -> None:
    broken = project(tmp_path, "mypy")
    broken.change({"shapes.py": SHAPES.replace("class Circle", "class Disc")})
    healed = broken.heal(PythonMender())
    assert healed.passed
    assert healed.texts == {"shapes.py": SHAPES}


def test_a_module_that_moved(tmp_path: Path) -> None:
    broken = project(tmp_path, "script")
    broken.change({"shapes.py": None, "figures.py": SHAPES})
    healed = broken.heal(PythonMender())
    assert healed.passed


@pytest.mark.parametrize(
    ("old", "new"),
    [("round(value)", "value + 1"), ("round(value)", "compute_rest(value)"), ("self.radius**2", "'two'")],
)
def test_what_takes_a_mind_is_left_alone(tmp_path: Path, old: str, new: str) -> None:
    healed = project(tmp_path, "script", {**FILES, "shapes.py": SHAPES.replace(old, new)}).heal(PythonMender())
    assert healed.mended.changes == ()


def test_a_rename_that_most_follow_already_is_carried_through(tmp_path: Path) -> None:
    user = "from shapes import rounded\n\n\ndef use() -> int:\n    return rounded(1.2)\n"
    names = ("one", "two", "three")
    files = {"shapes.py": SHAPES, "test_all.py": "import one, two, three\n", **{f"{name}.py": user for name in names}}
    broken = Project(tmp_path / "small", files, f"{sys.executable} test_all.py")
    ahead = {path: files[path].replace("rounded", "whole") for path in ("shapes.py", "one.py", "three.py")}
    broken.change({**ahead, "shapes.py": f"{ahead['shapes.py']}\nADDED = 1\n"}, commit=False)
    healed = broken.heal(PythonMender())
    assert healed.passed
    assert healed.texts == {"two.py": user.replace("rounded", "whole")}


def test_a_name_that_is_another_things_is_not_taken_for_a_slip(tmp_path: Path) -> None:
    other = SHAPES.replace("self.radius**2", "self.radius2")
    assert project(tmp_path, "script", {**FILES, "shapes.py": other}).heal(PythonMender()).mended.changes == ()
