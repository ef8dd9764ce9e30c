"""Bodies recorded from the real vendors, replayed over HTTP and compared with what the vendors' own SDKs read in them.

``PRUNELLA_RECORDED_BODIES`` names a folder with the bodies, ``manifest.json`` (file, vendor, endpoint, status, headers
and, where there is one, the request) and ``sdk_view.json`` (one line a body: what the SDK returned or raised).
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic as anthropic_sdk
import pytest

from loopback import Received, Sent, loopback
from provider_samples import PROMPT, body_of, rung
from prunella.conversation import Answer, Conversation, Stop
from prunella.errors import Fault, ProviderError
from prunella.providers import anthropic, compatible, openai
from prunella.providers.http import Endpoint, HttpResponse, Wire
from prunella.providers.transport import Transport

FOLDER = Path(os.environ.get("PRUNELLA_RECORDED_BODIES", ""))
PRESENT = FOLDER.parts != () and FOLDER.joinpath("manifest.json").is_file()
Entry = dict[str, Any]

ENTRIES: list[Entry] = json.loads(FOLDER.joinpath("manifest.json").read_bytes()) if PRESENT else []
VIEWS: dict[str, str] = json.loads(FOLDER.joinpath("sdk_view.json").read_bytes()) if PRESENT else {}

pytestmark = pytest.mark.skipif(not PRESENT, reason="PRUNELLA_RECORDED_BODIES names no folder with recorded bodies")

STOPS = {
    "end_turn": {Stop.DONE},
    "stop_sequence": {Stop.DONE},
    "tool_use": {Stop.CALLS},
    "max_tokens": {Stop.TRUNCATED},
    "pause_turn": {Stop.PAUSED},
    "refusal": {Stop.REFUSED},
    "completed": {Stop.DONE, Stop.CALLS, Stop.REFUSED},
    "incomplete": {Stop.TRUNCATED},
}

FAULT_OF_CLASS = {
    "AuthenticationError": Fault.AUTH,
    "PermissionDeniedError": Fault.AUTH,
    "BadRequestError": Fault.BAD_REQUEST,
    "NotFoundError": Fault.BAD_REQUEST,
    "ContentTooLargeError": Fault.TOO_LARGE,
    "RateLimitError": Fault.RATE_LIMIT,
    "InternalServerError": Fault.TRANSIENT,
    "OverloadedError": Fault.TRANSIENT,
}
"""Where the SDK's class says all there is to say."""

FAULT_OF_FILE = {
    "error_400_invalid_json_truncated": Fault.TRANSIENT,
    "error_400_prompt_too_long": Fault.CONTEXT,
    "error_400_context_length": Fault.CONTEXT,
    "error_429_insufficient_quota": Fault.QUOTA,
    "stream_midstream_overloaded": Fault.TRANSIENT,
    "stream_truncated_no_message_stop": Fault.TRANSIENT,
    "stream_truncated_no_completed": Fault.TRANSIENT,
    "stream_error_then_failed_quota": Fault.QUOTA,
    "stream_failed_context_length": Fault.CONTEXT,
    "stream_failed_rate_limit": Fault.RATE_LIMIT,
    "stream_failed_server_error": Fault.TRANSIENT,
    "background_queued": Fault.MALFORMED,
    "background_in_progress": Fault.MALFORMED,
}
"""Where we look further than the SDK's class, or where the SDK gives an answer that is none."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server whose path begins with the number of the entry to answer with."""

    def answer(received: Received) -> Sent:
        entry = ENTRIES[int(received.path.split("/")[1])]
        return Sent(entry["status"], entry["headers"], FOLDER.joinpath(entry["file"]).read_bytes())

    with loopback(answer) as url:
        yield url


@pytest.fixture(scope="module")
def transport() -> Iterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


def wire_of(entry: Entry) -> Wire:
    if "/chat/completions" in entry["endpoint"]:
        return compatible
    return anthropic if entry["vendor"] == "anthropic" else openai


def replay(entry: Entry, address: str, transport: Transport) -> HttpResponse:
    wire = wire_of(entry)
    a_rung = rung(wire.NAME, stream=bool(entry["stream"]))
    conversation = wire.begin(a_rung, PROMPT)
    endpoint = Endpoint(f"{address}/{ENTRIES.index(entry)}/v1", "k")
    counted = wire.build_count_request(a_rung, conversation, endpoint) if is_count(entry) else None
    return transport.send(counted or wire.build_request(a_rung, conversation, 1000, endpoint))


def is_count(entry: Entry) -> bool:
    return bool(entry["endpoint"].endswith("/count_tokens"))


def read(wire: Wire, entry: Entry, response: HttpResponse) -> Answer | int | ProviderError:
    try:
        return wire.read_count(response) if is_count(entry) else wire.read_response(response)
    except ProviderError as error:
        return error


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_a_recorded_body_says_to_us_what_it_says_to_the_sdk(entry: Entry, address: str, transport: Transport) -> None:
    response = replay(entry, address, transport)
    assert response.body == FOLDER.joinpath(entry["file"]).read_bytes()
    result = read(wire_of(entry), entry, response)
    view = VIEWS[entry["file"]]
    if isinstance(result, ProviderError):
        check_error(entry, view, result)
    elif isinstance(result, int):
        assert view == f"input_tokens={result}"
    elif entry["vendor"] == "anthropic":
        check_message(view, result)
    else:
        check_whole(view, result)


def check_error(entry: Entry, view: str, error: ProviderError) -> None:
    stem = Path(entry["file"]).stem
    assert error.status == entry["status"]
    if stem in FAULT_OF_FILE:
        assert error.fault is FAULT_OF_FILE[stem]
    elif view.startswith("EXC"):
        assert error.fault is FAULT_OF_CLASS[view.split()[1].split(".")[1]]
    else:
        # Endpoints that we do not use: what they answer is no answer of a model.
        assert view == "(skipped batch)" or entry["endpoint"].endswith("/compact")
        assert error.fault is Fault.MALFORMED
    header = entry["headers"].get("retry-after")
    assert header is None or error.retry_after_s == float(header)


def check_message(view: str, answer: Answer) -> None:
    found = re.fullmatch(r"stop=(\w+) blocks=(\[.*\]) details=(\w+) usage=\((\d+),(\d+),cr=(\d+),cw=(\d+)\)", view)
    assert found
    stop, blocks, details = found[1], ast.literal_eval(found[2]), found[3]
    assert answer.stop in STOPS[stop]
    kinds = [item["type"] for item in answer.items]
    assert kinds[: len(blocks)] == blocks
    assert len(kinds) == len(blocks) or len(blocks) == 8  # the view may name the first eight only
    assert answer.detail.split(":")[0] == ("" if details == "None" else details)
    usage = answer.usage
    uncached = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    counted = [uncached, usage.output_tokens, usage.cached_tokens, usage.cache_write_tokens]
    assert counted == [int(number) for number in found.groups()[3:]]


def check_whole(view: str, answer: Answer) -> None:
    found = re.search(r"status=(\w+) .*?out=(\[.*?\])", view)
    assert found
    assert answer.stop in STOPS[found[1]]
    assert [item["type"] for item in answer.items] == ast.literal_eval(found[2])
    said = re.search(r"text=('.*?'|\".*?\") usage=", view)
    if said:
        assert answer.text.startswith(ast.literal_eval(said[1]))
        assert bool(answer.text) == bool(ast.literal_eval(said[1]))
    numbers = re.search(r"usage=\((\d+),(\d+),cached=(\d+),cw=(\w+),reas=(\d+)\)", view)
    if numbers:
        usage = answer.usage
        assert [usage.input_tokens, usage.output_tokens, usage.cached_tokens] == [int(n) for n in numbers.groups()[:3]]
        assert usage.cache_write_tokens == (0 if numbers[4] == "None" else int(numbers[4]))
        assert usage.reasoning_tokens == int(numbers[5])


STREAMED = [
    entry
    for entry in ENTRIES
    if entry["vendor"] == "anthropic" and entry["stream"] and Path(entry["file"]).stem not in FAULT_OF_FILE
]


@pytest.mark.parametrize("entry", STREAMED, ids=lambda entry: entry["file"])
def test_a_recorded_stream_is_put_together_as_the_sdk_does(entry: Entry, address: str, transport: Transport) -> None:
    answer = read(anthropic, entry, replay(entry, address, transport))
    assert isinstance(answer, Answer)
    base_url = f"{address}/{ENTRIES.index(entry)}"
    with anthropic_sdk.Anthropic(api_key="k", base_url=base_url, max_retries=0) as client:
        said: Any = [{"role": "user", "content": "x"}]
        with client.messages.stream(model="claude-opus-5-5", max_tokens=10, messages=said) as stream:
            message = stream.get_final_message()
    theirs = [told(block.to_dict()) for block in message.content]
    assert [told(item) for item in answer.items] == theirs


def told(value: Any) -> Any:
    """A value without the fields that say nothing."""
    if isinstance(value, dict):
        return {name: told(part) for name, part in value.items() if part is not None}
    return [told(part) for part in value] if isinstance(value, list) else value


def test_a_recorded_refusal_is_told_apart(address: str, transport: Transport) -> None:
    refused = [entry for entry in ENTRIES if "refusal" in entry["file"]]
    for entry in refused:
        result = read(wire_of(entry), entry, replay(entry, address, transport))
        assert isinstance(result, Answer)
        assert (result.stop, result.calls) == (Stop.REFUSED, ())
    assert refused


def requests(vendor: str, field: str) -> list[Entry]:
    """The recorded requests of a vendor that hold a list of turns; what they hold, and their file's name."""
    found = []
    for entry in ENTRIES:
        if entry["vendor"] == vendor and entry.get("request"):
            body = json.loads(FOLDER.joinpath(entry["request"]).read_bytes())
            if isinstance(body.get(field), list):
                found.append({**body, "file": entry["request"]})
    return found


@pytest.mark.parametrize(("wire", "field"), [(anthropic, "messages"), (openai, "input")], ids=["anthropic", "openai"])
def test_recorded_turns_are_sent_again_as_they_were(wire: Wire, field: str) -> None:
    recorded = requests(wire.NAME, field)
    for request in recorded:
        a_rung = rung(wire.NAME)
        conversation = Conversation(wire.NAME, a_rung.model, "", tuple(request[field]))
        sent = body_of(wire.build_request(a_rung, conversation, 10, Endpoint("http://127.0.0.1:9", "")))
        assert sent[field] == request[field], request["file"]
    assert any(request.get("tools") for request in recorded)


def turns(wire: Wire) -> list[list[Entry]]:
    """What models said in the recorded requests: contents of a turn, or items."""
    if wire is anthropic:
        messages = [message for request in requests(wire.NAME, "messages") for message in request["messages"]]
        contents = [message["content"] for message in messages if message["role"] == "assistant"]
        return [content for content in contents if isinstance(content, list)]
    return [[item for item in request["input"] if item.get("call_id")] for request in requests(wire.NAME, "input")]


@pytest.mark.parametrize("wire", [anthropic, openai], ids=["anthropic", "openai"])
def test_every_recorded_call_gets_exactly_one_reply(wire: Wire) -> None:
    replied = 0
    for turn in turns(wire):
        calls = [item for item in turn if item["type"] in ("tool_use", "function_call", "custom_tool_call")]
        body = {"content": calls, "stop_reason": "tool_use", "output": calls, "status": "completed"}
        answer = wire.read_response(HttpResponse(200, {}, json.dumps(body).encode()))
        assert [call.call_id for call in answer.calls] == [call.get("call_id") or call["id"] for call in calls]
        told = wire.resume(wire.extend(wire.begin(rung(wire.NAME), PROMPT), answer), (), "Go on.")
        written = json.dumps(told.items[2 if wire is anthropic else 1 + len(calls) :])
        assert all(written.count(json.dumps(call.call_id)) == 1 for call in answer.calls)
        replied += len(calls)
    assert replied
