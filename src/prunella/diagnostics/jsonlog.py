"""JSON documents that stand in a log among other lines: on one line or on many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

_MOST_TRIES = 50


class Document(NamedTuple):
    """A parsed JSON value and the lines of the log that it stands on, 1-based and inclusive."""

    value: Any
    first: int
    last: int


def documents(text: str, openings: tuple[str, ...] = ("[", "{")) -> Iterator[Document]:
    """Every JSON array or object that begins a line with one of ``openings`` and is whole. Anything else is skipped."""
    return whole(text, openings, most_tries=_MOST_TRIES)


def whole(
    text: str, openings: tuple[str, ...], *, most_tries: int | None = None, most_failures: int | None = None
) -> Iterator[Document]:
    """The same with bounds: how many places are tried, and how many of them may hold no JSON; None = any number. Never
    raises."""
    import json

    decoder = json.JSONDecoder()
    position, line, tries, failures = 0, 1, 0, 0
    while position < len(text) and tries != most_tries and failures != most_failures:
        if text.startswith(openings, position):
            tries += 1
            try:
                value, end = decoder.raw_decode(text, position)
            except (ValueError, RecursionError):
                failures += 1
            else:
                last = line + text.count("\n", position, end)
                yield Document(value, line, last)
                line, position = last, end
        newline = text.find("\n", position)
        if newline < 0:
            return
        position, line = newline + 1, line + 1


def entries(value: object, key: str = "") -> list[dict[str, Any]]:
    """The objects in ``value``, a list, or in the list at ``key`` of an object; anything else is left out."""
    if key:
        value = value.get(key) if isinstance(value, dict) else None
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def number(value: object) -> int:
    """A line or column: 0 for whatever is no positive number."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**8 else 0


def words(value: object) -> str:
    """A text: "" for whatever is none."""
    return value if isinstance(value, str) else ""
