"""Claude's text editor tool, and the tools beside it for what it lacks.

https://platform.claude.com/docs/en/agents-and-tools/tool-use/text-editor-tool (``text_editor_20250728``: view,
str_replace, create, insert).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prunella.changes import Create, Delete, Edit, Insert, Rename, Replace
from prunella.conversation import BadCall, Call, EditCall, Lookup, LookupKind
from prunella.edits.names import arguments_of, clean_path, file_path, number_in, plain, shown, text_in
from prunella.errors import MalformedCall

WIRE = "tool_use"
EDITOR = "str_replace_based_edit_tool"

Arguments = Mapping[str, Any]


def read_call(call_id: str, name: str, arguments: object) -> Call:
    """A ``tool_use`` block as a call; one that cannot be read is a :class:`BadCall` that says why.

    The view of a folder is a VIEW like any other: whether a path is a folder is for whoever answers it to see.
    """
    try:
        return _read(call_id, name, arguments_of(arguments))
    except MalformedCall as malformed:
        return BadCall(call_id, malformed.message, WIRE)


def _read(call_id: str, name: str, given: Arguments) -> Call:
    tool = f"{EDITOR} {text_in(given, 'command')}" if name == EDITOR else name
    if tool in _EDITS:
        return EditCall(call_id, (_EDITS[tool](given),), WIRE)
    if tool in _LOOKUPS:
        return _LOOKUPS[tool](call_id, given)
    raise MalformedCall(_unknown(name, tool))


def _unknown(name: str, tool: str) -> str:
    if name == EDITOR:
        command = tool.removeprefix(f"{EDITOR} ")
        return f'There is no command "{shown(command)}". The commands are view, str_replace, create and insert.'
    others = ", ".join(sorted(known for known in (_EDITS | _LOOKUPS) if " " not in known))
    return f'There is no tool "{shown(name)}". The tools are {EDITOR}, {others}.'


def _str_replace(given: Arguments) -> Edit:
    path = file_path(text_in(given, "path"))
    return Replace(path, plain(text_in(given, "old_str")), plain(text_in(given, "new_str")))


def _create(given: Arguments) -> Edit:
    return Create(file_path(text_in(given, "path")), plain(text_in(given, "file_text")))


def _insert(given: Arguments) -> Edit:
    path, line = file_path(text_in(given, "path")), number_in(given, "insert_line")
    # Earlier versions of the tool called the text new_str, and models remember.
    key = "insert_text" if "insert_text" in given or "new_str" not in given else "new_str"
    return Insert(path, line, plain(text_in(given, key)))


def _delete(given: Arguments) -> Edit:
    return Delete(file_path(text_in(given, "path")))


def _rename(given: Arguments) -> Edit:
    return Rename(file_path(text_in(given, "path")), file_path(text_in(given, "new_path"), what="new_path"))


def _view(call_id: str, given: Arguments) -> Call:
    path = clean_path(text_in(given, "path"))
    shape = given.get("view_range")
    if shape is None:
        return Lookup(call_id, LookupKind.VIEW, path, wire=WIRE)
    if not isinstance(shape, list | tuple) or len(shape) != 2:
        raise MalformedCall('"view_range" must be two line numbers, as in [1, 80]; the second may be -1 for the end.')
    first = number_in({"view_range": shape[0]}, "view_range")
    last = number_in({"view_range": shape[1]}, "view_range")
    return Lookup(call_id, LookupKind.VIEW, path, first=first, last=last, wire=WIRE)


def _search(call_id: str, given: Arguments) -> Call:
    text, path = text_in(given, "text"), clean_path(text_in(given, "path", ""))
    return Lookup(call_id, LookupKind.SEARCH, path, text=text, wire=WIRE)


_EDITS: dict[str, Callable[[Arguments], Edit]] = {
    f"{EDITOR} str_replace": _str_replace,
    f"{EDITOR} create": _create,
    f"{EDITOR} insert": _insert,
    "delete_file": _delete,
    "rename_file": _rename,
}
_LOOKUPS: dict[str, Callable[[str, Arguments], Call]] = {f"{EDITOR} view": _view, "search_text": _search}
