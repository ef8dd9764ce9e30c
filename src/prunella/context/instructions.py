"""What a repository asks of those who work in it, for a model to follow as far as it concerns the code."""

from __future__ import annotations

from prunella.context.excerpts import decode
from prunella.context.filling import cut
from prunella.context.tokens import estimate
from prunella.ports import Files

NAMES = (
    *("AGENTS.md", "CLAUDE.md", ".cursorrules", ".github/copilot-instructions.md", "CONTRIBUTING.md"),
    *("CONTRIBUTING.rst", "docs/CONTRIBUTING.md", ".github/CONTRIBUTING.md"),
)
MOST_TOKENS = 900
MOST_LINES = 60


def instructions(files: Files, most: int) -> str:
    """The beginning of the repository's instruction files within ``most`` tokens (and 900); "" when it has none."""
    left = min(most, MOST_TOKENS)
    known = frozenset(files.paths())
    parts: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for name in NAMES:
        lines = decode(files.read(name)) if name in known else None
        if not lines or lines in seen:
            continue
        seen.add(lines)
        taken = [f"/repo/{name}:"]
        left -= 8
        for line in lines[:MOST_LINES]:
            price = estimate(cut(line)) + 1
            if price > left:
                taken.append("…")
                break
            taken.append(cut(line))
            left -= price
        if len(taken) > 2:
            parts.append("\n".join(taken).rstrip())
        if left < 40:
            break
    return "\n\n".join(parts)
