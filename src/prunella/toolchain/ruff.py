"""Rung 0 for Python's formatters and linters: the project's own ruff, black or isort, its safe fixes alone.

Asked by standard input and output, so that no file is written: https://docs.astral.sh/ruff/linter/#fix-safety.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from prunella.domain import CheckResult, Diagnostic, Severity, Verification
from prunella.ports import Judge, Mended
from prunella.toolchain.bench import Bench
from prunella.toolchain.command import errors_in, printed, quick, rerun, words_of
from prunella.toolchain.search import Search, Sight
from prunella.toolchain.tree import TOOL, Repair, Tree

MOST_FILES = 20
_REFORMAT = re.compile(
    r"(?m)^(?:Would reformat: |would reformat |unformatted: |ERROR: )(?P<file>[^\n:]{1,400}?\.pyi?)\b"
)
TOOLS = ("ruff", "black", "isort")


class RuffMender:
    """See ``bench.Mender``."""

    name = "ruff"

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """See ``bench.Mender``."""
        failed = verification.failed
        command = _tool(failed.check.command) if failed else None
        if failed is None or command is None or not quick(failed):
            return Mended()
        return Search(_Craft(bench, failed, command), bench, judge).mended()

    def close(self) -> None:
        """Nothing stays up."""


def _tool(command: str) -> list[str] | None:
    """The words that call the tool, with its subcommand; None = the check is no single call of one."""
    words = words_of(command)
    if any(word in {"&&", "||", ";", "|"} or word.endswith(";") for word in words):
        return None
    for at, word in enumerate(words):
        name = word.rpartition("/")[2]
        if name in TOOLS:
            sub = [word for word in words[at + 1 : at + 2] if name == "ruff" and word in {"check", "format"}]
            return [*words[: at + 1], *sub]
    return None


class _Craft:
    """See ``search.Craft``. The whole of a file's fixes is one repair."""

    def __init__(self, bench: Bench, failed: CheckResult, command: list[str]) -> None:
        self._bench, self._failed, self._command = bench, failed, command

    def look(self, tree: Tree) -> Sight | None:
        ran = rerun(self._bench, self._failed)
        found = [error for error in errors_in(ran, self._bench, self._failed.check.folder) if error.file]
        seen = {error.file for error in found}
        for match in _REFORMAT.finditer(ran.text):
            path = _below(match["file"], self._bench.root, self._failed.check.folder)
            if path not in seen and tree.read(path) is not None:
                seen.add(path)
                found.append(_unformatted(path))
        return Sight(tuple(found), ran.passed)

    def repairs(self, sight: Sight, tree: Tree) -> Iterable[Repair]:
        for path in list(dict.fromkeys(error.file for error in sight.errors))[:MOST_FILES]:
            content = tree.read(path)
            after = self._fixed(path) if content is not None and path not in tree.changed else None
            if after is not None and after != content:
                yield Repair(TOOL, path, 1, f"safe fixes of {self._command[-1]}", {path: after})

    def _fixed(self, path: str) -> bytes | None:
        """The file as the tool would leave it."""
        name = next(word.rpartition("/")[2] for word in self._command if word.rpartition("/")[2] in TOOLS)
        below = shlex.quote(f"./{Path(path).relative_to(self._failed.check.folder or '.')}")
        flags = {"ruff": f"--stdin-filename {below} -", "black": f"-q --stdin-filename {below} -"}
        flags["isort"] = f"-q --filename {below} -"
        fix = "--fix-only --quiet --exit-zero " if name == "ruff" and self._command[-1] != "format" else ""
        command = f"{shlex.join(self._command)} {fix}{flags[name]} < {below} 2>/dev/null"
        try:
            ran = self._bench.run("fix", command, folder=self._failed.check.folder, timeout_s=20)
        except ValueError:
            return None
        return printed(ran) or None if ran.passed else None


def _below(file: str, root: Path, folder: str) -> str:
    path = Path(file)
    try:
        return (path.relative_to(root) if path.is_absolute() else Path(folder, path)).as_posix()
    except ValueError:
        return file


def _unformatted(path: str) -> Diagnostic:
    return Diagnostic(path, 1, 1, Severity.ERROR, "format", "would be reformatted", "ruff")
