"""OpenAI's apply_patch, as the built-in tool (one file a call) and as a custom tool (one patch of many files)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prunella.changes import Create, Delete, Edit, PatchLines, Rename, Replace
from prunella.conversation import BadCall, Call, EditCall, Json
from prunella.edits import v4a
from prunella.edits.names import arguments_of, file_path, shown, text_in
from prunella.errors import MalformedCall

BUILT_IN = "apply_patch_call"
CUSTOM = "custom_tool_call"

GRAMMAR = """\
start: begin_patch hunk+ end_patch
begin_patch: "*** Begin Patch" LF
end_patch: "*** End Patch" LF?

hunk: add_hunk | delete_hunk | update_hunk
add_hunk: "*** Add File: " filename LF add_line+
delete_hunk: "*** Delete File: " filename LF
update_hunk: "*** Update File: " filename LF change_move? change?

filename: /(.+)/
add_line: "+" /(.*)/ LF -> line

change_move: "*** Move to: " filename LF
change: (change_context | change_line)+ eof_line?
change_context: ("@@" | "@@ " /(.+)/) LF
change_line: ("+" | "-" | " ") /(.*)/ LF
eof_line: "*** End of File" LF

%import common.LF
"""
"""The Lark grammar of a patch, for the custom tool; in this form OpenAI's own coding agent offers it."""


def read_operation(call_id: str, operation: object) -> Call:
    """The ``operation`` of an ``apply_patch_call`` item; one that cannot be read is a :class:`BadCall`."""
    try:
        return EditCall(call_id, _operation(arguments_of(operation)), BUILT_IN)
    except MalformedCall as malformed:
        return BadCall(call_id, malformed.message, BUILT_IN)


def _operation(given: Mapping[str, Any]) -> tuple[Edit, ...]:
    kind, path = text_in(given, "type"), file_path(text_in(given, "path"))
    if kind == "delete_file":
        return (Delete(path),)
    if kind not in ("create_file", "update_file"):
        raise MalformedCall(f'There is no operation "{shown(kind)}": create_file, update_file and delete_file are.')
    return _diff(kind, path, v4a.lines_of(text_in(given, "diff")))


def _diff(kind: str, path: str, lines: list[str]) -> tuple[Edit, ...]:
    creates = kind == "create_file"
    if lines and lines[0].startswith((v4a.BEGIN, v4a.ADD, v4a.UPDATE)):
        edits = v4a.parse_patch(lines if lines[0].startswith(v4a.BEGIN) else [v4a.BEGIN, *lines, v4a.END])
        fits = all(edit.path == path and isinstance(edit, Create) is creates for edit in edits)
        if not fits or any(isinstance(edit, Delete) for edit in edits):
            raise MalformedCall(f"The diff is not one of {shown(path)} alone. Make one call for each file.")
        return edits
    if creates:
        return (Create(path, v4a.parse_new_file(lines)),)
    return v4a.parse_hunks(path, lines)


def read_envelope(call_id: str, text: str) -> Call:
    """The input of the custom tool; one that cannot be read is a :class:`BadCall`."""
    try:
        return EditCall(call_id, v4a.parse_patch(v4a.lines_of(text)), CUSTOM)
    except MalformedCall as malformed:
        return BadCall(call_id, malformed.message, CUSTOM)


def render_operation(edits: Sequence[Edit]) -> Json:
    """Edits of one file as the operation of the built-in tool.

    Raises:
        ValueError: there are none or they are of several files, or one cannot be told in V4A (see
            :func:`render_envelope`).
    """
    if not edits or any(edit.path != edits[0].path for edit in edits):
        raise ValueError("an operation holds the edits of one file")
    first = edits[0]
    if len(edits) == 1 and isinstance(first, Delete):
        return {"type": "delete_file", "path": first.path}
    if len(edits) == 1 and isinstance(first, Create):
        return {"type": "create_file", "path": first.path, "diff": "\n".join(_added(first.text))}
    if any(isinstance(edit, Rename) for edit in edits):
        return {"type": "update_file", "path": first.path, "diff": render_envelope(edits)}
    diff = "\n".join(line for edit in edits for line in _hunk(edit))
    return {"type": "update_file", "path": first.path, "diff": diff}


def render_envelope(edits: Iterable[Edit]) -> str:
    """Edits as a patch. What a :class:`Replace` replaces must be whole lines, and a created text end with a line break.

    Raises:
        ValueError: an edit cannot be told without the file: an :class:`~prunella.changes.Insert` has no context.
    """
    lines = [v4a.BEGIN]
    for edit in edits:
        match edit:
            case Create(path, text):
                lines += [f"{v4a.ADD}{path}", *_added(text)]
            case Delete(path):
                lines.append(f"{v4a.DELETE}{path}")
            case Rename(path, to):
                lines += [f"{v4a.UPDATE}{path}", f"{v4a.MOVE}{to}"]
            case _:
                lines += [f"{v4a.UPDATE}{edit.path}", *_hunk(edit)]
    return "\n".join([*lines, v4a.END, ""])


def _added(text: str) -> list[str]:
    lines = text.removesuffix("\n").split("\n") if text else []
    # A last line that is only "+" stands for the line break before it, so an empty last line needs one more.
    return [f"+{line}" for line in ([*lines, ""] if lines and not lines[-1] else lines)]


def _hunk(edit: Edit) -> list[str]:
    match edit:
        case PatchLines(_, lines, anchors, at_end):
            head = [f"@@ {anchor}" for anchor in anchors] or ["@@"]
            return [*head, *(sign + line for sign, line in lines), *([v4a.END_OF_FILE] if at_end else [])]
        case Replace(_, old, new):
            return ["@@", *(sign + line for sign, line in replaced_lines(old, new))]
        case _:
            raise ValueError(f"{type(edit).__name__} cannot be told in V4A without the file")


def replaced_lines(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Whole lines replaced by others, as the lines of a hunk: equal ones at the start and the end are kept."""
    before, after = _lines(old), _lines(new)
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    end = len(before) - last
    return (
        *((" ", line) for line in before[:first]),
        *(("-", line) for line in before[first:end]),
        *(("+", line) for line in after[first : len(after) - last]),
        *((" ", line) for line in before[end:]),
    )


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []
