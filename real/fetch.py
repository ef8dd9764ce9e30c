"""Gets projects as an ordinary user would, and sets each up as a git checkout whose checks pass."""

from __future__ import annotations

import os
import subprocess
import tarfile
import venv
from collections.abc import Mapping
from pathlib import Path

WORK = Path(__file__).resolve().parent / ".work"
QUIET_NPM = {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}
_IGNORE = "node_modules/\n__pycache__/\n.pytest_cache/\n.mypy_cache/\n*.egg-info/\n"


class SetUpError(Exception):
    """A project could not be fetched or set up."""


def run(command: list[str], folder: Path, extra: Mapping[str, str] | None = None) -> str:
    """Run one set-up command; its stdout.

    Raises:
        SetUpError: it failed; the end of what it said is in the message.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **QUIET_NPM, "NEXT_TELEMETRY_DISABLED": "1", **(extra or {})}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise SetUpError(f"{command[0]} cannot be started: {error}") from error
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise SetUpError(f"`{' '.join(command)}` failed:\n{said}")
    return done.stdout


def created(folder: Path, creator: str, *options: str) -> None:
    """A new app from a create tool: ``npm create CREATOR folder -- options``."""
    run(["npm", "create", "--yes", creator, folder.name, "--", *options], folder.parent)
    if not (folder / "node_modules").exists():
        run(["npm", "install"], folder)


def npm_package(folder: Path, package: str, *tools: str) -> None:
    """The sources that a published package ships, with development tools installed beside them."""
    packed = run(["npm", "pack", "--silent", package], folder.parent).strip().splitlines()[-1]
    _unpack(folder.parent / packed, folder)
    run(["npm", "pkg", "delete", "devDependencies"], folder)  # its repository's tools, which its package does not need
    run(["npm", "install", "--save-dev", "--ignore-scripts", *tools], folder)
    (folder / ".gitignore").write_text(_IGNORE)


def sdist(folder: Path, package: str, *tools: str) -> None:
    """A source distribution, installed in place in a virtual environment of its own, with its test tools."""
    programs = environment_of(folder) / "bin"
    if not programs.exists():
        venv.create(environment_of(folder), with_pip=True)
    pip = [str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    name = package.partition("==")[0]
    run([*pip, "download", "--no-deps", "--no-binary", name, "--dest", str(folder.parent), package], folder.parent)
    _unpack(next(folder.parent.glob(f"{name.replace('-', '_')}-*.tar.gz")), folder)
    run([*pip, "install", *tools], folder)
    run([*pip, "install", "--no-deps", "--editable", "."], folder)
    (folder / ".gitignore").write_text(_IGNORE)


def environment_of(folder: Path) -> Path:
    """Where a Python project's virtual environment is."""
    return folder.with_name(f"{folder.name}-venv")


def _unpack(archive: Path, folder: Path) -> None:
    """The one folder inside the archive becomes ``folder``."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder.with_name("unpacked"), filter="data")
    (inside,) = folder.with_name("unpacked").iterdir()
    inside.rename(folder)


def commit_all(folder: Path, message: str, tag: str) -> None:
    """Commit everything under a local identity, and tag it."""
    if not (folder / ".git").exists():
        run(["git", "init", "--quiet", "--initial-branch=main"], folder)
        run(["git", "config", "user.name", "A developer"], folder)
        run(["git", "config", "user.email", "developer@example.com"], folder)
    run(["git", "add", "--all"], folder)
    run(["git", "commit", "--quiet", "--no-verify", "--message", message], folder)
    run(["git", "tag", "--force", tag], folder)
