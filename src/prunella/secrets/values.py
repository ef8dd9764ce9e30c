"""Texts within values: what is written or told as a value is gone through here, whatever it consists of, so that a
field which is added later cannot be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

T = TypeVar("T")


def mapped(value: T, change: Callable[[str], str]) -> T:
    """The value with ``change`` made to every text in it; itself when that changes nothing. Bytes are contents of
    files, which stay as they are."""
    return cast("T", _mapped(value, change))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple | list):
        return _sequence(value, change)
    if isinstance(value, dict):
        parts = {_mapped(key, change): _mapped(item, change) for key, item in value.items()}
        return value if all(a is b for a, b in zip(value.values(), parts.values(), strict=True)) else parts
    if is_dataclass(value) and not isinstance(value, type):
        found = {}
        for field in fields(value):
            before = getattr(value, field.name)
            after = _mapped(before, change)
            if after is not before:
                found[field.name] = after
        return replace(value, **found) if found else value
    return value


def _sequence(value: Any, change: Callable[[str], str]) -> Any:
    parts = [_mapped(item, change) for item in value]
    if all(a is b for a, b in zip(value, parts, strict=True)):
        return value
    if hasattr(value, "_make"):
        return value._make(parts)
    return tuple(parts) if isinstance(value, tuple) else parts
