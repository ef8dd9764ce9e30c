from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provider_samples import (
    ENDPOINT,
    PROMPT,
    body_of,
    json_response,
    message,
    rung,
    text_block,
    tool_use,
)
from prunella.conversation import Prompt, Reply, Stop
from prunella.domain import Rung
from prunella.errors import Fault, ProviderError
from prunella.providers import anthropic
from prunella.providers.http import Endpoint, HttpResponse, ModelStatus, Wire

WIRE: Wire = anthropic
RUNG = rung("anthropic")
EPHEMERAL = {"type": "ephemeral"}


def sent(a_rung: Rung = RUNG, prompt: Prompt = PROMPT) -> dict[str, Any]:
    return body_of(WIRE.build_request(a_rung, WIRE.begin(a_rung, prompt), 1000, ENDPOINT))


def test_the_opening_puts_what_is_stable_before_a_cache_breakpoint() -> None:
    body = sent()
    assert body["system"] == [{"type": "text", "text": PROMPT.system}]
    assert body["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": PROMPT.stable, "cache_control": EPHEMERAL},
                {"type": "text", "text": PROMPT.text},
            ],
        }
    ]
    assert body["cache_control"] == EPHEMERAL
    assert body["max_tokens"] == 1000
    assert body["stream"] is True


def test_two_openings_of_a_task_begin_with_the_same_bytes() -> None:
    def opening(text: str) -> bytes:
        conversation = WIRE.begin(RUNG, PROMPT._replace(text=text))
        return WIRE.build_request(RUNG, conversation, 1000, ENDPOINT).body

    one, two = opening("first"), opening("second")
    stable = one.index(PROMPT.stable.encode()) + len(PROMPT.stable)
    assert one[:stable] == two[:stable]


def test_empty_parts_are_left_out() -> None:
    body = sent(prompt=Prompt("", "", "Hi"))
    assert "system" not in body
    assert body["messages"] == [{"role": "user", "content": [text_block("Hi")]}]


def test_the_tools_are_the_text_editor_and_what_it_lacks() -> None:
    names = [tool["name"] for tool in sent()["tools"]]
    assert names == ["str_replace_based_edit_tool", "delete_file", "rename_file", "search_text"]
    assert sent()["tools"][0] == {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"}


def test_effort_thinking_and_streaming_follow_the_rung() -> None:
    assert "output_config" not in sent()
    assert sent(replace(RUNG, effort="high"))["output_config"] == {"effort": "high"}
    assert sent()["thinking"] == {"type": "adaptive"}
    assert sent(replace(RUNG, thinking="off"))["thinking"] == {"type": "disabled"}
    assert "stream" not in sent(replace(RUNG, stream=False))


@pytest.mark.parametrize("base", ["https://x.test", "https://x.test/", "https://x.test/v1", "https://x.test/v1/"])
def test_the_base_url_may_end_in_any_usual_way(base: str) -> None:
    endpoint = Endpoint(base, "k")
    assert WIRE.build_request(RUNG, WIRE.begin(RUNG, PROMPT), 10, endpoint).url == "https://x.test/v1/messages"
    assert WIRE.build_models_request(endpoint, "claude x/../y").url == "https://x.test/v1/models/claude%20x/../y"


def test_without_a_key_no_credential_is_sent() -> None:
    request = WIRE.build_request(RUNG, WIRE.begin(RUNG, PROMPT), 10, Endpoint("http://x", ""))
    assert "authorization" not in request.headers


@pytest.mark.parametrize("key", ["a b", "a\nb", "schlüssel", "“sk”"])
def test_a_key_that_fits_no_header_is_told_before_anything_is_sent(key: str) -> None:
    with pytest.raises(ProviderError, match="ANTHROPIC_API_KEY") as caught:
        WIRE.build_request(RUNG, WIRE.begin(RUNG, PROMPT), 10, Endpoint("http://x", key))
    assert caught.value.fault is Fault.AUTH
    assert key not in str(caught.value)


def test_half_a_surrogate_pair_in_a_prompt_does_not_stop_the_request() -> None:
    assert sent(prompt=Prompt("", "", "a\ud800b"))["messages"][0]["content"][0]["text"] == "a?b"


def test_every_pending_call_gets_a_result_before_the_next_words() -> None:
    answer = WIRE.read_response(
        json_response(
            message(
                text_block("Let me look."),
                tool_use("search_text", {"text": "a"}, "t1"),
                tool_use("search_text", {"text": "b"}, "t2"),
                tool_use("search_text", {"text": "c"}, "t3"),
                stop="tool_use",
            )
        )
    )
    asked = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    assert asked.pending == answer.calls
    replies = (Reply(answer.calls[2], ok=False, text="no such text"), Reply(answer.calls[0], ok=True, text="a.ts:1"))
    told = WIRE.resume(asked, replies, "Still failing.")
    assert told.pending == ()
    assert told.items[-2]["role"] == "assistant"
    assert told.items[-1] == {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": "a.ts:1"},
            {"type": "tool_result", "tool_use_id": "t2", "content": "done"},
            {"type": "tool_result", "tool_use_id": "t3", "content": "no such text", "is_error": True},
            {"type": "text", "text": "Still failing."},
        ],
    }


def test_nothing_to_say_adds_nothing() -> None:
    conversation = WIRE.begin(RUNG, PROMPT)
    assert WIRE.resume(conversation, (), "") == conversation


def test_thinking_goes_back_unchanged_and_blank_text_does_not_go_back() -> None:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "sig=="}
    redacted = {"type": "redacted_thinking", "data": "xyz"}
    unknown = {"type": "novel_block", "payload": [1, {"a": None}]}
    answer = WIRE.read_response(json_response(message(thinking, text_block(" \n"), redacted, unknown)))
    assert answer.items == (thinking, text_block(" \n"), redacted, unknown)
    extended = WIRE.extend(WIRE.begin(RUNG, PROMPT), answer)
    assert extended.items[-1] == {"role": "assistant", "content": [thinking, redacted, unknown]}


def test_an_answer_without_content_adds_no_turn() -> None:
    answer = WIRE.read_response(json_response(message()))
    assert (answer.stop, answer.text, answer.items) == (Stop.DONE, "", ())
    conversation = WIRE.begin(RUNG, PROMPT)
    assert WIRE.extend(conversation, answer) == conversation


def test_counting_sends_the_same_without_a_limit() -> None:
    conversation = WIRE.begin(RUNG, PROMPT)
    request = WIRE.build_count_request(RUNG, conversation, ENDPOINT)
    assert request is not None
    assert request.url.endswith("/v1/messages/count_tokens")
    expected = {name: value for name, value in sent().items() if name not in ("max_tokens", "stream")}
    assert body_of(request) == expected
    assert WIRE.read_count(json_response({"input_tokens": 671})) == 671
    with pytest.raises(ProviderError, match="no count"):
        WIRE.read_count(json_response({"input_tokens": True}))


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (
            json_response({"type": "model", "id": "m", "lifecycle": "active", "retires_at": None}),
            ModelStatus(found=True),
        ),
        (
            json_response({"id": "m", "lifecycle": "deprecated", "retires_at": "2026-11-30T00:00:00Z"}),
            ModelStatus(found=True, note="deprecated, ends on 2026-11-30", retires="2026-11-30"),
        ),
        (
            json_response({"id": "m", "lifecycle": "retired", "retires_at": "2026-06-15T00:00:00Z"}),
            ModelStatus(found=False, note="retired on 2026-06-15", retires="2026-06-15"),
        ),
        (json_response({"id": "m"}), ModelStatus(found=True)),
        (
            json_response({"type": "error", "error": {"type": "not_found_error", "message": "model: m"}}, 404),
            ModelStatus(found=False, note="Anthropic does not know this model"),
        ),
    ],
)
def test_what_is_said_of_a_model(response: HttpResponse, status: ModelStatus) -> None:
    assert WIRE.read_model(response) == status


def test_asking_for_a_model_with_a_wrong_key_is_an_error() -> None:
    with pytest.raises(ProviderError) as caught:
        WIRE.read_model(json_response({"error": {"type": "authentication_error", "message": "x"}}, 401))
    assert caught.value.fault is Fault.AUTH
    with pytest.raises(ProviderError, match="not a model"):
        WIRE.read_model(json_response({}))
