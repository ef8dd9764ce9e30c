"""Server-sent events as bytes, one piece per event."""

from __future__ import annotations

import json

from prunella.testing.plays import Json


def event(value: Json, name: str | None = None) -> bytes:
    """An event named ``name``, or as the value's ``type`` says; "" = an event without a name."""
    name = value.get("type", "") if name is None else name
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def halves(text: str, parts: int = 3) -> list[str]:
    """A text in up to ``parts`` pieces of about one length, as it would come in a stream."""
    size = max(1, -(-len(text) // parts))
    return [text[at : at + size] for at in range(0, len(text), size)]
