"""The scripted model server, as the vendors' own clients and plain requests see it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import Lookup, LookupKind, Stop, Usage
from prunella.testing import Delivery, Play, Received, ScriptedServer, ScriptError, fault, say
from prunella.testing.plays import Turn

EDITS: tuple[Edit, ...] = (
    Replace("src/a.ts", "one\ntwo\nthree", "one\n2\nthree"),
    Create("new.ts", "export {};\n"),
    Delete("old.ts"),
)
VIEW = Lookup("", LookupKind.VIEW, "src/a.ts", first=3, last=9)
FIND = Lookup("", LookupKind.SEARCH, text="getHero")
USAGE = Usage(1_000, 300, 200, 50, 77, 11)
CUSTOM = {"type": "custom", "name": "apply_patch", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}}
HI: list[Any] = [{"role": "user", "content": "hi"}]
TOOL = {"name": "str_replace_based_edit_tool", "type": "text_editor_20250728"}


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def claude(server: ScriptedServer) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="k", base_url=server.anthropic_url, max_retries=0)


def gpt(server: ScriptedServer) -> openai.OpenAI:
    return openai.OpenAI(api_key="k", base_url=server.openai_url, max_retries=0)


def ask_claude(client: anthropic.Anthropic, *, stream: bool, **more: Any) -> Any:
    arguments: dict[str, Any] = {
        "model": "claude-opus-5-5",
        "max_tokens": 1000,
        "messages": HI,
        "tools": [TOOL],
        **more,
    }
    if not stream:
        return client.messages.create(**arguments)
    with client.messages.stream(**arguments) as events:
        return events.get_final_message()


def ask_gpt(client: openai.OpenAI, *, stream: bool, **more: Any) -> Any:
    arguments: dict[str, Any] = {"model": "gpt-6.1-sol", "input": "hi", "tools": [{"type": "apply_patch"}], **more}
    if not stream:
        return client.responses.create(**arguments)
    last = list(client.responses.create(**arguments, stream=True))[-1]
    return last.response


@pytest.mark.parametrize("stream", [False, True])
def test_claudes_own_client_reads_text_thinking_calls_and_usage(stream: bool) -> None:
    turn = say("Done.", edits=EDITS, lookups=[VIEW, FIND], thinking="Let me see", usage=USAGE)
    with ScriptedServer([turn]) as server, claude(server) as client:
        answer = ask_claude(client, stream=stream)
    assert [block.type for block in answer.content] == ["thinking", "text", *["tool_use"] * 5]
    assert answer.content[1].text == "Done."
    assert answer.content[0].signature.startswith("scripted:")
    calls = [(block.name, block.input) for block in answer.content[2:]]
    editor = "str_replace_based_edit_tool"
    assert calls == [
        (editor, {"command": "view", "path": "src/a.ts", "view_range": [3, 9]}),
        ("search_text", {"text": "getHero"}),
        (editor, {"command": "str_replace", "path": "src/a.ts", "old_str": EDITS[0].old, "new_str": EDITS[0].new}),  # type: ignore[union-attr]
        (editor, {"command": "create", "path": "new.ts", "file_text": "export {};\n"}),
        ("delete_file", {"path": "old.ts"}),
    ]
    assert answer.stop_reason == "tool_use"
    usage = answer.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (500, 300, 200)
    assert usage.output_tokens == 77


@pytest.mark.parametrize("stream", [False, True])
def test_openais_own_client_reads_text_reasoning_calls_and_usage(stream: bool) -> None:
    turn = say("Done.", edits=EDITS, lookups=[VIEW], thinking="hm", usage=USAGE)
    with ScriptedServer([turn]) as server, gpt(server) as client:
        answer = ask_gpt(client, stream=stream)
    kinds = ["reasoning", "message", "function_call", *["apply_patch_call"] * 3]
    assert [item.type for item in answer.output] == kinds
    assert answer.output_text == "Done."
    assert answer.status == "completed"
    assert json.loads(answer.output[2].arguments) == {"path": "src/a.ts", "first_line": 3, "last_line": 9}
    assert [item.operation.type for item in answer.output[3:]] == ["update_file", "create_file", "delete_file"]
    assert answer.output[3].operation.diff == "@@\n one\n-two\n+2\n three"
    assert answer.output[4].operation.diff == "+export {};\n+"
    assert (answer.usage.input_tokens, answer.usage.input_tokens_details.cached_tokens) == (1_000, 300)
    assert answer.usage.output_tokens_details.reasoning_tokens == 11


@pytest.mark.parametrize("stream", [False, True])
def test_the_custom_tool_gets_one_patch_of_all_edits(stream: bool) -> None:
    lines = ((" ", "a"), ("-", "b"), ("+", "c"))
    edits = [*EDITS, Rename("x.ts", "y.ts"), PatchLines("p.py", lines, ("class A:",), at_end=True)]
    with ScriptedServer([say(edits=edits)]) as server, gpt(server) as client:
        answer = ask_gpt(client, stream=stream, tools=[CUSTOM])
    (call,) = answer.output
    assert (call.type, call.name) == ("custom_tool_call", "apply_patch")
    assert call.input == (
        "*** Begin Patch\n*** Update File: src/a.ts\n@@\n one\n-two\n+2\n three\n*** Add File: new.ts\n+export {};\n"
        "*** Delete File: old.ts\n*** Update File: x.ts\n*** Move to: y.ts\n*** Update File: p.py\n@@ class A:\n"
        " a\n-b\n+c\n*** End of File\n*** End Patch"
    )


@pytest.mark.parametrize("stream", [False, True])
def test_chat_completions_carry_blocks(stream: bool) -> None:
    with (
        ScriptedServer([say("Done.", edits=EDITS, lookups=[VIEW, FIND], usage=USAGE)]) as server,
        gpt(server) as client,
    ):
        if stream:
            options: Any = {"include_usage": True}
            pieces: list[Any] = list(
                client.chat.completions.create(model="m", messages=HI, stream=True, stream_options=options)
            )
            text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
            reason, usage = pieces[-2].choices[0].finish_reason, pieces[-1].usage
        else:
            answer: Any = client.chat.completions.create(model="m", messages=HI)
            text, reason, usage = answer.choices[0].message.content, answer.choices[0].finish_reason, answer.usage
    assert text == (
        "Done.\n\nsrc/a.ts\n<<<<<<< SEARCH\none\ntwo\nthree\n=======\none\n2\nthree\n>>>>>>> REPLACE\n\n"
        "new.ts\n<<<<<<< SEARCH\n=======\nexport {};\n>>>>>>> REPLACE\n\nDELETE old.ts\n\n"
        "VIEW src/a.ts:3-9\n\nSEARCH getHero"
    )
    assert reason == "stop"
    assert (usage.prompt_tokens, usage.completion_tokens) == (1_000, 77)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        (Stop.TRUNCATED, "max_tokens"),
        (Stop.PAUSED, "pause_turn"),
        (Stop.REFUSED, "refusal"),
        (Stop.CONTEXT, "model_context_window_exceeded"),
    ],
)
def test_claude_stops_for_every_reason(stream: bool, stop: Stop, reason: str) -> None:
    with ScriptedServer([say("x", stop=stop, detail="cyber: no")]) as server, claude(server) as client:
        answer = ask_claude(client, stream=stream)
    assert answer.stop_reason == reason
    if stop is Stop.REFUSED:
        assert answer.content == []
        assert (answer.stop_details.category, answer.stop_details.explanation) == ("cyber", "no")


def test_arguments_that_are_cut_are_lost() -> None:
    turn = say(edits=[Create("a", "x" * 100)], stop=Stop.TRUNCATED)
    with ScriptedServer([turn, turn]) as server, claude(server) as client:
        assert ask_claude(client, stream=False).content[0].input == {}
        assert "file_text" not in ask_claude(client, stream=True).content[0].input


@pytest.mark.parametrize("stream", [False, True])
def test_openai_stops_incomplete_or_with_a_refusal(stream: bool) -> None:
    with ScriptedServer([say("x", stop=Stop.TRUNCATED), say(stop=Stop.REFUSED)]) as server, gpt(server) as client:
        cut, refused = ask_gpt(client, stream=stream), ask_gpt(client, stream=stream)
    assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert refused.output[0].content[0].type == "refusal"


def test_faults_come_in_each_vendors_own_shape() -> None:
    quota = fault(429, "insufficient_quota", "You exceeded your current quota.", retry_after=7)
    with ScriptedServer([fault(529), quota]) as server, claude(server) as one, gpt(server) as other:
        with pytest.raises(anthropic.APIStatusError) as overloaded:
            ask_claude(one, stream=False)
        with pytest.raises(openai.RateLimitError) as limited:
            ask_gpt(other, stream=False)
    assert overloaded.value.status_code == 529
    assert limited.value.code == "insufficient_quota"
    assert limited.value.response.headers["retry-after"] == "7"


def test_a_stream_may_break_with_an_error_after_status_200() -> None:
    turns = [say("some text", breaks=fault(529))]
    with (
        ScriptedServer(turns) as server,
        claude(server) as client,
        pytest.raises(anthropic.APIStatusError) as caught,
    ):
        ask_claude(client, stream=True)
    assert caught.value.status_code == 200


def test_counts_and_models_are_answered_without_a_script() -> None:
    with ScriptedServer() as server, claude(server) as one, gpt(server) as other:
        assert one.messages.count_tokens(model="m", messages=HI).input_tokens > 0
        assert other.responses.input_tokens.count(model="m", input="hi").input_tokens > 0
        assert one.models.retrieve("claude-x").id == "claude-x"
        assert other.models.retrieve("gpt-x").id == "gpt-x"
    assert server.refused == []


# What vendors refuse ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict() -> Iterator[ScriptedServer]:
    with ScriptedServer(lambda received: say("ok")) as server:
        yield server


def post(url: str, body: Any, headers: dict[str, str]) -> tuple[int, str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())["error"]["message"]


CLAUDE_HEADERS = {"x-api-key": "k", "anthropic-version": "2026-10-21"}
USE = {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "x", "input": {}}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}]}
THOUGHT = {"role": "assistant", "content": [{"type": "thinking", "thinking": "changed", "signature": "scripted:0"}]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"temperature": 1}, "temperature: Extra inputs are not permitted"),
        ({"top_p": 1}, "top_p: Extra inputs are not permitted"),
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"model": None}, "model: Field required"),
        ({"messages": None}, "messages: Field required"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [{"role": "user", "content": []}]}, "non-empty content"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-whitespace"),
        (
            {"messages": [*HI, USE, *HI]},
            "`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
        ),
        ({"messages": [*HI, USE]}, "`tool_use` ids were found without"),
        ({"messages": [*HI, RESULT]}, "unexpected `tool_use_id` found in `tool_result` blocks: toolu_1"),
        ({"messages": [*HI, {"role": "assistant", "content": "so"}]}, "does not support assistant message prefill"),
        ({"messages": [*HI, THOUGHT, *HI]}, "Invalid `signature` in `thinking` block"),
    ],
)
def test_anthropics_objections(strict: ScriptedServer, change: dict[str, Any], words: str) -> None:
    body = {"model": "m", "max_tokens": 10, "messages": HI}
    assert post(f"{strict.url}/v1/messages", body, CLAUDE_HEADERS) == (200, "")
    changed = {name: value for name, value in {**body, **change}.items() if value is not None}
    status, said = post(f"{strict.url}/v1/messages", changed, CLAUDE_HEADERS)
    assert status == 400
    assert words in said
    assert said in strict.refused[-1].note


def test_anthropic_takes_answered_calls_and_paused_turns(strict: ScriptedServer) -> None:
    paused = {
        "role": "assistant",
        "content": [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}],
    }
    for messages in ([*HI, USE, RESULT], [*HI, paused]):
        body = {"model": "m", "max_tokens": 10, "messages": messages}
        assert post(f"{strict.url}/v1/messages", body, CLAUDE_HEADERS) == (200, "")


@pytest.mark.parametrize(("version", "words"), [("", "header is required"), ("2020-01-01", "is not a valid version")])
def test_the_anthropic_version_must_be_known(strict: ScriptedServer, version: str, words: str) -> None:
    headers = {"x-api-key": "k", **({"anthropic-version": version} if version else {})}
    status, said = post(f"{strict.url}/v1/messages", {"model": "m", "max_tokens": 1, "messages": HI}, headers)
    assert (status, words in said) == (400, True)


CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "x", "arguments": "{}"}
PATCH = {"type": "apply_patch_call", "id": "apc_1", "call_id": "call_1", "operation": {}}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "done"}
REASONING = {"type": "reasoning", "id": "rs_0001", "summary": [], "encrypted_content": "x"}
LATER = {"type": "message", "id": "msg_1-after-rs_0001", "role": "assistant", "content": []}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"temperature": 1}, "Unsupported parameter: 'temperature' is not supported with this model."),
        ({"model": None}, "Missing required parameter: 'model'."),
        ({"input": []}, "Missing required parameter: 'input'."),
        ({"max_output_tokens": 5}, "integer below minimum value"),
        ({"input": [*HI, CALL]}, "No tool output found for function call call_1."),
        ({"input": [*HI, PATCH]}, "No tool output found for apply patch call call_1."),
        ({"input": [*HI, OUTPUT]}, "No tool call found for function call output with call_id call_1."),
        ({"input": [*HI, REASONING]}, "'reasoning' was provided without its required following item"),
        ({"input": [*HI, REASONING, *HI]}, "'reasoning' was provided without its required following item"),
        ({"input": [*HI, LATER]}, "was provided without its required 'reasoning' item: 'rs_0001'"),
        (
            {"input": [*HI, {**REASONING, "encrypted_content": None}, LATER], "store": False},
            "not found. Items are not persisted",
        ),
    ],
)
def test_openais_objections(strict: ScriptedServer, change: dict[str, Any], words: str) -> None:
    headers = {"authorization": "Bearer k"}
    body = {"model": "m", "input": [*HI, REASONING, LATER, CALL, OUTPUT], "store": False}
    assert post(f"{strict.openai_url}/responses", body, headers) == (200, "")
    changed = {name: value for name, value in {**body, **change}.items() if value is not None}
    status, said = post(f"{strict.openai_url}/responses", changed, headers)
    assert status == 400
    assert words in said


@pytest.mark.parametrize("change", [{"model": ""}, {"messages": []}])
def test_chat_completions_objections(strict: ScriptedServer, change: dict[str, Any]) -> None:
    url = f"{strict.openai_url}/chat/completions"
    assert post(url, {"model": "m", "messages": HI}, {}) == (200, "")
    assert post(url, {"model": "m", "messages": HI, **change}, {})[0] == 400


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/responses"])
@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(strict: ScriptedServer, path: str, body: bytes) -> None:
    assert post(strict.url + path, body, CLAUDE_HEADERS if "messages" in path else {"x-api-key": "k"})[0] == 400


def test_keys_are_asked_for_and_compared() -> None:
    with ScriptedServer(lambda received: say("ok"), key="right") as server:
        url, body = f"{server.url}/v1/messages", {"model": "m", "max_tokens": 1, "messages": HI}
        version = {"anthropic-version": "2026-10-21"}
        assert post(url, body, version)[0] == 401
        assert post(url, body, {**version, "x-api-key": "wrong"})[0] == 401
        assert post(url, body, {**version, "x-api-key": "right"})[0] == 200
        assert post(url, body, {**version, "authorization": "Bearer right"})[0] == 200
        assert post(f"{server.openai_url}/chat/completions", {"model": "m", "messages": HI}, {})[0] == 401


# Scripts ---------------------------------------------------------------------------------------------------------


def test_an_exhausted_script_says_so_and_is_recorded() -> None:
    with ScriptedServer([say("one")]) as server:
        headers, body = {"authorization": "Bearer k"}, {"model": "m", "input": "hi"}
        assert post(f"{server.openai_url}/responses", body, headers) == (200, "")
        assert post(f"{server.openai_url}/responses", body, headers) == (500, "script exhausted")
    assert [request.note for request in server.requests] == ["", "script exhausted"]
    assert server.refused[0].json == body


def test_one_list_for_each_endpoint() -> None:
    script: dict[str, list[Turn]] = {
        "anthropic": [say("a")],
        "openai": [say("b")],
        "count": [Play(body=b'{"input_tokens": 5}')],
    }
    with ScriptedServer(script) as server, claude(server) as one, gpt(server) as other:
        assert ask_gpt(other, stream=False).output_text == "b"
        assert ask_claude(one, stream=False).content[0].text == "a"
        assert one.messages.count_tokens(model="m", messages=HI).input_tokens == 5
        assert (
            post(f"{server.openai_url}/chat/completions", {"model": "m", "messages": HI}, {})[1] == "script exhausted"
        )


def test_a_function_decides_on_each_request() -> None:
    def echo(received: Received) -> Any:
        return say(received.json["input"].upper())

    with ScriptedServer(echo) as server, gpt(server) as client:
        assert ask_gpt(client, stream=True, input="quiet").output_text == "QUIET"


def test_what_a_vendor_cannot_say_is_a_fault_of_the_script() -> None:
    turns = [say(edits=[Insert("a", 1, "x")]), say(edits=EDITS), say(stop=Stop.PAUSED)]
    with ScriptedServer(turns) as server, gpt(server) as client:
        for tools in ([{"type": "apply_patch"}], [], []):
            with pytest.raises(openai.InternalServerError):
                ask_gpt(client, stream=False, tools=tools)
    assert ["Insert" in server.refused[0].note, "no apply_patch tool" in server.refused[1].note] == [True, True]
    with pytest.raises(ScriptError, match="unknown endpoint 'gemini'"):
        ScriptedServer({"gemini": []})


def test_leaving_ends_every_delay() -> None:
    with ScriptedServer([say("late", delivery=Delivery(delay_s=600))]) as server:
        body = json.dumps({"model": "m", "input": "hi"}).encode()
        request = urllib.request.Request(f"{server.openai_url}/responses", body, {"authorization": "Bearer k"})
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(request, timeout=0.1).close()


def test_it_runs_from_a_shell(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    edit = {"replace": {"path": "a.ts", "old": "x", "new": "y"}}
    turns = [{"say": {"text": "Hello", "edits": [edit]}}, {"fault": {"status": 429, "retry_after": 3}}]
    script.write_text(json.dumps(turns))
    command = [sys.executable, "-m", "prunella.testing", "--script", str(script)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(2)]
        addresses = dict(line.split("=", 1) for line in lines)
        url = addresses["OPENAI_BASE_URL"] + "/chat/completions"
        assert post(url, {"model": "m", "messages": HI}, {}) == (200, "")
        assert post(url, {"model": "m", "messages": HI}, {})[0] == 429
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate()
    assert addresses["ANTHROPIC_BASE_URL"] + "/v1" == addresses["OPENAI_BASE_URL"]
    assert process.returncode == 0
    assert errors.splitlines() == ["POST /v1/chat/completions  ok"] * 2


def test_a_script_that_is_none_ends_with_a_message(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('[{"shout": {}}]')
    done = subprocess.run(
        [sys.executable, "-m", "prunella.testing", "--script", str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "script[0]" in done.stderr
