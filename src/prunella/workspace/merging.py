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


def merge_lines(current: bytes, base: bytes, other: bytes) -> bytes | None:
    """As ``merge``, but changes of lines next to each other are no overlap, which they are to git."""
    from difflib import SequenceMatcher

    lines = base.splitlines(keepends=True)
    edits = []
    for version in (current.splitlines(keepends=True), other.splitlines(keepends=True)):
        codes = SequenceMatcher(None, lines, version, autojunk=False).get_opcodes()
        edits += [(start, end, version[left:right]) for tag, start, end, left, right in codes if tag != "equal"]
    edits.sort(key=lambda edit: edit[:2])
    result: list[bytes] = []
    at, last = 0, -1
    for start, end, new in edits:
        if start < at or (start == end and start == last):  # The second: two insertions at one place.
            return None
        result += [*lines[at:start], *new]
        at, last = end, end
    return b"".join([*result, *lines[at:]])
