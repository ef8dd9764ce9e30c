"""A task's whole story: the one value that the summary, the dossier and ``--json`` are made from. It comes from the
outcome of a task that just ended, or (see ``cli.show``) from the record."""

from __future__ import annotations

from typing import NamedTuple

from prunella.conversation import Spent, Usage
from prunella.domain import Severity, Task, Verification
from prunella.outcome import EXIT_CODES, Attempt, Commit, Outcome, Status

INTERRUPTED = "interrupted"
"""The rejection of the attempt that an interrupt broke off; what it cost is then what its requests reserved."""


class CallStory(NamedTuple):
    """One request to a provider. ``counted_usd`` is what it counts for against the budget; None = no price.
    ``closed`` False = its end is not known."""

    attempt: int
    provider: str
    model: str
    at: float
    usage: Usage | None
    counted_usd: float | None
    error: str
    request_id: str
    closed: bool


class AttemptStory(NamedTuple):
    """An attempt with the paths its fix changes. ``answered`` False = no provider gave an answer."""

    attempt: Attempt
    files: tuple[str, ...]
    answered: bool = True


class Story(NamedTuple):
    """A task's story.

    Attributes:
        status: None = it has not ended: it runs now, or was killed.
        verifications: all that are known, in order; the first is the baseline.
        calls: the requests; empty when the story comes from an outcome, which does not know them one by one.
        untested: why green is no proof that the code works; "" when it is.
    """

    task: Task
    repository: str
    status: Status | None
    reason: str
    remedy: str
    proven: tuple[str, ...]
    commit: Commit
    duration_s: float
    verifications: tuple[Verification, ...]
    attempts: tuple[AttemptStory, ...]
    calls: tuple[CallStory, ...] = ()
    untested: str = ""

    @property
    def baseline(self) -> Verification | None:
        return next((verification for verification in self.verifications if verification.number == 0), None)

    @property
    def healed_by(self) -> AttemptStory | None:
        """The attempt whose fix made the checks pass, if any."""
        return next((told for told in reversed(self.attempts) if told.attempt.healed), None)

    @property
    def claim(self) -> str:
        """See ``Outcome.claim``."""
        return "" if self.status is not Status.HEALED else "builds" if self.untested else "fixed"

    @property
    def exit_code(self) -> int | None:
        return None if self.status is None else EXIT_CODES[self.status]

    @property
    def checks_s(self) -> float:
        """How long the checks took, all verifications together."""
        return sum(verification.duration_s for verification in self.verifications)

    @property
    def cut_short(self) -> bool:
        """Whether a request was broken off, so that the cost is an upper bound."""
        return any(cut_short(told.attempt) for told in self.attempts)

    @property
    def spent(self) -> Spent:
        """What it cost: by the attempts, or by the requests when those say more (an answer that never came counts)."""
        total = Spent()
        for told in self.attempts:
            total += told.attempt.spent
        counted = [call.counted_usd for call in self.calls]
        if not counted:
            return total
        usage = Usage()
        for call in self.calls:
            usage += call.usage or Usage()
        return Spent(usage, sum(cost or 0.0 for cost in counted), None not in counted, len(counted))


def of_outcome(outcome: Outcome) -> Story:
    """The story of a task that just ended."""
    known = {outcome.baseline.number: outcome.baseline} if outcome.baseline else {}
    for attempt in outcome.attempts:
        for verification in (attempt.before, attempt.after):
            if verification is not None:
                known.setdefault(verification.number, verification)
    attempts = tuple(AttemptStory(attempt, attempt.fix.paths, _answered(attempt)) for attempt in outcome.attempts)
    return Story(
        task=outcome.task,
        repository=outcome.task.root,
        status=outcome.status,
        reason=outcome.reason,
        remedy=outcome.remedy,
        proven=outcome.proven,
        commit=outcome.commit,
        duration_s=outcome.duration_s,
        verifications=tuple(known[number] for number in sorted(known)),
        attempts=attempts,
        untested=outcome.untested,
    )


def cut_short(attempt: Attempt) -> bool:
    """Whether an interrupt broke the attempt off after it began to cost."""
    return attempt.rejection == INTERRUPTED and attempt.spent.cost_usd > 0


def _answered(attempt: Attempt) -> bool:
    return bool(attempt.spent.requests or attempt.after) or not attempt.faults


def why_not(told: AttemptStory) -> str:
    """In a line why an attempt did not heal; "" when it did. Untrusted text in it."""
    attempt = told.attempt
    if attempt.healed:
        return ""
    if not told.answered:
        return "no answer: " + ("; ".join(attempt.faults) or attempt.rejection)
    if attempt.rejection == INTERRUPTED:
        return INTERRUPTED
    if attempt.after is None:
        return f"nothing to verify: {attempt.rejection or 'it was broken off'}"
    progress = {"better": _further(attempt.before, attempt.after), "same": "no progress:", "worse": "worse, so undone:"}
    opening = progress.get(attempt.progress.value, "the checks still fail:")
    return f"{opening} {attempt.after.summary or _ending(attempt.after)}"


def _further(before: Verification, after: Verification) -> str:
    """How an attempt that did not heal made it better; "fewer" only where the count of the same check's errors fell."""
    failed, still = before.failed, after.failed
    if failed and still and failed.check.name != still.check.name:
        return f"got further: {failed.check.name} passes, now:"
    if 0 < _errors(after) < _errors(before):
        return "fewer errors, but still:"
    gone = not set(before.fingerprints) & set(after.fingerprints)
    return "got further: the first error is gone, now:" if gone else "got further, but still:"


def _errors(verification: Verification) -> int:
    return sum(found.severity is Severity.ERROR for found in verification.diagnostics)


def _ending(verification: Verification) -> str:
    failed = verification.failed
    return f"check {failed.check.name} ended with {failed.result.exit_code}" if failed else "the checks did not pass"
