"""esbuild, and who prints its messages: tsup, Angular's builder, Vite, tsx.

Formats: its terminal log of 2022 and later, the older one (`` > file:line:column: error: words``), and that of its
JavaScript API (``file:line:column: ERROR: words``). esbuild counts columns from 0; a diagnostic counts from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_HEAD = r"\s*(?:[✘X×▲!] )?\[(?P<kind>ERROR|WARNING)\] (?P<message>\S.*)"
_TAIL = r"(?P<message>.*?)(?: \[(?P<tag>plugin [^\]]{1,100}|[a-z][a-z0-9-]{2,60})\])?$"
_CODED = r"(?P<code>(?:TS|NG)-?[0-9]{1,7}): (?P<message>.*)"
_PLACE = r"    (?P<file>\S.{0,500}?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}):$"
_INLINE = (
    r"(?:\s{0,8}|.{0,60}?Error: )(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,500}):(?P<line>[0-9]{1,7}):"
    r"(?P<column>[0-9]{1,7}): (?P<kind>ERROR|WARNING): (?P<message>\S.*)"
)
_OLD = (
    r" > (?P<file>\S.{0,500}?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): "
    r"(?P<kind>error|warning|note): (?P<message>.*)"
)
_LONGEST_BLOCK = 300


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings; a note's place is a related place. The tag of a warning is its code."""
    old = text.startswith(" > ") or "\n > " in text
    if not old and not any(word in text for word in ("[ERROR] ", "[WARNING] ", ": ERROR: ", ": WARNING: ")):
        return ()
    lines = text.split("\n")
    found: list[Diagnostic] = []
    if "[ERROR] " in text or "[WARNING] " in text:
        found += _blocks(lines)
    if ": ERROR: " in text or ": WARNING: " in text:
        found += _inline(lines)
    if old:
        found += _old(lines)
    return tuple(found[:MOST_PARSED])


def _blocks(lines: list[str]) -> Iterator[Diagnostic]:
    head, place = re.compile(_HEAD), re.compile(_PLACE)
    heads = [at for at, line in enumerate(lines) if "[ERROR] " in line or "[WARNING] " in line]
    for at in heads[:MOST_PARSED]:
        match = head.match(lines[at])
        if not match or not _is_esbuild(lines, at):
            continue
        severity = Severity(match["kind"].lower())
        more = at + 1
        while more < len(lines) and lines[more].strip() and more - at < 30 and not place.match(lines[more]):
            more += 1
        message, code = _split("\n".join([match["message"].rstrip(), *map(str.rstrip, lines[at + 1 : more])]))
        places: list[Location] = []
        note, end, number = "", more, more
        while number < len(lines) and number - at < _LONGEST_BLOCK:
            line = lines[number]
            where = place.match(line) if line.endswith(":") else None
            if (line and not line.startswith("  ")) or head.match(line):
                break
            if where:
                places.append(Location(where["file"], int(where["line"]), int(where["column"]) + 1, note))
            elif line.startswith("  ") and not line.startswith("    "):
                note = line.strip()
            number += 1
            end = number if line.strip() else end
        first, others = (places[0], tuple(places[1:])) if places else (Location(""), ())
        yield Diagnostic(
            first.file,
            first.line,
            first.column,
            severity,
            code,
            message,
            "esbuild",
            others,
            read_from=at + 1,
            read_to=end,
        )


def _is_esbuild(lines: list[str], at: int) -> bool:
    """Maven and others begin lines with [ERROR] as well: esbuild has its sign before it, or a place two lines below."""
    head = lines[at].lstrip()
    return not head.startswith("[") or (at + 2 < len(lines) and bool(re.match(_PLACE, lines[at + 2])))


def _split(message: str) -> tuple[str, str]:
    tail = re.match(_TAIL, message.rstrip(), re.DOTALL)
    words, tag = (tail["message"], tail["tag"] or "") if tail else (message, "")
    coded = re.match(_CODED, words, re.DOTALL)
    if coded:
        return coded["message"], coded["code"]
    return words, "" if tag.startswith("plugin ") else tag


def _inline(lines: list[str]) -> Iterator[Diagnostic]:
    inline = re.compile(_INLINE)
    for at, line in enumerate(lines):
        match = inline.match(line) if ": ERROR: " in line or ": WARNING: " in line else None
        if match and not match["file"].endswith(("meson.build", "meson.options", "meson_options.txt")):
            place = (match["file"], int(match["line"]), int(match["column"]) + 1)
            message, code = _split(match["message"])
            yield Diagnostic(
                *place,
                Severity(match["kind"].lower()),
                code,
                message,
                "esbuild",
                read_from=at + 1,
                read_to=_stack(lines, at + 1),
            )


def _stack(lines: list[str], start: int) -> int:
    """The line where esbuild's own stack trace below an error ends; the given one when there is none."""
    end = start
    while end < len(lines) and end - start < 60 and ": ERROR: " not in lines[end]:
        if lines[end].startswith("    at ") and ("esbuild" in lines[end] or "failureErrorWithLog" in lines[end]):
            while end < len(lines) and lines[end].startswith("    at "):
                end += 1
            return end
        end += 1
    return start


def _old(lines: list[str]) -> Iterator[Diagnostic]:
    pattern = re.compile(_OLD)
    for at, line in enumerate(lines):
        match = pattern.match(line) if line.startswith(" > ") else None
        if match:
            end = at + 1
            while end < len(lines) and end - at < 8 and re.match(r"\s+(?:[0-9]+ )?[│╵|]", lines[end]):
                end += 1
            place = (match["file"], int(match["line"]), int(match["column"]) + 1)
            yield Diagnostic(
                *place, Severity(match["kind"]), "", match["message"].rstrip(), "esbuild", read_from=at + 1, read_to=end
            )
