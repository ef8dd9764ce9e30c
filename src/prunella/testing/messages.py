"""Answers in the shape of Anthropic's Messages API. https://platform.claude.com/docs/en/api/messages"""

from __future__ import annotations

import json
from hashlib import sha256

from prunella.conversation import Stop, Usage
from prunella.testing.edit_forms import claude_call
from prunella.testing.plays import Json, Problem, Say
from prunella.testing.sse import event, halves

REASONS = {
    Stop.DONE: "end_turn",
    Stop.CALLS: "tool_use",
    Stop.PAUSED: "pause_turn",
    Stop.TRUNCATED: "max_tokens",
    Stop.REFUSED: "refusal",
    Stop.CONTEXT: "model_context_window_exceeded",
}

SIGNATURE = "scripted:"
"""How signatures of scripted thinking begin; the rest says whether the thinking came back unchanged."""


def sign(thinking: str) -> str:
    """The signature that belongs to a thinking block's text."""
    return SIGNATURE + sha256(thinking.encode()).hexdigest()


def message(say: Say, request: Json, usage: Usage, number: int) -> Json:
    """The body of an answer that is not streamed."""
    stop = say.stop or (Stop.CALLS if say.edits or say.lookups else Stop.DONE)
    return {
        "id": f"msg_{number:04}",
        "type": "message",
        "role": "assistant",
        "model": request.get("model", ""),
        "content": _content(say, stop, number),
        "stop_reason": REASONS[stop],
        "stop_sequence": None,
        "stop_details": _details(say) if stop is Stop.REFUSED else None,
        "usage": _usage(usage),
    }


def stream(say: Say, request: Json, usage: Usage, number: int) -> list[bytes]:
    """The same answer as events. ``say.breaks`` ends them halfway with an error."""
    whole = message(say, request, usage, number)
    start = {**whole, "content": [], "stop_reason": None, "stop_details": None}
    start["usage"] = {**whole["usage"], "output_tokens": 1}
    events = [event({"type": "message_start", "message": start}), event({"type": "ping"})]
    cut = whole["stop_reason"] == "max_tokens"
    for index, block in enumerate(whole["content"]):
        last = index == len(whole["content"]) - 1
        events += _block_events(say, block, index, cut=cut and last)
    if say.breaks:
        return [*events[: max(1, len(events) // 2)], event(problem(say.breaks, number))]
    delta = {key: whole[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    events.append(event({"type": "message_delta", "delta": delta, "usage": whole["usage"]}))
    return [*events, event({"type": "message_stop"})]


def problem(fault: Problem, number: int) -> Json:
    """The body of an error, and the data of an error event."""
    error = {"type": fault.type, "message": fault.message}
    return {"type": "error", "error": error, "request_id": f"req_{number:04}"}


def _content(say: Say, stop: Stop, number: int) -> list[Json]:
    if stop is Stop.REFUSED:
        return []
    content: list[Json] = []
    if say.thinking:
        content.append({"type": "thinking", "thinking": say.thinking, "signature": sign(say.thinking)})
    if say.text:
        content.append({"type": "text", "text": say.text})
    if stop is Stop.PAUSED:
        search = {"type": "server_tool_use", "id": f"srvtoolu_{number:04}", "name": "web_search"}
        content.append({**search, "input": {"query": "scripted"}})
    for place, step in enumerate((*say.lookups, *say.edits), 1):
        name, arguments = claude_call(step)
        content.append({"type": "tool_use", "id": f"toolu_{number:04}_{place}", "name": name, "input": arguments})
    if stop is Stop.TRUNCATED and content and content[-1]["type"] == "tool_use":
        content[-1]["input"] = {}  # what the vendor makes of arguments that were cut
    return content


def _block_events(say: Say, block: Json, index: int, *, cut: bool) -> list[bytes]:
    kind = block["type"]
    if kind in {"text", "thinking"}:
        empty = {**block, kind: ""} | ({"signature": ""} if kind == "thinking" else {})
        deltas: list[Json] = [{"type": f"{kind}_delta", kind: part} for part in halves(block[kind])]
        if kind == "thinking":
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
    else:
        empty = {**block, "input": {}}
        written = json.dumps(_uncut(say, block) if cut else block["input"])
        parts = halves(written)[:-1] if cut else halves(written)
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
    return [
        event({"type": "content_block_start", "index": index, "content_block": empty}),
        *(event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas),
        event({"type": "content_block_stop", "index": index}),
    ]


def _uncut(say: Say, block: Json) -> Json:
    """The arguments as they would have been: the last call's."""
    steps = (*say.lookups, *say.edits)
    arguments: Json = claude_call(steps[-1])[1] if steps else block["input"]
    return arguments


def _details(say: Say) -> Json:
    category, _, explanation = say.detail.partition(": ")
    return {"type": "refusal", "category": category or None, "explanation": explanation or None}


def _usage(usage: Usage) -> Json:
    """Anthropic counts what went to or came from the cache apart from ``input_tokens``."""
    five = usage.cache_write_tokens - usage.cache_write_1h_tokens
    return {
        "input_tokens": usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "cache_read_input_tokens": usage.cached_tokens,
        "cache_creation": {
            "ephemeral_5m_input_tokens": five,
            "ephemeral_1h_input_tokens": usage.cache_write_1h_tokens,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
        "service_tier": "standard",
    }
