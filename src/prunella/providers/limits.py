"""The budgets that a request must fit into, as they stand at one moment, and what a person is told of one that binds.

A request is let through if its worst case fits beside all that is known to be spent and beside the worst case of every
request whose bill is not known, taken ``OVERBILL`` higher. So, as long as no bill is more than that higher than what
was reserved for it, a budget is exceeded by no more than what the bill of *one* request exceeds its reservation by,
however many are under way at once. What that can be is told in ``docs/decisions/0017-budgets-and-faults.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from prunella.conversation import DaySpent
from prunella.errors import BudgetSpent

OVERBILL = 0.1
"""How much more than was reserved the bill of a request under way may be without a second budget being broken by it."""


class Budget(NamedTuple):
    """What may be spent in US dollars; None = no bound. What an attempt may cost is its rung's ``budget_usd``; days
    end at midnight UTC."""

    task_usd: float | None = None
    repository_day_usd: float | None = None
    organisation_day_usd: float | None = None

    @property
    def by_day(self) -> bool:
        """Whether what others spend counts."""
        return self.repository_day_usd is not None or self.organisation_day_usd is not None

    @property
    def binds(self) -> bool:
        """Whether there is a bound at all."""
        return self.task_usd is not None or self.by_day


class Limit(NamedTuple):
    """One budget as it stands.

    Attributes:
        name: the beginning of a sentence; ``until``: its last words, when the budget is a day's.
        left_usd: what a request may cost at most; less than 0 if a vendor has billed more than was reserved.
        whole_task: whether the task ends with it.
    """

    name: str
    of_usd: float
    left_usd: float
    remedy: str
    whole_task: bool = True
    until: str = ""


def task_limit(of_usd: float, committed_usd: float) -> Limit:
    """The task's."""
    remedy = "Raise it with --budget USD, or budget.task_usd in prunella.toml."
    return Limit("The task's budget", of_usd, of_usd - committed_usd, remedy)


def attempt_limit(number: int, of_usd: float, committed_usd: float) -> Limit:
    """An attempt's."""
    remedy = "Raise budget.attempt_usd, or the rung's budget_usd, in prunella.toml."
    return Limit(f"The budget of attempt {number}", of_usd, of_usd - committed_usd, remedy, whole_task=False)


def day_limits(budget: Budget, day: DaySpent) -> list[Limit]:
    """Those of the day."""
    until = f", until midnight UTC ({_hours(day.until - day.now)} from now)"
    repository = committed(day.repository_usd, day.repository_held_usd)
    organisation = committed(day.organisation_usd, day.organisation_held_usd)
    limits = []
    if budget.repository_day_usd is not None:
        remedy = "Raise budget.repository_day_usd, or run it again after midnight UTC."
        limit = Limit("The day's budget of this repository", budget.repository_day_usd, 0.0, remedy, until=until)
        limits.append(limit._replace(left_usd=limit.of_usd - repository))
    if budget.organisation_day_usd is not None:
        remedy = "Raise budget.organisation_day_usd in your own prunella.toml, or run it again after midnight UTC."
        limit = Limit("The day's budget of all repositories", budget.organisation_day_usd, 0.0, remedy, until=until)
        limits.append(limit._replace(left_usd=limit.of_usd - organisation))
    return limits


def committed(known_usd: float, held_usd: float) -> float:
    """What counts against a budget: known bills, and the worst case of unknown ones with the margin for being wrong."""
    return known_usd + held_usd * (1 + OVERBILL)


def refusal(limits: Sequence[Limit], needed_usd: float, model: str) -> BudgetSpent:
    """The error for a request that does not fit: names the budget that stands in the way, one that ends the task first.

    Args:
        limits: at least one.
        needed_usd: what the request could cost with a short answer.
    """
    short = [limit for limit in limits if limit.left_usd < needed_usd] or limits
    limit = min(short, key=lambda short: (not short.whole_task, short.left_usd))
    return BudgetSpent(
        f"{limit.name} has {usd(max(0.0, limit.left_usd))} of {usd(limit.of_usd)} left{limit.until}, and a request to "
        f"{model} could cost {usd(needed_usd)} even with a short answer.",
        remedy=limit.remedy,
        whole_task=limit.whole_task,
    )


def usd(amount: float) -> str:
    """An amount with as many places as it needs."""
    amount = round(amount, 4)
    return f"${amount:.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.4f}"


def _hours(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
