"""How values become columns and come back: JSON, tokens, and text that is no valid Unicode."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from prunella.changes import Finding, Judgement, Verdict
from prunella.conversation import Usage

Value = str | bytes | int | float | None
Row = dict[str, Value]
"""A row by column."""


def dumps(value: object) -> str:
    """JSON in ASCII: whatever bytes a path was made of, it can be stored."""
    return json.dumps(value)


def text_value(text: str) -> str | bytes:
    """A text as SQLite can take it. Surrogates stand for the bytes of a file that is not UTF-8, or come from a model;
    they cannot be stored as text, so such a text is stored as its bytes."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass") if _lone(text) else text.encode("utf-8", "surrogateescape")
    return text


def text_of(value: str | bytes | None) -> str:
    """The text that ``text_value`` stored; "" for none."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value or ""


def _lone(text: str) -> bool:
    """Whether it has a surrogate that stands for no byte."""
    return any("\ud800" <= character <= "\udfff" and not "\udc80" <= character <= "\udcff" for character in text)


def usage_columns(usage: Usage) -> Row:
    """The columns of a ``Usage``."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
    }


def usage_of(row: sqlite3.Row) -> Usage | None:
    """The ``Usage`` in a row; None when it was never known."""
    if row["input_tokens"] is None:
        return None
    return Usage(
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cached_tokens=row["cached_tokens"],
        cache_write_tokens=row["cache_write_tokens"],
        cache_write_1h_tokens=row["cache_write_1h_tokens"],
        reasoning_tokens=row["reasoning_tokens"],
    )


def findings_json(verdict: Verdict) -> str:
    """The guard's findings."""
    return dumps(
        [
            {
                "rule": finding.rule,
                "path": finding.path,
                "line": finding.line,
                "reason": finding.reason,
                "judgement": finding.judgement.value,
            }
            for finding in verdict.findings
        ]
    )


def verdict_of(text: str) -> Verdict:
    """The verdict with the findings that ``findings_json`` stored."""
    found: Sequence[Mapping[str, Any]] = json.loads(text)
    return Verdict(tuple(Finding(**{**item, "judgement": Judgement(item["judgement"])}) for item in found))
