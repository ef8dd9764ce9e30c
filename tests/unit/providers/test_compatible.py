from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provider_samples import BLOCK, ENDPOINT, PROMPT, body_of, completion, json_response, rung, stream_response
from prunella.conversation import BadCall, EditCall, Prompt, Reply, Stop, Usage
from prunella.domain import Rung
from prunella.edits import search_replace
from prunella.errors import Fault, ProviderError
from prunella.providers import compatible
from prunella.providers.http import Endpoint, HttpResponse, ModelStatus, Wire

WIRE: Wire = compatible
RUNG = rung("openai-compatible")


def sent(a_rung: Rung = RUNG, prompt: Prompt = PROMPT) -> dict[str, Any]:
    return body_of(WIRE.build_request(a_rung, WIRE.begin(a_rung, prompt), 1000, ENDPOINT))


def chunk(content: object = None, reason: str | None = None, **fields: Any) -> dict[str, Any]:
    delta = {"content": content} if content is not None else {}
    return {
        "object": "chat.completion.chunk",
        "model": "qwen",
        "choices": [{"delta": {**delta, **fields}, "finish_reason": reason}],
    }


def chunks(*events: dict[str, Any], end: bytes = b"data: [DONE]\n\n") -> HttpResponse:
    response = stream_response(*events)
    return response._replace(body=response.body + end)


def test_the_opening_explains_how_to_edit() -> None:
    body = sent()
    assert body["messages"] == [
        {"role": "system", "content": f"{PROMPT.system}\n\n{search_replace.INSTRUCTIONS}"},
        {"role": "user", "content": f"{PROMPT.stable}\n\n{PROMPT.text}"},
    ]
    assert body["max_tokens"] == 1000
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})
    assert "tools" not in body


def test_effort_and_streaming_follow_the_rung() -> None:
    whole = sent(replace(RUNG, stream=False, effort="low"))
    assert whole["stream"] is False
    assert "stream_options" not in whole
    assert whole["reasoning_effort"] == "low"
    assert "reasoning_effort" not in sent()


def test_no_key_is_needed() -> None:
    request = WIRE.build_request(RUNG, WIRE.begin(RUNG, PROMPT), 10, Endpoint("http://127.0.0.1:11434/v1", ""))
    assert request.url == "http://127.0.0.1:11434/v1/chat/completions"
    assert "authorization" not in request.headers


def test_edits_are_read_from_the_text() -> None:
    answer = WIRE.read_response(json_response(completion(f"Here:\n\n{BLOCK}")))
    assert answer.stop is Stop.CALLS
    assert isinstance(answer.calls[0], EditCall)
    assert answer.calls[0].wire == "text"
    assert WIRE.read_response(json_response(completion("Nothing to do."))).stop is Stop.DONE


def test_replies_and_words_are_one_message_of_the_user() -> None:
    answer = WIRE.read_response(json_response(completion(BLOCK)))
    asked = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    assert asked.items[-1] == {"role": "assistant", "content": BLOCK}
    told = WIRE.resume(asked, (Reply(answer.calls[0], ok=False, text="no match"),), "Try again.")
    assert told.items[-1]["role"] == "user"
    assert told.items[-1]["content"].startswith("Result of block-1 (a")
    assert told.items[-1]["content"].endswith("ERROR: no match\n\nTry again.")
    unanswered = WIRE.resume(asked, (), "Still failing.")
    assert unanswered.items[-1]["content"].endswith("done\n\nStill failing.")
    assert told.pending == unanswered.pending == ()


def test_the_user_never_speaks_twice_in_a_row() -> None:
    conversation = WIRE.resume(WIRE.begin(RUNG, PROMPT), (), "More.")
    assert [item["role"] for item in conversation.items] == ["user"]
    assert conversation.items[0]["content"].endswith(f"{PROMPT.text}\n\nMore.")
    assert WIRE.resume(conversation, (), "") == conversation


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("stop", Stop.CALLS),
        ("tool_calls", Stop.CALLS),
        ("length", Stop.TRUNCATED),
        ("content_filter", Stop.REFUSED),
        (None, Stop.CALLS),
        ("eos_token", Stop.CALLS),
    ],
)
def test_every_finish_reason_is_told(reason: str | None, stop: Stop) -> None:
    answer = WIRE.read_response(json_response(completion(BLOCK, reason)))
    assert answer.stop is stop
    assert bool(answer.calls) is (stop is Stop.CALLS)
    extended = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    assert len(extended.items) == (2 if answer.calls else 1)


def test_an_answer_that_the_server_gave_up_may_come_next_time() -> None:
    with pytest.raises(ProviderError, match="gave up") as caught:
        WIRE.read_response(json_response(completion("x", "error")))
    assert caught.value.fault is Fault.TRANSIENT


def test_a_refusal_is_told_from_an_answer() -> None:
    answer = WIRE.read_response(json_response(completion(None, refusal="I cannot.")))
    assert (answer.stop, answer.detail) == (Stop.REFUSED, "I cannot.")


def test_calls_of_tools_that_were_not_offered_are_answered() -> None:
    answer = WIRE.read_response(json_response(completion(None, "tool_calls", tool_calls=[{"id": "x"}, {"id": "y"}])))
    assert answer.calls == tuple(BadCall(f"call-{n}", compatible.NO_TOOLS, "text") for n in (1, 2))
    told = WIRE.resume(WIRE.extend(WIRE.begin(RUNG, PROMPT), answer), (), "Go on.")
    assert [item["role"] for item in told.items] == ["user"]


def test_reasoning_is_neither_said_nor_replayed() -> None:
    answer = WIRE.read_response(json_response(completion(f"<think>\n{BLOCK}</think>\n\nOK", reasoning_content="hm")))
    assert (answer.text, answer.calls) == ("OK", ())
    assert answer.items == ({"role": "assistant", "content": "OK"},)
    assert WIRE.read_response(json_response(completion("<think> on and on"))).text == ""


def test_content_may_be_a_list_of_parts() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]
    assert WIRE.read_response(json_response(completion(parts))).text == "ab"


def test_a_stream_is_read_as_the_completion_it_is() -> None:
    half = len(BLOCK) // 2
    usage = {"object": "chat.completion.chunk", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    response = chunks(
        chunk(role="assistant"),
        chunk(BLOCK[:half]),
        chunk(reasoning_content="hm"),
        chunk(BLOCK[half:]),
        chunk(reason="stop"),
        usage,
    )
    answer = WIRE.read_response(response)
    assert (answer.text, answer.stop, answer.model) == (BLOCK, Stop.CALLS, "qwen")
    assert answer.usage == Usage(input_tokens=7, output_tokens=3)


def test_a_stream_may_end_without_a_reason_or_without_a_mark_but_not_without_both() -> None:
    assert WIRE.read_response(chunks(chunk("hi"))).text == "hi"
    assert WIRE.read_response(chunks(chunk("hi"), chunk(reason="stop"), end=b"")).text == "hi"
    with pytest.raises(ProviderError, match="ended before its end") as caught:
        WIRE.read_response(chunks(chunk("hi"), end=b""))
    assert (caught.value.fault, caught.value.billed) == (Fault.TRANSIENT, True)


def test_an_error_within_a_stream_is_classified() -> None:
    error = {"error": {"message": "Input exceeds the context window", "type": "invalid_request_error", "code": 400}}
    with pytest.raises(ProviderError) as caught:
        WIRE.read_response(chunks(chunk("hi"), error))
    assert (caught.value.fault, caught.value.billed) == (Fault.CONTEXT, True)


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (404, {"error": "model 'x' not found, try pulling it first"}, Fault.BAD_REQUEST),
        (404, {"object": "error", "message": "The model `x` does not exist.", "code": 404}, Fault.BAD_REQUEST),
        (400, {"error": {"type": "exceed_context_size_error", "message": "too big", "code": 400}}, Fault.CONTEXT),
        (400, {"object": "error", "message": "This model's maximum context length is 4096 tokens."}, Fault.CONTEXT),
        (503, {"error": {"message": "Loading model", "type": "unavailable_error"}}, Fault.TRANSIENT),
        (401, {"detail": "Unauthorized"}, Fault.AUTH),
        (200, {"object": "error", "message": "oops", "type": "BadRequestError", "code": 400}, Fault.MALFORMED),
    ],
)
def test_errors_of_local_servers(status: int, body: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(ProviderError) as caught:
        WIRE.read_response(json_response(body, status))
    assert caught.value.fault is fault
    assert "ANTHROPIC" not in str(caught.value)


def test_usage_is_normalised() -> None:
    body = completion("x")
    body["usage"] = {
        "prompt_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 8},
        "completion_tokens": 5,
        "completion_tokens_details": {"reasoning_tokens": 4},
    }
    assert WIRE.read_response(json_response(body)).usage == Usage(10, 8, 0, 0, 5, 4)


def test_there_is_no_endpoint_that_counts() -> None:
    assert WIRE.build_count_request(RUNG, WIRE.begin(RUNG, PROMPT), ENDPOINT) is None


def test_the_server_lists_its_models() -> None:
    request = WIRE.build_models_request(ENDPOINT, "qwen")
    assert (request.url, request.body) == (f"{ENDPOINT.base_url}/models", b"")
    listed = json_response({"object": "list", "data": [{"id": "qwen"}, {"id": "org/llama"}, {}]})
    assert WIRE.read_model(listed) == ModelStatus(found=True, listed=("qwen", "org/llama"))
    assert not WIRE.read_model(json_response({"data": None})).found
    assert WIRE.read_model(json_response({}, 404)).found
