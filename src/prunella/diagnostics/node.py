"""JavaScript's stack traces: Node's own, and those inside the reports of Vitest, Jest, Mocha and node:test."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_ERROR = (
    r"\s*(?:Uncaught |\[?cause\]?: |Unhandled Rejection: )?"
    r"(?P<code>(?:[A-Z][A-Za-z]*)?(?:Error|Exception))(?: \[(?P<name>\w+)\])?(?:: (?P<message>.*))?$"
)
_HEADER = r"(?P<file>(?:file://)?/\S+?):(?P<line>[0-9]{1,7})$"
_IMPORTER = r"imported from (?P<file>\S+?)(?: with.*)?$"
_VITEST_TITLE = r"\s*FAIL\s+(?:\|.*?\|\s*)?(?P<file>\S+)(?: \[.*\])?(?: > (?P<title>.*))?$"
_JEST_TITLE = r"  ● (?P<title>\S.*)$"
_FOREIGN = ("node:", "node_modules/", "<anonymous>", "/.next/", "internal/")
_LONGEST_GAP = 40
_MOST_RELATED = 4


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per stack trace, at the first frame that is the repository's own."""
    if "    at " not in text and "❯ " not in text and "\n  at " not in text and "      at " not in text:
        return ()
    reader = _Reader(text.split("\n"))
    return reader.read()


class _Reader:
    """One pass; an error waits for its frames, and a run of frames closes it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.error, self.header, self.importer = re.compile(_ERROR), re.compile(_HEADER), re.compile(_IMPORTER)
        self.vitest, self.jest = re.compile(_VITEST_TITLE), re.compile(_JEST_TITLE)
        self.title, self.source = "", "node"
        self.code, self.message = "", ""
        self.since = 0
        self.start = Location("")
        self.frames: list[Location] = []
        self.found: dict[Diagnostic, None] = {}

    def read(self) -> tuple[Diagnostic, ...]:
        for number, line in enumerate(self.lines):
            if len(self.found) >= MOST_PARSED:
                break
            self._line(number, line)
        self._close()
        return tuple(self.found)

    def _line(self, number: int, line: str) -> None:
        frame = _frame(line)
        if frame:
            if self.message and number - self.since <= _LONGEST_GAP:
                self.frames.append(frame)
            return
        if self.frames:
            self._close()
        self._words(number, line)

    def _words(self, number: int, line: str) -> None:
        """Lines that are no frames: titles of tests, errors, and the place that Node prints above a syntax error."""
        titled = self.vitest.match(line) if "FAIL" in line[:12] else self.jest.match(line)
        if titled:
            self.title, self.code, self.message = titled["title"] or "", "", ""
            self.source = "jest" if "●" in line else "vitest" if self.title else "node"
            self.since = number
            return
        error = self.error.match(line) if "Error" in line or "Exception" in line else None
        if error:
            self.code = error["name"] or error["code"]
            self.message = f"{error['code']}: {error['message'] or ''}".rstrip(": ")
            self.since = number
        elif self.title and not self.message and line.strip():
            self.message, self.since = line.strip(), number
            self.code = "AssertionError" if line.lstrip().startswith("expect(") else ""
        elif self.title and line.lstrip().startswith(("Expected", "Received")):
            self.message += f"\n{line.strip()}"
        elif line.startswith(("/", "file:")):
            header = self.header.match(line)
            if header:
                self.start = Location(header["file"], int(header["line"]))

    def _close(self) -> None:
        if self.message and self.frames:
            own = [frame for frame in self.frames if not any(part in frame.file for part in _FOREIGN)]
            importer = self.importer.search(self.message)
            place = own[0] if own else Location(importer["file"]) if importer else self.start
            if self.start.file and "SyntaxError" in self.message:
                place = self.start
            message = f"{self.title}: {self.message}" if self.title else self.message
            related = tuple(frame for frame in own if frame != place)[:_MOST_RELATED]
            where = (place.file, place.line, place.column)
            self.found[Diagnostic(*where, Severity.ERROR, self.code, message, self.source, related)] = None
            self.title, self.source, self.code, self.message, self.start = "", "node", "", "", Location("")
        self.frames = []


def _frame(line: str) -> Location | None:
    """``at f (file:1:2)``, ``at file:1:2``, ``at async file:1:2``, Vitest's ``❯ f file:1:2``."""
    short = line.strip()
    if not short.startswith(("at ", "❯ ")):
        return None
    short = short.removesuffix(" {").removesuffix(")")
    file, _, position = short.rpartition(" ")[2].rpartition("(")[2].partition(":")
    if file in {"file", "node"}:  # The first colon is the scheme's.
        rest, _, position = position.partition(":")
        file = f"{file}:{rest}"
    line_text, _, column_text = position.partition(":")
    if not (file and line_text.isdecimal() and column_text.isdecimal()) or len(position) > 15:
        return None
    return Location(file, int(line_text), int(column_text))
