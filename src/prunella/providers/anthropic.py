"""Anthropic's Messages API, version 2026-10-21, as pure functions.

https://platform.claude.com/docs/en/api/messages
"""

from __future__ import annotations

from dataclasses import replace

from prunella.conversation import Answer, BadCall, Call, Conversation, Json, Prompt, Reply, Stop, Usage
from prunella.domain import Rung
from prunella.edits import text_editor
from prunella.providers import anthropic_stream, faults, payload
from prunella.providers.endpoint import bearer, build, model_path
from prunella.providers.http import Endpoint, HttpRequest, HttpResponse, ModelStatus
from prunella.providers.payload import count, mapping, mappings, word
from prunella.providers.tools import ANTHROPIC_TOOLS
from prunella.providers.vendor import Vendor
from prunella.providers.words import one_line

NAME = "anthropic"
DEFAULT_BASE_URL = "https://api.anthropic.com"
API_VERSION = "2026-10-21"

VENDOR = Vendor(
    name="Anthropic",
    request_id="request-id",
    key="ANTHROPIC_API_KEY",
    model="ANTHROPIC_MODEL",
    base_url="ANTHROPIC_BASE_URL",
    billing="the billing page of the Claude Console",
)

STOPS = {
    "end_turn": Stop.DONE,
    "stop_sequence": Stop.DONE,
    "tool_use": Stop.CALLS,
    "pause_turn": Stop.PAUSED,
    "max_tokens": Stop.TRUNCATED,
    "refusal": Stop.REFUSED,
    "model_context_window_exceeded": Stop.CONTEXT,
}

EPHEMERAL: Json = {"type": "ephemeral"}


def begin(rung: Rung, prompt: Prompt) -> Conversation:
    """The opening: what does not change within a task first, with a cache breakpoint behind it."""
    content = [_text(prompt.text)] if prompt.text else []
    if prompt.stable:
        content.insert(0, {**_text(prompt.stable), "cache_control": EPHEMERAL})
    items: tuple[Json, ...] = ({"role": "user", "content": content},) if content else ()
    return Conversation(NAME, rung.model, prompt.system, items)


def resume(conversation: Conversation, replies: tuple[Reply, ...], text: str = "") -> Conversation:
    """See :class:`~prunella.providers.http.Wire`. Results come first in the turn: the API asks for that."""
    given = {reply.call.call_id: reply for reply in replies}
    content = [_result(call, given.get(call.call_id)) for call in conversation.pending]
    if text:
        content.append(_text(text))
    items: tuple[Json, ...] = ({"role": "user", "content": content},) if content else ()
    return replace(conversation, items=conversation.items + items, pending=())


def extend(conversation: Conversation, answer: Answer) -> Conversation:
    """See :class:`~prunella.providers.http.Wire`. Blank text blocks, and thinking at the end, are left out: the API
    gives them but does not take them back."""
    if answer.stop in (Stop.TRUNCATED, Stop.REFUSED, Stop.CONTEXT):
        return conversation
    content = [block for block in answer.items if block.get("type") != "text" or word(block.get("text")).strip()]
    content = payload.without_last(content, {"thinking", "redacted_thinking"})
    items: tuple[Json, ...] = ({"role": "assistant", "content": content},) if content else ()
    return replace(conversation, items=conversation.items + items, pending=answer.calls)


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _result(call: Call, reply: Reply | None) -> Json:
    result: Json = {
        "type": "tool_result",
        "tool_use_id": call.call_id,
        "content": (reply.text if reply else "") or "done",
    }
    if reply is not None and not reply.ok:
        result["is_error"] = True
    return result


def build_request(rung: Rung, conversation: Conversation, max_output_tokens: int, endpoint: Endpoint) -> HttpRequest:
    """POST /v1/messages. No sampling parameters: this API version refuses them at any value."""
    body = {**_body(rung, conversation), "max_tokens": max_output_tokens}
    if rung.stream:
        body["stream"] = True
    return _request(endpoint, "/v1/messages", body, stream=rung.stream)


def build_count_request(rung: Rung, conversation: Conversation, endpoint: Endpoint) -> HttpRequest | None:
    """POST /v1/messages/count_tokens."""
    return _request(endpoint, "/v1/messages/count_tokens", _body(rung, conversation))


def build_models_request(endpoint: Endpoint, model: str) -> HttpRequest:
    """GET /v1/models/{id}."""
    return _request(endpoint, f"/v1/models/{model_path(model)}", None)


def _body(rung: Rung, conversation: Conversation) -> Json:
    body: Json = {
        "model": rung.model,
        "messages": list(conversation.items),
        "tools": list(ANTHROPIC_TOOLS),
        "thinking": {"type": "disabled" if rung.thinking == "off" else "adaptive"},
        # Marks the end of what is sent, so that the next turn reads this one from the cache.
        "cache_control": EPHEMERAL,
    }
    if conversation.system:
        body["system"] = [_text(conversation.system)]
    if rung.effort:
        body["output_config"] = {"effort": rung.effort}
    return body


def _request(endpoint: Endpoint, path: str, body: Json | None, *, stream: bool = False) -> HttpRequest:
    # The address is given with and without /v1: the other vendor's includes it.
    base = endpoint.base_url.rstrip("/").removesuffix("/v1")
    headers = {**bearer(VENDOR, endpoint), "anthropic-version": API_VERSION}
    return build(base + path, headers, body, stream=stream)


def read_response(response: HttpResponse) -> Answer:
    """See :class:`~prunella.providers.http.Wire`."""
    if not 200 <= response.status < 300:
        raise faults.status_error(VENDOR, response)
    try:
        if payload.is_stream(response):
            return _read_message(response, anthropic_stream.assemble(response, VENDOR))
        return _read_message(response, payload.read_object(response))
    except payload.NotJsonError as error:
        raise faults.not_json(VENDOR, response, error) from error


def _read_message(response: HttpResponse, message: Json) -> Answer:
    content = message.get("content")
    if message.get("type") == "error" or message.get("error"):
        raise faults.vendor_error(VENDOR, response, faults.error_in(message))
    if not isinstance(content, list) or "stop_reason" not in message or not all(_is_block(block) for block in content):
        raise faults.unusable(VENDOR, response, "the answer is not a message")
    stop = _stop(response, message)
    calls = _calls(content) if stop in (Stop.DONE, Stop.CALLS, Stop.PAUSED) else ()
    if stop in (Stop.DONE, Stop.CALLS):
        stop = Stop.CALLS if calls else Stop.DONE
    return Answer(
        text=payload.spoken(
            (at, word(block.get("text"))) for at, block in enumerate(content) if block["type"] == "text"
        ),
        calls=calls,
        stop=stop,
        usage=read_usage(mapping(message.get("usage"))),
        items=tuple(content),
        model=word(message.get("model")),
        request_id=faults.request_id(VENDOR, response),
        detail=_detail(message),
    )


def _is_block(block: object) -> bool:
    """A block that can be replayed, and if it is a call, be answered."""
    kind = mapping(block).get("type")
    if kind == "tool_use":
        return bool(word(mapping(block).get("id")))
    return isinstance(kind, str)


def _stop(response: HttpResponse, message: Json) -> Stop:
    reason = message["stop_reason"]
    if reason is None:
        raise faults.cut_off(VENDOR, response)
    if not isinstance(reason, str) or reason not in STOPS:
        raise faults.unusable(VENDOR, response, f"unknown stop reason {one_line(repr(reason))}")
    return STOPS[reason]


def _calls(content: list[Json]) -> tuple[Call, ...]:
    calls: list[Call] = []
    for block in mappings(content):
        if block["type"] != "tool_use":
            continue
        call_id, arguments = word(block["id"]), block.get("input")
        if anthropic_stream.UNREADABLE in mapping(arguments):
            calls.append(
                BadCall(call_id, "The arguments of this call are not valid JSON. Call the tool again.", "tool_use")
            )
        else:
            calls.append(text_editor.read_call(call_id, word(block.get("name")), arguments))
    return tuple(calls)


def _detail(message: Json) -> str:
    details = mapping(message.get("stop_details"))
    parts = (word(details.get("category")), word(details.get("explanation")))
    return one_line(": ".join(part for part in parts if part))


def read_usage(usage: Json) -> Usage:
    """Anthropic counts what the cache gave and took apart from ``input_tokens``; here it is part of it."""
    cached = count(usage.get("cache_read_input_tokens"))
    written = count(usage.get("cache_creation_input_tokens"))
    return Usage(
        input_tokens=count(usage.get("input_tokens")) + cached + written,
        cached_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=min(
            count(mapping(usage.get("cache_creation")).get("ephemeral_1h_input_tokens")),
            written,
        ),
        output_tokens=count(usage.get("output_tokens")),
        reasoning_tokens=count(mapping(usage.get("output_tokens_details")).get("thinking_tokens")),
    )


def read_count(response: HttpResponse) -> int:
    """See :class:`~prunella.providers.http.Wire`."""
    return faults.read_count(VENDOR, response)


def read_model(response: HttpResponse) -> ModelStatus:
    """See :class:`~prunella.providers.http.Wire`."""
    if response.status == 404:
        return ModelStatus(found=False, note="Anthropic does not know this model")
    model = faults.read_success(VENDOR, response)
    if not word(model.get("id")):
        raise faults.unusable(VENDOR, response, "the answer is not a model")
    lifecycle, retires = word(model.get("lifecycle")), one_line(word(model.get("retires_at")))[:10]
    if lifecycle == "retired":
        return ModelStatus(found=False, note=f"retired{f' on {retires}' if retires else ''}", retires=retires)
    if lifecycle == "deprecated":
        return ModelStatus(found=True, note=f"deprecated{f', ends on {retires}' if retires else ''}", retires=retires)
    return ModelStatus(found=True, note="", retires=retires)
