"""What a day's requests have cost. Triggers keep the sums in step with ``provider_calls`` (see ``0003_days.sql``), so a
reservation reads one row for each repository of the day, and not one for each request."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from prunella.conversation import DaySpent
from prunella.store.columns import Row, text_value

DAY_S = 86_400
"""Unix days are of one length, and begin at midnight UTC."""

_DAY = """
    SELECT TOTAL(billed_usd * mine), TOTAL(held_usd * mine), TOTAL(billed_usd), TOTAL(held_usd) FROM (
        SELECT billed_usd, held_usd, place = :place OR (remote = :remote AND :remote <> '') AS mine
        FROM day_spending WHERE day = :day
    )
"""


class Owner(NamedTuple):
    """Which repository requests are made for. Two are the same if either is: a checkout whose remote was changed is
    still that checkout, and a new clone is still that repository.

    Attributes:
        place: the git folder that all of its worktrees share.
        remote: where it was cloned from, without user or password; "" = from nowhere.
    """

    place: str = ""
    remote: str = ""

    @property
    def columns(self) -> Row:
        """Its columns in ``provider_calls``."""
        return {"place": text_value(self.place), "remote": text_value(self.remote)}


def day_spent(connection: Connection, owner: Owner, now: float) -> DaySpent:
    """What the day of ``now`` has cost so far."""
    day = int(now // DAY_S)
    row = connection.execute(_DAY, {**owner.columns, "day": day}).fetchone()
    return DaySpent(now, (day + 1) * DAY_S, *row)
