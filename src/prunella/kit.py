"""Everything the loop needs, in one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

from prunella.changes import Tuning
from prunella.domain import Base, Check
from prunella.ports import Ledger, Memory, Provider, Reporter, Sandbox, Step, Store, Toolchain, Workspace
from prunella.secrets.redact import Redactor

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything the loop needs, chosen in ``app.py``. ``providers`` is keyed by the rung's name; ``logs`` is the
    folder for the output of checks; ``now`` is Unix time; ``ready`` raises ConfigError when the ladder cannot be
    climbed (no key, no price), which is asked only when the checks are red; ``toolchain`` None = without rung 0;
    ``rerun``: tests that fail are run once more first; ``base`` verifies the commit to compare with, if any;
    ``tuning`` is how the guard was set; ``redactor`` knows the task's secrets."""

    workspace: Workspace
    sandbox: Sandbox
    providers: Mapping[str, Provider]
    ledger: Ledger
    store: Store
    reporter: Reporter
    step: Step
    logs: Path
    now: Callable[[], float]
    ready: Callable[[], None]
    toolchain: Toolchain | None = None
    rerun: bool = False
    base: Callable[[tuple[Check, ...]], Base | None] | None = None
    memory: Memory | None = None
    tuning: Tuning = Tuning()  # noqa: RUF009 - a frozen value
    redactor: Redactor = field(default_factory=Redactor)


def plain_step(_name: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """A step without durability."""
    return function(*args, **kwargs)
