"""Compilers for the JVM: javac (and javadoc, Error Prone, Ant), kotlinc, scalac and sbt, Eclipse's; and uncaught
exceptions.

Formats: ``file:line: error: message``, the source line and a caret, with what explains it above or below (javac,
scalac); ``file:line:column: error: message`` and Gradle's ``e: file:///…:line:column message`` (kotlinc); ``1. ERROR
in file (at line n)`` (ECJ); ``-- [E006] Not Found Error: file:line:column ---`` (Scala 3, columns from 0).
"""

from __future__ import annotations

import re

from prunella.diagnostics import jvm
from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_PREFIX = re.compile(r"\s{0,12}\[(?:javac|exec|iajc|groovyc|scalac|kotlinc|javadoc|error|warn|info)\] ?")
_FILE = (
    r"(?P<file>(?:file://)?(?:/?[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}\.(?:java|kts?|scala|sc|groovy|aj|gradle|sbt))"
)
_HEAD = re.compile(
    rf"(?:(?::[\w-]{{1,60}}){{1,5}}(?=/))?{_FILE}:(?P<line>[0-9]{{1,7}})(?::(?P<column>[0-9]{{1,7}}))?: ?(?:(?"
    r"P<severity>error|warning|info)(?: - |: ))?"
    r"(?:\[(?P<code>[A-Za-z][\w-]{1,60})\] )?(?P<message>\S.*)"
)
_KOTLIN = re.compile(
    rf"(?P<severity>[ew]): {_FILE}:(?: \((?P<line>[0-9]{{1,7}}), (?P<column>[0-9]{{1,7}})\):|"
    r"(?P<line2>[0-9]{1,7}):(?P<column2>[0-9]{1,7}):?) (?P<message>\S.*)"
)
_ECLIPSE = re.compile(
    r"[0-9]{1,6}\. (?P<severity>ERROR|WARNING|INFO) in (?P<file>\S.*) \(at line (?P<line>[0-9]{1,7})\)$"
)
_SCALA3 = re.compile(
    r"-- (?:\[(?P<code>E[0-9]{1,5})\] )?(?P<kind>[\w -]*?)(?P<severity>Error|"
    rf"Warning): {_FILE}:(?P<line>[0-9]{{1,7}}):(?P<column>[0-9]{{1,7}}) -+$"
)
_PLAIN = re.compile(
    r"(?P<severity>error|warning): (?:\[(?P<code>[a-z][a-z-]{1,30})\] )?(?P<message>(?:invalid (?:source|"
    r"target) release|file not found: |"
    r"invalid flag|release version|Source option|Target option|cannot access |no source files|Class names,|"
    r"class names,|"
    r"warnings found and -Werror|module not found|\S+ is not a valid |Could not find class file|"
    r"error while writing|option |"
    r"error reading |plug-in not found|bad (?:class|path)|unmappable character|unknown enum constant |"
    r"Cannot find annotation|"
    r"bootstrap class path|\[path\]|source value|target value|To suppress|system modules path|"
    r"location of system modules|"
    r"package [\w.]+ does not exist|not found: )\S*.*|(?<=\] )\S.*)$"
)
_KOTLIN_PLAIN = re.compile(r"(?P<severity>[ew]): (?P<message>(?!file:)\S.*)")
_CARET = re.compile(r"[ \t]*\^+[ \t]*$")
_LEVELS = {"[warn]": Severity.WARNING, "[info]": Severity.NOTE}
_MOST_BELOW = 14
_MOST_DETAILS = 60


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings with everything that explains them in the message, and exceptions that ended a program."""
    return _Reader(text).result()


class _Reader:
    def __init__(self, text: str) -> None:
        self.raw = text.split("\n")
        marked = any(
            mark in text
            for mark in ("javac]", "exec]", "[error] ", "[warn] ", "ajc]", "lac]", "tlinc]", "ovyc]", "adoc]")
        )
        self.lines = (
            [_PREFIX.sub("", line, count=1) if line.lstrip()[:1] == "[" else line for line in self.raw]
            if marked
            else self.raw
        )
        self.javac = "javac" in text or ".java" in text
        self.kotlin = ".kt" in text or "Kotlin" in text
        self.found: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        return tuple(self.found)

    def _step(self, at: int, line: str) -> int:
        if ":" not in line and "(at line " not in line:
            return at + 1
        match = _HEAD.match(line)
        if match and (match["severity"] or match["column"] or self.lines[at] is not self.raw[at]):
            return self._compiler(match, at)
        if line.startswith(("e: ", "w: ")):
            return self._kotlin(line, at)
        match = _SCALA3.match(line) if line.startswith("-- ") else None
        if match:
            return self._scala3(match, at)
        match = _ECLIPSE.match(line) if "(at line " in line else None
        if match:
            return self._eclipse(match, at)
        return self._placeless(line, at)

    def _placeless(self, line: str, at: int) -> int:
        """Exceptions, and what is wrong with the command itself."""
        if line.startswith("Exception in thread "):
            found, end = jvm.uncaught(self.lines, at)
            self.found += found
            return end
        match = _PLAIN.match(line) if self.javac and line.startswith(("error: ", "warning: ")) else None
        if match:
            place = Location("", 0, 0, "")
            self._keep(place, Severity(match["severity"]), match["code"], match["message"], (at + 1, at + 1), "javac")
        return at + 1

    def _severity(self, word: str | None, at: int) -> Severity:
        if word:
            return {"error": Severity.ERROR, "warning": Severity.WARNING}.get(word, Severity.NOTE)
        return _LEVELS.get(self.raw[at].lstrip()[:6], Severity.ERROR)

    def _compiler(self, match: re.Match[str], at: int) -> int:
        above, column, end = self._frame(at + 1)
        details, end = self._details(end)
        message = "\n".join([match["message"].rstrip(), *above, *details])
        place = Location(match["file"].removeprefix("file://"), int(match["line"]), int(match["column"] or column), "")
        source = {"java": "javac", "kt": "kotlinc", "kts": "kotlinc"}.get(place.file.rpartition(".")[2], "scalac")
        source = "groovyc" if place.file.endswith((".groovy", ".gradle")) else source
        self._keep(place, self._severity(match["severity"], at), match["code"], message, (at + 1, end), source)
        return end

    def _frame(self, start: int) -> tuple[list[str], int, int]:
        """What stands above the source line, the caret's column (0 for no caret), and the index after it."""
        for at in range(start, min(start + _MOST_BELOW, len(self.lines))):
            line = self.lines[at]
            if _CARET.match(line) and line and at > start:
                return [above.rstrip() for above in self.lines[start : at - 1]], line.index("^") + 1, at + 1
            if not line.strip() or _HEAD.match(line):
                break
        return [], 0, start

    def _details(self, start: int) -> tuple[list[str], int]:
        """The indented lines below: symbol and location, what was required and found."""
        end = start
        while end < min(len(self.lines), start + _MOST_DETAILS):
            line = self.lines[end]
            if (
                not line.startswith(("  ", "\t"))
                or not line.strip()
                or _HEAD.match(line.strip())
                or line.lstrip().startswith("at ")
            ):
                break
            end += 1
        return [line.rstrip() for line in self.lines[start:end]], end

    def _kotlin(self, line: str, at: int) -> int:
        match = _KOTLIN.match(line)
        if match:
            place = Location(
                match["file"].removeprefix("file://"),
                int(match["line"] or match["line2"]),
                int(match["column"] or match["column2"]),
                "",
            )
        else:
            match, place = _KOTLIN_PLAIN.match(line) if self.kotlin else None, Location("", 0, 0, "")
        if not match:
            return at + 1
        above, _, end = self._frame(at + 1)
        severity = Severity.ERROR if match["severity"] == "e" else Severity.WARNING
        self._keep(place, severity, "", "\n".join([match["message"].rstrip(), *above]), (at + 1, end), "kotlinc")
        return end

    def _eclipse(self, match: re.Match[str], at: int) -> int:
        end, words = at + 1, list[str]()
        while end < min(len(self.lines), at + _MOST_BELOW) and not self.lines[end].startswith("------"):
            if words or "^" in self.lines[end - 1]:
                words.append(self.lines[end].rstrip())
            end += 1
        severity = self._severity(match["severity"].lower(), at)
        message = "\n".join(words).rstrip() or match[0]
        self._keep(Location(match["file"], int(match["line"]), 0, ""), severity, "", message, (at + 1, end), "ecj")
        return end

    def _scala3(self, match: re.Match[str], at: int) -> int:
        end, words, seen = at + 1, list[str](), False
        while end < min(len(self.lines), at + _MOST_DETAILS) and "|" in self.lines[end]:
            said = self.lines[end].partition("|")[2].rstrip()
            if seen and not said.lstrip().startswith(("----", "longer explanation")):
                words.append(said)
            seen = seen or (said.strip() != "" and not said.strip(" ^"))
            end += 1
        severity = Severity.ERROR if match["severity"] == "Error" else Severity.WARNING
        place = Location(match["file"], int(match["line"]), int(match["column"]) + 1, "")
        words = [word for word in words if word.strip()]
        cut = min((len(word) - len(word.lstrip()) for word in words), default=0)
        message = "\n".join(word[cut:] for word in words) or match[0]
        self._keep(place, severity, match["code"], message, (at + 1, end), "scalac")
        return end

    def _keep(
        self, place: Location, severity: Severity, code: str | None, message: str, read: tuple[int, int], source: str
    ) -> None:
        self.found.append(
            Diagnostic(
                place.file,
                place.line,
                place.column,
                severity,
                code or "",
                message,
                source,
                read_from=read[0],
                read_to=read[1],
            )
        )
