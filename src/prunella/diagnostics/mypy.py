"""mypy: plain and ``--pretty``, with or without columns, ends and error codes, and ``--output json``.

A note on the line of an error, and one behind it that says where something is defined, are its related places (links to
the manual are left out); any other note (``reveal_type``) is a diagnostic of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics import embedded
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_HEAD = re.compile(
    r"(?P<file>\S.*?\.(?:pyi?|ipynb|toml|ini)|\S.*?):(?:(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7})"
    r"(?::(?P<end_line>[0-9]{1,7}):(?P<end_column>[0-9]{1,7}))?)?:)? "
    r"(?P<severity>error|note|warning): (?P<message>.*)"
)
_CODE = re.compile(r"(?P<code>[a-z][a-z0-9-]*)\]")
_CARETS = re.compile(r"^\s+\^~*\s*$", re.MULTILINE)
_MARKS = (": error: ", ": note: ", ": warning: ")
_MOST_WRAPPED = 8
_MOST_RELATED = 12


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per error and per note of its own."""
    if not any(mark in text for mark in _MARKS):
        return _json(text)
    if ".py" not in text:
        return ()
    return (*_Reader(text.split("\n"), pretty=_CARETS.search(text) is not None).read(), *_json(text))


class _Reader:
    """One pass; notes go to the error before them."""

    def __init__(self, lines: list[str], *, pretty: bool) -> None:
        self.lines, self.pretty = lines, pretty
        self.found: list[Diagnostic] = []

    def read(self) -> tuple[Diagnostic, ...]:
        for number, line in enumerate(self.lines):
            if len(self.found) == MOST_PARSED:
                break
            match = _HEAD.match(line) if any(mark in line for mark in _MARKS) else None
            if match and ".py" in match["file"][-6:]:
                self._headed(number, match)
            elif self.pretty and self.found and line.startswith("    ") and self.found[-1].read_to == number:
                self.found[-1] = replace(self.found[-1], read_to=number + 1)  # The source line and its carets.
        return tuple(self.found)

    def _headed(self, number: int, match: re.Match[str]) -> None:
        message, last = match["message"], number
        if self.pretty:
            rest = self._wrapped(number + 1)
            message, last = message + "".join(rest), number + len(rest)
        where = (match["file"], int(match["line"] or 0), int(match["column"] or 0))
        if match["severity"] == "note":
            self._note(where, message, (number, last))
            return
        words, _, ending = message.rstrip().rpartition(" [")
        coded = _CODE.fullmatch(ending) if words else None
        code, message = (coded["code"], words) if coded else ("", message)
        end = (int(match["end_line"] or 0), int(match["end_column"] or 0))
        new = Diagnostic(*where, Severity(match["severity"]), code, message.rstrip(), "mypy")
        self.found.append(replace(new, end_line=end[0], end_column=end[1], read_from=number + 1, read_to=last + 1))

    def _note(self, where: tuple[str, int, int], message: str, span: tuple[int, int]) -> None:
        before = self.found[-1] if self.found else None
        link = "https://" in message and not message.startswith("Hint")
        follows = before is not None and before.severity is Severity.ERROR and before.read_to == span[0]
        if before is not None and follows and (before.file, before.line) == where[:2]:
            told = () if link or len(before.related) >= _MOST_RELATED else (Location(*where, message),)
            self.found[-1] = replace(before, related=(*before.related, *told), read_to=span[1] + 1)
        elif before is not None and follows and " defined here" in message and len(before.related) < _MOST_RELATED:
            self.found[-1] = replace(before, related=(*before.related, Location(*where, message)), read_to=span[1] + 1)
        elif where[1] and not link:
            self.found.append(
                Diagnostic(*where, Severity.NOTE, "", message, "mypy", read_from=span[0] + 1, read_to=span[1] + 1)
            )

    def _wrapped(self, start: int) -> list[str]:
        """The rest of a message that ``--pretty`` wrapped; the source line below it is indented."""
        rest: list[str] = []
        for line in self.lines[start : start + _MOST_WRAPPED]:
            code = line.startswith(" [") and _CODE.fullmatch(line[2:].rstrip())
            if not line or (line.startswith(" ") and not code) or line.startswith("Found ") or _HEAD.match(line):
                break
            rest.append(" " + line.strip())
        return rest


def _json(text: str) -> tuple[Diagnostic, ...]:
    """``--output json``: an object per line; its columns count from 0."""
    found: list[Diagnostic] = []
    for value, first, last in embedded.values(text, '{"file": ', '"severity": ', '"hint": '):
        for record in embedded.records(value):
            severity = embedded.words(record, "severity")
            if severity not in set(Severity) or len(found) == MOST_PARSED:
                continue
            hint = embedded.words(record, "hint")
            message = embedded.words(record, "message")
            column = record.get("column")
            line = embedded.number(record, "line")
            spot = (embedded.words(record, "file"), line, column + 1 if isinstance(column, int) and column >= 0 else 0)
            end = (embedded.number(record, "end_line"), embedded.number(record, "end_column"))
            new = Diagnostic(*spot, Severity(severity), embedded.words(record, "code"), message, "mypy")
            hints = hint.splitlines()[:_MOST_RELATED] if hint and "https://" not in hint else ()
            more = tuple(Location(*spot, told) for told in hints)
            new = replace(new, end_line=end[0], end_column=end[1], related=more)
            found.append(replace(new, read_from=first, read_to=last))
    return tuple(found)
