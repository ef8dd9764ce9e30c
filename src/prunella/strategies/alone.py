"""One model alone proposes a fix: a short conversation of edits, corrected edits and look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from prunella.changes import Fix, Judgement, Verdict
from prunella.conversation import Answer, Call, Conversation, EditCall, Lookup, Reply, Spent, Usage
from prunella.domain import Rung, Task, Verification
from prunella.edits.combine import combine
from prunella.edits.draft import Draft
from prunella.edits.lookups import answer as answer_lookup
from prunella.errors import BudgetSpent, EditRejected, ProviderError
from prunella.events import Answered, Asking
from prunella.guard import check_in as guard
from prunella.guard.catalog import told_to_model
from prunella.kit import Kit
from prunella.ports import Files
from prunella.redacted import RedactedFiles
from prunella.untrusted import fenced, visible

MOST_CORRECTIONS = 2
"""How often in an attempt a model may correct edits that did not fit, or a fix that the guard rejects."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a proposal is asked for. ``held`` is what earlier attempts left in the tree against the task's start."""

    task: Task
    baseline: Verification
    rung: Rung
    attempt: int
    held: Fix


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of it.

    Attributes:
        fix: against the tree as it is; ``total``: the same against the task's start.
        rejection: why there is nothing to apply; "" when there is.
        failure: what broke the conversation off, if anything did.
    """

    conversation: Conversation
    fix: Fix = field(default_factory=Fix)
    total: Fix = field(default_factory=Fix)
    verdict: Verdict = field(default_factory=Verdict)
    text: str = ""
    spent: Spent = field(default_factory=Spent)
    rejection: str = ""
    failure: ProviderError | BudgetSpent | None = None


def propose(question: Question, conversation: Conversation, kit: Kit) -> Proposal:
    """Ask until there is a fix that fits the files and passes the guard, or a limit is reached.

    When every call of an answer is an edit that fits, nothing more is asked: the checks have the word. Look-ups and
    edits that do not fit are answered, within the rung's turns and ``MOST_CORRECTIONS``.
    """
    talk = _Talk(question, conversation, kit)
    try:
        while talk.goes_on():
            talk.turn()
    except (ProviderError, BudgetSpent) as failure:
        spent = talk.spent + _cost_of(failure)
        if isinstance(failure, BudgetSpent) and talk.usable():
            return replace(talk.proposal(), spent=spent)  # what was paid for is there, and judging it costs no token
        return replace(talk.proposal(), failure=failure, spent=spent)
    return talk.proposal()


class _Talk:
    """The state of one proposal's conversation."""

    def __init__(self, question: Question, conversation: Conversation, kit: Kit) -> None:
        self.question = question
        self.kit = kit
        self.conversation = conversation
        self.draft = Draft(kit.workspace.files, question.held.changes, kit.redactor)
        self.files = RedactedFiles(kit.workspace.files, kit.redactor)
        self.spent = Spent()
        self.text = ""
        self.turns = 0
        self.corrections = 0
        self.finished = False
        self.rejection = ""
        self.fix = Fix()
        self.total = question.held
        self.verdict = Verdict()

    def goes_on(self) -> bool:
        if self.finished:
            return False
        if self.turns >= self.question.rung.max_turns:
            self.rejection = self.rejection or f"no fix within {self.turns} requests"
            return False
        return True

    def turn(self) -> None:
        """One request, its calls carried out, and either the end or the next thing said."""
        self.turns += 1
        answer = self._ask()
        replies = tuple(_carry_out(call, self.draft, self.files) for call in answer.calls)
        if not all(reply.ok or isinstance(reply.call, Lookup) for reply in replies):
            self._correct(replies)
        elif any(isinstance(reply.call, Lookup) for reply in replies) and not self._last():
            self.conversation = self._resume(replies)
        else:
            self._judge(replies)

    def _last(self) -> bool:
        """Whether no further request is allowed, and what is in the draft must do."""
        return self.turns >= self.question.rung.max_turns and bool(self.draft.edited)

    def usable(self) -> bool:
        """Whether the edits so far make a fix that passes the guard, now that nothing more can be asked."""
        if not self.draft.edited or self.draft.unresolved() or not self._take():
            return False
        self.finished = self.verdict.judgement is not Judgement.REJECT
        self.rejection = "" if self.finished else self.rejection
        return self.finished

    def _take(self) -> bool:
        """Take the draft for the fix and have it judged; False = there is nothing in it."""
        question = self.question
        self.fix = self.draft.fix()
        if not self.fix.changes:
            return False
        self.total = combine(question.held, self.fix)
        files, tuning = self.kit.workspace.files, self.kit.tuning
        self.verdict = guard(files, self.total, question.task, question.baseline, tuning)
        return True

    def _ask(self) -> Answer:
        rung, attempt = self.question.rung, self.question.attempt
        self.kit.reporter.emit(Asking(rung, attempt, self.turns))
        provider = self.kit.providers[rung.name]
        answer, self.conversation = self.kit.step("ask", provider.ask, rung, self.conversation)
        self.spent = self.spent.plus(answer)
        self.text = answer.text or self.text
        self.kit.reporter.emit(Answered(rung, attempt, self.spent))
        return answer

    def _resume(self, replies: tuple[Reply, ...], text: str = "") -> Conversation:
        return self.kit.providers[self.question.rung.name].resume(self.conversation, replies, visible(text))

    def _correct(self, replies: tuple[Reply, ...], text: str = "") -> None:
        """Tell the model what did not fit; after ``MOST_CORRECTIONS`` times, give up with the reason."""
        self.conversation = self._resume(replies, text)
        self.draft.told()
        self.corrections += 1
        if self.corrections > MOST_CORRECTIONS:
            self.finished = True
            reasons = text or "\n".join(reply.text for reply in replies if not reply.ok)
            self.rejection = f"the edits still did not fit after {MOST_CORRECTIONS} corrections: {reasons}"

    def _judge(self, replies: tuple[Reply, ...]) -> None:
        """All edits so far fit: is there a fix, whole, and one that the guard lets pass?"""
        unresolved = self.draft.unresolved()
        if unresolved:
            self._correct(replies, f"Edits to {', '.join(unresolved)} were rejected and not made again. {_MISSING}")
            return
        self.finished = True
        self.rejection = ""
        if not self._take():
            self.rejection = "the model proposed no edits"
        elif self.verdict.judgement is Judgement.REJECT:
            self._sent_back(replies)

    def _sent_back(self, replies: tuple[Reply, ...]) -> None:
        findings = [f for f in self.verdict.findings if f.judgement is Judgement.REJECT]
        reasons = told_to_model(findings)
        self.finished = False
        self._correct(replies, f"This fix is not allowed, and all of its edits have been undone:\n{reasons}\n{_AGAIN}")
        self.rejection = f"the guard rejects the fix:\n{reasons}"
        self.draft = Draft(self.kit.workspace.files, self.question.held.changes, self.kit.redactor)

    def proposal(self) -> Proposal:
        usable = self.finished and not self.rejection
        return Proposal(
            self.conversation,
            self.fix if usable else Fix(),
            self.total if usable else self.question.held,
            self.verdict,
            self.text,
            self.spent,
            self.rejection,
        )


def _cost_of(failure: ProviderError | BudgetSpent) -> Spent:
    """An answer that was no use may have been paid for all the same."""
    usage = failure.usage if isinstance(failure.usage, Usage) else Usage()
    return Spent(usage, failure.cost_usd or 0.0, failure.cost_usd is not None, failure.requests)


_MISSING = "Your other edits stand. Make the missing ones so that they fit, or make the whole fix differently."
_AGAIN = "Make the whole fix again with edits that are allowed and fit."


def _carry_out(call: Call, draft: Draft, files: Files) -> Reply:
    """Do what a call asks for, in the draft only; a rejected edit's reply says why, with the nearest real lines. What
    the repository says in a reply is data, and hides nothing."""
    if isinstance(call, Lookup):
        reply = answer_lookup(call, draft, files)
        return reply._replace(text=fenced(reply.text) if reply.ok else visible(reply.text))
    if not isinstance(call, EditCall):
        return Reply(call, ok=False, text=visible(call.reason))
    try:
        return Reply(call, ok=True, text=visible(draft.apply_all(call.edits)))
    except EditRejected as rejected:
        return Reply(call, ok=False, text=visible(rejected.message))
