"""Vite, Rollup and Rolldown: what stands below ``error during build:``, Rollup's ``[!]`` and ``(!)``, the dev server.

Rollup counts columns from 0, Rolldown from 1, PostCSS, Sass and Vue from 1; a diagnostic counts from 1. esbuild's
messages inside Vite's are esbuild's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from prunella.diagnostics.limits import MOST_PARSED
from prunella.diagnostics.miette import marked
from prunella.domain import Diagnostic, Severity

_FILE_NAME = r"(?:[A-Za-z]:)?[^\s:(\[][^:(]{0,500}?"
_AT = r":(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})"
_OPENING = r"\s*[╭,][─-]+\[\s*(?P<file>[^\s\]].{0,500}?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s*\]"
_ROLLDOWN = r"(?:Error: |Warning: )?\[(?P<code>[\w:@/.-]+)\] (?:Error: |Warning: )?(?P<message>\S.*)"
_PREFIX = (
    r"(?:\[!\] |\(!\) )?(?:\w*Error: )?(?:\[(?P<from>[\w:@/.-]+)\]:? )?"
    r"(?:(?:\[plugin [^\]]{1,100}\]|\(plugin [^)]{1,100}\)) )?(?:\w*Error: )?"
    r"(?:\[(?:sass|postcss|less|vue/compiler-sfc)\] )?"
    r"(?:\w*Error: )?"
)
_PATH = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,500}?)"
_PLACED = rf"{_PATH} \((?P<line>[0-9]{{1,7}}):(?P<column>[0-9]{{1,7}})\): (?P<message>.*)"
_LED = rf"(?P<file>{_FILE_NAME}){_AT}:? (?P<message>\S.*)"
_BABEL = (
    r"(?:(?P<file>(?:[A-Za-z]:)?[^\s:]{1,500}\.\w{1,8}): )?"
    r"(?P<message>.*) \((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\)$"
)
_FILE = rf"\s*(?:[Ff]ile|Id): (?P<file>.{{1,500}}?)(?:{_AT})?(?: \(.*\))?$"
_SASS = r"\s+(?P<file>\S.{0,500}?) (?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s+root stylesheet"
_FROM = (
    r"""(?:Could not resolve|[Ff]ailed to resolve import) .{1,300}? """
    r"""(?:from|in) (?:["'](?P<file>[^"']+)["']|(?P<bare>\S+)$)"""
)
_PLUGIN = rf"\[plugin [^\]]{{1,100}}\](?: (?P<file>{_FILE_NAME}){_AT})?$"
_SERVER = (
    r"(?:[0-9:]{4,8} ?(?:[AP]M)? )?\[vite\] (?:\(\w+\) )?"
    r"(?:Internal server error|Pre-transform error|Error[^:]{0,60}): (?P<message>\S.*)"
)
_NUXT = r"\s{0,4}(?:ERROR|\[error\])\s{1,4}(?P<message>\[[\w:-]{0,60}vite[\w:-]{0,60}\].*)"
_BELOW = rf"{_PATH}:? \((?P<line>[0-9]{{1,7}}):(?P<column>[0-9]{{1,7}})\)$"
_FRAME = r"\s*(?:[0-9]+\s*[:|│]|[|│╷╵^]|\s+\^)"
_FRAME_ROW = r"(?P<lead>(?P<line>[0-9]{1,7}): )"
_NEXT = r"error |\[!\]|\(!\)|ERROR|npm |[0-9:]{4,8} ?(?:[AP]M)? \[vite\]|\[vite\] "
_BEGINS = "error during build:"
_ONE_BASED = ("  Plugin: vite:import-analysis", "  Plugin: vite:vue", "  Plugin: vite:css")
_NEAR = 40
_LONGEST = 1_000


class _Told(NamedTuple):
    file: str
    line: int
    column: int
    message: str


def parse(text: str) -> tuple[Diagnostic, ...]:
    """The errors of a bundler's build, and the warnings of Rollup that have a title."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for at, line in enumerate(lines):
        if len(found) >= MOST_PARSED:
            break
        if line.startswith(_BEGINS):
            found += _build(lines, at)
        elif "[vite" in line and (match := _served(line)):
            found.append(_error(lines, at, at, match["message"], "vite"))
        elif line.startswith("[!] "):
            found += _titled(lines, at)
        elif line.startswith(("[", "Error: [", "Warning: [")):
            found += _drawn(lines, at)
        elif line.startswith("(!) "):
            found += _warning(lines, at)
        elif line.startswith("RollupError: ") and not (at and lines[at - 1].startswith(_BEGINS)):
            found.append(_error(lines, at, at, line, "rollup"))
    return tuple(found)


def _served(line: str) -> re.Match[str] | None:
    """The dev server's words, or those of Nuxt's build; what esbuild could not transform has lines of its own."""
    return None if "Transform failed" in line else re.match(_SERVER, line) or re.match(_NUXT, line)


def _drawn(lines: list[str], at: int) -> Iterator[Diagnostic]:
    """Rolldown: ``[CODE] message`` and below it a frame that opens with the place."""
    title = re.match(_ROLLDOWN, lines[at])
    if not title or title["code"].startswith("plugin"):
        return
    opening = re.compile(_OPENING)
    for number in range(at + 1, min(at + 8, len(lines))):
        if place := opening.match(lines[number]):
            _, _, end = marked(lines, number, len(lines))
            code = title["code"] if title["code"].isupper() else ""
            message = "\n".join([title["message"].rstrip(), *map(str.rstrip, lines[at + 1 : number])])
            severity = Severity.WARNING if "Warning: " in lines[at][:80] else Severity.ERROR
            where = (place["file"], int(place["line"]), int(place["column"]))
            yield Diagnostic(*where, severity, code, message, "rolldown", read_from=at + 1, read_to=end)
            return
        if not lines[number].strip() or lines[number].startswith("    at "):
            return


def _build(lines: list[str], at: int) -> list[Diagnostic]:
    """What follows the words ``error during build:``; what Rolldown draws and lines of esbuild are told elsewhere."""
    start = at + 1
    while start < len(lines) and (not lines[start].strip() or lines[start].startswith("Build failed with ")):
        start += 1
    if start >= len(lines):
        return []
    if list(_drawn(lines, start)):
        return []
    if "Transform failed with " in lines[start] or ": ERROR: " in lines[start]:
        return []
    plugin = re.match(_PLUGIN, lines[start])
    if plugin and start + 1 < len(lines):
        told = _error(lines, at, start + 1, lines[start + 1], "rolldown")
        return [told if told.file or not plugin["file"] else _moved(told, plugin)]
    return [_error(lines, at, start, lines[start], "vite")]


def _moved(told: Diagnostic, place: re.Match[str]) -> Diagnostic:
    from dataclasses import replace

    return replace(told, file=place["file"], line=int(place["line"]), column=int(place["column"]) + 1)


def _titled(lines: list[str], at: int) -> list[Diagnostic]:
    """``[!]``: Rollup's last words on its own command line."""
    return [_error(lines, at, at, lines[at], "rollup")]


def _error(lines: list[str], first: int, at: int, line: str, source: str) -> Diagnostic:
    """The message in ``line``, line ``at`` of the log, with the place that it or the lines around it know."""
    end = at + 1
    while end < len(lines) and end - at < _NEAR and not re.match(_NEXT, lines[end]):
        end += 1
    below = lines[at + 1 : end]
    if not any(re.match(_FILE, row) for row in below):
        above = lines[max(0, first - _NEAR) : first]
        begins = next((n for n in range(len(above) - 1, -1, -1) if re.match(_FILE, above[n])), None)
        if begins is not None and lines[first].startswith(_BEGINS):
            below = [*above[begins : begins + 1], *below]  # Vite 4 prints the place before it prints the error
            first = max(0, first - len(above) + begins - 1)
    told = _told(line, below)
    last = (
        at + 1 + next((n for n, row in enumerate(lines[at + 1 : end]) if _ends(row, lines, at + 2 + n)), end - at - 1)
    )
    return Diagnostic(
        told.file, told.line, told.column, Severity.ERROR, "", told.message, source, read_from=first + 1, read_to=last
    )


def _ends(row: str, lines: list[str], following: int) -> bool:
    """A blank line with no frame, file or stack after it ends an error."""
    if row.strip():
        return False
    rest = lines[following] if following < len(lines) else ""
    return not re.match(rf"{_FRAME}|\s+at |(?:[Ff]ile|/)|\s*$", rest)


def _told(line: str, below: list[str]) -> _Told:
    prefix = re.match(_PREFIX, line[:_LONGEST])
    words = line[prefix.end() if prefix else 0 : _LONGEST].rstrip()
    one_based = bool(prefix and re.search(r"\[(?:postcss|sass|less)\]|vite:vue\] \[plugin|CssSyntaxError", prefix[0]))
    one_based = one_based or any(row.startswith(_ONE_BASED) for row in below[:12])
    known = next(filter(None, (re.match(_FILE, row) for row in below)), None)
    file = known["file"].partition("?")[0] if known else ""
    for pattern in (_PLACED, _LED, _BABEL):
        place = re.match(pattern, words)
        if place:
            message = place["message"]
            if again := re.match(_LED, message):
                message = again["message"]
            led = pattern == _LED and not place["file"].endswith(".svelte")
            column = int(place["column"]) + (0 if one_based or led else 1)
            return _Told(place["file"] or file, int(place["line"]), column, message)
    sass = next(filter(None, (re.match(_SASS, row) for row in below)), None)
    if sass:
        return _Told(file or sass["file"], int(sass["line"]), int(sass["column"]), words)
    if known and known["line"]:
        return _Told(file, int(known["line"]), int(known["column"]) + (0 if one_based else 1), words)
    placed = next(filter(None, (re.match(_BELOW, row) for row in below[:3])), None)
    if placed:
        return _Told(placed["file"], int(placed["line"]), int(placed["column"]) + 1, words)
    resolved = re.search(_FROM, words)
    return _Told(file or ((resolved["file"] or resolved["bare"]) if resolved else ""), 0, 0, words)


def _warning(lines: list[str], at: int) -> list[Diagnostic]:
    """``(!) title``, then perhaps an address, a file, and a row with the code above a caret."""
    end = at + 1
    while (
        end < len(lines)
        and end - at < 30
        and lines[end].strip()
        and not lines[end].startswith(("(!)", "[!]", "created "))
    ):
        end += 1
    below = [row for row in lines[at + 1 : end] if not row.startswith(("https://", "http://"))]
    told = _told(lines[at], [])
    caret = next((n for n, row in enumerate(below) if row.strip() == "^" and n), None)
    row = re.match(_FRAME_ROW, below[caret - 1]) if caret else None
    file, line, column, message = told
    if row and caret and not line:
        line, column = int(row["line"]), below[caret].index("^") - len(row["lead"]) + 1
        file = below[0].strip() if caret >= 2 else ""
    elif not line and below and not row:
        message = "\n".join([message, *map(str.rstrip, below)])
        imported = re.search(r'\(imported by "?(?P<file>[^"()]+)"?\)', message)
        file = imported["file"] if imported else ""
    return [
        Diagnostic(file, line, max(column, 0), Severity.WARNING, "", message, "rollup", read_from=at + 1, read_to=end)
    ]
