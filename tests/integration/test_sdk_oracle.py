"""The vendors' own SDKs as oracles: what we send is what they send, and what their types describe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import anthropic as anthropic_sdk
import openai as openai_sdk
import pytest
from anthropic.types import message_count_tokens_params, message_create_params
from openai.types.chat import completion_create_params
from openai.types.responses import input_token_count_params, response_create_params
from pydantic import TypeAdapter

from loopback import Received, Sent, loopback
from provider_samples import (
    BLOCK,
    PATCH_CALL,
    PROMPT,
    REASONING,
    completion,
    json_response,
    message,
    rung,
    said,
    text_block,
    tool_use,
    whole,
)
from prunella.conversation import Conversation, Reply
from prunella.domain import Rung
from prunella.providers import anthropic, compatible, openai
from prunella.providers.http import Endpoint, HttpRequest, Wire

KEY = "test-key"


class Recorder:
    """Keeps what came; answers with an error, so that an SDK has nothing to read."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.url = ""

    def answer(self, received: Received) -> Sent:
        self.received.append(received)
        return Sent(400, {"content-type": "application/json"}, b'{"error": {"message": "recorded"}}')


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    recorder = Recorder()
    with loopback(recorder.answer) as url:
        recorder.url = url
        yield recorder


@pytest.fixture(scope="module")
def claude(server: Recorder) -> Iterator[anthropic_sdk.Anthropic]:
    with anthropic_sdk.Anthropic(api_key=KEY, base_url=server.url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def gpt(server: Recorder) -> Iterator[openai_sdk.OpenAI]:
    with openai_sdk.OpenAI(api_key=KEY, base_url=f"{server.url}/v1", max_retries=0) as client:
        yield client


def sent_by(server: Recorder, call: Callable[[], object]) -> Received:
    with pytest.raises((anthropic_sdk.BadRequestError, openai_sdk.BadRequestError)):
        call()
    return server.received[-1]


def check_same(ours: HttpRequest, theirs: Received, server: Recorder) -> None:
    assert ours.url == server.url + theirs.path
    assert theirs.method == ("POST" if ours.body else "GET")
    assert ours.body == theirs.body == b"" or json.loads(ours.body) == json.loads(theirs.body)
    names = {"authorization", "anthropic-version", "content-type", "x-api-key"}
    assert {n: v for n, v in ours.headers.items() if n in names} == {
        n: v for n, v in theirs.headers.items() if n in names
    }


def plain(value: object) -> object:
    """A validated value with its lazy iterables read."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if value is None or isinstance(value, str | int | float):
        return value
    return [plain(part) for part in value]  # type: ignore[attr-defined]


def check_types(params: Any, body: bytes) -> None:
    """Every field of the body is described by the SDK's types: validation drops those that are not."""
    ours = json.loads(body)
    assert plain(TypeAdapter(params).validate_python(ours)) == ours


def conversations(wire: Wire, a_rung: Rung, answer: object) -> dict[str, Conversation]:
    """An opening, one without a stable part, and one that goes on after calls with good, bad and no replies."""
    opening = wire.begin(a_rung, PROMPT)
    asked = wire.extend(opening, wire.read_response(json_response(answer)))
    replies = tuple(
        Reply(call, ok=bool(number), text=f"told {number}") for number, call in enumerate(asked.pending[:2])
    )
    return {
        "opening": opening,
        "bare": wire.begin(a_rung, PROMPT._replace(system="", stable="")),
        "going on": wire.resume(asked, replies, "Still failing."),
    }


TURNS = ["opening", "bare", "going on"]
CLAUDE_ANSWER = message(
    {"type": "thinking", "thinking": "hm", "signature": "sig"},
    {"type": "redacted_thinking", "data": "xyz"},
    text_block("I look."),
    tool_use("search_text", {"text": "getHero"}, "t1"),
    tool_use("str_replace_based_edit_tool", {"command": "view", "path": "a.ts"}, "t2"),
    tool_use("delete_file", {"path": "a.ts"}, "t3"),
    stop="tool_use",
)
GPT_ANSWER = whole(
    REASONING,
    said("I look.", phase="commentary"),
    PATCH_CALL,
    {"type": "function_call", "call_id": "c2", "name": "view_file", "arguments": '{"path": "a.ts"}'},
    {"type": "custom_tool_call", "call_id": "c3", "name": "apply_patch", "input": "*** Begin Patch\n*** End Patch"},
)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(
    "a_rung",
    [
        rung("anthropic", model="claude-opus-5-5"),
        rung("anthropic", model="claude-opus-5-5", stream=False),
        rung("anthropic", model="claude-opus-5-5", effort="xhigh"),
        rung("anthropic", model="claude-opus-5-5", thinking="off", effort="low"),
    ],
    ids=["streamed", "whole", "effort", "no thinking"],
)
def test_a_message_request_is_the_sdks(
    a_rung: Rung, turn: str, server: Recorder, claude: anthropic_sdk.Anthropic
) -> None:
    conversation = conversations(anthropic, a_rung, CLAUDE_ANSWER)[turn]
    ours = anthropic.build_request(a_rung, conversation, 16_000, Endpoint(server.url, KEY))
    arguments: dict[str, Any] = json.loads(ours.body)
    check_same(ours, sent_by(server, lambda: claude.messages.create(**arguments)), server)
    streamed, unstreamed = get_args(message_create_params.MessageCreateParams)[::-1]
    check_types(streamed if a_rung.stream else unstreamed, ours.body)


@pytest.mark.parametrize("turn", TURNS)
def test_a_count_of_tokens_is_the_sdks(turn: str, server: Recorder, claude: anthropic_sdk.Anthropic) -> None:
    a_rung = rung("anthropic", model="claude-opus-5-5", effort="high")
    conversation = conversations(anthropic, a_rung, CLAUDE_ANSWER)[turn]
    ours = anthropic.build_count_request(a_rung, conversation, Endpoint(server.url, KEY))
    assert ours is not None
    arguments: dict[str, Any] = json.loads(ours.body)
    check_same(ours, sent_by(server, lambda: claude.messages.count_tokens(**arguments)), server)
    check_types(message_count_tokens_params.MessageCountTokensParams, ours.body)


def test_a_question_about_a_model_is_the_sdks(
    server: Recorder, claude: anthropic_sdk.Anthropic, gpt: openai_sdk.OpenAI
) -> None:
    ours = anthropic.build_models_request(Endpoint(server.url, KEY), "claude-opus-5-5")
    check_same(ours, sent_by(server, lambda: claude.models.retrieve("claude-opus-5-5")), server)
    ours = openai.build_models_request(Endpoint(f"{server.url}/v1", KEY), "ft:gpt-6:org")
    check_same(ours, sent_by(server, lambda: gpt.models.retrieve("ft:gpt-6:org")), server)
    ours = compatible.build_models_request(Endpoint(f"{server.url}/v1", KEY), "qwen")
    check_same(ours, sent_by(server, gpt.models.list), server)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(
    "a_rung",
    [
        rung("openai", model="gpt-6.1-sol"),
        rung("openai", model="gpt-6.1-sol", stream=False),
        rung("openai", model="gpt-6.1-sol", effort="xhigh"),
        rung("openai", model="gpt-6.1-sol", edit_form="custom"),
    ],
    ids=["streamed", "whole", "effort", "custom tool"],
)
def test_a_response_request_is_the_sdks(a_rung: Rung, turn: str, server: Recorder, gpt: openai_sdk.OpenAI) -> None:
    conversation = conversations(openai, a_rung, GPT_ANSWER)[turn]
    ours = openai.build_request(a_rung, conversation, 16_000, Endpoint(f"{server.url}/v1", KEY))
    arguments: dict[str, Any] = json.loads(ours.body)
    check_same(ours, sent_by(server, lambda: gpt.responses.create(**arguments)), server)
    streamed, unstreamed = get_args(response_create_params.ResponseCreateParams)[::-1]
    check_types(streamed if a_rung.stream else unstreamed, ours.body)


@pytest.mark.parametrize("turn", TURNS)
def test_a_count_of_input_tokens_is_the_sdks(turn: str, server: Recorder, gpt: openai_sdk.OpenAI) -> None:
    a_rung = rung("openai", model="gpt-6.1-sol", effort="high")
    conversation = conversations(openai, a_rung, GPT_ANSWER)[turn]
    ours = openai.build_count_request(a_rung, conversation, Endpoint(f"{server.url}/v1", KEY))
    assert ours is not None
    arguments: dict[str, Any] = json.loads(ours.body)
    check_same(ours, sent_by(server, lambda: gpt.responses.input_tokens.count(**arguments)), server)
    check_types(input_token_count_params.InputTokenCountParams, ours.body)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(
    "a_rung",
    [
        rung("openai-compatible", model="qwen"),
        rung("openai-compatible", model="qwen", stream=False),
        rung("openai-compatible", model="qwen", effort="high"),
    ],
    ids=["streamed", "whole", "effort"],
)
def test_a_chat_completion_request_is_the_sdks(
    a_rung: Rung, turn: str, server: Recorder, gpt: openai_sdk.OpenAI
) -> None:
    conversation = conversations(compatible, a_rung, completion(BLOCK))[turn]
    ours = compatible.build_request(a_rung, conversation, 16_000, Endpoint(f"{server.url}/v1", KEY))
    arguments: dict[str, Any] = json.loads(ours.body)
    check_same(ours, sent_by(server, lambda: gpt.chat.completions.create(**arguments)), server)
    streamed, unstreamed = get_args(completion_create_params.CompletionCreateParams)[::-1]
    check_types(streamed if a_rung.stream else unstreamed, ours.body)


def test_the_check_of_types_finds_what_the_vendor_does_not_know() -> None:
    conversation = anthropic.begin(rung("anthropic"), PROMPT)
    body = json.loads(anthropic.build_request(rung("anthropic"), conversation, 10, Endpoint("http://x", "")).body)
    body["messages"][0]["content"][0]["cache_controll"] = {}
    with pytest.raises(AssertionError):
        check_types(message_create_params.MessageCreateParamsStreaming, json.dumps(body).encode())
