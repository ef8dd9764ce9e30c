"""What the vendors' APIs do that code written from memory gets wrong; each trap by name.

The traps about time (a dropped socket, waiting, retrying, long requests) are tested where the transport is.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from provider_samples import (
    ENDPOINT,
    PROMPT,
    REASONING,
    body_of,
    completion,
    json_response,
    message,
    message_events,
    rung,
    said,
    stream,
    stream_response,
    text_block,
    tool_use,
    whole,
)
from prunella.conversation import Answer, BadCall, Stop
from prunella.errors import Fault, ProviderError
from prunella.providers import anthropic, compatible, openai
from prunella.providers.http import HttpResponse, Wire

WIRES: list[Wire] = [anthropic, openai, compatible]
GOOD: dict[str, dict[str, Any]] = {
    "anthropic": message(text_block("hi")),
    "openai": whole(said("hi")),
    "openai-compatible": completion("hi"),
}


ODD: list[Any] = [None, 7, "x", [], [None], {}, [{}], [{"type": 7}], [{"type": []}], [{"type": "tool_use"}]]


def failure(wire: Wire, response: HttpResponse) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        wire.read_response(response)
    return caught.value


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
def test_trap_2_the_key_travels_as_a_bearer_token(wire: Wire) -> None:
    a_rung = rung(wire.NAME)
    headers = wire.build_request(a_rung, wire.begin(a_rung, PROMPT), 10, ENDPOINT).headers
    assert headers["authorization"] == "Bearer test-key"
    assert "x-api-key" not in headers
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("prunella/")
    assert all(name == name.lower() for name in headers)


def test_trap_2_the_api_version_is_pinned() -> None:
    a_rung = rung("anthropic")
    conversation = anthropic.begin(a_rung, PROMPT)
    requests = [
        anthropic.build_request(a_rung, conversation, 10, ENDPOINT),
        anthropic.build_count_request(a_rung, conversation, ENDPOINT),
        anthropic.build_models_request(ENDPOINT, "m"),
    ]
    assert [request and request.headers["anthropic-version"] for request in requests] == ["2026-10-21"] * 3


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
@pytest.mark.parametrize("thinking", ["adaptive", "off"])
def test_trap_3_no_sampling_parameter_is_ever_sent(wire: Wire, thinking: str) -> None:
    a_rung = rung(wire.NAME, effort="high", thinking=thinking)
    body = body_of(wire.build_request(a_rung, wire.begin(a_rung, PROMPT), 10, ENDPOINT))
    assert not {"temperature", "top_p", "top_k", "seed"} & set(body)


def test_trap_5_a_stream_that_ends_politely_before_its_end_is_no_answer() -> None:
    error = failure(anthropic, stream_response(*message_events([text_block("hi")], stop=None)))
    assert (error.fault, error.billed) == (Fault.TRANSIENT, True)
    assert "ended before its end" in error.message
    created = {"type": "response.created", "response": whole(status="in_progress")}
    item = {"type": "response.output_item.done", "output_index": 0, "item": said("hi")}
    error = failure(openai, stream_response(created, item))
    assert (error.fault, error.billed) == (Fault.TRANSIENT, True)


def test_trap_5_a_message_without_a_stop_reason_is_no_answer() -> None:
    assert failure(anthropic, json_response(message(text_block("hi"), stop=None))).fault is Fault.TRANSIENT


def test_trap_6_a_call_that_was_cut_off_is_not_taken_for_one_without_arguments() -> None:
    cut = [tool_use("delete_file", {}), {"type": "input_json_delta", "partial_json": '{"path": "src/'}]
    answer = anthropic.read_response(stream_response(*message_events(cut, stop="max_tokens")))
    assert (answer.stop, answer.calls) == (Stop.TRUNCATED, ())
    answer = anthropic.read_response(stream_response(*message_events(cut, stop="tool_use")))
    assert isinstance(answer.calls[0], BadCall)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("overloaded_error", Fault.TRANSIENT),
        ("api_error", Fault.TRANSIENT),
        ("timeout_error", Fault.TRANSIENT),
        ("rate_limit_error", Fault.RATE_LIMIT),
        ("authentication_error", Fault.AUTH),
        ("billing_error", Fault.QUOTA),
    ],
)
def test_trap_7_an_error_event_after_status_200_is_classified_by_its_type(kind: str, fault: Fault) -> None:
    event = {"type": "error", "error": {"type": kind, "message": "x", "details": None}, "request_id": "req_1"}
    error = failure(anthropic, stream_response(*message_events([text_block("hi")])[:3], event))
    assert (error.fault, error.status, error.request_id, error.billed) == (fault, 200, "req_1", True)
    assert not failure(anthropic, stream_response(event)).billed


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "error": {"type": "server_error", "code": "server_error", "message": "x"}},
        {"type": "error", "code": "server_error", "message": "x", "param": None, "sequence_number": 1},
        {
            "type": "response.failed",
            "response": {"status": "failed", "error": {"code": "server_error", "message": "x"}},
        },
    ],
    ids=["nested", "flat", "failed"],
)
def test_trap_7_the_three_forms_of_a_streamed_failure_are_one(event: dict[str, Any]) -> None:
    error = failure(openai, stream_response({"type": "response.created", "response": {}}, event))
    assert error.fault is Fault.TRANSIENT
    assert "x" in error.message


def test_trap_7_an_incomplete_stream_is_an_answer_that_was_cut() -> None:
    last = whole(said("hi"), status="incomplete", incomplete_details={"reason": "max_output_tokens"})
    answer = openai.read_response(stream_response({"type": "response.incomplete", "response": last}))
    assert (answer.stop, answer.text) == (Stop.TRUNCATED, "hi")


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
def test_trap_8_a_body_that_breaks_off_may_come_whole_next_time(wire: Wire) -> None:
    body = json.dumps(GOOD[wire.NAME]).encode()
    assert wire.read_response(HttpResponse(200, {}, body)).text == "hi"
    for end in range(1, len(body) - 1, 7):
        error = failure(wire, HttpResponse(200, {"content-type": "application/json"}, body[:end], complete=False))
        assert (error.fault, error.billed) == (Fault.TRANSIENT, True)


def test_trap_8_a_stream_that_breaks_off_anywhere_is_no_answer() -> None:
    body = stream(*message_events([text_block(""), {"type": "text_delta", "text": "hi"}]))
    told = body.index(b"end_turn")
    headers = {"content-type": "text/event-stream"}
    for end in range(told):
        assert failure(anthropic, HttpResponse(200, headers, body[:end], complete=False)).fault is Fault.TRANSIENT
    # Once the stop reason has been told, what is missing says nothing more.
    for end in range(body.index(b"event: message_stop"), len(body) + 1):
        assert anthropic.read_response(HttpResponse(200, headers, body[:end], complete=False)).text == "hi"


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
def test_trap_8_a_body_that_a_gateway_ended_politely_too_soon_is_seen_by_its_missing_end(wire: Wire) -> None:
    error = failure(wire, HttpResponse(200, {}, json.dumps(GOOD[wire.NAME]).encode()[:-1]))
    assert (error.fault, error.billed) == (Fault.TRANSIENT, True)


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
@pytest.mark.parametrize("noise", [b"data: {nope}\n\ndata: {}\n\n", b"data: 7\n\n", b"data: [1]\n\ndata: {}\n\n"])
def test_trap_8_a_chunk_that_is_no_json_object_is_malformed(wire: Wire, noise: bytes) -> None:
    error = failure(wire, HttpResponse(200, {"content-type": "text/event-stream"}, noise))
    assert (error.fault, error.billed) == (Fault.MALFORMED, True)


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
def test_trap_9_a_web_page_with_status_200_is_no_answer(wire: Wire) -> None:
    page = b"<html><head><title>Sign in</title></head><body>Welcome to the proxy</body></html>"
    error = failure(wire, HttpResponse(200, {"content-type": "text/html"}, page))
    assert (error.fault, error.billed) == (Fault.MALFORMED, True)
    assert 'a web page, "Sign in"' in error.message
    assert "base_url" in error.remedy.lower()


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.NAME)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"7", b'"text"', b"\xff\xfe"])
def test_trap_9_missing_fields_are_no_answer(wire: Wire, body: bytes) -> None:
    assert failure(wire, HttpResponse(200, {"content-type": "application/json"}, body)).fault is Fault.MALFORMED


def test_trap_9_every_field_may_be_missing_or_odd() -> None:
    for wire in WIRES:
        for name in GOOD[wire.NAME]:
            for odd in ODD:
                with suppress(ProviderError):
                    assert isinstance(wire.read_response(json_response({**GOOD[wire.NAME], name: odd})), Answer)


def test_trap_9_an_unknown_block_keeps_its_own_type_and_is_no_text() -> None:
    novel = {"type": "novel", "text": "not said"}
    answer = anthropic.read_response(json_response(message(novel, text_block("hi"))))
    assert (answer.text, answer.items[0]) == ("hi", novel)


def test_trap_10_a_quota_is_not_a_rate_limit_though_both_are_429() -> None:
    quota = {"error": {"type": "insufficient_quota", "code": "insufficient_quota", "message": "x"}}
    limit = {"error": {"type": "tokens", "code": "rate_limit_exceeded", "message": "try again in 810ms"}}
    assert failure(openai, json_response(quota, 429, retry_after="5")).fault is Fault.QUOTA
    error = failure(openai, json_response(limit, 429))
    assert (error.fault, error.retry_after_s) == (Fault.RATE_LIMIT, 0.81)
    details = {"error_code": "enforced_spend_limit_reached"}
    spent = {"type": "error", "error": {"type": "rate_limit_error", "message": "x", "details": details}}
    assert failure(anthropic, json_response(spent, 429)).fault is Fault.QUOTA


def test_trap_10_a_wait_of_any_length_is_passed_on_for_the_retry_layer_to_bound() -> None:
    limit = {"type": "error", "error": {"type": "rate_limit_error", "message": "x"}}
    assert failure(anthropic, json_response(limit, 429, retry_after="86400")).retry_after_s == 86400.0


def test_cached_and_uncached_input_are_counted_in_opposite_ways() -> None:
    claude = message(usage={"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 1})
    gpt = whole(usage={"input_tokens": 100, "input_tokens_details": {"cached_tokens": 90}, "output_tokens": 1})
    assert anthropic.read_response(json_response(claude)).usage == openai.read_response(json_response(gpt)).usage


def test_a_body_that_is_whole_counts_even_when_the_connection_broke_after_it() -> None:
    for wire in WIRES:
        response = json_response(GOOD[wire.NAME])._replace(complete=False)
        assert wire.read_response(response).text == "hi"


def test_trap_reasoning_that_led_to_nothing_is_not_taken_back() -> None:
    begun = openai.begin(rung("openai"), PROMPT)
    alone = openai.read_response(json_response(whole(REASONING)))
    assert openai.extend(begun, alone).items == begun.items
    behind = openai.read_response(json_response(whole(REASONING, said("Hm."), {**REASONING, "id": "rs_2"})))
    assert openai.extend(begun, behind).items == (*begun.items, REASONING, said("Hm."))


@pytest.mark.parametrize("blank", [(), (text_block(" \n"),)])
def test_trap_thinking_that_led_to_nothing_is_not_taken_back(blank: tuple[dict[str, Any], ...]) -> None:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    begun = anthropic.begin(rung("anthropic"), PROMPT)
    alone = anthropic.read_response(json_response(message(thinking, *blank)))
    assert anthropic.extend(begun, alone).items == begun.items
    behind = anthropic.read_response(json_response(message(thinking, text_block("Hm."), thinking, *blank)))
    assert anthropic.extend(begun, behind).items[-1]["content"] == [thinking, text_block("Hm.")]
