"""Sphinx and docutils: warnings and errors in documents and in docstrings."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_LINE = re.compile(
    r"(?P<file>\S.*?\.(?:rst|md|txt|ipynb|pyi?|html))(?::docstring of (?P<owner>[\w.]+))?"
    r":(?:(?P<line>[0-9]{1,7})|None)?:? (?P<severity>WARNING|ERROR|CRITICAL|SEVERE): (?P<message>.*)"
)
_DOCUTILS = re.compile(
    r"(?P<file>\S.*?\.(?:rst|md|txt)):(?P<line>[0-9]{1,7}): "
    r"\((?P<severity>WARNING|ERROR|SEVERE)/[0-9]\) (?P<message>.*)"
)
_PROGRESS = re.compile(r"^[a-z][a-z ]{2,60}\.\.\. (?:\[ {0,2}[0-9]{1,3}%\] \S{1,200} )?(?:done)?(?=\S)")
_TAG = re.compile(r"(?P<message>.*\S) \[(?P<code>[\w.-]+)\]$")
_MARKS = (" WARNING: ", " ERROR: ", " CRITICAL: ", " SEVERE: ", " (WARNING/", " (ERROR/", " (SEVERE/")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per message; the code is the tag that newer versions put behind it (``[ref.python]``)."""
    if not any(mark in text for mark in _MARKS):
        return ()
    found: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), 1):
        if len(found) == MOST_PARSED:
            break
        line = _PROGRESS.sub("", line)  # noqa: PLW2901 -- Sphinx writes on the line of its progress
        match = (_LINE.match(line) or _DOCUTILS.match(line)) if any(mark in line for mark in _MARKS) else None
        if match:
            message = match["message"].rstrip()
            tag = _TAG.match(message)
            code, message = (tag["code"], tag["message"]) if tag else ("", message)
            severity = Severity.WARNING if match["severity"] == "WARNING" else Severity.ERROR
            where = (match["file"], int(match["line"] or 0), 0)
            found.append(Diagnostic(*where, severity, code, message, "sphinx", read_from=number, read_to=number))
    return tuple(found)
