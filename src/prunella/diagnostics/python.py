"""Python's own tracebacks, bare, chained and in groups, syntax errors, and unittest's report around them."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_FRAME = r'(?P<margin>[ |+]*)File "(?P<file>[^"\n]+)", line (?P<line>[0-9]{1,7})(?:, in (?P<name>.+))?$'
_EXCEPTION = r"(?P<code>[A-Za-z_][\w.]*?)(?:: (?P<message>.*))?$"
_TEST = r"(?P<kind>ERROR|FAIL): (?P<test>\S+) \((?P<owner>[^()]+)\)(?P<sub>.*)$"
_RULE = "=" * 70
_CAUSE = "The above exception was the direct cause of"
_CONTEXT = "During handling of the above exception"
_PREFIXES = ("INTERNALERROR> ", "E   ")
_MOST_RELATED = 4
_MOST_DETAIL = 12


class _Open:
    """The traceback being read: its frames, and the exceptions that led to it."""

    def __init__(self) -> None:
        self.margin = ""
        self.frames: list[Location] = []
        self.causes: list[Location] = []


def is_library(file: str) -> bool:
    """Whether a frame is in an installed package, the standard library or no file at all."""
    return (
        file.startswith("<")
        or "site-packages/" in file
        or "dist-packages/" in file
        or re.search(r"/lib(?:64)?/python3(?:\.[0-9]+)?/", file) is not None
        or re.search(r"[\\/]Python3[0-9]*[\\/]Lib[\\/]", file) is not None
    )


def own(frames: list[Location]) -> Location:
    """The innermost frame that is not a library's, else the innermost one."""
    return next((frame for frame in reversed(frames) if not is_library(frame.file)), frames[-1])


def related(frames: list[Location], chosen: Location) -> tuple[Location, ...]:
    """The frames that lead to the chosen one, the nearest first, libraries left out."""
    rest = {(f.file, f.line): f for f in reversed(frames) if f is not chosen and not is_library(f.file)}
    rest.pop((chosen.file, chosen.line), None)
    return tuple(rest.values())[:_MOST_RELATED]


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per uncaught exception, at the innermost line that is not a library's."""
    if 'File "' not in text:
        return ()
    return _Reader(text.split("\n")).read()


class _Reader:
    """One pass over the lines. A traceback ends at the first line that stands no deeper than its margin."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.frame, self.exception, self.test = re.compile(_FRAME), re.compile(_EXCEPTION), re.compile(_TEST)
        self.open = _Open()
        self.label = ""
        self.found: list[Diagnostic] = []

    def read(self) -> tuple[Diagnostic, ...]:
        number = 0
        while number < len(self.lines) and len(self.found) < MOST_PARSED:
            self._line(number)
            number += 1
        return tuple(self.found)

    def _line(self, number: int) -> None:
        line = _bare(self.lines[number])
        frame = self.frame.match(line) if 'File "' in line else None
        if frame:
            self.open.margin = self.open.margin if self.open.frames else frame["margin"]
            self.open.frames.append(Location(frame["file"], int(frame["line"]), message=frame["name"] or ""))
        elif self.open.frames and line.strip() and _depth(line) < len(self.open.margin):
            self._close(line, number)
        elif line.startswith(("ERROR: ", "FAIL: ")) and number and self.lines[number - 1].startswith(_RULE):
            test = self.test.match(line)
            self.label = f"{test['test']}{test['sub']}" if test else ""

    def _close(self, line: str, number: int) -> None:
        exception = self.exception.match(line.lstrip(" |+"))
        frames, causes = self.open.frames, self.open.causes
        self.open = _Open()
        if not exception:
            return
        place = own(frames)
        message = exception["message"] or ""
        if self._leads_on(number):
            self.open.causes = [*causes, Location(place.file, place.line, 0, f"{exception['code']}: {message}")]
            return
        detail = self._detail(number) if self.label else []
        words = ": ".join(part for part in (self.label, exception["code"], message) if part)
        source, self.label = "unittest" if self.label else "python", ""
        if place.file.startswith("<"):
            place = Location("")
        places = (*related(frames, place), *reversed(causes))[:_MOST_RELATED]
        whole = "\n".join([words, *detail])
        self.found.append(
            Diagnostic(place.file, place.line, 0, Severity.ERROR, exception["code"], whole, source, places)
        )

    def _leads_on(self, number: int) -> bool:
        """Whether another exception follows that this one led to; a message of several lines may come between."""
        following = self.lines[number + 1 : number + 1 + _MOST_DETAIL]
        return any(_bare(line).lstrip(" |").startswith((_CAUSE, _CONTEXT)) for line in following)

    def _detail(self, number: int) -> list[str]:
        """unittest: what stands below the exception (a difference), up to the next blank line."""
        detail: list[str] = []
        for line in self.lines[number + 1 : number + 1 + _MOST_DETAIL]:
            if not line.strip() or line.startswith("-" * 70):
                break
            detail.append(line.rstrip())
        return detail


def _bare(line: str) -> str:
    for prefix in _PREFIXES:
        if line.startswith(prefix):
            return line[len(prefix) :]
    return line


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" |+"))
