"""Chat completions, as every server with "an OpenAI-compatible API" speaks them (Ollama, vLLM, LM Studio, llama.cpp).

https://platform.openai.com/docs/api-reference/chat. Tools differ too much from server to server, so edits and
look-ups are blocks and lines in the answer's text.
"""

from __future__ import annotations

from dataclasses import replace

from prunella.conversation import (
    Answer,
    BadCall,
    Call,
    Conversation,
    EditCall,
    Json,
    Lookup,
    Prompt,
    Reply,
    Stop,
    Usage,
)
from prunella.domain import Rung
from prunella.edits import search_replace
from prunella.errors import Fault
from prunella.providers import faults, payload
from prunella.providers.endpoint import bearer, build
from prunella.providers.http import Endpoint, HttpRequest, HttpResponse, ModelStatus
from prunella.providers.payload import count, mapping, mappings, word
from prunella.providers.vendor import Vendor
from prunella.providers.words import one_line

NAME = "openai-compatible"
DEFAULT_BASE_URL = "http://127.0.0.1:11434/v1"
"""Where Ollama listens."""

VENDOR = Vendor(
    name="The OpenAI-compatible server",
    request_id="x-request-id",
    key="the rung's key",
    model="the rung's model",
    base_url="the rung's base_url",
    billing="its billing page",
)

STOPS = {
    "stop": Stop.DONE,
    "tool_calls": Stop.DONE,
    "function_call": Stop.DONE,
    "length": Stop.TRUNCATED,
    "model_length": Stop.TRUNCATED,
    "content_filter": Stop.REFUSED,
}
"""Why an answer ended. Servers add words of their own; one that is not known counts as "stop", for an edit block that
was cut off is told by its missing end."""

BROKEN = ("error", "abort", "insufficient_system_resource")
"""Words for an answer that the server itself gave up."""

NO_TOOLS = "There are no tools to call. Write edit blocks and look-up lines as the instructions say."


def begin(rung: Rung, prompt: Prompt) -> Conversation:
    """The opening, with the form of edits explained."""
    system = "\n\n".join(part for part in (prompt.system, search_replace.INSTRUCTIONS) if part)
    conversation = Conversation(NAME, rung.model, system)
    return _say(conversation, "\n\n".join(part for part in (prompt.stable, prompt.text) if part))


def resume(conversation: Conversation, replies: tuple[Reply, ...], text: str = "") -> Conversation:
    """See :class:`~prunella.providers.http.Wire`. All of it is one message of the user."""
    given = {reply.call.call_id: reply for reply in replies}
    parts = [_result(call, given.get(call.call_id)) for call in conversation.pending]
    return _say(conversation, "\n\n".join(part for part in (*parts, text) if part))


def extend(conversation: Conversation, answer: Answer) -> Conversation:
    """See :class:`~prunella.providers.http.Wire`."""
    if answer.stop in (Stop.TRUNCATED, Stop.REFUSED, Stop.CONTEXT):
        return conversation
    return replace(conversation, items=conversation.items + answer.items, pending=answer.calls)


def _say(conversation: Conversation, text: str) -> Conversation:
    """The conversation with the user's next words. Two user messages in a row become one: the chat templates of many
    models refuse them otherwise."""
    items = conversation.items
    if text and items and items[-1].get("role") == "user":
        items, text = items[:-1], f"{items[-1]['content']}\n\n{text}"
    said: tuple[Json, ...] = ({"role": "user", "content": text},) if text else ()
    return replace(conversation, items=items + said, pending=())


def _result(call: Call, reply: Reply | None) -> str:
    about = f"{call.call_id} ({_subject(call)})" if _subject(call) else call.call_id
    if reply is None:
        return f"Result of {about}: done"
    return f"Result of {about}: {'' if reply.ok else 'ERROR: '}{reply.text or 'done'}"


def _subject(call: Call) -> str:
    if isinstance(call, EditCall):
        return ", ".join(dict.fromkeys(edit.path for edit in call.edits))
    return f"{call.kind.upper()} {call.text or call.path}".strip() if isinstance(call, Lookup) else ""


def build_request(rung: Rung, conversation: Conversation, max_output_tokens: int, endpoint: Endpoint) -> HttpRequest:
    """POST /chat/completions."""
    system = [{"role": "system", "content": conversation.system}] if conversation.system else []
    body: Json = {
        "model": rung.model,
        "messages": [*system, *conversation.items],
        "max_tokens": max_output_tokens,
        "stream": rung.stream,
    }
    if rung.stream:
        body["stream_options"] = {"include_usage": True}
    if rung.effort:
        body["reasoning_effort"] = rung.effort
    return _request(endpoint, "/chat/completions", body, stream=rung.stream)


def build_count_request(
    rung: Rung,  # noqa: ARG001
    conversation: Conversation,  # noqa: ARG001
    endpoint: Endpoint,  # noqa: ARG001
) -> HttpRequest | None:
    """None: there is no such endpoint."""
    return None


def build_models_request(endpoint: Endpoint, model: str) -> HttpRequest:  # noqa: ARG001
    """GET /models: the list, for few servers answer for a single id."""
    return _request(endpoint, "/models", None)


def _request(endpoint: Endpoint, path: str, body: Json | None, *, stream: bool = False) -> HttpRequest:
    return build(endpoint.base_url.rstrip("/") + path, bearer(VENDOR, endpoint), body, stream=stream)


def read_response(response: HttpResponse) -> Answer:
    """See :class:`~prunella.providers.http.Wire`."""
    if not 200 <= response.status < 300:
        raise faults.status_error(VENDOR, response)
    try:
        whole = _assemble(response) if payload.is_stream(response) else payload.read_object(response)
    except payload.NotJsonError as error:
        raise faults.not_json(VENDOR, response, error) from error
    if whole.get("error") or whole.get("object") == "error":
        raise faults.vendor_error(VENDOR, response, faults.error_in(whole))
    choices = mappings(whole.get("choices"))
    if not choices or not isinstance(choices[0].get("message"), dict):
        raise faults.unusable(VENDOR, response, "the answer is not a chat completion")
    return _read_choice(response, whole, choices[0])


def _read_choice(response: HttpResponse, whole: Json, choice: Json) -> Answer:
    message, reason = choice["message"], word(choice.get("finish_reason"))
    if reason in BROKEN:
        raise faults.unusable(VENDOR, response, f"the server gave up the answer ({reason})", Fault.TRANSIENT)
    text = _without_thoughts(_content(message.get("content")))
    refusal = word(message.get("refusal"))
    stop = Stop.REFUSED if refusal else STOPS.get(reason, Stop.DONE)
    calls = _calls(text, message) if stop is Stop.DONE else ()
    return Answer(
        text=text,
        calls=calls,
        stop=Stop.CALLS if calls else stop,
        usage=read_usage(mapping(whole.get("usage"))),
        items=({"role": "assistant", "content": text},) if text.strip() else (),
        model=word(whole.get("model")),
        request_id=faults.request_id(VENDOR, response) or one_line(word(whole.get("id"))),
        detail=one_line(refusal or ("" if reason in ("stop", "tool_calls") else reason)),
    )


def _calls(text: str, message: Json) -> tuple[Call, ...]:
    calls = search_replace.read_answer(text)
    if calls or not message.get("tool_calls"):
        return calls
    return tuple(
        BadCall(f"call-{number}", NO_TOOLS, "text") for number, _ in enumerate(mappings(message["tool_calls"]), start=1)
    )


def _content(content: object) -> str:
    """A message's content: a text, or (some servers) a list of parts."""
    return word(content) or "".join(word(part.get("text")) for part in mappings(content))


def _without_thoughts(text: str) -> str:
    """The answer without the reasoning that servers without a parser for it leave at its beginning."""
    if not text.lstrip().startswith("<think>"):
        return text
    return text.partition("</think>")[2].lstrip()


def _assemble(response: HttpResponse) -> Json:
    """The chunks of a stream as one completion; choices other than the first are passed over (one is asked for)."""
    whole: Json = {}
    content: list[str] = []
    message: Json = {}
    reason, ended = "", False
    for chunk in payload.read_stream(response):
        if chunk.get("error") or chunk.get("object") == "error":
            raise faults.vendor_error(VENDOR, response, faults.error_in(chunk), billed=bool(content))
        ended = ended or chunk["type"] == "[DONE]"
        whole |= {name: chunk[name] for name in ("id", "model", "usage") if chunk.get(name)}
        for choice in mappings(chunk.get("choices"))[:1]:
            delta = mapping(choice.get("delta"))
            content.append(_content(delta.get("content")))
            message |= {name: delta[name] for name in ("refusal", "tool_calls") if delta.get(name)}
            reason = word(choice.get("finish_reason")) or reason
    if not (ended or reason):
        raise faults.cut_off(VENDOR, response)
    message["content"] = "".join(content)
    return {**whole, "choices": [{"message": message, "finish_reason": reason}]}


def read_usage(usage: Json) -> Usage:
    """Chat completions count as the Responses API does, with other names."""
    total = count(usage.get("prompt_tokens"))
    return Usage(
        input_tokens=total,
        cached_tokens=min(count(mapping(usage.get("prompt_tokens_details")).get("cached_tokens")), total),
        output_tokens=count(usage.get("completion_tokens")),
        reasoning_tokens=count(mapping(usage.get("completion_tokens_details")).get("reasoning_tokens")),
    )


def read_count(response: HttpResponse) -> int:
    """See :class:`~prunella.providers.http.Wire`."""
    return faults.read_count(VENDOR, response)


def read_model(response: HttpResponse) -> ModelStatus:
    """See :class:`~prunella.providers.http.Wire`. The ids that the server lists are in ``listed``; whether the one
    that was meant is among them is for the caller to see."""
    if response.status in (404, 405):
        return ModelStatus(found=True, note="the server has no list of models")
    listed = mappings(faults.read_success(VENDOR, response).get("data"))
    ids = tuple(one_line(word(model.get("id"))) for model in listed if word(model.get("id")))
    return ModelStatus(found=bool(ids), note="" if ids else "the server lists no model", listed=ids)
