"""Whatever a server sends, the wire formats give an answer or a ProviderError, and what they give can be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider_samples import (
    BLOCK,
    ENDPOINT,
    PATCH_CALL,
    PROMPT,
    REASONING,
    completion,
    message,
    message_events,
    rung,
    said,
    stream,
    text_block,
    tool_use,
    whole,
)
from prunella.conversation import Answer, Reply
from prunella.errors import ProviderError
from prunella.providers import anthropic, compatible, openai
from prunella.providers.http import HttpResponse, Wire

WIRES: list[Wire] = [anthropic, openai, compatible]

ATOMS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("\ud800"))
KEYS = st.sampled_from(
    ["type", "content", "text", "input", "id", "call_id", "name", "usage", "output", "status", "error", "message"]
)
VALUES = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
)

EDIT = tool_use("str_replace_based_edit_tool", {"command": "str_replace", "path": "a", "old_str": "b", "new_str": "c"})
FUNCTION = {"type": "function_call", "call_id": "c", "name": "view_file", "arguments": '{"path": "a"}'}
CUSTOM = {"type": "custom_tool_call", "call_id": "c", "name": "apply_patch", "input": "*** Begin Patch\n"}
BODIES: list[dict[str, Any]] = [
    message(text_block("hi"), EDIT, {"type": "thinking", "thinking": "", "signature": "s"}, stop="tool_use"),
    message(stop="refusal", stop_details={"type": "refusal", "category": None}),
    whole(REASONING, said("hi"), PATCH_CALL, FUNCTION, CUSTOM),
    whole(said("hi"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
    whole(status="failed", error={"code": "server_error", "message": "x"}),
    completion(BLOCK),
    completion(None, "tool_calls", tool_calls=[{"id": "x"}]),
    {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
]
STREAMS: list[list[dict[str, Any]]] = [
    message_events([text_block(""), {"type": "text_delta", "text": "x"}], [EDIT, {"type": "input_json_delta"}]),
    [
        {"type": "response.created", "response": {}},
        {"type": "response.output_item.done", "output_index": 0, "item": PATCH_CALL},
        {"type": "response.completed", "response": whole(PATCH_CALL)},
    ],
    [{"choices": [{"delta": {"content": BLOCK}, "finish_reason": "stop"}]}, {"type": "[DONE]"}],
]


def read(response: HttpResponse) -> None:
    """Read it with every wire format; an answer must be fit to be stored, shown, replied to and sent again."""
    for wire in WIRES:
        for reader in (wire.read_response, wire.read_count, wire.read_model):
            result = outcome(reader, response)
            if isinstance(result, Answer):
                _use(wire, result)
            if isinstance(result, ProviderError):
                assert result.message
                assert str(result).isprintable()


def outcome(reader: Callable[[HttpResponse], object], response: HttpResponse) -> object:
    try:
        return reader(response)
    except ProviderError as error:
        return error


def _use(wire: Wire, answer: Answer) -> None:
    json.dumps([answer.text, answer.items, answer.detail, answer.model], ensure_ascii=False, allow_nan=False).encode()
    calls = [call._asdict() for call in answer.calls]
    json.dumps(calls, ensure_ascii=False, allow_nan=False).encode()
    assert 0 <= answer.usage.cached_tokens <= answer.usage.input_tokens < 2**53
    a_rung = rung(wire.NAME)
    conversation = wire.extend(wire.begin(a_rung, PROMPT), answer)
    replies = tuple(Reply(call, ok=False, text="no") for call in conversation.pending)
    told = wire.resume(conversation, replies, "Go on.")
    assert told.pending == ()
    json.loads(wire.build_request(a_rung, told, 10, ENDPOINT).body)


STATUSES = st.sampled_from([200, 200, 200, 201, 204, 302, 400, 401, 402, 404, 413, 429, 500, 529, 999, 0])
TYPES = st.sampled_from(["application/json", "text/event-stream", "text/html", ""])


@given(STATUSES, TYPES, st.binary(), st.booleans())
def test_arbitrary_bytes(status: int, kind: str, body: bytes, complete: bool) -> None:
    read(HttpResponse(status, {"content-type": kind}, body, complete))


@given(STATUSES, TYPES, VALUES)
def test_arbitrary_json(status: int, kind: str, value: Any) -> None:
    read(HttpResponse(status, {"content-type": kind}, json.dumps(value).encode()))


@given(st.lists(VALUES, max_size=4))
def test_streams_of_arbitrary_json(values: list[Any]) -> None:
    body = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)
    read(HttpResponse(200, {"content-type": "text/event-stream"}, body))


def mutate(value: Any, draw: st.DataObject) -> Any:
    """The value with one place in it replaced."""
    if isinstance(value, dict) and value and draw.draw(st.booleans()):
        key = draw.draw(st.sampled_from(sorted(value)))
        return {**value, key: mutate(value[key], draw)}
    if isinstance(value, list) and value and draw.draw(st.booleans()):
        index = draw.draw(st.integers(0, len(value) - 1))
        return [*value[:index], mutate(value[index], draw), *value[index + 1 :]]
    return draw.draw(VALUES)


@settings(max_examples=400)
@given(st.sampled_from(BODIES), st.data())
def test_real_bodies_with_one_place_changed(body: dict[str, Any], draw: st.DataObject) -> None:
    read(HttpResponse(200, {"content-type": "application/json"}, json.dumps(mutate(body, draw)).encode()))


@settings(max_examples=400)
@given(st.sampled_from(STREAMS), st.data())
def test_real_streams_with_one_place_changed(events: list[dict[str, Any]], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(events) - 1))
    event = mutate(events[index], draw)
    changed = [*events[:index], event if isinstance(event, dict) else {}, *events[index + 1 :]]
    read(HttpResponse(200, {"content-type": "text/event-stream"}, stream(*changed)))


@given(st.sampled_from(STREAMS), st.data())
def test_real_streams_with_bytes_changed(events: list[dict[str, Any]], draw: st.DataObject) -> None:
    body = bytearray(stream(*events))
    for _ in range(draw.draw(st.integers(1, 4))):
        body[draw.draw(st.integers(0, len(body) - 1))] = draw.draw(st.integers(0, 255))
    read(HttpResponse(200, {"content-type": "text/event-stream"}, bytes(body)))


@pytest.mark.parametrize(
    "arguments", ['{"path": "\\ud800"}', '{"path": NaN}', '{"path": "a", "first_line": 1e999}', "[", "7", ""]
)
def test_arguments_of_functions_are_read_as_carefully(arguments: str) -> None:
    body = whole({**FUNCTION, "arguments": arguments})
    read(HttpResponse(200, {"content-type": "application/json"}, json.dumps(body).encode()))


@pytest.mark.parametrize("depth", [150, 199, 201, 400, 990, 5_000, 100_000])
def test_nesting_of_any_depth(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    call = json.dumps(message(tool_use("x", "DEEP"), stop="tool_use"))
    for body in (deep, f'{{"a": {deep}}}', call.replace('"DEEP"', f'{{"a": {deep}}}')):
        read(HttpResponse(200, {"content-type": "application/json"}, body.encode()))
    written = [tool_use("x", {}), {"type": "input_json_delta", "partial_json": f'{{"a": {deep}}}'}]
    read(HttpResponse(200, {"content-type": "text/event-stream"}, stream(*message_events(written, stop="tool_use"))))


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 5000, "9" * 400, "1e-999", "-0"])
def test_numbers_that_are_none(number: str) -> None:
    body = json.dumps(message(tool_use("x", {"n": "N"}), stop="tool_use", usage={"input_tokens": "N"}))
    read(HttpResponse(200, {"content-type": "application/json"}, body.replace('"N"', number).encode()))
