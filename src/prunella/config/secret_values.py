"""The secrets that a task knows beforehand: our own keys, the environment's and those of the repository's env files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from prunella.secrets.redact import Redactor

if TYPE_CHECKING:
    from prunella.config.settings import Settings

T = TypeVar("T")
SHORTEST_KEY = 8
"""Characters; what is shorter is a word that stands in for a key of a server that asks for none."""

NOT_REAL = (".example", ".sample", ".template", ".dist", ".defaults")


def redactor_for(settings: Settings, environment: Mapping[str, str]) -> Redactor:
    """A task's redactor. The values are looked up when its first text comes."""

    def known() -> Iterator[tuple[str, str]]:
        keys = [rung.key for rung in settings.ladder]
        ours = (settings.anthropic_api_key, settings.openai_api_key, *keys)
        yield from (("provider-key", key) for key in ours if len(key) >= SHORTEST_KEY)
        yield from of_process(settings.root, environment)

    return Redactor(known, allow=settings.secrets.allow, deny=settings.secrets.deny)


def of_process(root: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What variables named like secrets hold, in the environment and in env files in the root and its folders."""
    from prunella.secrets.known import from_environment

    yield from from_environment(environment)
    for file in (*root.glob(".env*"), *root.glob("*/.env*")):
        if not file.name.endswith(NOT_REAL):
            yield from from_environment(_values(file))


def _values(file: Path) -> dict[str, str]:
    """As a shell would read most of them; what it would not read is no variable."""
    try:
        text = file.read_text("utf-8", "replace") if file.is_file() else ""
    except OSError:
        return {}
    values: dict[str, str] = {}
    for line in text.split("\n"):
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and not name.lstrip().startswith("#"):
            values[name.strip()] = value.strip().strip("\"'")
    return values


def redacted(value: T, environment: Mapping[str, str]) -> T:
    """What goes to a terminal or into a file outside of any task, without its secrets."""
    return Redactor(lambda: of_process(Path(), environment)).value(value)
