"""A look at a Python project's environment: is what it declares installed where the checks will look for it?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from prunella.triage.seen import Level, Seen, part, text

INSTALLS = {
    "uv.lock": "uv sync",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm install",
    "Pipfile.lock": "pipenv sync",
}


def look(folder: Path) -> Iterator[Seen]:
    """What the project's own environment lacks; nothing when it has none (the packages may be anywhere)."""
    names = declared(folder)
    have = installed(folder)
    if not names or have is None:
        return
    missing = tuple(name for name in names if name not in have)
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        detail = f"declared, but not installed in the environment: {', '.join(missing[:5])}{more}"
        yield Seen("python packages", Level.FAIL, detail, f"`{install(folder)}`")
    else:
        yield Seen("python packages", Level.OK, f"{len(names)} are installed")


def install(folder: Path) -> str:
    """The command that installs what is declared."""
    known = (command for name, command in INSTALLS.items() if (folder / name).is_file())
    last = "pip install -r requirements.txt" if (folder / "requirements.txt").is_file() else "pip install -e ."
    return next(known, last)


def declared(folder: Path) -> tuple[str, ...]:
    """Packages that are needed in any case, by their normalised names (PEP 503); those with a marker are left out."""
    try:
        project = tomllib.loads(text(folder / "pyproject.toml"))
    except (tomllib.TOMLDecodeError, RecursionError):
        project = {}
    listed = part(project, "project").get("dependencies")
    lines = [str(item) for item in listed] if isinstance(listed, list) else []
    lines += text(folder / "requirements.txt").split("\n")
    names = []
    for line in lines:
        match = re.match(
            r"\s*([A-Za-z0-9][\w.-]{0,100})\s*(?:\[[^\]]{0,200}\])?\s*(?:[<>=!~(@].*)?$", line.partition(" #")[0]
        )
        if match and ";" not in line:
            names.append(_normal(match[1]))
    return tuple(dict.fromkeys(names))


def installed(folder: Path) -> frozenset[str] | None:
    """What is in the project's virtual environment; None when it has none."""
    for name in (".venv", "venv"):
        places = list((folder / name).glob("lib/python3*/site-packages"))
        if places:
            entries = (entry.name for place in places for entry in place.iterdir())
            return frozenset(
                _normal(entry.split("-")[0]) for entry in entries if entry.endswith((".dist-info", ".egg-info"))
            )
    return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
