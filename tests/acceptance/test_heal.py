"""``prunella heal`` as a user runs it: a real checkout, a real check, real HTTP; only the models are scripted."""

from __future__ import annotations

import re
import signal
import sqlite3
import threading
from pathlib import Path

import pytest

from checkouts import ALSO_WRONG, CALC, CHECK, RIGHT, WRONG, Program, finish, git, make, state
from prunella.changes import Create, Edit, Replace
from prunella.conversation import Lookup, LookupKind, Stop, Usage
from prunella.testing.plays import Received, Say, fault, say
from prunella.testing.server import ScriptedServer

BROKEN = "    return a - b\n"


def fix(new: str, old: str = BROKEN) -> Edit:
    return Replace("calc.py", old, new)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make(tmp_path / "repo")


def lines(err: str) -> list[str]:
    """The log lines without their time."""
    return [re.sub(r"^[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d ", "", line) for line in err.splitlines()]


def test_green_checks_cost_nothing_and_change_nothing(repo: Path) -> None:
    (repo / "calc.py").write_text(CALC.replace("a - b", "a + b"))
    before = state(repo)
    with ScriptedServer() as server:
        ran = Program(server).heal(repo)

        assert ran.code == 0, ran.err
        assert "Healthy" in ran.out
        assert server.requests == []
    assert state(repo) == before


def test_healed_on_attempt_1_with_one_request_and_one_clean_commit(repo: Path) -> None:
    with ScriptedServer([say("It subtracts.", edits=[fix(RIGHT)])]) as server:
        ran = Program(server).heal(repo)

        assert ran.code == 0, ran.err + ran.out
        assert [request.endpoint for request in server.requests] == ["anthropic"]
    assert (repo / "calc.py").read_text() == CALC.replace("a - b", "a + b")
    assert git(repo, "status", "--porcelain") == ""
    assert git(repo, "rev-list", "--count", "HEAD") == "2\n"
    assert git(repo, "show", "--format=", "--name-only", "HEAD").split() == ["calc.py"]
    message = git(repo, "log", "-1", "--format=%B")
    for trailer in (
        "Prunella-Task: ",
        "Prunella-Attempt: 1/3",
        "Prunella-Provider: anthropic",
        "Prunella-Model: claude-",
    ):
        assert trailer in message
    assert "✅ Build succeeded after Claude fixes on attempt 1!" in ran.err
    assert "Healed by Claude" in ran.out


def test_the_log_lines_of_an_escalation_are_the_specification_s_in_order(repo: Path) -> None:
    script = [say(edits=[fix(WRONG)]), say(edits=[fix(ALSO_WRONG)]), say(edits=[fix(RIGHT)])]
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo)
        assert ran.code == 0, ran.err
        asked = [request.endpoint for request in server.requests]

    assert asked == ["anthropic", "anthropic", "openai"]
    wanted = [
        "VERIFICATION FAILED - Attempt 1/3 using Claude",
        "Calling Claude to fix build errors...",
        "Applying 1 file fix...",
        "Re-running build verification after fixes...",
        "Build still failing after Claude fix",
        "VERIFICATION FAILED - Attempt 2/3 using Claude",
        "Build still failing after Claude fix",
        "=" * 60,
        "ESCALATING TO OPENAI: Claude failed 2 times",
        "Getting second opinion from OpenAI Codex...",
        "=" * 60,
        "VERIFICATION FAILED - Attempt 3/3 using OpenAI Codex",
        "Calling OpenAI Codex to fix build errors...",
        "✅ Build succeeded after OpenAI Codex fixes on attempt 3!",
    ]
    said = iter(lines(ran.err))
    assert all(line in said for line in wanted), ran.err


def test_claude_s_second_attempt_continues_and_openai_is_told_what_claude_tried(repo: Path) -> None:
    script = [say("first idea", edits=[fix(WRONG)]), say(edits=[fix(ALSO_WRONG)]), say(edits=[fix(RIGHT)])]
    with ScriptedServer(script) as server:
        Program(server).heal(repo)
        first, second, third = server.requests

    assert len(second.json["messages"]) > len(first.json["messages"])
    assert second.json["messages"][: len(first.json["messages"])] == first.json["messages"]
    assert "the edits were undone" in second.body.decode()
    told = third.body.decode()
    assert "second opinion" in told
    assert "return a * b + 1" in told
    assert "return a\\n" in told or "+    return a" in told
    assert "first idea" not in told


def test_when_all_fail_the_tree_is_as_it_was_and_the_dossier_tells_the_story(repo: Path) -> None:
    (repo / "notes.txt").write_text("mine")
    (repo / "test_calc.py").chmod(0o600)
    before = state(repo)
    script = [say(edits=[fix(WRONG)]), say(edits=[fix(ALSO_WRONG)]), say("I tried.", edits=[fix("    return b\n")])]
    with ScriptedServer(script) as server:
        program = Program(server)
        ran = program.heal(repo)
        assert ran.code == 1, ran.err
        assert "VERIFICATION STILL FAILING AFTER 3 ATTEMPTS" in ran.err
        task = re.search(r"prunella show (\S+?)`?\b", ran.out)
        assert task, ran.out
        shown = program(repo, "show", program(repo, "history", "--json").json[0]["id"])

    assert state(repo) == before
    assert shown.code == 0, shown.err
    for part in ("claude-opus-5-5", "gpt-", "return a * b + 1", "return b", "add is wrong", "$"):
        assert part in shown.out


def test_lookups_and_a_rejected_edit_are_answered_within_the_attempt(repo: Path) -> None:
    script = [
        say(
            lookups=[
                Lookup("1", LookupKind.VIEW, "calc.py", first=1, last=3),
                Lookup("2", LookupKind.SEARCH, text="twice"),
            ]
        ),
        say(edits=[fix(RIGHT, old="    return a  - b\n")]),
        say(edits=[fix(RIGHT)]),
    ]
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo)
        assert ran.code == 0, ran.err
        _, second, third = (request.body.decode() for request in server.requests)

    assert "def add(a, b)" in second
    assert "def twice(a)" in second
    assert "2" in third
    assert "return a - b" in third.split("return a  - b")[-1]


def test_a_provider_that_is_down_burns_no_attempt_and_another_stands_in(repo: Path) -> None:
    down = [fault(401)]
    with ScriptedServer({"anthropic": down, "openai": [say(edits=[fix(RIGHT)])]}) as server:
        ran = Program(server).heal(repo, "--json")

        assert ran.code == 0, ran.err
        attempts = ran.json["attempts"]
    assert [(a["number"], a["model_used"]) for a in attempts] == [(1, "OpenAI")]
    assert attempts[0]["stand_in_for"]
    assert attempts[0]["faults"]


def test_with_all_providers_down_it_says_so_and_nothing_is_changed(repo: Path) -> None:
    before = state(repo)
    with ScriptedServer({"anthropic": [fault(401)], "openai": [fault(429, "insufficient_quota")]}) as server:
        ran = Program(server).heal(repo)

        assert len(server.requests) == 2
    assert ran.code == 3, ran.err
    assert state(repo) == before


def test_the_budget_is_never_overrun(repo: Path) -> None:
    before = state(repo)
    with ScriptedServer([say(edits=[fix(WRONG)])] * 3) as server:
        ran = Program(server).heal(repo, "--budget", "0.002")

        assert [r for r in server.requests if r.endpoint in {"anthropic", "openai"}] == []
    assert ran.code == 4, ran.err
    assert "--budget" in ran.out + ran.err
    assert state(repo) == before


def test_a_model_without_a_price_is_refused_with_the_line_to_add(repo: Path) -> None:
    with ScriptedServer() as server:
        ran = Program(server, ANTHROPIC_MODEL="claude-next-99").heal(repo)

        assert server.requests == []
    assert ran.code == 2
    assert '[prices."claude-next-99"]' in ran.err


def test_a_fix_that_removes_the_assertion_is_held_back(repo: Path) -> None:
    before = state(repo)
    cheat = Replace("test_calc.py", "assert add(2, 2) == 4, 'add is wrong'\n", "add(2, 2)\n")
    with ScriptedServer([say(edits=[cheat])] * 3) as server:
        program = Program(server)
        ran = program.heal(repo)
        assert ran.code == 5, ran.err
        assert state(repo) == before
        assert "test_calc.py" in ran.out
        diff = program(repo, "show", "--diff")

    assert "-assert add(2, 2) == 4" in diff.out


def test_a_fix_that_is_not_allowed_goes_back_to_the_model_with_the_reason(repo: Path) -> None:
    hook = Create(".github/workflows/ci.yml", "on: push\n")
    with ScriptedServer([say(edits=[fix(RIGHT), hook]), say(edits=[fix(RIGHT)])]) as server:
        ran = Program(server).heal(repo, "--json")

        assert ran.code == 0, ran.err
        assert len(server.requests) == 2
        assert "not allowed" in server.requests[1].body.decode()
    assert [a["number"] for a in ran.json["attempts"]] == [1]
    assert not (repo / ".github").exists()


def test_edits_that_fit_stand_while_the_one_that_does_not_is_made_again(repo: Path) -> None:
    twice = Replace("test_calc.py", "from calc import add\n", "from calc import add, twice\n")
    bad = Replace("calc.py", "    return a  - b\n", RIGHT)
    with ScriptedServer([say(edits=[twice, bad]), say("Done."), say(edits=[fix(RIGHT)])]) as server:
        ran = Program(server).heal(repo)
        assert ran.code == 0, ran.err
        assert "calc.py were rejected" in server.requests[2].body.decode()

    assert git(repo, "show", "--format=", "--name-only", "HEAD").split() == ["calc.py", "test_calc.py"]


def test_a_missing_tool_costs_no_token(repo: Path) -> None:
    before = state(repo)
    with ScriptedServer() as server:
        ran = Program(server).heal(repo, command=("no-such-compiler --all",))

        assert server.requests == []
    assert ran.code == 6, ran.err
    assert "no-such-compiler" in ran.out
    assert state(repo) == before


def test_one_key_runs_the_rungs_it_has_and_says_so_once(repo: Path) -> None:
    with ScriptedServer([say(edits=[fix(WRONG)]), say(edits=[fix(ALSO_WRONG)])]) as server:
        ran = Program(server, OPENAI_API_KEY=None).heal(repo)

    assert ran.code == 1, ran.err
    assert ran.err.count("OPENAI_API_KEY") == 1
    assert "Attempt 2/2 using Claude" in ran.err


def test_no_key_at_all_is_a_configuration_error_with_the_remedy(repo: Path) -> None:
    with ScriptedServer() as server:
        ran = Program(server, OPENAI_API_KEY=None, ANTHROPIC_API_KEY=None).heal(repo)

    assert ran.code == 2
    assert "ANTHROPIC_API_KEY" in ran.err


def test_green_checks_need_no_key(repo: Path) -> None:
    (repo / "calc.py").write_text(CALC.replace("a - b", "a + b"))
    with ScriptedServer() as server:
        ran = Program(server, OPENAI_API_KEY=None, ANTHROPIC_API_KEY=None).heal(repo)

    assert ran.code == 0, ran.err
    assert "Healthy" in ran.out


def test_green_checks_need_no_price(repo: Path) -> None:
    (repo / "calc.py").write_text(CALC.replace("a - b", "a + b"))
    with ScriptedServer() as server:
        ran = Program(server, ANTHROPIC_MODEL="claude-next-99").heal(repo)

    assert ran.code == 0, ran.err


def test_an_attempt_s_own_budget_ends_only_that_attempt(repo: Path) -> None:
    long = Usage(1_000, 0, 0, 0, 11_000)
    script = [say(lookups=[Lookup("1", LookupKind.VIEW, "calc.py")], usage=long), say(edits=[fix(RIGHT)])]
    (repo / "prunella.toml").write_text("budget.attempt_usd = 0.25\n")
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo, "--json")

    assert ran.code == 0, ran.err
    first, second = ran.json["attempts"]
    assert "budget of attempt 1" in first["rejection"]
    assert first["cost_usd"] > 0.2
    assert second["succeeded"]


def test_what_was_interrupted_is_told_with_what_it_may_have_cost(repo: Path) -> None:
    asked, release = threading.Event(), threading.Event()

    def script(request: Received) -> Say:
        asked.set()
        release.wait(30)
        return say("too late")

    with ScriptedServer(script) as server:
        program = Program(server)
        process = program.start(repo, "heal", "--json", "--", *CHECK)
        assert asked.wait(60)
        ran = finish(process, signal.SIGINT)
        release.set()

    assert ran.code == 130, ran.err
    (attempt,) = ran.json["attempts"]
    assert attempt["rejection"] == "interrupted"
    assert attempt["cost_usd"] > 0


@pytest.mark.parametrize("command", [("",), ("  ",), ()])
def test_an_empty_command_is_refused(repo: Path, command: tuple[str, ...]) -> None:
    with ScriptedServer() as server:
        ran = Program(server).heal(repo, command=command)

    assert ran.code == 2
    assert "prunella heal -- npm test" in ran.err


def test_errors_are_json_too_when_json_is_asked_for(repo: Path) -> None:
    with ScriptedServer() as server:
        ran = Program(server, OPENAI_API_KEY=None, ANTHROPIC_API_KEY=None).heal(repo, "--json")

    assert ran.code == 2
    assert ran.json["exit_code"] == 2
    assert "ANTHROPIC_API_KEY" in ran.json["reason"]


def test_the_ladder_can_be_changed_by_variables_and_by_file(repo: Path) -> None:
    with ScriptedServer([say(edits=[fix(RIGHT)])]) as server:
        ran = Program(server, MAX_FIX_ATTEMPTS="2", ESCALATE_AT="1").heal(repo)
        assert ran.code == 0, ran.err
        assert server.requests[0].endpoint == "openai"
        assert "Attempt 1/2 using OpenAI Codex" in ran.err


def test_a_local_model_is_a_rung(repo: Path, tmp_path: Path) -> None:
    with ScriptedServer([say(edits=[fix(RIGHT)])]) as server:
        program = Program(server, OPENAI_API_KEY=None, ANTHROPIC_API_KEY=None)
        config = Path(program.environment["XDG_CONFIG_HOME"]) / "prunella" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            '[[ladder]]\nprovider = "openai-compatible"\nname = "local"\ndisplay = "Qwen"\n'
            f'model = "qwen3-coder:30b"\nbase_url = "{server.openai_url}"\n'
        )
        ran = program.heal(repo)

        assert ran.code == 0, ran.err
        assert server.requests[0].endpoint == "compatible"
    assert "Build succeeded after Qwen fixes on attempt 1!" in ran.err


def test_an_answer_without_edits_is_a_failed_attempt_and_no_build(repo: Path) -> None:
    script = [say("All good now, the tests pass!"), say(edits=[fix(RIGHT)])]
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo, "--json")

    assert ran.code == 0, ran.err
    first, second = ran.json["attempts"]
    assert "no edits" in first["rejection"]
    assert first["after"] is None
    assert second["succeeded"]


def test_the_same_fix_again_is_not_built_again(repo: Path) -> None:
    script = [say(edits=[fix(WRONG)]), say(edits=[fix(WRONG)]), say(edits=[fix(RIGHT)])]
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo, "--json")

    assert ran.code == 0, ran.err
    assert "the same fix as attempt 1" in ran.json["attempts"][1]["rejection"]
    assert ran.json["attempts"][1]["after"] is None


def test_a_refusal_hands_the_rung_to_the_other_vendor(repo: Path) -> None:
    script = {"anthropic": [say(stop=Stop.REFUSED, detail="cyber")], "openai": [say(edits=[fix(RIGHT)])]}
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo)

    assert ran.code == 0, ran.err
    assert "on attempt 1" in ran.out


def test_when_all_refuse_a_person_is_needed_and_no_provider_is_down(repo: Path) -> None:
    with ScriptedServer(lambda _: say(stop=Stop.REFUSED, detail="cyber")) as server:
        ran = Program(server).heal(repo)

    assert ran.code == 1, ran.err
    assert "refused" in ran.out


def test_progress_is_kept_between_attempts(tmp_path: Path) -> None:
    files = {
        "a.py": "x = = 1\n",
        "b.py": "y = = 2\n",
        "check.py": "import py_compile, sys\nbad = 0\n"
        "for name in ('a.py', 'b.py'):\n    try:\n        py_compile.compile(name, doraise=True)\n"
        "    except py_compile.PyCompileError as e:\n        bad = 1\n"
        "        print(f'{name}:1:5: error: invalid syntax')\nsys.exit(bad)\n",
        ".gitignore": "__pycache__\n",
    }
    repo = make(tmp_path / "two", files)
    script = [
        say(edits=[Replace("a.py", "x = = 1\n", "x = 1\n")]),
        say(edits=[Replace("b.py", "y = = 2\n", "y = 2\n")]),
    ]
    with ScriptedServer(script) as server:
        ran = Program(server).heal(repo, command=(CHECK[0], "check.py"))
        assert ran.code == 0, ran.err
        assert "are kept" in server.requests[1].body.decode()

    assert sorted(git(repo, "show", "--format=", "--name-only", "HEAD").split()) == ["a.py", "b.py"]
    assert git(repo, "rev-list", "--count", "HEAD") == "2\n"


def test_the_specification_s_sql_runs_verbatim_on_the_record(repo: Path) -> None:
    script = [say(edits=[fix(WRONG)]), say(edits=[fix(ALSO_WRONG)]), say(edits=[fix(RIGHT)])]
    with ScriptedServer(script) as server:
        program = Program(server)
        program.heal(repo)
    with sqlite3.connect(Path(program.environment["PRUNELLA_HOME"]) / "prunella.db") as database:
        rows = database.execute(SPECIFICATION_SQL).fetchall()
        calls = database.execute("SELECT count(*), sum(cost_usd) > 0 FROM provider_calls").fetchone()
    database.close()

    assert sorted(rows) == [("Claude", 2, 0, 0.0), ("OpenAI", 1, 1, 100.0)]
    assert calls == (3, 1)


SPECIFICATION_SQL = """
SELECT 
  model_used,
  COUNT(*) as total_attempts,
  SUM(CASE WHEN succeeded THEN 1 ELSE 0 END) as successes,
  ROUND(100.0 * SUM(CASE WHEN succeeded THEN 1 ELSE 0 END) / COUNT(*), 1) as success_rate
FROM fix_attempts
GROUP BY model_used;
"""  # noqa: W291 - verbatim
