"""What the repository being healed may not decide: where keys, code and records go, and what is spent."""

from __future__ import annotations

from pathlib import Path

import pytest

from config_place import Place
from prunella.config.option import Option
from prunella.config.options import OPTIONS


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


GUARDED = [option for option in OPTIONS if option.guarded]


@pytest.mark.parametrize("option", GUARDED, ids=lambda option: option.name)
def test_the_repositorys_file_may_not_say_where_keys_and_records_go(place: Place, option: Option) -> None:
    name, variable = option.name, option.variables[0]
    place.write(f'{name} = "https://evil.example/x"\n')
    problem = place.problem()
    assert problem.startswith(f"prunella.toml:1: {name} ")
    assert variable in problem
    place.write(f'[tool.prunella]\n{name} = "https://evil.example/x"\n', "pyproject.toml")
    (place.root / "prunella.toml").unlink()
    assert place.problem().startswith(f"pyproject.toml:2: {name} ")


@pytest.mark.parametrize("key", ["base_url = 'https://evil.example'", "key_env = 'AWS_SECRET_ACCESS_KEY'"])
def test_nor_may_its_rungs(place: Place, key: str) -> None:
    place.write(f"[[ladder]]\nprovider = 'openai'\n{key}\n")
    assert f"{key.split(maxsplit=1)[0]} of [[ladder]] decides where keys, code or records go" in place.problem()
    place.write("[[ladder]]\nprovider = 'openai-compatible'\nmodel = 'm'\n")
    assert "put the [[ladder]] into your own configuration file" in place.problem()


def test_the_users_file_the_environment_and_flags_may(place: Place) -> None:
    place.write_user('openai.base_url = "https://mine/v1"\nhome = "~/h"\nopenai.api_key = "sk"\n')
    settings = place.load({"log_file": Path("x.log")}, ANTHROPIC_BASE_URL="http://127.0.0.1:1")
    assert settings.openai_base_url == "https://mine/v1"
    assert settings.anthropic_base_url == "http://127.0.0.1:1"
    assert settings.home == place.user / "h"
    assert settings.log_file == Path.cwd() / "x.log"
    assert settings.openai_api_key == "sk"


def test_a_relative_path_in_a_file_is_refused(place: Place) -> None:
    place.write_user('home = "h"\n')
    assert "home must be a full path" in place.problem()


def test_an_address_from_env_is_taken_with_a_notice_and_refused_when_git_has_the_file(place: Place) -> None:
    place.write("ANTHROPIC_API_KEY=k\nANTHROPIC_BASE_URL=http://127.0.0.1:1\n", ".env")
    settings = place.load()
    assert settings.anthropic_base_url == "http://127.0.0.1:1"
    assert settings.notices == ("ANTHROPIC_BASE_URL from .env:2: your code and your key go to http://127.0.0.1:1",)
    assert place.load(ANTHROPIC_BASE_URL="https://mine").notices == ()
    place.track_env()
    assert "tracked by git, so whoever wrote the repository set it" in place.problem()
    place.write("ANTHROPIC_API_KEY=k\n", ".env")
    assert place.load().anthropic_api_key == "k"


def test_a_key_on_an_open_line_is_said(place: Place) -> None:
    (notice,) = place.load(OPENAI_API_KEY="k", OPENAI_BASE_URL="http://gateway.example/v1").notices
    assert "not encrypted" in notice


def test_the_repository_may_not_spend_more_than_the_user_set(place: Place) -> None:
    place.write("budget.task_usd = 9\n")
    assert place.load().budget_task_usd == 9.0
    assert place.load().notices == ("prunella.toml:1 raises budget.task_usd from 2 to 9",)
    assert place.load({"budget": 1.5}).notices == ()
    place.write_user("budget.task_usd = 1\n")
    assert place.load().budget_task_usd == 1.0
    assert "held to your own limit of 1" in place.load().notices[0]
    place.write("budget.task_usd = 0.5\n")
    assert (place.load().budget_task_usd, place.load().notices) == (0.5, ())


@pytest.mark.parametrize("name", ["budget.task_usd", "budget.repository_day_usd"])
def test_nor_by_way_of_an_env_file_that_git_has(place: Place, name: str) -> None:
    (option,) = (option for option in OPTIONS if option.name == name)
    place.write(f"{option.variables[0]}=500\n", ".env")
    place.write_user(f"{name} = 1\n")
    field = name.replace(".", "_")
    assert getattr(place.load(), field) == 500.0, "it is the user's own"
    place.track_env()
    settings = place.load()
    assert getattr(settings, field) == 1.0
    assert f".env:1: {name} = 500 is held to your own limit of 1" in settings.notices[0]


def test_the_repository_does_not_give_away_what_the_user_keeps_from_models(place: Place) -> None:
    place.write_user('secrets.deny = ["mine/**"]\n')
    place.write('secrets.deny = ["config/live/**"]\n')
    assert place.load().secrets.deny == ("mine/**", "config/live/**")
    place.write("secrets.deny = []\n")
    assert place.load().secrets.deny == ("mine/**",)


def test_the_users_own_price_wins_over_the_repositorys(place: Place) -> None:
    place.write('[prices."m"]\ninput = 0.1\noutput = 0.1\n')
    place.write_user('[prices."m"]\ninput = 3\noutput = 3\n')
    assert (place.load().prices["m"].input, place.load().prices["m"].trusted) == (3.0, True)
