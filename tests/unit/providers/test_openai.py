from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provider_samples import (
    ENDPOINT,
    PATCH_CALL,
    PROMPT,
    REASONING,
    body_of,
    json_response,
    rung,
    said,
    stream_response,
    whole,
)
from prunella.conversation import BadCall, EditCall, Prompt, Reply, Stop, Usage
from prunella.domain import Rung
from prunella.errors import Fault, ProviderError
from prunella.providers import openai
from prunella.providers.http import Endpoint, HttpResponse, ModelStatus, Wire

WIRE: Wire = openai
RUNG = rung("openai")


def sent(a_rung: Rung = RUNG, prompt: Prompt = PROMPT) -> dict[str, Any]:
    return body_of(WIRE.build_request(a_rung, WIRE.begin(a_rung, prompt), 1000, ENDPOINT))


def item(kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"{kind}_1", "type": kind, "call_id": "call_9", "status": "completed", **fields}


def done(index: int, an_item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": an_item}


def ended(status: str, *output: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{status}", "response": whole(*output, status=status, **fields)}


CREATED = {"type": "response.created", "response": whole(status="in_progress", usage=None)}


def test_the_opening_is_stateless_with_what_is_stable_first() -> None:
    body = sent()
    assert body["instructions"] == PROMPT.system
    assert body["input"] == [
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": PROMPT.stable},
                {"type": "input_text", "text": PROMPT.text},
            ],
        }
    ]
    assert body["store"] is False
    assert body["include"] == ["reasoning.encrypted_content"]
    assert body["max_output_tokens"] == 1000
    assert body["stream"] is True
    assert "stream" not in sent(replace(RUNG, stream=False))
    assert "previous_response_id" not in body


def test_the_edit_tool_comes_in_two_forms_beside_three_strict_functions() -> None:
    native, custom = sent()["tools"], sent(replace(RUNG, edit_form="custom"))["tools"]
    assert native[0] == {"type": "apply_patch"}
    assert (custom[0]["type"], custom[0]["name"], custom[0]["format"]["syntax"]) == ("custom", "apply_patch", "lark")
    assert custom[0]["format"]["definition"].startswith("start:")
    assert native[1:] == custom[1:]
    assert [tool["name"] for tool in native[1:]] == ["view_file", "list_folder", "search_text"]
    for tool in native[1:]:
        assert tool["strict"] is True
        assert set(tool["parameters"]["required"]) == set(tool["parameters"]["properties"])
        assert tool["parameters"]["additionalProperties"] is False


def test_effort_follows_the_rung() -> None:
    assert "reasoning" not in sent()
    assert sent(replace(RUNG, effort="xhigh"))["reasoning"] == {"effort": "xhigh"}


def test_the_cache_key_is_that_of_the_beginning() -> None:
    key = sent()["prompt_cache_key"]
    assert len(key) <= 64
    assert sent(prompt=PROMPT._replace(text="another"))["prompt_cache_key"] == key
    assert sent(prompt=PROMPT._replace(stable="another"))["prompt_cache_key"] != key
    assert sent(prompt=PROMPT._replace(system="another"))["prompt_cache_key"] != key
    alone, other = PROMPT._replace(stable=""), PROMPT._replace(stable="", text="a")
    assert sent(prompt=other)["prompt_cache_key"] == sent(prompt=alone)["prompt_cache_key"]
    assert openai.cache_key(replace(WIRE.begin(RUNG, PROMPT), items=())).startswith("prunella-")


def test_the_key_and_address_are_those_of_the_endpoint() -> None:
    request = WIRE.build_request(RUNG, WIRE.begin(RUNG, PROMPT), 10, Endpoint("http://x/v1/", " sk-1\n"))
    assert (request.url, request.headers["authorization"]) == ("http://x/v1/responses", "Bearer sk-1")
    assert "sk-1" not in repr(request)
    assert "sk-1" not in repr(Endpoint("http://x", "sk-1"))


def test_every_pending_call_gets_an_output_of_its_own_kind() -> None:
    function = item("function_call", call_id="c2", name="search_text", arguments='{"text":"a","path":null}')
    custom = item("custom_tool_call", call_id="c3", name="math_exp", input="4 + 4")
    patch = {**PATCH_CALL, "call_id": "c1"}
    late = {**PATCH_CALL, "call_id": "c4"}
    answer = WIRE.read_response(json_response(whole(REASONING, patch, function, custom, late)))
    assert answer.stop is Stop.CALLS
    asked = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    assert asked.items[1:] == answer.items == (REASONING, patch, function, custom, late)
    replies = tuple(Reply(call, ok=number != 0, text=f"told {number}") for number, call in enumerate(answer.calls[:3]))
    told = WIRE.resume(asked, replies, "Still failing.")
    assert told.pending == ()
    assert told.items[6:] == (
        {"type": "apply_patch_call_output", "call_id": "c1", "output": "told 0", "status": "failed"},
        {"type": "function_call_output", "call_id": "c2", "output": "told 1"},
        {"type": "custom_tool_call_output", "call_id": "c3", "output": "told 2"},
        {"type": "apply_patch_call_output", "call_id": "c4", "output": "done", "status": "completed"},
        {"role": "user", "content": [{"type": "input_text", "text": "Still failing."}]},
    )


def test_a_rejected_call_without_a_status_says_so_in_words() -> None:
    function = item("function_call", name="view_file", arguments="{}")
    answer = WIRE.read_response(json_response(whole(function)))
    asked = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    told = WIRE.resume(asked, (Reply(answer.calls[0], ok=False, text="no such file"),), "")
    assert told.items[-1] == {"type": "function_call_output", "call_id": "call_9", "output": "Error: no such file"}


def test_the_built_in_edit_tool_is_read() -> None:
    answer = WIRE.read_response(json_response(whole(PATCH_CALL)))
    assert isinstance(answer.calls[0], EditCall)
    assert (answer.calls[0].call_id, answer.calls[0].wire) == ("call_1", "apply_patch_call")


def test_a_custom_tool_that_was_not_offered_is_a_bad_call() -> None:
    answer = WIRE.read_response(json_response(whole(item("custom_tool_call", name="math_exp", input="4 + 4"))))
    assert answer.calls == (
        BadCall("call_9", 'There is no tool "math_exp". Edit with apply_patch.', "custom_tool_call"),
    )


def test_calls_of_hosted_tools_need_no_reply_from_us() -> None:
    search = {"id": "ws_1", "type": "web_search_call", "status": "completed"}
    answer = WIRE.read_response(json_response(whole(search, said("Found it."))))
    assert (answer.stop, answer.calls, answer.items[0]) == (Stop.DONE, (), search)


def test_all_parts_and_phases_are_said() -> None:
    answer = WIRE.read_response(
        json_response(whole(said("I look", " it up.", phase="commentary"), REASONING, said("Done.")))
    )
    assert answer.text == "I look it up.\n\nDone."
    assert [a.get("phase") for a in answer.items] == ["commentary", None, "final_answer"]
    assert WIRE.read_response(json_response(whole(said("One."), said("Two.")))).text == "One.\n\nTwo."


@pytest.mark.parametrize("kind", ["apply_patch_call", "custom_tool_call", "function_call"])
def test_a_call_that_could_not_be_answered_is_no_answer(kind: str) -> None:
    with pytest.raises(ProviderError, match="no readable output"):
        WIRE.read_response(json_response(whole({"type": kind, "name": "view_file"})))


def test_a_refusal_is_told_from_an_answer() -> None:
    refused = {"type": "message", "content": [{"type": "refusal", "refusal": "I cannot assist."}]}
    answer = WIRE.read_response(json_response(whole(refused, PATCH_CALL)))
    assert (answer.stop, answer.detail, answer.calls) == (Stop.REFUSED, "I cannot assist.", ())
    conversation = WIRE.begin(RUNG, PROMPT)
    assert WIRE.extend(conversation, answer) == conversation


@pytest.mark.parametrize(("reason", "stop"), [("max_output_tokens", Stop.TRUNCATED), ("content_filter", Stop.REFUSED)])
def test_an_incomplete_answer_says_why_and_its_calls_do_not_count(reason: str, stop: Stop) -> None:
    body = whole(PATCH_CALL, status="incomplete", incomplete_details={"reason": reason})
    answer = WIRE.read_response(json_response(body))
    assert (answer.stop, answer.detail, answer.calls) == (stop, reason, ())
    conversation = WIRE.begin(RUNG, PROMPT)
    assert WIRE.extend(conversation, answer) == conversation


@pytest.mark.parametrize("reason", ["max_messages", "steered", None, "never_heard_of"])
def test_other_reasons_for_incompleteness_are_errors_in_words(reason: str | None) -> None:
    body = whole(said("x"), status="incomplete", incomplete_details={"reason": reason})
    with pytest.raises(ProviderError, match=reason or "no reason given") as caught:
        WIRE.read_response(json_response(body))
    assert (caught.value.fault, caught.value.billed) == (Fault.MALFORMED, True)


@pytest.mark.parametrize("status", ["queued", "in_progress", "cancelled", "never_heard_of"])
def test_other_statuses_are_errors_in_words(status: str) -> None:
    with pytest.raises(ProviderError, match=f"the response is {status}, not completed") as caught:
        WIRE.read_response(json_response(whole(status=status)))
    assert caught.value.fault is Fault.MALFORMED


@pytest.mark.parametrize(
    ("code", "message", "fault", "delay"),
    [
        ("server_error", "An error occurred.", Fault.TRANSIENT, None),
        ("rate_limit_exceeded", "Please try again in 11.054s. Visit", Fault.RATE_LIMIT, 11.054),
        ("insufficient_quota", "You exceeded your current quota", Fault.QUOTA, None),
        ("context_length_exceeded", "Your input exceeds the context window", Fault.CONTEXT, None),
        ("invalid_prompt", "no", Fault.BAD_REQUEST, None),
        ("bio_policy", "no", Fault.REFUSAL, None),
        ("misalignment_policy_violation", "no", Fault.REFUSAL, None),
        ("never_heard_of", "no", Fault.MALFORMED, None),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_failed_response_is_classified_by_its_code(
    code: str, message: str, fault: Fault, delay: float | None, streamed: bool
) -> None:
    error = {"code": code, "message": message}
    event = ended("failed", error=error, usage=None)
    response = stream_response(CREATED, event) if streamed else json_response(event["response"])
    with pytest.raises(ProviderError) as caught:
        WIRE.read_response(response)
    assert (caught.value.fault, caught.value.retry_after_s) == (fault, delay)
    assert not caught.value.billed


def test_a_failure_after_output_may_have_been_charged() -> None:
    error = {"code": "server_error", "message": "x"}
    with pytest.raises(ProviderError) as caught:
        WIRE.read_response(json_response(whole(status="failed", error=error)))
    assert caught.value.billed


def test_a_failure_without_a_reason_may_pass() -> None:
    with pytest.raises(ProviderError, match="without a reason") as caught:
        WIRE.read_response(stream_response({"type": "response.failed", "response": {"status": "failed"}}))
    assert caught.value.fault is Fault.TRANSIENT


def test_usage_includes_the_cache_already() -> None:
    usage = {
        "input_tokens": 4020,
        "input_tokens_details": {"cached_tokens": 4000, "cache_write_tokens": 12},
        "output_tokens": 50,
        "output_tokens_details": {"reasoning_tokens": 40},
    }
    assert WIRE.read_response(json_response(whole(usage=usage))).usage == Usage(4020, 4000, 12, 0, 50, 40)
    older = {**usage, "input_tokens_details": {"cached_tokens": None, "cache_write_tokens": None}}
    assert WIRE.read_response(json_response(whole(usage=older))).usage == Usage(4020, 0, 0, 0, 50, 40)


def test_a_stream_is_read_from_its_last_event() -> None:
    noise = {"type": "response.apply_patch_call_operation_diff.delta", "delta": "+", "output_index": 0}
    response = stream_response(CREATED, noise, done(0, PATCH_CALL), ended("completed", PATCH_CALL))
    answer = WIRE.read_response(response)
    assert (answer.stop, answer.items, answer.usage.output_tokens) == (Stop.CALLS, (PATCH_CALL,), 5)


def test_items_that_the_last_event_lacks_are_taken_from_the_stream() -> None:
    events = (CREATED, done(1, PATCH_CALL), done(0, REASONING), ended("completed", PATCH_CALL))
    assert WIRE.read_response(stream_response(*events)).items == (REASONING, PATCH_CALL)
    fewer = (CREATED, done(1, PATCH_CALL), ended("completed", REASONING, PATCH_CALL))
    assert WIRE.read_response(stream_response(*fewer)).items == (REASONING, PATCH_CALL)


def test_a_response_that_begins_anew_forgets_the_one_before() -> None:
    events = (
        CREATED,
        done(0, REASONING),
        done(1, PATCH_CALL),
        CREATED,
        done(0, said("x")),
        ended("completed", said("x")),
    )
    assert WIRE.read_response(stream_response(*events)).items == (said("x"),)


def test_counting_sends_what_counts() -> None:
    request = WIRE.build_count_request(RUNG, WIRE.begin(RUNG, PROMPT), ENDPOINT)
    assert request is not None
    assert request.url.endswith("/v1/responses/input_tokens")
    assert set(body_of(request)) == {"model", "input", "instructions", "tools"}
    assert WIRE.read_count(json_response({"object": "response.input_tokens", "input_tokens": 12})) == 12


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (json_response({"id": "m", "object": "model", "shutdown_date": None}), ModelStatus(found=True)),
        (
            json_response({"id": "m", "object": "model", "shutdown_date": "2026-12-11"}),
            ModelStatus(found=True, note="shuts down on 2026-12-11", retires="2026-12-11"),
        ),
        (
            json_response({"error": {"code": "model_not_found", "message": "no"}}, 404),
            ModelStatus(found=False, note="OpenAI does not know this model, or this key may not use it"),
        ),
    ],
)
def test_what_is_said_of_a_model(response: HttpResponse, status: ModelStatus) -> None:
    assert WIRE.read_model(response) == status
