"""What of the last changes belongs to a failure, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from prunella.context.languages import family
from prunella.context.pieces import Note, Piece
from prunella.context.recent import Hunk, Recent
from prunella.context.scene import is_test

WORTH = (58.0, 54.0, 40.0, 32.0, 26.0, 22.0)
"""Of a change in the working tree, the last commit, the one before …; older ones are worth the last."""
CROWD = 12
"""Files that changed together, from which on a single one of them says little by itself."""
FEW, SMALL = 4, 12_000
"""Files, and characters of changed lines, up to which a change counts as small."""
MARGIN = 4
MOST_REMOVED = 60
MOST_HUNKS = 60
MOST_GONE = 220
NOISE = re.compile(
    r"(?:^|/)(?:[\w.-]*lock(?:\.json|\.yaml|b)?|[\w.-]+\.(?:lock|sum|snap|map|svg|min\.js)|CHANGES[\w.]*|CHANGELOG[\w.]*|"
    r"HISTORY[\w.]*|PKG-INFO|SOURCES\.txt)$",
    re.IGNORECASE,
)


def worth(recent: Recent, near: Mapping[str, float], names: Collection[str]) -> float:
    """How much a change matters to this failure.

    Args:
        near: files with how close they are to the error (1 = it names them, less with every import between).
        names: what the failure speaks of.
    """
    if NOISE.search(recent.path):
        return 0.0
    value = WORTH[min(recent.rank, len(WORTH) - 1)]
    if recent.together > CROWD:
        value *= max(0.35, (CROWD / recent.together) ** 0.5)
    closeness = max(near.get(recent.path, 0.0), near.get(recent.was, 0.0))
    value += 30 * closeness
    spoken = sum(1 for name in names if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", recent.touched))
    value += min(30, 12 * spoken)
    if recent.together > CROWD and not closeness and not spoken:
        value *= 0.5
    if not family(recent.path) and not recent.path.endswith((".json", ".toml", ".cfg", ".mod", ".yaml", ".yml")):
        return value * (0.3 if not closeness else 0.9)
    if is_test(recent.path) and closeness < 1:
        value *= 0.6
    if recent.rank <= 1 and recent.together <= FEW and len(recent.touched) <= SMALL and not recent.new:
        value = max(value, 97.0)  # the last thing done, and little of it: the prime suspect, whatever errors say
    return min(value, 99.0)


def shown(recent: Recent, value: float) -> tuple[list[Piece], list[Note]]:
    """A change as pieces of the file as it is now, and a note of what stood there before."""
    when = _when(recent)
    if recent.gone:
        held = "\n".join(recent.lines[:MOST_GONE])
        more = "" if len(recent.lines) <= MOST_GONE else f"\n… and {len(recent.lines) - MOST_GONE} more lines"
        text = f"/repo/{recent.path} was deleted {when}. It held:\n{held}{more}"
        return [], [Note(recent.path, text, value, f"deleted {when}")]
    why = f"changed {when}"
    if recent.new:
        return [Piece(recent.path, 1, min(len(recent.lines), 120), value * 0.8, f"new {when}")], []
    pieces = [_piece(recent, hunk, value - n * 0.1, why) for n, hunk in enumerate(recent.hunks[:MOST_HUNKS])]
    moved = f"; it was {recent.was}" if recent.was else ""
    parts = [part for part in map(_before, recent.hunks[:MOST_HUNKS]) if part]
    if not parts and not moved:
        return pieces, []
    text = f"/repo/{recent.path} changed {when}{moved}." + "".join(f"\n{part}" for part in parts)
    return pieces, [Note(recent.path, text, value - 0.5, f"what it was before it changed {when}")]


def _piece(recent: Recent, hunk: Hunk, value: float, why: str) -> Piece:
    last = max(hunk.last, hunk.first)
    return Piece(recent.path, max(1, hunk.first - MARGIN), min(len(recent.lines), last + MARGIN), value, why)


def _before(hunk: Hunk) -> str:
    now = f"lines {hunk.first}-{hunk.last}" if hunk.last > hunk.first else f"line {hunk.first}"
    if not hunk.removed:
        return f"{now} new" if hunk.last >= hunk.first else ""
    removed = "\n".join(f"-{line[:400]}" for line in hunk.removed[:MOST_REMOVED])
    cut = f"\n… and {len(hunk.removed) - MOST_REMOVED} more" if len(hunk.removed) > MOST_REMOVED else ""
    return (
        f"{now} was:\n{removed}{cut}" if hunk.last >= hunk.first else f"before line {hunk.first} stood:\n{removed}{cut}"
    )


def _when(recent: Recent) -> str:
    if recent.rank == 0:
        return "in the working tree, uncommitted"
    subject = re.sub(r"\s+", " ", recent.subject)[:72]
    which = "in the last commit" if recent.rank == 1 else f"{recent.rank} commits ago"
    return f'{which}, {recent.commit[:7]} "{subject}"' if subject else f"{which}, {recent.commit[:7]}"
