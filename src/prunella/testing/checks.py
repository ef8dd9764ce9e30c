"""What vendors refuse, with the words they refuse it in. Each check returns the fault to answer with, or None.

Texts: https://platform.claude.com/docs/en/api/errors, https://platform.openai.com/docs/guides/error-codes, and bodies
that users of both APIs have published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from prunella.testing.messages import SIGNATURE, sign
from prunella.testing.plays import Json, Problem, Received, fault
from prunella.testing.responses import AFTER

VERSIONS = {"2023-06-01": False, "2026-10-21": True}
"""Known values of ``anthropic-version``; True = sampling parameters are refused at any value."""

SAMPLING = ("temperature", "top_p", "top_k")

OUTPUT_OF = {
    "function_call": ("function_call_output", "function call"),
    "custom_tool_call": ("custom_tool_call_output", "custom tool call"),
    "apply_patch_call": ("apply_patch_call_output", "apply patch call"),
}
"""What must follow a call of OpenAI's, and how its errors name the call."""


def check(received: Received, key: str) -> Problem | None:
    """The vendor's objection to a request, if it has one; ``key`` "" = any key will do."""
    problem = _check_key(received, key)
    if problem or received.method == "GET":
        return problem
    try:
        body = json.loads(received.body)
    except ValueError as error:
        return _bad(f"The request body is not valid JSON: {error}")
    if not isinstance(body, dict):
        return _bad("The request body is not a JSON object.")
    if received.anthropic:
        return _check_messages(received, body)
    if received.endpoint == "compatible":
        return _check_chat(body)
    return _check_responses(body, counting=received.endpoint == "count")


def _check_key(received: Received, key: str) -> Problem | None:
    headers = received.headers
    given = headers.get("authorization", "").removeprefix("Bearer ").strip() or headers.get("x-api-key", "")
    if given and key in {"", given}:
        return None
    if received.endpoint == "compatible" and not key:
        return None  # local servers ask for none
    if received.anthropic:
        return fault(401, "authentication_error", "invalid x-api-key" if given else "x-api-key header is required")
    return fault(401, "invalid_request_error", "Incorrect API key provided." if given else "No API key provided.")


def _check_messages(received: Received, body: Json) -> Problem | None:
    version = received.headers.get("anthropic-version", "")
    if version not in VERSIONS:
        said = f'"{version}" is not a valid version' if version else "header is required"
        return _bad(f"anthropic-version: {said}")
    needed = ["model", "messages"] + ["max_tokens"] * (received.endpoint != "count")
    missing = [name for name in needed if name not in body]
    if missing:
        return _bad(f"{missing[0]}: Field required")
    sampling = [name for name in SAMPLING if name in body]
    if sampling and VERSIONS[version]:
        return _bad(f"{sampling[0]}: Extra inputs are not permitted")
    messages = body["messages"]
    if not isinstance(messages, list) or not messages:
        return _bad("messages: at least one message is required")
    return next((_bad(text) for text in _objections([_as_message(message) for message in messages])), None)


def _as_message(message: object) -> Json:
    """A message with its content as a list of blocks."""
    row = message if isinstance(message, dict) else {}
    content = row.get("content", [])
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return {"role": row.get("role"), "content": [block for block in blocks if isinstance(block, dict)]}


def _objections(messages: list[Json]) -> Iterator[str]:
    for at, message in enumerate(messages):
        if message["role"] not in {"user", "assistant"}:
            yield f"messages.{at}.role: Input should be 'user' or 'assistant'"
        if not message["content"]:
            yield f"messages.{at}: all messages must have non-empty content"
        yield from _block_objections(at, message["content"])
        if message["role"] == "assistant" and [block.get("type") for block in message["content"]][-1:] == ["thinking"]:
            yield f"messages.{at}: The final block in an assistant message cannot be `thinking`."
        used = [block.get("id") for block in message["content"] if block.get("type") == "tool_use"]
        answered = _answered(messages[at + 1]) if at + 1 < len(messages) else []
        unanswered = [str(call) for call in used if call not in answered]
        if unanswered:
            yield (
                f"messages.{at}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(unanswered)}. Each `tool_use` block must have a corresponding `tool_result` block in the "
                "next message."
            )
        known = [block.get("id") for block in messages[at - 1]["content"]] if at else []
        for call in _answered(message):
            if call not in known:
                yield (
                    f"messages.{at}.content: unexpected `tool_use_id` found in `tool_result` blocks: {call}. Each "
                    "`tool_result` block must have a corresponding `tool_use` block in the previous message."
                )
    last = messages[-1]
    if last["role"] == "assistant" and not any(block.get("type") == "server_tool_use" for block in last["content"]):
        yield "This model does not support assistant message prefill. The conversation must end with a user message."


def _block_objections(at: int, blocks: list[Json]) -> Iterator[str]:
    for place, block in enumerate(blocks):
        if block.get("type") == "text" and not str(block.get("text", "")).strip():
            yield f"messages.{at}.content.{place}: text content blocks must contain non-whitespace text"
        if block.get("type") == "thinking":
            signature = str(block.get("signature", ""))
            forged = signature.startswith(SIGNATURE) and signature != sign(str(block.get("thinking", "")))
            if not signature or forged:
                yield f"messages.{at}.content.{place}: Invalid `signature` in `thinking` block"


def _answered(message: Json) -> list[object]:
    return [block.get("tool_use_id") for block in message["content"] if block.get("type") == "tool_result"]


def _check_responses(body: Json, *, counting: bool) -> Problem | None:
    if "model" not in body:
        return _bad("Missing required parameter: 'model'.", "missing_required_parameter")
    for name in SAMPLING[:2]:
        if name in body and not counting:
            return _bad(f"Unsupported parameter: '{name}' is not supported with this model.", "unsupported_parameter")
    given = body.get("input")
    if not given:
        return _bad("Missing required parameter: 'input'.", "missing_required_parameter")
    most = body.get("max_output_tokens")
    if isinstance(most, int) and most < 16:
        said = f"Expected a value >= 16, but got {most} instead."
        return _bad(f"Invalid 'max_output_tokens': integer below minimum value. {said}", "integer_below_min_value")
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    objections = _item_objections(items, stored=body.get("store", True) is not False)
    return next((_bad(text) for text in objections), None)


def _item_objections(items: list[Json], *, stored: bool) -> Iterator[str]:
    ids = {item.get("id") for item in items}
    for at, item in enumerate(items):
        kind, name = item.get("type"), item.get("id", "")
        if kind == "reasoning":
            following = items[at + 1].get("type") if at + 1 < len(items) else None
            if following not in {"reasoning", "message", *OUTPUT_OF} or _is_user(items[at + 1]):
                yield f"Item '{name}' of type 'reasoning' was provided without its required following item."
            if not stored and not item.get("encrypted_content"):
                yield (
                    f"Item with id '{name}' not found. Items are not persisted when `store` is set to false. Try again "
                    "with `store` set to true, or remove this item from your input."
                )
        needed = str(name).partition(AFTER)[2]
        if needed and needed not in ids:
            yield f"Item '{name}' of type '{kind}' was provided without its required 'reasoning' item: '{needed}'."
    yield from _pairs(items)


def _pairs(items: list[Json]) -> Iterator[str]:
    for kind, (output, words) in OUTPUT_OF.items():
        called = [item.get("call_id") for item in items if item.get("type") == kind]
        answered = [item.get("call_id") for item in items if item.get("type") == output]
        for call in called:
            if call not in answered:
                yield f"No tool output found for {words} {call}."
        for call in answered:
            if call not in called:
                yield f"No tool call found for {words} output with call_id {call}."


def _is_user(item: Json) -> bool:
    return item.get("role") in {"user", "system", "developer"}


def _check_chat(body: Json) -> Problem | None:
    if not body.get("model"):
        return _bad("you must provide a model parameter")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return _bad("Invalid 'messages': empty array. Expected an array with minimum length 1.", "empty_array")
    return None


def _bad(message: str, kind: str = "invalid_request_error") -> Problem:
    return fault(400, kind, message)
