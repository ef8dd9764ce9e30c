"""`prunella history`: the tasks of the record, newest first."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from prunella.report import events_json
from prunella.report.words import columns, dollars, one_line, seconds
from prunella.store import queries
from prunella.store.dossier import HistoryRow

_HEAD = ("ID", "WHEN", "REPOSITORY", "STATUS", "ATTEMPTS", "MODELS", "COST", "TIME", "ERROR")
_LONGEST = (80, 16, 40, 14, 8, 40, 24, 12, 80)
"""Characters per column."""
_SHORTEN = ((8, 20), (2, 12), (5, 10))
"""Columns that may be shortened, the first ones first, and to what."""
_LEAVE_OUT = (8, 5, 7, 4, 2)
"""Columns that are left out where that is not enough."""


def run_history(database: Path, limit: int, as_json: bool, width: int | None = None) -> str:
    """The text for stdout: a table, or with ``as_json`` a list of objects with the keys id, kind, repository, root,
    status ("running" = not ended), created_at (Unix time), duration_s, attempts, models, cost_usd, price_known and
    summary.

    ``width``: the table's, in characters; 0 = as wide as it gets; None = the terminal's, if stdout is one.

    Raises:
        StoreError: the record cannot be read.
    """
    rows = queries.history(database, limit)
    if as_json:
        return events_json.text([_document(row) for row in rows])
    if not rows:
        return "Nothing has been recorded yet. `prunella heal` in a checkout makes the first entry.\n"
    table = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEAD))]
    widths = _fitted(widths, columns(sys.stdout, 0) if width is None else width)
    return "".join(_line(line, widths) for line in table)


def _fitted(widths: list[int], room: int) -> list[int]:
    """The columns' widths made to fit: long texts are shortened first, then columns left out (0)."""
    if room <= 0:
        return widths
    fitted = list(widths)
    for column, shortest in _SHORTEN:
        fitted[column] = max(min(fitted[column], shortest), fitted[column] - max(_total(fitted) - room, 0))
    for column in _LEAVE_OUT:
        if _total(fitted) > room:
            fitted[column] = 0
    return fitted


def _total(widths: list[int]) -> int:
    shown = [width for width in widths if width]
    return sum(shown) + 2 * (len(shown) - 1)


def _line(line: tuple[str, ...], widths: list[int]) -> str:
    cells = [one_line(cell, width).ljust(width) for cell, width in zip(line, widths, strict=True) if width]
    return "  ".join(cells).rstrip() + "\n"


def _cells(row: HistoryRow) -> tuple[str, ...]:
    cells = (
        row.id,
        time.strftime("%Y-%m-%d %H:%M", time.localtime(row.created_at)),
        row.repository.rstrip("/").rpartition("/")[2] or row.repository,
        row.status.value if row.status else "not ended",
        str(row.attempts),
        ", ".join(row.models) or "-",
        dollars(row.cost_usd) + ("" if row.price_known else " + unknown"),
        "-" if row.duration_s is None else seconds(row.duration_s),
        row.summary,
    )
    return tuple(one_line(cell, longest) for cell, longest in zip(cells, _LONGEST, strict=True))


def _document(row: HistoryRow) -> events_json.Document:
    return {
        "id": row.id,
        "kind": row.kind,
        "repository": row.repository,
        "root": row.root,
        "status": row.status.value if row.status else "running",
        "created_at": row.created_at,
        "duration_s": row.duration_s,
        "attempts": row.attempts,
        "models": list(row.models),
        "cost_usd": row.cost_usd,
        "price_known": row.price_known,
        "summary": row.summary,
    }
