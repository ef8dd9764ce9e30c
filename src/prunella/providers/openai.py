"""OpenAI's Responses API as pure functions, stateless: nothing is stored at the vendor, every item is sent again.

https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from prunella.conversation import Answer, BadCall, Call, Conversation, Json, Prompt, Reply, Stop, Usage
from prunella.domain import Rung
from prunella.edits import apply_patch, lookups
from prunella.providers import faults, openai_stream, payload
from prunella.providers.endpoint import bearer, build, model_path
from prunella.providers.http import Endpoint, HttpRequest, HttpResponse, ModelStatus
from prunella.providers.payload import count, mapping, mappings, word
from prunella.providers.tools import APPLY_PATCH, LOOKUP_FUNCTIONS, custom_apply_patch
from prunella.providers.vendor import Vendor
from prunella.providers.words import one_line

NAME = "openai"
DEFAULT_BASE_URL = "https://api.openai.com/v1"

VENDOR = Vendor(
    name="OpenAI",
    request_id="x-request-id",
    key="OPENAI_API_KEY",
    model="OPENAI_MODEL",
    base_url="OPENAI_BASE_URL (it ends in /v1)",
    billing="the billing page of the OpenAI platform",
)

INCOMPLETE = {"max_output_tokens": Stop.TRUNCATED, "content_filter": Stop.REFUSED}
"""Why an answer is incomplete; the reasons not named here (max_messages, steered) are errors."""


def begin(rung: Rung, prompt: Prompt) -> Conversation:
    """The opening: what does not change within a task first, so that the vendor's cache can serve it."""
    items = (_user(prompt.stable, prompt.text),) if prompt.stable or prompt.text else ()
    return Conversation(NAME, rung.model, prompt.system, items)


def resume(conversation: Conversation, replies: tuple[Reply, ...], text: str = "") -> Conversation:
    """See :class:`~prunella.providers.http.Wire`."""
    given = {reply.call.call_id: reply for reply in replies}
    items = [_output(call, given.get(call.call_id)) for call in conversation.pending]
    if text:
        items.append(_user(text))
    return replace(conversation, items=(*conversation.items, *items), pending=())


def extend(conversation: Conversation, answer: Answer) -> Conversation:
    """See :class:`~prunella.providers.http.Wire`. Every item goes back unchanged, reasoning (encrypted) and a message's
    ``phase`` included: the API refuses a reasoning item without the one it led to, and the other way round. So
    reasoning at the end, which led to nothing, is left out."""
    if answer.stop in (Stop.TRUNCATED, Stop.REFUSED, Stop.CONTEXT):
        return conversation
    items = payload.without_last(answer.items, {"reasoning"})
    return replace(conversation, items=(*conversation.items, *items), pending=answer.calls)


def _user(*texts: str) -> Json:
    return {"role": "user", "content": [{"type": "input_text", "text": text} for text in texts if text]}


def _output(call: Call, reply: Reply | None) -> Json:
    ok, text = (reply.ok, reply.text) if reply else (True, "")
    output: Json = {"type": f"{call.wire}_output", "call_id": call.call_id, "output": text or "done"}
    if call.wire == "apply_patch_call":
        output["status"] = "completed" if ok else "failed"
    elif not ok:
        output["output"] = f"Error: {text}"
    return output


def build_request(rung: Rung, conversation: Conversation, max_output_tokens: int, endpoint: Endpoint) -> HttpRequest:
    """POST /responses. No sampling parameters: reasoning models refuse them."""
    body = {
        **_body(rung, conversation),
        "max_output_tokens": max_output_tokens,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "prompt_cache_key": cache_key(conversation),
    }
    if rung.stream:
        body["stream"] = True
    return _request(endpoint, "/responses", body, stream=rung.stream)


def build_count_request(rung: Rung, conversation: Conversation, endpoint: Endpoint) -> HttpRequest | None:
    """POST /responses/input_tokens."""
    return _request(endpoint, "/responses/input_tokens", _body(rung, conversation))


def build_models_request(endpoint: Endpoint, model: str) -> HttpRequest:
    """GET /models/{id}."""
    return _request(endpoint, f"/models/{model_path(model)}", None)


def cache_key(conversation: Conversation) -> str:
    """Equal for requests that begin alike, which routes them to the cache that knows the beginning."""
    from hashlib import sha256

    opening = mappings(conversation.items[0].get("content")) if conversation.items else []
    # With one text only, that one is this attempt's and differs from the next one's.
    stable = word(opening[0].get("text")) if len(opening) > 1 else ""
    digest = sha256(f"{conversation.system}\0{stable}".encode("utf-8", "replace"))
    return f"prunella-{digest.hexdigest()[:32]}"


def _body(rung: Rung, conversation: Conversation) -> Json:
    edit = custom_apply_patch(apply_patch.GRAMMAR) if rung.edit_form == "custom" else APPLY_PATCH
    body: Json = {"model": rung.model, "input": list(conversation.items), "tools": [edit, *LOOKUP_FUNCTIONS]}
    if conversation.system:
        body["instructions"] = conversation.system
    if rung.effort:
        body["reasoning"] = {"effort": rung.effort}
    return body


def _request(endpoint: Endpoint, path: str, body: Json | None, *, stream: bool = False) -> HttpRequest:
    return build(endpoint.base_url.rstrip("/") + path, bearer(VENDOR, endpoint), body, stream=stream)


def read_response(response: HttpResponse) -> Answer:
    """See :class:`~prunella.providers.http.Wire`."""
    if not 200 <= response.status < 300:
        raise faults.status_error(VENDOR, response)
    try:
        if payload.is_stream(response):
            return _read_whole(response, openai_stream.assemble(response, VENDOR))
        return _read_whole(response, payload.read_object(response))
    except payload.NotJsonError as error:
        raise faults.not_json(VENDOR, response, error) from error


def _read_whole(response: HttpResponse, whole: Json) -> Answer:
    status, output = whole.get("status"), whole.get("output")
    usage = read_usage(mapping(whole.get("usage")))
    if status == "failed" or whole.get("error"):
        raise openai_stream.failure(VENDOR, response, whole, billed=usage != Usage() or bool(output))
    if status not in ("completed", "incomplete"):
        about = f"the response is {one_line(status)}, not completed" if isinstance(status, str) else "not a response"
        raise faults.unusable(VENDOR, response, about)
    if not isinstance(output, list) or not all(_is_item(item) for item in output):
        raise faults.unusable(VENDOR, response, "the response has no readable output")
    stop, detail = _stop(response, whole, output)
    calls = _calls(output) if stop is Stop.DONE else ()
    return Answer(
        text=_text(output),
        calls=calls,
        stop=Stop.CALLS if calls else stop,
        usage=usage,
        items=tuple(output),
        model=word(whole.get("model")),
        request_id=faults.request_id(VENDOR, response),
        detail=detail,
    )


def _is_item(item: object) -> bool:
    """An item that can be replayed, and if it is a call for us, be answered."""
    kind = mapping(item).get("type")
    if isinstance(kind, str) and kind in CALLS:
        return bool(word(mapping(item).get("call_id")))
    return isinstance(kind, str)


def _stop(response: HttpResponse, whole: Json, output: list[Json]) -> tuple[Stop, str]:
    refusals = [part for _, part in _parts(output, "refusal")]
    if whole["status"] == "completed":
        return (Stop.REFUSED, one_line(" ".join(refusals))) if refusals else (Stop.DONE, "")
    reason = word(mapping(whole.get("incomplete_details")).get("reason"))
    if reason not in INCOMPLETE:
        raise faults.unusable(VENDOR, response, f"the response is incomplete ({one_line(reason) or 'no reason given'})")
    return INCOMPLETE[reason], reason


def _parts(output: list[Json], kind: str) -> list[tuple[int, str]]:
    """The texts of one kind in the messages of an answer, each with its message's position."""
    name = "refusal" if kind == "refusal" else "text"
    return [
        (position, word(part.get(name)))
        for position, item in enumerate(output)
        if item["type"] == "message"
        for part in mappings(item.get("content"))
        if part.get("type") == kind
    ]


def _text(output: list[Json]) -> str:
    # Twice the position: two messages in a row are two paragraphs, two parts of one message are one.
    return payload.spoken((2 * position, text) for position, text in _parts(output, "output_text"))


def _operation(item: Json) -> Call:
    return apply_patch.read_operation(word(item["call_id"]), item.get("operation"))


def _custom(item: Json) -> Call:
    call_id, name = word(item["call_id"]), word(item.get("name"))
    if name != "apply_patch":
        return BadCall(call_id, f'There is no tool "{one_line(name)}". Edit with apply_patch.', "custom_tool_call")
    return apply_patch.read_envelope(call_id, word(item.get("input")))


def _function(item: Json) -> Call:
    arguments = item.get("arguments")
    # Read here, by the reader that lets nothing in that cannot be written again; what it cannot read is told there.
    with suppress(payload.NotJsonError):
        arguments = payload.decode(word(arguments))
    return lookups.read_call(word(item["call_id"]), word(item.get("name")), arguments)


CALLS = {"apply_patch_call": _operation, "custom_tool_call": _custom, "function_call": _function}
"""The kinds of item that wait for a reply from us; calls of hosted tools are answered by the vendor itself."""


def _calls(output: list[Json]) -> tuple[Call, ...]:
    return tuple(CALLS[item["type"]](item) for item in output if item["type"] in CALLS)


def read_usage(usage: Json) -> Usage:
    """OpenAI's ``input_tokens`` include what came from the cache."""
    details = mapping(usage.get("input_tokens_details"))
    total = count(usage.get("input_tokens"))
    return Usage(
        input_tokens=total,
        cached_tokens=min(count(details.get("cached_tokens")), total),
        cache_write_tokens=min(count(details.get("cache_write_tokens")), total),
        output_tokens=count(usage.get("output_tokens")),
        reasoning_tokens=count(mapping(usage.get("output_tokens_details")).get("reasoning_tokens")),
    )


def read_count(response: HttpResponse) -> int:
    """See :class:`~prunella.providers.http.Wire`."""
    return faults.read_count(VENDOR, response)


def read_model(response: HttpResponse) -> ModelStatus:
    """See :class:`~prunella.providers.http.Wire`."""
    if response.status == 404:
        return ModelStatus(found=False, note="OpenAI does not know this model, or this key may not use it")
    model = faults.read_success(VENDOR, response)
    if not word(model.get("id")):
        raise faults.unusable(VENDOR, response, "the answer is not a model")
    retires = one_line(word(model.get("shutdown_date")))[:10]
    return ModelStatus(found=True, note=f"shuts down on {retires}" if retires else "", retires=retires)
