"""The money of one task: nothing is sent that could cost more than is left, and nothing that was sent is forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from prunella.conversation import DaySpent, Usage
from prunella.domain import Rung
from prunella.errors import ConfigError
from prunella.providers.limits import Budget, Limit, attempt_limit, committed, day_limits, refusal, task_limit
from prunella.providers.local import is_local
from prunella.providers.prices import Ceiling, Prices

LEAST_OUTPUT = 1024
"""Output tokens below which an answer is not worth asking for."""

FREE = Ceiling(0.0, 0.0)


class Calls(Protocol):
    """Where every request is written down, before it goes out and after it came back."""

    def opened(
        self, rung: Rung, attempt: int, input_tokens: int, max_output_tokens: int, reserved_usd: float | None
    ) -> int:
        """Record a request that is about to go out; its id. ``reserved_usd`` None = the model has no price."""

    def opened_today(
        self, rung: Rung, attempt: int, input_tokens: int, bid: Callable[[DaySpent], tuple[int, float | None]]
    ) -> int:
        """The same where others spend the same money: ``bid`` is told what the day has cost and says the output tokens
        and the worst case, or raises; from the sum to the record nobody else's request is recorded."""

    def day(self) -> DaySpent:
        """What the day has cost so far."""

    def closed(self, call_id: int, usage: Usage | None, cost_usd: float | None, error: str, request_id: str) -> None:
        """Record what came of it. ``usage`` None and ``error`` "" = unknown, so ``cost_usd`` is what was reserved."""


class _Reservation(NamedTuple):
    rung: Rung
    attempt: int
    usd: float | None


class TaskLedger:
    """Implements :class:`~prunella.ports.Ledger` for one task. May be used by several threads.

    The sum of what was paid and what is reserved never exceeds the task's budget, within an attempt its rung's, nor,
    with what all others on the same record spend, that of the day; see :mod:`prunella.providers.limits` for vendors
    that bill more than a request allowed.

    Args:
        now: Unix time, which decides the price in force.
        spent_usd: what an earlier run of the same task has spent.
    """

    def __init__(
        self,
        calls: Calls,
        prices: Prices,
        budget: Budget,
        *,
        now: Callable[[], float] = time.time,
        spent_usd: float = 0.0,
    ) -> None:
        self._calls = calls
        self._prices = prices
        self._budget = budget
        self._now = now
        self._open: dict[int, _Reservation] = {}
        self._known = {0: spent_usd}  # by attempt; 0 = before the first, or by an earlier run of the task
        self._unknown: dict[int, float] = {}  # what stands for bills that will never be known
        self._attempt = 0
        self._lock = threading.Lock()

    @property
    def spent_usd(self) -> float:
        """What the task has cost, with what is reserved at this moment."""
        with self._lock:
            return sum(self._sums())

    def start_attempt(self, number: int) -> None:
        """From here on, what is spent counts towards attempt ``number``."""
        with self._lock:
            self._attempt = number

    def require_prices(self, rungs: Iterable[Rung]) -> None:
        """Check, before anything is run or sent, that every rung can be paid for.

        Raises:
            ConfigError: a rung's model has no price although a budget binds it.
        """
        for rung in rungs:
            self._ceiling(rung, 0)

    def room(self, rung: Rung, input_tokens: int) -> int | None:
        """The output tokens that a request with this input could be allowed now (0 or less: not even its input fits);
        None = any number.

        Raises:
            ConfigError: as :meth:`reserve`.
        """
        ceiling = self._ceiling(rung, input_tokens)
        with self._lock:
            return _room(self._limits(rung, self._calls.day() if self._budget.by_day else None), ceiling)

    def reserve(self, rung: Rung, input_tokens: int, max_output_tokens: int) -> tuple[int, int]:
        """See :class:`~prunella.ports.Ledger`.

        Raises:
            BudgetSpent: not even a short answer fits what is left of a budget; says which one.
            ConfigError: the model has no price and a budget binds; says which lines to add.
        """
        ceiling = self._ceiling(rung, input_tokens)
        with self._lock:
            attempt = self._attempt
            allowed, usd = 0, None

            def bid(day: DaySpent | None) -> tuple[int, float | None]:
                nonlocal allowed, usd
                allowed = _allowed(self._limits(rung, day), ceiling, max_output_tokens, rung.model)
                usd = None if ceiling is None else ceiling.input_usd + allowed * ceiling.output_usd
                return allowed, usd

            # Written down before the request goes out, so that a killed run's request counts as spent.
            if self._budget.by_day:
                call = self._calls.opened_today(rung, attempt, input_tokens, bid)
            else:
                call = self._calls.opened(rung, attempt, input_tokens, *bid(None))
            self._open[call] = _Reservation(rung, attempt, usd)
            return call, allowed

    def settle(self, call: int, usage: Usage | None, *, error: str = "", request_id: str = "") -> float | None:
        """See :class:`~prunella.ports.Ledger`. Where the reservation stands, what was reserved is the cost; None when
        the model has no price."""
        with self._lock:
            reservation = self._open[call]
            unseen = 0.0 if error else reservation.usd
            cost = unseen if usage is None else self._price(reservation, usage)
            del self._open[call]
            sums = self._known if usage is not None or error else self._unknown
            sums[reservation.attempt] = sums.get(reservation.attempt, 0.0) + (cost or 0.0)
            self._calls.closed(call, usage, cost, error, request_id)
            return cost

    def _price(self, reservation: _Reservation, usage: Usage) -> float | None:
        rung = reservation.rung
        if reservation.usd is None:
            return None
        cost = self._prices.price(rung.provider, rung.model, usage, at=self._now())
        return 0.0 if cost is None else cost  # reserved without a price: it is free

    def _ceiling(self, rung: Rung, input_tokens: int) -> Ceiling | None:
        """The most a request can cost; None when that is unknown and no budget minds."""
        ceiling = self._prices.ceiling(rung.provider, rung.model, input_tokens, at=self._now())
        if ceiling is not None:
            return ceiling
        if rung.provider == "openai-compatible" and is_local(rung.base_url):
            return FREE
        if not self._budget.binds and rung.budget_usd is None:
            return None
        raise _no_price(rung.model)

    def _sums(self, attempt: int | None = None) -> tuple[float, float]:
        """What was billed, and what is held for bills that are not known, in the task or in one attempt. Called with
        the lock held."""
        known = sum(usd for number, usd in self._known.items() if attempt in (None, number))
        unknown = sum(usd for number, usd in self._unknown.items() if attempt in (None, number))
        return known, unknown + sum(r.usd or 0.0 for r in self._open.values() if attempt in (None, r.attempt))

    def _limits(self, rung: Rung, day: DaySpent | None) -> list[Limit]:
        """All budgets that bind. Called with the lock held."""
        limits = [] if day is None else day_limits(self._budget, day)
        if self._budget.task_usd is not None:
            limits.append(task_limit(self._budget.task_usd, committed(*self._sums())))
        if rung.budget_usd is not None:
            limits.append(attempt_limit(self._attempt, rung.budget_usd, committed(*self._sums(self._attempt))))
        return limits


def _room(limits: list[Limit], ceiling: Ceiling | None) -> int | None:
    """Output tokens that fit all limits; None = any number."""
    if ceiling is None or not limits or ceiling is FREE:
        return None
    remaining = min(limit.left_usd for limit in limits) - ceiling.input_usd
    if ceiling.output_usd == 0:
        return None if remaining >= 0 else 0
    return int(remaining / ceiling.output_usd + 1e-6)  # so that what fits exactly fits, whatever floats say


def _allowed(limits: list[Limit], ceiling: Ceiling | None, wanted: int, model: str) -> int:
    """The output tokens that a request is allowed, as many as wanted or as fit.

    Raises:
        BudgetSpent: that is less than a short answer.
    """
    room = _room(limits, ceiling)
    allowed = wanted if room is None else min(wanted, room)
    short = min(LEAST_OUTPUT, wanted)
    if allowed < short:
        raise refusal(limits, ceiling.input_usd + short * ceiling.output_usd if ceiling else 0.0, model)
    return allowed


def _no_price(model: str) -> ConfigError:
    return ConfigError(
        f"{model} has no known price, so its cost cannot be kept within a budget.",
        remedy="Add its price, in US dollars per million tokens, to prunella.toml:\n"
        f"[prices.{_toml_key(model)}]\ninput = 0.00\noutput = 0.00",
    )


def _toml_key(model: str) -> str:
    escaped = model.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(character if character.isprintable() else "?" for character in escaped) + '"'
