"""The menders, in the order in which they are asked. Each is imported here alone, when rung 0 is first needed."""

from __future__ import annotations

from prunella.toolchain.bench import Bench, Mender
from prunella.toolchain.c import CMender
from prunella.toolchain.eslint import ESLintMender
from prunella.toolchain.mend import Menders
from prunella.toolchain.python import PythonMender
from prunella.toolchain.ruff import RuffMender
from prunella.toolchain.rust import RustMender
from prunella.toolchain.typescript import TypeScriptMender


def menders(bench: Bench) -> Menders:
    """Rung 0 with all its languages."""
    found: list[Mender] = [TypeScriptMender(), ESLintMender(), RuffMender(), PythonMender(), RustMender(), CMender()]
    return Menders(bench, found)
