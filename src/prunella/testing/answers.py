"""From a script's turn and a request to the exact answer, in the shape of the vendor that is asked."""

from __future__ import annotations

import json

from prunella.conversation import Usage
from prunella.testing import chat, messages, responses
from prunella.testing.plays import Json, Play, Problem, Received, Say, ScriptError, Turn

MODELS = "/v1/models/"

ANSWERS = {
    "anthropic": (messages.message, messages.stream),
    "openai": (responses.response, responses.stream),
    "compatible": (chat.completion, chat.stream),
}


def play_of(turn: Turn, received: Received, number: int) -> Play:
    """The exact answer to a request.

    Raises:
        ScriptError: the vendor that is asked has no way to say it.
    """
    if isinstance(turn, Play):
        return turn
    if isinstance(turn, Problem):
        body = messages.problem(turn, number) if received.anthropic else responses.problem(turn)
        headers = {"content-type": "application/json", **_ids(received, number), **turn.headers}
        return Play(turn.status, headers, json.dumps(body).encode(), delivery=turn.delivery)
    if received.endpoint not in ANSWERS:
        raise ScriptError("say() answers a question to a model only; use Play here")
    whole, stream = ANSWERS[received.endpoint]
    request = received.json
    usage = turn.usage or _estimate(turn, received)
    headers = {**_ids(received, number), **turn.headers}
    if request.get("stream"):
        headers = {"content-type": "text/event-stream; charset=utf-8", **headers}
        return Play(200, headers, chunks=tuple(stream(turn, request, usage, number)), delivery=turn.delivery)
    if turn.breaks:
        return play_of(turn.breaks, received, number)
    told = json.dumps(whole(turn, request, usage, number), ensure_ascii=False).encode()
    return Play(200, {"content-type": "application/json", **headers}, told, delivery=turn.delivery)


def unscripted(received: Received) -> Play:
    """A count by length, or a model that is there."""
    if received.endpoint == "count":
        body: Json = {"input_tokens": max(1, len(received.body) // 4)}
        if not received.anthropic:
            body["object"] = "response.input_tokens"
    else:
        name = received.path.removeprefix(MODELS)
        body = {"id": name, "object": "model", "created": responses.CREATED_AT, "owned_by": "scripted"}
        if received.anthropic:
            body = {"id": name, "type": "model", "display_name": name, "lifecycle": "active"}
    return Play(200, {"content-type": "application/json"}, json.dumps(body).encode())


def _estimate(turn: Say, received: Received) -> Usage:
    """About four characters to a token."""
    written = len(turn.text) + len(turn.thinking) + sum(len(repr(step)) for step in (*turn.edits, *turn.lookups))
    return Usage(
        input_tokens=len(received.body) // 4, output_tokens=8 + written // 4, reasoning_tokens=len(turn.thinking) // 4
    )


def _ids(received: Received, number: int) -> dict[str, str]:
    return {"request-id" if received.anthropic else "x-request-id": f"req_{number:04}"}
