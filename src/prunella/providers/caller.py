"""Asks a model over HTTP: reserve the money, send, read, settle; wait and send again where that can help."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from prunella.conversation import Answer, Conversation, Prompt, Reply, Stop, Usage
from prunella.domain import Rung
from prunella.errors import BudgetSpent, Fault, ProviderError
from prunella.events import Waiting
from prunella.ports import Ledger, Reporter
from prunella.providers import retry
from prunella.providers.http import Endpoint, HttpRequest, HttpResponse, Wire
from prunella.providers.transport import Transport

HIDDEN_TOKENS = 2_000
"""What vendors may add to a request, such as the prompts of their own tools; it is billed as input."""

MOST_PAUSES = 3
"""How often an answer may be paused by the vendor before it must end."""

SETTINGS = {"anthropic": "ANTHROPIC_BASE_URL", "openai": "OPENAI_BASE_URL", "openai-compatible": "the rung's base_url"}
"""Where a person changes a provider's address."""


class Purse(Ledger, Protocol):
    """A ledger that can also say what would fit, before anything is reserved."""

    def room(self, rung: Rung, input_tokens: int) -> int | None:
        """Output tokens that a request with this input could be allowed now; None = any number."""


class _Bill:
    """What the requests of one question have cost so far."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.cost_usd: float | None = 0.0
        self.requests = 0

    def add(self, usage: Usage | None, cost_usd: float | None) -> None:
        self.usage += usage or Usage()
        self.cost_usd = None if cost_usd is None or self.cost_usd is None else self.cost_usd + cost_usd


@dataclass(eq=False, repr=False)  # what is left out is not compiled at each start
class HttpProvider:
    """Implements :class:`~prunella.ports.Provider` for any wire format.

    Attributes:
        wait: how to wait some seconds; tests record instead of waiting.
        on_bytes: told how many bytes of an answer have come, while it comes.
        jitter: a number from 0 to 1, drawn anew for each wait.
    """

    wire: Wire
    transport: Transport
    ledger: Purse
    reporter: Reporter
    endpoint: Endpoint
    wait: Callable[[float], object] = field(default_factory=lambda: threading.Event().wait, kw_only=True)
    on_bytes: Callable[[int], None] | None = field(default=None, kw_only=True)
    jitter: Callable[[], float] = field(default=lambda: os.urandom(1)[0] / 255, kw_only=True)

    def begin(self, rung: Rung, prompt: Prompt) -> Conversation:
        """See :class:`~prunella.ports.Provider`."""
        return self.wire.begin(rung, prompt)

    def resume(self, conversation: Conversation, replies: tuple[Reply, ...], text: str = "") -> Conversation:
        """See :class:`~prunella.ports.Provider`."""
        return self.wire.resume(conversation, replies, text)

    def ask(self, rung: Rung, conversation: Conversation) -> tuple[Answer, Conversation]:
        """See :class:`~prunella.ports.Provider`.

        The answer's usage and cost are those of all requests that it took: retried, paused and cut ones too.

        Raises:
            ProviderError: no usable answer, after the retries that made sense.
            BudgetSpent: the request, or the next one it takes, could cost more than is left.
                Both say what the requests before have come to.
            ConfigError: the model has no price although a budget binds.
        """
        bill = _Bill()
        try:
            return self._ask(rung, conversation, bill)
        except (ProviderError, BudgetSpent) as error:
            error.cost_usd, error.requests, error.usage = bill.cost_usd, bill.requests, bill.usage
            raise

    def _ask(self, rung: Rung, conversation: Conversation, bill: _Bill) -> tuple[Answer, Conversation]:
        limit = rung.max_output_tokens
        pauses = 0
        enlarged = False
        while True:
            answer, allowed = self._answer(rung, conversation, limit, bill)
            if answer.stop is Stop.TRUNCATED:
                if enlarged:
                    raise _truncated(rung, answer, allowed, "twice")
                limit, enlarged = self._enlarged(rung, conversation, answer, allowed), True
            elif answer.stop is Stop.PAUSED and not answer.calls:
                pauses += 1
                if pauses > MOST_PAUSES:
                    raise ProviderError(
                        f"{rung.model} paused its answer {pauses} times without an end.",
                        Fault.TRANSIENT,
                        request_id=answer.request_id,
                        billed=True,
                    )
                conversation = self.wire.extend(conversation, answer)
            else:
                _refuse_unusable(rung, answer)
                conversation = self.wire.extend(conversation, answer)
                return replace(answer, usage=bill.usage, cost_usd=bill.cost_usd), conversation

    def _enlarged(self, rung: Rung, conversation: Conversation, answer: Answer, allowed: int) -> int:
        """Twice the output tokens that were not enough, as far as the model and the budget let them grow."""
        from prunella.providers import catalog

        most = catalog.max_output_tokens(rung.model)
        wanted = min(2 * allowed, most or 2 * allowed)
        if wanted <= allowed:
            raise _truncated(rung, answer, allowed, "and the model allows no more")
        request = self.wire.build_request(rung, conversation, wanted, self.endpoint)
        room = self.ledger.room(rung, self._input_bound(rung, conversation, request, wanted))
        if room is not None and room <= allowed:
            raise _truncated(rung, answer, allowed, "and the budget allows no more")
        return wanted

    def _answer(self, rung: Rung, conversation: Conversation, limit: int, bill: _Bill) -> tuple[Answer, int]:
        """One request, sent again as the retry policy says; and the output tokens it was allowed."""
        tries, waited = 0, 0.0
        while True:
            tries += 1
            try:
                return self._send(rung, conversation, limit, bill)
            except ProviderError as error:
                decision = retry.decide(error, tries, waited, self.jitter())
                if isinstance(decision, retry.GiveUp):
                    if not decision.reason:
                        raise
                    raise _with_reason(error, decision.reason) from error
                self.reporter.emit(Waiting(rung.display, error.message.removesuffix("."), decision.delay_s))
                self.wait(decision.delay_s)
                waited += decision.delay_s

    def _send(self, rung: Rung, conversation: Conversation, limit: int, bill: _Bill) -> tuple[Answer, int]:
        """One request on its way: reserved before, settled after, whatever comes back."""
        request = self.wire.build_request(rung, conversation, limit, self.endpoint)
        bound = self._input_bound(rung, conversation, request, limit)
        call, allowed = self.ledger.reserve(rung, bound, limit)
        settled = False
        try:
            if allowed != limit:
                request = self.wire.build_request(rung, conversation, allowed, self.endpoint)
            bill.requests += 1
            response = self._exchange(request)
            answer = self.wire.read_response(response)
            # A usage of nothing at all is one that was not told: then the reservation stands.
            usage = answer.usage if answer.usage != Usage() else None
            settled = True
            bill.add(usage, self.ledger.settle(call, usage, request_id=answer.request_id))
        except ProviderError as error:
            settled = True
            words = "" if _may_be_billed(error) else error.message.removesuffix(".")
            bill.add(None, self.ledger.settle(call, None, error=words, request_id=error.request_id))
            raise
        finally:
            if not settled:  # interrupted on the way: nobody knows what the vendor did
                self.ledger.settle(call, None)
        return answer, allowed

    def _exchange(self, request: HttpRequest, *, quietly: bool = False) -> HttpResponse:
        on_bytes = None if quietly else self.on_bytes
        return self.transport.send(request, on_bytes=on_bytes, setting=SETTINGS.get(self.wire.NAME, ""))

    def _input_bound(self, rung: Rung, conversation: Conversation, request: HttpRequest, limit: int) -> int:
        """Input tokens that the request cannot exceed: a token is at least a byte. That is some four times too much,
        so where the budget would not allow it, the vendor is asked to count."""
        bound = len(request.body) + HIDDEN_TOKENS
        room = self.ledger.room(rung, bound)
        if room is None or room >= limit:
            return bound
        count = self.wire.build_count_request(rung, conversation, self.endpoint)
        if count is None:
            return bound
        try:
            counted = self.wire.read_count(self._exchange(count, quietly=True))
        except ProviderError:
            return bound  # the request itself will say what is wrong
        # Vendors call their count an estimate.
        return min(bound, counted + counted // 50 + HIDDEN_TOKENS)


def _may_be_billed(error: ProviderError) -> bool:
    """Whether money may have gone: an error status is not billed, but an answer that cannot be read may well be."""
    if error.status >= 300:
        return False
    return error.billed or (error.status >= 200 and error.fault is Fault.MALFORMED)


def _refuse_unusable(rung: Rung, answer: Answer) -> None:
    """Raise for an answer that was given, and billed, but is none."""
    if answer.stop is Stop.REFUSED:
        detail = f": {answer.detail}" if answer.detail else ""
        raise ProviderError(
            f"{rung.model} refused to answer{detail.rstrip('.')}.",
            Fault.REFUSAL,
            remedy="Asking again in other words seldom helps; another vendor's model may answer.",
            request_id=answer.request_id,
            billed=True,
        )
    if answer.stop is Stop.CONTEXT:
        raise ProviderError(
            f"The conversation has become too long for {rung.model}.",
            Fault.CONTEXT,
            request_id=answer.request_id,
            billed=True,
        )


def _truncated(rung: Rung, answer: Answer, allowed: int, how: str) -> ProviderError:
    return ProviderError(
        f"The answer of {rung.model} was cut at {allowed:,} output tokens, {how}.",
        Fault.TRUNCATED,
        remedy="Raise the rung's max_output_tokens (reasoning counts), or lower its effort.",
        request_id=answer.request_id,
        billed=True,
    )


def _with_reason(error: ProviderError, reason: str) -> ProviderError:
    return ProviderError(
        f"{error.message.removesuffix('.')} ({reason}).",
        error.fault,
        remedy=error.remedy,
        retry_after_s=error.retry_after_s,
        status=error.status,
        request_id=error.request_id,
        billed=error.billed,
    )
