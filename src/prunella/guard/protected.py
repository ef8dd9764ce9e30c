"""What decides whether a fix works is not the fix's to change: the checks, what they run, CI, hooks, lockfiles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from prunella.changes import Finding, Judgement
from prunella.domain import Task
from prunella.guard.makefile import targets_reached
from prunella.guard.touched import Touch
from prunella.guard.view import Found

CI = (
    ".github/workflows/*", ".github/actions/*", ".gitlab-ci.yml", ".gitlab/*", ".circleci/*", "jenkinsfile*",
    "azure-pipelines*", ".azure-pipelines/*", ".travis.yml", "bitbucket-pipelines.yml", ".buildkite/*", ".drone.y*ml",
    ".woodpecker*", ".ci/*", "appveyor.yml", ".appveyor.yml", ".semaphore/*", ".teamcity/*", ".cirrus.yml",
)  # fmt: skip
HOOKS = (".husky/*", "*/.husky/*", ".githooks/*", ".pre-commit-config.yaml", "lefthook.y*ml", ".lefthook.y*ml")
LOCKFILES = frozenset({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "poetry.lock",
    "uv.lock", "pdm.lock", "pipfile.lock", "pixi.lock", "cargo.lock", "go.sum", "gemfile.lock", "composer.lock",
    "mix.lock", "pubspec.lock", "podfile.lock", "package.resolved", "packages.lock.json", "gradle.lockfile",
    "flake.lock", "deno.lock",
})  # fmt: skip
RUNNERS = {
    "tox": ("tox.ini",),
    "nox": ("noxfile.py",),
    "just": ("justfile", ".justfile"),
    "task": ("taskfile.yml", "taskfile.yaml"),
    "turbo": ("turbo.json",),
    "nx": ("nx.json",),
}
"""Commands, and the files that say what they do."""

SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "source", "."})
SCRIPT_RUNNERS = re.compile(r"\b(npm|pnpm|yarn|bun|npx|turbo|nx|lerna|npm-run-all2?|run-[sp]|wireit|concurrently)\b")
SCRIPT_FOLDERS = frozenset({"scripts", "script", "bin", "ci", ".ci", "tools", "hack", "build-tools"})
MAKEFILES = frozenset({"makefile", "gnumakefile"})


def protected(touches: Sequence[Touch], task: Task) -> Found:
    """A rejection for each protected thing that changes, and whether it softens where an error names the file."""
    commands = _all_commands(touches, task)
    words = {word for command in commands for word in _words(command)}
    found: Found = []
    for touch in touches:
        for path in dict.fromkeys((touch.path, touch.old_path)):
            found += _by_name(path)
        found += _by_content(touch, commands, words)
    return found


def _by_name(path: str) -> Found:
    folded = path.casefold()
    name = folded.rpartition("/")[2]
    if name == "prunella.toml":
        return [(_rejection("verify-command", path, "it changes what Prunella checks"), False)]
    if _like(folded, CI):
        return [(_rejection("ci", path, "it changes continuous integration"), True)]
    if _like(folded, HOOKS) or _like(name, HOOKS):
        return [(_rejection("git-hook", path, "it changes git hooks"), False)]
    if name in LOCKFILES:
        return [(_rejection("lockfile", path, "it changes a lockfile, which only the package manager writes"), True)]
    return []


def _by_content(touch: Touch, commands: Sequence[str], words: set[str]) -> Found:
    name = touch.path.casefold().rpartition("/")[2]
    if name == "package.json":
        return _scripts_changed(touch, commands)
    if name in MAKEFILES and words & {"make", "gmake"}:
        return _targets_changed(touch, words)
    if name == "pyproject.toml" and _section(touch.before) != _section(touch.after):
        return [(_rejection("verify-command", touch.path, "it changes what Prunella checks"), False)]
    if any(runner in words and name in files for runner, files in RUNNERS.items()):
        return [(_rejection("verify-command", touch.path, "it changes what the verify command runs"), True)]
    return _script_changed(touch, commands)


def _script_changed(touch: Touch, commands: Sequence[str]) -> Found:
    if touch.before is None:
        return []
    path = touch.old_path
    if any(_runs(command, path) for command in commands):
        return [(_rejection("verify-command", touch.path, "it changes a script that the verify command runs"), True)]
    if path.endswith((".sh", ".bash")) and SCRIPT_FOLDERS.intersection(path.casefold().split("/")[:-1]):
        # Which scripts a script of package.json runs cannot be seen when package.json is not part of the fix.
        reason = "it changes a script that a check may run"
        return [(Finding("build-script", touch.path, 0, reason, Judgement.SUSPICIOUS), False)]
    return []


def _all_commands(touches: Sequence[Touch], task: Task) -> list[str]:
    """The checks' commands, and those of the scripts that they run, as far as the fix's own files tell."""
    commands = [check.command for check in task.checks]
    for touch in touches:
        if touch.path.casefold().rpartition("/")[2] == "package.json":
            scripts = _scripts(touch.before)
            commands += [scripts[name] for name in _reached(scripts, commands)]
    return commands


def _words(command: str) -> list[str]:
    return [word.strip("\"'") for word in re.split(r"[\s;&|()]+", command) if word]


def _scripts_changed(touch: Touch, commands: Sequence[str]) -> Found:
    before, after = _scripts(touch.before), _scripts(touch.after)
    names = sorted(name for name in _reached(before | after, commands) if before.get(name) != after.get(name))
    # A package that is new, or had no scripts of this name, cannot have been what was checked.
    names = [
        name for name in names if touch.before is not None and (name in before or name.startswith(("pre", "post")))
    ]
    if not names:
        return []
    return [(_rejection("verify-command", touch.path, f'it changes the script "{names[0]}", which is a check'), True)]


def _scripts(lines: Sequence[str] | None) -> dict[str, str]:
    """The scripts of a package.json; when it is broken, whatever looks like one."""
    text = "\n".join(lines or ())
    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return dict(re.findall(r'"([\w:.-]+)"\s*:\s*"((?:\\.|[^"\\\n])*)"', text))
    scripts = package.get("scripts") if isinstance(package, dict) else None
    return (
        {str(key): value for key, value in scripts.items() if isinstance(value, str)}
        if isinstance(scripts, dict)
        else {}
    )


def _reached(scripts: dict[str, str], commands: Iterable[str]) -> set[str]:
    """The scripts that commands run, directly or through others."""
    reached: set[str] = set()
    waiting = list(commands)
    while waiting:
        command = waiting.pop()
        if not SCRIPT_RUNNERS.search(command):
            continue
        words = set(_words(command)) | ({"test"} if re.search(r"\b(npm|pnpm|yarn) t\b", command) else set())
        named = {name for name in scripts if name in words}
        named |= {f"{hook}{name}" for name in named for hook in ("pre", "post") if f"{hook}{name}" in scripts}
        waiting += [scripts[name] for name in named - reached]
        reached |= named
    return reached


def _targets_changed(touch: Touch, words: set[str]) -> Found:
    before, after = targets_reached(touch.before or (), words), targets_reached(touch.after or (), words)
    if before != after:
        return [(_rejection("verify-command", touch.path, "it changes a target that is a check"), True)]
    finding = Finding("makefile", touch.path, 0, "it changes the makefile of a check", Judgement.SUSPICIOUS)
    return [(finding, True)]


def _section(lines: Sequence[str] | None) -> list[str]:
    """The lines of ``[tool.prunella]`` and the tables below it."""
    inside = False
    section: list[str] = []
    for line in lines or ():
        header = re.match(r"\s*\[+\s*([^\]]*)\]", line)
        if header:
            inside = bool(re.match(r"""tool\s*\.\s*["']?prunella\b""", header[1]))
        if inside and line.strip():
            section.append(line.strip())
    return section


def _runs(command: str, path: str) -> bool:
    """Whether a command runs a file as a script. What an interpreter is given (``python app.py``) is the program that
    is repaired, unless it lies among the repository's tools."""
    words = _words(command)
    for index, word in enumerate(words):
        if word.removeprefix("./") != path:
            continue
        shell = index > 0 and words[index - 1] in SHELLS
        if shell or word.startswith("./") or path.endswith((".sh", ".bash")):
            return True
        if SCRIPT_FOLDERS.intersection(path.casefold().split("/")[:-1]):
            return True
    return False


def _like(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _rejection(rule: str, path: str, reason: str) -> Finding:
    return Finding(rule, path, 0, reason, Judgement.REJECT)
