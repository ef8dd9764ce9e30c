"""Three-way merges of one file, by ``git merge-file``."""

from __future__ import annotations

import os
from pathlib import Path

from prunella.workspace.git import Git


def merge(git: Git, folder: str, current: bytes, base: bytes, other: bytes) -> bytes | None:
    """``current`` with what changed from ``base`` to ``other``; None if the two overlap or are binary. ``folder`` is a
    place for temporary files."""
    if current in {base, other}:
        return other
    if base == other:
        return current
    Path(folder).mkdir(parents=True, exist_ok=True)
    names = [f"{folder}/merge-{os.getpid()}-{part}" for part in ("current", "base", "other")]
    try:
        for name, content in zip(names, (current, base, other), strict=True):
            Path(name).write_bytes(content)
        answer = git.attempt("merge-file", "-p", "-q", *names)
    finally:
        for name in names:
            Path(name).unlink(missing_ok=True)
    return None if answer.code else answer.out
