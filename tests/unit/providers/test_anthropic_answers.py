from __future__ import annotations

from typing import Any

import pytest

from provider_samples import (
    PROMPT,
    json_response,
    message,
    message_events,
    rung,
    stream_response,
    text_block,
    tool_use,
)
from prunella.conversation import BadCall, Lookup, LookupKind, Stop, Usage
from prunella.errors import Fault, ProviderError
from prunella.providers import anthropic
from prunella.providers.http import Wire

WIRE: Wire = anthropic
RUNG = rung("anthropic")


@pytest.mark.parametrize(
    ("reason", "stop"),
    [
        ("end_turn", Stop.DONE),
        ("stop_sequence", Stop.DONE),
        ("pause_turn", Stop.PAUSED),
        ("max_tokens", Stop.TRUNCATED),
        ("refusal", Stop.REFUSED),
        ("model_context_window_exceeded", Stop.CONTEXT),
        ("tool_use", Stop.DONE),
    ],
)
def test_every_stop_reason_is_told(reason: str, stop: Stop) -> None:
    answer = WIRE.read_response(json_response(message(text_block("x"), stop=reason)))
    assert answer.stop is stop
    extended = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    replayed = stop in (Stop.DONE, Stop.PAUSED)
    assert len(extended.items) == (2 if replayed else 1)


@pytest.mark.parametrize("reason", ["max_tokens", "refusal", "model_context_window_exceeded"])
def test_calls_of_an_answer_that_was_cut_are_not_to_be_trusted(reason: str) -> None:
    answer = WIRE.read_response(json_response(message(tool_use("search_text", {"text": "x"}), stop=reason)))
    assert answer.calls == ()


def test_calls_count_whatever_the_stop_reason_says() -> None:
    answer = WIRE.read_response(json_response(message(tool_use("search_text", {"text": "x"}), stop="end_turn")))
    assert answer.stop is Stop.CALLS
    assert answer.calls == (Lookup("toolu_1", LookupKind.SEARCH, text="x", wire="tool_use"),)


def test_a_refusal_says_why() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "Blocked."}
    assert WIRE.read_response(json_response(message(stop="refusal", stop_details=details))).detail == "cyber: Blocked."
    assert WIRE.read_response(json_response(message(stop="refusal", stop_details=None))).detail == ""


@pytest.mark.parametrize("reason", ["eaten_by_dog", 7, ["end_turn"], {"a": 1}])
def test_an_unknown_stop_reason_is_no_answer(reason: Any) -> None:
    with pytest.raises(ProviderError, match="unknown stop reason") as caught:
        WIRE.read_response(json_response(message(text_block("x"), stop=reason)))
    assert (caught.value.fault, caught.value.billed) == (Fault.MALFORMED, True)


def test_usage_counts_the_cache_as_part_of_the_input() -> None:
    usage = {
        "input_tokens": 3,
        "cache_read_input_tokens": 1111,
        "cache_creation_input_tokens": 418,
        "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 18},
        "output_tokens": 33,
        "output_tokens_details": {"thinking_tokens": 20},
    }
    answer = WIRE.read_response(json_response(message(text_block("x"), usage=usage)))
    assert answer.usage == Usage(1532, 1111, 418, 18, 33, 20)


@pytest.mark.parametrize("usage", [None, 3, [], {"input_tokens": "12", "output_tokens": -4}, {"input_tokens": 1e300}])
def test_usage_that_is_nonsense_counts_as_none(usage: Any) -> None:
    assert WIRE.read_response(json_response(message(text_block("x"), usage=usage))).usage == Usage()


def test_what_is_said_side_by_side_is_one_text() -> None:
    answer = WIRE.read_response(
        json_response(message(text_block("The "), text_block("fix."), tool_use("search_text", {}), text_block("End.")))
    )
    assert answer.text == "The fix.\n\nEnd."


def test_a_stream_is_read_as_the_message_it_is() -> None:
    citation = {"type": "char_location", "cited_text": "x"}
    events = message_events(
        [
            {"type": "thinking", "thinking": "", "signature": ""},
            {"type": "thinking_delta", "thinking": "h"},
            {"type": "thinking_delta", "thinking": "m"},
            {"type": "signature_delta", "signature": "sig"},
        ],
        [{"type": "redacted_thinking", "data": "xyz"}],
        [
            text_block(""),
            {"type": "text_delta", "text": "Let me"},
            {"type": "citations_delta", "citation": citation},
            {"type": "a_delta_of_tomorrow", "text": "?"},
            {"type": "text_delta", "text": " see."},
        ],
        [{"type": "novel_block", "payload": 1}],
        [
            tool_use("search_text", {}),
            {"type": "input_json_delta", "partial_json": ""},
            {"type": "input_json_delta", "partial_json": '{"text": "ge'},
            {"type": "input_json_delta", "partial_json": 'tHero"}'},
        ],
        stop="tool_use",
    )
    answer = WIRE.read_response(stream_response({"type": "ping"}, *events, {"type": "an_event_of_tomorrow"}))
    assert answer.items == (
        {"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "xyz"},
        {"type": "text", "text": "Let me see.", "citations": [citation]},
        {"type": "novel_block", "payload": 1},
        tool_use("search_text", {"text": "getHero"}),
    )
    assert answer.calls == (Lookup("toolu_1", LookupKind.SEARCH, text="getHero", wire="tool_use"),)
    assert answer.stop is Stop.CALLS
    # The numbers of message_delta are final; what it leaves out stays as it was told at the start.
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (10, 42)


def test_a_tool_without_arguments_has_an_empty_input() -> None:
    events = message_events([tool_use("list", {}), {"type": "input_json_delta", "partial_json": ""}], stop="tool_use")
    assert WIRE.read_response(stream_response(*events)).items == (tool_use("list", {}),)


@pytest.mark.parametrize("written", ['{"text": "a', "[1]", "7", "nope", '{"a": NaN}'])
def test_arguments_that_are_no_json_object_make_a_bad_call_that_can_be_replayed(written: str) -> None:
    events = message_events(
        [tool_use("search_text", {}), {"type": "input_json_delta", "partial_json": written}], stop="tool_use"
    )
    answer = WIRE.read_response(stream_response(*events))
    assert isinstance(answer.calls[0], BadCall)
    assert "not valid JSON" in answer.calls[0].reason
    assert answer.items[0]["input"] == {"INVALID_JSON": written}


def test_a_stream_and_a_body_are_told_apart_by_their_looks_when_the_content_type_says_nothing() -> None:
    streamed = stream_response(*message_events([text_block("hi")]))
    whole = json_response(message(text_block("hi")))
    for headers in ({}, {"content-type": "application/octet-stream"}):
        assert WIRE.read_response(streamed._replace(headers=headers)).text == "hi"
        assert WIRE.read_response(whole._replace(headers=headers)).text == "hi"
    assert WIRE.read_response(whole._replace(headers={"content-type": "text/event-stream"})).text == "hi"


def test_an_answer_names_its_model_and_exchange() -> None:
    answer = WIRE.read_response(json_response(message(text_block("x")), request_id="req_1"))
    assert (answer.model, answer.request_id) == ("claude-opus-5-5", "req_1")


def test_a_call_that_could_not_be_answered_is_no_answer() -> None:
    with pytest.raises(ProviderError, match="not a message"):
        WIRE.read_response(json_response(message({"type": "tool_use", "name": "x", "input": {}})))
