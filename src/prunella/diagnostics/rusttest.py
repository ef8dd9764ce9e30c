"""What a Rust program says when it runs: panics, the tests that failed, and rustfmt's differences."""

from __future__ import annotations

import re

from prunella.domain import Diagnostic, Location, Severity

_FILE = r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:'][^:\n]{0,400}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})"
_THREAD = r"\s*thread '[^\n]{0,300}?'(?: \([0-9]{1,12}\))? panicked at "
_PANIC = re.compile(rf"{_THREAD}{_FILE}:?$")
_OLD_PANIC = re.compile(rf"{_THREAD}'(?P<message>.*)")
_OLD_END = re.compile(rf"(?P<message>.*)', {_FILE}$")
_IN_TEXT = re.compile(rf"panicked at (?:'[^\n]{{0,1000}}', )?{_FILE}:?$", re.MULTILINE)
_TITLE = re.compile(r"---- (?P<name>.+) (?:stdout|stderr) ----$")
_DOCTEST = re.compile(r"(?P<file>\S.*) - (?:.* )?\(line (?P<line>[0-9]{1,7})\)$")
_CALL = re.compile(rf"\s+at {_FILE}$")
_DIFF = re.compile(r"Diff in (?:\\\\\?\\)?(?P<file>\S.*?)(?: at line |:)(?P<line>[0-9]{1,7}):?$")
_NOT_PANICKED = re.compile(rf"note: (?P<message>test did not panic as expected)(?: at {_FILE})?$")
_ENDS = (
    "note: run with",
    "stack backtrace:",
    "note: Some details",
    "---- ",
    "failures:",
    "test result",
    "thread '",
    "error: ",
)
_CLOSES = ("note: run with", "stack backtrace:")
_FOREIGN = ("/rustc/", "/.cargo/registry/", "/rustlib/", "\\.cargo\\registry", "/.cargo/git/", "\\rustc\\")
_MOST_WORDS = 60
_MOST_FRAMES = 400


def panic_place(message: str) -> Location | None:
    """Where a panic that is quoted in ``message`` came from, unless that is in a library."""
    match = _IN_TEXT.search(message)
    if not match or _foreign(match["file"]):
        return None
    return Location(match["file"].strip(), int(match["line"]), int(match["column"]), "")


class Tests:
    """The report of a test run, read from the places to which ``read`` is pointed."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.succeeded = False

    def read(self, at: int) -> tuple[list[Diagnostic], int]:
        """What begins at index ``at``, and the index after it."""
        line = self.lines[at]
        if line.startswith(("successes:", "failures:", "test result:")):
            self.succeeded = line.startswith("successes:")
        if line.startswith("Diff in "):
            return self._difference(at)
        title = _TITLE.match(line) if line.startswith("---- ") else None
        if title:
            return ([], at + 1) if self.succeeded else self._failure(title["name"], at)
        if "panicked at " in line and not self.succeeded:
            return self._panic(at, at)
        return [], at + 1

    def _failure(self, name: str, start: int) -> tuple[list[Diagnostic], int]:
        """One failed test: where it panicked, or what it printed."""
        at, words = start + 1, []
        where = _DOCTEST.match(name)
        place = Location(where["file"], int(where["line"]), 0, "") if where else Location("", 0, 0, "")
        while at < len(self.lines) and at - start < _MOST_FRAMES:
            line = self.lines[at]
            if line.startswith(("---- ", "failures:", "test result:", "successes:")):
                break
            if line.startswith(("error[E", "error: ")) and where:
                return [], at  # The compiler's words: they are read as such.
            if "panicked at " in line:
                found, end = self._panic(at, start)
                if found:
                    return [_moved(found[0], place)] if where else [*found, *self._more(end)], self._rest(end)
            missed = _NOT_PANICKED.match(line)
            if missed:
                spot = Location(missed["file"] or "", int(missed["line"] or 0), int(missed["column"] or 0), "")
                return [_diagnostic(spot, missed["message"], (start + 1, at + 1))], at + 1
            words.append(line.rstrip())
            at += 1
        first = next((index for index, word in enumerate(words) if word.startswith("Error: ")), 0)
        message = "\n".join(words[first : first + _MOST_WORDS]).strip()
        return ([_diagnostic(place, message, (start + 1, at))] if message else []), at

    def _more(self, at: int) -> list[Diagnostic]:
        """The panics that followed the first one in the same test: of the thread that waited for another, say."""
        found: list[Diagnostic] = []
        end = self._rest(at)
        while at < end:
            panics, after = self._panic(at, at) if "panicked at " in self.lines[at] else ([], at + 1)
            found += panics
            at = max(at + 1, after)
        return found

    def _rest(self, at: int) -> int:
        """Past what the test printed after its panic."""
        end = at
        while end < min(len(self.lines), at + _MOST_FRAMES):
            if self.lines[end].startswith(("---- ", "failures:", "test result:", "successes:", "error", "warning")):
                return end
            end += 1
        return at

    def _panic(self, at: int, start: int) -> tuple[list[Diagnostic], int]:
        new, old = _PANIC.match(self.lines[at]), _OLD_PANIC.match(self.lines[at])
        if new:
            words, end = self._words(at + 1)
            message, match = "\n".join(words).strip("\n"), new
        elif old:
            found = self._old(at, old["message"])
            if found is None:
                return [], at + 1
            message, match, end = found
        else:
            return [], at + 1
        own = Location(match["file"], int(match["line"]), int(match["column"]), "")
        calls, end = self._calls(end)
        if _foreign(own.file) and calls:
            own, calls = calls[0], calls[1:]
        related = tuple(call for call in calls if call[:2] != own[:2])[:4]
        return [_diagnostic(own, message or "explicit panic", (start + 1, end), related)], end

    def _old(self, at: int, first: str) -> tuple[str, re.Match[str], int] | None:
        """A panic of before Rust 1.73, whose place comes after its words."""
        words: list[str] = []
        for index in range(at, min(at + _MOST_WORDS, len(self.lines))):
            line = first if index == at else self.lines[index]
            end = _OLD_END.match(line)
            if end:
                return "\n".join([*words, end["message"]]), end, index + 1
            words.append(line)
        return None

    def _words(self, start: int) -> tuple[list[str], int]:
        end = start
        while end < min(len(self.lines), start + _MOST_WORDS):
            line = self.lines[end]
            if line.lstrip().startswith(_ENDS) or (not line.strip() and end > start and not self._goes_on(end)):
                break
            end += 1
        return [line.rstrip() for line in self.lines[start:end]], end

    def _goes_on(self, start: int) -> bool:
        """Whether a message with an empty line in it goes on: what closes one comes before the next of anything."""
        for line in self.lines[start : start + _MOST_WORDS]:
            if line.startswith(_CLOSES):
                return True
            if line.lstrip().startswith(_ENDS) or line.startswith(("test ", "running ")):
                return False
        return False

    def _calls(self, start: int) -> tuple[list[Location], int]:
        """The program's own calls in the backtrace that begins at index ``start``."""
        calls: list[Location] = []
        end = start
        if end < len(self.lines) and self.lines[end].startswith("note: run with"):
            end += 1
        if end >= len(self.lines) or not self.lines[end].startswith("stack backtrace:"):
            return calls, end
        end += 1
        while end < min(len(self.lines), start + _MOST_FRAMES) and self.lines[end].startswith(("  ", "note: ")):
            call = _CALL.match(self.lines[end])
            if call and not _foreign(call["file"]):
                calls.append(
                    Location(
                        call["file"].removeprefix("./"), int(call["line"]), int(call["column"]), "called from here"
                    )
                )
            end += 1
        return calls, end

    def _difference(self, at: int) -> tuple[list[Diagnostic], int]:
        match = _DIFF.match(self.lines[at])
        if not match:
            return [], at + 1
        end = at + 1
        while end < len(self.lines) and self.lines[end].startswith((" ", "+", "-")):
            end += 1
        place = Location(match["file"], int(match["line"]), 0, "")
        found = _diagnostic(
            place, "\n".join(line.rstrip() for line in self.lines[at : min(end, at + _MOST_WORDS)]), (at + 1, end)
        )
        message = "Diff in formatting" if not found.message else found.message
        return [
            Diagnostic(place.file, place.line, 0, Severity.ERROR, "", message, "rustfmt", read_from=at + 1, read_to=end)
        ], end


def _moved(found: Diagnostic, place: Location) -> Diagnostic:
    """At the example in the source: what runs is a file made from it, whose own path and lines say little."""
    if found.file == place.file:
        return found
    return _diagnostic(place, found.message, (found.read_from, found.read_to))


def _foreign(file: str) -> bool:
    return file.startswith("/rustc") or any(part in file for part in _FOREIGN)


def _diagnostic(place: Location, message: str, read: tuple[int, int], related: tuple[Location, ...] = ()) -> Diagnostic:
    return Diagnostic(
        place.file, place.line, place.column, Severity.ERROR, "", message, "cargo test", related,
        read_from=read[0], read_to=read[1],
    )  # fmt: skip
