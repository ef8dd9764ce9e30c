"""The one mark whose absence keeps a Python file from compiling."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from prunella.domain import Diagnostic
from prunella.toolchain.tree import NEAR, Repair

LARGEST = 400_000
MARKS = (":", ")", "]", "}", ",")
BEFORE = 3
"""Lines above the error's in which the mark may be missing."""


def compiles(content: bytes) -> bool:
    """Whether the file is Python by its grammar."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "<tried>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def one_mark(error: Diagnostic, content: bytes) -> Iterator[Repair]:
    """A colon or a bracket at a line's end, if that is the only one that does."""
    if len(content) > LARGEST or not error.line:
        return
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    found: list[tuple[int, str, bytes]] = []
    for at in range(max(0, error.line - 1 - BEFORE), min(error.line, len(lines))):
        line = lines[at].rstrip()
        if not line or line.lstrip().startswith("#"):
            continue
        for mark in MARKS:
            for ended in _ended(line, mark):
                after = "\n".join([*lines[:at], ended, *lines[at + 1 :]]).encode("utf-8", "surrogateescape")
                if compiles(after):
                    found.append((at, mark, after))
    if len({after for _, _, after in found}) == 1:
        at, mark, after = found[0]
        said = f"'{mark}' was missing in line {at + 1}: the only mark that lets the file compile"
        yield Repair(NEAR, error.file, error.line, said, {error.file: after})


def _ended(line: str, mark: str) -> Iterator[str]:
    yield line + mark
    if line.endswith((":", ",")) and mark in ")]}":
        yield line[:-1] + mark + line[-1]
