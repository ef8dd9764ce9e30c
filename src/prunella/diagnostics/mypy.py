"""mypy, plain and ``--pretty``, with or without columns and error codes."""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HEAD = (
    r"(?P<file>\S.*?\.pyi?):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7})(?::[0-9]+:[0-9]+)?)?: "
    r"(?P<severity>error|note|warning): (?P<message>.*)"
)
_CODE = r"(?P<code>[a-z][a-z0-9-]*)\]"
_CARETS = r"^\s+\^~*\s*$"
_MOST_WRAPPED = 8


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors, each with the notes on the same line in its message; links to the manual are left out."""
    if ": error: " not in text or ".py" not in text:
        return ()
    head, code = re.compile(_HEAD), re.compile(_CODE)
    pretty = bool(re.search(_CARETS, text, re.MULTILINE))
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for number, line in enumerate(lines):
        if len(found) == MOST_PARSED:
            break
        match = head.match(line)
        if not match:
            continue
        parts = match.groupdict()
        message = parts["message"] + (_wrapped(lines, number + 1, head) if pretty else "")
        line_number, column = int(parts["line"]), int(parts["column"] or 0)
        if parts["severity"] != "note":
            words, _, last = message.rstrip().rpartition(" [")
            ending = code.fullmatch(last) if words else None
            kind, message = (ending["code"], words) if ending else ("", message)
            severity = Severity(parts["severity"])
            found.append(Diagnostic(parts["file"], line_number, column, severity, kind, message.rstrip(), "mypy"))
        elif found and (found[-1].file, found[-1].line) == (parts["file"], line_number) and "https://" not in message:
            found[-1] = replace(found[-1], message=f"{found[-1].message}\n{message}")
    return tuple(found)


def _wrapped(lines: list[str], start: int, head: re.Pattern[str]) -> str:
    """The rest of a message that ``--pretty`` wrapped; the source line below it is indented."""
    rest = ""
    for line in lines[start : start + _MOST_WRAPPED]:
        if not line or line.startswith((" ", "Found ")) or head.match(line):
            break
        rest += " " + line.strip()
    return rest
