"""Real packages, and how benchmarks break them: what the benchmarks of rung 0 and of the context share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """One breakage.

    Attributes:
        kind: what was done, in words ("renamed export, one user left behind").
        files: what the break writes, by path; None = it deletes the file. The true fix is the package as it was (or,
            where the break is a half of a rename, the rename carried through).
        committed: the break is the last commit; else it lies uncommitted in the working tree.
        fix: the paths of the true fix; () = those of ``files``.
        mechanical: whether a compiler or git knows the repair (else it takes a model, or a person).
    """

    kind: str
    files: Mapping[str, str | None]
    committed: bool = True
    fix: tuple[str, ...] = ()
    mechanical: bool = True

    @property
    def true_fix(self) -> tuple[str, ...]:
        return self.fix or tuple(self.files)


class Package(NamedTuple):
    """A package from a public registry.

    Attributes:
        name: with its version ("zod 4.6.7").
        fetch: makes the folder it is given, which does not exist yet: sources and tools, without git.
        verify: the command that the breaks make fail (a type check or a build); ``tests``: its own tests, which judge.
        breaks: the same breakages, in the same order, every time, from the fetched sources.
    """

    name: str
    language: str
    fetch: Callable[[Path], None]
    verify: str
    tests: str
    breaks: Callable[[Path], Iterable[Case]]
