"""Vitest: failed tests and suites, unhandled errors, type tests, and runs that could not start.

A failure stands below one or more ``FAIL`` titles and ends at a rule of ``⎯``. Its place is the first frame (``❯``) in
the repository's own files, or the file that the transformer names when no line of it could run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics import frames
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_TITLE = re.compile(
    r"\s{0,2}FAIL\s+(?:\|[^|]*\|\s*)?(?:(?!\S+\.\w+(?:\s|$))[\w-]+\s+)?(?P<file>\S+)"
    r"(?: \[ .* \])?(?: > (?P<title>.*))?$"
)
_RULE = re.compile(r"⎯+ ?(?P<name>[^⎯]*?) ?⎯+(?:\[[0-9]+/[0-9]+\]⎯*)?\s*$")
_OPENS = {
    "Unhandled Rejection", "Uncaught Exception", "Unhandled Error", "Startup Error", "Unhandled Source Error",
    "Typecheck Error", "Suite Error",
}  # fmt: skip
_CODE_FRAME = re.compile(r"\s*(?:[0-9]{1,7}\s{0,4}\||[0-9]{1,7}:(?: |$)|\|  )")
_FILE = re.compile(
    r"\s*(?:File|At file): (?P<file>\S.*?):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7}))?$"
    r"|\s*(?:╭─|,-)\[ ?(?P<boxed>\S.*?):(?P<boxed_line>[0-9]{1,7})(?::(?P<boxed_column>[0-9]{1,7}))? ?\]$"
    r"|(?P<said>/\S+?):(?P<said_line>[0-9]{1,7}):(?P<said_column>[0-9]{1,7}): ERROR: .*$"
)
_ALONE = ("No test files found, exiting with code 1", "No test suite found in file", "ERROR: Coverage for ")
_LOUD = ("This error originated in ", "Serialized Error: ", "The latest test that might've caused")
_MOST_LINES = 300


class _Block:
    """The titles that share one error, and what was read below them."""

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.titles: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.frames: list[Location] = []
        self.named: Location | None = None
        self.framed = False
        self.over = False


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failed test, failed suite and unhandled error."""
    if "⎯⎯" not in text and " FAIL " not in text and not any(words in text for words in _ALONE):
        return ()
    return _Reader().read(text.split("\n"))


def noise(text: str) -> Iterator[tuple[int, int]]:
    """Vitest's report from its version to its duration: progress, and what tests printed."""
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith((" RUN  v", " DEV  v")):
            first = number
        elif first and line.startswith("   Duration  "):
            yield first, number
            first = 0


class _Reader:
    """One pass; a title or the rule above an unhandled error opens a block, the next rule closes it."""

    def __init__(self) -> None:
        self.block: _Block | None = None
        self.found: dict[Diagnostic, None] = {}

    def read(self, lines: list[str]) -> tuple[Diagnostic, ...]:
        for number, line in enumerate(lines, 1):
            if len(self.found) >= MOST_PARSED:
                break
            self._line(number, line)
        self._close()
        return tuple(self.found)

    def _line(self, number: int, line: str) -> None:
        rule = _RULE.match(line) if line.startswith("⎯") else None
        if rule:
            self._close()
            if rule["name"] in _OPENS:
                self.block = _Block(number)
            return
        title = _TITLE.match(line) if "FAIL" in line[:7] else None
        if title and frames.is_script(title["file"]):
            self._titled(number, title)
        elif self.block is not None:
            if number - self.block.first > _MOST_LINES:
                self._close()
            else:
                self._within(self.block, number, line)
        elif line.startswith(_ALONE):
            alone = Diagnostic("", 0, 0, Severity.ERROR, "", line.rstrip(), "vitest", read_from=number, read_to=number)
            self.found[alone] = None

    def _titled(self, number: int, title: re.Match[str]) -> None:
        if self.block is None or self.block.words:
            self._close()
            self.block = _Block(number)
        self.block.titles.append((title["file"], title["title"] or ""))

    def _within(self, block: _Block, number: int, line: str) -> None:
        if not line.strip():
            return
        if line.startswith(_LOUD):
            block.over = True
        if block.over:
            return
        block.last = number
        found = frames.frame(line)
        named = _FILE.match(line) if block.named is None and ":" in line else None
        if found:
            block.frames.append(found)
        elif named:
            block.named = _named(named)
            if named["said"]:
                block.words.append(line.strip())
            block.framed = True
        elif _CODE_FRAME.match(line) and block.words:
            block.framed = True
        elif not block.framed and not block.frames:
            block.words.append(line)

    def _close(self) -> None:
        block, self.block = self.block, None
        if block is None or not block.words:
            return
        error = frames.error_words(block.words[0])
        code, words = (error[0], [error[1], *block.words[1:]]) if error else ("", block.words)
        for file, title in block.titles or [("", "")]:
            fallback = block.named or Location(file)
            if file and fallback.file.endswith(f"/{file}"):
                fallback = fallback._replace(
                    file=file
                )  # The transformer's path, which may start at the project's root.
            new = frames.failure((title, code, words), block.frames, fallback, "vitest", (block.first, block.last))
            self.found[new] = None


def _named(match: re.Match[str]) -> Location:
    for prefix in ("", "boxed", "said"):
        file = match[prefix or "file"]
        if file:
            joined = f"{prefix}_" if prefix else ""
            return Location(file, int(match[f"{joined}line"]), int(match[f"{joined}column"] or 0))
    return Location("")
