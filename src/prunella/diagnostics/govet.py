"""``go vet -json``: per package, then per analyzer, a list of objects with a place (``posn``) and a message.

It is read line by line: packages follow one another without a comma, with ``#`` lines of the go command between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.domain import Diagnostic, Severity

_ANALYZER = re.compile(r'\t\t"(?P<name>[a-z]\w{0,60})": [\[{]$')
_PLACE = re.compile(r'\t+"posn": "(?P<file>[^"]{1,400}?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})",?$')
_END = re.compile(r'\t+"end": "[^"]{1,400}?:(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})",?$')
_MESSAGE = re.compile(r'\t+"message": (?P<message>"(?:[^"\\]|\\.){0,3000}"),?$')
_FAILED = re.compile(r'\t+"error": (?P<message>"(?:[^"\\]|\\.){0,3000}"),?$')


def problems(lines: list[str]) -> Iterator[Diagnostic]:
    """What the analyzers found, with their names as codes, and those of them that failed."""
    analyzer, place, end, start = "", None, None, 0
    for number, line in enumerate(lines, 1):
        named, at = _ANALYZER.match(line), _PLACE.match(line)
        if named:
            analyzer, place, end = named["name"], None, None
        elif at:
            place, end, start = at, None, number
        elif line.lstrip("\t").startswith('"end"'):
            end = _END.match(line)
        said = _MESSAGE.match(line) if place else _FAILED.match(line) if analyzer else None
        if said:
            where = (place["file"], int(place["line"]), int(place["column"])) if place else ("", 0, 0)
            until = (int(end["line"]), int(end["column"])) if end else (0, 0)
            yield Diagnostic(
                *where, Severity.ERROR, analyzer, _text(said["message"]), "go vet", (), *until,
                read_from=start if place else number, read_to=number,
            )  # fmt: skip
            place = end = None


def _text(quoted: str) -> str:
    import json

    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]
