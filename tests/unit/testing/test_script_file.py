"""Scripts as JSON."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.changes import Create, Delete, Insert, Rename, Replace
from prunella.conversation import Lookup, LookupKind, Stop, Usage
from prunella.testing import Delivery, Play, ScriptError, fault, say
from prunella.testing.script_file import read_script


def read(value: Any) -> Any:
    return read_script(json.dumps(value))


def test_an_answer_in_full() -> None:
    edits = [
        {"replace": {"path": "a", "old": "x", "new": "y"}},
        {"create": {"path": "b", "text": "z"}},
        {"insert": {"path": "c", "line": 3, "text": "w"}},
        {"delete": {"path": "d"}},
        {"rename": {"path": "e", "to": "f"}},
    ]
    lookups = [{"view": {"path": "a", "first": 1, "last": 5}}, {"list": {"path": ""}}, {"search": {"text": "t"}}]
    row = {
        "text": "Hello",
        "edits": edits,
        "lookups": lookups,
        "stop": "truncated",
        "usage": {"input_tokens": 5, "output_tokens": 6},
        "thinking": "hm",
        "breaks": {"status": 529},
        "delay_s": 0.5,
        "cut_after": 100,
    }
    assert read([{"say": row}]) == [
        say(
            "Hello",
            edits=[Replace("a", "x", "y"), Create("b", "z"), Insert("c", 3, "w"), Delete("d"), Rename("e", "f")],
            lookups=[
                Lookup("", LookupKind.VIEW, "a", first=1, last=5),
                Lookup("", LookupKind.LIST),
                Lookup("", LookupKind.SEARCH, text="t"),
            ],
            stop=Stop.TRUNCATED,
            usage=Usage(5, output_tokens=6),
            thinking="hm",
            breaks=fault(529),
            delivery=Delivery(delay_s=0.5, cut_after=100),
        )
    ]


def test_faults_and_exact_answers() -> None:
    turns = [
        {"fault": {"status": 429, "retry_after": 3, "hang_up": True}},
        {"play": {"status": 502, "headers": {"x": "y"}, "body": "<html>"}},
        {"play": {"json": {"a": 1}}},
        {"play": {"base64": "AAH/"}},
        {"play": {"chunks": ["a", "b"], "pause_s": 1}},
    ]
    assert read(turns) == [
        fault(429, retry_after=3, delivery=Delivery(hang_up=True)),
        Play(502, {"x": "y"}, b"<html>"),
        Play(200, {"content-type": "application/json"}, b'{"a": 1}'),
        Play(200, {}, b"\x00\x01\xff"),
        Play(200, {}, chunks=(b"a", b"b"), delivery=Delivery(pause_s=1)),
    ]


def test_one_list_for_each_endpoint() -> None:
    assert read({"openai": [{"say": {"text": "x"}}]}) == {"openai": [say("x")]}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5, "script: a list of turns is needed"),
        ([5], "script[0]: an object is needed"),
        ([{}], "script[0]: a turn is"),
        ([{"say": {}, "fault": {}}], "script[0]: a turn is"),
        ([{"say": {"txt": "x"}}], "script[0].say: got an unexpected keyword argument 'txt'"),
        ([{"say": {"text": 5}}], "script[0].say.text: str is needed"),
        ([{"say": {"stop": "never"}}], "script[0].say: 'never' is not one of done"),
        ([{"say": {"edits": [{"shred": {}}]}}], "script[0].say.edits[0]: an edit is"),
        ([{"say": {"edits": [{"replace": {"path": "a"}}]}}], "missing 2 required positional arguments"),
        ([{"say": {"edits": [{"insert": {"path": "a", "line": "3", "text": ""}}]}}], "line: int is needed"),
        ([{"say": {"edits": 5}}], "script[0].say.edits: a list is needed"),
        ([{"say": {"lookups": [{"ask": {}}]}}], "'ask' is not one of view"),
        ([{"fault": {}}], "missing 1 required positional argument: 'status'"),
        ([{"fault": {"status": "429"}}], "script[0].fault.status: int is needed"),
        ([{"say": {"headers": 5}}], "script[0].say.headers: an object is needed"),
        ([{"play": {"base64": "?"}}], "script[0].play.base64"),
        ([{"play": {"headers": 5}}], "script[0].play.headers: an object is needed"),
        ([{"say": {"delay_s": "long"}}], "delay_s: float is needed"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value: Any, words: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read(value)
    assert words in str(caught.value)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ScriptError, match="not JSON"):
        read_script("{")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "say",
                    "fault",
                    "play",
                    "edits",
                    "lookups",
                    "text",
                    "status",
                    "create",
                    "view",
                    "usage",
                    "json",
                    "chunks",
                    "headers",
                    "body",
                    "base64",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_a_script_or_a_clear_error(value: Any) -> None:
    with contextlib.suppress(ScriptError):
        assert isinstance(read(value), list | dict)
