"""The TypeScript compiler: ``tsc``, plain and ``--pretty``, ``tsc -b``, ``--watch``, ``vue-tsc``; who prints its words.

Formats: ``formatDiagnostic`` and ``formatDiagnosticsWithColorAndContext`` of TypeScript 4 to 6, and those of version 7,
which puts a related place and its message on one line. Angular's compiler prints the same with its own ``NG`` codes.

Known limits of the tool itself: while a file has a syntax error, ``tsc`` prints no type errors at all, so more may
follow once it parses; ``next build`` prints only the first type error of a project (``tsc --noEmit`` prints them all).
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_CODE = r"(?P<code>(?:TS|NG)-?[0-9]{1,7}|ts\([0-9]{1,7}\))"
_HEAD = (
    r"(?:Error: |ERROR in )?(?P<file>[^\s(].{0,500}?)"
    r"(?:\((?P<line>[0-9]{1,7}),(?P<column>[0-9]{1,7})\): |:(?P<line2>[0-9]{1,7}):(?P<column2>[0-9]{1,7}) - )"
    r"(?:semantic |syntax )?(?P<severity>error|warning) " + _CODE + r": (?P<message>.*)"
)
_GLOBAL = r"(?P<severity>error|warning) " + _CODE + r": (?P<message>.*)"
_RELATED = r"  (?P<file>[^\s].{0,500}?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})(?: - (?P<message>.*))?$"
_FRAME = r"\s*(?:[0-9]+(?:\s|$)|~+\s*$|\.\.\.\s*$|$)"
_SUMMARY = r"Found \d+ errors?|Errors  Files$|\s+\d+  \S"
_LONGEST_CHAIN = 200
_LONGEST_BLOCK = 400


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Every diagnostic, with the chain of reasons below it in the message and, when pretty, its related places."""
    if not any(word in text for word in ("error TS", "warning TS", "error NG", "warning NG", "error ts(")):
        return ()
    head, whole = re.compile(_HEAD), re.compile(_GLOBAL)
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for number, line in enumerate(lines):
        if len(found) == MOST_PARSED:
            break
        if (
            " TS" not in line
            and " NG" not in line
            and " ts(" not in line
            and not line.startswith(("error TS", "warning TS"))
        ):
            continue
        bare = line.lstrip()
        match = head.match(bare) or whole.match(bare)
        if match:
            found.append(_diagnostic(match.groupdict(), lines, number, line[: len(line) - len(bare)]))
    return _with_end(found, lines)


def _with_end(found: list[Diagnostic], lines: list[str]) -> tuple[Diagnostic, ...]:
    """tsup ends a list of them with words and a stack trace of its own: they belong to the last."""
    last = found[-1].read_to if found else 0
    for at in range(last, min(len(lines), last + 3) if found else 0):
        if lines[at].startswith("Error: error occurred in dts build"):
            end = at + 1
            while end < len(lines) and lines[end].startswith("    at "):
                end += 1
            return (*found[:-1], replace(found[-1], read_to=end))
    return tuple(found)


def _diagnostic(parts: dict[str, str | None], lines: list[str], number: int, indent: str) -> Diagnostic:
    """``indent``: what stands before the head, and so before all that belongs to it (a test runner's report)."""
    pretty = bool(parts.get("line2"))
    chain, after = _chain(lines, number + 1, indent + "  ")
    related: tuple[Location, ...] = ()
    if pretty:
        related, after = _related(lines, after, indent)
    return Diagnostic(
        (parts.get("file") or "").strip(),
        int(parts.get("line") or parts.get("line2") or 0),
        int(parts.get("column") or parts.get("column2") or 0),
        Severity(parts["severity"] or "error"),
        _code(parts["code"] or ""),
        "\n".join([(parts["message"] or "").rstrip(), *chain]),
        "tsc",
        related,
        read_from=number + 1,
        read_to=after,
    )


def _code(printed: str) -> str:
    """``astro check`` writes the compiler's codes as an editor does: ``ts(2322)``."""
    return "TS" + printed[3:-1] if printed.startswith("ts(") else printed


def _chain(lines: list[str], start: int, indent: str) -> tuple[list[str], int]:
    """The indented lines right below a diagnostic: why, step by step."""
    end = start
    while end < len(lines) and end - start < _LONGEST_CHAIN and lines[end].startswith(indent) and lines[end].strip():
        end += 1
    return [line[len(indent) - 2 :].rstrip() for line in lines[start:end]], end


def _related(lines: list[str], start: int, indent: str) -> tuple[tuple[Location, ...], int]:
    """Related places up to the next thing that is not indented, skipping code frames; and where they end."""
    related, frame, summary = re.compile(_RELATED), re.compile(_FRAME), re.compile(_SUMMARY)
    found: list[Location] = []
    end, summed = start, False
    for number, raw in enumerate(lines[start : start + _LONGEST_BLOCK], start + 1):
        line = raw.removeprefix(indent)
        place = related.match(line)
        summed = summed or line.startswith("Found ")
        if summed and not summary.match(line) and line:
            break
        if place and not summed:
            parts = place.groupdict()
            found.append(Location(parts["file"], int(parts["line"]), int(parts["column"]), parts["message"] or ""))
        elif found and line.startswith("    ") and not frame.match(line) and not found[-1].message:
            found[-1] = found[-1]._replace(message=line.strip())
        elif line and not summed and not line.startswith(" ") and not frame.match(line):
            break
        end = number if line.strip() else end
    return tuple(found), end
