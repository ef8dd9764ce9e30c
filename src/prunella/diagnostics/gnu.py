"""The compilers that speak like GCC: gcc, g++, clang, clang++, the assembler, nvcc, and clang-tidy and cppcheck.

Formats: "Diagnostic Message Formatting Options" of GCC's manual, "Formatting of Diagnostics" of Clang's user manual,
and the text output of clang-tidy and cppcheck (``{file}:{line}:{column}: {severity}: {message} [{id}]``). The flag in
brackets at the end of a message is its code. Notes, the stack of includes and the places that led to an instantiation
are related to their diagnostic.
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics.folders import Folders
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_ANT = r"\s{0,12}(?:\[(?:cc|exec|javac|apply)\] {0,4}|C/C\+\+: |[0-9]{1,3}% |(?:#[0-9]{1,4} )?[0-9]{1,6}\.[0-9]{2,4} )?"
_PATH = r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:(\[][^:\n]{0,400}?)"
_PLACE = (
    r"(?::(?P<line>[0-9]{1,7})(?:[:.](?P<column>[0-9]{1,7}))?(?:-[0-9]{1,7})?"
    r"|\((?P<line2>[0-9]{1,7})(?:[,:](?P<column2>[0-9]{1,7}))?\) ?)"
)
_SEVERITY = (
    r"(?P<severity>fatal error|internal compiler error|sorry, unimplemented|catastrophic error|[Ee]rror|"
    r"[Ww]arning|note|"
    r"remark|style|performance|portability|information|Info|Fatal error)"
)
_HEAD = (
    rf"{_ANT}{_PATH}{_PLACE}:(?:\{{[0-9:-]{{1,60}}\}}){{0,9}}:?(?: \(col\. (?P<column3>[0-9]{{1,7}})\))? ?"
    rf"{_SEVERITY}(?: #(?P<number>[0-9]{{1,6}}(?:-D)?))?:\s*(?P<message>.*)"
)
_TOOL = (
    r"(?:\S*/)?(?:[\w.+-]*-)?(?:cc1(?:plus|obj)?|gcc|g\+\+|cc|c\+\+|clang(?:\+\+|-cl)?|f951|gfortran|lto1|"
    r"lto-wrapper|nvcc|"
    r"as|cpp|emcc)(?:-[0-9.]+)?(?:\.exe)?: (?P<severity>fatal error|internal compiler error|error|"
    r"warning): (?P<message>.*)"
)
_OLD_CPPCHECK = (
    r"\[(?P<file>[^\]:]{1,400}):(?P<line>[0-9]{1,7})\](?: -> \[[^\]]{1,400}\])*: \((?P<severity>[a-z]+)\) (?P<"
    r"message>.*)"
)
_INCLUDED = (
    r"\s{0,12}(?:In file included from|In module '[^']*' imported from|\s{0,20}from) "
    rf"{_PATH}:(?P<line>[0-9]{{1,7}})(?::(?P<column>[0-9]{{1,7}}))?[:,]\s*$"
)
_LED_HERE = rf"{_PATH}:(?P<line>[0-9]{{1,7}})(?::(?P<column>[0-9]{{1,7}}))?: {{2,3}}(?P<message>\S.*)"
_INLINED = rf"    inlined from (?P<who>.*) at {_PATH}:(?P<line>[0-9]{{1,7}})(?::(?P<column>[0-9]{{1,7}}))?[:,]$"
_SCOPE = (
    r"(?:\S.*: )?(?:In (?:\w+ ){0,5}(?:functions?|constructor|destructor|program|subroutine|instantiation of|"
    r"substitution of|"
    r"lambda function|copy constructor|expansion of macro|file included)\b.*[:,]|At (?:global scope|top level):"
    r"|Assembler messages:|In (?:function|member function) .*)$|.*: \[ skipping [0-9]+ instantiation contexts.*"
)
_GUTTER = r" *(?:[0-9]{1,7}|\+{3}|-{3}|\.{3})? *\|(?:[ +-]|$)|  [‘'][^’']*[’']: events? [0-9]"
_CARETS = r"[ \t~]*[\^~][ ~^\t]*$"
_CODE = (
    r"\s\[(?:-Werror,)?(?P<flag>-[WfEg][^\]\s]{1,120})\]$"
    r"|\s\[(?P<check>[a-z][\w]*(?:[-.][\w.]+)+(?:,[a-z][\w.-]+)*?)(?:,-warnings-as-errors)?\]$"
)
_ID = r"\s\[(?P<id>[A-Za-z]\w{2,60})\]$"
_C_LIKE = re.compile(
    r".*\.(?:c|cc|cp|cpp|cxx|c\+\+|h|hh|hpp|hxx|h\+\+|inl|ipp|tcc|tpp|txx|m|mm|cu|cuh|s|asm|def|i|ii|y|l|yy|ll|"
    r"ixx|cppm|f|for|"
    r"f77|f90|f95|f03|f08|ino|inc|td|hip|cl|adb|ads|d|ut|proto|swig|pc|ec|pcc|o)$|.*(?:/include/|c\+\+/).*|<[\w -]+>$",
    re.IGNORECASE,
)
_CLANG = re.compile(
    r"^[0-9]+ (?:errors?|warnings?)(?: and [0-9]+ errors?)? generated|\[-Werror,-W|^clang\S*: ", re.MULTILINE
)
_CHECKERS = frozenset({"style", "performance", "portability", "information"})
_NOTES = frozenset({"note", "remark", "style", "performance", "portability", "information", "Info"})
_FOLLOWERS = (
    "all warnings being treated as errors", "some warnings being treated as errors", "linker command failed",
    "ld returned", "warnings being treated as errors",
)  # fmt: skip
_WORTH = ("rror", "arning", "note:", "from ", "In ", "required", " in ", "At ", "Assembler", " directory ", "remark",
          "nfo", "style", "performance", "portability", "unimplemented", "skipping")  # fmt: skip
"""What a line says that could matter; looking for it costs less than reading the line as a diagnostic."""


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings, with what their notes and the lines above them say as related places."""
    return _Reader(text).result()


class _Reader:
    """Walks down the log: what stands above a diagnostic waits for it, notes go to the one before."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.tool = "clang" if _CLANG.search(text) else "gcc"
        self.cppcheck = any(f": {word}: " in text for word in _CHECKERS) or "nofile:0:0: information" in text
        self.head, self.bare, self.old = re.compile(_HEAD), re.compile(_TOOL), re.compile(_OLD_CPPCHECK)
        self.included, self.led, self.inlined = re.compile(_INCLUDED), re.compile(_LED_HERE), re.compile(_INLINED)
        self.scope, self.gutter, self.carets = re.compile(_SCOPE), re.compile(_GUTTER), re.compile(_CARETS)
        self.code, self.id = re.compile(_CODE), re.compile(_ID)
        self.folders = Folders()
        self.above: list[Location] = []
        self.start = 0
        self.found: list[Diagnostic] = []
        self.seen: dict[Diagnostic, Diagnostic] = {}

    def result(self) -> tuple[Diagnostic, ...]:
        """All diagnostics; the driver's closing words only when nothing else was said."""
        at = 0
        while at < len(self.lines) and len(self.found) < MOST_PARSED:
            at = self._step(at)
        return tuple(map(self._as_first_told, self.found))

    def _as_first_told(self, diagnostic: Diagnostic) -> Diagnostic:
        """A header's error comes once per file that includes it, each with another way to it: all equal the first."""
        first = self.seen.setdefault(replace(diagnostic, related=()), diagnostic)
        return diagnostic if first is diagnostic else replace(diagnostic, related=first.related)

    def _step(self, at: int) -> int:
        line = self.lines[at]
        if ":" not in line or not any(word in line for word in _WORTH):
            self._forget()
            return at + 1
        match = self.head.match(line)
        if match and _C_LIKE.match(match["file"]):
            return self._diagnostic(match, at)
        if self._above(line, at):
            return at + 1
        match = self.bare.match(line) or (self.old.match(line) if line.startswith("[") else None)
        self._forget()
        if match is None:
            self.folders.see(line)
        elif not match["message"].startswith(_FOLLOWERS):
            parts = match.groupdict()
            self._keep(parts.get("file") or "", int(parts.get("line") or 0), 0, match, (at + 1, at + 1))
        return at + 1

    def _above(self, line: str, at: int) -> bool:
        """Whether the line tells how the compiler came to the next diagnostic."""
        place: Location | None = None
        if "from " in line or "required" in line or "in " in line:
            match = self.included.match(line)
            if match:
                place = _location(match, "included from here")
            elif line.startswith("    inlined"):
                match = self.inlined.match(line)
                place = _location(match, f"inlined from {match['who']}") if match else None
            else:
                match = self.led.match(line)
                place = (
                    _location(match, match["message"].rstrip(":")) if match and _C_LIKE.match(match["file"]) else None
                )
        if place is None and not self.scope.match(line):
            return False
        self.start = self.start or at + 1
        if place:
            self.above.append(place._replace(file=self.folders.path(place.file)))
        return True

    def _forget(self) -> None:
        self.above, self.start = [], 0

    def _diagnostic(self, match: re.Match[str], at: int) -> int:
        end = self._frame_end(at + 1)
        line, column = (
            int(match["line"] or match["line2"]),
            int(match["column"] or match["column2"] or match["column3"] or 0),
        )
        file, last = self.folders.path(match["file"].strip()), self.found[-1] if self.found else None
        if match["severity"] == "note" and last is not None:
            told = Location(file, line, column, match["message"].rstrip())
            self.found[-1] = replace(last, related=(*last.related, told), read_to=end)
        elif not match["message"].startswith(_FOLLOWERS):
            self._keep(file, line, column, match, (self.start or at + 1, end))
        self._forget()
        return end

    def _keep(self, file: str, line: int, column: int, match: re.Match[str], read: tuple[int, int]) -> None:
        word, message, code, source = match["severity"], match["message"].rstrip(), "", self.tool
        flag = self.code.search(message) if message.endswith("]") else None
        number = match.groupdict().get("number")
        if flag:
            code, message = flag["flag"] or flag["check"], message[: flag.start()]
            source = "clang-tidy" if flag["check"] else source
        elif number:
            code = f"#{number}"
        elif self.cppcheck or word in _CHECKERS:
            name = self.id.search(message)
            code, message = (name["id"], message[: name.start()]) if name else ("", message)
            source = "cppcheck"
        if word in {"internal compiler error", "sorry, unimplemented"}:
            message = f"{word}: {message}"
        low = word.lower()
        severity = Severity.NOTE if word in _NOTES else Severity.WARNING if low == "warning" else Severity.ERROR
        self.found.append(
            Diagnostic(
                file,
                line,
                column,
                severity,
                code,
                message,
                source,
                tuple(self.above),
                read_from=read[0],
                read_to=read[1],
            )
        )

    def _frame_end(self, start: int) -> int:
        """The number of the last line of the source excerpt that begins at index ``start`` (= ``start`` for none)."""
        lines, end = self.lines, start
        while end < len(lines) and self.gutter.match(lines[end]):
            end += 1
        if end > start:
            return end
        for at in range(start, min(start + 3, len(lines))):
            if lines[at] and self.carets.match(lines[at]):
                below = lines[at + 1] if at + 1 < len(lines) else ""
                hint = below.startswith((" ", "\t")) and below.strip() and not self.head.match(below)
                return at + 2 if hint and at > start else at + 1
            if self.head.match(lines[at]):
                break
        return start


def _location(match: re.Match[str], message: str) -> Location:
    return Location(match["file"].strip(), int(match["line"]), int(match["column"] or 0), message)
