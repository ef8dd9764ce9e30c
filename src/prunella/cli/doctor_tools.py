"""The doctor's findings about this machine and this checkout: git, tools, folders, certificates. Changes nothing."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from prunella.cli.findings import Finding, State
from prunella.cli.first_word import first_word
from prunella.config.detect_node import LOCKFILES
from prunella.config.gitfacts import ignored, tracked
from prunella.config.load import ENV_FILE
from prunella.config.looks import Look, which
from prunella.config.settings import Settings
from prunella.config.values import plain
from prunella.domain import Check
from prunella.errors import GitError, RepositoryError

OLDEST_PYTHON = (3, 11)
OLDEST_GIT = (2, 30)
SPACE_WARN = 1 << 30
SPACE_FAIL = 100 << 20
INSTALL = {
    "npm": "Install Node.js with npm (https://nodejs.org).",
    "npx": "Install Node.js with npm (https://nodejs.org).",
    "node": "Install Node.js (https://nodejs.org).",
    "pnpm": "Install pnpm: `npm install -g pnpm`, or `corepack enable`.",
    "yarn": "Install yarn: `npm install -g yarn`, or `corepack enable`.",
    "bun": "Install bun (https://bun.sh).",
    "uv": "Install uv (https://docs.astral.sh/uv/).",
    "poetry": "Install Poetry (https://python-poetry.org).",
    "cargo": "Install Rust (https://rustup.rs).",
    "go": "Install Go (https://go.dev).",
    "mvn": "Install Maven, or add its wrapper to the repository.",
    "gradle": "Install Gradle, or add its wrapper to the repository.",
    "dotnet": "Install the .NET SDK (https://dotnet.microsoft.com).",
    "make": "Install make.",
}


def python() -> Finding:
    """The interpreter that runs Prunella."""
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", State.FAIL, f"{version} is too old", "Install Prunella with Python 3.11 or later.")
    return Finding("python", State.OK, version)


def git(environ: Mapping[str, str]) -> Finding:
    """git itself."""
    said = output(["git", "--version"], environ)
    if said is None:
        return Finding("git", State.FAIL, "git is not found", "Install git.")
    numbers = "".join(char if char.isdigit() else " " for char in said).split()
    if [int(number) for number in numbers[:2]] < list(OLDEST_GIT):
        oldest = ".".join(map(str, OLDEST_GIT))
        return Finding(
            "git", State.WARN, f"{plain(said, 80)} is older than {oldest}", f"Install git {oldest} or later."
        )
    return Finding("git", State.OK, plain(said, 80))


def repository(root: Path) -> Finding:
    """The checkout and its state."""
    from prunella.workspace.git import Git
    from prunella.workspace.repository import commit_problem, locate

    try:
        here = locate(root)
        changed = [line for line in Git(here.root).run("status", "--porcelain", "-z").split(b"\0") if line]
    except (RepositoryError, GitError) as error:
        return Finding("repository", State.FAIL, plain(error.message), error.remedy)
    problem = commit_problem(here, "")
    where = f"{here.root}, {here.branch.removeprefix('refs/heads/') or 'on no branch'}"
    if problem:
        detail = f"{where}: a fix could not be committed: {problem}"
        return Finding("repository", State.WARN, plain(detail), "Until then: `prunella heal --no-commit`.")
    count = f"{len(changed)} uncommitted change{'s' if len(changed) > 1 else ''}"
    also = f", {count} (what is yours stays yours, and uncommitted)" if changed else ", clean"
    return Finding("repository", State.OK, plain(where + also))


def env_file(root: Path, settings: Settings) -> Finding:
    """Whether the keys in ``.env`` are safe there."""
    path = root / ENV_FILE
    holds_key = any(
        settings.origins[name].startswith(f"{ENV_FILE}:") for name in ("anthropic.api_key", "openai.api_key")
    )
    if not holds_key:
        return Finding(ENV_FILE, State.OK, "")
    if tracked(root, ENV_FILE):
        remedy = f"`git rm --cached {ENV_FILE}`, add it to .gitignore, and have a new key made."
        return Finding(ENV_FILE, State.FAIL, "it holds a key and is tracked by git: the key is published", remedy)
    if ignored(root, ENV_FILE) is False:
        remedy = f"Add {ENV_FILE} to .gitignore, or run `prunella init`."
        return Finding(ENV_FILE, State.WARN, "it holds a key and is not ignored by git", remedy)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding(
            ENV_FILE,
            State.WARN,
            "other users of this machine can read the key in it",
            f"`chmod 600 {shlex.quote(str(path))}`",
        )
    return Finding(ENV_FILE, State.OK, "holds a key, and is neither in git nor readable by others")


def check(root: Path, item: Check, reason: str, environ: Mapping[str, str]) -> Finding:
    """A check's command, and whether the program it begins with is there."""
    name = plain(f"check {item.name}", 80)
    shown = plain(f"{item.command}  ({reason})", 300)
    folder = root / item.folder
    if not folder.is_dir():
        return Finding(name, State.FAIL, f"{shown}: there is no folder {item.folder}/", "Mend `folder` in [[check]].")
    word = first_word(item.command)
    there = not word or (Look(folder).runnable(word) if "/" in word else bool(which(word, environ.get("PATH", ""))))
    if not there:
        remedy = INSTALL.get(word, f"Install {plain(word, 80)}, or mend the command.")
        if word.endswith("/bin/python"):
            remedy = f"Make the environment (`python3 -m venv {word.removesuffix('/bin/python')}`) and install into it."
        return Finding(name, State.FAIL, f"{shown}: {plain(word, 80)} is not found", remedy)
    if f"{word} -m pytest" == " ".join(item.command.split()[:3]) and not _has_pytest(folder, word, environ):
        remedy = f"`{word} -m pip install pytest`, or name another command in [[check]]."
        return Finding(name, State.FAIL, f"{shown}: {word} has no pytest", remedy)
    return Finding(name, State.OK, shown)


def _has_pytest(folder: Path, interpreter: str, environ: Mapping[str, str]) -> bool:
    program = str(folder / interpreter) if "/" in interpreter else interpreter
    return output([program, "-c", "import pytest"], environ) is not None


def project(root: Path, folders: Iterable[str], environ: Mapping[str, str]) -> list[Finding]:
    """Node and its packages, where a package.json is."""
    findings = []
    places = [folder for folder in sorted(folders) if (root / folder / "package.json").is_file()]
    if places:
        findings += [_version(tool, environ) for tool in ("node", "npm")]
    for folder in places:
        look = Look(root / folder)
        text = look.text("package.json")
        wanted = '"dependencies"' in text or '"devDependencies"' in text
        if wanted and not look.has("node_modules", ".pnp.cjs", ".pnp.js"):
            lockfile = look.has(*LOCKFILES)
            command = "npm ci" if LOCKFILES.get(lockfile) == "npm" else f"{LOCKFILES.get(lockfile, 'npm')} install"
            where = f"{plain(folder, 80)}/" if folder else "this folder"
            detail = f"the packages of package.json are not installed in {where}"
            findings.append(Finding("node_modules", State.WARN, detail, f"`{command}`"))
    return findings


def _version(tool: str, environ: Mapping[str, str]) -> Finding:
    said = output([tool, "--version"], environ)
    if said is None:
        return Finding(tool, State.FAIL, f"{tool} is not found, and there is a package.json", INSTALL[tool])
    return Finding(tool, State.OK, plain(said, 80))


def output(command: list[str], environ: Mapping[str, str]) -> str | None:
    """What a tool prints; None when it is not there or fails. Not run in the repository, whose files could steer it."""
    program = command[0] if "/" in command[0] else which(command[0], environ.get("PATH", ""))
    if not program:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            cwd="/",
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def home(folder: Path) -> Finding:
    """Where the record and the logs go: writable, with room. Nothing is made."""
    remedy = "Set PRUNELLA_HOME to another folder."
    nearest = folder
    while not os.path.lexists(nearest) and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return Finding("home", State.FAIL, f"{folder} cannot be written to (see {nearest})", remedy)
    system = os.statvfs(nearest)
    free = system.f_bavail * system.f_frsize
    detail = f"{folder}, {free / (1 << 30):.1f} GB free"
    if free < SPACE_WARN:
        return Finding("home", State.FAIL if free < SPACE_FAIL else State.WARN, detail, f"Make room, or: {remedy}")
    return Finding("home", State.OK, detail)


def certificates(environ: Mapping[str, str]) -> Finding:
    """The certificate authorities that https needs."""
    import ssl

    for variable, exists in (("SSL_CERT_FILE", os.path.isfile), ("SSL_CERT_DIR", os.path.isdir)):
        stated = environ.get(variable, "")
        if stated and not exists(stated):
            return Finding("certificates", State.FAIL, f"{variable} names nothing that exists", f"Mend {variable}.")
    paths = ssl.get_default_verify_paths()
    places = [environ.get("SSL_CERT_FILE") or paths.cafile, environ.get("SSL_CERT_DIR") or paths.capath]
    found = next((place for place in places if place and _has_content(place)), "")
    if not found:
        remedy = "Install the system's certificates (Debian: apt-get install ca-certificates), or set SSL_CERT_FILE."
        return Finding("certificates", State.FAIL, "no certificate authorities are found, so https cannot work", remedy)
    return Finding("certificates", State.OK, found)


def _has_content(place: str) -> bool:
    path = Path(place)
    try:
        return any(path.iterdir()) if path.is_dir() else path.stat().st_size > 0
    except OSError:
        return False
