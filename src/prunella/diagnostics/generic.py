"""What compilers have in common: ``file:line:column: message``, ``file(line,column): message``, and a title with an
arrow to its place (``--> file:line:column``)."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_PATH = r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:\"'<>|,;=*]{1,400})"
_COLONS = (
    rf"\s*(?:error: |ERROR in )?{_PATH}:(?P<line>[0-9]{{1,7}})(?::(?P<column>[0-9]{{1,7}}))?(?:-[0-9:]+)?"
    r"(?::| -)\s+(?P<rest>\S.*)"
)
_BRACKETS = rf"\s*{_PATH}\((?P<line>[0-9]{{1,7}})(?:[,:](?P<column>[0-9]{{1,7}}))?(?:,[0-9]+)*\)\s*:\s*(?P<rest>\S.*)"
_SEVERITY = (
    r"(?P<severity>fatal error|error|warning|note|info|remark|hint)\b[\s:]*"
    r"(?:(?:\[(?P<bracketed>[\w-]+)\]|(?P<bare>[A-Z]+[0-9]+)(?=:))[\s:]*)?(?P<message>.*)"
)
_TITLE = r"(?P<severity>error|warning)(?:\[(?P<code>[\w:-]+)\])?: (?P<message>\S.*)"
_ARROW = r"\s*--> (?P<file>\S.*?):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7}))?$"
_FILE_LIKE = r"(?:.*/)?[^/]*\.[A-Za-z][\w+-]{0,11}$|.*/[^/.]+$|(?:Make|Docker|Gem|Rake|Jenkins)file$"
_HOSTS = (".com", ".org", ".net", ".io", ".dev", ".local", ".localhost")
_WORDS = {"fatal error": Severity.ERROR, "error": Severity.ERROR, "warning": Severity.WARNING}


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Everything that has a file and a line in front of a message. What carries no word of severity is an error."""
    return _parse(text, marked_only=False)


def parse_marked(text: str) -> tuple[Diagnostic, ...]:
    """Only what the tool itself calls an error or a warning: where another parser knew the log, the rest is noise."""
    return _parse(text, marked_only=True)


def _parse(text: str, *, marked_only: bool) -> tuple[Diagnostic, ...]:
    colons, brackets, file_like = re.compile(_COLONS), re.compile(_BRACKETS), re.compile(_FILE_LIKE)
    title, arrow, severity = re.compile(_TITLE), re.compile(_ARROW), re.compile(_SEVERITY)
    found: dict[Diagnostic, None] = {}
    open_title: re.Match[str] | None = None
    for line in text.split("\n"):
        if len(found) >= MOST_PARSED:
            break
        if line.startswith(("error", "warning")):
            open_title = title.match(line) or open_title
        if "--> " in line and open_title:
            where = arrow.match(line)
            if where:
                found[_diagnostic(where, open_title["severity"], open_title["code"], open_title["message"])] = None
                open_title = None
            continue
        match = colons.match(line) if ":" in line else None
        match = match or (brackets.match(line) if "(" in line and ":" in line else None)
        if match and _names_file(match["file"], file_like):
            said = severity.match(match["rest"])
            if said:
                code = said["bracketed"] or said["bare"]
                found[_diagnostic(match, said["severity"], code, said["message"] or match["rest"])] = None
            elif not marked_only:
                found[_diagnostic(match, None, None, match["rest"])] = None
    return tuple(found)


def _names_file(path: str, file_like: re.Pattern[str]) -> bool:
    if "://" in path or path.startswith("//") or path.lower().endswith(_HOSTS):
        return False
    return bool(file_like.match(path))


def _diagnostic(place: re.Match[str], word: str | None, code: str | None, message: str) -> Diagnostic:
    severity = _WORDS.get(word, Severity.NOTE) if word else Severity.ERROR
    line, column = int(place["line"]), int(place["column"] or 0)
    return Diagnostic(place["file"], line, column, severity, code or "", message.rstrip(), "generic")
