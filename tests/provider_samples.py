"""What the tests of the wire formats share: a rung of each provider, and answers as the vendors send them."""

from __future__ import annotations

import json
from typing import Any

from prunella.conversation import Prompt
from prunella.domain import Rung
from prunella.providers.http import Endpoint, HttpRequest, HttpResponse

PROMPT = Prompt(system="You repair builds.", stable="The repository's files: a.ts", text="The build fails.")
ENDPOINT = Endpoint("http://127.0.0.1:9/v1", "test-key")


def rung(provider: str, **fields: Any) -> Rung:
    return Rung(**{"name": "first", "provider": provider, "model": "some-model", "display": "Some Model", **fields})


def body_of(request: HttpRequest) -> dict[str, Any]:
    value = json.loads(request.body)
    assert isinstance(value, dict)
    return value


def json_response(value: object, status: int = 200, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpResponse(status, {"content-type": "application/json", **named}, json.dumps(value).encode())


def stream(*events: dict[str, Any]) -> bytes:
    """Events as both vendors frame them."""
    framed = "".join(f"event: {event.get('type', '')}\ndata: {json.dumps(event)}\n\n" for event in events)
    return framed.encode("utf-8", "replace")


def stream_response(*events: dict[str, Any], cut: bool = False) -> HttpResponse:
    headers = {"content-type": "text/event-stream; charset=utf-8"}
    return HttpResponse(200, headers, stream(*events), complete=not cut)


def message(*content: dict[str, Any], stop: str | None = "end_turn", **fields: Any) -> dict[str, Any]:
    """A message of Claude."""
    usage = {"input_tokens": 10, "output_tokens": 5}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "content": list(content),
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
        **fields,
    }


def message_events(*blocks: list[dict[str, Any]], stop: str | None = "end_turn") -> list[dict[str, Any]]:
    """The events of a streamed message; of each block its start and then its deltas."""
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message(stop=None)}]
    for index, (start, *deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    if stop is not None:
        usage = {"output_tokens": 42, "input_tokens": None}
        events.append({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": usage})
        events.append({"type": "message_stop"})
    return events


def text_block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def tool_use(name: str, arguments: object, call_id: str = "toolu_1") -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": arguments}


def whole(*output: dict[str, Any], status: str = "completed", **fields: Any) -> dict[str, Any]:
    """A response of OpenAI."""
    usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
    return {
        "id": "resp_1",
        "object": "response",
        "status": status,
        "model": "gpt-6.1-sol",
        "error": None,
        "incomplete_details": None,
        "output": list(output),
        "usage": usage,
        **fields,
    }


def said(*parts: str, phase: str = "final_answer") -> dict[str, Any]:
    content = [{"type": "output_text", "text": part, "annotations": []} for part in parts]
    fields = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    return {**fields, "phase": phase, "content": content}


REASONING: dict[str, Any] = {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "gAAAA"}

PATCH_CALL: dict[str, Any] = {
    "id": "apc_1",
    "type": "apply_patch_call",
    "status": "completed",
    "call_id": "call_1",
    "operation": {"type": "create_file", "path": "notes.md", "diff": "+hello\n"},
}


def completion(content: object, reason: str | None = "stop", **fields: Any) -> dict[str, Any]:
    """A chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **fields}, "finish_reason": reason}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return {"id": "chatcmpl-1", "object": "chat.completion", "model": "qwen", "choices": [choice], "usage": usage}


BLOCK = "a.ts\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n"
"""An edit as models without tools write it."""
