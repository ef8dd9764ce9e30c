"""flake8, pycodestyle and pyflakes, flake8's pylint format, and bandit.

One error per finding of the first three, but what their code calls a warning (W) is one. bandit's issues are errors,
warnings or notes by severity.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_DEFAULT = re.compile(
    r"(?P<file>\S.*?):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): (?P<code>[A-Z]{1,4}[0-9]{1,5}):? (?P<message>\S.*)"
)
_PYLINT = re.compile(r"(?P<file>\S.*?):(?P<line>[0-9]{1,7}): \[(?P<code>[A-Z]{1,4}[0-9]{1,5})\] (?P<message>\S.*)")
_PYFLAKES = re.compile(
    r"(?P<file>[^\s:]\S*?\.pyi?):(?P<line>[0-9]{1,7}):(?:(?P<column>[0-9]{1,7}):?)? (?P<message>"
    r".* imported but unused|undefined name '.*'|local variable '.*' is assigned to but never used|"
    r"redefinition of unused .*|'.*' may be undefined, or defined from star imports: .*|"
    r"'.*' used; unable to detect undefined names|import '.*' from line [0-9]+ shadowed by loop variable|"
    r"f-string is missing placeholders|assertion is always true, .*|'\.\.\.' ?(?:%|\.format).*|"
    r"invalid syntax.*|unexpected indent|unindent .*|dictionary key .* repeated with different values|"
    r"'(?:return|yield|break|continue)' outside .*|local variable '.*' .* referenced before assignment|"
    r"an 'except:' block as not the last exception handler|undefined name .* in __all__|"
    r"raise NotImplemented .*|use ==/!= to compare .*|.*[Ee]xpected .*|EOL while .*|EOF .*|'.*' was never closed|"
    r"unterminated .*)$"
)
_ISSUE = re.compile(r">> Issue: \[(?P<code>B[0-9]{3})(?::[\w-]+)?\] (?P<message>.*)")
_LEVEL = re.compile(r"\s+Severity: (?P<severity>\w+)\s+Confidence: ")
_LOCATION = re.compile(r"\s+Location: (?P<file>\S.*?):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7}))?$")
_LEVELS = {"High": Severity.ERROR, "Medium": Severity.WARNING, "Low": Severity.NOTE}
_FILES = (".py:", ".pyi:", ".pyx:")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per finding."""
    if not any(mark in text for mark in (*_FILES, ">> Issue: [")):
        return ()
    found: list[Diagnostic] = []
    issue: tuple[int, re.Match[str]] | None = None
    level = Severity.ERROR
    for number, line in enumerate(text.split("\n"), 1):
        if len(found) == MOST_PARSED:
            break
        if line.startswith(">> Issue: ["):
            match = _ISSUE.match(line)
            issue, level = ((number, match) if match else None), Severity.ERROR
        elif issue and "Severity: " in line:
            said = _LEVEL.match(line)
            level = _LEVELS.get(said["severity"], Severity.ERROR) if said else level
        elif issue and "Location: " in line:
            place = _LOCATION.match(line)
            if place:
                found.append(_bandit(place, issue, level, number))
            issue = None
        elif any(mark in line for mark in _FILES):
            new = _finding(line, number)
            if new:
                found.append(new)
    return tuple(found)


def _finding(line: str, number: int) -> Diagnostic | None:
    if line.startswith("::"):  # A workflow command of GitHub around it.
        return None
    match, source = _DEFAULT.match(line) or _PYLINT.match(line), "flake8"
    if not match:
        match, source = _PYFLAKES.match(line), "pyflakes"
    if not match:
        return None
    parts = match.groupdict()
    where = (parts["file"], int(parts["line"]), int(parts.get("column") or 0))
    message, code = parts["message"].rstrip(), parts.get("code") or ""
    severity = Severity.WARNING if code[:1] == "W" else Severity.ERROR
    return Diagnostic(*where, severity, code, message, source, read_from=number, read_to=number)


def _bandit(place: re.Match[str], issue: tuple[int, re.Match[str]], level: Severity, number: int) -> Diagnostic:
    """An issue; bandit counts columns from 0."""
    column = int(place["column"]) + 1 if place["column"] else 0
    where = (place["file"].removeprefix("./"), int(place["line"]), column)
    return Diagnostic(
        *where, level, issue[1]["code"], issue[1]["message"].rstrip(), "bandit", read_from=issue[0], read_to=number
    )
