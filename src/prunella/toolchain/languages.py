"""The menders, in the order in which they are asked. Each is imported here alone, when rung 0 needs it."""

from __future__ import annotations

from prunella.domain import Severity, Verification
from prunella.toolchain.bench import Bench, Mender
from prunella.toolchain.mend import Menders

_SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_PYTHON = (".py", ".pyi")
_RUST = (".rs",)


def menders(bench: Bench, verification: Verification) -> Menders:
    """Rung 0 with the languages that the errors can be of; with all where that cannot be told by their files' names."""
    files = [found.file for found in verification.diagnostics if found.severity is Severity.ERROR]
    found: list[Mender] = []
    if _may_be(files, _SCRIPTS):
        found += _scripts()
    if _may_be(files, _PYTHON):
        found += _python()
    if _may_be(files, _RUST):
        from prunella.toolchain.rust import RustMender

        found.append(RustMender())
    if _may_be(files, ()):
        from prunella.toolchain.c import CMender

        found.append(CMender())
    return Menders(bench, found)


def _may_be(files: list[str], endings: tuple[str, ...]) -> bool:
    """Whether one of the files is of the language, or of none that a name tells."""
    known = _SCRIPTS + _PYTHON + _RUST
    return not files or any(file.endswith(endings) or not file.endswith(known) for file in files)


def _scripts() -> list[Mender]:
    from prunella.toolchain.eslint import ESLintMender
    from prunella.toolchain.typescript import TypeScriptMender

    return [TypeScriptMender(), ESLintMender()]


def _python() -> list[Mender]:
    from prunella.toolchain.python import PythonMender
    from prunella.toolchain.ruff import RuffMender

    return [RuffMender(), PythonMender()]
