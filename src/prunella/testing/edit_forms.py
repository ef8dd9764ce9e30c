"""Edits and look-ups in the words of each vendor's tools, as a model would write them.

Written apart from the code that reads them, so that a misreading on one side shows.
"""

from __future__ import annotations

from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import Lookup, LookupKind
from prunella.testing.plays import Json, ScriptError

EDITOR = "str_replace_based_edit_tool"


def claude_call(step: Edit | Lookup) -> tuple[str, Json]:  # noqa: PLR0911 - a table of shapes
    """The name and arguments of a tool call of Claude."""
    match step:
        case Create(path, text):
            return EDITOR, {"command": "create", "path": path, "file_text": text}
        case Replace(path, old, new):
            return EDITOR, {"command": "str_replace", "path": path, "old_str": old, "new_str": new}
        case Insert(path, line, text):
            return EDITOR, {"command": "insert", "path": path, "insert_line": line, "insert_text": text}
        case PatchLines(path, lines):
            old, new = _sides(lines)
            return EDITOR, {"command": "str_replace", "path": path, "old_str": old, "new_str": new}
        case Delete(path):
            return "delete_file", {"path": path}
        case Rename(path, to):
            return "rename_file", {"path": path, "new_path": to}
        case Lookup(kind=LookupKind.SEARCH):
            return "search_text", {"text": step.text, **({"path": step.path} if step.path else {})}
        case Lookup():
            shown = {"view_range": [step.first, step.last]} if step.first else {}
            return EDITOR, {"command": "view", "path": step.path or "/repo", **shown}


def openai_lookup(lookup: Lookup) -> tuple[str, Json]:
    """The name and arguments of a function call that asks something."""
    if lookup.kind is LookupKind.SEARCH:
        return "search_text", {"text": lookup.text, "path": lookup.path or None}
    if lookup.kind is LookupKind.LIST:
        return "list_folder", {"path": lookup.path}
    last = None if lookup.last < 0 else lookup.last
    return "view_file", {"path": lookup.path, "first_line": lookup.first or None, "last_line": last}


def patch_operation(edit: Edit) -> Json:
    """An edit as the operation of OpenAI's built-in apply_patch call (V4A, one file).

    Raises:
        ScriptError: it cannot be told that way.
    """
    match edit:
        case Create(path, text):
            return {"type": "create_file", "path": path, "diff": "\n".join(f"+{line}" for line in text.split("\n"))}
        case Delete(path):
            return {"type": "delete_file", "path": path}
        case Replace(path) | PatchLines(path):
            return {"type": "update_file", "path": path, "diff": _hunk(edit)}
        case _:
            raise ScriptError(f"{type(edit).__name__} cannot be told as a built-in apply_patch call")


def patch_envelope(edits: tuple[Edit, ...]) -> str:
    """Edits as one V4A patch of any number of files, the input of the custom apply_patch tool.

    Raises:
        ScriptError: one of them cannot be told that way.
    """
    parts = ["*** Begin Patch"]
    for edit in edits:
        match edit:
            case Create(path, text):
                lines = text.removesuffix("\n").split("\n")
                parts += [f"*** Add File: {path}", *(f"+{line}" for line in lines)]
            case Delete(path):
                parts.append(f"*** Delete File: {path}")
            case Rename(path, to):
                parts += [f"*** Update File: {path}", f"*** Move to: {to}"]
            case Replace(path) | PatchLines(path):
                parts += [f"*** Update File: {path}", _hunk(edit)]
            case _:
                raise ScriptError(f"{type(edit).__name__} cannot be told as a patch")
    return "\n".join([*parts, "*** End Patch"])


def blocks(edits: tuple[Edit, ...], lookups: tuple[Lookup, ...]) -> str:
    """Edits as SEARCH/REPLACE blocks and look-ups as lines, for models without tools.

    Raises:
        ScriptError: one of them cannot be told that way.
    """
    return "\n\n".join([*(_block(edit) for edit in edits), *(_question(lookup) for lookup in lookups)])


def _block(edit: Edit) -> str:
    match edit:
        case Create(path, text):
            return _search_replace(path, "", text)
        case Replace(path, old, new):
            return _search_replace(path, old, new)
        case PatchLines(path, lines):
            return _search_replace(path, *_sides(lines))
        case Delete(path):
            return f"DELETE {_quoted(path)}"
        case Rename(path, to):
            return f"RENAME {_quoted(path)} -> {_quoted(to)}"
        case _:
            raise ScriptError(f"{type(edit).__name__} cannot be told as a SEARCH/REPLACE block")


def _search_replace(path: str, old: str, new: str) -> str:
    lines = [*_lines(old), *_lines(new)]
    size = 9 if any(line.startswith(("<<<<<<<", "=======", ">>>>>>>")) for line in lines) else 7
    head, middle, end = f"{'<' * size} SEARCH", "=" * size, f"{'>' * size} REPLACE"
    return "\n".join([_quoted(path), head, *_lines(old), middle, *_lines(new), end])


def _quoted(path: str) -> str:
    """A path with blanks in backticks."""
    return f"`{path}`" if " " in path else path


def _question(lookup: Lookup) -> str:
    if lookup.kind is LookupKind.SEARCH:
        return f"SEARCH {lookup.text}"
    if lookup.kind is LookupKind.LIST:
        return f"LIST {lookup.path}".rstrip()
    if lookup.first:
        return f"VIEW {lookup.path}:{lookup.first}-{lookup.last}"
    return f"VIEW {lookup.path}"


def _hunk(edit: Replace | PatchLines) -> str:
    if isinstance(edit, PatchLines):
        head = [f"@@ {anchor}" for anchor in edit.anchors] or ["@@"]
        tail = ["*** End of File"] if edit.at_end else []
        return "\n".join([*head, *(f"{sign}{line}" for sign, line in edit.lines), *tail])
    old, new = _lines(edit.old), _lines(edit.new)
    before = _common(old, new)
    after = _common(old[before:][::-1], new[before:][::-1])
    kept_end = old[len(old) - after :]
    removed, added = old[before : len(old) - after], new[before : len(new) - after]
    lines = [" " + line for line in old[:before]] + ["-" + line for line in removed]
    return "\n".join(["@@", *lines, *("+" + line for line in added), *(" " + line for line in kept_end)])


def _common(left: list[str], right: list[str]) -> int:
    """How many lines two lists share from their start."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _sides(lines: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    old = "\n".join(line for sign, line in lines if sign in " -")
    new = "\n".join(line for sign, line in lines if sign in " +")
    if not old:
        raise ScriptError("PatchLines without kept or removed lines can only be told as a patch")
    return old, new
