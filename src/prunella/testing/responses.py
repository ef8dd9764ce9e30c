"""Answers in the shape of OpenAI's Responses API. https://platform.openai.com/docs/api-reference/responses"""

from __future__ import annotations

import json

from prunella.conversation import Stop, Usage
from prunella.testing.edit_forms import openai_lookup, patch_envelope, patch_operation
from prunella.testing.plays import Json, Problem, Say, ScriptError
from prunella.testing.sse import event, halves

CREATED_AT = 1_795_000_000

AFTER = "-after-"
"""Item ids of scripted answers end with this and the id of the reasoning that must be sent back along with them."""


def response(say: Say, request: Json, usage: Usage, number: int) -> Json:
    """The body of an answer that is not streamed."""
    stop = say.stop or Stop.DONE
    if stop in {Stop.PAUSED, Stop.CONTEXT}:
        raise ScriptError(f"OpenAI has no answer that stops with {stop.value!r}; use fault() for its error")
    cut = stop is Stop.TRUNCATED
    return {
        "id": f"resp_{number:04}",
        "object": "response",
        "created_at": CREATED_AT,
        "status": "incomplete" if cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "instructions": request.get("instructions"),
        "max_output_tokens": request.get("max_output_tokens"),
        "model": request.get("model", ""),
        "output": _output(say, request, number, stop),
        "parallel_tool_calls": True,
        "store": request.get("store", True),
        "tools": request.get("tools", []),
        "usage": _usage(usage),
        "metadata": {},
    }


def stream(say: Say, request: Json, usage: Usage, number: int) -> list[bytes]:
    """The same answer as events. ``say.breaks`` ends them halfway with an error."""
    whole = response(say, request, usage, number)
    begun = {**whole, "status": "in_progress", "incomplete_details": None, "output": [], "usage": None}
    values: list[Json] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for index, item in enumerate(whole["output"]):
        values += _item_events(item, index)
    if say.breaks:
        values = values[: max(2, len(values) // 2)]
        values.append({"type": "error", **problem(say.breaks)})
    else:
        values.append({"type": f"response.{whole['status']}", "response": whole})
    return [event({**value, "sequence_number": place}) for place, value in enumerate(values)]


def problem(fault: Problem) -> Json:
    """The body of an error, and the data of an error event."""
    kinds = {401: "invalid_api_key", 404: "model_not_found"}
    code = fault.type if fault.status in {400, 429} else kinds.get(fault.status)
    kind = "invalid_request_error" if fault.status in kinds else fault.type
    return {"error": {"message": fault.message, "type": kind, "param": None, "code": code}}


def _output(say: Say, request: Json, number: int, stop: Stop) -> list[Json]:
    output: list[Json] = []
    after = ""
    if say.thinking:
        reasoning = {"id": f"rs_{number:04}", "type": "reasoning", "summary": []}
        output.append({**reasoning, "encrypted_content": f"scripted:{number:04}"})
        after = AFTER + str(reasoning["id"])
    if say.text or stop is Stop.REFUSED:
        part: Json = {"type": "output_text", "text": say.text, "annotations": []}
        if stop is Stop.REFUSED:
            part = {"type": "refusal", "refusal": say.text or "I'm sorry, I cannot help with that."}
        head = {"id": f"msg_{number:04}{after}", "type": "message", "role": "assistant", "status": "completed"}
        output.append({**head, "content": [part]})
    calls = [_lookup_item(*openai_lookup(lookup)) for lookup in say.lookups] + _edit_items(say, request)
    for place, call in enumerate(calls, 1):
        ids = {"id": f"{call.pop('prefix')}_{number:04}_{place}{after}", "call_id": f"call_{number:04}_{place}"}
        output.append({**ids, **call, "status": "completed"})
    if stop is Stop.TRUNCATED and output:
        output[-1]["status"] = "incomplete"
    return output


def _lookup_item(name: str, arguments: Json) -> Json:
    return {"prefix": "fc", "type": "function_call", "name": name, "arguments": json.dumps(arguments)}


def _edit_items(say: Say, request: Json) -> list[Json]:
    """Calls of whichever edit tool the request offers."""
    if not say.edits:
        return []
    tools = [(tool.get("type"), tool.get("name")) for tool in request.get("tools", []) if isinstance(tool, dict)]
    if ("custom", "apply_patch") in tools:
        patch = patch_envelope(say.edits)
        return [{"prefix": "ctc", "type": "custom_tool_call", "name": "apply_patch", "input": patch}]
    if ("apply_patch", None) in tools:
        return [{"prefix": "apc", "type": "apply_patch_call", "operation": patch_operation(e)} for e in say.edits]
    raise ScriptError("the request offers no apply_patch tool, so the script's edits cannot be told")


def _item_events(item: Json, index: int) -> list[Json]:
    place = {"output_index": index}
    started = {**item, "status": "in_progress"} if "status" in item else item
    events: list[Json] = []
    if item["type"] == "message":
        started = {**started, "content": []}
        part = item["content"][0]
        at = {**place, "item_id": item["id"], "content_index": 0}
        kind = part["type"]
        field = "text" if kind == "output_text" else "refusal"
        events.append({"type": "response.content_part.added", **at, "part": {**part, field: ""}})
        events += [{"type": f"response.{kind}.delta", **at, "delta": piece} for piece in halves(part[field])]
        events.append({"type": f"response.{kind}.done", **at, field: part[field]})
        events.append({"type": "response.content_part.done", **at, "part": part})
    elif item["type"] == "apply_patch_call":
        diff = item["operation"].get("diff", "")
        at = {**place, "item_id": item["id"]}
        name = "response.apply_patch_call_operation_diff"
        events += [{"type": f"{name}.delta", **at, "delta": piece} for piece in halves(diff)]
        events.append({"type": f"{name}.done", **at, "diff": diff})
    return [
        {"type": "response.output_item.added", **place, "item": started},
        *events,
        {"type": "response.output_item.done", **place, "item": item},
    ]


def _usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
