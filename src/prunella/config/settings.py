"""The settings as values, each with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from prunella.changes import Tuning
from prunella.config.option import Option
from prunella.domain import Check


def masked(values: NamedTuple) -> str:
    """What a value shows of itself: everything but its keys."""
    shown = ", ".join(f"{name}={value!r}" for name, value in values._asdict().items() if not name.endswith("key"))
    return f"{type(values).__name__}({shown})"


class SandboxSettings(NamedTuple):
    """``[sandbox]``; sizes in MB (10^6 bytes), None = not said."""

    level: str = "auto"
    network: str = "asked"
    environment: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    memory_mb: int | None = None
    processes: int = 2_000
    file_mb: int = 8_000
    disk_mb: int = 20_000


class SecretsSettings(NamedTuple):
    """``[secrets]``: globs of files that are never read, and texts that are no secrets."""

    deny: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


class RungSettings(NamedTuple):
    """One ``[[ladder]]`` table; "" and None = not said. ``key`` is what ``key_env`` names, "" when it is not set."""

    provider: str
    model: str = ""
    name: str = ""
    display: str = ""
    history: str = ""
    effort: str = ""
    thinking: str = "adaptive"
    max_output_tokens: int = 16_000
    max_turns: int = 8
    budget_usd: float | None = None
    edit_form: str = "native"
    stream: bool = True
    base_url: str = ""
    key_env: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return masked(self)


class Price(NamedTuple):
    """A model's stated price in USD per million tokens. ``trusted``: the user states it, not the repository."""

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None
    trusted: bool = True


class Settings(NamedTuple):
    """The effective configuration.

    Attributes:
        checks: as configured; () = to be detected.
        ladder: the ``[[ladder]]`` tables; () = the default ladder.
        budget_task_usd: per task; ``budget_attempt_usd``: per attempt, None = only the task's binds.
        timeout: seconds, for checks that state none.
        home, log_file, database: full paths; they need not exist yet.
        origins: by option name, where its value came from: ``prunella.toml:3``, ``.env:1``, ``environment``,
            ``--budget``, ``default``.
        notices: what a person should know, one line each.
    """

    root: Path
    checks: tuple[Check, ...]
    ladder: tuple[RungSettings, ...]
    prices: Mapping[str, Price]
    max_attempts: int
    escalate_at: int
    timeout: float
    commit: bool
    branch: str
    budget_task_usd: float
    budget_attempt_usd: float | None
    context_tokens: int
    toolchain: bool
    flaky_rerun: bool
    baseline: str
    anthropic_model: str
    openai_model: str
    anthropic_api_key: str
    openai_api_key: str
    anthropic_base_url: str
    openai_base_url: str
    home: Path
    log_file: Path
    database: Path
    origins: Mapping[str, str]
    notices: tuple[str, ...] = ()
    guard: Tuning = Tuning()
    sandbox: SandboxSettings = SandboxSettings()
    secrets: SecretsSettings = SecretsSettings()
    budget_repository_day_usd: float | None = None
    budget_organisation_day_usd: float | None = None

    def value(self, option: Option) -> object:
        """The value of an option with one value."""
        table, _, name = option.name.partition(".")
        inner = getattr(self, table, None) if name else None
        return getattr(inner, name) if isinstance(inner, tuple) else getattr(self, option.field)

    def __repr__(self) -> str:
        return masked(self)
