"""Look-ups: the function tools by which OpenAI's models ask, and the answers to every vendor's questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prunella.conversation import BadCall, Call, Json, Lookup, LookupKind, Reply
from prunella.edits.draft import Draft
from prunella.edits.names import arguments_of, clean_path, file_path, number_in, shown, text_in
from prunella.edits.nearest import cut, paths_like
from prunella.edits.text import decode
from prunella.errors import EditRejected, MalformedCall
from prunella.ports import Files, Hit, children

WIRE = "function_call"
MOST_LINES = 400
MOST_CHARACTERS = 12_000
WIDTH = 1_000
MOST_HITS = 50

SCHEMAS: Mapping[str, Json] = {
    "view_file": {
        "path": {"type": "string"},
        "first_line": {"type": ["integer", "null"]},
        "last_line": {"type": ["integer", "null"]},
    },
    "list_folder": {"path": {"type": "string"}},
    "search_text": {"text": {"type": "string"}, "path": {"type": ["string", "null"]}},
}
"""The properties of each function's arguments as a JSON schema; all are required, as strict functions have it."""


def read_call(call_id: str, name: str, arguments: object) -> Call:
    """A ``function_call`` item as a call; ``arguments`` may be JSON in a text. One that cannot be read is a
    :class:`BadCall` that says why."""
    try:
        return _read(call_id, name, arguments_of(_parsed(arguments)))
    except MalformedCall as malformed:
        return BadCall(call_id, malformed.message, WIRE)


def _parsed(arguments: object) -> object:
    if not isinstance(arguments, str):
        return arguments
    import json

    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        raise MalformedCall("The arguments of this call are not valid JSON. Call the tool again.") from None


def _read(call_id: str, name: str, given: Mapping[str, Any]) -> Lookup:
    if name == "view_file":
        first, last = number_in(given, "first_line", 0), number_in(given, "last_line", -1)
        path = file_path(text_in(given, "path"))
        return Lookup(call_id, LookupKind.VIEW, path, first=first, last=last, wire=WIRE)
    if name == "list_folder":
        return Lookup(call_id, LookupKind.LIST, clean_path(text_in(given, "path", "")), wire=WIRE)
    if name == "search_text":
        path = clean_path(text_in(given, "path", ""))
        return Lookup(call_id, LookupKind.SEARCH, path, text=text_in(given, "text"), wire=WIRE)
    raise MalformedCall(f'There is no function "{shown(name)}". The functions are {", ".join(SCHEMAS)}.')


def answer(lookup: Lookup, draft: Draft, files: Files) -> Reply:
    """The answer to a look-up, with the draft's edits in it; bounded, and it says what it leaves out.

    ``files`` are as a model may see them."""
    try:
        if lookup.kind is LookupKind.SEARCH:
            return Reply(lookup, ok=True, text=_search(lookup, draft, files))
        data = draft.redacted(lookup.path) if lookup.path else None
        if lookup.kind is LookupKind.VIEW and data is not None:
            return Reply(lookup, ok=True, text=_view(lookup, data))
        if lookup.kind is LookupKind.LIST and data is not None:
            return Reply(lookup, ok=False, text=f"{shown(lookup.path)} is a file, not a folder. View it.")
        return Reply(lookup, ok=True, text=_list(lookup, draft))
    except (EditRejected, MalformedCall) as problem:
        return Reply(lookup, ok=False, text=problem.message)


def _view(lookup: Lookup, data: bytes) -> str:
    lines = decode(data).lines
    if not lines:
        return f"{shown(lookup.path)} is empty."
    first = max(lookup.first, 1)
    last = len(lines) if lookup.last < 0 else min(lookup.last, len(lines))
    if first > len(lines):
        raise MalformedCall(f"{shown(lookup.path)} has {len(lines)} lines; line {first} is past its end.")
    if last < first:
        raise MalformedCall(f"The range is empty: line {last} comes before line {first}.")
    shown_rows = _bounded([f"{number}\t{cut(lines[number - 1], WIDTH)}" for number in range(first, last + 1)])
    reached = first + len(shown_rows) - 1
    rows = "\n".join(shown_rows)
    if reached < last:
        rows += f"\n… lines {reached + 1} to {last} are left out. {_more(lookup, reached + 1, last)}"
    elif reached < len(lines) or first > 1:
        rows += f"\n(The file has {len(lines)} lines.)"
    return rows


def _bounded(rows: list[str]) -> list[str]:
    """As many rows as are allowed, and at least one."""
    left = MOST_CHARACTERS
    for index, row in enumerate(rows[:MOST_LINES]):
        left -= len(row) + 1
        if left < 0 and index:
            return rows[:index]
    return rows[:MOST_LINES]


def _more(lookup: Lookup, first: int, last: int) -> str:
    """How to ask for the rest, in the words of the vendor's form."""
    if lookup.wire == "tool_use":
        return f"View them with view_range [{first}, {last}]."
    if lookup.wire == "text":
        return f"For them: VIEW {lookup.path}:{first}-{last}"
    return f"View them with first_line {first} and last_line {last}."


def _list(lookup: Lookup, draft: Draft) -> str:
    paths = draft.paths()
    names = list(children(paths, lookup.path))
    if not names and lookup.path:
        near = paths_like(lookup.path, paths)
        hint = f"Did you mean {' or '.join(map(shown, near))}?" if near else "List the root to see what there is."
        raise MalformedCall(f"There is no {shown(lookup.path)} (ignored files are not shown). {hint}")
    rows = _bounded([shown(name) for name in sorted(names)])
    if len(rows) < len(names):
        rows.append(f"… and {len(names) - len(rows)} more; search for a text, or list a folder below.")
    return "\n".join(rows) or "There are no files."


def _search(lookup: Lookup, draft: Draft, files: Files) -> str:
    text = lookup.text.strip("\r\n")
    if not text.strip():
        raise MalformedCall("The text to search for is empty.")
    if "\n" in text or "\r" in text or "\0" in text:
        raise MalformedCall("Search for a text of one line.")
    edited = set(draft.edited)
    found = files.search(text, under=lookup.path, limit=MOST_HITS + 1)
    hits = [hit for hit in found if hit.path not in edited and not draft.denied(hit.path)]
    hits += [hit for path in sorted(edited) if _below(path, lookup.path) for hit in _hits(path, text, draft)]
    rows = _bounded([f"{shown(hit.path)}:{hit.line}\t{cut(hit.text, WIDTH)}" for hit in sorted(hits, key=_place)])
    rows = rows[:MOST_HITS]
    if len(rows) < len(hits) or len(found) > MOST_HITS:
        rows.append("… and more; search for a longer text, or below a folder.")
    where = f" below {shown(lookup.path)}" if lookup.path else ""
    return "\n".join(rows) or f'"{shown(text)}" does not occur{where}.'


def _place(hit: Hit) -> tuple[str, int]:
    return hit.path, hit.line


def _below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _hits(path: str, text: str, draft: Draft) -> list[Hit]:
    try:
        data = draft.redacted(path)
        lines = decode(data or b"").lines
    except EditRejected:
        return []
    return [Hit(path, number, line) for number, line in enumerate(lines, 1) if text in line][: MOST_HITS + 1]
