"""``[guard]``: names of rules are checked, and a file of the repository weakens nothing that protects its user."""

from __future__ import annotations

from pathlib import Path

import pytest

from config_place import Place
from prunella.guard.catalog import INFOS

FLOOR = [info.name for info in INFOS if info.floor]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_an_unknown_rule_is_an_error_with_the_nearest_name_and_the_line(place: Place) -> None:
    place.write('[guard]\nallow = ["any"]\nreject = ["test-skiped"]\n')
    assert place.problem() == (
        "prunella.toml:3: guard.reject names 'test-skiped', which is no rule of the guard (did you mean test-skipped?)."
    )
    place.write_user('guard.suspect = ["xyzzy"]\n')
    place.write("")
    assert "~/.config/prunella/config.toml:1: guard.suspect names 'xyzzy'" in place.problem()
    assert "`prunella guard --rules` lists them all" in place.problem()


@pytest.mark.parametrize("name", FLOOR)
@pytest.mark.parametrize("option", ["allow", "suspect"])
@pytest.mark.parametrize("file", ["prunella.toml", "pyproject.toml"])
def test_a_file_of_the_repository_weakens_nothing_of_the_floor(place: Place, name: str, option: str, file: str) -> None:
    table = "[guard]" if file == "prunella.toml" else "[tool.prunella.guard]"
    place.write(f'{table}\n{option} = ["any", "{name}"]\n', file)
    if option == "suspect" and next(info for info in INFOS if info.name == name).judgement == "suspicious":
        assert name in place.load().guard.suspect
        return
    problem = place.problem()
    assert problem.startswith(f'{file}:2: guard.{option} names "{name}", which ')
    assert "~/.config/prunella/config.toml" in problem or "nothing switches off" in problem


def test_the_user_s_own_file_may_but_for_names_that_lead_out(place: Place) -> None:
    place.write_user('guard.allow = ["ci", "secret", "verify-command"]\n')
    assert place.load().guard.allow == ("ci", "secret", "verify-command")
    place.write_user('guard.allow = ["path"]\n')
    assert "which nothing switches off" in place.problem()


def test_a_dot_env_of_the_repository_says_nothing_to_the_guard(place: Place) -> None:
    place.write('PRUNELLA_GUARD_ALLOW=ci\nguard.allow=ci\nGUARD_ALLOW="ci"\n', ".env")
    assert place.load().guard.allow == ()


def test_rejecting_more_is_always_possible(place: Place) -> None:
    place.write('[guard]\nreject = ["any", "ci"]\nsuspect = ["any"]\nmax_files = 3\nmax_lines = 50\n')
    guard = place.load().guard
    assert guard.reject == ("any", "ci")
    assert (guard.max_files, guard.max_lines) == (3, 50)


def test_what_the_user_rejects_the_repository_does_not_take_back(place: Place) -> None:
    place.write_user('guard.reject = ["any"]\nguard.dependencies = ["zod"]\n')
    place.write('[guard]\nreject = ["test-skipped"]\nallow = ["any"]\n')
    guard = place.load().guard
    assert guard.reject == ("any", "test-skipped")
    assert guard.allow == ("any",)
    assert guard.dependencies == ("zod",)
