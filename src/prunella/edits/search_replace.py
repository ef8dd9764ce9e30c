"""Edits and look-ups in plain text, for models without tools: SEARCH/REPLACE blocks below a path, and command lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prunella.changes import Create, Delete, Edit, Insert, PatchLines, Rename, Replace
from prunella.conversation import BadCall, Call, EditCall, Lookup, LookupKind
from prunella.edits.apply_patch import replaced_lines
from prunella.edits.blocks import opens, read_block, resume_after
from prunella.edits.names import clean_path, file_path, plain
from prunella.errors import MalformedCall

WIRE = "text"

INSTRUCTIONS = """\
How to edit. You have no tools. For each change write the file's path alone on a line, then a block:

src/shop/cart.ts
<<<<<<< SEARCH
  return total(items)
=======
  return total(items, rates)
>>>>>>> REPLACE

- The SEARCH part is copied from the file: whole lines, same indentation, no line numbers. It must occur exactly once \
in the file, so take in enough lines around the change; keep blocks short.
- The REPLACE part is what stands there afterwards; leave it empty to remove the lines.
- Several blocks may follow one path. Write all blocks of a repair in one answer.
- A new file: leave the SEARCH part empty and write the whole file in the REPLACE part.
- If the lines themselves hold such markers, use 9 characters in yours.

Lines of their own, for the rest:
DELETE path/of/file
RENAME old/path -> new/path

When you need to see more before you can repair, write only such lines and stop; the answer comes next:
VIEW path/of/file
VIEW path/of/file:120-180
LIST folder
SEARCH some text
"""
"""The form, as a model is told it."""

_FENCE = re.compile(r"\s{0,3}(?:```+|~~~+)(.*)")
_PLAIN_FENCES = ("", "text", "txt", "plaintext", "diff")
_COMMAND = re.compile(r"\s{0,3}(?:[-*] )?`?(VIEW|LIST|SEARCH|DELETE|RENAME)(?: +(.*?))?`?\s*")
_RANGE = re.compile(r"(.+?):(\d+)(?:-(-1|\d+)?)?")
_PATH = re.compile(r"[^\s`'\"]*(?:/|\.\w{1,10}$)[^\s`'\"]*|[A-Z][A-Za-z]*file|\.\w[\w.-]*")


def read_answer(text: str) -> tuple[Call, ...]:
    """The blocks and command lines of an answer, in order; what cannot be read is a :class:`BadCall` that says why."""
    return _Reader(plain(text).split("\n")).read()


class _Reader:
    """An answer as it is read line by line."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.calls: list[Call] = []
        self.path = ""
        self.fence: str | None = None
        self.read_to = 0

    def read(self) -> tuple[Call, ...]:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if opens(line):
                at = self._block(at)
                continue
            fence = _FENCE.fullmatch(line)
            if fence:
                self.fence = None if self.fence is not None else fence[1].strip()
            elif self.fence is None or self.fence.lower() in _PLAIN_FENCES:
                self._command(line)
            at += 1
        return tuple(self.calls)

    def _block(self, at: int) -> int:
        """Read the block that begins here; where to read on."""
        try:
            self.path = self._path_above(at)
            self.read_to = at + 1
            block = read_block(self.lines, at)
            self._edit(_edit(self.path, block.old, block.new))
        except MalformedCall as malformed:
            self._bad(malformed)
            return resume_after(self.lines, at)
        self.read_to = block.after
        return block.after

    def _path_above(self, at: int) -> str:
        """The path that the last line above the block names, or that of the block before."""
        for index in range(at - 1, max(self.read_to, at - 5) - 1, -1):
            line = self.lines[index]
            fence = _FENCE.fullmatch(line)
            # What follows a fence's marker is a language, unless it is plainly a path.
            named = path_in(f"{fence[1]}:" if fence else line)
            if named:
                return file_path(named)
            if line.strip() and not fence:
                break
        if not self.path:
            raise MalformedCall("No path stands above this edit block: write the file's path on the line before it.")
        return self.path

    def _command(self, line: str) -> None:
        found = _COMMAND.fullmatch(line)
        if not found:
            return
        word, rest = found[1], (found[2] or "").strip()
        try:
            call = _lookup(self._next(), word, rest)
            if call is not None:
                self.calls.append(call)
            edit = _file_edit(word, rest)
            if edit is not None:
                self._edit(edit)
        except MalformedCall as malformed:
            self._bad(malformed)

    def _edit(self, edit: Edit) -> None:
        self.calls.append(EditCall(self._next(), (edit,), WIRE))

    def _bad(self, malformed: MalformedCall) -> None:
        self.calls.append(BadCall(self._next(), malformed.message, WIRE))

    def _next(self) -> str:
        return f"block-{len(self.calls) + 1}"


def _edit(path: str, old: tuple[str, ...], new: tuple[str, ...]) -> Edit:
    if not any(line.strip() for line in old):
        return Create(path, "".join(f"{line}\n" for line in new))
    # Whole lines, so that a searched line is never found inside of a longer one.
    return PatchLines(path, replaced_lines("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new)))


def path_in(line: str) -> str:
    """The path that a line names, if it seems to name one: alone, decorated, or as the only one in a sentence."""
    bare = line.strip().strip("#*> ").removesuffix(":").strip("* ")
    alone = re.fullmatch(r"`([^`]+)`", bare)
    if alone:
        return alone[1].strip()
    words = [word.strip("()[]<>,;:*'\"`").rstrip(".") for word in bare.split()]
    paths = [word for word in words if _PATH.fullmatch(word)]
    if len(paths) == 1:
        return paths[0]
    if len(words) == 1 and not line.rstrip().endswith((":", ".", "!", "?")):
        return words[0]
    return bare if len(paths) > 1 and len(words) < 5 else ""


def _is_path(text: str) -> bool:
    return bool(text) and (" " not in text or text.startswith("`"))


def _lookup(call_id: str, word: str, rest: str) -> Lookup | None:
    if word == "SEARCH":
        return Lookup(call_id, LookupKind.SEARCH, text=rest, wire=WIRE) if rest else None
    if word == "LIST" and (not rest or _is_path(rest)):
        return Lookup(call_id, LookupKind.LIST, clean_path(rest.strip("`")), wire=WIRE)
    if word != "VIEW" or not _is_path(rest):
        return None
    ranged = _RANGE.fullmatch(rest.strip("`"))
    if not ranged:
        return Lookup(call_id, LookupKind.VIEW, clean_path(rest.strip("`")), wire=WIRE)
    first = int(ranged[2][:9])
    last = int(ranged[3][:9]) if ranged[3] else -1 if "-" in rest[len(ranged[1]) :] else first
    return Lookup(call_id, LookupKind.VIEW, clean_path(ranged[1]), first=first, last=last, wire=WIRE)


def _file_edit(word: str, rest: str) -> Edit | None:
    if word == "DELETE" and _is_path(rest):
        return Delete(file_path(rest.strip("`")))
    if word == "RENAME" and " -> " in rest:
        old, _, new = rest.rpartition(" -> ")
        return Rename(file_path(old.strip(" `")), file_path(new.strip(" `"), what="new path"))
    return None


def render(edits: Iterable[Edit]) -> str:
    """Edits as a model would write them. Replaced texts must be whole lines, created ones end with a line break.

    Raises:
        ValueError: an edit cannot be told without the file (an insertion, added lines without others around them).
    """
    return "\n\n".join(_rendered(edit) for edit in edits) + "\n"


def _rendered(edit: Edit) -> str:
    match edit:
        case Create(path, text):
            return _block(path, "", text)
        case Replace(path, old, new):
            return _block(path, old, new)
        case PatchLines(path, lines):
            old = "".join(f"{line}\n" for sign, line in lines if sign != "+")
            if not old.strip():
                raise ValueError("added lines alone cannot be told as a SEARCH/REPLACE block")
            return _block(path, old, "".join(f"{line}\n" for sign, line in lines if sign != "-"))
        case Delete(path):
            return f"DELETE {_quoted(path)}"
        case Rename(path, to):
            return f"RENAME {_quoted(path)} -> {_quoted(to)}"
        case Insert():
            raise ValueError("Insert cannot be told as a SEARCH/REPLACE block")


def _block(path: str, old: str, new: str) -> str:
    text = f"{old}\n{new}"
    size = 9 if re.search(r"^(<{5}|={5}|>{5})", text, re.MULTILINE) else 7
    parts = [part if not part or part.endswith("\n") else f"{part}\n" for part in (old, new)]
    return f"{_quoted(path)}\n{'<' * size} SEARCH\n{parts[0]}{'=' * size}\n{parts[1]}{'>' * size} REPLACE"


def _quoted(path: str) -> str:
    """A path that might not look like one, in backticks."""
    return path if path_in(path) == path and " " not in path else f"`{path}`"
