"""A repository full of secrets is healed, and none of them leaves or is kept."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from checkouts import Program, git, make
from planted import GITHUB, KEY, KEY_LINES, PASSWORD, STRIPE
from prunella.changes import Replace
from prunella.conversation import Lookup, LookupKind
from prunella.testing.plays import Problem, Received, Say, fault, say
from prunella.testing.server import ScriptedServer

OWN = "sk" + "-ant-api03-" + "Zx9" * 28 + "AA"
SECRETS = (GITHUB, STRIPE, PASSWORD, OWN, *KEY_LINES)
CALC = f'"""Sums."""\n\nKEY = """{KEY}"""\n\n\ndef add(a, b, key="{GITHUB}"):\n    return a - b\n'
CHECK = (
    "from calc import add, KEY\n"
    f"print('using', open('.env').read(), KEY, 'postgres://app:{PASSWORD}@db/x')\n"
    "assert add(2, 2) == 4, f'add is wrong {add.__defaults__}'\n"
)


def script(request: Received) -> Say | Problem:
    said = request.body.decode()
    if "tool_result" not in said:
        views = [Lookup(f"v{n}", LookupKind.VIEW, path) for n, path in enumerate(("calc.py", ".env", "test_calc.py"))]
        return say(lookups=[*views, Lookup("s", LookupKind.SEARCH, text="MIIEow")])
    if "does not occur" not in said:
        return say(edits=[Replace("calc.py", "def add(a, b, key=None):\n    return a - b\n", "x\n")])
    name = re.search(r"key=.{1,4}?(<<secret:[a-z-]+:[0-9]+>>)", said)
    assert name
    line = f'def add(a, b, key="{name[1]}"):\n'
    return say(f"with {name[1]}", edits=[Replace("calc.py", f"{line}    return a - b\n", f"{line}    return a + b\n")])


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    files = {"calc.py": CALC, "test_calc.py": CHECK, ".env": f"KEY={STRIPE}\n", ".gitignore": "__pycache__/\n"}
    return make(tmp_path / "repo", files)


def test_no_secret_leaves_and_the_edit_that_quotes_one_heals(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("PRUNELLA_HOME", str(home))
    with ScriptedServer(script) as server:
        program = Program(server, ANTHROPIC_API_KEY=OWN, PRUNELLA_SANDBOX="env")
        ran = program.heal(repo, command=(sys.executable, "test_calc.py"))
        told = [program(repo, *words) for words in (("show",), ("show", "--json"), ("history", "--json"))]
        patch = program(repo, "show", "--diff").out
    assert ran.code == 0, ran.err
    assert git(repo, "show", "HEAD:calc.py") == CALC.replace("a - b", "a + b")

    kept = [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    left = [request.body for request in server.requests] + [git(repo, "log", "--format=%B").encode(), *kept]
    left += [text.encode() for one in (ran, *told) for text in (one.out, one.err)]
    assert len(server.requests) == 3
    assert not [secret for secret in SECRETS for data in left if secret.encode() in data]
    assert b"<<secret:private-key:" in server.requests[1].body
    assert b"may hold secrets" in server.requests[1].body
    assert "<<secret:" in told[0].out
    # The patch is exact, because it is for the checkout that the secret is in.
    subprocess.run(["git", "apply", "--check", "-R", "-"], cwd=repo, input=patch, text=True, check=True)
    assert GITHUB in patch
    for kept_patch in (repo / ".git/prunella/patches").iterdir():
        kept_patch.unlink()
    gone = program(repo, "show", "--diff")
    assert gone.code == 1
    assert "holds a secret, and the exact patch is no longer in" in gone.err


def test_a_provider_that_quotes_the_key_is_not_repeated(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRUNELLA_HOME", str(tmp_path / "home"))
    with ScriptedServer(
        lambda _: fault(400, message=f"Incorrect API key provided: {OWN}. Look at {PASSWORD}x")
    ) as server:
        program = Program(server, ANTHROPIC_API_KEY=OWN, OPENAI_API_KEY=OWN, PRUNELLA_SANDBOX="env")
        ran = program.heal(repo, "--json", command=(sys.executable, "test_calc.py"))
        shown = program(repo, "show", "--json")
    assert ran.code in (1, 3)
    assert "<<secret:" in ran.out
    kept = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    assert OWN.encode() not in kept + ran.out.encode() + ran.err.encode() + shown.out.encode()


def test_what_the_user_keeps_from_models_is_not_read_and_what_is_allowed_is_sent(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRUNELLA_HOME", str(tmp_path / "home"))
    (repo / "prunella.toml").write_text('[secrets]\ndeny = ["calc.py"]\n')
    with ScriptedServer(lambda _: say("no")) as server:
        program = Program(server, PRUNELLA_SECRETS_ALLOW=GITHUB, PRUNELLA_SANDBOX="env")
        program.heal(repo, "--max-attempts", "1", command=(sys.executable, "test_calc.py"))
    body = server.requests[0].body.decode()
    assert "def add" not in body
    assert GITHUB in body
    assert STRIPE not in body
