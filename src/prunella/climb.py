"""One attempt: a rung's proposal, applied and verified, or why it never came to that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from prunella import policy
from prunella.changes import Fix, Judgement
from prunella.context.build import Sight
from prunella.conversation import Spent
from prunella.domain import History, Ladder, Rung, Task, Verification
from prunella.errors import BudgetSpent, Fault, ProviderError, RepositoryError
from prunella.events import Applying, AttemptStarted, ProviderFailed, Reverifying
from prunella.guard import joined
from prunella.guard.rewritten import by_checks
from prunella.kit import Kit
from prunella.outcome import Attempt, Progress
from prunella.ports import Mended
from prunella.redacted import RedactedFiles, RedactedLately
from prunella.strategies.alone import Proposal, Question, propose
from prunella.strategies.briefing import continues, going_on, opening, unapplied
from prunella.verifier import Verifier

ABOUT_HISTORY = frozenset({Fault.CONTEXT, Fault.BAD_REQUEST})
"""Failures that a conversation's history may have caused: a fresh one may do."""


@dataclass(slots=True)
class State:
    """A task on its way up: its attempts, and the best state of the tree that any of them reached.

    Attributes:
        best: the verification of that state; ``held``: the changes that lead to it from the task's start.
        toolchain: rung 0's attempt, if it came to one; it is none of the ladder's.
        mended: what rung 0 did and what it found and did not do, for the models to know.
        down: doors and seats (see ``policy``) that cannot be used any more in this task, with the reason.
        running: the attempt under way, which an interrupt would else leave without a trace.
        short: what the attempts that a budget ended were told.
    """

    task: Task
    ladder: Ladder
    baseline: Verification
    best: Verification
    held: Fix = field(default_factory=Fix)
    attempts: list[Attempt] = field(default_factory=list)
    mended: Mended = field(default_factory=Mended)
    toolchain: Attempt | None = None
    down: dict[str, str] = field(default_factory=dict)
    running: Attempt | None = None
    short: list[BudgetSpent] = field(default_factory=list)

    @property
    def broke(self) -> BudgetSpent | None:
        """The last that was said of money, if every attempt ended for want of it."""
        return self.short[-1] if self.short and len(self.short) == len(self.attempts) else None

    @property
    def saved(self) -> str:
        """What a person finds on record of a task that healed nothing."""
        show = f"`prunella show {self.task.id}`"
        best = next((attempt for attempt in self.attempts if attempt.after is self.best), None)
        if best is None:
            return f"Nothing was changed. {show} tells the story."
        return f"Nothing was changed. Attempt {best.number} got furthest; {show} has its diff and tells the story."

    @property
    def story(self) -> tuple[Attempt, ...]:
        """All attempts, rung 0's first."""
        return ((self.toolchain,) if self.toolchain else ()) + tuple(self.attempts)


@dataclass(frozen=True, slots=True)
class Climbed:
    """An attempt as it ended. ``failure`` is set when nobody answered, or when the money ended it."""

    attempt: Attempt
    failure: ProviderError | BudgetSpent | None = None

    @property
    def unanswered(self) -> bool:
        """Whether it failed for want of a provider, which burns no attempt."""
        return isinstance(self.failure, ProviderError) and self.failure.fault not in policy.BURNS_ATTEMPT


def climb(state: State, decision: policy.Climb, kit: Kit, verify: Verifier) -> Climbed:
    """Take one rung. A fix that does not bring the checks further is rolled back to the best state before it."""
    number = len(state.attempts) + 1
    kit.ledger.start_attempt(number)
    attempt = Attempt(number, decision.rung, state.best, stand_in_for=decision.stand_in_for, started_at=kit.now())
    state.running = attempt
    kit.reporter.emit(
        AttemptStarted(
            number, len(state.ladder), decision.rung, state.best.summary, decision.previous, decision.failures
        )
    )
    verify.look(state.best)
    attempt, proposal = _proposed(state, attempt, kit)
    if isinstance(proposal.failure, BudgetSpent):
        state.short.append(proposal.failure)
    if not attempt.rejection:
        repeated = _repeats(state, proposal)
        fixes = (proposal.fix, proposal.total)
        attempt = replace(attempt, rejection=repeated) if repeated else applied(state, attempt, fixes, kit, verify)
    return Climbed(replace(attempt, duration_s=kit.now() - attempt.started_at), proposal.failure)


def _proposed(state: State, attempt: Attempt, kit: Kit) -> tuple[Attempt, Proposal]:
    """The rung's proposal; when its provider gives no answer, another one takes the rung."""
    down = dict(state.down)
    worst: ProviderError | None = None
    while True:
        proposal = _ask(state, attempt, kit)
        failure = proposal.failure
        attempt = replace(
            attempt,
            spent=attempt.spent + proposal.spent,
            conversation=proposal.conversation,
            text=proposal.text,
            rejection=failure.message if failure else proposal.rejection,
            verdict=proposal.verdict,
        )
        if not isinstance(failure, ProviderError) or failure.fault in policy.BURNS_ATTEMPT:
            return attempt, proposal
        attempt = replace(attempt, faults=(*attempt.faults, f"{attempt.rung.display}: {failure}"))
        if worst is None or worst.fault is Fault.REFUSAL:
            worst = failure  # only if all refused is it the question that is at fault
        other = _replacement(state, attempt.rung, failure, down)
        kit.reporter.emit(ProviderFailed(attempt.rung.display, str(failure), other))
        if other is None:
            return attempt, replace(proposal, failure=worst)
        attempt = replace(attempt, rung=other, stand_in_for=attempt.stand_in_for or attempt.rung.display)
        state.running = attempt


def _ask(state: State, attempt: Attempt, kit: Kit) -> Proposal:
    """Put the question: the last conversation goes on where the rung says so and can, else a fresh one opens."""
    rung = attempt.rung
    redactor, workspace = kit.redactor, kit.workspace
    sight = Sight(RedactedFiles(workspace.files, redactor), RedactedLately(workspace.lately, redactor), kit.memory)
    last = state.attempts[-1] if state.attempts else None
    provider = kit.providers[rung.name]
    question = Question(state.task, state.baseline, rung, attempt.number, state.held)
    spent = Spent()
    if rung.history is History.CONTINUE and last and last.conversation and continues(rung, last):
        said = going_on(state.task, state.best, last, sight)
        conversation = provider.resume(last.conversation, unapplied(last), said)
        proposal = propose(question, conversation, kit)
        if not (isinstance(proposal.failure, ProviderError) and proposal.failure.fault in ABOUT_HISTORY):
            return proposal
        spent = proposal.spent  # What was too long, or refused as malformed, is the history: once more without it.
    fresh = opening(state.task, state.best, state.attempts, sight, state.mended)
    proposal = propose(question, provider.begin(rung, fresh), kit)
    return replace(proposal, spent=spent + proposal.spent)


def _replacement(state: State, rung: Rung, failure: ProviderError, down: dict[str, str]) -> Rung | None:
    """Who takes the rung instead. Only what no waiting cures keeps a model, or all of a provider's, out of the rest."""
    if failure.fault in policy.CLOSES_SEAT:
        down[policy.seat(rung)] = state.down[policy.seat(rung)] = f"{rung.display}: {failure.message}"
        return policy.stand_in(state.ladder, rung, down)
    down[policy.door(rung)] = f"{rung.display}: {failure.message}"
    if failure.fault in policy.CLOSES_DOOR:
        state.down[policy.door(rung)] = down[policy.door(rung)]
    return policy.stand_in(state.ladder, rung, down)


def _repeats(state: State, proposal: Proposal) -> str:
    """The same edits from the same start give the same failure: no need to run the checks to know it."""
    for earlier in state.attempts:
        if earlier.after and earlier.fix.diff == proposal.total.diff:
            return f"the same fix as attempt {earlier.number}, which failed: {earlier.after.summary}"
    return ""


def applied(state: State, attempt: Attempt, fixes: tuple[Fix, Fix], kit: Kit, verify: Verifier) -> Attempt:
    """Apply a fix, given against the tree as it is and against the task's start, and let the checks judge it. What does
    not bring them further is undone."""
    fix, total = fixes
    kit.reporter.emit(Applying(len(fix.changes)))
    verify.looked()
    try:
        kit.workspace.apply(fix.changes)
    except RepositoryError as error:
        return replace(attempt, rejection=error.message)  # something else wrote to these files meanwhile
    kit.reporter.emit(Reverifying(attempt.number))
    last = attempt.number >= len(state.ladder)
    after = verify.refuted(attempt.before, fix.paths, last=last) or verify()
    progress = policy.progress(attempt.before, after)
    attempt = replace(attempt, fix=total, after=after, progress=progress)
    state.running = attempt
    if progress in {Progress.HEALED, Progress.BETTER}:
        state.held, state.best = total, after
    else:
        kit.workspace.reset(state.held.changes)
    return _proven(state, attempt, kit) if after.passed else attempt


def _proven(state: State, attempt: Attempt, kit: Kit) -> Attempt:
    """A green attempt, judged also by what the checks themselves rewrote: the tree that passed holds that too."""
    written, files = kit.workspace.changed_meanwhile(), kit.workspace.files
    if written.changes:
        found = by_checks(written, files, state.task, state.baseline, kit.tuning)
        attempt = replace(attempt, verdict=joined(attempt.verdict, found))
    if attempt.verdict.judgement is Judgement.SUSPICIOUS:  # a person applies it to the state of the start
        attempt = replace(attempt, fix=kit.workspace.from_start(attempt.fix))
    return attempt
