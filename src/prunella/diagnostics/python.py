"""Python's own tracebacks, bare, chained and in groups, syntax errors, unittest's report around them, and doctest's."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_FRAME = r'(?P<margin>[ |+]*)File "(?P<file>[^"\n]+)", line (?P<line>[0-9]{1,7})(?:, in (?P<name>.+))?$'
_EXCEPTION = r"(?P<code>[A-Za-z_][\w.]*?)(?:: (?P<message>.*))?$"
_TEST = r"(?P<kind>ERROR|FAIL|UNEXPECTED SUCCESS): (?P<test>\S+)(?: \((?P<owner>[^()]+)\)(?P<sub>.*))?$"
_KINDS = ("ERROR: ", "FAIL: ", "UNEXPECTED SUCCESS: ")
_RULE = "=" * 70
_THIN_RULE = "-" * 70
_STARS = "*" * 70
_PRINTED = ("Stdout:", "Stderr:", "-------------------- >> begin captured")
_CAUSE = "The above exception was the direct cause of"
_CONTEXT = "During handling of the above exception"
_PREFIXES = ("INTERNALERROR> ", "E   ")
_MOST_RELATED = 4
_MOST_BETWEEN = 12
_MOST_DETAIL = 60


class _Open:
    """The traceback being read: its frames, and the exceptions that led to it."""

    def __init__(self) -> None:
        self.margin = ""
        self.frames: list[Location] = []
        self.causes: list[Location] = []
        self.first = 0


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
        self.labelled = 0
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
        if frame and self._example(number, frame):
            return
        if frame:
            self.open.first = self.open.first or number
            self.open.margin = self.open.margin if self.open.frames else frame["margin"]
            self.open.frames.append(Location(frame["file"], int(frame["line"]), message=frame["name"] or ""))
        elif self.open.frames and line.strip() and _depth(line) < len(self.open.margin):
            self._close(line, number)
        elif line.startswith(_KINDS) and number and self.lines[number - 1].startswith(_RULE):
            test = self.test.match(line)
            self.label = f"{test['test']}{test['sub'] or ''}" if test else line.partition(": ")[2][:200]
            self.labelled = number
            if line.startswith("UNEXPECTED"):
                words = f"{self.label}: unexpected success"
                self._add(Location(""), ("", words, "unittest"), (), (number, number))
                self.label = ""

    def _close(self, line: str, number: int) -> None:
        exception = self.exception.match(line.lstrip(" |+"))
        frames, causes, first = self.open.frames, self.open.causes, self.open.first
        self.open = _Open()
        if not exception:
            return
        place = own(frames)
        message = exception["message"] or ""
        if self._leads_on(number):
            self.open.causes = [*causes, Location(place.file, place.line, 0, f"{exception['code']}: {message}")]
            self.open.first = first
            return
        last, detail = self._detail(number) if self.label else (number, [])
        words = ": ".join(part for part in (self.label, exception["code"], message) if part)
        first = self.labelled if self.label else self._headed(first)
        source, self.label = "unittest" if self.label else "python", ""
        if place.file.startswith("<"):
            place = Location("")
        places = (*related(frames, place), *reversed(causes))[:_MOST_RELATED]
        whole = "\n".join([words, *detail])
        self._add(place, (exception["code"], whole, source), places, (first, last))

    def _add(
        self, place: Location, said: tuple[str, str, str], places: tuple[Location, ...], span: tuple[int, int]
    ) -> None:
        where, (code, message, source) = (place.file, place.line, 0), said
        new = Diagnostic(
            *where, Severity.ERROR, code, message, source, places, read_from=span[0] + 1, read_to=span[1] + 1
        )
        self.found.append(new)

    def _headed(self, first: int) -> int:
        """The line of ``Traceback (most recent call last):`` above the first frame, if it is there."""
        return first - 1 if first and "Traceback (most" in self.lines[first - 1] else first

    def _example(self, number: int, frame: re.Match[str]) -> bool:
        """doctest: a place at the margin, the example, what was expected and what came instead."""
        if number + 1 >= len(self.lines) or not self.lines[number + 1].startswith("Failed example:"):
            return False
        detail: list[str] = []
        last = number
        for offset, line in enumerate(self.lines[number + 1 : number + 1 + _MOST_DETAIL], number + 1):
            if line.startswith(_STARS) or re.match(r"[0-9]+ items? (?:had|passed)", line):
                break
            detail += [line.rstrip()] if line.strip() else []
            last = offset
        self.open = _Open()
        place = Location(frame["file"], int(frame["line"]))
        words = "\n".join([f"{frame['name'] or ''}: {detail[0]}".removeprefix(": "), *detail[1:]])
        self._add(place, ("DocTestFailure", words, "doctest"), (), (number, last))
        return True

    def _leads_on(self, number: int) -> bool:
        """Whether another exception follows that this one led to; a message of several lines may come between."""
        for line in self.lines[number + 1 : number + 1 + _MOST_BETWEEN]:
            short = _bare(line).lstrip(" |")
            if short.startswith((_CAUSE, _CONTEXT)):
                return True
            if short.startswith((_RULE, _THIN_RULE, "Traceback (most recent")):
                return False
        return False

    def _detail(self, number: int) -> tuple[int, list[str]]:
        """unittest: what stands below the exception (a difference), up to the next rule; and its last line."""
        detail: list[str] = []
        last = number
        for offset, line in enumerate(self.lines[number + 1 : number + 1 + _MOST_DETAIL], number + 1):
            if line.startswith((_RULE, _THIN_RULE, *_PRINTED)):
                break
            if line.strip():
                detail.append(line.rstrip())
                last = offset
        return last, detail


def _bare(line: str) -> str:
    for prefix in _PREFIXES:
        if line.startswith(prefix):
            return line[len(prefix) :]
    return line


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" |+"))
