"""Functions of which the work is gone: what is left logs, sets or returns what was there, whatever comes.

What a fix takes away from one place and does in another is no loss: it is weighed against all that the fix adds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.guard.code_blocks import FUNCTIONS, Block, Blocks, statements
from prunella.guard.code_errors import sides, source_lines
from prunella.guard.code_idle import has_code, is_idle, weight, work
from prunella.guard.code_lines import Source
from prunella.guard.view import Found
from prunella.guard.weakened_cases import suspicion

LEAST = 3
"""Work that a function must have had for its loss to count."""


GIVES_UP = re.compile(
    r"^(?:(?:unimplemented|todo|panic|unreachable)!|panic\(|abort\(|std::abort\(|fatalError\(|exit\(|(?:throw|raise)\b)"
)
RAISES = re.compile(r"\b(?:throw|raise|panic|abort|exit)\b")
PROSE = re.compile(r"^[A-Z]?[a-z]+(?: [\w'`-]+){3,}[.,]?$")
"""A line of a comment whose beginning a patch does not show."""


def shrunk(sources: Sequence[Source]) -> Found:
    """A suspicion for a function that does nothing any more."""
    real = [source for source in sources if source.is_real and source.touch.before and source.touch.after is not None]
    added = sum(weight(line) for _, line in source_lines(real, "added"))
    removed = sum(weight(line) for _, line in source_lines(real, "removed"))
    if removed < LEAST or added * LEAST > removed:
        return []
    found: Found = []
    for source in real:
        found += _functions(source) or _hunks(source)
    return found[:3]


def _functions(source: Source) -> Found:
    then, now = (Blocks(lines, source.language, FUNCTIONS) for lines in (source.before, source.after))
    for name, block in then.touched(number for number, _ in source.removed).items():
        twin = _twin(then, now, block)
        if twin is None:
            continue
        had, left = (_body(lines, one) for lines, one in ((source.before, block), (source.after, twin)))
        lost = sum(map(weight, had))
        gave_up = len(left) == 1 and GIVES_UP.match(left[0]) and not any(RAISES.search(text) for text in had)
        if lost >= LEAST and left and (gave_up or not any(map(work, left))):
            return [suspicion("body-emptied", source.path, f"{name} does nothing any more", twin.start)]
    return []


def _twin(then: Blocks, now: Blocks, block: Block) -> Block | None:
    """The same function after: of those that share its name, the one in the same place of their order."""
    olds = [index for index, (_, _, name) in enumerate(then.heads) if name == block.name]
    news = [index for index, (_, _, name) in enumerate(now.heads) if name == block.name]
    if len(olds) != len(news):
        return None
    at = next((place for place, index in enumerate(olds) if then.heads[index][0] == block.start), None)
    return None if at is None else now.block(news[at])


def _body(lines: Sequence[str], block: Block) -> list[str]:
    """The statements of a function without its head."""
    whole = [text for _, text in statements(lines, block)]
    return [text for text in whole[1:] if has_code(text) and not text.startswith(("@", '"', "'", "use ", "import "))]


def _hunks(source: Source) -> Found:
    """Work with nothing but constants in its place, where no function can be seen as a whole."""
    heads = Blocks(source.before, source.language, FUNCTIONS).numbers
    for hunk in source.touch.hunks:
        gone, come = sides(source, hunk)
        if not come or {number for number, _ in hunk.removed}.intersection(heads):
            continue
        least = LEAST if come[-1].startswith("return") else 2 * LEAST
        if sum(map(weight, gone)) >= least and all(map(is_idle, come)) and not any(map(PROSE.match, gone)):
            line = hunk.added[0][0]
            return [suspicion("body-emptied", source.path, f"it puts no work in the place of: {gone[0][:80]}", line)]
    return []
