"""What a scripted model server plays: answers in vendor-free words, faults, or exact bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prunella.changes import Edit
from prunella.conversation import Lookup, Stop, Usage

Json = dict[str, Any]

ENDPOINTS = ("anthropic", "openai", "compatible", "count", "models")
"""Who is asked: Messages, Responses, chat completions, either vendor's token count, ``GET /v1/models/{id}``."""


class ScriptError(Exception):
    """A script says something that cannot be played."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer travels.

    Attributes:
        delay_s: before the status line.
        pause_s: between the pieces of the body (the events of a stream).
        cut_after: bytes of the body after which it ends; None = it is whole.
        politely: the cut looks like a proper end of the body; otherwise the connection breaks.
        hang_up: the connection is closed without any answer.
        reset: where it is closed or cut, it is reset (TCP RST), as by a process that died.
    """

    delay_s: float = 0.0
    pause_s: float = 0.0
    cut_after: int | None = None
    politely: bool = False
    hang_up: bool = False
    reset: bool = False


PLAIN = Delivery()


@dataclass(frozen=True, slots=True)
class Play:
    """An exact answer. The body is ``body``, or ``chunks`` sent one by one (``transfer-encoding: chunked``)."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks: tuple[bytes, ...] = ()
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True)
class Problem:
    """An error, told in the shape of whichever vendor is asked. Make it with :func:`fault`."""

    status: int
    type: str
    message: str
    headers: Mapping[str, str]
    delivery: Delivery = PLAIN


@dataclass(frozen=True, slots=True)
class Say:
    """A model's answer, told in the shape of whichever vendor is asked. Make it with :func:`say`."""

    text: str = ""
    edits: tuple[Edit, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    stop: Stop | None = None
    usage: Usage | None = None
    thinking: str = ""
    detail: str = ""
    breaks: Problem | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = PLAIN


Turn = Play | Say | Problem


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came. Header names are in lower case.

    Attributes:
        endpoint: one of ``ENDPOINTS``; "" for a path that no vendor has.
        note: why it got another answer than the script's: what the checks refused, "script exhausted", …
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    endpoint: str
    note: str = ""

    @property
    def json(self) -> Json:
        """The body as a JSON object; empty when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def anthropic(self) -> bool:
        """Whether it speaks to Anthropic (the count and the models have the same paths for both vendors)."""
        return "anthropic-version" in self.headers or self.path.startswith("/v1/messages")


Script = Sequence[Turn] | Mapping[str, Sequence[Turn]] | Callable[[Received], Turn]
"""Turns in order for whoever asks a model; or one list per endpoint; or a function that decides on each request."""


def say(
    text: str = "",
    *,
    edits: Sequence[Edit] = (),
    lookups: Sequence[Lookup] = (),
    stop: Stop | None = None,
    usage: Usage | None = None,
    **more: Any,
) -> Say:
    """A model's answer.

    Args:
        edits: told as calls of the vendor's own edit tool. For OpenAI they must be of whole lines, since its patches
            have no smaller unit, and ``Insert`` cannot be told at all.
        lookups: told as calls of the read-only tools.
        stop: why it ends; None = whatever follows from the calls.
        usage: what is billed; None = an estimate from the lengths of request and answer.
        more: ``thinking`` (reasoning, with a signature that must come back unchanged), ``detail`` (of a refusal),
            ``breaks`` (a :func:`fault` that ends the stream halfway, after status 200), ``headers``, ``delivery``.
    """
    return Say(text, tuple(edits), tuple(lookups), stop, usage, **more)


def fault(
    status: int,
    type: str = "",  # noqa: A002 - the vendors' word
    message: str = "",
    *,
    retry_after: float | str | None = None,
    headers: Mapping[str, str] | None = None,
    delivery: Delivery = PLAIN,
) -> Problem:
    """An error answer; ``type`` and ``message`` "" = what the vendors say with this status."""
    usual_type, usual_message = USUAL.get(status, ("api_error", "Internal server error"))
    extra = dict(headers or {})
    if retry_after is not None:
        extra["retry-after"] = str(retry_after)
    return Problem(status, type or usual_type, message or usual_message, extra, delivery)


USUAL = {
    400: ("invalid_request_error", "The request is not valid."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low to access the API."),
    403: ("permission_error", "Your key does not have permission to use this resource."),
    404: ("not_found_error", "Not found."),
    408: ("timeout_error", "Request timeout"),
    409: ("conflict_error", "The request conflicts with another one."),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    502: ("api_error", "Bad gateway"),
    503: ("api_error", "Service unavailable"),
    504: ("timeout_error", "Gateway timeout"),
    529: ("overloaded_error", "Overloaded"),
}
"""Type and message of the statuses that vendors answer with."""
