"""Node's own reports of an uncaught error: its place and line, the error, its stack; a module or an export that is not
there; a rejection that nobody handled; and any other stack trace that no test runner's parser knows."""

from __future__ import annotations

import re

from prunella.diagnostics import frames
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_HEADER = re.compile(r"(?P<file>(?:file://)?(?:[A-Za-z]:)?[\\/][^:]*?|\[eval[0-9]*\]|\[stdin\]):(?P<line>[0-9]{1,7})$")
_IMPORTER = re.compile(r"imported from (?P<file>\S+?)(?: with.*)?$")
_REQUIRED = re.compile(r"- (?P<file>\S.*)$")
_DURING = " Exception during run: "
_RUNNERS = (
    " RUN  v",
    "⎯⎯ Failed ",
    "Test Suites: ",
    "  ● ",
    " failing\n",
    "failing tests:",
    "Failed tests:",
    "\nnot ok ",
    "Test Files  ",
)
_LONGEST_GAP = 40
_MOST_LINES = 12


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per stack trace, at the first frame that is the repository's own.

    In the log of a test runner only what stands at the margin below Node's own heading or above its version: the rest
    is the runner's to tell, or was printed by a test that passed.
    """
    if not any(mark in text for mark in ("    at ", "❯ ", "\n  at ", "Node.js v", "Error: ")):
        return ()
    return _Reader(text.split("\n"), strict=any(mark in text for mark in _RUNNERS)).read()


class _Reader:
    """One pass; an error waits for its frames, and a run of frames closes it."""

    def __init__(self, lines: list[str], *, strict: bool) -> None:
        self.lines, self.strict = lines, strict
        self.code = ""
        self.words: list[str] = []
        self.first = self.since = self.last = 0
        self.start, self.headed = Location(""), -100
        self.importers: list[Location] = []
        self.frames: list[Location] = []
        self.framed = False
        self.found: dict[Diagnostic, None] = {}

    def read(self) -> tuple[Diagnostic, ...]:
        for number, line in enumerate(self.lines):
            if len(self.found) >= MOST_PARSED:
                break
            self._line(number, line)
        self._close()
        return tuple(self.found)

    def _line(self, number: int, line: str) -> None:
        if line.lstrip().startswith(("at ", "❯ ")):
            frame = frames.frame(line)
            if self.words and number - self.since <= _LONGEST_GAP and (frame or self.framed or "(<" in line):
                self.frames += [frame] if frame else []
                self.framed, self.since, self.last = True, number, number
                return
        if self.framed and line.lstrip().startswith(("[cause]: ", "... ")):
            self.since = self.last = number  # The cause's frames are places of the same error.
            return
        if self.framed:
            self._close()
        self._said(number, line)

    def _said(self, number: int, line: str) -> None:
        """Lines that are no frames: errors, what follows them, and the place that Node prints above its report."""
        line = line.removeprefix(_DURING)
        header = _HEADER.match(line) if line[:1] in "/f[" or line[1:3] == ":\\" else None
        if header or line.startswith("node:internal/"):
            self.headed = number
            self.start = Location(header["file"], int(header["line"])) if header else Location("")
            return
        error = frames.error_words(line)
        if error and not (self.strict and not self._uncaught(number)):
            self.code, self.words = error[0], [error[1]]
            self.first = self.since = self.last = number
            self.importers = []
        elif self.words and not self.framed and number - self.since <= _MOST_LINES:
            self._more(line)

    def _more(self, line: str) -> None:
        required = _REQUIRED.match(line) if line.startswith("- ") and "Require stack:" in self.words else None
        if required:
            self.importers.append(Location(required["file"]))
        elif line.strip() and len(self.words) < _MOST_LINES:
            self.words.append(line.rstrip())
        elif self.words[-1:] == ["Require stack:"]:
            self.words.append("")

    def _uncaught(self, number: int) -> bool:
        """In a test runner's log: below Node's heading, or what a runner could not load."""
        return number - self.headed <= _MOST_LINES or self.lines[number].startswith(_DURING)

    def _close(self) -> None:
        if self.words and self.framed:
            own = frames.own(self.frames)
            words = [word for word in self.words if word and word != "Require stack:"]
            importer = _IMPORTER.search(words[0])
            required = next((known for known in self.importers if not frames.is_foreign(known.file)), None)
            named = Location(importer["file"]) if importer else required or self.start
            place = own[0] if own else named
            if self.start.file and "SyntaxError" in self.words[0] and not frames.is_foreign(self.start.file):
                place = self.start
            others = tuple(frame for frame in own if frame[:3] != place[:3])[: frames.MOST_RELATED]
            self.found[self._diagnostic(place, "\n".join(words), others)] = None
        self.code, self.words, self.start, self.framed, self.frames = "", [], Location(""), False, []

    def _diagnostic(self, place: Location, message: str, others: tuple[Location, ...]) -> Diagnostic:
        first = 1 + (self.headed if 0 <= self.first - self.headed <= _MOST_LINES else self.first)
        where = (place.file, place.line, place.column)
        return Diagnostic(
            *where, Severity.ERROR, self.code, message, "node", others, read_from=first, read_to=self.last + 1
        )
