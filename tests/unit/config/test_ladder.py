"""The ladder that comes of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from prunella.config.ladder import access, build
from prunella.config.options import BY_NAME
from prunella.config.settings import RungSettings, Settings
from prunella.domain import History, Ladder
from prunella.errors import ConfigError
from prunella.providers.catalog import default_display, default_model

LOCAL = RungSettings("openai-compatible", model="qwen3", base_url="http://127.0.0.1:11434/v1")


def settings(**changes: object) -> Settings:
    made = Settings(
        root=Path("/r"),
        checks=(),
        ladder=(),
        prices={},
        max_attempts=3,
        escalate_at=3,
        timeout=600.0,
        commit=True,
        branch="",
        budget_task_usd=2.0,
        budget_attempt_usd=None,
        context_tokens=16_000,
        toolchain=True,
        flaky_rerun=True,
        baseline="",
        anthropic_model="claude-opus-5-5",
        openai_model="gpt-6.1-sol",
        anthropic_api_key="ka",
        openai_api_key="ko",
        anthropic_base_url="",
        openai_base_url="",
        home=Path("/h"),
        log_file=Path("/h/l"),
        database=Path("/h/d"),
        origins=dict.fromkeys(BY_NAME, "default") | {"ladder": "prunella.toml:1"},
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def outline(ladder: Ladder) -> list[tuple[str, str, str]]:
    return [(rung.name, rung.display, rung.history.value) for rung in ladder.rungs]


C1, C2, O3 = ("claude-1", "Claude", "fresh"), ("claude-2", "Claude", "continue"), ("openai-3", "OpenAI Codex", "fresh")


def test_the_default_is_claude_twice_and_then_openai_fresh() -> None:
    ladder, notices = build(settings())
    assert outline(ladder) == [C1, C2, O3]
    assert [rung.model for rung in ladder.rungs] == ["claude-opus-5-5", "claude-opus-5-5", "gpt-6.1-sol"]
    assert notices == ()


@pytest.mark.parametrize(
    ("attempts", "escalate", "expected"),
    [
        (1, 3, [C1]),
        (2, 2, [C1, ("openai-2", "OpenAI Codex", "fresh")]),
        (4, 3, [C1, C2, O3, ("openai-4", "OpenAI Codex", "continue")]),
        (2, 1, [("openai-1", "OpenAI Codex", "fresh"), ("openai-2", "OpenAI Codex", "continue")]),
        (2, 9, [C1, C2]),
    ],
)
def test_attempts_and_escalation_shape_it(attempts: int, escalate: int, expected: list[object]) -> None:
    assert outline(build(settings(max_attempts=attempts, escalate_at=escalate))[0]) == expected


def test_without_openai_its_attempt_is_left_out_and_said_once() -> None:
    ladder, notices = build(settings(openai_api_key=""))
    assert outline(ladder) == [C1, C2]
    assert notices == ("OPENAI_API_KEY is not set: attempt 3 (OpenAI Codex) is left out",)


def test_with_openai_only_its_attempt_remains() -> None:
    ladder, notices = build(settings(anthropic_api_key=""))
    assert outline(ladder) == [O3]
    assert notices == ("ANTHROPIC_API_KEY is not set: attempts 1 and 2 (Claude) are left out",)


def test_the_only_vendor_with_a_key_gets_an_attempt_even_if_the_default_ladder_has_none_for_it() -> None:
    ladder, notices = build(settings(anthropic_api_key="", escalate_at=4))
    assert outline(ladder) == [("openai-1", "OpenAI Codex", "fresh")]
    assert "ESCALATE_AT = 4 leaves OpenAI Codex no attempt" in notices[-1]
    assert outline(build(settings(openai_api_key="", escalate_at=1))[0]) == [C1]


def test_without_keys_the_remedy_names_variables_init_and_a_local_model() -> None:
    with pytest.raises(ConfigError) as error:
        build(settings(anthropic_api_key="", openai_api_key=""))
    assert error.value.message == "No attempt can be made: ANTHROPIC_API_KEY and OPENAI_API_KEY are not set."
    for word in ("ANTHROPIC_API_KEY", ".env", "prunella init", "openai-compatible"):
        assert word in error.value.remedy


def test_a_configured_ladder_replaces_the_default_and_needs_keys_only_where_they_are_used() -> None:
    rungs = (LOCAL, RungSettings("anthropic", model="claude-sonnet-5-5", effort="high", budget_usd=0.5))
    ladder, notices = build(settings(ladder=rungs, anthropic_api_key=""))
    assert outline(ladder) == [("local-1", "qwen3", "fresh")]
    assert notices == ("ANTHROPIC_API_KEY is not set: attempt 2 (Claude) is left out",)
    second = build(settings(ladder=rungs))[0].rungs[1]
    assert (second.model, second.effort, second.budget_usd) == ("claude-sonnet-5-5", "high", 0.5)


def test_history_follows_the_rung_that_is_really_before() -> None:
    claude, openai = RungSettings("anthropic"), RungSettings("openai")
    with_all = build(settings(ladder=(claude, openai, claude)))[0]
    assert [rung.history for rung in with_all.rungs] == [History.FRESH] * 3
    without = build(settings(ladder=(claude, openai, claude), openai_api_key=""))[0]
    assert [rung.history for rung in without.rungs] == [History.FRESH, History.CONTINUE]
    stated = build(settings(ladder=(claude, claude._replace(history="fresh"))))[0]
    assert stated.rungs[1].history is History.FRESH


def test_names_are_unique_and_the_attempts_budget_is_the_default() -> None:
    rungs = (RungSettings("anthropic", name="claude-2"), RungSettings("anthropic"))
    ladder, _ = build(settings(ladder=rungs, budget_attempt_usd=0.7))
    assert len({rung.name for rung in ladder.rungs}) == 2
    assert {rung.budget_usd for rung in ladder.rungs} == {0.7}


def test_an_attempt_count_beside_a_configured_ladder_is_said_to_have_no_effect() -> None:
    origins = {**settings().origins, "max_attempts": "environment"}
    _, notices = build(settings(ladder=(RungSettings("anthropic"),), origins=origins))
    assert notices == (
        "MAX_FIX_ATTEMPTS (environment) has no effect: the [[ladder]] at prunella.toml:1 lists the attempts",
    )


def test_a_models_warning_is_passed_on_once_with_the_place_to_change_it() -> None:
    origins = {**settings().origins, "anthropic.model": ".env:2"}
    old = settings(anthropic_model="old", origins=origins)
    _, notices = build(old, lambda model: "old ended; use new" if model == "old" else "")
    assert notices == ("old ended; use new (ANTHROPIC_MODEL: .env:2)",)
    gateway = old._replace(anthropic_base_url="http://gateway")
    assert build(gateway, lambda model: "unknown" if model == "old" else "")[1] == ()


def test_access_sends_each_key_only_to_its_own_servers() -> None:
    own = RungSettings("anthropic", base_url="https://mine", key_env="MINE", key="km")
    open_server = LOCAL._replace(key_env="ABSENT")
    configured = settings(ladder=(own, LOCAL, open_server, RungSettings("openai")), openai_base_url="https://proxy/v1")
    ladder, notices = build(configured)
    found = [(item.base_url, item.key) for item in (access(configured, rung) for rung in ladder.rungs)]
    assert found == [
        ("https://mine", "km"),
        (LOCAL.base_url, ""),
        (LOCAL.base_url, ""),
        ("https://proxy/v1", "ko"),
    ]
    assert notices == ("ABSENT is not set: attempt 3 (qwen3) goes without a key",)
    assert "km" not in repr(access(configured, ladder.rungs[0]))


def test_a_vendors_rung_with_its_own_key_variable_does_not_fall_back_to_another_key() -> None:
    with pytest.raises(ConfigError, match="MINE is not set"):
        build(settings(ladder=(RungSettings("anthropic", base_url="https://mine", key_env="MINE"),)))


def test_the_defaults_are_those_of_the_catalogue() -> None:
    for provider, option in (("anthropic", "anthropic.model"), ("openai", "openai.model")):
        assert BY_NAME[option].default == default_model(provider)
    displays = [rung.display for rung in build(settings())[0].rungs]
    assert displays == [default_display("anthropic")] * 2 + [default_display("openai")]
