"""The TypeScript compiler: ``tsc``, plain and ``--pretty``, ``tsc -b``, ``vue-tsc``, and who prints its diagnostics.

Formats: ``formatDiagnostic`` and ``formatDiagnosticsWithColorAndContext`` of TypeScript 5, and those of TypeScript 7,
which puts a related place and its message on one line.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_HEAD = (
    r"(?P<file>\S.*?)"
    r"(?:\((?P<line>[0-9]{1,7}),(?P<column>[0-9]{1,7})\): |:(?P<line2>[0-9]{1,7}):(?P<column2>[0-9]{1,7}) - )"
    r"(?P<severity>error|warning) (?P<code>TS[0-9]{1,6}): (?P<message>.*)"
)
_GLOBAL = r"(?P<severity>error|warning) (?P<code>TS[0-9]{1,6}): (?P<message>.*)"
_RELATED = r"  (?P<file>\S.*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})(?: - (?P<message>.*))?$"
_FRAME = r"\s*(?:[0-9]+(?:\s|$)|~+\s*$|\.\.\.\s*$|$)"
_LONGEST_CHAIN = 30
_LONGEST_BLOCK = 400


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Every diagnostic, with the chain of reasons below it in the message and, when pretty, its related places."""
    if "error TS" not in text and "warning TS" not in text:
        return ()
    head, whole = re.compile(_HEAD), re.compile(_GLOBAL)
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for number, line in enumerate(lines):
        if len(found) == MOST_PARSED:
            break
        if " TS" not in line:
            continue
        match = head.match(line) or whole.match(line.lstrip())
        if match:
            found.append(_diagnostic(match.groupdict(), lines, number + 1))
    return tuple(found)


def _diagnostic(parts: dict[str, str | None], lines: list[str], after: int) -> Diagnostic:
    pretty = bool(parts.get("line2"))
    chain, after = _chain(lines, after)
    return Diagnostic(
        parts.get("file") or "",
        int(parts.get("line") or parts.get("line2") or 0),
        int(parts.get("column") or parts.get("column2") or 0),
        Severity(parts["severity"] or "error"),
        parts["code"] or "",
        "\n".join([(parts["message"] or "").rstrip(), *chain]),
        "tsc",
        _related(lines, after) if pretty else (),
    )


def _chain(lines: list[str], start: int) -> tuple[list[str], int]:
    """The indented lines right below a diagnostic: why, step by step."""
    end = start
    while end < len(lines) and end - start < _LONGEST_CHAIN and lines[end].startswith("  ") and lines[end].strip():
        end += 1
    return [line.rstrip() for line in lines[start:end]], end


def _related(lines: list[str], start: int) -> tuple[Location, ...]:
    """Related places up to the next thing that is not indented, skipping the code frames."""
    related, frame = re.compile(_RELATED), re.compile(_FRAME)
    found: list[Location] = []
    for line in lines[start : start + _LONGEST_BLOCK]:
        place = related.match(line)
        if place:
            parts = place.groupdict()
            found.append(Location(parts["file"], int(parts["line"]), int(parts["column"]), parts["message"] or ""))
        elif found and line.startswith("    ") and not frame.match(line) and not found[-1].message:
            last = found[-1]
            found[-1] = Location(last.file, last.line, last.column, line.strip())
        elif line and not line.startswith(" ") and not frame.match(line):
            break
    return tuple(found)
