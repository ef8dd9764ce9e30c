"""The words of Prunella as frozen values; everything that crosses a wall between two rooms is one of these.

Paths are relative to the repository's root and use ``/``. Times are seconds, money is US dollars, moments are Unix
time. Nothing here does I/O or imports another module of the package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class ErrorClass(StrEnum):
    """The kind of problem a diagnostic describes; what statistics and context are keyed by."""

    MISSING_EXPORT = "missing_export"
    MISSING_IMPORT = "missing_import"
    TYPE_MISMATCH = "type_mismatch"
    MISSING_MEMBER = "missing_member"
    SYNTAX = "syntax"
    DEPENDENCY = "dependency"
    CONFIG = "config"
    TEST_FAILURE = "test_failure"
    LINT = "lint"
    ENVIRONMENT = "environment"
    FLAKY = "flaky"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How bad a diagnostic is, in the words of the Language Server Protocol."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Location(NamedTuple):
    """A secondary place that a diagnostic points at, with what the tool says about it."""

    file: str
    line: int = 0
    column: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem as a tool reported it.

    Attributes:
        file: path as far as it is inside the repository relative to its root; "" when the tool named none.
        line: 1-based; 0 when unknown.
        column: 1-based; 0 when unknown.
        code: the tool's own code (``TS2339``, ``F401``, ``attr-defined``); "" when it has none.
        message: the tool's words, one or more lines, without colour codes.
        source: the tool (``tsc``, ``pytest``, ``generic``).
        related: secondary locations of the same problem.
        end_line, end_column: where it ends, 1-based, as the tool prints it; 0 when it does not.
        read_from, read_to: the lines of the log it was read from, 1-based and inclusive; 0 = not known. They are no
            part of what it is: two diagnostics that differ in these alone are equal.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    source: str
    related: tuple[Location, ...] = ()
    end_line: int = 0
    end_column: int = 0
    read_from: int = field(default=0, compare=False)
    read_to: int = field(default=0, compare=False)


class Check(NamedTuple):
    """One named command that must exit with 0; ``command`` is run by ``/bin/sh -c`` in the repository's root, or in
    ``folder`` below it. ``network``: in a sandbox that has none, it asks for the network."""

    name: str
    command: str
    timeout_s: float = 600.0
    folder: str = ""
    network: bool = False


class Ending(StrEnum):
    """How a command came to its end: by itself, by a signal, or because it passed a limit and was ended."""

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    OUTPUT_LIMIT = "output_limit"
    MEMORY_LIMIT = "memory_limit"
    PROCESS_LIMIT = "process_limit"
    DISK_LIMIT = "disk_limit"
    SIGNALLED = "signalled"


class Walls(NamedTuple):
    """What a command in a strict sandbox could reach outside of ``root``, the repository. ``links`` are the folders of
    installed packages in it that are links to where the sandbox shows nothing (``node_modules -> /elsewhere``)."""

    root: str
    network: bool
    links: tuple[str, ...] = ()


class CommandResult(NamedTuple):
    """What running one command gave. ``exit_code`` is -N when signal N ended it; the output is in a file. ``walls``:
    what it ran behind, for those who look for the reason of a failure."""

    exit_code: int
    ending: Ending
    duration_s: float
    log_path: str
    output_bytes: int
    walls: Walls | None = None

    @property
    def passed(self) -> bool:
        return self.exit_code == 0 and self.ending is Ending.EXITED


class CheckResult(NamedTuple):
    """A check with its result, the diagnostics read from its output and, for a person, the end of that output."""

    check: Check
    result: CommandResult
    diagnostics: tuple[Diagnostic, ...] = ()
    tail: str = ""

    @property
    def passed(self) -> bool:
        return self.result.passed


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks run once, in order, up to the first that failed.

    ``number`` counts the verifications of a task from 0 (the baseline); ``fingerprints`` are those of the errors,
    sorted, without repeats; ``summary`` is one line for a person; ``error_class`` that of the leading error.
    """

    number: int
    results: tuple[CheckResult, ...]
    fingerprints: tuple[str, ...] = ()
    summary: str = ""
    error_class: ErrorClass = ErrorClass.UNKNOWN

    @property
    def passed(self) -> bool:
        return bool(self.results) and all(result.passed for result in self.results)

    @property
    def failed(self) -> CheckResult | None:
        """The check that failed, if any."""
        return next((result for result in self.results if not result.passed), None)

    @property
    def proven(self) -> tuple[str, ...]:
        """Names of the checks that passed."""
        return tuple(result.check.name for result in self.results if result.passed)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for result in self.results for diagnostic in result.diagnostics)

    @property
    def duration_s(self) -> float:
        return sum(result.result.duration_s for result in self.results)


class Base(NamedTuple):
    """What the checks say of an older commit."""

    commit: str
    passed: bool
    fingerprints: tuple[str, ...] = ()


class History(StrEnum):
    """What a rung knows of the attempts before it: everything said so far, or a digest only."""

    CONTINUE = "continue"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: who proposes a fix, how much history they get, and what they may spend.

    Attributes:
        name: unique in its ladder.
        provider: ``anthropic``, ``openai`` or ``openai-compatible``.
        display: how log lines call it (``Claude``, ``OpenAI Codex``).
        effort: the vendor's effort word; "" sends none.
        thinking: ``adaptive`` or ``off`` (Anthropic only).
        max_output_tokens: per request, reasoning included.
        max_turns: requests per attempt (look-ups and edit corrections included).
        budget_usd: per attempt; None = only the task's budget binds.
        edit_form: ``native`` or ``custom`` (OpenAI: custom tool with the V4A grammar).
        base_url: overrides the provider's address; "" = the provider's own.
    """

    name: str
    provider: str
    model: str
    display: str
    history: History = History.FRESH
    effort: str = ""
    thinking: str = "adaptive"
    max_output_tokens: int = 16_000
    max_turns: int = 8
    budget_usd: float | None = None
    edit_form: str = "native"
    base_url: str = ""
    stream: bool = True


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in order; as many attempts as rungs."""

    rungs: tuple[Rung, ...]

    def __len__(self) -> int:
        return len(self.rungs)


TOOLCHAIN = Rung("toolchain", "toolchain", "", "the toolchain")
"""Rung 0, below every ladder: the compilers' and git's own knowledge, no model. Its attempt has the number 0."""


VENDORS = {"anthropic": "Claude", "openai": "OpenAI", "toolchain": "Toolchain"}
"""What ``model_used`` says in SQL, by provider; any other provider is called by its rung's display name."""


def vendor(rung: Rung) -> str:
    """The value of ``fix_attempts.model_used`` for a rung."""
    return VENDORS.get(rung.provider, rung.display)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: heal ``root`` until ``checks`` pass. ``branch`` "" = the current one."""

    id: str
    root: str
    checks: tuple[Check, ...]
    kind: str = "heal"
    commit: bool = True
    branch: str = ""
    created_at: float = 0.0
    budget_usd: float | None = None
    context_tokens: int = 16_000
