"""Loading settings from real files: which source wins, what is refused, and in which words."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config_place import Place
from prunella.config.home import prepare
from prunella.domain import Check
from prunella.errors import ConfigError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_without_any_source_every_value_is_its_default(place: Place) -> None:
    settings = place.load()
    assert (settings.max_attempts, settings.escalate_at, settings.budget_task_usd) == (3, 3, 2.0)
    assert (settings.context_tokens, settings.commit, settings.checks, settings.ladder) == (16_000, True, (), ())
    assert settings.home == place.user / ".local/share/prunella"
    assert settings.log_file == settings.home / "prunella.log"
    assert settings.database == settings.home / "prunella.db"
    assert set(settings.origins.values()) == {"default"}
    assert settings.notices == ()


def test_each_source_wins_over_the_ones_below_it(place: Place) -> None:
    place.write_user("max_attempts = 4\n")
    assert (place.load().max_attempts, place.load().origins["max_attempts"]) == (
        4,
        "~/.config/prunella/config.toml:1",
    )
    place.write("# mine\n\nmax_attempts = 5\n")
    assert (place.load().max_attempts, place.load().origins["max_attempts"]) == (5, "prunella.toml:3")
    place.write("\nMAX_FIX_ATTEMPTS=6\n", ".env")
    assert (place.load().max_attempts, place.load().origins["max_attempts"]) == (6, ".env:2")
    settings = place.load(MAX_FIX_ATTEMPTS="7")
    assert (settings.max_attempts, settings.origins["max_attempts"]) == (7, "environment")
    settings = place.load({"max_attempts": 8, "unrelated": object(), "budget": None}, MAX_FIX_ATTEMPTS="7")
    assert (settings.max_attempts, settings.origins["max_attempts"]) == (8, "--max-attempts")


def test_an_empty_variable_says_nothing(place: Place) -> None:
    place.write("OPENAI_API_KEY=sk-1\n", ".env")
    assert place.load(OPENAI_API_KEY="", MAX_FIX_ATTEMPTS=" ").openai_api_key == "sk-1"


def test_pyproject_is_read_unless_there_is_a_file_of_our_own(place: Place) -> None:
    place.write("[project]\nname = 'x'\n[tool.prunella]\nescalate_at = 2\n", "pyproject.toml")
    assert (place.load().escalate_at, place.load().origins["escalate_at"]) == (2, "pyproject.toml:4")
    place.write("escalate_at = 4")
    settings = place.load()
    assert settings.escalate_at == 4
    assert settings.notices == ("[tool.prunella] in pyproject.toml is not read, because there is a prunella.toml",)


def test_a_pyproject_that_is_broken_or_not_about_us_is_not_our_concern(place: Place) -> None:
    for text in ("broken [", "[tool.other]\nprunella = 1", "# prunella"):
        place.write(text, "pyproject.toml")
        assert place.load().max_attempts == 3
    (place.root / "pyproject.toml").write_bytes(b"\xff\xfe")
    assert place.load().max_attempts == 3


def test_checks_ladder_and_prices(place: Place) -> None:
    place.write(
        'timeout = 60\n[[check]]\nname = "build"\ncommand = "npm run build"\nfolder = "web/"\n'
        '[[check]]\nname = "test"\ncommand = "npm test"\ntimeout = 5\n'
        '[[ladder]]\nprovider = "anthropic"\neffort = "high"\n[prices."gpt-6.9"]\ninput = 1\noutput = 5.5\n'
    )
    settings = place.load()
    assert settings.checks == (Check("build", "npm run build", 60.0, "web"), Check("test", "npm test", 5.0))
    assert settings.origins["check.test"] == "prunella.toml:6"
    assert (settings.ladder[0].provider, settings.ladder[0].effort) == ("anthropic", "high")
    price = settings.prices["gpt-6.9"]
    assert (price.input, price.output, price.cached, price.trusted) == (1.0, 5.5, None, False)


def test_a_rungs_own_key_comes_from_the_variable_it_names(place: Place) -> None:
    place.write_user(
        '[[ladder]]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "https://mine/v1/"\nkey_env = "MINE"\n'
    )
    (rung,) = place.load(MINE="secret-key").ladder
    assert (rung.base_url, rung.key) == ("https://mine/v1", "secret-key")
    assert "anthropic_model" in repr(place.load())
    assert "secret-key" not in repr(place.load(MINE="secret-key", OPENAI_API_KEY="secret-key"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_atempts = 3", "prunella.toml:1: max_atempts is not an option (did you mean max_attempts?)"),
        ("\ntask_usd = 3", "prunella.toml:2: task_usd is not an option (did you mean budget.task_usd?)"),
        ("MAX_FIX_ATTEMPTS = 3", "in a file it is called max_attempts"),
        ("zzz = 3", "the options are max_attempts, escalate_at"),
        ("[budget]\n\ntask = 3", "prunella.toml:3: budget.task is not an option (did you mean budget.task_usd?)"),
        ("budget = 3", "prunella.toml:1: budget is not an option"),
        ("max_attempts = 'x'", "prunella.toml:1: max_attempts must be a whole number from 1 to 20, not 'x'"),
        ("commit = 1", "commit must be true or false, not 1"),
        ("a = [\n", "prunella.toml:1: not valid TOML"),
        ("x = 1\ny = = 2", "prunella.toml:2: not valid TOML: Invalid value."),
        ("x = 1\nx = 2", "prunella.toml:2: not valid TOML: Cannot overwrite a value."),
        ("a = " + "[" * 5000, "not valid TOML: nested too deeply"),
        ("a = " + "9" * 5000, "not valid TOML"),
        ("check = 'npm test'", "each under its own [[check]]"),
        ("[check]\nname = 'x'", "each under its own [[check]]"),
        ("[[check]]\nname = 'a'", "prunella.toml:1: [[check]] needs command"),
        ("[[check]]\nname = 'a'\ncomand = 'x'", "prunella.toml:3: comand is not a key of [[check]] (did"),
        ("[[check]]\nname = 'a'\ncommand = ' '", "command of [[check]] must be a shell command, not empty"),
        ("[[check]]\nname='a'\ncommand='x'\n[[check]]\nname='a'\ncommand='y'", "is taken by the [[check]] at"),
        ("[[ladder]]\nprovider = 'gpt'", "must be anthropic, openai or openai-compatible, not 'gpt'"),
        ("[[ladder]]\nmodel = 'x'", "[[ladder]] needs provider (anthropic, openai or openai-compatible)"),
        ("[prices.gpt-6.1]\ninput = 1", "a model's id with a dot in it needs the quotes"),
        ("[prices.x]\ninput = 0\noutput = 0", "may not declare a model free"),
        ("prices = 1", 'tables like [prices."my-model"]'),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_file_line_and_what_is_allowed(place: Place, text: str, words: str) -> None:
    place.write(text)
    assert words in place.problem()


def test_all_mistakes_are_named_at_once(place: Place) -> None:
    place.write("max_attempts = 0\nescalate_at = 0\n")
    assert len(place.problem(PRUNELLA_TIMEOUT="soon").splitlines()) == 3


def test_mistakes_in_the_environment_name_the_variable(place: Place) -> None:
    assert "environment: MAX_FIX_ATTEMPTS must be a whole number from 1 to 20, not 'x'" in place.problem(
        MAX_FIX_ATTEMPTS="x"
    )
    place.write("A=1\nESCALATE_AT=x\n", ".env")
    assert ".env:2: ESCALATE_AT must be" in place.problem()
    assert "\n--branch must be a branch name" in place.problem({"branch": "a b"}, ESCALATE_AT="1")


@pytest.mark.parametrize("name", ["prunella.toml", ".env"])
def test_what_is_no_readable_text_is_refused_by_name(place: Place, name: str) -> None:
    path = place.root / name
    path.mkdir()
    assert f"{name} is not a file" in place.problem()
    path.rmdir()
    os.mkfifo(path)
    assert f"{name} is not a file" in place.problem()
    path.unlink()
    path.write_bytes(b"a = 1\n# \xe9\n")
    assert f"{name}:2: the file is not UTF-8" in place.problem()
    path.write_bytes(b"#" * (2 << 20))
    assert f"{name} is larger than 1 MB" in place.problem()
    path.unlink()
    path.symlink_to(path)
    assert f"{name} cannot be read" in place.problem()


def test_byte_order_marks_and_windows_line_ends_are_read(place: Place) -> None:
    (place.root / "prunella.toml").write_bytes(b"\xef\xbb\xbfmax_attempts = 2\r\nescalate_at = 2\r\n")
    (place.root / ".env").write_bytes(b"\xef\xbb\xbfOPENAI_API_KEY=k\r\nANTHROPIC_API_KEY=l\r\n")
    settings = place.load()
    assert (settings.max_attempts, settings.origins["escalate_at"]) == (2, "prunella.toml:2")
    assert (settings.openai_api_key, settings.anthropic_api_key) == ("k", "l")


def test_lines_of_env_that_cannot_be_read_are_said_and_the_others_count(place: Place) -> None:
    place.write("export OPENAI_API_KEY='a b'\nwhat is this\nESCALATE_AT=2 # two\n", ".env")
    settings = place.load()
    assert (settings.openai_api_key, settings.escalate_at) == ("a b", 2)
    assert settings.notices == (".env:2 cannot be read and is skipped",)
    assert settings.origins["openai.api_key"] == ".env:1"


def test_a_placeholder_is_not_a_key(place: Place) -> None:
    place.write("ANTHROPIC_API_KEY=sk-ant-...\n", ".env")
    settings = place.load()
    assert settings.anthropic_api_key == ""
    assert settings.notices == (".env:1: ANTHROPIC_API_KEY is still a placeholder, not a key",)


def test_the_database_is_sqlite_for_now_and_its_password_is_never_shown(place: Place) -> None:
    problem = place.problem(PRUNELLA_DATABASE_URL="postgresql://u:hunter2@db/x")
    assert "PostgreSQL, which comes with workers" in problem
    assert "hunter2" not in problem
    assert "sqlite:////full/path" in place.problem(PRUNELLA_DATABASE_URL="sqlite:///relative.db")
    assert place.load(PRUNELLA_DATABASE_URL="sqlite:////tmp/x.db").database == Path("/tmp/x.db")


def test_the_applications_own_database_is_not_ours(place: Place) -> None:
    place.write("DATABASE_URL=postgresql://u:p@db/app\n", ".env")
    own = place.load().home / "prunella.db"
    assert place.load().database == own
    assert place.load(DATABASE_URL="sqlite:////srv/app.db").database == own


def test_base_folders_follow_the_xdg_variables_unless_they_are_relative(place: Place) -> None:
    assert place.load(XDG_DATA_HOME="/data").home == Path("/data/prunella")
    assert place.load(XDG_DATA_HOME="data").home == place.user / ".local/share/prunella"
    assert place.load(PRUNELLA_HOME="~/p").home == place.user / "p"


def test_the_home_is_made_for_the_user_alone_or_the_remedy_is_named(place: Place) -> None:
    made = prepare(place.user / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700
    place.write("", "file")
    with pytest.raises(ConfigError, match="PRUNELLA_HOME"):
        prepare(place.root / "file" / "home")


@given(st.text(max_size=200))
def test_any_text_in_any_file_is_read_or_refused_in_printable_words(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    place = Place(tmp_path_factory.mktemp("any"))
    for name in ("prunella.toml", ".env", "pyproject.toml"):
        (place.root / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            place.load()
        except ConfigError as error:
            said = error.message
        else:
            said = ""
        assert all(line.isprintable() for line in said.split("\n"))
        (place.root / name).unlink()


@pytest.mark.parametrize("home", ["", "relative/folder"])
def test_a_home_that_is_no_full_path_counts_as_unset(place: Place, home: str) -> None:
    registered = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert place.load(HOME=home).home == registered / ".local/share/prunella"


def test_a_flag_is_named_once(place: Place) -> None:
    assert place.problem({"budget": -1.0}).startswith("--budget must be ")
