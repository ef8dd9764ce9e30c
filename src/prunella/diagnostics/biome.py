"""Biome: ``check``, ``ci``, ``lint`` and ``format``, as its terminal reporter prints them, and its json reporter.

A head of a place, a category and a rule of ``━``; then what is wrong after ``×`` (error), ``!`` (warning) or ``i``
(information); then frames and advice. Versions 1 and 2. The terminal prints no code of its own but the category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from prunella.diagnostics.jsonlog import documents, entries, number, words
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HEAD = (
    r"(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,500}?)(?::(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}))? "
    r"(?P<code>[a-z][\w/.-]+)(?:\s+(?:FIXABLE|DEPRECATED|INTERNAL|VERBOSE))*\s+(?P<rule>[━=-]{2,})\s*$"
)
_SAID = r"  (?P<mark>[×✖✘x!⚠iℹ]) (?P<message>.*)"
_SHORT = r"(?P<code>[a-z][\w/.-]+)(?:\s+[A-Z]+)*\s+[━=-]{3,}\s*$"
_MARKS = {"!": Severity.WARNING, "⚠": Severity.WARNING, "i": Severity.NOTE, "ℹ": Severity.NOTE}
_SEVERITIES = {"warning": Severity.WARNING, "info": Severity.NOTE, "information": Severity.NOTE, "hint": Severity.NOTE}
_LONGEST_BLOCK = 2_000


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors, warnings and information, with the category (``lint/style/useConst``, ``parse``, ``format``) as code."""
    found: list[Diagnostic] = []
    if "━━" in text:
        found += _terminal(text.split("\n"))
    if '"diagnostics"' in text and '"category"' in text:
        found += _json(text)
    return tuple(found[:MOST_PARSED])


def _terminal(lines: list[str]) -> Iterator[Diagnostic]:
    head, said, short = re.compile(_HEAD), re.compile(_SAID), re.compile(_SHORT)
    heads = [at for at, line in enumerate(lines) if "━━" in line and line[:1] not in " \t│"]
    for at in heads[:MOST_PARSED]:
        match = head.match(lines[at])
        if not match or match["file"] in ("check", "ci"):
            continue
        end = at + 1
        while end < len(lines) and end - at < _LONGEST_BLOCK and (not lines[end] or lines[end][0] == " "):
            if short.match(lines[end]):
                break
            end += 1
        told = next((at + 1 + n for n, line in enumerate(lines[at + 1 : end]) if said.match(line)), None)
        if told is None:
            continue
        mark, message = _message(lines, told, said)
        while end > told + 1 and not lines[end - 1].strip():
            end -= 1
        place = (match["file"], int(match["line"] or 0), int(match["column"] or 0))
        severity = _MARKS.get(mark, Severity.ERROR)
        yield Diagnostic(*place, severity, match["code"], message, "biome", read_from=at + 1, read_to=end)


def _message(lines: list[str], told: int, said: re.Pattern[str]) -> tuple[str, str]:
    """The words after the sign; a message of several lines goes on with four blanks up to the next blank line."""
    match = said.match(lines[told])
    if not match:
        return "", ""
    message = [match["message"].rstrip()]
    for line in lines[told + 1 : told + 30]:
        if not line.strip() or not line.startswith("    "):
            break
        message.append(line[4:].rstrip())
    return match["mark"], "\n".join(message)


def _json(text: str) -> Iterator[Diagnostic]:
    for document in documents(text, ("{",)):
        for told in entries(document.value, "diagnostics"):
            where = told.get("location")
            location = where if isinstance(where, dict) else {}
            path = location.get("path")
            file = words(path.get("file") if isinstance(path, dict) else path)
            severity = _SEVERITIES.get(words(told.get("severity")), Severity.ERROR)
            message = words(told.get("message")) or words(told.get("description"))
            if message and "category" in told:
                start, end = _point(location.get("start")), _point(location.get("end"))
                if not start[0]:
                    start, end = _spanned(location)
                yield Diagnostic(
                    file,
                    *start,
                    severity,
                    words(told.get("category")),
                    message.rstrip(),
                    "biome",
                    (),
                    *end,
                    read_from=document.first,
                    read_to=document.last,
                )


def _point(value: object) -> tuple[int, int]:
    return (number(value.get("line")), number(value.get("column"))) if isinstance(value, dict) else (0, 0)


def _spanned(location: dict[str, Any]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Version 1 gives offsets in bytes and, beside them, the source."""
    span, source = location.get("span"), location.get("sourceCode")
    if not (isinstance(source, str) and isinstance(span, list) and len(span) == 2 and all(map(_offset, span))):
        return (0, 0), (0, 0)
    code = source.encode(errors="replace")
    return _counted(code, span[0]), _counted(code, span[1])


def _offset(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _counted(code: bytes, offset: int) -> tuple[int, int]:
    before = code[:offset].decode(errors="replace")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
