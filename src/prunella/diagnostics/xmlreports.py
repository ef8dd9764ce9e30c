"""Reports in XML: Checkstyle's format, which many linters speak (``shellcheck -f checkstyle``, PHP_CodeSniffer, ESLint,
golangci-lint, ktlint, detekt, stylelint), and cppcheck's (``--xml``, version 2).

Sources: the XMLLogger of Checkstyle; "XML output" in cppcheck's manual. Elements are looked for one by one, so that a
report that was cut off, or has other lines between its own, is read as far as it goes.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_ELEMENT = re.compile(r"<(?P<name>/?(?:file|error|location|cppcheck|checkstyle))(?P<rest>[\s/>][^<]{0,6000})")
_ATTRIBUTE = re.compile(r"""([a-z][\w-]{0,30})\s?=\s?(?:"([^"]{0,4000})"|'([^']{0,4000})')""")
_NUMBER = re.compile(r"[0-9]{1,7}$")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot|apos);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_WARNINGS = frozenset({"warning", "warn"})
_NOTES = frozenset({"info", "information", "ignore", "style", "performance", "portability", "note", "debug"})
_CHECK = re.compile(r"(?:com\.puppycrawl\.tools\.checkstyle\.checks\.(?:\w{1,40}\.)*)(?P<name>\w{1,80}?)(?:Check)?$")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Every ``error`` element of such a report; nothing when there is none."""
    if "<checkstyle" not in text and "<cppcheck" not in text and "<results" not in text:
        return ()
    return _Reader(text).result()


class _Reader:
    """Goes from tag to tag and remembers the file that is open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.file = ""
        self.tool = "cppcheck" if "<cppcheck" in text else "checkstyle"
        self.open: tuple[dict[str, str], int] | None = None
        self.places: list[Location] = []
        self.found: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        line, counted = 1, 0
        for match in _ELEMENT.finditer(self.text):
            if len(self.found) >= MOST_PARSED:
                break
            line += self.text.count("\n", counted, match.start())
            counted = match.start()
            self._element(match["name"], match["rest"], line)
        self._close(line)
        return tuple(self.found)

    def _element(self, name: str, rest: str, line: int) -> None:
        if name == "file":
            self.file = _attributes(rest).get("name", "")
        elif name == "/file":
            self.file = ""
        elif name == "error":
            said = _attributes(rest)
            if self.file:
                self._keep(said, Location(self.file, _number(said, "line"), _number(said, "column")), line, line)
            elif "id" in said and not rest.rstrip().endswith("/>"):
                self.open, self.places = (said, line), []
            elif "id" in said:
                self._keep(said, Location(""), line, line)
        elif name == "location" and self.open:
            said = _attributes(rest)
            place = Location(said.get("file", ""), _number(said, "line"), _number(said, "column"), said.get("info", ""))
            self.places.append(place)
        elif name == "/error":
            self._close(line)

    def _close(self, line: int) -> None:
        """The end of an element of cppcheck's, whose places stand inside of it."""
        if self.open:
            said, start = self.open
            self._keep(said, self.places[0] if self.places else Location(""), start, line)
        self.open = None

    def _keep(self, said: dict[str, str], place: Location, first: int, last: int) -> None:
        word = said.get("severity", "error").lower()
        severity = Severity.WARNING if word in _WARNINGS else Severity.NOTE if word in _NOTES else Severity.ERROR
        code, tool = said.get("id") or said.get("source", ""), self.tool
        if code.startswith("ShellCheck."):
            code, tool = code.removeprefix("ShellCheck."), "shellcheck"
        check = _CHECK.match(code)
        message = (said.get("msg") or said.get("message", "")).strip()
        if message:
            related = tuple(self.places[1:]) if self.open else ()
            where = (place.file, place.line, place.column, severity, check["name"] if check else code, message, tool)
            self.found.append(Diagnostic(*where, related, read_from=first, read_to=last))


def _attributes(rest: str) -> dict[str, str]:
    return {name: _ENTITY.sub(_character, double or single) for name, double, single in _ATTRIBUTE.findall(rest)}


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        return _NAMED[name]
    number = int(f"0{name[1:]}", 16) if name[1] == "x" else int(name[1:])
    return chr(number) if 31 < number < 0xD800 or 0xDFFF < number < 0x110000 else " "


def _number(said: dict[str, str], name: str) -> int:
    value = said.get(name, "")
    return int(value) if _NUMBER.match(value) and value.isascii() else 0
