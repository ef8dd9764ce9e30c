"""The commit's message: what broke, and trailers that nobody but us can write."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builders import BUILD, CLAUDE_1, attempt, failed, passed, result, task
from prunella.changes import FileChange, Fix
from prunella.domain import Check
from prunella.landing import message
from prunella.outcome import Progress


def told(summary: str, path: str = "src/a.ts", model: str = "claude-opus-5-5", check: str = "build") -> str:
    before = replace(failed(), summary=summary, results=(result(Check(check, "npm run build")),))
    healed = attempt(
        2,
        replace(CLAUDE_1, model=model),
        passed(),
        before=before,
        progress=Progress.HEALED,
        fix=Fix((FileChange(path, b"a", b"b"),)),
    )
    return message(task(), healed, 3)


def test_the_message_says_what_broke_and_who_fixed_it() -> None:
    text = told("Property 'c' does not exist on type 'B'. (src/a.ts:3)")

    assert text.startswith("Fix Property 'c' does not exist on type 'B'. (src/a.ts:3)\n\n")
    assert text.endswith(
        "\n\nPrunella-Task: t1\nPrunella-Attempt: 2/3\nPrunella-Provider: anthropic\n"
        "Prunella-Model: claude-opus-5-5\nPrunella-Checks: build\n"
    )
    assert BUILD.name in text


def test_what_forges_and_ci_act_upon_is_defused() -> None:
    text = told("AssertionError: [skip ci] closes #12, asks @team \u202eesrever", path="a [ci skip] #3.ts")

    for sign in ("[skip", "[ci", "#12", "#3", "@team", "\u202e"):
        assert sign not in text
    assert "asks @ team" in text


@given(st.text(), st.text(), st.text(), st.text(min_size=1))
def test_nothing_that_a_log_or_a_model_says_becomes_a_line_of_its_own(
    summary: str, path: str, model: str, check: str
) -> None:
    evil = "\n\nSigned-off-by: me\r\nPrunella-Task: t2\x0b\x1c\u2028"
    text = told(summary + evil, path + evil, model + evil, check + evil)

    lines = text.splitlines()
    assert len(lines[0]) <= 72
    assert [line for line in lines if line.startswith("Prunella-Task:")] == ["Prunella-Task: t1"]
    assert not any(line.startswith("Signed-off-by:") for line in lines)


def test_a_forge_s_other_ways_of_closing_are_defused_and_what_is_hidden_is_shown() -> None:
    text = told("closes GH-12, fixes https://forge.example/a/b/issues/3, PROJ-1 #close \u200b!")

    for sign in ("GH-12", "https://forge", "#close", "\u200b"):
        assert sign not in text
    assert "<U+200B>" in text
