"""Which versions of Node, Python, Rust, Go and Java the repository declares, against those that are installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from prunella.triage.seen import Level, Seen, said, table, text
from prunella.triage.versions import numbers, satisfies

Ask = Callable[[list[str]], str | None]
"""What a tool prints when it is asked for its version; None when it is not there."""


class Wanted(NamedTuple):
    """A declared version: of what, the range, and the file that says so."""

    tool: str
    range: str
    file: str


COMMANDS = {
    "node": ["node", "--version"],
    "python": ["python3", "--version"],
    "rust": ["rustc", "--version"],
    "go": ["go", "version"],
    "java": ["javac", "-version"],
}
REMEDIES = {
    "node": "Switch to it (nvm use, fnm use, volta), then install the packages again.",
    "python": "Use a Python of that version (pyenv, uv python install) and make the environment anew.",
    "rust": "`rustup toolchain install` with that version.",
    "go": "Install that Go (https://go.dev/dl), or allow toolchains: GOTOOLCHAIN=auto.",
    "java": "Install that JDK and point JAVA_HOME at it.",
}


def look(folder: Path, ask: Ask) -> Iterator[Seen]:
    """Each declared runtime with what is installed."""
    for wanted in declared(folder):
        version = _version(folder, wanted.tool, ask)
        says = f"{wanted.file} asks for {wanted.range}"
        if version is None:
            yield Seen(wanted.tool, Level.FAIL, f"not found; {says}", REMEDIES[wanted.tool])
            continue
        have = ".".join(map(str, version))
        if satisfies(version, wanted.range):
            yield Seen(wanted.tool, Level.OK, f"{have}, {says}")
        else:
            # A pinned version is what the team uses; a range is what works.
            level = Level.WARN if wanted.file.startswith(".") else Level.FAIL
            yield Seen(wanted.tool, level, f"{have} is installed, but {says}", REMEDIES[wanted.tool])


def declared(folder: Path) -> Iterator[Wanted]:
    """What the files in ``folder`` declare, the binding one first for each tool."""
    yield from _node(folder)
    project = text(folder / "pyproject.toml")
    python = re.search(r"(?m)^requires-python\s*=\s*[\"']([^\"'\n]{1,100})[\"']", project)
    pinned = text(folder / ".python-version").strip().split("\n")[0][:40]
    if python:
        yield Wanted("python", python[1], "pyproject.toml")
    elif numbers(pinned):
        yield Wanted("python", pinned, ".python-version")
    channel = text(folder / "rust-toolchain") or text(folder / "rust-toolchain.toml")
    pin = re.search(r"(?m)^(?:channel\s*=\s*[\"'])?([0-9]+\.[0-9]+(?:\.[0-9]+)?)\b", channel)
    least = re.search(r"(?m)^rust-version\s*=\s*[\"']([0-9.]{1,20})[\"']", text(folder / "Cargo.toml"))
    if pin:
        yield Wanted("rust", f">={pin[1]}", "rust-toolchain")
    elif least:
        yield Wanted("rust", f">={least[1]}", "Cargo.toml")
    go = re.search(r"(?m)^go\s+([0-9.]{1,20})", text(folder / "go.mod"))
    if go:
        yield Wanted("go", f">={go[1]}", "go.mod")
    yield from _java(folder)


def _node(folder: Path) -> Iterator[Wanted]:
    package = table(folder / "package.json")
    engines, volta = said(package, "engines", "node"), said(package, "volta", "node")
    if engines:
        yield Wanted("node", engines, "package.json")
        return
    for name in (".nvmrc", ".node-version"):
        pinned = text(folder / name).strip().split("\n")[0].strip().removeprefix("v")[:40]
        if pinned and numbers(pinned):
            yield Wanted("node", pinned, name)
            return
    if volta:
        yield Wanted("node", str(volta).partition(".")[0], ".volta in package.json")


def _java(folder: Path) -> Iterator[Wanted]:
    shapes = (
        ("pom.xml", r"<(?:maven\.compiler\.(?:release|source|target)|java\.version)>\s*(?:1\.)?([0-9]{1,2})\s*<"),
        ("build.gradle", r"languageVersion\s*(?:=|\.set\()\s*JavaLanguageVersion\.of\(([0-9]{1,2})\)"),
        ("build.gradle.kts", r"languageVersion\s*(?:=|\.set\()\s*JavaLanguageVersion\.of\(([0-9]{1,2})\)"),
        ("build.gradle", r"sourceCompatibility\s*=\s*[\"']?(?:JavaVersion\.VERSION_|1\.)?([0-9]{1,2})"),
    )
    for name, shape in shapes:
        found = re.search(shape, text(folder / name))
        if found:
            yield Wanted("java", f">={found[1]}", name)
            return


def _version(folder: Path, tool: str, ask: Ask) -> tuple[int, ...] | None:
    """The installed version; for Python that of the project's environment, if it has one."""
    if tool == "python":
        for name in (".venv", "venv"):
            made = re.search(r"(?m)^version(?:_info)?\s*=\s*([0-9.]+)", text(folder / name / "pyvenv.cfg"))
            if made:
                return numbers(made[1])
    answer = ask(COMMANDS[tool])
    found = numbers(answer.removeprefix("go version go") if answer else "")
    if tool == "java" and found[:1] == (1,):
        found = found[1:]
    return found or None
