"""Reading what a vendor sent without trusting a single field of it, and writing what it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import cast

from prunella.conversation import Json
from prunella.providers.http import HttpResponse
from prunella.providers.sse import read_events

COUNT_LIMIT = 10**12
"""Tokens beyond this are nonsense, and would not fit a database column in the end."""

DEPTH_LIMIT = 200
"""Levels of nesting. Deeper values could be read here and then not written again from deeper in the stack."""


class NotJsonError(ValueError):
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
        NotJsonError: it is not JSON, or nested too deep to be read.
    """
    try:
        value = _DECODER.decode(text)
        # Only an escape can bring in half of a surrogate pair, which no database or terminal would take.
        if "\\u" in text and "\\ud" in text.lower():
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        raise NotJsonError(cut=_ends_early(text, error)) from error
    except (ValueError, RecursionError) as error:
        raise NotJsonError(cut=False) from error
    if text.count("{") + text.count("[") > DEPTH_LIMIT and _is_too_deep(value):
        raise NotJsonError(cut=False)
    return cast("object", value)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is out of range")
    return value


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    """Whether a parse error is about what is missing at the end."""
    return error.msg.startswith("Unterminated string") or not text[error.pos :].strip()


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
        NotJsonError: it is something else.
    """
    value = decode(response.body.decode("utf-8", "replace").removeprefix("\ufeff"))
    if not isinstance(value, dict):
        raise NotJsonError(cut=False)
    return value


def read_stream(response: HttpResponse) -> tuple[Json, ...]:
    """The JSON objects of a stream's events, each with a ``type`` (the event's name where the object has none).

    A last event that was cut off is left out, and so is the "[DONE]" of chat completions: it becomes
    ``{"type": "[DONE]"}``.

    Raises:
        NotJsonError: an event within the stream is not a JSON object.
    """
    objects: list[Json] = []
    for event in read_events(response.body):
        if event.data.strip() == "[DONE]":
            objects.append({"type": "[DONE]"})
            continue
        try:
            value = decode(event.data)
        except NotJsonError:
            if not event.closed:
                break
            raise
        if not isinstance(value, dict):
            raise NotJsonError(cut=False)
        if not isinstance(value.get("type"), str):
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


def without_last(items: Sequence[Json], kinds: AbstractSet[str]) -> list[Json]:
    """The items up to the last one that is of another type than ``kinds``."""
    end = len(items)
    while end and items[end - 1].get("type") in kinds:
        end -= 1
    return list(items[:end])


def spoken(parts: Iterable[tuple[int, str]]) -> str:
    """Texts with their positions in an answer as one: what stood side by side is one text, the rest are paragraphs."""
    text, last = "", None
    for position, part in parts:
        apart = text and last is not None and position > last + 1
        text += ("\n\n" if apart else "") + part
        last = position
    return text
