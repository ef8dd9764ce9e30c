"""Exceptions as the JVM prints them: the class and its words, the frames, and what caused it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from prunella.domain import Diagnostic, Location, Severity

_THROWN = re.compile(
    r"(?P<code>(?:[A-Za-z_$][\w$]*\.)*(?:[A-Za-z_$][\w$]*(?:Error|Exception|Failure|Throwable|Failed)\w*|"
    r"[a-z][\w$]*(?:\.[\w$]+)+))(?::(?: (?P<message>.*))?)?$"
)
_FRAME = re.compile(r"\s*at (?P<call>[^\s(]{1,400})\((?P<file>[^\s:()]{1,200})(?::(?P<line>[0-9]{1,7}))?\)")
_UNCAUGHT = re.compile(r'Exception in thread "[^"\n]{0,200}" (?P<thrown>\S.*)')
_FOREIGN = (
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "org.junit.", "junit.", "org.gradle.", "org.apache.maven.",
    "kotlin.", "scala.", "org.mockito.", "org.assertj.", "org.hamcrest.", "org.testng.", "org.opentest4j.", "groovy.",
    "org.codehaus.", "worker.org.", "org.springframework.", "kotlinx.", "io.kotest.", "org.scalatest.",
    "com.google.common.", "app//org.junit.", "java.base/", "app//junit.", "org.spockframework.", "munit.", "sbt.",
    "org.jetbrains.",
)  # fmt: skip
_MOST_WORDS = 40
_MOST_FRAMES = 1_000
_MOST_RELATED = 4


class Thrown(NamedTuple):
    """An exception. ``calls`` are the program's own, the innermost first; ``end`` is the index after the trace."""

    code: str
    message: str
    calls: Sequence[Location]
    end: int


def uncaught(lines: list[str], at: int) -> tuple[list[Diagnostic], int]:
    """The exception that ended a thread, in the line at index ``at``."""
    match = _UNCAUGHT.match(lines[at])
    thrown = read(lines, at, match["thrown"]) if match else None
    if not thrown:
        return [], at + 1
    return [diagnostic(thrown, at + 1, "java")], thrown.end


def diagnostic(thrown: Thrown, read_from: int, source: str, place: Location | None = None) -> Diagnostic:
    """Placed where it was thrown, as far as that is the program's own code; else at ``place``."""
    own = thrown.calls[0] if thrown.calls else place or Location("", 0, 0, "")
    related = tuple(call for call in thrown.calls[1 : _MOST_RELATED + 1] if call[:2] != own[:2])
    return Diagnostic(
        own.file, own.line, 0, Severity.ERROR, thrown.code, thrown.message, source, related,
        read_from=read_from, read_to=thrown.end,
    )  # fmt: skip


def read(lines: list[str], at: int, first: str | None = None) -> Thrown | None:
    """The exception whose class stands at the start of the line at index ``at`` (or is ``first``) or None."""
    match = _THROWN.match((lines[at] if first is None else first).strip())
    if not match:
        return None
    end, words = at + 1, [(match["message"] or "").rstrip()]
    while end < min(len(lines), at + _MOST_WORDS):
        line = lines[end]
        if _FRAME.match(line) or line.lstrip().startswith(
            ("Caused by:", "at ", "Suppressed:", "[ERROR]", "[INFO]", "... ")
        ):
            break
        if not line.strip() and not _goes_on(lines, end):
            break
        words.append(line.rstrip())
        end += 1
    calls, end, causes = _calls(lines, end)
    message = "\n".join([*words, *causes]).strip("\n")
    return Thrown(match["code"], message or match["code"], calls, end)


def _goes_on(lines: list[str], at: int) -> bool:
    """Whether frames come after the blank line: it is then part of the message."""
    for line in lines[at + 1 : at + 12]:
        if _FRAME.match(line):
            return True
        if line.startswith(("[", "Tests run", "---", "FAILURE", "> Task")) or "FAILED" in line or "<<<" in line:
            return False
    return False


def _calls(lines: list[str], start: int) -> tuple[list[Location], int, list[str]]:
    calls: list[Location] = []
    causes: list[str] = []
    end = start
    while end < min(len(lines), start + _MOST_FRAMES):
        line = lines[end]
        frame = _FRAME.match(line)
        short = line.strip()
        if frame:
            if frame["line"] and not causes and not frame["call"].startswith(_FOREIGN):
                calls.append(Location(frame["file"], int(frame["line"]), 0, "called from here" if calls else ""))
            elif frame["line"] and causes and not calls and not frame["call"].startswith(_FOREIGN):
                calls.append(Location(frame["file"], int(frame["line"]), 0, ""))
        elif short.startswith("Caused by: "):
            causes.append(short)
        elif not short.startswith(("... ", "at ", "Suppressed: ")):
            break
        end += 1
    return calls, end, causes
