"""The money of one task: nothing is sent that could cost more than is left, and nothing that was sent is forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from prunella.conversation import Usage
from prunella.domain import Rung
from prunella.errors import BudgetSpent, ConfigError
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

    def closed(self, call_id: int, usage: Usage | None, cost_usd: float | None, error: str, request_id: str) -> None:
        """Record what came of it. ``usage`` None and ``error`` "" = unknown, so ``cost_usd`` is what was reserved."""


class Budget(NamedTuple):
    """What a task may cost in US dollars; None = no bound. What an attempt may cost is its rung's ``budget_usd``."""

    task_usd: float | None = None


class _Reservation(NamedTuple):
    rung: Rung
    attempt: int
    usd: float | None


class TaskLedger:
    """Implements :class:`~prunella.ports.Ledger` for one task. May be used by several threads.

    The sum of what was paid and what is reserved never exceeds the task's budget, nor within an attempt its rung's, as
    long as vendors bill no more tokens than the request allowed.

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
        self._budget_usd = budget.task_usd
        self._now = now
        self._open: dict[int, _Reservation] = {}
        self._spent = {0: spent_usd}  # by attempt; 0 = before the first, or by an earlier run of the task
        self._attempt = 0
        self._lock = threading.Lock()

    @property
    def spent_usd(self) -> float:
        """What the task has cost, with what is reserved at this moment."""
        with self._lock:
            return self._committed()

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
            return self._room(rung, ceiling)

    def reserve(self, rung: Rung, input_tokens: int, max_output_tokens: int) -> tuple[int, int]:
        """See :class:`~prunella.ports.Ledger`.

        Raises:
            BudgetSpent: not even a short answer fits what is left of a budget; says which one.
            ConfigError: the model has no price and a budget binds; says which lines to add.
        """
        ceiling = self._ceiling(rung, input_tokens)
        with self._lock:
            room = self._room(rung, ceiling)
            allowed = max_output_tokens if room is None else min(max_output_tokens, room)
            if allowed < min(LEAST_OUTPUT, max_output_tokens):
                raise self._refusal(rung, ceiling, min(LEAST_OUTPUT, max_output_tokens))
            usd = None if ceiling is None else ceiling.input_usd + allowed * ceiling.output_usd
            # Written down before the request goes out, so that a killed run's request counts as spent.
            call = self._calls.opened(rung, self._attempt, input_tokens, allowed, usd)
            self._open[call] = _Reservation(rung, self._attempt, usd)
            return call, allowed

    def settle(self, call: int, usage: Usage | None, *, error: str = "", request_id: str = "") -> float | None:
        """See :class:`~prunella.ports.Ledger`. Where the reservation stands, what was reserved is the cost; None when
        the model has no price."""
        with self._lock:
            reservation = self._open[call]
            unseen = 0.0 if error else reservation.usd
            cost = unseen if usage is None else self._price(reservation, usage)
            del self._open[call]
            self._spent[reservation.attempt] = self._spent.get(reservation.attempt, 0.0) + (cost or 0.0)
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
        if self._budget_usd is None and rung.budget_usd is None:
            return None
        raise _no_price(rung.model)

    def _committed(self, attempt: int | None = None) -> float:
        """Spent and reserved, in the task or in one attempt. Called with the lock held."""
        spent = sum(usd for number, usd in self._spent.items() if attempt in (None, number))
        return spent + sum(r.usd or 0.0 for r in self._open.values() if attempt in (None, r.attempt))

    def _left(self, rung: Rung) -> float | None:
        """What the tighter of the two budgets has left. Called with the lock held."""
        left = []
        if self._budget_usd is not None:
            left.append(self._budget_usd - self._committed())
        if rung.budget_usd is not None:
            left.append(rung.budget_usd - self._committed(self._attempt))
        return min(left, default=None)

    def _room(self, rung: Rung, ceiling: Ceiling | None) -> int | None:
        left = self._left(rung)
        if ceiling is None or left is None or ceiling is FREE:
            return None
        remaining = left - ceiling.input_usd
        if ceiling.output_usd == 0:
            return None if remaining >= 0 else 0
        return int(remaining / ceiling.output_usd + 1e-6)  # so that what fits exactly fits, whatever floats say

    def _refusal(self, rung: Rung, ceiling: Ceiling | None, output: int) -> BudgetSpent:
        """Names the budget that binds. Called with the lock held."""
        needed = ceiling.input_usd + output * ceiling.output_usd if ceiling else 0.0
        task = None if self._budget_usd is None else self._budget_usd - self._committed()
        attempt = None if rung.budget_usd is None else rung.budget_usd - self._committed(self._attempt)
        whole_task = task is not None and (attempt is None or task <= attempt or task < needed)
        if whole_task:
            name, left, of = "The task's budget", task or 0.0, self._budget_usd
            remedy = "Raise it with --budget USD, or budget.task_usd in prunella.toml."
        else:
            name, left, of = f"The budget of attempt {self._attempt}", attempt or 0.0, rung.budget_usd
            remedy = "Raise budget.attempt_usd, or the rung's budget_usd, in prunella.toml."
        return BudgetSpent(
            f"{name} has {_usd(max(0.0, left))} of {_usd(of or 0.0)} left, and a request to {rung.model} could cost "
            f"{_usd(needed)} even with a short answer.",
            remedy=remedy,
            whole_task=whole_task,
        )


def _usd(amount: float) -> str:
    amount = round(amount, 4)
    return f"${amount:.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.4f}"


def _no_price(model: str) -> ConfigError:
    return ConfigError(
        f"{model} has no known price, so its cost cannot be kept within a budget.",
        remedy="Add its price, in US dollars per million tokens, to prunella.toml:\n"
        f"[prices.{_toml_key(model)}]\ninput = 0.00\noutput = 0.00",
    )


def _toml_key(model: str) -> str:
    escaped = model.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(character if character.isprintable() else "?" for character in escaped) + '"'
