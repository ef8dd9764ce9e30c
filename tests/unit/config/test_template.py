"""The files that init writes load to exactly the defaults, as they are and with every line uncommented."""

from __future__ import annotations

import re
import tomllib
from io import StringIO

from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from prunella.config.layers import TomlFile, from_toml, from_variables
from prunella.config.looks import Found
from prunella.config.options import OPTIONS
from prunella.config.template import env_text, toml_text, toml_value
from prunella.config.toml_lines import Lines
from prunella.domain import Check

FOUND = (Found(Check("build", "npm run build"), "a script"), Found(Check("test", 'sh -c "x \\ y"', folder="web"), "x"))


def read(text: str) -> TomlFile:
    return TomlFile("prunella.toml", tomllib.loads(text), Lines(text), (), trusted=False, user_file="u")


def uncommented(text: str) -> str:
    return re.sub(r"^#(?=[^ \n])", "", text, flags=re.MULTILINE)


def test_as_written_it_sets_the_checks_and_nothing_else() -> None:
    layer = from_toml(read(toml_text(FOUND)), {})
    assert layer.problems == []
    assert layer.values == {}
    assert layer.ladder is None
    assert [row.values for row in layer.checks or ()] == [
        {"name": "build", "command": "npm run build"},
        {"name": "test", "command": 'sh -c "x \\ y"', "folder": "web"},
    ]
    assert tomllib.loads(toml_text(())) == {}


def test_uncommented_every_option_of_a_repository_is_at_its_default() -> None:
    layer = from_toml(read(uncommented(toml_text(()))), {})
    assert layer.problems == []
    here = [option for option in OPTIONS if not option.guarded]
    assert set(layer.values) == {option.name for option in here}
    for option in here:
        assert layer.values[option.name].value == (option.example if option.default in (None, ()) else option.default)
    assert (layer.checks or ())[0].values["command"] == "npm run build"
    assert (layer.ladder or ())[0].values["max_turns"] == 8
    assert layer.prices[0].values["model"] == "the-model"


def test_no_line_is_wider_than_a_terminal() -> None:
    assert max(map(len, (toml_text(()) + env_text()).splitlines())) <= 105


def test_the_example_of_env_sets_nothing_and_uncommented_only_what_is_allowed() -> None:
    plain = dotenv_values(stream=StringIO(env_text()))
    assert plain == {"ANTHROPIC_API_KEY": "", "OPENAI_API_KEY": ""}
    values = {key: value or "" for key, value in dotenv_values(stream=StringIO(uncommented(env_text()))).items()}
    assert set(values) == {option.variables[0] for option in OPTIONS if option.variables}
    layer = from_variables(values, {"HOME": "/u"}, lambda name: name, of_repository=True)
    assert layer.problems == []
    for option in OPTIONS:
        if option.variables and option.default not in ("", None, ()):
            assert layer.values[option.name].value == option.default


@given(st.text(st.characters(codec="utf-8")))
def test_any_command_is_written_so_that_it_reads_back(command: str) -> None:
    assert tomllib.loads(f"x = {toml_value(command)}")["x"] == command
