"""Rung 0 for C and C++: what git knows, and the compilers' fix-its. The failing check itself judges each try: make goes
on after the first file that fails, so that all errors are seen."""

from __future__ import annotations

from collections.abc import Iterable

from prunella.domain import CheckResult, Verification
from prunella.lately.languages import family
from prunella.ports import Judge, Mended
from prunella.toolchain.bench import Bench
from prunella.toolchain.c_fixits import fixits
from prunella.toolchain.c_messages import errors
from prunella.toolchain.command import quick, rerun
from prunella.toolchain.lore import Lore, lore
from prunella.toolchain.renames import git_repairs
from prunella.toolchain.search import Search, Sight
from prunella.toolchain.tree import Repair, Tree

GOING_ON = "export MAKEFLAGS=k LC_ALL=C;"
"""make(1): -k, keep going; the compilers' messages as they are written."""


class CMender:
    """See ``bench.Mender``."""

    name = "c"

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """See ``bench.Mender``."""
        failed = verification.failed
        if failed is None or not quick(failed):
            return Mended()
        if not any(family(found.file) == "c" for found in failed.diagnostics):
            return Mended()
        return Search(_Craft(bench, failed), bench, judge).mended()

    def close(self) -> None:
        """Nothing stays up."""


class _Craft:
    """See ``search.Craft``."""

    def __init__(self, bench: Bench, failed: CheckResult) -> None:
        self._bench, self._failed = bench, failed
        self._known: Lore | None = None
        self._first = True

    def look(self, tree: Tree) -> Sight | None:
        ran = rerun(self._bench, self._failed, first=GOING_ON)
        found = errors(ran.text, self._failed.check.folder, tree)
        offers: tuple[Repair, ...] = ()
        if found and (self._first or tree.changed):
            offers = tuple(fixits(found, ran.text, self._bench, self._failed.check.folder, tree))
        self._first = False
        return Sight(found, ran.passed, offers)

    def repairs(self, sight: Sight, tree: Tree) -> Iterable[Repair]:
        if self._known is None:
            self._known = lore(self._bench.lately)
        return git_repairs(sight.errors, tree, self._known)
