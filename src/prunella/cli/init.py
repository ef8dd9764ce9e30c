"""``prunella init``: a commented ``prunella.toml``, ``.env.example``, and ``.env`` kept out of git."""

from __future__ import annotations

import os
from pathlib import Path

from prunella.config.detect import found
from prunella.config.files import read_text
from prunella.config.gitfacts import ignored, tracked
from prunella.config.load import ENV_FILE, FILE
from prunella.config.template import env_text, toml_text
from prunella.errors import ConfigError

EXAMPLE = ".env.example"
IGNORE = ".gitignore"


def run_init(root: Path, force: bool) -> list[str]:
    """Write the files that are missing (with ``force``, all of them) and say what was done, one line each.

    Raises:
        ConfigError: a file cannot be written.
    """
    said: list[str] = []
    if _has_project_table(root) and not force:
        said.append(f"pyproject.toml has a [tool.prunella] table, so {FILE} was not written (--force writes it)")
    elif not force and os.path.lexists(root / FILE):
        said.append(_left(FILE))
    else:
        checks = found(root)
        said.append(_write(root / FILE, toml_text(checks), force))
        said += [f"  check {item.check.name}: {item.check.command}  ({item.reason})" for item in checks]
        if not checks:
            said.append("  no check was found: write one into it, or use `prunella heal -- your command`")
    said.append(_write(root / EXAMPLE, env_text(), force))
    said += _keep_out_of_git(root)
    said.append("next: `install -m 600 .env.example .env`, put your keys in, and run `prunella doctor`")
    written = [name for name in (FILE, EXAMPLE, IGNORE) if any(_is_new(line, name) for line in said)]
    if written:
        said.append(f"then commit what is new: `git add {' '.join(written)}`, `git commit -m 'Set up Prunella'`")
    return said


def _is_new(line: str, name: str) -> bool:
    return line in (f"wrote {name}", f"overwrote {name}") or (line.startswith("added ") and f" to {name}" in line)


def _has_project_table(root: Path) -> bool:
    try:
        return "[tool.prunella" in (read_text(root / "pyproject.toml", "pyproject.toml") or "")
    except ConfigError:
        return False


def _left(name: str) -> str:
    return f"{name} is there already and was left as it is (--force overwrites it)"


def _write(path: Path, text: str, force: bool) -> str:
    """Write a new file; one that is there is replaced whole, and only with ``force``."""
    there = os.path.lexists(path)
    if there and not force:
        return _left(path.name)
    target = path.with_name(f".{path.name}.{os.getpid()}.new") if there else path
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:  # "x": not through a link, not over a file
            file.write(text)
        if there:
            target.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.", remedy="Mend that first.") from error
    return f"{'overwrote' if there else 'wrote'} {path.name}"


def _keep_out_of_git(root: Path) -> list[str]:
    if tracked(root, ENV_FILE):
        return [f"{ENV_FILE} is tracked by git, so a key in it would be published: `git rm --cached {ENV_FILE}`"]
    if ignored(root, ENV_FILE) is not False:
        return []  # ignored already, or no git here
    path = root / IGNORE
    if path.is_symlink():
        return [f"{ENV_FILE} is not ignored by git, and {IGNORE} is a symbolic link: add {ENV_FILE} to it by hand"]
    try:
        before = path.read_bytes() if path.exists() else b""
        newline = b"\r\n" if b"\r\n" in before else b"\n"
        gap = newline if before and not before.endswith(b"\n") else b""
        with path.open("ab") as file:
            file.write(gap + ENV_FILE.encode() + newline)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.", remedy="Mend that first.") from error
    if not ignored(root, ENV_FILE):
        return [f"added {ENV_FILE} to {IGNORE}, but another rule still lets it into git: mend {IGNORE} by hand"]
    return [f"added {ENV_FILE} to {IGNORE}, so that keys are never committed"]
