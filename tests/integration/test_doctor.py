"""``prunella doctor`` on real checkouts, and against the scripted model server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config_place import Place
from prunella.cli.doctor import diagnose, examine, run_doctor
from prunella.cli.findings import Finding, State, mask
from prunella.cli.first_word import first_word
from prunella.config.ladder import Access
from prunella.domain import Rung
from prunella.errors import Fault, ProviderError
from prunella.providers.http import ModelStatus
from prunella.testing import ScriptedServer

KEY = "sk-ant-api03-" + "x" * 30 + "WXYZ"
CHECK = f"[[check]]\nname = 'build'\ncommand = '{sys.executable} -c 1'\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.write(CHECK)
    made.write(".env\n", ".gitignore")
    author = ["-c", "user.name=n", "-c", "user.email=e"]
    commands = (["init", "-qb", "main"], ["add", "-A"], [*author, "commit", "-qm", "start"])
    for command in commands:
        subprocess.run(["git", "-C", str(made.root), *command], check=True, env={**os.environ, **made.environ})
    made.environ["ANTHROPIC_API_KEY"] = KEY
    return made


def findings(place: Place, probe: object = None, **variables: str) -> dict[str, Finding]:
    """By name; the worst of each."""
    found = diagnose(place.root, {}, {**place.environ, **variables}, probe)  # type: ignore[arg-type]
    order = [State.FAIL, State.WARN, State.OK]
    return {item.name: item for item in sorted(found, key=lambda item: order.index(item.state), reverse=True)}


@pytest.mark.needs("bwrap")  # without it, the doctor has something to say
def test_a_checkout_that_is_ready_has_nothing_to_mend(place: Place) -> None:
    diagnosis = examine(place.root, {}, {**place.environ, "OPENAI_API_KEY": KEY}, None)
    assert [item for item in diagnosis.findings if item.state is not State.OK] == []
    assert diagnosis.exit_code == 0
    names = {item.name for item in diagnosis.findings}
    assert names >= {"python", "git", "repository", "check build", "ladder", "certificates", "home", "key for Claude"}


def test_the_table_has_every_value_with_its_origin_and_no_key(place: Place) -> None:
    place.write("ESCALATE_AT=2\nOPENAI_API_KEY=short\n", ".env")
    diagnosis = examine(place.root, {"max_attempts": 2}, place.environ, None)
    rows = {row.name: (row.value, row.origin) for row in diagnosis.settings}
    assert rows["max_attempts"] == ("2", "--max-attempts")
    assert rows["escalate_at"] == ("2", ".env:1")
    assert rows["anthropic.api_key"] == ("sk-ant-…WXYZ", "environment")
    assert rows["openai.api_key"] == ("set (hidden)", ".env:2")
    assert rows["ladder.openai-2"][0] == "openai, gpt-6.1-sol, fresh"
    text, _ = run_doctor(place.root, place.environ, as_json=False, offline=True)
    both, _ = run_doctor(place.root, place.environ, as_json=True, offline=True)
    for report in (text, both, repr(diagnosis)):
        assert KEY not in report
        assert "short" not in report
        assert "sk-ant-…WXYZ" in report


@pytest.mark.parametrize(("secret", "shown"), [("", "not set"), ("x" * 31, "set (hidden)"), ("k" * 40, "kkkkkkk…kkkk")])
def test_masking_shows_nothing_of_a_short_key(secret: str, shown: str) -> None:
    assert mask(secret) == shown


def test_json_has_the_findings_the_settings_and_the_exit_code(place: Place) -> None:
    text, code = run_doctor(place.root, place.environ, as_json=True, offline=True)
    document = json.loads(text)
    assert document["exit_code"] == code == 0
    assert set(document["findings"][0]) == {"name", "state", "detail", "remedy"}
    assert {"name": "commit", "value": "true", "origin": "default"} in document["settings"]


def test_the_report_for_a_person_names_each_remedy_and_ends_with_a_verdict(place: Place) -> None:
    del place.environ["ANTHROPIC_API_KEY"]
    text, code = run_doctor(place.root / ".git" / "..", place.environ, as_json=False, offline=True)
    assert code == 2
    assert "FAIL  ladder: No attempt can be made" in text
    assert "      -> Set ANTHROPIC_API_KEY, OPENAI_API_KEY or both" in text
    assert text.splitlines()[-1].startswith("1 to mend before `prunella heal` can work here")
    assert "\x1b" not in text


def test_wrong_configuration_is_the_finding_and_the_rest_is_still_looked_at(place: Place) -> None:
    place.write("max_attempts = 0\nescalate_at = 0\n")
    found = diagnose(place.root, {}, place.environ, None)
    assert [item.detail.partition(":")[0] for item in found if item.name == "configuration"] == ["prunella.toml"] * 2
    assert {"git", "repository"} <= {item.name for item in found}


def test_no_repository_is_a_failure_with_its_remedy(place: Place, tmp_path: Path) -> None:
    place.root = tmp_path / "user"
    finding = findings(place)["repository"]
    assert (finding.state, "git init" in finding.remedy) == (State.FAIL, True)


def test_a_merge_in_progress_or_no_branch_is_a_warning(place: Place) -> None:
    (place.root / ".git/MERGE_HEAD").write_text("0" * 40)
    finding = findings(place)["repository"]
    assert (finding.state, "a merge is in progress" in finding.detail) == (State.WARN, True)
    assert "--no-commit" in finding.remedy


def test_uncommitted_work_is_fine_and_said(place: Place) -> None:
    place.write("x", "new.txt")
    assert "1 uncommitted change (what is yours stays yours" in findings(place)["repository"].detail


def test_without_git_it_says_so(place: Place) -> None:
    assert findings(place, PATH=str(place.user))["git"].remedy == "Install git."


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("nosuchtool --x", "nosuchtool"),
        ("CI=true A=b nosuchtool test", "nosuchtool"),
        ("cd web && nosuchtool", "nosuchtool"),
        ("./gradlew check", "./gradlew"),
    ],
)
def test_a_check_whose_program_is_missing_is_a_failure(place: Place, command: str, word: str) -> None:
    place.write(f"[[check]]\nname = 'build'\ncommand = '{command}'\n")
    finding = findings(place)["check build"]
    assert (finding.state, f"{word} is not found" in finding.detail, bool(finding.remedy)) == (State.FAIL, True, True)


@pytest.mark.parametrize("command", ["if true; then x; fi", "(cd a; b)", "$TOOL x", "! grep x", "echo 'x", "test -f x"])
def test_what_only_a_shell_can_judge_is_left_to_it(command: str) -> None:
    assert first_word(command) == ""


def test_a_check_in_a_folder_that_is_not_there(place: Place) -> None:
    place.write(CHECK + "folder = 'web'\n")
    assert "there is no folder web/" in findings(place)["check build"].detail


def test_no_check_at_all_is_a_failure(place: Place) -> None:
    place.write("")
    assert "prunella heal -- your command" in findings(place)["checks"].remedy


def test_checks_are_detected_where_the_user_stands(place: Place) -> None:
    place.write("")
    (place.root / "web").mkdir()
    place.write('{"scripts": {"build": "tsc"}}', "web/package.json")
    text, _ = run_doctor(place.root / "web", place.environ, as_json=False, offline=True)
    assert 'check build: npm run build  (script "build" in package.json)' in text


def test_pytest_missing_from_the_interpreter_is_found(place: Place) -> None:
    place.write("[[check]]\nname = 'test'\ncommand = './python -m pytest'\n")
    interpreter = place.root / "python"
    interpreter.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    interpreter.chmod(0o755)
    assert findings(place)["check test"].remedy.startswith("`./python -m pip install pytest`")


def test_node_packages_that_are_not_installed_are_found(place: Place) -> None:
    place.write('{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}}', "package.json")
    place.write("", "pnpm-lock.yaml")
    assert findings(place)["node_modules"].remedy == "`pnpm install`"
    (place.root / "node_modules").mkdir()
    assert "node_modules" not in findings(place)
    bare = findings(place, PATH=str(place.user))
    assert {bare["node"].state, bare["npm"].state} == {State.FAIL}


def test_a_key_in_env_is_guarded(place: Place) -> None:
    del place.environ["ANTHROPIC_API_KEY"]
    place.write(f"ANTHROPIC_API_KEY={KEY}\n", ".env")
    (place.root / ".env").chmod(0o644)
    assert "chmod 600" in findings(place)[".env"].remedy
    (place.root / ".env").chmod(0o600)
    assert findings(place)[".env"].state is State.OK
    (place.root / ".gitignore").unlink()
    assert "not ignored by git" in findings(place)[".env"].detail
    place.track_env()
    assert findings(place)[".env"].state is State.FAIL


def test_keys_with_quotes_and_retired_or_unpriced_models_are_found(place: Place) -> None:
    found = findings(place, ANTHROPIC_API_KEY=f'"{KEY}"', ANTHROPIC_MODEL="claude-sonnet-4-20250514")
    assert found["key for Claude"].state is State.FAIL
    assert "2026-06-15" in found["ladder"].detail
    unknown = findings(place, ANTHROPIC_MODEL="claude-nova-9")
    assert '[prices."claude-nova-9"]' in unknown["price"].remedy
    place.write(CHECK + '[prices."claude-nova-9"]\ninput = 1\noutput = 2\n')
    assert "price" not in findings(place, ANTHROPIC_MODEL="claude-nova-9")


def test_a_home_that_cannot_be_written_and_certificates_that_are_not_there(place: Place) -> None:
    found = findings(place, PRUNELLA_HOME=str(place.root / "prunella.toml" / "home"), SSL_CERT_FILE="/nowhere.pem")
    assert (found["home"].state, found["home"].remedy) == (State.FAIL, "Set PRUNELLA_HOME to another folder.")
    assert found["certificates"].detail == "SSL_CERT_FILE names nothing that exists"


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (ModelStatus(found=True), State.OK, "reachable, and the key is accepted"),
        (ModelStatus(found=False, note="retired on 2026-01-01"), State.FAIL, "retired on 2026-01-01"),
        (ModelStatus(found=True, retires="2027-01-01"), State.WARN, "ends on 2027-01-01"),
        (ModelStatus(found=True, listed=("other",)), State.FAIL, "the server does not have it; it has other"),
        (ProviderError("no \x1b[31m", Fault.AUTH, remedy="Set it."), State.FAIL, "no  [31m"),
        (ProviderError("slow down", Fault.RATE_LIMIT), State.WARN, "slow down"),
        (ProviderError("down", Fault.TRANSIENT), State.FAIL, "down"),
    ],
)
def test_what_a_provider_answers_decides(
    place: Place, answer: ModelStatus | ProviderError, state: State, words: str
) -> None:
    asked = []

    def probe(rung: Rung, door: Access) -> ModelStatus:
        asked.append((rung.model, door.key))
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    finding = findings(place, probe)["Claude (claude-opus-5-5)"]
    assert (finding.state, finding.detail) == (state, words)
    assert asked == [("claude-opus-5-5", KEY)]


def test_the_network_is_asked_for_the_model_with_the_key_and_nothing_else(place: Place) -> None:
    with ScriptedServer() as server:
        place.environ |= {"ANTHROPIC_BASE_URL": server.anthropic_url}
        text, code = run_doctor(place.root, place.environ, as_json=False, offline=False)
        asked = [(request.method, request.path, request.headers["authorization"]) for request in server.requests]
    assert asked == [("GET", "/v1/models/claude-opus-5-5", f"Bearer {KEY}")]
    assert "ok    Claude (claude-opus-5-5): reachable, and the key is accepted" in text
    assert code == 0


def test_offline_nobody_is_asked(place: Place) -> None:
    with ScriptedServer() as server:
        place.environ |= {"ANTHROPIC_BASE_URL": server.anthropic_url}
        run_doctor(place.root, place.environ, as_json=False, offline=True)
        assert server.requests == []


def test_a_refused_key_and_a_server_that_is_not_there_are_failures(place: Place) -> None:
    with ScriptedServer(key="another") as server:
        place.environ |= {"ANTHROPIC_BASE_URL": server.anthropic_url}
        text, code = run_doctor(place.root, place.environ, as_json=False, offline=False)
        assert code == 2
        assert "FAIL  Claude (claude-opus-5-5)" in text
        assert "ANTHROPIC_API_KEY" in text.partition("FAIL  Claude")[2]
    text, code = run_doctor(place.root, place.environ, as_json=False, offline=False)
    assert (code, "Cannot connect to http://127.0.0.1" in text) == (2, True)
    assert "ANTHROPIC_BASE_URL" in text


def test_a_path_with_blanks_can_be_pasted(tmp_path: Path) -> None:
    root = tmp_path / "my site"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / ".gitignore").write_text(".env\n")
    (root / ".env").write_text(f"ANTHROPIC_API_KEY={KEY}\n")
    (root / ".env").chmod(0o644)
    found = diagnose(root, {}, {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, None)
    (remedy,) = [item.remedy for item in found if item.name == ".env"]
    assert remedy == f"`chmod 600 '{root}/.env'`"
