"""Python: pytest when there are tests for it, in the environment that the repository uses."""

from __future__ import annotations

import fnmatch

from prunella.config.looks import Found, Look
from prunella.domain import Check

PROJECT = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "tox.ini", "pytest.ini", "Pipfile")
RUNNERS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
ENVIRONMENTS = (".venv/bin/python", "venv/bin/python")
CONFIGURED = (
    ("pytest.ini", ""),
    (".pytest.ini", ""),
    ("conftest.py", ""),
    ("pyproject.toml", "[tool.pytest"),
    ("tox.ini", "[pytest]"),
    ("setup.cfg", "[tool:pytest]"),
)
"""Files that configure pytest, with the section that must be in them."""


def python(look: Look) -> list[Found]:
    """The tests."""
    reason = _pytest(look)
    if reason:
        command, environment = _in_environment(look, "pytest")
        return [Found(Check("test", command), f"{reason}{environment}")]
    if look.has("manage.py"):
        command, environment = _in_environment(look, "manage.py")
        return [Found(Check("test", f"{command} test"), f"manage.py of Django{environment}")]
    return []


def _pytest(look: Look) -> str:
    """What says that there are tests for pytest."""
    for name, section in CONFIGURED:
        if look.has(name) and section in look.text(name):
            return f"{section.strip('[]')} in {name}" if section else name
    if not look.has(*PROJECT) and not any(name.endswith(".py") for name in look.names):
        return ""
    if look.has("manage.py"):
        return ""
    for path in look.walk(3):
        name = path.rpartition("/")[2]
        if fnmatch.fnmatchcase(name, "test_*.py") or fnmatch.fnmatchcase(name, "*_test.py"):
            return f"tests like {path}"
    return ""


def _in_environment(look: Look, what: str) -> tuple[str, str]:
    """The command, and where it is run. A lockfile's own tool comes first if it is installed: it knows best."""
    module = "-m pytest" if what == "pytest" else what
    lockfile = look.has(*RUNNERS)
    runner = RUNNERS.get(lockfile, "")
    through = f"{runner} run {'pytest' if what == 'pytest' else f'python {what}'}"
    if runner and look.installed(runner):
        return through, f", {lockfile}"
    for interpreter in ENVIRONMENTS:
        if look.runnable(interpreter):
            return f"{interpreter} {module}", f", {interpreter}"
    if runner:
        return through, f", {lockfile}"
    return f"python3 {module}", ""
