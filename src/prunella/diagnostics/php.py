"""PHP's own errors, PHPUnit's failures, and PHPStan's tables.

Formats: ``PHP Fatal error: message in file on line n`` (on stderr, and once more without ``PHP`` on stdout); numbered
failures that end with ``file:line`` (PHPUnit 6 to 12); ``Line | file`` tables (PHPStan and PHP_CodeSniffer differ in
frames).
"""

from __future__ import annotations

import re

from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_ERROR = re.compile(
    r"(?:PHP )?(?P<kind>Parse error|Fatal error|Warning|Notice|Deprecated|Recoverable fatal error|"
    r"Strict Standards|Core error|Compile error): {1,2}"
    r"(?P<message>\S.*?) in (?P<file>\S.{0,400}?)(?: on line (?P<line>[0-9]{1,7})|:(?P<line2>[0-9]{1,7}))$"
)
_UNCAUGHT = re.compile(r"Uncaught (?P<code>[\w\\]+): (?P<message>.*)")
_FAILURE = re.compile(r"[0-9]{1,6}\) (?P<test>[\w\\]+::\S.*)$")
_PLACE = re.compile(r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:\n]{0,400}\.(?:php|phpt|inc)):(?P<line>[0-9]{1,7})$")
_THROWN = re.compile(r"(?P<code>[A-Z][\w\\]*(?:Error|Exception|Failed|Failure)\w*)(?:: (?P<message>.*))?$")
_TABLE = re.compile(r" {2}Line {2,4}(?P<file>\S.*?)(?: \(in context of .*\))?\s*$")
_ROW = re.compile(r"  (?P<line>[0-9]{1,7}|\s{1,6}:?[0-9]{0,7})  {1,6}(?P<message>\S.*)$")
_WARNINGS = frozenset({"Warning", "Notice", "Deprecated", "Strict Standards"})
_MOST_BELOW = 80


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Each problem once; where a test failed comes from its last own line."""
    if ".php" not in text and "PHP " not in text:
        return ()
    return _Reader(text.split("\n")).result()


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.found: list[Diagnostic] = []
        self.table = ""

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        return tuple(self.found)

    def _step(self, at: int, line: str) -> int:
        if ": " in line and " in " in line:
            match = _ERROR.match(line)
            if match:
                return self._error(match, at)
        if ") " in line[:9] and _FAILURE.match(line):
            return self._failure(at)
        if line.startswith("  Line "):
            match = _TABLE.match(line)
            self.table = match["file"] if match else ""
        elif self.table:
            self._row(at, line)
        return at + 1

    def _error(self, match: re.Match[str], at: int) -> int:
        message, code = match["message"], ""
        thrown = _UNCAUGHT.match(message)
        if thrown:
            code, message = thrown["code"], thrown["message"]
        end = at + 1
        while (
            thrown
            and end < min(len(self.lines), at + _MOST_BELOW)
            and self.lines[end].startswith(("Stack trace:", "#", "  thrown in"))
        ):
            end += 1
        severity = Severity.WARNING if match["kind"] in _WARNINGS else Severity.ERROR
        line = int(match["line"] or match["line2"])
        self.found.append(
            Diagnostic(match["file"], line, 0, severity, code, message.rstrip(), "php", read_from=at + 1, read_to=end)
        )
        return end

    def _failure(self, start: int) -> int:
        at, words, places = start + 1, list[str](), list[Location]()
        while at < min(len(self.lines), start + _MOST_BELOW):
            line = self.lines[at]
            if (
                _FAILURE.match(line)
                or line in {"--", "FAILURES!", "ERRORS!", "WARNINGS!"}
                or line.startswith("Tests: ")
            ):
                break
            place = _PLACE.match(line)
            if place:
                places.append(Location(place["file"], int(place["line"]), 0, "called from here"))
            elif not places:
                words.append(line.rstrip())
            elif line.strip():
                break
            at += 1
        if not places:
            return start + 1
        message = "\n".join(words).strip()
        thrown = _THROWN.match(words[0]) if words else None
        code = ""
        if thrown:
            code, message = thrown["code"], "\n".join([thrown["message"] or "", *words[1:]]).strip() or thrown["code"]
        own, others = places[0], tuple(place for place in places[1:4] if "/vendor/" not in place.file)
        self.found.append(
            Diagnostic(
                own.file, own.line, 0, Severity.ERROR, code, message, "phpunit", others, read_from=start + 1, read_to=at
            )
        )
        return at

    def _row(self, at: int, line: str) -> None:
        match = _ROW.match(line)
        if match and match["line"].strip(" :"):
            number = int(match["line"].strip(" :"))
            words, end = [match["message"].strip()], at + 1
            while end < len(self.lines) and self.lines[end].startswith("         ") and self.lines[end].strip():
                short = self.lines[end].strip()
                if not short.startswith(("🪪", "💡", "✏️", "✏", "at ")):
                    words.append(short)
                end += 1
            code = next(
                (
                    self.lines[row].strip().removeprefix("🪪").strip()
                    for row in range(at + 1, end)
                    if "🪪" in self.lines[row]
                ),
                "",
            )
            self.found.append(
                Diagnostic(
                    self.table,
                    number,
                    0,
                    Severity.ERROR,
                    code,
                    " ".join(words),
                    "phpstan",
                    read_from=at + 1,
                    read_to=end,
                )
            )
        elif not line.strip():
            self.table = ""
