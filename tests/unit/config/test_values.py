"""Every kind of value: what it takes, and that what it refuses is refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.config.option import Option
from prunella.config.options import BY_NAME, CHECK_KEYS, OPTIONS, RUNG_KEYS, TABLES
from prunella.config.values import BadValueError, convert, shown

ALL = [*OPTIONS, *(option for keys in TABLES.values() for option in keys)]
FOLDER = next(option for option in CHECK_KEYS if option.name == "folder")
KEY_ENV = next(option for option in RUNG_KEYS if option.name == "key_env")
PROVIDER = next(option for option in RUNG_KEYS if option.name == "provider")
HISTORY = next(option for option in RUNG_KEYS if option.name == "history")


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_each_default_is_a_value_that_the_option_takes(option: Option) -> None:
    if option.default is not None:
        assert convert(option, option.default) == option.default


@pytest.mark.parametrize("option", [o for o in ALL if o.example is not None], ids=lambda option: option.name)
def test_each_example_is_a_value_that_the_option_takes(option: Option) -> None:
    convert(option, option.example)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("max_attempts", " 5 ", 5),
        ("budget.task_usd", "0.5", 0.5),
        ("budget.task_usd", "1e1", 10.0),
        ("commit", "No", False),
        ("commit", "1", True),
        ("openai.base_url", "http://127.0.0.1:1/v1/", "http://127.0.0.1:1/v1"),
        ("branch", "fix/build", "fix/build"),
    ],
)
def test_text_of_an_environment_becomes_the_value_it_says(name: str, text: str, value: object) -> None:
    assert convert(BY_NAME[name], text, text=True) == value


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("max_attempts", 0, "a whole number from 1 to 20"),
        ("max_attempts", 21, "from 1 to 20, not 21"),
        ("max_attempts", True, "a whole number"),
        ("max_attempts", 2.0, "a whole number"),
        ("budget.task_usd", float("nan"), "a number"),
        ("budget.task_usd", float("inf"), "a number"),
        ("budget.task_usd", "2", "a number"),
        ("commit", "yes", "true or false"),
        ("anthropic.model", "a b", "without blanks"),
        ("branch", "-x", "a branch name"),
        ("branch", "a..b", "a branch name"),
        ("branch", "x.lock", "a branch name"),
        ("openai.base_url", "api.openai.com/v1", "begins with https://"),
        ("openai.base_url", "file:///etc/passwd", "begins with https://"),
        ("openai.base_url", "https://[", "begins with https://"),
        ("openai.base_url", "https://u:secret@host/v1", "without a user or password"),
        ("openai.base_url", "https://host/v1?key=secret", "without ? and #"),
        ("home", "a\nb", "on one line"),
    ],
)
def test_a_wrong_value_is_refused_in_words_without_its_secret(name: str, raw: object, words: str) -> None:
    with pytest.raises(BadValueError) as refused:
        convert(BY_NAME[name], raw)
    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("folder", ["/etc", "../x", "a/../../b", "a\\b"])
def test_a_folder_stays_inside_the_repository(folder: str) -> None:
    with pytest.raises(BadValueError, match="inside the repository"):
        convert(FOLDER, folder)


def test_a_key_in_the_place_of_its_variable_is_not_repeated() -> None:
    with pytest.raises(BadValueError) as refused:
        convert(KEY_ENV, "sk-live-123")
    assert "sk-live" not in str(refused.value)


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(BadValueError) as refused:
        convert(BY_NAME["openai.api_key"], 123456)
    assert "123456" not in str(refused.value)


def test_a_word_that_is_not_a_choice_names_the_choices_and_the_nearest() -> None:
    with pytest.raises(BadValueError, match=r"anthropic, openai or openai-compatible.*did you mean anthropic"):
        convert(PROVIDER, "antropic")
    assert convert(HISTORY, "") == ""


@given(st.sampled_from(ALL), st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()))
def test_whatever_is_written_is_taken_or_refused_and_never_more(option: Option, raw: object) -> None:
    said = []
    for text in (False, True):
        try:
            convert(option, raw, text=text)
        except BadValueError as refused:
            said.append(str(refused))
    assert all(words.isprintable() for words in said)


@given(st.text())
def test_shown_values_are_short_and_printable(text: str) -> None:
    assert len(shown(text)) <= 60
    assert shown(text).isprintable()
