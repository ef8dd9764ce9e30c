"""ruff, concise and full; the concise form is also that of flake8, pycodestyle and pylint."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_CONCISE = (
    r"(?P<file>\S.*?\.(?:pyi?|ipynb|toml)):(?:cell [0-9]+:)?(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): "
    r"(?P<code>[A-Z]{1,6}[0-9]{1,5}|invalid-syntax|SyntaxError):? (?:\[\*\] )?(?P<message>.*)"
)
_TITLE = r"(?P<code>[A-Z]{1,6}[0-9]{1,5}|invalid-syntax):? (?:\[\*\] )?(?P<message>\S.*)"
_PLACE = r"\s*--> (?P<file>.+?):(?:cell [0-9]+:)?(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})$"


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per finding (these tools fail on what they call a finding, whatever its weight)."""
    if ".py" not in text:
        return ()
    concise, title, place = re.compile(_CONCISE), re.compile(_TITLE), re.compile(_PLACE)
    found: list[Diagnostic] = []
    before = ""
    for line in text.split("\n"):
        if len(found) == MOST_PARSED:
            break
        match = concise.match(line)
        if match:
            found.append(_diagnostic(match.groupdict(), match["code"], match["message"]))
        elif "--> " in line:
            where, what = place.match(line), title.match(before)
            if where and what:
                found.append(_diagnostic(where.groupdict(), what["code"], what["message"]))
        before = line
    return tuple(found)


def _diagnostic(where: dict[str, str], code: str, message: str) -> Diagnostic:
    line, column = int(where["line"]), int(where["column"])
    return Diagnostic(where["file"], line, column, Severity.ERROR, code, message.rstrip(), "ruff")
