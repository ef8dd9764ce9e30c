from __future__ import annotations

import json
from typing import Any

import pytest

from provider_samples import json_response, message, tool_use, whole
from prunella.changes import Create, Delete, Insert, Rename, Replace
from prunella.conversation import BadCall, EditCall, Lookup
from prunella.edits import lookups
from prunella.providers import anthropic, openai
from prunella.providers.tools import ANTHROPIC_TOOLS, LOOKUP_FUNCTIONS

EDITOR = "str_replace_based_edit_tool"


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        (EDITOR, {"command": "str_replace", "path": "a", "old_str": "b", "new_str": "c"}, Replace),
        (EDITOR, {"command": "create", "path": "a", "file_text": "b"}, Create),
        (EDITOR, {"command": "insert", "path": "a", "insert_line": 1, "insert_text": "b"}, Insert),
        ("delete_file", {"path": "a"}, Delete),
        ("rename_file", {"path": "a", "new_path": "b"}, Rename),
    ],
)
def test_every_edit_that_claude_is_offered_is_understood(name: str, arguments: dict[str, Any], kind: type) -> None:
    (call,) = anthropic.read_response(json_response(message(tool_use(name, arguments), stop="tool_use"))).calls
    assert isinstance(call, EditCall)
    assert isinstance(call.edits[0], kind)


def test_every_tool_that_claude_is_offered_takes_what_its_schema_says() -> None:
    values = {"path": "a", "new_path": "b", "text": "c"}
    for tool in ANTHROPIC_TOOLS[1:]:
        schema = tool["input_schema"]
        for names in (schema["required"], schema["properties"]):
            arguments = {name: values[name] for name in names}
            body = message(tool_use(tool["name"], arguments), stop="tool_use")
            (call,) = anthropic.read_response(json_response(body)).calls
            assert not isinstance(call, BadCall)


def test_the_functions_that_gpt_is_offered_are_those_that_are_read() -> None:
    told = {tool["name"]: tool["parameters"]["properties"] for tool in LOOKUP_FUNCTIONS}
    shapes = {name: {key: {"type": part["type"]} for key, part in parts.items()} for name, parts in told.items()}
    assert shapes == lookups.SCHEMAS


@pytest.mark.parametrize("function", LOOKUP_FUNCTIONS, ids=lambda function: function["name"])
@pytest.mark.parametrize("nulls", [False, True])
def test_every_function_that_gpt_is_offered_takes_what_its_schema_says(function: dict[str, Any], nulls: bool) -> None:
    values = {"path": "a", "text": "b", "first_line": 1, "last_line": 2}
    arguments = {
        name: None if nulls and "null" in part["type"] else values[name]
        for name, part in function["parameters"]["properties"].items()
    }
    item = {"type": "function_call", "call_id": "c", "name": function["name"], "arguments": json.dumps(arguments)}
    (call,) = openai.read_response(json_response(whole(item))).calls
    assert isinstance(call, Lookup)
