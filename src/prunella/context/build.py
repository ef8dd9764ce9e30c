"""Chooses what of the repository a model is shown, within a number of tokens."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import NamedTuple

from prunella.context.errors import leading, listing
from prunella.context.filling import Filling, Section
from prunella.context.gather import Failure, Gathered, gather
from prunella.context.instructions import instructions
from prunella.context.recent import COMMITS
from prunella.context.scene import Scene
from prunella.context.tokens import estimate
from prunella.context.tree import tree
from prunella.diagnostics.causes import roots
from prunella.domain import Verification
from prunella.errors import PrunellaError
from prunella.ports import Files, Lately, Memory

BETWEEN = "\n\n"
TREE_TOKENS = 600
RESERVE = 24
SMALL_FILE = 60
"""Lines of a file that is shown whole once anything of it is shown for a good reason."""
LEAST = 34.0
LEAST_FOR_TESTS = 13.0
LEAST_WITH_SUSPECTS = 20.0
"""What is worth less is not sent, however much of the budget is left: it would cost money and distract."""


@dataclass(frozen=True, slots=True)
class Context:
    """``tree`` and ``instructions`` do not change within a task; ``errors`` and ``code`` are those of one verification.

    Attributes:
        sections: the same in parts, each with its reason and tokens.
        shown: the lines of each file that are shown, 1-based.
    """

    tree: str
    errors: str
    code: str
    instructions: str = ""
    sections: tuple[Section, ...] = ()
    shown: tuple[tuple[str, frozenset[int]], ...] = ()

    @property
    def tokens(self) -> int:
        """Of all sections."""
        return sum(section.tokens for section in self.sections)


class Sight(NamedTuple):
    """What there is to choose from: the files; what changed lately (None = nobody knows); and what keeps the outlines
    of files between runs (None = nothing does)."""

    files: Files
    lately: Lately | None = None
    memory: Memory | None = None


def build(verification: Verification, sight: Sight, budget: int) -> Context:
    """What a model needs to repair this failure, the most valuable first until ``budget`` tokens are used or nothing
    is left that is worth its tokens."""
    failed = verification.failed
    files = sight.files
    if failed is None:
        raise ValueError("a passed verification needs no context")
    early = _ask_early(sight.lately)
    errors = listing(failed, verification.error_class)
    scene = Scene(files, sight.memory)
    directory = tree(files.paths(), frozenset(), TREE_TOKENS * 4 if budget >= 6_000 else budget * 2 // 5)
    guidance = instructions(files, budget // 10)
    fixed = (
        Section("errors", "what the check says", errors, estimate(errors)),
        Section("files", "where everything is", directory, estimate(directory)),
        *(
            (Section("instructions", "what the repository asks of those who work in it", guidance, estimate(guidance)),)
            if guidance
            else ()
        ),
    )
    told = leading(failed.diagnostics)
    causes = frozenset(index for index, root in enumerate(roots(told)) if index == root)
    failure = Failure(failed, verification.error_class, told, causes)
    filling = Filling(scene, max(0, (budget - sum(section.tokens for section in fixed) - RESERVE) * 96 // 100))
    early.join()
    found = gather(failure, scene, sight.lately)
    least = LEAST if not failure.is_test else LEAST_FOR_TESTS if not found.suspects else LEAST_WITH_SUSPECTS
    _fill(filling, scene, found, least)
    code = filling.sections()
    text = BETWEEN.join(section.text for section in code)
    return Context(directory, errors, text, guidance, (*fixed, *code), tuple(filling.shown().items()))


def _ask_early(lately: Lately | None) -> Thread:
    """Git answers while the files are listed. What goes wrong there is told to who asks again."""

    def ask() -> None:
        if lately is not None:
            with suppress(PrunellaError):
                lately.working()
                lately.commits(COMMITS)

    thread = Thread(target=ask, name="lately", daemon=True)
    thread.start()
    return thread


def _fill(filling: Filling, scene: Scene, found: Gathered, least: float) -> None:
    filling.take([*found.pieces, *found.notes], least)
    for path in filling.shown():
        lines = scene.lines(path)
        if (
            len(lines) <= SMALL_FILE
            and filling.value(path) >= 50
            and filling.price(path, 1, len(lines)) <= filling.left
        ):
            filling.widen(path)
