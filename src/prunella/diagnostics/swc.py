"""swc and oxlint: framed messages, and oxlint's json and agent reports.

swc's messages have no code; oxlint's begin with theirs, ``plugin(rule): ``. oxlint's unix and stylish reports are
ESLint's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from prunella.diagnostics.jsonlog import documents, entries, number, words
from prunella.diagnostics.limits import MOST_PARSED
from prunella.diagnostics.miette import frames
from prunella.domain import Diagnostic, Location, Severity

_CODED = r"(?P<code>[\w@/.-]+\([\w@/.-]+\)): (?P<message>.*)"
_AGENT = (
    r"(?P<file>[^\s:][^:]{0,500}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): (?P<severity>error|warning) "
    r"(?P<code>[\w@/.-]+\([\w@/.-]+\)): (?P<message>.*?)(?: help: .*)?$"
)
_AGENT_BARE = (
    r"(?P<file>[^\s:][^:]{0,500}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): (?P<severity>error): (?P<message>\S.*?)"
    r"(?: help: .*)?$"
)
_MARKS = {"!": Severity.WARNING, "⚠": Severity.WARNING, "☞": Severity.NOTE, ">": Severity.NOTE, "ℹ": Severity.NOTE}
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "advice": Severity.NOTE}


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors, warnings and advice, each with its place."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    if ",-[" in text or "╭─[" in text:
        linted = re.search(r"^Finished in .{1,40} on [0-9]+ files? ", text, re.MULTILINE)
        for frame in frames(lines):
            if frame.file and len(found) < MOST_PARSED:
                coded = re.match(_CODED, frame.message, re.DOTALL)
                message, code = (coded["message"], coded["code"]) if coded else (frame.message, "")
                severity = _MARKS.get(frame.mark, Severity.ERROR)
                source = "oxlint" if code or linted else "swc"
                place = (frame.file, frame.line, frame.column)
                found.append(
                    Diagnostic(*place, severity, code, message, source, read_from=frame.first, read_to=frame.last)
                )
        found = _summed_up(found, lines)
    if "): " in text and ("error " in text or "warning " in text):
        found += _agent(lines)
    if '"labels"' in text and '"filename"' in text:
        found += _json(text)
    return tuple(found[:MOST_PARSED])


def _summed_up(found: list[Diagnostic], lines: list[str]) -> list[Diagnostic]:
    """swc's command line ends with a sum and a stack trace: they belong to the last error."""
    if not found or found[-1].source != "swc":
        return found
    for at in range(found[-1].read_to, min(len(lines), found[-1].read_to + 100)):
        if re.match(r"(?:Error: )?Failed to compile(?: [0-9]+ files? with swc)?[.:]$", lines[at]):
            end = at + 1
            while end < len(lines) and lines[end].strip():
                end += 1
            return [*found[:-1], replace(found[-1], read_to=end)]
    return found


def _agent(lines: list[str]) -> Iterator[Diagnostic]:
    """A line each. Errors of the parser have no rule."""
    pattern, bare = re.compile(_AGENT), re.compile(_AGENT_BARE)
    ruled = any("): " in line and pattern.match(line) for line in lines)
    for at, line in enumerate(lines if ruled else ()):
        match = (pattern.match(line) if "): " in line else None) or (bare.match(line) if ": error: " in line else None)
        if match:
            place = (match["file"], int(match["line"]), int(match["column"]))
            yield Diagnostic(
                *place,
                Severity(match["severity"]),
                match.groupdict().get("code") or "",
                match["message"].rstrip(),
                "oxlint",
                read_from=at + 1,
                read_to=at + 1,
            )


def _json(text: str) -> Iterator[Diagnostic]:
    """The labels after the first are related places. Early versions print offsets only."""
    for document in documents(text, ("[", "{")):
        value = document.value.get("diagnostics") if isinstance(document.value, dict) else document.value
        for told in entries(value):
            file = words(told.get("filename"))
            if not file or "message" not in told or "labels" not in told:
                continue
            places = [
                Location(file, number(span.get("line")), number(span.get("column")), words(label.get("label")))
                for label in entries(told, "labels")
                if isinstance(span := label.get("span"), dict)
            ]
            first = places[0] if places else Location(file)
            severity = _SEVERITIES.get(words(told.get("severity")), Severity.ERROR)
            related = tuple(place for place in places[1:] if place.line)
            yield Diagnostic(
                file,
                first.line,
                first.column,
                severity,
                words(told.get("code")),
                words(told["message"]).rstrip(),
                "oxlint",
                related,
                read_from=document.first,
                read_to=document.last,
            )
