"""Vite, Rolldown, Rollup and esbuild.

esbuild and Rollup count columns from 0, Rolldown from 1; a diagnostic counts from 1.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_MARKS = ("error during build", "RollupError", "[ERROR] ", "] Could not ", ": ERROR: ", "[plugin", "╭─[", ",-[", "[!] ")
_ROLLDOWN = r"(?:Error: )?\[(?P<code>[\w:@/.-]+)\] (?:Error: |Warning: )?(?P<message>\S.*)"
_ROLLDOWN_PLACE = r"\s*[╭,][─-]+\[\s*(?P<file>.+?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s*\]"
_ESBUILD = r"\s*(?:[✘X▲] )?\[(?P<kind>ERROR|WARNING)\] (?P<message>.*)"
_ESBUILD_PLACE = r"    (?P<file>\S.*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}):$"
_INLINE = r"(?P<file>\S.*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): ERROR: (?P<message>.*)"
_PLACED = r"(?P<file>\S.*?) \((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\): (?P<message>.*)"
_BABEL = r"(?P<file>/?[^\s:]+\.\w+): (?P<message>.*) \((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\)"
_FROM = r"""(?:Could not resolve|failed to resolve import|Failed to resolve import) .*? from ["'](?P<file>[^"']+)["']"""
_FILE = r"file: (?P<file>.+?)(?::(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}))?$"
_PREFIX = r"(?:\[!\] )?(?:\w*Error: )?(?:\[[\w:@/.-]+\]:? )?(?:\(plugin [^)]*\) )?(?:\w*Error: )?"
_NEAR = 12
_LONGEST = 1_000


def parse(text: str) -> tuple[Diagnostic, ...]:
    """The errors of a bundler's build."""
    if not any(mark in text for mark in _MARKS):
        return ()
    lines = text.split("\n")
    found = [*_rolldown(lines), *_esbuild(lines), *_inline(lines)]
    return tuple(dict.fromkeys(found or _rollup(lines)))


def _rolldown(lines: list[str]) -> list[Diagnostic]:
    """``[CODE] message`` and below it a frame that opens with the place."""
    head, place = re.compile(_ROLLDOWN), re.compile(_ROLLDOWN_PLACE)
    found: list[Diagnostic] = []
    for number, line in enumerate(lines[:-1]):
        if len(found) == MOST_PARSED:
            break
        title = head.match(line) if line.startswith(("[", "Error: [")) else None
        where = next(filter(None, map(place.match, lines[number + 1 : number + 4])), None) if title else None
        if title and where:
            code = title["code"] if title["code"].isupper() else ""
            position = (int(where["line"]), int(where["column"]))
            found.append(Diagnostic(where["file"], *position, Severity.ERROR, code, title["message"], "rolldown"))
    return found


def _esbuild(lines: list[str]) -> list[Diagnostic]:
    """``[ERROR] message``, then the place; further places belong to notes on it."""
    head, place = re.compile(_ESBUILD), re.compile(_ESBUILD_PLACE)
    found: list[Diagnostic] = []
    note = ""
    for line in lines:
        if len(found) == MOST_PARSED:
            break
        title = head.match(line) if "[ERROR] " in line or "[WARNING] " in line else None
        where = place.match(line) if found and line.endswith(":") else None
        if title:
            severity = Severity(title["kind"].lower())
            found.append(Diagnostic("", 0, 0, severity, "", title["message"].rstrip(), "esbuild"))
        elif where:
            found[-1] = _placed(found[-1], where, note)
        note = line.strip() if line.startswith("  ") and not line.startswith("    ") else note
    return found


def _placed(known: Diagnostic, where: re.Match[str], note: str) -> Diagnostic:
    file, line, column = where["file"], int(where["line"]), int(where["column"]) + 1
    if known.file:
        others = (*known.related, Location(file, line, column, note))
        file, line, column = known.file, known.line, known.column
    else:
        others = known.related
    return Diagnostic(file, line, column, known.severity, "", known.message, "esbuild", others)


def _inline(lines: list[str]) -> list[Diagnostic]:
    """``file:line:column: ERROR: message``, as esbuild's API words it."""
    inline = re.compile(_INLINE)
    matches = [inline.match(line) for line in [line for line in lines if ": ERROR: " in line][:MOST_PARSED]]
    return [_zero_based(match, match["file"], match["message"], "esbuild") for match in matches if match]


def _rollup(lines: list[str]) -> list[Diagnostic]:
    """What follows ``error during build:``, or ``[!]`` on Rollup's own command line."""
    found: list[Diagnostic] = []
    for number, line in enumerate(lines[:-1]):
        if len(found) == MOST_PARSED:
            break
        if line.startswith("error during build:"):
            following = lines[number + 1 : number + 1 + _NEAR]
            while len(following) > 1 and (not following[0].strip() or following[0].startswith("Build failed")):
                following.pop(0)
            found.append(_message(following[0], following[1:], "vite"))
        elif line.startswith("[!] "):
            found.append(_message(line, lines[number + 1 : number + 1 + _NEAR], "rollup"))
    return found


def _message(line: str, below: list[str], source: str) -> Diagnostic:
    words = re.sub(f"^{_PREFIX}", "", line)[:_LONGEST].rstrip()
    for pattern in (_PLACED, _BABEL):
        match = re.match(pattern, words)
        if match:
            return _zero_based(match, match["file"], match["message"], source)
    told = next(filter(None, (re.match(_FILE, row) for row in below)), None)
    if told and told["line"]:
        return _zero_based(told, told["file"], words, source)
    resolved = re.search(_FROM, words)
    file = told["file"] if told else resolved["file"] if resolved else ""
    return Diagnostic(file, 0, 0, Severity.ERROR, "", words, source)


def _zero_based(place: re.Match[str], file: str, message: str, source: str) -> Diagnostic:
    line, column = int(place["line"]), int(place["column"]) + 1
    return Diagnostic(file, line, column, Severity.ERROR, "", message.rstrip(), source)
