"""Gradle: what went wrong and where, mistakes in build scripts, and the tests that failed.

Formats: the report after ``FAILURE: Build failed with an exception.`` with ``* Where:`` and ``* What went wrong:``, the
Kotlin DSL's ``Line 3:`` with a caret, and the test logger's ``Class > method FAILED`` with an exception below.
"""

from __future__ import annotations

import re

from prunella.diagnostics import jvm
from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_WHERE = re.compile(
    r"(?P<kind>Build file|Settings file|Script|Initialization script|"
    r"Precompiled script plugin) '(?P<file>[^'\n]{1,400})'(?: line: (?P<line>[0-9]{1,7}))?"
)
_NAMED = re.compile(
    r"(?:build|settings|script) file '(?P<file>[^'\n]{1,400})': (?P<line>[0-9]{1,7}): (?P<message>.*?)(?: ?@ "
    r"line [0-9]{1,7}, column (?P<column>[0-9]{1,7})\.?)?$"
)
_KOTLIN_LINE = re.compile(r"(?P<head> {2,4}Line (?P<line>[0-9]{1,7}): )(?P<source>.*)$")
_POINTED = re.compile(r"(?P<blanks> *)\^ (?P<message>\S.*)$")
_AT_ONCE = re.compile(
    r"\s+(?P<code>[A-Za-z_$][\w.$]*)(?:: (?P<message>.*))? at (?P<file>[\w$-]{1,200}\.(?:java|kt|groovy|"
    r"scala)):(?P<line>[0-9]{1,7})$"
)
_FOLLOWS = re.compile(
    r"^> (?:Compilation failed; see the compiler|Compilation error\. See log|There were failing tests|"
    r"Compilation failed|"
    r"Kotlin could not find|A failure occurred while executing|Execution failed with exit code|"
    r"Process 'command '[^']*'' finished)",
    re.MULTILINE,
)
_PLACES = re.compile(
    r"(?:^|\n)(?:(?:\S.*: )?(?:error|fatal error): |e: |[^\n:]{1,400}\.(?:java|kt|kts|scala|groovy|c|cc|cpp|"
    r"h):[0-9]+:[^\n]{0,200}?\berror\b|[^\n]{1,300} FAILED\n +\S)"
)
_END = (
    "* Try:",
    "* Get more help",
    "* Exception is:",
    "==========",
    "BUILD FAILED",
    "Deprecated Gradle",
    "> Run with",
    "* Where:",
)
_MOST_WORDS = 80


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Failed tests, then what went wrong; that a compiler or tests failed counts only where they said nothing."""
    return _Reader(text).result()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.others_spoke = bool(_PLACES.search(text))
        self.where = Location("", 0, 0, "")
        self.where_at = 0
        self.found: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        return tuple(self.found)

    def _step(self, at: int, line: str) -> int:
        if line.startswith("* Where:") and at + 1 < len(self.lines):
            where = _WHERE.match(self.lines[at + 1])
            if where:
                self.where, self.where_at = Location(where["file"], int(where["line"] or 0), 0, ""), at + 1
        elif line.startswith("* What went wrong:"):
            return self._wrong(at)
        elif line.endswith(" FAILED") and at + 1 < len(self.lines) and line[:1] not in {"", ">", ":"}:
            return self._test(at, line)
        return at + 1

    def _wrong(self, at: int) -> int:
        end = at + 1
        while end < min(len(self.lines), at + _MOST_WORDS) and not self.lines[end].startswith(_END):
            end += 1
        while end > at + 1 and not self.lines[end - 1].strip():
            end -= 1
        where, start = self.where, self.where_at or at + 1
        self.where, self.where_at = Location("", 0, 0, ""), 0
        pointed = self._pointed(at + 1, end, where)
        if pointed:
            self.found += pointed
            return end
        message = "\n".join(line.rstrip() for line in self.lines[at + 1 : end])
        for line in self.lines[at + 1 : end]:
            named = _NAMED.search(line) if "file '" in line else None
            if named:
                where = Location(named["file"], int(named["line"]), int(named["column"] or 0), "")
        if not message or (_FOLLOWS.search(message) and (self.others_spoke or self.found)):
            return end
        self.found.append(_diagnostic(where, message, (start, end)))
        return end

    def _pointed(self, start: int, end: int, where: Location) -> list[Diagnostic]:
        """The Kotlin DSL's errors, each with its line and a caret below the source."""
        found = []
        for at in range(start, end - 1):
            head = _KOTLIN_LINE.match(self.lines[at])
            caret = _POINTED.match(self.lines[at + 1]) if head else None
            if head and caret:
                column = max(len(caret["blanks"]) - len(head["head"]) + 1, 0)
                words = [caret["message"].rstrip()]
                for line in self.lines[at + 2 : end]:
                    if not line.startswith(" " * (len(caret["blanks"]) + 2)):
                        break
                    words.append(line.strip())
                place = Location(where.file, int(head["line"]), column, "")
                found.append(_diagnostic(place, "\n".join(words), (at + 1, at + 1 + len(words))))
        return found

    def _test(self, at: int, line: str) -> int:
        name = line.removesuffix(" FAILED")
        if " " in name and " > " not in name:
            return at + 1
        start = at + 2 if not self.lines[at + 1].strip() and at + 2 < len(self.lines) else at + 1
        if not self.lines[start].startswith((" ", "\t")):
            return at + 1
        short = _AT_ONCE.match(self.lines[start])
        if short:
            place, code = Location(short["file"], int(short["line"]), 0, ""), short["code"]
            self.found.append(_diagnostic(place, short["message"] or code, (at + 1, start + 1), code, "gradle test"))
            return start + 1
        thrown = jvm.read(self.lines, start)
        if not thrown:
            return at + 1
        self.found.append(jvm.diagnostic(thrown, at + 1, "gradle test"))
        return thrown.end


def _diagnostic(
    place: Location, message: str, read: tuple[int, int], code: str = "", source: str = "gradle"
) -> Diagnostic:
    return Diagnostic(
        place.file, place.line, place.column, Severity.ERROR, code, message, source, read_from=read[0], read_to=read[1]
    )
