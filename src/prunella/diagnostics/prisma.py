"""Prisma's command line: a schema that is not valid, and its numbered errors
(https://www.prisma.io/docs/orm/reference/error-reference)."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_CODE = re.compile(r"Error code: (?P<code>P[0-9]{4})")
_ERROR = re.compile(r"(?P<severity>error|warning): (?P<message>\S.*)$")
_ARROW = re.compile(r"\s*-->\s+(?P<file>\S.*?\.prisma):(?P<line>[0-9]{1,7})$")
_NUMBERED = re.compile(r"(?:Error|error|PrismaClient\w+Error): (?P<code>P[0-9]{4})(?::? (?P<message>\S.*)|:?\s*)$")
_FRAME = re.compile(r"\s*(?:[0-9]{1,7} )?\|")
_MISSING = "Could not find Prisma Schema that is required for this command."


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per problem in a schema, and one per numbered error."""
    if "rror: P" not in text and ".prisma:" not in text and _MISSING not in text:
        return ()
    lines = text.split("\n")
    found: list[Diagnostic] = []
    code = ""
    for number, line in enumerate(lines):
        if len(found) == MOST_PARSED:
            break
        said = _CODE.match(line) if line.startswith("Error code: ") else None
        code = said["code"] if said else code
        place = _ARROW.match(line) if "--> " in line else None
        if place:
            new = _schema(lines, number, place, code)
            found += [new] if new else []
        elif "rror: P" in line:
            numbered = _NUMBERED.match(line)
            found += [_numbered(lines, number, numbered)] if numbered else []
        elif _MISSING in line:
            read = number + 1
            found.append(Diagnostic("", 0, 0, Severity.ERROR, "", _MISSING, "prisma", read_from=read, read_to=read))
    return tuple(found)


def _schema(lines: list[str], number: int, place: re.Match[str], code: str) -> Diagnostic | None:
    """A problem in the schema; its words stand on the lines above the arrow, the first with the severity."""
    for first in range(number - 1, max(-1, number - 8), -1):
        error = _ERROR.match(lines[first])
        if error:
            words = [error["message"], *(line.rstrip() for line in lines[first + 1 : number] if line.strip())]
            last = number
            while last + 1 < len(lines) and last - number < 12 and _FRAME.match(lines[last + 1]):
                last += 1
            where = (place["file"], int(place["line"]), 0)
            severity = Severity(error["severity"])
            message = "\n".join(words)
            return Diagnostic(*where, severity, code, message, "prisma", read_from=first + 1, read_to=last + 1)
    return None


def _numbered(lines: list[str], number: int, match: re.Match[str]) -> Diagnostic:
    """``Error: P1001: words``, or the words below it."""
    words = match["message"] or next((line.strip() for line in lines[number + 1 : number + 4] if line.strip()), "")
    last = number + 1 if match["message"] else min(number + 3, len(lines))
    message = words or match["code"]
    return Diagnostic("", 0, 0, Severity.ERROR, match["code"], message, "prisma", read_from=number + 1, read_to=last)
