"""ruff (every version's concise, text, full, grouped and JSON forms, and ``ruff format --check``) and ty.

One error per finding: ruff fails on what it calls a finding, whatever its weight. ty says error, warning and info. The
concise form is also flake8's: without a word of ruff's own in the log it is left to flake8.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from prunella.diagnostics import embedded
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_RULE = r"(?P<code>[A-Z]{1,6}[0-9]{1,5}|invalid-syntax|unformatted|SyntaxError|io-error)"
_WHERE = r"(?P<file>\S.*?):(?:cell [0-9]+:)?(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})"
_CONCISE = re.compile(rf"{_WHERE}: {_RULE}:? (?:\[\*\] )?(?P<message>.*)")
_TY = re.compile(rf"{_WHERE}: (?P<severity>error|warning|info)\[(?P<code>[a-z][a-z0-9-]*)\]:? (?P<message>.*)")
_TITLE = re.compile(
    rf"(?:{_RULE}:? |(?P<severity>error|warning|info|fatal)\[(?P<slug>[\w-]+)\]: )(?:\[\*\] )?(?P<message>\S.*)"
)
_ARROW = re.compile(rf"\s*-->\s+{_WHERE}$")
_GROUP = re.compile(r"(?P<file>\S.*\.(?:pyi?|ipynb|toml|md)):$")
_ROW = re.compile(
    rf"  \s*(?:cell [0-9]+:)?(?P<line>[0-9]{{1,7}}):(?P<column>[0-9]{{1,7}}) +{_RULE}:? (?:\[\*\] )?(?P<message>.*)"
)
_PARSE = re.compile(rf"error: Failed to (?:parse|lint|format) {_WHERE}: (?P<message>.*)")
_UNFORMATTED = re.compile(r"Would reformat: (?P<file>\S.*)")
_FRAME = re.compile(r"\s*(?:[0-9]{1,7} [|+ ]|\||-{10}|= help: |\.\.\.)|\s*(?:help|info|note): |\s+- ")
_OWN = re.compile(
    r"^Found [0-9]+ errors?(?: \([0-9]+ fixed.*)?\.$|\[\*\] |^All checks passed|: invalid-syntax"
    r"|error: Failed to |^\s*--> ",
    re.MULTILINE,
)
_FILES = (".py:", ".pyi:", ".ipynb:", ".toml:")
_SEVERITY = {"warning": Severity.WARNING, "info": Severity.NOTE}
_MOST_RELATED = 5


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per finding, per file that cannot be parsed and per file that is not formatted."""
    if ".py" not in text and ".ipynb" not in text and ".toml" not in text and "Would reformat: " not in text:
        return ()
    found = _Reader(concise=_OWN.search(text) is not None).read(text.split("\n"))
    for value, first, last in embedded.values(text, '"filename"', '"end_location"', '"location"'):
        for record in embedded.records(value):
            if "location" not in record or "filename" not in record:
                continue
            found.append(replace(_record(record), read_from=first, read_to=last))
    return tuple(found[:MOST_PARSED])


class _Reader:
    """One pass; a finding's own code frame is read with it."""

    def __init__(self, *, concise: bool) -> None:
        self.concise = concise
        self.found: list[Diagnostic] = []
        self.title: tuple[int, re.Match[str]] | None = None
        self.group = ""
        self.framed = False

    def read(self, lines: list[str]) -> list[Diagnostic]:
        for number, line in enumerate(lines, 1):
            if len(self.found) >= MOST_PARSED:
                break
            self._line(number, line)
        return self.found

    def _line(self, number: int, line: str) -> None:
        if "--> " in line:
            self._arrow(number, line)
        elif self.framed and (not line.strip() or _FRAME.match(line)):
            if line.strip():
                self.found[-1] = replace(self.found[-1], read_to=number)
        elif any(mark in line for mark in _FILES):
            self.framed = self._placed(number, line)
        elif line.startswith("  ") and self.group:
            row = _ROW.match(line)
            if row:
                self._add({**row.groupdict(), "file": self.group}, row["code"], row["message"], (number, number))
        elif line.startswith("Would reformat: "):
            self._unformatted(number, line)
        else:
            title = _TITLE.match(line) if line[:1].isalpha() else None
            self.title = (number, title) if title else self.title
            self.framed, self.group = False, ""

    def _placed(self, number: int, line: str) -> bool:
        """A line with a file and a position in front."""
        group = _GROUP.match(line)
        self.group = group["file"] if group else ""
        match = (_CONCISE.match(line) if self.concise else None) or _TY.match(line)
        if line.startswith("::"):  # A workflow command of GitHub around it.
            return False
        if match:
            parts = match.groupdict()
            self._add(parts, parts["code"], parts["message"], (number, number), parts.get("severity"))
            return True
        failed = _PARSE.match(line) if line.startswith("error: Failed to ") else None
        if failed:
            self._add(failed.groupdict(), "invalid-syntax", failed["message"], (number, number))
        elif not group:
            title = _TITLE.match(line) if line[:1].isalpha() else None
            self.title = (number, title) if title else self.title
        return False

    def _arrow(self, number: int, line: str) -> None:
        place = _ARROW.match(line)
        if not place or not any(mark in f"{place['file']}:" for mark in _FILES):
            self.title = None
            return
        if self.title and number - self.title[0] <= 3:
            parts = self.title[1].groupdict()
            code = parts["code"] or parts["slug"]
            self._add(place.groupdict(), code, parts["message"], (self.title[0], number), parts["severity"])
            self.title, self.framed = None, True
        elif self.framed and self.found and len(self.found[-1].related) < _MOST_RELATED:
            other = Location(place["file"], int(place["line"]), int(place["column"]))
            self.found[-1] = replace(self.found[-1], related=(*self.found[-1].related, other), read_to=number)

    def _unformatted(self, number: int, line: str) -> None:
        match = _UNFORMATTED.match(line)
        if match:
            place = {"file": match["file"].rstrip(), "line": "0", "column": "0"}
            self._add(place, "unformatted", "Would reformat", (number, number))

    def _add(
        self, where: dict[str, Any], code: str, message: str, span: tuple[int, int], severity: str | None = None
    ) -> None:
        spot = (where["file"], int(where["line"]), int(where["column"]))
        source = "ty" if severity is not None else "ruff"
        kind = _SEVERITY.get(severity or "", Severity.ERROR)
        if code == "E999" and self._told(spot):
            self.found = [known for known in self.found if (known.file, known.line, known.column) != spot]
        self.found.append(Diagnostic(*spot, kind, code, message.rstrip(), source, read_from=span[0], read_to=span[1]))

    def _told(self, spot: tuple[str, int, int]) -> bool:
        """Whether ``error: Failed to parse`` has already said what the finding says."""
        return any(
            known.code == "invalid-syntax" and (known.file, known.line, known.column) == spot for known in self.found
        )


def _record(record: dict[str, Any]) -> Diagnostic:
    spot = (
        embedded.words(record, "filename"),
        embedded.number(record, "location", "row"),
        embedded.number(record, "location", "column"),
    )
    code = embedded.words(record, "code") or "invalid-syntax"
    end_line, end_column = (embedded.number(record, "end_location", part) for part in ("row", "column"))
    return Diagnostic(
        *spot,
        Severity.ERROR,
        code,
        embedded.words(record, "message").removeprefix("SyntaxError: "),
        "ruff",
        end_line=end_line,
        end_column=end_column,
    )
