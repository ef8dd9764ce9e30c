"""THE LOOP: verify -> (next rung -> propose -> guard -> apply -> verify)* -> commit | dossier.

Only the checks decide. A model's claim is never read; every applied fix is verified again; red is never committed; and
whatever happens, the files come back as they were unless a fix stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prunella import policy
from prunella.changes import Judgement
from prunella.conversation import Spent
from prunella.domain import Ladder, Task
from prunella.errors import BudgetSpent, Fault, ProviderError, PrunellaError, RepositoryError, StoreError
from prunella.events import AttemptEnded, LadderExhausted, Notice, TaskEnded, TaskStarted
from prunella.kit import Kit
from prunella.outcome import Attempt, Outcome, Status
from prunella.verifier import Verifier

if TYPE_CHECKING:
    from prunella.climb import Climbed, State


def heal(task: Task, ladder: Ladder, kit: Kit) -> Outcome:
    """Climb the ladder until the checks pass, or the ladder ends.

    Raises:
        PrunellaError: something broke that no model mends (git, the disk, a check that cannot be started). The tree is
            restored and the task recorded first.
    """
    started = kit.now()
    kit.reporter.emit(TaskStarted(task, ladder))
    kit.step("task_started", kit.store.task_started, task, str(kit.workspace.root))
    run = Run(task, ladder, kit)
    try:
        with kit.workspace.protected(task):
            outcome = run.loop()
    except KeyboardInterrupt:
        outcome = run.landed or run.interrupted()
    except RepositoryError as error:
        if run.state is None:
            raise  # nothing was begun
        outcome = run.ended(Status.NEEDS_HUMAN, error.message, error.remedy)
    except (PrunellaError, OSError) as error:
        record(run.ended(Status.NEEDS_HUMAN, str(error), getattr(error, "remedy", "")), kit, started)
        raise
    if kit.workspace.set_aside:
        kit.reporter.emit(Notice(kit.workspace.set_aside))
    return record(outcome, kit, started)


def record(outcome: Outcome, kit: Kit, started: float) -> Outcome:
    """Put the end of the task on record and tell whoever wants to know. What was done is done, recorded or not."""
    outcome = replace(outcome, duration_s=kit.now() - started)
    try:
        kit.step("task_ended", kit.store.task_ended, outcome)
    except StoreError as error:
        kit.reporter.emit(Notice(f"the end of the task is not on record: {error}"))
    kit.reporter.emit(TaskEnded(outcome))
    return outcome


class Run:
    """One task's run through the loop."""

    def __init__(self, task: Task, ladder: Ladder, kit: Kit) -> None:
        self.task, self.ladder, self.kit = task, ladder, kit
        self.state: State | None = None
        self.landed: Outcome | None = None
        self.verify = Verifier(task, kit)

    def loop(self) -> Outcome:
        """The loop itself; the tree is restored on leaving unless the workspace was told to keep it."""
        baseline = self.verify()
        from prunella.climb import State, climb
        from prunella.mending import mend  # what green checks do not need is imported while the first ones run
        from prunella.triage.judge import judge

        self.state = State(self.task, self.ladder, baseline, best=baseline)
        if baseline.passed:
            self.kit.workspace.keep()
            return self.ended(Status.HEALTHY, "the checks pass; there was nothing to heal")
        baseline, not_code = judge(self.task, baseline, self.kit, self.verify)
        self.state.baseline = self.state.best = baseline
        if not_code:
            return self.ended(Status.NOT_CODE, *not_code)
        free = mend(self.state, self.kit, self.verify)
        if free and free.healed:
            return self.healed(free)
        self.kit.ready()
        while True:
            decision = policy.next_rung(self.ladder, self.state.attempts, self.state.down)
            if isinstance(decision, policy.End):
                return self.exhausted(decision)
            climbed = climb(self.state, decision, self.kit, self.verify)
            self.record(climbed)
            outcome = self.ending(climbed)
            if outcome:
                return outcome

    def ending(self, climbed: Climbed) -> Outcome | None:
        """How an attempt ends the task, if it does: nobody answered, no money, green, or the machine at fault."""
        attempt, failure = climbed.attempt, climbed.failure
        if climbed.unanswered:
            refused = isinstance(failure, ProviderError) and failure.fault is Fault.REFUSAL
            return self.unanswered(attempt, Status.NEEDS_HUMAN if refused else Status.PROVIDER_DOWN)
        if isinstance(failure, BudgetSpent) and failure.whole_task:
            return self.broke(failure)
        if attempt.healed:
            return self.healed(attempt)
        from prunella.diagnostics.environment import cause

        not_code = cause(attempt.after, repaired=True) if attempt.after else None
        return self.ended(Status.NOT_CODE, *not_code) if not_code else None

    def record(self, climbed: Climbed) -> None:
        """Keep the attempt's story; only one that was answered counts as an attempt of the ladder."""
        self.kit.step("record", self.kit.store.attempt, self.task, climbed.attempt)
        if self.state:
            self.state.running = None
            if not climbed.unanswered:
                self.state.attempts.append(climbed.attempt)
                self.kit.reporter.emit(AttemptEnded(climbed.attempt, len(self.ladder)))

    def healed(self, attempt: Attempt) -> Outcome:
        """Green: held back for a person if the guard is suspicious, else landed."""
        proven = attempt.after.proven if attempt.after else ()
        if attempt.verdict.judgement is Judgement.SUSPICIOUS:
            from prunella.guard.catalog import told

            found = [f for f in attempt.verdict.findings if f.judgement is Judgement.SUSPICIOUS]
            reasons = "; ".join(map(told, found))
            remedy = (
                f"Nothing was changed. Look at the fix with `prunella show {self.task.id}`; if it is right, take it "
                f"with `prunella show {self.task.id} --diff | git apply`."
            )
            reason = f"the checks pass with this fix, but it is suspicious: {reasons}"
            return replace(self.ended(Status.SUSPICIOUS, reason, remedy), fix=attempt.fix, proven=proven)
        from prunella.landing import land
        from prunella.proof import untested

        no_proof = untested(attempt.after, self.kit.workspace.files) if attempt.after else ""
        commit = land(self.task, attempt, len(self.ladder), self.kit, self.verify, no_proof)
        when = f" on attempt {attempt.number}" if attempt.number else ", without a model"
        did = "made it build" if no_proof else "healed it"
        outcome = self.ended(Status.HEALED, f"{attempt.rung.display} {did}{when}")
        self.landed = replace(outcome, fix=attempt.fix, commit=commit, proven=proven, untested=no_proof)
        self.kit.workspace.keep()
        return self.landed

    def exhausted(self, end: policy.End) -> Outcome:
        """No rung is left: over to a person, with the whole story."""
        if self.state and self.state.attempts and end.status is Status.NEEDS_HUMAN:
            if self.state.broke:
                return self.broke(self.state.broke)
            self.kit.reporter.emit(LadderExhausted(len(self.state.attempts)))
        return self.ended(end.status, end.reason, self.state.saved if self.state else "")

    def broke(self, failure: BudgetSpent) -> Outcome:
        """The money ended it. What it has bought is on record."""
        remedy = f"{failure.remedy} {self.state.saved}" if self.state else failure.remedy
        return self.ended(Status.BUDGET_SPENT, failure.message, remedy)

    def unanswered(self, attempt: Attempt, status: Status) -> Outcome:
        """Nobody answered, or all refused to; the attempt is in the story, but is none of the ladder's."""
        reason = f"no model gave an answer on attempt {attempt.number}: " + "; ".join(attempt.faults)
        remedy = "Nothing was changed. `prunella doctor` tests each provider; run it again when one is back."
        if status is Status.NEEDS_HUMAN:
            remedy = "Nothing was changed. Asking again in other words seldom helps; this one is yours."
        outcome = self.ended(status, reason, remedy)
        return replace(outcome, attempts=(*outcome.attempts, attempt))

    def interrupted(self) -> Outcome:
        """Cancelled by the user; the attempt under way is in the story with all that it may have cost."""
        if self.state and self.state.running:
            known = sum(attempt.spent.cost_usd for attempt in self.state.attempts)
            spent = Spent(cost_usd=max(0.0, self.kit.ledger.spent_usd - known))
            attempt = replace(self.state.running, rejection="interrupted", spent=spent)
            self.kit.step("record", self.kit.store.attempt, self.task, attempt)
            self.state.attempts.append(attempt)
        return self.ended(Status.CANCELLED, "stopped on request", "The files are as they were before.")

    def ended(self, status: Status, reason: str, remedy: str = "") -> Outcome:
        """The outcome with all that is known now."""
        if self.state is None:
            return Outcome(status, self.task, reason=reason, remedy=remedy)
        state = self.state
        return Outcome(
            status,
            self.task,
            state.baseline,
            state.story,
            proven=state.best.proven,
            reason=reason,
            remedy=remedy,
        )
