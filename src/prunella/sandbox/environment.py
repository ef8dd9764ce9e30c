"""What a check sees of the user's environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

SECRET_NAMES = frozenset({"GITHUB_TOKEN"})
SECRET_PREFIXES = ("ANTHROPIC_", "OPENAI_", "JIRA_", "PRUNELLA_")
ALWAYS = {"PYTHONDONTWRITEBYTECODE": "1"}
"""Files are exchanged between two runs of a check, faster than the whole seconds by which Python tells whether its
bytecode is that of a source file. Bytecode that a check wrote would be taken for that of other content, there and in
the user's own runs afterwards."""


def check_environment(
    environ: Mapping[str, str], also: Collection[str] = (), root: Path | None = None
) -> dict[str, str]:
    """The environment of a check: the user's, without what is Prunella's own and without the variables ``also``.

    A check runs code that a model wrote, so the keys that pay for models and the tokens that speak for the user stay
    out of its reach. Everything else is kept, because a build that passes in the user's shell must pass here.

    Args:
        environ: of Prunella's process.
        also: more variables that the check must not see.
        root: of the repository. When given, the virtual environment that Prunella runs in is taken out of ``PATH``
            and ``VIRTUAL_ENV``, unless it is the repository's: inside of it, or called after it.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name not in SECRET_NAMES and name not in also and not name.startswith(SECRET_PREFIXES)
    }
    if root is not None and sys.prefix != sys.base_prefix and not _belongs(Path(sys.prefix), root):
        _leave(kept, Path(sys.prefix))
    return {**kept, **ALWAYS}


def _belongs(venv: Path, root: Path) -> bool:
    """Whether a virtual environment is that of the repository. Those outside of it are named after their project, with
    or without a hash (pipenv, poetry, virtualenvwrapper)."""
    if _real(venv).is_relative_to(_real(root)) or venv.is_relative_to(root):
        return True
    name, project = (word.casefold().replace("_", "-") for word in (venv.name, _real(root).name))
    return bool(project) and (name == project or name.startswith(f"{project}-"))


def _leave(environment: dict[str, str], venv: Path) -> None:
    programs = {_real(venv / folder) for folder in ("bin", "Scripts")}
    if "PATH" in environment:
        folders = environment["PATH"].split(os.pathsep)
        environment["PATH"] = os.pathsep.join(f for f in folders if not f or _real(Path(f)) not in programs)
    if environment.get("VIRTUAL_ENV") and _real(Path(environment["VIRTUAL_ENV"])) == _real(venv):
        del environment["VIRTUAL_ENV"]
        environment.pop("VIRTUAL_ENV_PROMPT", None)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
