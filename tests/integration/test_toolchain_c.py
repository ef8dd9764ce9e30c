"""Rung 0 on C, with the real make and compiler and git."""

from __future__ import annotations

from pathlib import Path

import pytest

from menders import Project
from prunella.toolchain.c import CMender

pytestmark = [pytest.mark.needs("make"), pytest.mark.needs("cc")]

MAKEFILE = """\
CFLAGS = -Wall -Werror=implicit-function-declaration
program: main.o list.o
\tcc -o program main.o list.o
main.o list.o: list.h
"""
HEADER = """\
#ifndef LIST_H
#define LIST_H
struct list { int length; };
int list_length(const struct list *list);
#endif
"""
LIST = '#include "list.h"\n\nint list_length(const struct list *list)\n{\n    return list->length;\n}\n'
MAIN = """\
#include <stdio.h>
#include "list.h"

int main(void)
{
    struct list one = { 1 };
    printf("%d\\n", list_length(&one));
    return 0;
}
"""
FILES = {"Makefile": MAKEFILE, "list.h": HEADER, "list.c": LIST, "main.c": MAIN, ".gitignore": "*.o\nprogram\n"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "small", FILES, "make")


@pytest.mark.parametrize(
    ("path", "text", "old", "new"),
    [
        ("main.c", MAIN, "#include <stdio.h>\n", ""),
        ("main.c", MAIN, "return 0;", "return 0"),
        ("list.c", LIST, "list->length", "list.length"),
        ("list.h", HEADER, "int length; };", "int length; }"),
        ("list.c", LIST, "int list_length", "static int list_length"),
    ],
    ids=["include", "semicolon", "arrow", "header", "static"],
)
def test_what_a_change_took_comes_back(project: Project, path: str, text: str, old: str, new: str) -> None:
    project.change({path: text.replace(old, new, 1)})
    healed = project.heal(CMender())
    assert healed.passed
    assert healed.texts == {path: text}


def test_a_half_done_rename_is_carried_through_or_taken_back(project: Project) -> None:
    project.change(
        {"list.h": HEADER.replace("list_length", "list_size"), "list.c": LIST.replace("list_length", "list_size")}
    )
    healed = project.heal(CMender())
    assert healed.passed
    assert healed.texts == {"main.c": MAIN.replace("list_length", "list_size")}


def test_a_rename_that_only_the_linker_sees(project: Project) -> None:
    project.change({"list.c": LIST.replace("list_length", "list_size")})
    healed = project.heal(CMender())
    assert healed.passed


def test_a_header_that_moved_is_followed(project: Project) -> None:
    project.change({"list.h": None, "chain.h": HEADER, "Makefile": MAKEFILE.replace("list.h", "chain.h")})
    healed = project.heal(CMender())
    assert healed.passed
    assert '#include "chain.h"' in healed.texts["main.c"]


def test_the_compilers_own_word_without_git(tmp_path: Path) -> None:
    broken = {**FILES, "main.c": MAIN.replace("list_length(&one)", "list_lenght(&one)")}
    healed = Project(tmp_path / "small", broken, "make").heal(CMender())
    assert healed.passed
    assert healed.texts == {"main.c": MAIN}


def test_what_takes_a_mind_is_left_alone(tmp_path: Path) -> None:
    broken = {**FILES, "main.c": MAIN.replace("list_length(&one)", "list_length(&one, 3)")}
    assert Project(tmp_path / "small", broken, "make").heal(CMender()).mended.changes == ()


def test_the_compilers_word_for_another_thing_is_left_alone(tmp_path: Path) -> None:
    broken = {path: text.replace("list_length", "get_length") for path, text in FILES.items()}
    broken["main.c"] = MAIN.replace("list_length", "set_length")
    assert Project(tmp_path / "small", broken, "make").heal(CMender()).mended.changes == ()


def test_only_compilers_are_run_from_a_list_of_commands(tmp_path: Path) -> None:
    entry = '[{"directory": ".", "command": "sh -c \'touch ran\' x main.c", "file": "main.c"}]'
    broken = {**FILES, "main.c": MAIN.replace("list_length(&one)", "list_lenght(&one)"), "compile_commands.json": entry}
    healed = Project(tmp_path / "small", broken, "make -s").heal(CMender())
    assert not (tmp_path / "small" / "ran").exists()
    assert healed.mended.changes == ()
