"""TSLint, the linter before typescript-eslint: its formatters prose (old and new), verbose and stylish."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_PROSE = (
    r"(?:(?P<kind>ERROR|WARNING): )?(?:\((?P<code>[\w-]+)\) )?(?P<file>[^\s(\[][^\[]{0,500}\.[cm]?[jt]sx?)"
    r"(?:\[(?P<line>[0-9]{1,7}), (?P<column>[0-9]{1,7})\]:|:(?P<line2>[0-9]{1,7}):(?P<column2>[0-9]{1,7}) -) "
    r"(?P<message>\S.*)"
)
_STYLISH = (
    r"(?P<kind>ERROR|WARNING): (?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s{1,9}"
    r"(?P<code>[\w-]+)\s{2,40}(?P<message>\S.*)"
)
_PLACE = r":[0-9]+:[0-9]+$"


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings; a line that does not say which it is, is an error."""
    lines = text.split("\n")
    return tuple(_rows(lines))[:MOST_PARSED]


def _rows(lines: list[str]) -> Iterator[Diagnostic]:
    prose, stylish = re.compile(_PROSE), re.compile(_STYLISH)
    file = ""
    for at, line in enumerate(lines):
        rowed = stylish.match(line) if file and line.startswith(("ERROR: ", "WARNING: ")) else None
        match = rowed or (prose.match(line) if "]: " in line or " - " in line else None)
        if not match or (not rowed and not match["line"] and not match["kind"]):
            file = re.sub(_PLACE, "", line.strip()) if not line.startswith(" ") else file
            continue
        named = match.groupdict()
        place = (
            int(named.get("line") or named.get("line2") or 0),
            int(named.get("column") or named.get("column2") or 0),
        )
        yield Diagnostic(
            named.get("file") or file,
            *place,
            Severity((match["kind"] or "ERROR").lower()),
            match["code"] or "",
            match["message"].rstrip(),
            "tslint",
            read_from=at + 1,
            read_to=at + 1,
        )
