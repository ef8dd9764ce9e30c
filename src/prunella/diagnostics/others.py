"""Compilers of which one shape each is worth knowing, because no common shape fits: GHC, OCaml, Elixir, Dart, Nim,
Perl, Verilator, Julia, Crystal and Sass.

Sources: what these tools print. OCaml counts characters from 0; the columns of all others are from 1.
"""

from __future__ import annotations

import re

from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Severity

_LINE, _COLUMN = r"(?P<line>[0-9]{1,7})", r"(?P<column>[0-9]{1,7})"
_FILE = r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:(\"'][^:\n\"]{0,300}?)"
_DART = (
    rf"\s{{0,10}}(?P<word>error|warning|info) [•-] (?P<message>.{{1,1000}}) [•-] {_FILE}:{_LINE}:{_COLUMN} [•-] "
    r"(?P<code>[a-z]\w{1,80})$"
)
_NIM = (
    rf"{_FILE}\({_LINE}, {_COLUMN}\) (?P<word>Error|Warning|Hint): (?P<message>.*?)"
    r"(?: \[(?P<code>\w{1,60})\])?$"
)
_VERILATOR = (
    rf"%(?P<word>Error|Warning)(?:-(?P<code>[A-Z]\w{{1,40}}))?: {_FILE}:{_LINE}(?::{_COLUMN})?: "
    r"(?P<message>\S.*)"
)
_ELIXIR = rf"\*\* \((?P<code>[A-Z][\w.]{{1,60}})\) {_FILE}:{_LINE}(?::{_COLUMN})?: (?P<message>\S.*)"
_PERL = (
    r"(?P<message>[^\s#].{3,1000}) at (?P<file>[^\s:()]{1,300}\.(?:p[lm]|t|psgi)) "
    rf"line {_LINE}(?:\.|, .*)?$"
)
_ON_ONE_LINE = (("dart", _DART), ("nim", _NIM), ("verilator", _VERILATOR), ("elixir", _ELIXIR), ("perl", _PERL))
_GHC = (
    rf"{_FILE}:{_LINE}:{_COLUMN}(?:-[0-9]{{1,7}})?: (?P<word>error|warning):"
    r"(?P<codes>(?: \[[\w, -]{1,80}\]){0,3})$"
)
_OCAML = (
    rf"File \"(?P<file>[^\"\n]{{1,300}})\", lines? {_LINE}(?:-[0-9]{{1,7}})?, "
    r"characters (?P<column>[0-9]{1,7})-[0-9]{1,7}:$"
)
_OCAML_SAYS = (
    r"(?P<word>Error|Warning|Alert)(?: (?P<code>[0-9]{1,4}|\w{1,40}))?(?: \[(?P<name>[\w-]{1,60})\])?: "
    r"(?P<message>.*)"
)
_TITLE = r"\s{0,6}(?P<word>error|warning|Error|ERROR): (?P<message>\S.*)"
_BELOW = (
    ("elixir", rf"\s{{1,12}}└─ {_FILE}:{_LINE}(?::{_COLUMN})?(?::.*)?$"),
    ("sass", rf"\s{{2,6}}{_FILE} {_LINE}:{_COLUMN}  (?:root stylesheet|[\w-]{{1,60}}\(\)|@\w+).*$"),
    ("julia", rf"in expression starting at {_FILE}:{_LINE}$"),
)
_CRYSTAL = rf"In {_FILE}:{_LINE}:{_COLUMN}$"
_PERL_WARNS = (
    "Use of uninitialized", "Argument ", "Odd number", "Subroutine ", "Useless use", 'Name "', '"my" variable',
    "Possible ", "Bareword found", "Scalar value ", "Unquoted string", "Deprecated ", "Wide character",
)  # fmt: skip
_WARNINGS, _NOTES = frozenset({"warning", "alert"}), frozenset({"info", "hint"})
_MOST_BELOW = 30


def parse(text: str) -> tuple[Diagnostic, ...]:
    """What these compilers call errors and warnings."""
    return _Reader(text).result()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.single = [(tool, re.compile(shape)) for tool, shape in _ON_ONE_LINE]
        self.below = [(tool, re.compile(shape)) for tool, shape in _BELOW if _mark(tool) in text]
        self.ghc, self.ocaml, self.ocaml_says = re.compile(_GHC), re.compile(_OCAML), re.compile(_OCAML_SAYS)
        self.title, self.crystal = re.compile(_TITLE), re.compile(_CRYSTAL)
        self.found: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        return tuple(self.found)

    def _step(self, at: int, line: str) -> int:
        if line.startswith('File "') and (match := self.ocaml.match(line)):
            return self._under(match, at, self.ocaml_says, "ocaml")
        if line.startswith("In ") and (match := self.crystal.match(line)):
            return self._under(match, at, self.title, "crystal")
        if line.endswith((":", "]")) and (".hs:" in line or ".lhs:" in line) and (match := self.ghc.match(line)):
            return self._haskell(match, at)
        if self.below and ("rror: " in line[:14] or "ERROR: " in line[:14] or "arning: " in line[:14]):
            match = self.title.match(line)
            if match and (end := self._placed(match, at)):
                return end
        if " line " in line or any(mark in line for mark in (" • ", " - ", "%Error", "%Warning", "** (", ".nim")):
            for tool, shape in self.single:
                match = shape.match(line)
                if match:
                    self._keep(match.groupdict(), match.groupdict(), tool, (at + 1, at + 1))
                    break
        return at + 1

    def _under(self, place: re.Match[str], at: int, said: re.Pattern[str], tool: str) -> int:
        """The words of a diagnostic below its place and the source lines."""
        for below in range(at + 1, min(len(self.lines), at + _MOST_BELOW)):
            line = self.lines[below]
            match = said.match(line)
            if match:
                told, end = match.groupdict(), below + 1
                words = [told["message"].rstrip()]
                while end < min(len(self.lines), below + _MOST_BELOW) and self.lines[end].startswith("  "):
                    words.append(self.lines[end].strip())
                    end += 1
                where = place.groupdict()
                if tool == "ocaml":
                    where["column"] = str(int(where["column"]) + 1)
                    told["code"] = told["name"] or told["code"]
                self._keep(where, {**told, "message": "\n".join(words)}, tool, (at + 1, end))
                return end
            if line.startswith(('File "', "In ")):
                break
        return at + 1

    def _haskell(self, match: re.Match[str], at: int) -> int:
        words, end = list[str](), at + 1
        while end < min(len(self.lines), at + _MOST_BELOW) and self.lines[end].startswith("    "):
            words.append(self.lines[end].strip())
            end += 1
        codes = re.findall(r"\[([\w-]{1,80})", match["codes"])
        code = next((code for code in codes if code.startswith("GHC-")), codes[0] if codes else "")
        told = {"message": "\n".join(words), "code": code, "word": match["word"]}
        if words:
            self._keep(match.groupdict(), told, "ghc", (at + 1, end))
        return end

    def _placed(self, title: re.Match[str], at: int) -> int:
        """The index after the place below a title, 0 when there is none."""
        for below in range(at + 1, min(len(self.lines), at + _MOST_BELOW)):
            line = self.lines[below]
            for tool, shape in self.below:
                match = shape.match(line)
                if match:
                    self._keep(match.groupdict(), title.groupdict(), tool, (at + 1, below + 1))
                    return below + 1
            if self.title.match(line):
                break
        return 0

    def _keep(
        self, place: dict[str, str | None], said: dict[str, str | None], tool: str, read: tuple[int, int]
    ) -> None:
        message = (said.get("message") or "").strip()
        word = (said.get("word") or "error").lower()
        if tool == "perl" and message.startswith(_PERL_WARNS):
            word = "warning"
        severity = Severity.WARNING if word in _WARNINGS else Severity.NOTE if word in _NOTES else Severity.ERROR
        where = ((place.get("file") or "").strip(), int(place.get("line") or 0), int(place.get("column") or 0))
        code = said.get("code") or ""
        self.found.append(Diagnostic(*where, severity, code, message, tool, read_from=read[0], read_to=read[1]))


def _mark(tool: str) -> str:
    """What a log must have somewhere for the tool's places to be looked for."""
    return {"elixir": "└─ ", "sass": "  ╵", "julia": "in expression starting at "}[tool]
