"""gfortran: the place first, then the source with a number under it, then what is wrong ``at (1)``.

Format: GNU Fortran's ``error.cc``; older releases write the column after a dot, and ``Include:`` above the place.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_PLACE = (
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}\.[fF](?:or|OR|pp|PP|tn|[0-9]{2})?):(?P<line>[0-9]{1,7})"
    r"(?:[:.](?P<column>[0-9]{1,7})(?:-[0-9]{1,7})?)?:\s*$"
)
_SAID = r"(?P<severity>Fatal Error|Internal Error|Error|Warning)(?: at \(1\))?: (?P<message>.*)"
_FLAG = r" \[(?P<flag>-W[^\]\s]{1,100})\]$"
_REACH = 14


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per message; a second place that is told before it, is related."""
    if ".f" not in text.lower():
        return ()
    place, said, flag = re.compile(_PLACE), re.compile(_SAID), re.compile(_FLAG)
    found: list[Diagnostic] = []
    places: list[tuple[int, Location]] = []
    for at, line in enumerate(text.split("\n")):
        if len(found) == MOST_PARSED:
            break
        where = place.match(line) if line.endswith((":", ": ")) else None
        if where:
            places.append((at, Location(where["file"], int(where["line"]), int(where["column"] or 0), "(2)")))
        what = said.match(line) if places and line.startswith(("Error", "Warning", "Fatal", "Internal")) else None
        if what and at - places[-1][0] <= _REACH:
            message, code = what["message"].rstrip(), ""
            ending = flag.search(message)
            if ending:
                message, code = message[: ending.start()], ending["flag"]
            own = places[0][1]
            severity = Severity.WARNING if what["severity"] == "Warning" else Severity.ERROR
            related = tuple(location for _, location in places[1:3])
            found.append(
                Diagnostic(
                    own.file,
                    own.line,
                    own.column,
                    severity,
                    code,
                    message,
                    "gfortran",
                    related,
                    read_from=places[0][0] + 1,
                    read_to=at + 1,
                )
            )
        if what or (places and at - places[-1][0] > _REACH):
            places = []
    return tuple(found)
