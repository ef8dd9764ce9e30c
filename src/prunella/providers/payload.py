"""Reading what a vendor sent without trusting a single field of it, and writing what it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable

from prunella.conversation import Json
from prunella.providers.http import HttpResponse
from prunella.providers.sse import read_events

COUNT_LIMIT = 10**12
"""Tokens beyond this are nonsense, and would not fit a database column in the end."""


class NotJson(ValueError):
    """Bytes that should be JSON and are not; ``cut`` when they end too early."""

    def __init__(self, *, cut: bool) -> None:
        super().__init__("not JSON")
        self.cut = cut


def encode(payload: Json) -> bytes:
    """JSON as compact UTF-8. Half of a surrogate pair, which UTF-8 cannot hold, becomes "?"."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode(text: str) -> object:
    """The value of a JSON text, with nothing in it that cannot be written as UTF-8 JSON again.

    Raises:
        NotJson: it is not JSON, or nested too deep to be read.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        written = json.dumps(value, ensure_ascii=False)
        if written.isascii() or written.encode("utf-8", "replace").decode() == written:
            return value
        return json.loads(written.encode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        raise NotJson(cut=_ends_early(text, error.pos)) from error
    except (ValueError, RecursionError) as error:
        raise NotJson(cut=False) from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _ends_early(text: str, position: int) -> bool:
    """Whether a parse error is about what is missing at the end (an open string is reported where it begins)."""
    return not text[position:].strip() or text[position : position + 1] == '"' and text.count('"', position) == 1


def is_stream(response: HttpResponse) -> bool:
    """Whether a body is to be read as server-sent events: by its content type, and by its looks when that says nothing.

    A JSON object under an event stream's content type (gateways answer errors that way) is read as the object.
    """
    start = response.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return False
    if "text/event-stream" in response.headers.get("content-type", "").lower():
        return True
    return start.startswith((b"event:", b"data:", b":", b"id:", b"retry:"))


def read_object(response: HttpResponse) -> Json:
    """The JSON object that is the whole body.

    Raises:
        NotJson: it is something else.
    """
    value = decode(response.body.decode("utf-8", "replace").removeprefix("\ufeff"))
    if not isinstance(value, dict):
        raise NotJson(cut=False)
    return value


def read_stream(response: HttpResponse) -> tuple[Json, ...]:
    """The JSON objects of a stream's events, each with its ``type`` (the event's name where the object has none).

    A last event that was cut off is left out, and so is the "[DONE]" of chat completions: it becomes
    ``{"type": "[DONE]"}``.

    Raises:
        NotJson: an event within the stream is not a JSON object.
    """
    objects: list[Json] = []
    for event in read_events(response.body):
        if event.data.strip() == "[DONE]":
            objects.append({"type": "[DONE]"})
            continue
        try:
            value = decode(event.data)
        except NotJson:
            if not event.closed:
                break
            raise
        if not isinstance(value, dict):
            raise NotJson(cut=False)
        if event.name and not isinstance(value.get("type"), str):
            value["type"] = event.name
        objects.append(value)
    return tuple(objects)


def mapping(value: object) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Json]:
    """The objects in a list; none when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def word(value: object) -> str:
    """The value if it is a string, a number's digits if it is an integer, else ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < COUNT_LIMIT else ""


def count(value: object) -> int:
    """The value if it can be a number of tokens, else 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 <= value <= COUNT_LIMIT else 0


def spoken(parts: Iterable[tuple[int, str]]) -> str:
    """Texts with their positions in an answer as one: what stood side by side is one text, the rest are paragraphs."""
    text, last = "", None
    for position, part in parts:
        apart = text and last is not None and position > last + 1
        text += ("\n\n" if apart else "") + part
        last = position
    return text
