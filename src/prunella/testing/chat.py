"""Answers in the shape of chat completions. https://platform.openai.com/docs/api-reference/chat"""

from __future__ import annotations

from prunella.conversation import Stop, Usage
from prunella.testing.edit_forms import blocks
from prunella.testing.plays import Json, Say, ScriptError
from prunella.testing.responses import CREATED_AT, problem
from prunella.testing.sse import event, halves

REASONS = {
    Stop.DONE: "stop",
    Stop.CALLS: "stop",
    Stop.TRUNCATED: "length",
    Stop.REFUSED: "content_filter",
}


def completion(say: Say, request: Json, usage: Usage, number: int) -> Json:
    """The body of an answer that is not streamed."""
    reason = _reason(say)
    message: Json = {"role": "assistant", "content": _text(say)}
    if say.thinking:
        message["reasoning_content"] = say.thinking
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {**_head(request, number, "chat.completion"), "choices": [choice], "usage": _usage(usage)}


def stream(say: Say, request: Json, usage: Usage, number: int) -> list[bytes]:
    """The same answer as events. ``say.breaks`` ends them halfway with an error."""
    head = _head(request, number, "chat.completion.chunk")
    reason = _reason(say)
    deltas: list[Json] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": part} for part in halves(say.thinking)]
    deltas += [{"content": part} for part in halves(_text(say))]
    events = [_chunk(head, delta, None) for delta in deltas]
    if say.breaks:
        return [*events[: max(1, len(events) // 2)], event(problem(say.breaks), "")]
    events.append(_chunk(head, {}, reason))
    if (request.get("stream_options") or {}).get("include_usage"):
        events.append(event({**head, "choices": [], "usage": _usage(usage)}, ""))
    return [*events, b"data: [DONE]\n\n"]


def _reason(say: Say) -> str:
    stop = say.stop or Stop.DONE
    if stop not in REASONS:
        raise ScriptError(f"chat completions have no answer that stops with {stop.value!r}")
    return REASONS[stop]


def _chunk(head: Json, delta: Json, reason: str | None) -> bytes:
    return event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}, "")


def _head(request: Json, number: int, kind: str) -> Json:
    return {"id": f"chatcmpl-{number:04}", "object": kind, "created": CREATED_AT, "model": request.get("model", "")}


def _text(say: Say) -> str:
    return "\n\n".join(part for part in (say.text, blocks(say.edits, say.lookups)) if part)


def _usage(usage: Usage) -> Json:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }
