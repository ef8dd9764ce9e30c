"""Which checks a repository has, when nobody says: from the files that its tools read. Nothing is run or imported.

Build and type checks come first, tests after them. A check is proposed only for what the repository itself declares (a
script, a target, a test folder), so that a wrong guess does not send a healthy repository to a model.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from prunella.config.detect_node import node
from prunella.config.detect_python import python
from prunella.config.looks import Found, Look
from prunella.config.values import plain
from prunella.domain import Check
from prunella.errors import ConfigError


def detect(
    root: Path, *, folder: str = "", timeout_s: float = 600.0, search_path: str | None = None
) -> tuple[Check, ...]:
    """The checks of the project that ``folder`` below ``root`` belongs to: its own, else those of a folder above it.

    Raises:
        ConfigError: nothing was found; the remedy says what to type.
    """
    items = nearest(root, folder=folder, timeout_s=timeout_s, search_path=search_path)
    if items:
        return tuple(item.check for item in items)
    below = _projects_below(root)
    also = f" There are projects in {', '.join(below)}: run it there, or say `folder` in [[check]]." if below else ""
    raise ConfigError(
        f"No check was found in this repository (no build or test script, no tests, no make target).{also}",
        remedy="Say which command must pass: `prunella heal -- your command`, or a [[check]] in prunella.toml "
        "(`prunella init` writes one).",
    )


def nearest(
    root: Path, *, folder: str = "", timeout_s: float = 600.0, search_path: str | None = None
) -> tuple[Found, ...]:
    """The same with their reasons; () when there is nothing to go by."""
    place = folder.strip("/")
    while True:
        items = found(root, folder=place, timeout_s=timeout_s, search_path=search_path)
        if items or not place:
            return items
        place = place.rpartition("/")[0]


def found(
    root: Path, *, folder: str = "", timeout_s: float = 600.0, search_path: str | None = None
) -> tuple[Found, ...]:
    """The checks of the project in just this folder, with their reasons, in the order to run them."""
    look = Look(root / folder, os.environ.get("PATH", "") if search_path is None else search_path)
    items = [(tool, item) for tool, detector in DETECTORS for item in detector(look)]
    if not items:
        items = [("make", item) for item in make(look)]
    items.sort(key=lambda item: item[1].check.name == "test")  # stable: builds first, in the detectors' order
    named = _unique(items)
    return tuple(
        Found(item.check._replace(timeout_s=timeout_s, folder=folder), plain(item.reason, 200)) for item in named
    )


def _unique(items: Iterable[tuple[str, Found]]) -> list[Found]:
    """Two tools may both have a build: the second is called after its tool."""
    taken: set[str] = set()
    named = []
    for tool, item in items:
        name = item.check.name if item.check.name not in taken else f"{item.check.name}-{tool}"
        taken.add(name)
        named.append(item._replace(check=item.check._replace(name=name)))
    return named


def _projects_below(root: Path) -> list[str]:
    below = []
    for name in sorted(Look(root).names):
        inside = root / name
        if not name.startswith(".") and name != "node_modules" and inside.is_dir() and found(root, folder=name):
            below.append(plain(name, 80))
    return below[:5]


def cargo(look: Look) -> list[Found]:
    """Rust."""
    if not look.has("Cargo.toml"):
        return []
    return [
        Found(Check("build", "cargo build --all-targets"), "Cargo.toml"),
        Found(Check("test", "cargo test"), "Cargo.toml"),
    ]


def go(look: Look) -> list[Found]:
    """Go."""
    if not look.has("go.mod"):
        return []
    return [Found(Check("build", "go build ./..."), "go.mod"), Found(Check("test", "go test ./..."), "go.mod")]


def maven(look: Look) -> list[Found]:
    """Java by Maven, by its wrapper when there is one."""
    if not look.has("pom.xml"):
        return []
    command, reason = _wrapper(look, "mvnw", "mvn")
    why = f"pom.xml{reason}"
    return [
        Found(Check("build", f"{command} -B test-compile"), why),
        Found(Check("test", f"{command} -B verify"), why),
    ]


def gradle(look: Look) -> list[Found]:
    """Java and Kotlin by Gradle, by its wrapper when there is one."""
    marker = look.has("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
    if not marker:
        return []
    command, reason = _wrapper(look, "gradlew", "gradle")
    why = f"{marker}{reason}"
    return [Found(Check("build", f"{command} assemble"), why), Found(Check("test", f"{command} check"), why)]


def _wrapper(look: Look, wrapper: str, otherwise: str) -> tuple[str, str]:
    if not look.has(wrapper):
        return otherwise, ""
    return (f"./{wrapper}" if look.runnable(wrapper) else f"sh ./{wrapper}"), f", {wrapper}"


def dotnet(look: Look) -> list[Found]:
    """.NET: the solution, or the project, in this folder."""
    suffixes = (".sln", ".slnx", ".csproj", ".fsproj", ".vbproj")
    project = next((name for suffix in suffixes for name in sorted(look.names) if name.endswith(suffix)), "")
    if not project:
        return []
    import shlex

    quoted = shlex.quote(project)
    items = [Found(Check("build", f"dotnet build {quoted}"), project)]
    if any("test" in path.rpartition("/")[2].lower() and path.endswith("proj") for path in look.walk(3)):
        items.append(Found(Check("test", f"dotnet test {quoted}"), f"{project}, and a test project"))
    return items


def make(look: Look) -> list[Found]:
    """make, for a repository that says nothing else: ``build`` (or ``all``), then ``check`` or ``test``."""
    name = look.has("GNUmakefile", "makefile", "Makefile")
    targets = _targets(look.text(name)) if name else set()
    items = []
    for names, check in ((("build", "all"), "build"), (("check", "test"), "test")):
        target = next((target for target in names if target in targets), "")
        if target:
            items.append(Found(Check(check, f"make {target}"), f"target {target} in {name}"))
    return items


def _targets(text: str) -> set[str]:
    lines = re.findall(r"^([A-Za-z][\w .%/-]*?)\s*::?(?![=:])", text, re.MULTILINE)
    return {target for line in lines for target in line.split()}


DETECTORS: tuple[tuple[str, Callable[[Look], list[Found]]], ...] = (
    ("node", node),
    ("python", python),
    ("cargo", cargo),
    ("go", go),
    ("maven", maven),
    ("gradle", gradle),
    ("dotnet", dotnet),
)
"""Every tool that is looked for; make only when none of these has anything to say."""
