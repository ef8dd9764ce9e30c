"""What tasks learnt on the way: which tests are flaky, and what the checks said of older commits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from prunella.store.columns import text_value
from prunella.store.database import connect, translated

_NOTES = """
    SELECT events.at, events.data FROM events JOIN tasks ON tasks.id = events.task_id
    WHERE events.kind = ? AND tasks.root = ? ORDER BY events.id DESC LIMIT 1000
"""


class FlakyTest(NamedTuple):
    """A test that failed and then passed on the same files. ``last`` is Unix time."""

    name: str
    times: int
    last: float


def flaky_tests(database: Path, root: str) -> tuple[FlakyTest, ...]:
    """The repository's flaky tests, the most frequent first.

    Raises:
        StoreError: the record cannot be read.
    """
    found: dict[str, FlakyTest] = {}
    for at, data in _notes(database, "flaky", root):
        tests = data.get("tests")
        for name in tests if isinstance(tests, list) else []:
            known = found.get(str(name), FlakyTest(str(name), 0, at))
            found[known.name] = FlakyTest(known.name, known.times + 1, max(known.last, at))
    return tuple(sorted(found.values(), key=lambda test: (-test.times, -test.last, test.name)))


def known_base(database: Path, root: str, key: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether the checks passed on a commit, and the fingerprints of their errors; None = never run.

    Raises:
        StoreError: the record cannot be read.
    """
    for _, data in _notes(database, "base", root):
        prints = data.get("fingerprints")
        if data.get("key") == key and isinstance(prints, list):
            return bool(data.get("passed")), tuple(map(str, prints))
    return None


def _notes(database: Path, kind: str, root: str) -> Iterator[tuple[float, dict[str, object]]]:
    if not database.exists():
        return
    with translated(database), closing(connect(database)) as connection:
        rows = connection.execute(_NOTES, (kind, text_value(root))).fetchall()
    for at, text in rows:
        try:
            data = json.loads(text)
        except ValueError:
            continue
        if isinstance(data, dict):
            yield float(at), data
