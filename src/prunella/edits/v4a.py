"""V4A, OpenAI's patch language: hunks without line numbers, placed by the lines they keep and by ``@@`` anchors.

https://cookbook.openai.com/examples/gpt4-1_prompting_guide#reference-implementation-apply_patchpy and
https://platform.openai.com/docs/guides/tools-apply-patch. Read strictly, for what a patch leaves open a healer must not
guess. Let pass are only: an empty line for an empty kept line, and the envelope around a diff that should have none.
"""

from __future__ import annotations

from collections.abc import Sequence

from prunella.changes import Create, Delete, Edit, PatchLines, Rename
from prunella.edits.names import file_path, plain, shown
from prunella.errors import MalformedCall

BEGIN = "*** Begin Patch"
END = "*** End Patch"
END_OF_FILE = "*** End of File"
ADD, DELETE, UPDATE, MOVE = "*** Add File: ", "*** Delete File: ", "*** Update File: ", "*** Move to: "


def lines_of(text: str) -> list[str]:
    """The lines of a patch or diff, without the empty ones at its start and end."""
    lines = plain(text).split("\n")
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def parse_patch(lines: Sequence[str]) -> tuple[Edit, ...]:
    """The edits of a patch with its envelope.

    Raises:
        MalformedCall: it is no such patch, or was cut off.
    """
    if not lines or lines[0].rstrip() != BEGIN:
        raise MalformedCall(f'A patch begins with the line "{BEGIN}".')
    if lines[-1].rstrip() != END:
        raise MalformedCall(f'The patch does not end with the line "{END}": it was cut off. Write all of it again.')
    edits: list[Edit] = []
    at = 1
    while at < len(lines) - 1:
        header = lines[at]
        end = at + 1
        while end < len(lines) - 1 and not _is_header(lines[end]):
            end += 1
        edits += _section(header, lines[at + 1 : end])
        at = end
    if not edits:
        raise MalformedCall("The patch is empty.")
    return tuple(edits)


def _is_header(line: str) -> bool:
    return line.startswith((ADD, DELETE, UPDATE))


def _section(header: str, body: Sequence[str]) -> list[Edit]:
    """The edits of one file."""
    if header.startswith(ADD):
        return [Create(file_path(header.removeprefix(ADD)), parse_new_file(body))]
    if header.startswith(DELETE):
        if any(line.strip() for line in body):
            raise MalformedCall(f'Nothing may follow "{shown(header)}" but the next file.')
        return [Delete(file_path(header.removeprefix(DELETE)))]
    if header.startswith(UPDATE):
        path = file_path(header.removeprefix(UPDATE))
        moves = bool(body) and body[0].startswith(MOVE)
        edits: list[Edit] = list(parse_hunks(path, body[1:] if moves else body, may_be_empty=moves))
        return [*edits, Rename(path, file_path(body[0].removeprefix(MOVE)))] if moves else edits
    raise MalformedCall(f'"{shown(header)}" is no line of a patch: a file begins with "{UPDATE}path", "{ADD}path" or …')


def parse_new_file(body: Sequence[str]) -> str:
    """The text of a created file. It ends with a line break; a last line that is only "+" is that line break.

    Raises:
        MalformedCall: a line is not an added one.
    """
    lines = list(body)
    while lines and not lines[-1]:
        lines.pop()
    for line in lines:
        if not line.startswith("+"):
            raise MalformedCall(f'Every line of a new file begins with "+"; this one does not: "{shown(line)}".')
    text = [line[1:] for line in lines]
    if text and not text[-1]:
        text.pop()
    return "".join(f"{line}\n" for line in text)


def parse_hunks(path: str, body: Sequence[str], *, may_be_empty: bool = False) -> tuple[PatchLines, ...]:
    """The hunks of an update.

    Raises:
        MalformedCall: a line is none of V4A's, or there is no hunk.
    """
    hunks = _Hunks(path)
    for line in body:
        if line == "@@" or line.startswith("@@ "):
            hunks.anchor(line[3:])
        elif line.rstrip() == END_OF_FILE:
            hunks.close(at_end=True)
        elif not line or line[0] in " +-":
            hunks.line(line)
        else:
            raise MalformedCall(
                f'A line of a diff begins with " " (kept), "-" (removed), "+" (added) or "@@"; this one does not: '
                f'"{shown(line)}".'
            )
    hunks.close()
    if not hunks.done and not may_be_empty:
        raise MalformedCall(f"The diff of {shown(path)} holds no changes.")
    return tuple(hunks.done)


class _Hunks:
    """Hunks as they are read line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.done: list[PatchLines] = []
        self._anchors: list[str] = []
        self._lines: list[str] = []

    def anchor(self, text: str) -> None:
        import re

        if re.match(r"-\d+(,\d+)? \+\d+(,\d+)? @@", text):
            raise MalformedCall(
                'The diff has line numbers after "@@". Write "@@" alone, or "@@ " and a line of the file from above.'
            )
        if any(self._lines):
            self.close()
        if text.strip():
            self._anchors.append(text)

    def line(self, line: str) -> None:
        self._lines.append(line)

    def close(self, *, at_end: bool = False) -> None:
        """End the hunk. Empty lines at its edges are dropped: they may be there for the eye only, and with fewer kept
        lines it still has to fit exactly once."""
        lines = self._lines
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        if lines:
            signed = tuple((line[0], line[1:]) if line else (" ", "") for line in lines)
            self.done.append(PatchLines(self.path, signed, tuple(self._anchors), at_end))
        elif self._anchors:
            raise MalformedCall(f'Nothing follows "@@ {shown(self._anchors[-1])}".')
        self._anchors, self._lines = [], []
