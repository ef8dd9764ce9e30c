"""``prunella demo``: a small real project, the real build, real HTTP, and scripted models, which it says plainly."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from prunella.demo import PLAYS, UNSCRIPTED, Play, change, copy_project
from prunella.errors import ConfigError, SandboxError
from prunella.testing.plays import Say, say
from prunella.testing.server import ScriptedServer

KEYS = {"ANTHROPIC_API_KEY": "demo-no-key-needed", "OPENAI_API_KEY": "demo-no-key-needed"}
MARKER = "prunella-demo"
NO_MODEL = "A real break, no script, no key: the toolchain and git heal it"
READY = "refs/tags/broken"
"""Made last, so that a start that was interrupted on the way is made again."""

_OTHERS = ("PRUNELLA_", "ANTHROPIC_", "OPENAI_", "GIT_")
_NAMES = frozenset({"MAX_FIX_ATTEMPTS", "ESCALATE_AT", "DATABASE_URL"})


def run_demo(folder: Path, *, as_json: bool) -> int:
    """Returns 0 when all four runs ended as they should. With ``as_json`` stdout has the JSON document alone."""
    for tool in ("git", "npm", "node"):
        if not shutil.which(tool):
            raise ConfigError(f"the demo needs {tool}, which is not here.", remedy="Install git and Node with npm.")
    project = _project(folder.resolve())
    out = sys.stderr if as_json else sys.stdout
    results = [(play, _run(play, project, number, out.fileno())) for number, play in enumerate(PLAYS, 1)]
    alone = _without_models(project, len(PLAYS) + 1, out.fileno())
    right = all((code == 0) == bool(play.heals_on) for play, code in results) and alone == 0
    if as_json:
        from prunella.cli.commands import as_json as dump
        from prunella.cli.commands import put

        told = [(play.name, play.title, code) for play, code in results] + [("no-model", NO_MODEL, alone)]
        put(dump([{"run": name, "title": title, "exit_code": code} for name, title, code in told]))
    _say("", "All four runs ended as they should." if right else "A run did not end as it should: see above.")
    _say(f"The project is in {project}. To look at the runs:", f"  {hint(project, 'history')}")
    _say("The models were scripted; the rest was real, and the fourth run had neither key nor model.")
    _say("In your own repository: `prunella heal`; with keys in .env, models take what the toolchain leaves.")
    return 0 if right else 1


def hint(project: Path, command: str) -> str:
    """A line for a shell that runs ``prunella`` on the demo's own record, from any folder."""
    words = [sys.executable, "-m", "prunella", command, "--repo", str(project)]
    return f"PRUNELLA_HOME={shlex.quote(str(_home(project)))} {shlex.join(words)}"


def environment(project: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of the runs: the user's without what sets Prunella or git up, so that it is the same for all."""
    kept = {name: value for name, value in given.items() if not name.startswith(_OTHERS) and name not in _NAMES}
    return {**kept, **KEYS, "PRUNELLA_HOME": str(_home(project)), "XDG_CONFIG_HOME": str(_home(project) / "config")}


def _project(folder: Path) -> Path:
    """The broken project with its tools installed and committed; made once, put back to the start ever after."""
    project = folder / "hero"
    marked = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marked.exists():
        raise ConfigError(f"{folder} has files that are not the demo's.", remedy="Name another folder: --folder DIR.")
    _say(f"Making a small TypeScript project in {project} and installing its compiler from the npm registry …")
    folder.mkdir(parents=True, exist_ok=True)
    marked.touch()
    if not _ready(project):
        shutil.rmtree(project / ".git", ignore_errors=True)
        copy_project(project)
        _do(["git", "init", "--quiet", "--initial-branch=main"], project)
        _do(["git", "add", "--all"], project)
        _do(["git", *_identity(), "commit", "--quiet", "--no-verify", "--message", "A hero without getHero"], project)
        _do(["git", "update-ref", READY, "HEAD"], project)
    if not (project / "node_modules" / ".package-lock.json").exists():  # npm writes it when all is there
        _do(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], project)
    return project


def _ready(project: Path) -> bool:
    """Whether the project was committed to the end. A folder without its own ``.git`` must not ask one above it."""
    if not (project / ".git").exists():
        return False
    asked = ["git", "--git-dir", ".git", "rev-parse", "--quiet", "--verify", f"{READY}^{{commit}}"]
    own = environment(project, os.environ)
    return subprocess.run(asked, cwd=project, env=own, capture_output=True, check=False).returncode == 0


def _run(play: Play, project: Path, number: int, out: int) -> int:
    """One play on the project as it was at first; returns what ``prunella heal`` ended with. What the program prints
    goes to the descriptor ``out``."""
    _do(["git", "checkout", "--quiet", "--force", "-B", "main", READY], project)
    rule = "─" * 72
    _say("", rule, f"{number}. {play.title}    (scripted models, real `npm run build`)", rule)
    script: dict[str, list[Say]] = {"anthropic": [], "openai": []}
    for turn in play.turns:
        script[turn.provider].append(say(turn.text, edits=turn.edits))
    with ScriptedServer(script) as server:
        addresses = {"ANTHROPIC_BASE_URL": server.anthropic_url, "OPENAI_BASE_URL": server.openai_url}
        own = {**environment(project, os.environ), **addresses}
        heal = [sys.executable, "-m", "prunella", "heal", "--", "npm run build"]
        code = subprocess.run(heal, cwd=project, env=own, stdout=out, check=False).returncode
        if not play.heals_on:
            _say("", "The dossier that a person gets (`prunella show`):", "")
            last = [sys.executable, "-m", "prunella", "show"]
            subprocess.run(last, cwd=project, env=own, stdout=out, check=False)
    return code


def _without_models(project: Path, number: int, out: int) -> int:
    """A green project, broken by a commit, healed without a key; returns what ``prunella heal`` ended with."""
    _do(["git", "checkout", "--quiet", "--force", "-B", "main", READY], project)
    for made in UNSCRIPTED:
        change(project, made.edits)
        _do(["git", *_identity(), "commit", "--quiet", "--no-verify", "--all", "--message", made.message], project)
    rule = "─" * 72
    _say("", rule, f"{number}. {NO_MODEL}    (real `npm run build`)", rule)
    own = {name: value for name, value in environment(project, os.environ).items() if name not in KEYS}
    heal = [sys.executable, "-m", "prunella", "heal", "--", "npm run build"]
    return subprocess.run(heal, cwd=project, env=own, stdout=out, check=False).returncode


def _home(project: Path) -> Path:
    """The demo's record is its own, not the user's."""
    return project.parent / "home"


def _identity() -> list[str]:
    return ["-c", "user.name=Prunella demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgSign=false"]


def _do(command: list[str], folder: Path) -> None:
    own = environment(folder, os.environ)
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise SandboxError(
            f"`{' '.join(command)}` failed:\n" + "\n".join(words),
            remedy="npm needs its registry once, to install the TypeScript compiler." if command[0] == "npm" else "",
        )


def _say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
