"""Jest (and ts-jest in it): failed tests, suites that failed to run, and what Jest says of its configuration.

Every failure is a block under ``  ● title``, indented by four. The place is the first frame in the repository's own
files; where there is none (a syntax error), the one that the transformer names in its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics import frames
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_TITLE = re.compile(r" {2}● (?P<title>\S.*)$")
_CODE_FRAME = re.compile(r"\s*(?:>\s*)?[0-9]{1,7} \||\s+\|\s")
_MARKED = re.compile(r"\s*>\s*(?P<line>[0-9]{1,7}) \|")
_HEADER = re.compile(r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]*):(?P<line>[0-9]{1,7})$")
_BABEL = re.compile(r"\w*Error: (?P<file>\S.*?\.\w{2,6}): .*\((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\)$")
_TYPES = re.compile(
    r"(?P<file>\S.*?)(?::(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})"
    r"| \((?P<old_line>[0-9]{1,7}),(?P<old_column>[0-9]{1,7})\))"
    r"(?: -|:) (?P<severity>error|warning) (?P<code>TS[0-9]{1,6}): (?P<message>.*)$"
)
_SPOT = re.compile(r"\s+(?P<file>\S.*?\.\w{1,5}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})$")
_SOURCE = re.compile(r"\s*(?:[0-9]{1,7} |[~.]+\s*$|\s*~)")
_ALONE = re.compile(r"No tests found, exiting with code [0-9]+|Jest: .*coverage threshold .*")
_VALIDATION = re.compile(r"● (?P<title>Validation Error|Multiple .*|Deprecat.* Error):?$")
_SUITE = "Test suite failed to run"
_MOST_LINES = 400


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failed test and suite; those of ts-jest one per error of the compiler."""
    if "● " not in text and "No tests found, exiting" not in text and "coverage threshold" not in text:
        return ()
    lines = text.split("\n")
    found: dict[Diagnostic, None] = {}
    file = ""
    number = 0
    while number < len(lines) and len(found) < MOST_PARSED:
        line = lines[number]
        title = _TITLE.match(line) if line.startswith("  ● ") else None
        if title:
            end = _end(lines, number)
            if title["title"] != "Console" and (file or "Test Suites: " in text):
                found.update(dict.fromkeys(_Block(lines, number, end, file).read(title["title"])))
            number = end
            continue
        file = (_failed(line) if "FAIL" in line[:8] else "") or file
        found.update(dict.fromkeys(_alone(lines, number)))
        number += 1
    return tuple(found)


def _failed(line: str) -> str:
    """The file of ``FAIL  project  src/a.test.ts (5.1 s)``."""
    words = line.split()
    if len(words) > 2 and words[-2].startswith("(") and words[-1] in {"s)", "ms)"}:
        words = words[:-2]
    return words[-1] if len(words) > 1 and words[0] == "FAIL" and "." in words[-1] else ""


def noise(text: str) -> Iterator[tuple[int, int]]:
    """Jest's report from its first suite to its totals: what tests printed, code frames, the list of all failures."""
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("PASS ", "FAIL ")):
            first = first or number
        elif first and line.startswith(("Test Suites: ", "Time:  ")):
            yield first, number
            first = 0


def _end(lines: list[str], start: int) -> int:
    """The line after a block: the next one that stands left of its text."""
    for number in range(start + 1, min(len(lines), start + _MOST_LINES)):
        if lines[number].strip() and not lines[number].startswith("    "):
            return number
    return min(len(lines), start + _MOST_LINES)


def _alone(lines: list[str], number: int) -> Iterator[Diagnostic]:
    """What Jest says outside of its reports: no tests, a bad configuration, too little coverage."""
    line = lines[number]
    where = number + 1
    if line.startswith(("No tests", "Jest: ")) and _ALONE.match(line):
        yield Diagnostic("", 0, 0, Severity.ERROR, "", line.rstrip(), "jest", read_from=where, read_to=where)
    validation = _VALIDATION.match(line) if line.startswith("● ") else None
    if validation:
        words = [validation["title"] + ":"]
        for said in lines[number + 1 : number + 12]:
            if said.strip().startswith("Configuration Documentation") or (said.strip() and not said.startswith("  ")):
                break
            words.append(said.strip())
        message = " ".join(filter(None, words))
        yield Diagnostic("", 0, 0, Severity.ERROR, "usage", message, "jest", read_from=where, read_to=where)


class _Block:
    """What stands under one title: words, a code frame, a stack; behind them perhaps its cause."""

    def __init__(self, lines: list[str], start: int, end: int, file: str) -> None:
        self.body = [line[4:] for line in lines[start + 1 : end]]
        self.first, self.last = start + 1, start + len(_trimmed(self.body)) + 1
        self.file = file

    def read(self, title: str) -> Iterator[Diagnostic]:
        """The diagnostics of the block: one, or as many as the compiler found in the suite."""
        types = [*self._types()] if any("error TS" in line for line in self.body) else []
        if types:
            yield from types
            return
        words, stack, rest = self._parts()
        suite = title == _SUITE or title.endswith(f"› {_SUITE}")
        words, header = _detailed(words) if suite else (words, None)
        code, words = _code(words)
        at, causes = _frames(stack), _frames(rest)
        fallback = header or self._transformer(words, stack) or Location(self.file)
        yield frames.failure(
            ("" if suite else title, code, words), [*at, *causes], fallback, "jest", (self.first, self.last)
        )

    def _parts(self) -> tuple[list[str], list[str], list[str]]:
        """The message, its code frame with its stack, and what comes behind (a cause)."""
        start = next((n for n, line in enumerate(self.body) if _ends_words(line)), len(self.body))
        cause = next((n for n, line in enumerate(self.body) if n > start and line.startswith("Cause:")), len(self.body))
        return self.body[:start], self.body[start:cause], self.body[cause:]

    def _transformer(self, words: list[str], stack: list[str]) -> Location | None:
        """Babel's place: the file in the words, the column (1-based) by the caret, else by the words (0-based)."""
        for word in words:
            match = _BABEL.match(word.strip()) if "Error: " in word else None
            if match:
                column = next((_caret(line) for line in stack if line.strip().endswith("^") and "|" in line), 0)
                return Location(match["file"], int(match["line"]), column or int(match["column"]) + 1)
        return None

    def _types(self) -> Iterator[Diagnostic]:
        for number, line in enumerate(self.body):
            match = _TYPES.match(line.strip()) if "error TS" in line or "warning TS" in line else None
            if not match:
                continue
            words, last = [match["message"]], number
            depth = len(line) - len(line.lstrip())
            for offset, more in enumerate(self.body[number + 1 : number + 13]):
                if not more.strip() or not more[: depth + 2].isspace() or frames.frame(more):
                    break
                words.append(more[depth:].rstrip())
                last = number + 1 + offset
            spot = (match["file"], int(match["line"] or match["old_line"]), int(match["column"] or match["old_column"]))
            severity = Severity(match["severity"])
            others, last = self._others(number + 1, last)
            span = (self.first + 1 + number, self.first + 1 + last)
            yield Diagnostic(
                *spot, severity, match["code"], "\n".join(words), "ts-jest", others, read_from=span[0], read_to=span[1]
            )

    def _others(self, start: int, last: int) -> tuple[tuple[Location, ...], int]:
        """The places below an error of the compiler, each above a code frame and words; and the last line."""
        found: list[Location] = []
        for number in range(start, min(len(self.body), start + 40)):
            line = self.body[number]
            if "error TS" in line or "warning TS" in line:
                break
            last = number if line.strip() else last
            spot = _SPOT.match(line)
            if spot:
                found.append(Location(spot["file"], int(spot["line"]), int(spot["column"])))
            elif found and line.strip() and not found[-1].message and not _SOURCE.match(line):
                found[-1] = found[-1]._replace(message=line.strip())
        return tuple(found[: frames.MOST_RELATED]), last


def _ends_words(line: str) -> bool:
    return bool(_CODE_FRAME.match(line)) or (line.lstrip().startswith("at ") and frames.frame(line) is not None)


def _trimmed(body: list[str]) -> list[str]:
    end = len(body)
    while end and not body[end - 1].strip():
        end -= 1
    return body[:end]


def _detailed(words: list[str]) -> tuple[list[str], Location | None]:
    """A suite's own words: those behind ``Details:``, and the place that Node prints above a syntax error."""
    if "Details:" in words:
        words = words[words.index("Details:") + 1 :]
    told = [word for word in words if word.strip()]
    header = _HEADER.match(told[0].strip()) if told else None
    error = next((n for n, word in enumerate(words) if frames.error_words(word)), None)
    if header and error is not None:
        return words[error:], Location(header["file"], int(header["line"]))
    return words, None


def _code(words: list[str]) -> tuple[str, list[str]]:
    """The error's code; Jest leaves the name out of a plain ``Error`` and of a failed expectation."""
    for number, word in enumerate(words):
        if word.strip():
            error = frames.error_words(word)
            if error:
                return error[0], [error[1], *words[number + 1 :]]
            return "AssertionError" if word.startswith(("expect(", "assert")) else "", words
    return "", words


def _frames(lines: list[str]) -> list[Location]:
    return [found for found in map(frames.frame, lines) if found]


def _caret(line: str) -> int:
    """The column under which a caret of a code frame stands, 1-based."""
    return max(0, line.rfind("^") - line.find("|") - 1)
