"""ESLint's default report ("stylish"): a file, and below it its rows. Also that of stylelint and oxlint's imitation."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_ROW = r"\s+(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s+(?:[✖×⚠]\s*)?(?P<severity>error|warning)\s+(?P<message>\S.*)"
_FILE = r"\S[^:]*\.\w{1,12}$"


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings, with the rule as code."""
    if " error " not in text and " warning " not in text:
        return ()
    row, name = re.compile(_ROW), re.compile(_FILE)
    found: list[Diagnostic] = []
    file = ""
    for line in text.split("\n"):
        if len(found) == MOST_PARSED:
            break
        if not line.strip():
            file = ""
        elif line[0] not in " \t":
            file = line.strip() if name.match(line.strip()) else ""
        elif file and (match := row.match(line)):
            place = (int(match["line"]), int(match["column"]))
            severity = Severity(match["severity"])
            message, _, code = match["message"].rstrip().rpartition("  ")
            found.append(
                Diagnostic(file, *place, severity, code if message else "", message.rstrip() or code, "eslint")
            )
    return tuple(found)
