"""docker build, classic and BuildKit, and hadolint.

Formats: BuildKit's excerpt of the Dockerfile (``>>>`` before the lines of the step that failed) and ``ERROR: failed to
solve: …``, its build checks; the daemon's own errors; hadolint's ``Dockerfile:3 DL3006 warning: message``.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HADOLINT = re.compile(
    r"(?P<file>\S[^:\n]{0,400}):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7}))? (?P<code>(?:DL|"
    r"SC)[0-9]{4}) (?:(?P<severity>error|warning|info|style|ignore): )?(?P<message>\S.*)"
)
_EXCERPT = re.compile(r"(?P<file>\S[^:\n]{0,300}):(?P<line>[0-9]{1,7})$")
_RULE = re.compile(r"-{18,22}$")
_MARKED = re.compile(r" {0,6}(?P<line>[0-9]{1,7}) \| >>>")
_SOLVE = re.compile(
    r"(?:#[0-9]+ )?(?:ERROR|error|Error|ERROR: Error|failed to build)?:? ?(?P<message>(?:failed to (?:solve|"
    r"build|read dockerfile|receive status|dispatch|fetch|compute cache key)\b|(?:target \S+: )?failed to solve).*)"
)
_DAEMON = re.compile(r"(?:docker: |ERROR: )?(?P<message>Error response from daemon: .*|"
    r"Cannot connect to the Docker daemon.*|unable to prepare context: .*|"
                     r"The command '.*' returned a non-zero code: [0-9]+|(?:COPY|ADD) failed: .*|"
                         r"(?:[Ee]rror: )?pull access denied .*|manifest for \S+ not found.*|"
                     r"error during connect: .*|Service '\S+' failed to build.*|"
                         r"invalid reference format.*)$")  # fmt: skip
_AT_LINE = re.compile(
    r"(?:dockerfile )?parse error (?:on )?line (?P<line>[0-9]{1,7})|Dockerfile:(?P<line2>[0-9]{1,7})\b|"
    r"(?:failed to parse|process) Dockerfile.{0,40} line (?P<line3>[0-9]{1,7})",
    re.IGNORECASE,
)
_CHECK = re.compile(r" - (?P<code>[A-Z][A-Za-z]{5,60}): (?P<message>.*?)(?: \(line (?P<line>[0-9]{1,7})\))?$")
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}
_LEGACY_HEAD = "Error response from daemon: "


def parse(text: str) -> tuple[Diagnostic, ...]:
    """The step that failed, once, at its line of the Dockerfile; findings of build checks and of hadolint."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    place = ("", 0, 0)
    checks = "warnings found" in text or "warning found" in text
    for at, line in enumerate(lines):
        if len(found) >= MOST_PARSED:
            break
        if " DL" in line or " SC" in line:
            match = _HADOLINT.match(line)
            if match:
                found.append(_hadolint(match, at))
                continue
        if line.endswith(tuple("0123456789")) and ":" in line:
            place = _excerpt(lines, at) or place
        one = _failure(line, at, place)
        if one:
            if not any(other.message == one.message or other.message.endswith(one.message) for other in found):
                found.append(one)
            place = ("", 0, 0)
        elif checks and line.startswith(" - "):
            check = _CHECK.match(line)
            if check:
                number = int(check["line"] or 0)
                found.append(
                    Diagnostic(
                        "",
                        number,
                        0,
                        Severity.WARNING,
                        check["code"],
                        check["message"],
                        "docker",
                        read_from=at + 1,
                        read_to=at + 1,
                    )
                )
    return tuple(found)


def _excerpt(lines: list[str], at: int) -> tuple[str, int, int] | None:
    """The file and line above a framed excerpt, and the number of the line of the log that it stands in."""
    match = _EXCERPT.match(lines[at])
    if not match or at + 1 >= len(lines) or not _RULE.match(lines[at + 1].strip()):
        return None
    for line in lines[at + 2 : at + 40]:
        marked = _MARKED.match(line)
        if marked:
            return match["file"], int(marked["line"]), at + 1
    return match["file"], int(match["line"]), at + 1


def _failure(line: str, at: int, place: tuple[str, int, int]) -> Diagnostic | None:
    match = None
    if "failed to" in line:
        match = _SOLVE.match(line)
    if not match and (
        "rror" in line
        or "ailed" in line
        or "non-zero" in line
        or "Cannot" in line
        or "denied" in line
        or "unable to" in line
        or "not found" in line
        or "invalid ref" in line
    ):
        match = _DAEMON.match(line)
    if not match:
        return None
    message = match["message"].rstrip()
    file, number, start = place
    if not number:
        where = _AT_LINE.search(message)
        number = int(where["line"] or where["line2"] or where["line3"]) if where else 0
        file = "Dockerfile" if where and "dockerfile" in message.lower() else ""
    return Diagnostic(
        file,
        number,
        0,
        Severity.ERROR,
        "",
        message.removeprefix(_LEGACY_HEAD),
        "docker",
        read_from=start or at + 1,
        read_to=at + 1,
    )


def _hadolint(match: re.Match[str], at: int) -> Diagnostic:
    severity = _SEVERITIES.get(match["severity"] or "warning", Severity.NOTE)
    return Diagnostic(
        match["file"], int(match["line"]), int(match["column"] or 0), severity, match["code"],
        match["message"].rstrip(),
        "hadolint", read_from=at + 1, read_to=at + 1,
    )  # fmt: skip
