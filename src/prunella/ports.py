"""The seams, side by side. The core talks to the world through these Protocols only; adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from prunella.changes import FileChange, Fix
from prunella.conversation import Answer, Conversation, Prompt, Reply, Usage
from prunella.domain import Check, CommandResult, Rung, Task, Verification
from prunella.events import Event
from prunella.outcome import Attempt, Commit, Outcome

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that contains what was searched."""

    path: str
    line: int
    text: str


class Files(Protocol):
    """Read-only sight of a repository's files: tracked ones, and untracked ones that are not ignored."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file inside the repository; None when there is none (or it may not be read)."""

    def mode(self, path: str) -> int:
        """Its permission bits; 0o644 when there is no such file."""

    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""

    def search(self, text: str, *, under: str = "", words: bool = False, limit: int = 50) -> tuple[Hit, ...]:
        """Lines that contain ``text`` literally (as a whole word if ``words``), in path order, at most ``limit``."""

    def refusal(self, path: str) -> str:
        """Why this path may not be edited (outside, ignored, in .git, through a symlink, …); "" if it may."""


class Workspace(Protocol):
    """A checkout that fixes are applied to."""

    @property
    def files(self) -> Files: ...

    @property
    def root(self) -> Path: ...

    @property
    def set_aside(self) -> str:
        """After ``protected``: where to find what was put back although it may be the user's own; "" if nothing was."""

    def from_start(self, fix: Fix) -> Fix:
        """A fix as it applies to the recorded state: without what checks rewrote in its files meanwhile."""

    def protected(self, task: Task) -> AbstractContextManager[None]:
        """Record the exact state; when the block is left without ``keep``, by whatever way, put it back."""

    def reset(self, changes: tuple[FileChange, ...]) -> None:
        """Put the recorded state back, then apply ``changes`` (which are against the recorded state)."""

    def apply(self, changes: tuple[FileChange, ...]) -> None:
        """Write the changes to the files, all or none."""

    def keep(self) -> None:
        """What the tree holds now stays when the block is left."""

    def commit_state(self, fix: Fix) -> str:
        """``clean`` = the fix alone against HEAD is the tree that was verified; ``unproven`` = the user has uncommitted
        work, so a commit of the fix alone must be verified by itself; any other text = why it cannot be committed."""

    def as_committed(self, fix: Fix) -> AbstractContextManager[None]:
        """For the length of the block the tree holds what a commit of ``fix`` would hold, the user's work put aside."""

    def commit(self, fix: Fix, message: str, branch: str) -> Commit:
        """Commit the fix, and nothing else, on the current branch or on a new branch ``branch``."""


class Sandbox(Protocol):
    """Runs what the repository asks for."""

    @property
    def root(self) -> Path:
        """The repository's root as commands see it, which paths in their output begin with."""

    def run(self, check: Check, log: Path) -> CommandResult:
        """Run the command; stdout and stderr go to ``log`` in order. Every process it started ends with it.

        Raises:
            SandboxError: the command could not be started at all.
        """


class Provider(Protocol):
    """A vendor's API. Keeps no state between calls; a conversation holds the vendor's own items."""

    def begin(self, rung: Rung, prompt: Prompt) -> Conversation:
        """The opening of a conversation. Pure."""

    def resume(self, conversation: Conversation, replies: tuple[Reply, ...], text: str = "") -> Conversation:
        """The conversation with replies to its pending calls (those without one are said to be done) and, after them,
        ``text`` as the next thing said. Pure."""

    def ask(self, rung: Rung, conversation: Conversation) -> tuple[Answer, Conversation]:
        """Send the conversation; the answer, and the conversation with it. Reserves its worst cost first and records
        what was billed, whatever comes back.

        Raises:
            ProviderError: no usable answer, after the retries that made sense.
            BudgetSpent: the request could cost more than is left.
        """


class Ledger(Protocol):
    """Money. One reservation per request that goes out; what is reserved and never settled counts as spent."""

    def reserve(self, rung: Rung, input_tokens: int, max_output_tokens: int) -> tuple[int, int]:
        """Set aside the worst case of a request, with fewer output tokens if that makes it fit.

        Returns:
            The id of the reservation, and the output tokens it allows.

        Raises:
            BudgetSpent: not even a short answer fits what is left, or the model has no price and the budget binds.
        """

    @property
    def spent_usd(self) -> float:
        """What the task has cost so far; what is reserved at this moment counts."""

    def start_attempt(self, number: int) -> None:
        """What is reserved from here on belongs to this attempt (from 1)."""

    def settle(self, call: int, usage: Usage | None, *, error: str = "", request_id: str = "") -> float | None:
        """Replace the reservation by what was used and return its price. ``usage`` None with an ``error`` = nothing was
        billed; None without one = unknown, so the reservation stands."""


class Store(Protocol):
    """The record in SQL."""

    def task_started(self, task: Task, repository: str) -> None: ...

    def verification(self, task: Task, verification: Verification) -> None: ...

    def attempt(self, task: Task, attempt: Attempt) -> None: ...

    def task_ended(self, outcome: Outcome) -> None: ...


class Reporter(Protocol):
    """Whoever wants to know what happens; never fails the task."""

    def emit(self, event: Event) -> None: ...


class Step(Protocol):
    """Runs one effect of the loop. At a terminal it just calls; a durable engine records the result and, after a
    crash, returns it instead of calling again."""

    def __call__(self, name: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything the loop needs, chosen in ``app.py``. ``providers`` is keyed by the rung's name; ``logs`` is the
    folder for the output of checks; ``now`` is Unix time; ``ready`` raises ConfigError when the ladder cannot be
    climbed (no key, no price), which is asked only when the checks are red."""

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


def plain_step(_name: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """A step without durability."""
    return function(*args, **kwargs)


def children(paths: tuple[str, ...], folder: str) -> Iterator[str]:
    """Names directly below ``folder`` ("" = the root), folders with a trailing slash, without repeats."""
    prefix = f"{folder.rstrip('/')}/" if folder.strip("./") else ""
    seen: set[str] = set()
    for path in paths:
        if path.startswith(prefix):
            head, slash, _ = path[len(prefix) :].partition("/")
            if head + slash not in seen:
                seen.add(head + slash)
                yield head + slash
