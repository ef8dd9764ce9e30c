"""What the guard looks at: a fix in its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from prunella.changes import Finding, Judgement, Tuning
from prunella.domain import Task
from prunella.guard.touched import Touch

Found = list[tuple[Finding, bool]]
"""Findings, each with whether it softens where an error names the file."""


class Failing(NamedTuple):
    """What is known of the failure that the fix is for.

    Attributes:
        known: False = a diff is judged by itself, and nobody said what failed.
        files: files of the repository that its errors name.
        text: the errors' messages and the end of the output, bounded: what a test expected and what it got.
        unasserted: those of ``files`` of which no error is a failed assertion: they do not compile, or do not load.
    """

    known: bool = False
    files: frozenset[str] = frozenset()
    text: str = ""
    unasserted: frozenset[str] = frozenset()


def nothing(_path: str) -> bytes | None:
    """Reads no file."""
    return None


class View(NamedTuple):
    """A fix and its surroundings.

    Attributes:
        touches: the files of the fix, line by line.
        paths: all of the repository's, before the fix.
        read: a file of the repository as it is before the fix; None when there is none. Asked only when needed.
    """

    touches: tuple[Touch, ...]
    task: Task
    failing: Failing = Failing()
    paths: Collection[str] = ()
    read: Callable[[str], bytes | None] = nothing
    tuning: Tuning = Tuning()


class RuleInfo(NamedTuple):
    """A rule as ``prunella guard --rules`` lists it, and as tests try it.

    Attributes:
        name: as findings name it, and as configuration does.
        group: ``names``, ``checks``, ``tests``, ``silencing``, ``configuration``, ``code``, ``dependencies``, ``size``.
        says: in one sentence, what a fix must not do.
        judgement: what its breach means unless something softens it.
        floor: it cannot be switched off by the repository being healed.
        adapts: it weighs one step less where an error names the very file (that file is what is to be repaired).
        example: an added line (or a few words) that breaches it.
    """

    name: str
    group: str
    says: str
    judgement: Judgement = Judgement.SUSPICIOUS
    floor: bool = False
    adapts: bool = False
    example: str = ""
