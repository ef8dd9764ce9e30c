"""A script as JSON, for servers that are started from a shell. ``docs/testing.md`` describes the form."""

from __future__ import annotations

import base64
import dataclasses
import json
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from prunella.changes import Create, Delete, Edit, Insert, Rename, Replace
from prunella.conversation import Lookup, LookupKind, Stop, Usage
from prunella.testing.plays import Delivery, Json, Play, Problem, Say, Script, ScriptError, Turn, fault

T = TypeVar("T")

PLAIN_TYPES: Mapping[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
"""Types that JSON can be checked against before it is used, by the name that the fields carry."""

EDITS: Mapping[str, type[Any]] = {
    "create": Create,
    "replace": Replace,
    "insert": Insert,
    "delete": Delete,
    "rename": Rename,
}


def read_script(text: str) -> Script:
    """The script in a JSON text: a list of turns, or an object with a list of turns per endpoint.

    Raises:
        ScriptError: it is not such a script; says where.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ScriptError(f"the script is not JSON: {error}") from error
    if isinstance(document, dict):
        return {name: _turns(turns, name) for name, turns in document.items()}
    return _turns(document, "script")


def _turns(value: object, where: str) -> list[Turn]:
    return [_turn(row, at) for at, row in _list(value, where, "a list of turns")]


def _turn(value: object, where: str) -> Turn:
    row = _object(value, where)
    kinds: Mapping[str, Callable[[Json, str], Turn]] = {"say": _say, "fault": _fault, "play": _play}
    kind = next((name for name in kinds if name in row), "")
    if not kind or len(row) != 1:
        raise ScriptError(f'{where}: a turn is {{"say": …}}, {{"fault": …}} or {{"play": …}}')
    return kinds[kind](_object(row[kind], f"{where}.{kind}"), f"{where}.{kind}")


def _say(row: Json, where: str) -> Say:
    row = dict(row)
    edits = tuple(_edit(edit, at) for at, edit in _list(row.pop("edits", []), f"{where}.edits"))
    lookups = tuple(_lookup(asked, at) for at, asked in _list(row.pop("lookups", []), f"{where}.lookups"))
    if "stop" in row:
        row["stop"] = _word(Stop, row["stop"], where)
    if "usage" in row:
        row["usage"] = _make(Usage, row["usage"], f"{where}.usage")
    if "breaks" in row:
        row["breaks"] = _fault(_object(row["breaks"], f"{where}.breaks"), f"{where}.breaks")
    row = _with_headers(_delivered(row, where), where)
    return _make(Say, {**row, "edits": edits, "lookups": lookups}, where)


def _fault(row: Json, where: str) -> Problem:
    row = _with_headers(_delivered(row, where), where)
    _check_types(Problem, row, where)
    return _make(fault, row, where)


def _play(row: Json, where: str) -> Play:
    row = _with_headers(_delivered(row, where), where)
    if "json" in row:
        row["body"] = json.dumps(row.pop("json")).encode()
        row["headers"] = {"content-type": "application/json", **row.get("headers", {})}
    elif "base64" in row:
        try:
            row["body"] = base64.b64decode(str(row.pop("base64")), validate=True)
        except ValueError as error:
            raise ScriptError(f"{where}.base64: {error}") from error
    elif "body" in row:
        row["body"] = str(row["body"]).encode("utf-8", "replace")
    if "chunks" in row:
        chunks = _list(row["chunks"], f"{where}.chunks")
        row["chunks"] = tuple(str(chunk).encode("utf-8", "replace") for _, chunk in chunks)
    return _make(Play, row, where)


def _edit(value: object, where: str) -> Edit:
    row = _object(value, where)
    kind = next(iter(row), "")
    if len(row) != 1 or kind not in EDITS:
        raise ScriptError(f"{where}: an edit is an object with one of {', '.join(EDITS)}")
    edit: Edit = _make(EDITS[kind], row[kind], f"{where}.{kind}")
    return edit


def _lookup(value: object, where: str) -> Lookup:
    row = _object(value, where)
    kind = next(iter(row), "")
    if len(row) != 1:
        raise ScriptError(f"{where}: a look-up is an object with one of view, list, search")
    asked = {**_object(row[kind], where), "call_id": "", "kind": _word(LookupKind, kind, where)}
    return _make(Lookup, asked, where)


def _delivered(row: Json, where: str) -> Json:
    """The row with the keys that belong to the delivery put into one."""
    names = {field.name for field in dataclasses.fields(Delivery)}
    given = {name: row[name] for name in row if name in names}
    rest = {name: value for name, value in row.items() if name not in names}
    return {**rest, "delivery": _make(Delivery, given, where)} if given else rest


def _with_headers(row: Json, where: str) -> Json:
    if "headers" not in row:
        return row
    headers = _object(row["headers"], f"{where}.headers")
    return {**row, "headers": {name: str(text) for name, text in headers.items()}}


def _make(kind: Callable[..., T], row: object, where: str) -> T:
    given = _object(row, where)
    if isinstance(kind, type):
        _check_types(kind, given, where)
    try:
        return kind(**given)
    except TypeError as error:
        raise ScriptError(f"{where}: {str(error).partition('() ')[2] or error}") from error


def _check_types(kind: Any, row: Json, where: str) -> None:
    for name, hint in typing.get_type_hints(kind).items():
        words = hint.__name__ if isinstance(hint, type) else str(hint)
        wanted = PLAIN_TYPES.get(words)
        if wanted and name in row and not isinstance(row[name], wanted):
            raise ScriptError(f"{where}.{name}: {words} is needed")


def _word(kind: Any, value: object, where: str) -> Any:
    words = [str(word) for word in kind]
    if value not in words:
        raise ScriptError(f"{where}: {value!r} is not one of {', '.join(words)}")
    return kind(value)


def _object(value: object, where: str) -> Json:
    if not isinstance(value, dict):
        raise ScriptError(f"{where}: an object is needed")
    return value


def _list(value: object, where: str, what: str = "a list") -> list[tuple[str, object]]:
    """The members of a list, each with its place."""
    if not isinstance(value, list):
        raise ScriptError(f"{where}: {what} is needed")
    return [(f"{where}[{place}]", row) for place, row in enumerate(value)]
