"""JSON that a tool printed into a log, between other lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prunella.diagnostics.jsonlog import Document, whole

_MOST_FAILURES = 20
_LONGEST = 20_000_000


def values(text: str, *words: str) -> Iterator[Document]:
    """Every JSON array or object that starts a line, in order, if ``text`` has all of ``words``. Never raises."""
    if len(text) > _LONGEST or not all(word in text for word in words):
        return
    yield from whole(text, ("[", "{"), most_failures=_MOST_FAILURES)


def records(value: Any, key: str = "") -> list[dict[str, Any]]:
    """The objects of a list, or of the list below ``key`` of an object; a lone object is its own list."""
    if isinstance(value, dict):
        inner = value.get(key) if key else None
        value = inner if isinstance(inner, list) else [value]
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def number(record: Any, *path: str) -> int:
    """The positive integer at a path of keys; 0 when there is none."""
    for key in path:
        record = record.get(key) if isinstance(record, dict) else None
    return record if isinstance(record, int) and not isinstance(record, bool) and 0 < record < 10_000_000 else 0


def words(record: dict[str, Any], *keys: str) -> str:
    """The first of the keys that holds a string; "" when none does."""
    return next((record[key] for key in keys if isinstance(record.get(key), str)), "")
