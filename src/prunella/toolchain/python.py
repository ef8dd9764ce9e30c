"""Rung 0 for Python: what git knows, near names among the real definitions, imports that are sure, and one mark that
makes a file compile. The failing check itself (mypy, pyright, ruff, pytest, a script) judges each try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prunella.domain import CheckResult, Severity, Verification
from prunella.lately.languages import family
from prunella.ports import Judge, Mended
from prunella.toolchain.bench import Bench
from prunella.toolchain.command import errors_in, quick, rerun, words_of
from prunella.toolchain.lore import Lore, lore
from prunella.toolchain.python_names import near_names
from prunella.toolchain.python_syntax import compiles, one_mark
from prunella.toolchain.renames import git_repairs
from prunella.toolchain.search import Search, Sight
from prunella.toolchain.tree import Repair, Tree

MOST_FILES = 8


class PythonMender:
    """See ``bench.Mender``."""

    name = "python"

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """See ``bench.Mender``."""
        failed = verification.failed
        if failed is None or not any(family(found.file) == "python" for found in failed.diagnostics):
            return Mended()
        last = _narrowed(failed)
        if not quick(failed) and not last:
            return Mended()
        return Search(_Craft(bench, failed, last), bench, judge).mended()

    def close(self) -> None:
        """Nothing stays up."""


def _narrowed(failed: CheckResult) -> str:
    """Words that let a slow pytest run the failing files alone; "" = none."""
    words = words_of(failed.check.command)
    if quick(failed) or not words or "pytest" not in " ".join(words) or any(word in {"&&", ";", "|"} for word in words):
        return ""
    files = {found.file for found in failed.diagnostics if "test" in found.file and found.file.endswith(".py")}
    return " ".join(sorted(files)) if 0 < len(files) <= MOST_FILES else ""


class _Craft:
    """See ``search.Craft``."""

    def __init__(self, bench: Bench, failed: CheckResult, last: str) -> None:
        self._bench, self._failed, self._last = bench, failed, last
        self._known: Lore | None = None

    def look(self, tree: Tree) -> Sight | None:
        for path, content in tree.changed.items():
            if content and path.endswith(".py") and not compiles(content):
                return None  # not worth a run
        if not tree.changed:
            told = Sight(tuple(one for one in self._failed.diagnostics if one.severity is Severity.ERROR), False)
            if not self._last or not any(True for _ in self.repairs(told, tree)):
                return told  # the check has just been run: once more would cost its time and say the same
        ran = rerun(self._bench, self._failed, last=self._last)
        return Sight(errors_in(ran, self._bench, self._failed.check.folder), ran.passed)

    def repairs(self, sight: Sight, tree: Tree) -> Iterable[Repair]:
        if self._known is None:
            self._known = lore(self._bench.lately)
        yield from git_repairs(sight.errors, tree, self._known)
        yield from self._own(sight, tree)

    def _own(self, sight: Sight, tree: Tree) -> Iterator[Repair]:
        for error in sight.errors[:20]:
            content = tree.read(error.file) if error.file.endswith(".py") else None
            if content is None:
                continue
            if not compiles(content):
                yield from one_mark(error, content)
            else:
                yield from near_names(error, tree)
