"""Puts the loop's source into how-it-heals.md: `python docs/include.py` (`make docs`); a test says when it is due."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "how-it-heals.md"
LOOP = HERE.parent / "src" / "prunella" / "heal.py"
OPENING, CLOSING = "```python\n", "```\n"


def included() -> str:
    """The page with the loop as it is now."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(OPENING)
    _, _, after = rest.partition(f"\n{CLOSING}")
    return f"{before}{OPENING}{LOOP.read_text(encoding='utf-8')}{CLOSING}{after}"


if __name__ == "__main__":
    PAGE.write_text(included(), encoding="utf-8")
