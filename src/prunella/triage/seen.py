"""What a look at a checkout finds, and how its files are read: small ones only, and never an exception."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

LARGEST = 8 << 20
"""Bytes of a file that is read at most: a lockfile may be large."""


class Level(StrEnum):
    """How bad it is: fine, worth knowing, or in the way of the checks."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Seen(NamedTuple):
    """One thing that was looked at. ``remedy``: how to mend it; "" when there is nothing to mend."""

    name: str
    level: Level
    detail: str
    remedy: str = ""


def text(path: Path) -> str:
    """A file's text; "" when there is none, or it is too large."""
    try:
        if path.is_file() and path.stat().st_size <= LARGEST:
            return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass
    return ""


def table(path: Path) -> dict[str, object]:
    """A JSON file's object; {} when it is none."""
    try:
        value = json.loads(text(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def part(value: object, *names: str) -> dict[str, object]:
    """A table within tables; {} when there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def said(value: object, *names: str) -> str:
    """A text within tables; "" when there is none."""
    inner = part(value, *names[:-1]) if len(names) > 1 else value
    found = inner.get(names[-1]) if isinstance(inner, dict) else None
    return found.strip() if isinstance(found, str) else ""
