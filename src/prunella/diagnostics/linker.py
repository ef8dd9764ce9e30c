"""Linkers: GNU ld, gold, LLVM's lld, mold, and that of macOS.

Each missing or doubled symbol is placed where the linker says it is used: in a source line when there is debug
information, else in the source or object file. That the compiler driver says once more that linking failed counts only
when nothing else was said.
"""

from __future__ import annotations

import re

from prunella.diagnostics.folders import Folders
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_LD = (
    r"(?P<ld>(?:[A-Za-z]:)?(?:[^\s:]{0,300}[/\\])?(?:[\w.+-]{1,60}-)?(?:real-)?"
    r"(?:ld(?:64)?(?:\.(?:bfd|gold|lld|mold))?|gold|mold|ld64|rust-lld|lld|lld-link)(?:-[0-9.]+)?(?:\.exe)?:\s+)"
)
_OBJECT = r"(?:(?P<object>(?:[A-Za-z]:(?=[\\/]))?[^\s:(][^:(\n]{0,400}(?:\.(?:o|a|so|obj|lo)|\([^)\n]{1,200}\))):)?"
_WHERE = (
    r"(?:(?P<file>(?!warning|error)(?:[A-Za-z]:(?=[\\/]))?[^\s:(][^:(\n]{0,400}?):)?"
    r"(?:(?P<line>[0-9]{1,7}): |\((?P<section>[^)\n]{1,300})\): |function (?P<function>[^\n]{1,300}?): |\s)"
)
_SYMBOL = (
    rf"\s*(?:\[(?:exec|cc)\] +)?{_OBJECT}\s?{_WHERE}?(?P<marker>error: |warning: )?"
    r"(?P<message>(?:more )?undefined references? to [`'‘].*|multiple definition of [`'‘].*|"
    r"(?:dangerous )?relocation .*|the use of `.*|the [`'‘]\S{1,200} function is dangerous.*|"
    r"warning: .*|relocation truncated .*|undefined reference to .*)"
)
_FIRST = r"; (?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:;][^:;\n]{0,400}?):(?P<rest>[^;\n]{0,500}): first defined here$"
_MARKED = r"(?P<severity>error|warning|fatal error|fatal|note): (?P<message>.*)"
_PLAIN = (
    r"(?P<message>cannot find .*|library not found for .*|library '.*' not found|framework not found .*|"
    r"symbol\(s\) not found.*|"
    r"unrecognized option .*|unknown option.*|final link failed.*|cannot open .*|.*file not recognized.*|"
    r".*: No such file.*|"
    r"no input files|.* duplicate symbols? .*|.*not found|unable to .*|.*file format not recognized.*|"
    r".*undefined symbol.*|"
    r".*recompile with .*|.*hidden symbol .*|.*DSO missing from .*|.*No space left.*|.*architecture of input file.*)"
)
_DRIVER = (
    r"(?:\S*/)?(?:collect2|(?:[\w.+-]*-)?(?:clang|clang\+\+|gcc|g\+\+)(?:-[0-9.]+)?)(?:\.exe)?: (?:fatal )?(?:error: )?"
    r"(?P<message>ld returned [0-9]+ exit status|linker command failed.*|ld terminated.*|cannot find 'ld'.*|"
    r"linker not found.*)"
)
_QUOTED_AT = (
    r">>> (?P<what>referenced by|defined at|defined in) (?P<file>[^\s:(]{1,400})"
    r"(?::(?P<line>[0-9]{1,7}))?(?: \((?P<full>[^():\n]{1,400})(?::[0-9]{1,7})?\))?"
)
_OF_SYMBOLS = ("reference", "multiple definition", "is dangerous", "): warning: ")
"""What a line without the linker's name can begin to say: below "in function" it names the place alone."""
_IN_SCOPE = r".*: [Ii]n function [`'‘].*:$"
_LESS = (
    "duplicate symbols for",
    "duplicate symbol for",
    "failed to set dynamic section sizes",
    "skipping incompatible",
    "NOTE:",
    "symbol(s) not found",
)


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings of linking, one per symbol and place."""
    return _Reader(text.split("\n")).result()


class _Reader:
    """Line by line; the quoted lines (``>>>``) and those of macOS belong to the error above them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.ld, self.symbol, self.first = re.compile(_LD), re.compile(_SYMBOL), re.compile(_FIRST)
        self.marked, self.plain, self.driver = re.compile(_MARKED), re.compile(_PLAIN), re.compile(_DRIVER)
        self.quoted, self.scope = re.compile(_QUOTED_AT), re.compile(_IN_SCOPE)
        self.folders = Folders()
        self.start = 0
        self.found: list[Diagnostic] = []
        self.closing: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        """What was said of symbols and files, or else that the linker failed."""
        for at, line in enumerate(self.lines):
            if len(self.found) >= MOST_PARSED:
                break
            if ":" in line:
                self._line(at, line)
        return tuple(self.found or self.closing[:1])

    def _line(self, at: int, line: str) -> None:
        if self.folders.see(line):
            return
        if line.startswith(("Undefined symbols", "ld: Undefined symbols", "duplicate symbol ")):
            self._of_macos(at)
        prefix = self.ld.match(line)
        rest = line[prefix.end() :] if prefix else line
        if "n function " in rest and self.scope.match(rest):
            self.start = at + 1
            return
        known = prefix or any(word in rest for word in _OF_SYMBOLS)
        match = self.symbol.match(rest) if known else None
        if match and (
            "reference" in match["message"] or "multiple def" in match["message"] or match["file"] or match["object"]
        ):
            self._symbol(match, at)
        elif prefix:
            self._said(rest, at)
        else:
            closing = self.driver.match(line)
            if closing:
                message = closing["message"]
                self.closing.append(_at("", 0, message, (at + 1, at + 1), "ld"))
            self.start = 0

    def _symbol(self, match: re.Match[str], at: int) -> None:
        message, file = match["message"].rstrip(), match["file"] or match["object"] or ""
        related: tuple[Location, ...] = ()
        first = self.first.search(message) if message.endswith("first defined here") else None
        if message.startswith("more undefined"):
            return
        if first:
            number = first["rest"].rpartition(":")[2] if not first["rest"].startswith("(") else ""
            other = first["rest"].rpartition(":")[0] or first["file"]
            line = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
            related = (Location(other if line else first["file"], line, 0, "first defined here"),)
            message = message[: first.start()]
        warns = match["marker"] == "warning: " or message.startswith(("warning: ", "the "))
        found = _at(
            file, int(match["line"] or 0), message.removeprefix("warning: "), (self.start or at + 1, at + 1), "ld"
        )
        self._keep(found, Severity.WARNING if warns else Severity.ERROR, related)
        self.start = 0

    def _said(self, rest: str, at: int) -> None:
        match = self.marked.match(rest) or self.plain.match(rest)
        self.start = 0
        if not match or any(word in rest for word in _LESS):
            return
        word = match.groupdict().get("severity") or "error"
        severity = Severity.WARNING if word == "warning" else Severity.NOTE if word == "note" else Severity.ERROR
        places, end = self._quoted(at + 1)
        own = places[0] if places else Location("", 0, 0, "")
        message = match["message"].rstrip()
        if not places:
            placed = self.symbol.match(message)
            if placed and (placed["file"] or placed["object"]):
                own = Location(placed["file"] or placed["object"], int(placed["line"] or 0), 0, "")
                message = placed["message"].rstrip()
        self._keep(_at(own.file, own.line, message, (at + 1, end), "ld"), severity, tuple(places[1:]))

    def _quoted(self, start: int) -> tuple[list[Location], int]:
        """The places in lld's and mold's ``>>>`` lines that begin at index ``start``, and the number of the last."""
        places: list[Location] = []
        end = start
        while end < len(self.lines) and self.lines[end].startswith(">>>"):
            match = self.quoted.match(self.lines[end])
            if match:
                file = match["full"] or match["file"]
                places.append(Location(file, int(match["line"] or 0), 0, match["what"]))
            end += 1
        return places, end

    def _of_macos(self, at: int) -> None:
        end = at + 1
        if self.lines[at].startswith("duplicate"):
            while end < len(self.lines) and self.lines[end].startswith("    "):
                end += 1
            files = [line.strip() for line in self.lines[at + 1 : end]]
            related = tuple(Location(file, 0, 0, "defined here too") for file in files[1:])
            found = _at(files[0] if files else "", 0, self.lines[at].rstrip(), (at + 1, end), "ld")
            self._keep(found, Severity.ERROR, related)
        while end < len(self.lines) and self.lines[end].startswith("  "):
            line = self.lines[end].strip()
            if line.endswith("referenced from:"):
                message = f"{self.lines[at].rstrip()} {line.removesuffix(', referenced from:')}"
                user = self.lines[end + 1].strip() if end + 1 < len(self.lines) else ""
                file = user.rpartition(" in ")[2] if " in " in user else ""
                self._keep(_at(file, 0, message, (at + 1, end + 2), "ld"), Severity.ERROR, ())
            end += 1

    def _keep(self, found: Diagnostic, severity: Severity, related: tuple[Location, ...]) -> None:
        self.found.append(
            Diagnostic(
                self.folders.path(found.file) if found.line else found.file,
                found.line,
                0,
                severity,
                "",
                found.message,
                found.source,
                related,
                read_from=found.read_from,
                read_to=found.read_to,
            )
        )


def _at(file: str, line: int, message: str, read: tuple[int, int], source: str) -> Diagnostic:
    return Diagnostic(file.strip(), line, 0, Severity.ERROR, "", message, source, read_from=read[0], read_to=read[1])
