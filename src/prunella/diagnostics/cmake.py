"""CMake: errors and warnings of configuring, with their indented paragraphs and the call stack as related places.

Format: ``CMake Error at file:line (command):``, then the message indented by two blanks up to two empty lines, as
``cmMessenger`` writes it.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_HEAD = re.compile(
    r"(?:-- )?CMake (?P<severity>Error|Warning|Deprecation Warning|Deprecation Error|Internal Error)(?: \(dev\)|"
    r" \((?!dev)[^)]{1,40}\))?"
    r"(?: (?:at|in) (?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}?)(?::(?P<line>[0-9]{1,7}))?(?: \((?P<"
    r"command>[^)\n]{1,200})\))?)?:"
    r"(?: (?P<rest>\S.*))?\s*$"
)
_CALL = re.compile(
    r"  (?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}?):(?P<line>[0-9]{1,7}) \((?P<command>[^)\n]{1,200})\)\s*$"
)
_WRAPPER = re.compile(r"(?:\[[\w.-]{1,40}\] |[0-9]{1,4}> ?(?:\[CMake\] ?)?)")
_WRAPPED = re.compile(rf"^{_WRAPPER.pattern}CMake (?:Error|Warning|Deprecation)", re.MULTILINE)
_TAIL = ("This warning is for project developers.", "This error is for project developers.")
_MOST_BELOW = 120


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per message."""
    lines = text.split("\n")
    if _WRAPPED.search(text):
        lines = [_WRAPPER.sub("", line, count=1) for line in lines]
    found: list[Diagnostic] = []
    at = 0
    while at < len(lines) and len(found) < MOST_PARSED:
        match = _HEAD.match(lines[at]) if "CMake " in lines[at][:9] else None
        if match:
            one, at = _diagnostic(match, lines, at)
            found.append(one)
        else:
            at += 1
    return tuple(found)


def _diagnostic(match: re.Match[str], lines: list[str], at: int) -> tuple[Diagnostic, int]:
    words, related, end = _below(lines, at + 1, one_line=bool(match["rest"]))
    message = "\n".join([*([match["rest"].rstrip()] if match["rest"] else []), *words]).strip("\n")
    severity = Severity.WARNING if match["severity"].endswith("Warning") else Severity.ERROR
    return (
        Diagnostic(
            match["file"] or "", int(match["line"] or 0), 0, severity, "", message or lines[at].strip(),
            "cmake", related,
            read_from=at + 1, read_to=end,
        ),
        end,
    )  # fmt: skip


def _below(lines: list[str], start: int, *, one_line: bool) -> tuple[list[str], tuple[Location, ...], int]:
    """The message's lines without their indentation, the call stack, and the number of the last line."""
    words: list[str] = []
    related: list[Location] = []
    end = at = start
    stack = False
    while at < min(len(lines), start + _MOST_BELOW):
        line = lines[at].rstrip()
        call = _CALL.match(line) if stack else None
        if line.startswith("Call Stack"):
            stack = True
        elif call:
            related.append(Location(call["file"], int(call["line"]), 0, call["command"]))
        elif line.startswith(_TAIL):
            end = at + 1
            break
        elif line.startswith("  ") and not stack:
            words.append(line[2:])
        elif line or one_line or stack:
            break
        elif not any(_goes_on(lines[other]) for other in range(at + 1, min(at + 2, len(lines)))):
            if at + 1 < len(lines) and lines[at + 1].startswith(_TAIL):
                end = at + 2
            break
        else:
            words.append("")
        end, at = at + 1, at + 1
    return words, tuple(related), end


def _goes_on(line: str) -> bool:
    return line.startswith(("  ", "Call Stack")) and bool(line.strip())
