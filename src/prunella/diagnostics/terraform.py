"""Terraform and OpenTofu: the framed diagnostics of ``plan``, ``validate`` and ``apply``, with and without the frame.

Format: ``Error: summary``, ``on main.tf line 3, in resource "x" "y":`` with the source below, then the details.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HEAD = re.compile(r"(?:│ |\| )?(?P<severity>Error|Warning): (?P<message>\S.*)")
_ON = re.compile(r"\s+(?:on|with .* on) (?P<file>\S.{0,400}?) line (?P<line>[0-9]{1,7})(?:, in .*|:)?:?$")
_MOST_BELOW = 60


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings; the details are part of the message, the source lines are not."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    at = 0
    while at < len(lines) and len(found) < MOST_PARSED:
        match = _HEAD.match(lines[at]) if "r: " in lines[at] or "g: " in lines[at] else None
        one = _diagnostic(match, lines, at) if match else None
        if one:
            found.append(one)
        at = one.read_to if one else at + 1
    return tuple(found)


def _diagnostic(match: re.Match[str], lines: list[str], start: int) -> Diagnostic | None:
    framed = lines[start].startswith(("│", "|"))
    file, number, words, at, blanks = "", 0, [match["message"].rstrip()], start + 1, 0
    while at < min(len(lines), start + _MOST_BELOW):
        line = lines[at]
        if framed and not line.startswith(("│", "|")):
            break
        line = line[1:].removeprefix(" ") if framed else line
        on = _ON.match(line) if not number and " line " in line else None
        blanks = 0 if line.strip() else blanks + 1
        if on:
            file, number = on["file"], int(on["line"])
        elif not framed and (_HEAD.match(line) or (blanks and number and len(words) > 1)):
            break
        elif line.strip() and not line.startswith("  "):
            words.append(line.rstrip())
        at += 1
    if not number and not framed:
        return None
    severity = Severity.ERROR if match["severity"] == "Error" else Severity.WARNING
    message = "\n".join(words).rstrip()
    return Diagnostic(file, number, 0, severity, "", message, "terraform", read_from=start + 1, read_to=at)
