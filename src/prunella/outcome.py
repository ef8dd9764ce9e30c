"""What came of an attempt and of a task; the dossier is made from these alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from prunella.changes import Fix, Verdict
from prunella.conversation import Conversation, Spent
from prunella.domain import Rung, Task, Verification


class Progress(StrEnum):
    """An attempt against the best state before it."""

    HEALED = "healed"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One climb of one rung.

    Attributes:
        number: 1-based.
        rung: who proposed; when ``stand_in_for`` is not "", in the place of that provider, which gave no answer.
        before: the verification it set out from; ``after``: the one of its fix, None if it never came to that.
        rejection: why the fix was not applied or not verified; "" otherwise.
        text: the model's closing words. Untrusted.
        faults: provider failures on the way, one line each.
    """

    number: int
    rung: Rung
    before: Verification
    after: Verification | None = None
    fix: Fix = field(default_factory=Fix)
    progress: Progress = Progress.UNVERIFIED
    rejection: str = ""
    verdict: Verdict = field(default_factory=Verdict)
    text: str = ""
    spent: Spent = field(default_factory=Spent)
    stand_in_for: str = ""
    faults: tuple[str, ...] = ()
    conversation: Conversation | None = None
    started_at: float = 0.0
    duration_s: float = 0.0

    @property
    def healed(self) -> bool:
        return self.after is not None and self.after.passed


class Status(StrEnum):
    """How a task ended."""

    HEALTHY = "healthy"
    HEALED = "healed"
    NEEDS_HUMAN = "needs_human"
    PROVIDER_DOWN = "provider_down"
    BUDGET_SPENT = "budget_spent"
    SUSPICIOUS = "suspicious"
    NOT_CODE = "not_code"
    CANCELLED = "cancelled"


EXIT_CODES = {
    Status.HEALTHY: 0,
    Status.HEALED: 0,
    Status.NEEDS_HUMAN: 1,
    Status.PROVIDER_DOWN: 3,
    Status.BUDGET_SPENT: 4,
    Status.SUSPICIOUS: 5,
    Status.NOT_CODE: 6,
    Status.CANCELLED: 130,
}
"""What the command line ends with; 2 is for usage and configuration."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Where a fix went. ``id`` "" = it was left in the working tree, and ``note`` says why."""

    id: str = ""
    branch: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended, with everything that led there. ``reason`` is for a person, ``remedy`` the next step;
    ``untested`` says why green is no proof that the code works; "" when it is."""

    status: Status
    task: Task
    baseline: Verification | None = None
    attempts: tuple[Attempt, ...] = ()
    fix: Fix = field(default_factory=Fix)
    commit: Commit = field(default_factory=Commit)
    proven: tuple[str, ...] = ()
    reason: str = ""
    remedy: str = ""
    duration_s: float = 0.0
    untested: str = ""

    @property
    def claim(self) -> str:
        """What a healed task is called: ``fixed``, or ``builds`` when there are tests that no check ran."""
        return "" if self.status is not Status.HEALED else "builds" if self.untested else "fixed"

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.status]

    @property
    def spent(self) -> Spent:
        total = Spent()
        for attempt in self.attempts:
            total += attempt.spent
        return total
