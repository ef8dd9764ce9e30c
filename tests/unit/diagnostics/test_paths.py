"""Paths of diagnostics become relative to the repository, whatever form the tool gave them."""

from __future__ import annotations

import pytest

from prunella.diagnostics.paths import relative
from prunella.domain import Diagnostic, Location, Severity


def at(file: str, message: str = "m", *related: Location) -> Diagnostic:
    return Diagnostic(file, 1, 1, Severity.ERROR, "", message, "tsc", related)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/repo/src/a.ts", "src/a.ts"),
        ("/private/repo/src/a.ts", "src/a.ts"),
        ("./src/a.ts", "src/a.ts"),
        ("src/../lib/a.ts", "lib/a.ts"),
        ("file:///repo/src/a.mjs", "src/a.mjs"),
        ("webpack:///./src/a.js", "src/a.js"),
        ("src\\a.cs", "src/a.cs"),
        ("/repository/a.ts", "/repository/a.ts"),
        ("/usr/include/stdio.h", "/usr/include/stdio.h"),
        ("../other/a.ts", "../other/a.ts"),
        ("/repo/node_modules/x/a.d.ts", "/repo/node_modules/x/a.d.ts"),
        ("node_modules/x/a.d.ts", "node_modules/x/a.d.ts"),
        ("/repo/.venv/lib/python3.11/site-packages/x.py", "/repo/.venv/lib/python3.11/site-packages/x.py"),
        ("C:/work/a.ts", "C:/work/a.ts"),
        ("", ""),
    ],
)
def test_a_path_is_relative_to_the_root_when_it_is_inside(given: str, expected: str) -> None:
    (found,) = relative([at(given)], ("/repo", "/private/repo"))
    assert found.file == expected


def test_a_command_that_ran_in_a_folder_names_files_from_there() -> None:
    found = relative([at("src/a.ts"), at("../lib/b.ts"), at("/repo/c.ts"), at("../../out.ts")], ("/repo",), "web")
    assert [diagnostic.file for diagnostic in found] == ["web/src/a.ts", "lib/b.ts", "c.ts", "../../out.ts"]


def test_related_places_and_messages_are_made_relative_too() -> None:
    (found,) = relative([at("a.ts", "not in /repo/src/b.ts", Location("/repo/src/b.ts", 3))], ("/repo/",))
    assert found.related == (Location("src/b.ts", 3),)
    assert found.message == "not in src/b.ts"


def test_without_a_root_absolute_paths_stay() -> None:
    (found,) = relative([at("/repo/a.ts")], ())
    assert found.file == "/repo/a.ts"
