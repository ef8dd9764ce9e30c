"""Breaks a project, heals it with ``prunella heal`` against the scripted server, and checks what came of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prunella.testing import ScriptedServer, say
from real.fetch import QUIET_NPM, WORK, SetUpError, commit_all, environment_of, run
from real.projects import Project

ENDPOINTS = ("anthropic", "anthropic", "openai")
"""Who is asked on which attempt of the default ladder."""


@dataclass(frozen=True)
class Result:
    """One trial. ``problems`` empty = everything was as it should be."""

    project: Project
    problems: tuple[str, ...]
    attempts: int = 0
    models: tuple[str, ...] = ()
    seconds: float = 0.0
    checks_s: float = 0.0
    cost_usd: float = 0.0


@dataclass(frozen=True)
class State:
    """All that a healer must not change: files (permission bits and content), index, other refs, what git reports."""

    files: Mapping[str, str]
    index: Mapping[str, str]
    refs: str
    status: str


def trial(project: Project) -> Result:
    """The whole trial of one project."""
    folder = WORK / project.name / "checkout"
    try:
        _prepare(project, folder)
        _break(project, folder)
    except SetUpError as failed:
        return Result(project, (f"set-up: {failed}",))
    before = _state(folder)
    started = time.monotonic()
    with ScriptedServer(_script(project)) as server:
        done = _heal(project, folder, server)
        asked = sum(request.endpoint in ENDPOINTS for request in server.requests)
    seconds = time.monotonic() - started
    (WORK / project.name / "heal.log").write_text(f"{done.stdout}\n{done.stderr}")
    try:
        told = json.loads(done.stdout)
        attempts, totals = told["attempts"], told["totals"]
    except (ValueError, KeyError):
        return Result(project, (f"exit code {done.returncode} without a story: {done.stdout}{done.stderr[-600:]}",))
    problems = [
        *_ending(project, done.returncode, told),
        *_commit(project, folder, told),
        *_tree(project, folder, before),
    ]
    if asked != project.attempts:
        problems.append(f"{asked} requests for {project.attempts} attempts")
    if not problems and not _green(project, folder):
        problems.append("the checks do not pass afterwards")
    models = tuple(dict.fromkeys(attempt["model"] for attempt in attempts))
    return Result(project, tuple(problems), len(attempts), models, seconds, totals["checks_s"], totals["cost_usd"])


def _script(project: Project) -> dict[str, list[Any]]:
    """The answers by who is asked: the wrong ones, then the true fix."""
    turns: dict[str, list[Any]] = {"anthropic": [], "openai": []}
    for endpoint, edit in zip(ENDPOINTS, (*project.wrong, project.fix), strict=False):
        turns[endpoint].append(say("I see what is wrong.", edits=[edit]))
    return turns


def _prepare(project: Project, folder: Path) -> None:
    """Fetch and set up once, green and tagged ``good``; later runs start from there."""
    if not (folder.parent / "ready").exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.parent.mkdir(parents=True)
        project.fetch(folder)
        commit_all(folder, f"{project.name} as it was fetched", "good")
        if not _green(project, folder):
            raise SetUpError("the checks do not pass before anything is broken: see checks.log")
        (folder.parent / "ready").touch()
    run(["git", "checkout", "--quiet", "--force", "-B", "main", "good"], folder)
    run(["git", "clean", "-d", "--force", "--quiet"], folder)


def _break(project: Project, folder: Path) -> None:
    """The break as the last commit; then, if asked, the user's uncommitted work of every kind."""
    breakage, path = project.breakage, folder / project.breakage.path
    text = path.read_text()
    if text.count(breakage.good) != 1:
        raise SetUpError(f"{breakage.path} does not have the lines to break exactly once")
    path.write_text(text.replace(breakage.good, breakage.broken))
    commit_all(folder, f"Break it: {breakage.name}", "broken")
    if not project.dirty:
        return
    note = folder / "notes of mine.txt"
    note.write_bytes(b"not committed,\r\nnot to be touched\x00")
    note.chmod(0o600)
    with next(folder.glob("README*")).open("a") as readme:
        readme.write("\nA sentence that is not committed yet.\n")
    (folder / "staged.txt").write_text("staged, not committed\n")
    run(["git", "add", "staged.txt"], folder)


def _environment(folder: Path) -> dict[str, str]:
    """The user's, with the project's own tools first on the path."""
    programs = environment_of(folder) / "bin"
    path = f"{programs}{os.pathsep}{os.environ['PATH']}" if programs.exists() else os.environ["PATH"]
    return {**os.environ, **QUIET_NPM, "PATH": path, "NEXT_TELEMETRY_DISABLED": "1"}


def _heal(project: Project, folder: Path, server: ScriptedServer) -> subprocess.CompletedProcess[str]:
    own = {
        "ANTHROPIC_API_KEY": "scripted",
        "OPENAI_API_KEY": "scripted",
        "ANTHROPIC_BASE_URL": server.anthropic_url,
        "OPENAI_BASE_URL": server.openai_url,
        "PRUNELLA_HOME": str(WORK / "home"),
    }
    taken_out = ("ANTHROPIC_MODEL", "OPENAI_MODEL", "MAX_FIX_ATTEMPTS", "ESCALATE_AT", "DATABASE_URL")
    environment = {name: value for name, value in _environment(folder).items() if name not in taken_out} | own
    command = ["--", project.check] if project.check else []
    return subprocess.run(
        [sys.executable, "-m", "prunella", "heal", "--json", *command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _green(project: Project, folder: Path) -> bool:
    """Whether the real tools pass, run here and not by Prunella."""
    with (folder.parent / "checks.log").open("w") as log:
        for command in [project.check] if project.check else project.finds:
            environment = _environment(folder)
            done = subprocess.run(
                command,
                check=False,
                shell=True,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            if done.returncode:
                return False
    return True


def _ending(project: Project, code: int, told: Mapping[str, Any]) -> list[str]:
    problems = []
    if code or told.get("status") != "healed":
        problems.append(f"exit code {code}, {told.get('status')}: {told.get('reason')}")
    if len(told.get("attempts", ())) != project.attempts:
        problems.append(f"{len(told.get('attempts', ()))} attempts instead of {project.attempts}")
    commands = tuple(check["command"] for check in told.get("checks", ()))
    if project.finds and commands != project.finds:
        problems.append(f"found the checks {commands} instead of {project.finds}")
    return problems


def _commit(project: Project, folder: Path, told: Mapping[str, Any]) -> list[str]:
    """Exactly one new commit, which is exactly the true fix and says who made it."""
    problems = []
    if run(["git", "rev-list", "--count", "broken..HEAD"], folder).strip() != "1":
        return ["there is not exactly one new commit"]
    if run(["git", "diff", "good", "HEAD"], folder):
        problems.append("the commit is not the true fix")
    trailers = run(["git", "log", "-1", "--format=%(trailers:only,unfold)"], folder).strip().splitlines()
    said = dict(line.split(": ", 1) for line in trailers)
    wanted = {
        "Prunella-Task": told["task"]["id"],
        "Prunella-Attempt": f"{project.attempts}/3",
        "Prunella-Provider": ENDPOINTS[project.attempts - 1],
        "Prunella-Model": told["attempts"][-1]["model"] if told["attempts"] else "",
    }
    problems += [
        f"trailer {name}: {said.get(name)!r} instead of {value!r}"
        for name, value in wanted.items()
        if said.get(name) != value
    ]
    return problems


def _state(folder: Path) -> State:
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], folder).split("\0")
    index = run(["git", "ls-files", "-z", "--stage"], folder).split("\0")
    refs = run(["git", "for-each-ref"], folder).splitlines()
    return State(
        {path: _digest(folder / path) for path in listed if path},
        {entry.split("\t", 1)[1]: entry.split("\t", 1)[0] for entry in index if entry},
        "\n".join(ref for ref in refs if "\trefs/prunella/" not in ref and not ref.endswith("\trefs/heads/main")),
        run(["git", "status", "--porcelain"], folder),
    )


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if not path.exists():
        return "none"
    return f"{stat.S_IMODE(path.stat().st_mode):o} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _tree(project: Project, folder: Path, before: State) -> list[str]:
    """Nothing but the broken file may differ from what was there, in the tree or in the index."""
    after, path = _state(folder), project.breakage.path
    problems = []
    for what, old, new in (("file", before.files, after.files), ("index entry", before.index, after.index)):
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        if changed != [path]:
            problems.append(f"{what}s changed: {changed}")
    if after.refs != before.refs:
        problems.append("branches, tags or the stash changed")
    if after.status != before.status:
        problems.append(f"git status was {before.status!r} and is {after.status!r}")
    return problems
