"""What can go wrong between a task and a vendor, as data: what the vendor does, and what the task must make of it."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from enum import StrEnum
from typing import NamedTuple

from prunella.conversation import Lookup, LookupKind, Stop
from prunella.outcome import Status
from prunella.testing import Delivery, Play, fault, say
from prunella.testing.plays import Say, Turn

BOTH = ("anthropic", "openai")
ALL = (*BOTH, "openai-compatible")
JSON = {"content-type": "application/json"}
STREAM = {"content-type": "text/event-stream"}
BODY_LIMIT = 300_000
READ_S = 0.25
TOTAL_S = 0.4
TIMED = frozenset({"silence", "stall mid-stream", "slow drip"})
"""Cases in which the transport's patience is this short; elsewhere a loaded machine must not look like a fault."""


class Kind(StrEnum):
    """What must come of a fault.

    PASSES: the vendor is asked again; if it lasts, another vendor stands in, and alone the task ends as provider_down.
    LASTS: asking again is useless; another vendor stands in at once. ``QUESTION``: it is about the question, so it
    counts as the rung's attempt. ``HARMLESS``: the answer is used as it is. ``CUT``: as PASSES, unless all that matters
    had come.
    """

    PASSES = "passes"
    LASTS = "lasts"
    QUESTION = "question"
    HARMLESS = "harmless"
    CUT = "cut"


class Bill(StrEnum):
    """How a request is written down: not billed; worst case held; by the usage that was told; the last two."""

    NOTHING = "nothing"
    HELD = "held"
    TOLD = "told"
    ANY = "any"


class Case(NamedTuple):
    """A fault.

    Attributes:
        turn: what the vendor does instead of its answer, which is passed.
        alone: how the task ends when it lasts and there is no other vendor.
        address: what stands in for the vendor's address ("" = its own), so that it is not even reached.
    """

    name: str
    kind: Kind
    bill: Bill
    turn: Callable[[Say], Turn] = lambda good: good
    alone: Status = Status.PROVIDER_DOWN
    vendors: tuple[str, ...] = BOTH
    address: str = ""


def _fault(name: str, kind: Kind, *said: object, vendors: tuple[str, ...] = BOTH, **more: object) -> Case:
    alone = more.pop("alone", Status.NEEDS_HUMAN if kind is Kind.QUESTION else Status.PROVIDER_DOWN)
    turn = fault(*said, **more)  # type: ignore[arg-type]
    return Case(name, kind, Bill.NOTHING, lambda _: turn, Status(str(alone)), vendors)


def _play(name: str, kind: Kind, bill: Bill, play: Play, vendors: tuple[str, ...] = BOTH) -> Case:
    return Case(name, kind, bill, lambda _: play, vendors=vendors)


def _changed(name: str, kind: Kind, bill: Bill, vendors: tuple[str, ...] = BOTH, **changes: object) -> Case:
    return Case(name, kind, bill, lambda good: replace(good, **changes), vendors=vendors)  # type: ignore[arg-type]


def _delivered(name: str, kind: Kind, bill: Bill, delivery: Delivery) -> Case:
    return _changed(name, kind, bill, ALL, delivery=delivery)


P, L, Q = Kind.PASSES, Kind.LASTS, Kind.QUESTION
CLAUDE, GPT = ("anthropic",), ("openai",)
REQUEST = "invalid_request_error"

STATUSES = (
    _fault("400 invalid request", L, 400, REQUEST, "messages.0: Input should be an object", vendors=ALL),
    _fault("400 unsupported parameter", L, 400, REQUEST, "effort: 'turbo' is not supported with this model"),
    _fault(
        "400 unsupported parameter, code", L, 400, "unsupported_parameter", "Unsupported parameter: 'x'", vendors=GPT
    ),
    _fault("400 unsupported value, code", L, 400, "unsupported_value", "Unsupported value: 'turbo'", vendors=GPT),
    _fault("400 unknown model", L, 400, "model_not_found", "The requested model 'gpt-9' does not exist.", vendors=GPT),
    _fault("400 context too long", Q, 400, REQUEST, "prompt is too long: 1203456 tokens > 1000000 maximum"),
    _fault("400 context and answer", Q, 400, REQUEST, "input length and `max_tokens` exceed context limit: 9 + 9 > 10"),
    _fault(
        "400 context, code", Q, 400, "context_length_exceeded", "Your input exceeds the context window.", vendors=GPT
    ),
    _fault("400 context of a server", Q, 400, "exceed_context_size_error", "too big", vendors=("openai-compatible",)),
    _fault("400 credit too low", L, 400, REQUEST, "Your credit balance is too low to access the Anthropic API."),
    _fault("400 own usage limit", L, 400, REQUEST, "You have reached your specified API usage limits."),
    _fault("400 quota, code", L, 400, "billing_hard_limit_reached", "Billing hard limit has been reached", vendors=GPT),
    _fault("400 output filter", L, 400, REQUEST, "Output blocked by content filtering policy", alone="needs_human"),
    _fault("400 content policy", L, 400, "content_policy_violation", "No.", vendors=GPT, alone="needs_human"),
    _fault(
        "400 flagged prompt",
        L,
        400,
        "invalid_prompt",
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
        vendors=GPT,
        alone="needs_human",
    ),
    _fault("400 invalid prompt", L, 400, "invalid_prompt", "Invalid prompt.", vendors=GPT),
    _fault("400 broken upload", P, 400, REQUEST, "The request body is not valid JSON: unexpected end of data"),
    _fault("401", L, 401, vendors=ALL),
    _fault("402", L, 402),
    _fault("403", L, 403, vendors=ALL),
    _fault("403 country", L, 403, "unsupported_country_region_territory", "Country not supported"),
    _fault("403 web page", L, 403, "", ""),
    _fault("404 model", L, 404, "not_found_error", "model: claude-9", vendors=ALL),
    _fault("404 path", L, 404),
    _fault("405", L, 405, REQUEST, "Method not allowed"),
    _fault("407", L, 407, REQUEST, "Proxy authentication required"),
    _fault("408", P, 408),
    _fault("409", P, 409),
    _fault("413", Q, 413, vendors=ALL),
    _fault("415", L, 415, REQUEST, "Unsupported media type"),
    _fault("422", L, 422, REQUEST, "Unprocessable: tools.0.type"),
    _fault("425", P, 425, "api_error", "Too early"),
    _fault("431", L, 431, REQUEST, "Headers too large"),
    _fault("451", L, 451, REQUEST, "Unavailable for legal reasons"),
    _fault("499", P, 499, "api_error", "Client closed request"),
    _fault("500", P, 500, vendors=ALL),
    _fault("500 not to be retried", L, 500, headers={"x-should-retry": "false"}),
    _fault("501", P, 501, "api_error", "Not implemented"),
    _fault("502", P, 502),
    _play("502 web page", P, Bill.NOTHING, Play(502, {"content-type": "text/html"}, b"<html><title>Bad</title>"), ALL),
    _fault("503", P, 503, vendors=ALL),
    _fault("504", P, 504),
    _fault("520 of a network", P, 520, "api_error", "Web server returned an unknown error"),
    _fault("529", P, 529, vendors=ALL),
    _play("500 with nothing", P, Bill.NOTHING, Play(500, {}, b"")),
    _play("599 of noise", P, Bill.NOTHING, Play(599, {}, bytes(range(256)))),
)

WAITS = (
    _fault("429", P, 429, vendors=ALL),
    _fault("429 of seconds", P, 429, retry_after=3),
    _fault("429 of a fraction", P, 429, retry_after=0.25),
    _fault("429 of zero", P, 429, retry_after=0),
    _fault("429 of milliseconds", P, 429, headers={"retry-after-ms": "750"}),
    Case(
        "429 of an HTTP date",
        P,
        Bill.NOTHING,
        lambda _: fault(429, retry_after=formatdate(time.time() + 5, usegmt=True)),
    ),
    _fault("429 of a date gone by", P, 429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
    _fault("429 of a negative time", P, 429, retry_after=-5),
    _fault("429 of a huge time", L, 429, retry_after=86_400),
    _fault("429 of an endless time", L, 429, retry_after="1e400"),
    _fault("429 of a far date", L, 429, retry_after="Fri, 31 Dec 9999 23:59:59 GMT"),
    _fault("429 of junk", P, 429, retry_after="soon"),
    _fault("429 of no number", P, 429, retry_after="nan"),
    _fault("429 of nothing", P, 429, retry_after=""),
    _fault("429 in words", P, 429, "rate_limit_exceeded", "Rate limit reached. Please try again in 11.054s."),
    _fault("429 in words, long", L, 429, "rate_limit_exceeded", "Rate limit reached. Please try again in 6h3m2s."),
    _fault("429 not to be retried", L, 429, headers={"x-should-retry": "false"}),
    _fault("429 quota", L, 429, "insufficient_quota", "You exceeded your current quota, please check your plan."),
    _fault("429 spend limit", L, 429, "rate_limit_error", "You have reached your organization's spend limit."),
    _fault("503 of seconds", P, 503, retry_after=2),
    _fault("529 of a huge time", L, 529, retry_after=3_600),
)

CONNECTIONS = (
    Case("no such host", P, Bill.NOTHING, vendors=ALL, address="http://prunella.invalid:9"),
    Case("refused", P, Bill.NOTHING, vendors=ALL, address="refused"),
    Case("certificate of nobody", L, Bill.NOTHING, address="self-signed"),
    Case("certificate that ended", L, Bill.NOTHING, address="expired"),
    Case("certificate of another host", L, Bill.NOTHING, address="mismatch"),
    _delivered("hung up", P, Bill.HELD, Delivery(hang_up=True)),
    _delivered("reset", P, Bill.HELD, Delivery(hang_up=True, reset=True)),
    _delivered("reset mid-stream", P, Bill.HELD, Delivery(cut_after=200, reset=True)),
    _delivered("silence", P, Bill.HELD, Delivery(delay_s=30)),
    _delivered("stall mid-stream", P, Bill.HELD, Delivery(pause_s=30)),
    _play(
        "slow drip", P, Bill.HELD, Play(200, STREAM, chunks=(b": x\n\n",) * 400, delivery=Delivery(pause_s=0.02)), ALL
    ),
)


def _cuts(step: int) -> tuple[Case, ...]:
    """Answers that end after so many bytes, with a broken connection or, as some gateways do, politely."""
    return tuple(
        _delivered(
            f"cut after {n} bytes{', politely' * polite}", Kind.CUT, Bill.ANY, Delivery(cut_after=n, politely=polite)
        )
        for n in range(1, 2_000, step)
        for polite in (False, True)
    )


CUTS = _cuts(449)
MORE_CUTS = _cuts(97)
"""More of them."""


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


LOOK = (Lookup("1", LookupKind.VIEW, "calc.py", first=1, last=2),)
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "model": "c", "stop_sequence": None}
PAGE = b"<!doctype html><html><head><title>Sign in</title></head></html>"
BOMB = gzip.compress(b" " * 50_000_000)
BAD_EVENT = b'event: message_start\ndata: {"type": "message_start", "message": {\n\n' * 3

BODIES = (
    _play("web page with 200", P, Bill.HELD, Play(200, {"content-type": "text/html"}, PAGE), ALL),
    _play("nothing with 200", P, Bill.HELD, Play(200, JSON, b""), ALL),
    _play("204", P, Bill.HELD, Play(204, {}, b"")),
    _play("broken JSON", P, Bill.HELD, Play(200, JSON, b'{"id": "x", content: ]'), ALL),
    _play("JSON cut short", P, Bill.HELD, Play(200, JSON, b'{"id": "x", "content": [{"type": "te'), ALL),
    _play("JSON of another kind", P, Bill.HELD, Play(200, JSON, b'["what", 1]'), ALL),
    _play("deep JSON", P, Bill.HELD, Play(200, JSON, b'{"content": ' + b"[" * 50_000 + b"]" * 50_000 + b"}")),
    _play("broken events", P, Bill.HELD, Play(200, STREAM, BAD_EVENT), ALL),
    _play("noise as events", P, Bill.HELD, Play(200, STREAM, bytes(range(256)) * 20), ALL),
    _play("no events", P, Bill.HELD, Play(200, STREAM, b": keep-alive\n\n"), ALL),
    _play(
        "wrong types", P, Bill.HELD, Play(200, JSON, _json({**MESSAGE, "content": 5, "stop_reason": "end_turn"})), ALL
    ),
    _play(
        "unknown stop reason",
        P,
        Bill.HELD,
        Play(200, JSON, _json({**MESSAGE, "content": [], "stop_reason": 7})),
        CLAUDE,
    ),
    _play(
        "unknown status", P, Bill.HELD, Play(200, JSON, _json({"object": "response", "status": 7, "output": 9})), GPT
    ),
    _play(
        "error with 200",
        P,
        Bill.NOTHING,
        Play(200, JSON, _json({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})),
        CLAUDE,
    ),
    _play("giant answer", P, Bill.HELD, Play(200, JSON, b" " * (BODY_LIMIT + 70_000)), ALL),
    _play("compressed giant", P, Bill.HELD, Play(200, {**JSON, "content-encoding": "gzip"}, BOMB), ALL),
    _play("broken compression", P, Bill.HELD, Play(200, {**JSON, "content-encoding": "gzip"}, b"no gzip"), ALL),
    _play("giant error", P, Bill.NOTHING, Play(500, JSON, b" " * (BODY_LIMIT + 70_000))),
    _play("redirect", L, Bill.NOTHING, Play(307, {"location": "http://127.0.0.1:1/"}, b""), ALL),
    _play("redirect to a page", L, Bill.NOTHING, Play(302, {"location": "/login"}, b"")),
    _changed("another content type", Kind.HARMLESS, Bill.TOLD, ALL, headers={"content-type": "text/plain"}),
    _changed("error event: overloaded", P, Bill.HELD, breaks=fault(529)),
    _changed("error event: rate limit", P, Bill.HELD, breaks=fault(429)),
    _changed("error event: server", P, Bill.HELD, breaks=fault(500), vendors=BOTH),
    _changed("error event: money", L, Bill.HELD, breaks=fault(402, "billing_error", "Your credit balance is too low.")),
    _play(
        "failed response",
        P,
        Bill.NOTHING,
        Play(
            200,
            JSON,
            _json(
                {
                    "object": "response",
                    "status": "failed",
                    "output": [],
                    "error": {"code": "server_error", "message": "The model failed."},
                }
            ),
        ),
        GPT,
    ),
)

ANSWERS = (
    Case("refusal", L, Bill.TOLD, lambda _: say("No.", stop=Stop.REFUSED, detail="cyber: no"), Status.NEEDS_HUMAN, ALL),
    Case(
        "truncation", Kind.QUESTION, Bill.TOLD, lambda good: replace(good, stop=Stop.TRUNCATED), Status.NEEDS_HUMAN, ALL
    ),
    Case("context full", Q, Bill.TOLD, lambda _: say("x", stop=Stop.CONTEXT), Status.NEEDS_HUMAN, CLAUDE),
    Case("empty answer", Q, Bill.TOLD, lambda _: say(""), Status.NEEDS_HUMAN, ALL),
    Case("endless look-ups", Q, Bill.TOLD, lambda _: say(lookups=LOOK), Status.NEEDS_HUMAN, ALL),
    Case("endless pauses", P, Bill.TOLD, lambda _: say("x", stop=Stop.PAUSED), vendors=CLAUDE),
)

CASES = (*STATUSES, *WAITS, *CONNECTIONS, *CUTS, *BODIES, *ANSWERS)
SOME = frozenset(
    {
        *("400 invalid request", "400 context too long", "401", "413", "429 of seconds", "429 quota", "529", "refused"),
        *("certificate of nobody", "reset mid-stream", "stall mid-stream", "cut after 450 bytes", "web page with 200"),
        *("error event: overloaded", "refusal", "truncation", "endless look-ups", "giant answer"),
    }
)
"""One of each way through the program."""
