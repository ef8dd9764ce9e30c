"""The seams, side by side. The core talks to the world through these Protocols only; adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, ParamSpec, Protocol, TypeVar

from prunella.changes import FileChange, Fix, Verdict
from prunella.conversation import Answer, Conversation, Prompt, Reply, Usage
from prunella.domain import Check, CommandResult, Diagnostic, Rung, Task, Verification
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

    def real(self, path: str) -> str:
        """The path of the file that ``read`` reads there: another one where a symlink is on the way."""

    def installed(self, path: str) -> bytes | None:
        """A declaration, manifest or Python source in ``node_modules`` or ``site-packages``, ignored by git or not."""

    def mode(self, path: str) -> int:
        """Its permission bits; 0o644 when there is no such file."""

    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""

    def search(self, text: str, *, under: str = "", words: bool = False, limit: int = 50) -> tuple[Hit, ...]:
        """Lines that contain ``text`` literally (as a whole word if ``words``), in path order, at most ``limit``."""

    def search_any(self, names: tuple[str, ...], *, words: bool = False, limit: int = 200) -> tuple[Hit, ...]:
        """The same for any of ``names``, in one go."""

    def refusal(self, path: str) -> str:
        """Why this path may not be edited (outside, ignored, in .git, through a symlink, …); "" if it may."""


class Changed(NamedTuple):
    """A file that changed lately.

    Attributes:
        path: where it is now; "" = deleted. ``was``: where it was before; "" = it is new. Two names = moved.
        commit: that changed it; "" = the working tree against HEAD. ``subject``: the commit's, untrusted.
        before, after: ids of its contents for ``Lately.content``; "" = there is none.
    """

    path: str
    was: str
    commit: str
    subject: str
    before: str
    after: str


class Lately(Protocol):
    """What changed in the repository before now: breakage mostly comes from the last change."""

    def working(self) -> tuple[Changed, ...]:
        """The working tree (untracked files too) against HEAD, with moves recognised; () without a commit."""

    def commits(self, most: int = 10) -> tuple[Changed, ...]:
        """The same for the last commits, newest first; merges are left out."""

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Contents by the ids of ``Changed``, read at one go; those that cannot be read are missing."""


class Workspace(Protocol):
    """A checkout that fixes are applied to."""

    @property
    def files(self) -> Files: ...

    @property
    def lately(self) -> Lately: ...

    @property
    def root(self) -> Path: ...

    @property
    def set_aside(self) -> str:
        """After ``protected``: where to find what was put back although it may be the user's own; "" if nothing was."""

    def from_start(self, fix: Fix) -> Fix:
        """A fix as it applies to the recorded state: without what checks rewrote in its files meanwhile."""

    def changed_meanwhile(self) -> Fix:
        """What the checks themselves have changed since the start: in tracked files, and in those of the fix."""

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


class Candidate(NamedTuple):
    """A repair that was found and not made, because nothing proves it right: for a model to weigh. ``text`` is one
    line; ``diff`` may be ""."""

    path: str
    line: int
    text: str
    diff: str = ""


class Mended(NamedTuple):
    """What rung 0 achieved.

    Attributes:
        changes: against the tree as it is; () = nothing.
        steps: what was done and on whose word, one line each (``src/a.ts:3: import 'b' from './b' (TypeScript)``).
        candidates: repairs that were not made.
        more: errors that the check did not print: some tools stop at the first one.
        all_gone: whether the checker that was used sees no error any more.
    """

    changes: tuple[FileChange, ...] = ()
    steps: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    more: tuple[Diagnostic, ...] = ()
    all_gone: bool = False


Judge = Callable[[tuple[FileChange, ...]], Verdict]
"""What the guard says of these changes against the tree as it is."""


class Toolchain(Protocol):
    """Rung 0: mends, without a model, what compilers, linters and git know how to mend."""

    def mend(self, verification: Verification, judge: Judge) -> Mended:
        """Repairs for a failed verification. The tree is as it was when this returns; never raises for what a
        repository's tools do."""

    def errors(self, paths: tuple[str, ...]) -> tuple[Diagnostic, ...] | None:
        """What a tool that is already up sees in these files as they are on disk now (() = in the whole project), far
        sooner than a check would; None when there is no such tool, or it does not know these files."""


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

    def noted(self, task: Task, kind: str, data: str) -> None: ...


class Reporter(Protocol):
    """Whoever wants to know what happens; never fails the task."""

    def emit(self, event: Event) -> None: ...


class Step(Protocol):
    """Runs one effect of the loop. At a terminal it just calls; a durable engine records the result and, after a
    crash, returns it instead of calling again."""

    def __call__(self, name: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...


class Memory(Protocol):
    """Where outlines of files are kept between runs, by the id of the content; a cache that may forget anything."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, value: bytes) -> None: ...


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
