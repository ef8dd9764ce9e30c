"""Shells and ShellCheck: syntax errors and missing commands in scripts, and the linter's findings in each of its
formats.

Formats: ShellCheck's ``tty`` and ``gcc``; ``script: line 3: message`` (bash), ``script: 3:
message`` (dash), ``script:3: message`` (zsh).
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_IN = re.compile(r"In (?P<file>\S.*) line (?P<line>[0-9]{1,7}):$")
_FINDING = re.compile(
    r"(?P<blanks>\s*)\^(?P<width>-*\^|--) (?P<code>SC[0-9]{4})(?: \((?P<severity>error|warning|info|"
    r"style)\))?: (?P<message>.*)"
)
_GCC = re.compile(
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): "
    r"(?P<severity>error|warning|note|info|style): (?P<message>.*) \[(?P<code>SC[0-9]{4})\]$"
)
_PATH_BASH = re.compile(r"(?P<file>[^\s:][^:\n]{0,400}): (?:-c: )?line (?P<line>[0-9]{1,7}): (?P<message>\S.*)")
_DASH = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}): (?P<line>[0-9]{1,7}): (?P<message>Syntax error: .*|Bad substitution|"
    r"\S{1,200}: (?:not found|Permission denied|parameter not set|"
    r"parameter null or not set|bad variable name|is read only|arithmetic .*)|(?:\S{1,200}: )?[Cc]annot open .*|"
    r"cannot create .*|\S{1,200}: unexpected operator)$"
)
_ZSH = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}):(?P<line>[0-9]{1,7}): (?P<message>parse error near .*|command not found: .*|"
    r"no matches found: .*|bad substitution)$"
)
_DASH_SCRIPT = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}\.(?:sh|bash|ash|ksh)): (?P<line>[0-9]{1,7}): (?P<message>[^\s:]{1,200}: \S.*)"
)
_NO_SCRIPT = re.compile(
    r"(?P<file>(?:/(?:usr/)?bin/)?(?:ba|da|z|k|a)?sh): (?P<line>)(?P<message>[^\s:][^:\n]{0,400}: (?:"
    r"No such file or directory|"
    r"command not found|not found|Permission denied|cannot execute.*|Is a directory))$"
)
_SCRIPTS = (".sh", ".bash", ".bats", ".ksh")
_MESSAGES = re.compile(
    r"syntax error|unexpected (?:EOF|end of file)|.*: (?:command not found|unbound variable|"
    r"No such file or directory|Permission denied|.*No such process|"
    r"bad substitution|readonly variable|ambiguous redirect|integer expression expected|unary operator expected|"
    r"binary operator expected|"
    r"too many arguments|not a valid identifier|cannot execute|Is a directory|bad interpreter.*|"
    r"invalid (?:option|number).*|"
    r"numeric argument required|division by 0.*|syntax error.*|parameter (?:null or )?not set|"
    r"bad array subscript|value too great.*|"
    r"Argument list too long|can only `.*|command substitution: .*|cannot overwrite existing file|missing `\]'|"
    r"Bad file descriptor|conditional .*)|"
    r".*\bunexpected\b|conditional binary operator|here-document at line|(?:[0-9]+ )?(?:Segmentation fault|"
    r"Killed|Aborted|Bus error|Terminated|Floating point)",
)
_SHELLS = frozenset(
    {
        "sh",
        "bash",
        "dash",
        "zsh",
        "ksh",
        "ash",
        "/bin/sh",
        "/bin/bash",
        "/usr/bin/bash",
        "/usr/bin/sh",
        "/bin/dash",
        "-bash",
        "-sh",
        "main",
        "environment",
        "/bin/ash",
        "/bin/zsh",
    }
)
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}


def parse(text: str) -> tuple[Diagnostic, ...]:
    """ShellCheck's findings and the shells' own errors."""
    found: list[Diagnostic] = []
    lines = text.split("\n")
    file, number = "", 0
    for at, line in enumerate(lines):
        if len(found) >= MOST_PARSED:
            break
        if ":" not in line:
            continue
        if line.startswith("In "):
            where = _IN.match(line)
            if where:
                file, number = where["file"], int(where["line"])
                continue
        if "^" in line and file:
            finding = _FINDING.match(line)
            if finding:
                found.append(_finding(finding, file, number, lines, at))
                continue
        one = _line(line, at, lines)
        if one:
            found.append(one)
    return tuple(found)


def _finding(match: re.Match[str], file: str, number: int, lines: list[str], at: int) -> Diagnostic:
    start = at
    while start > 0 and at - start < 40 and not lines[start].startswith("In "):
        start -= 1
    clean = not any(_FINDING.match(line) for line in lines[start:at])
    return Diagnostic(
        file, number, len(match["blanks"]) + 1, _SEVERITIES.get(match["severity"] or "error", Severity.NOTE),
        match["code"],
        match["message"].rstrip(), "shellcheck", read_from=start + 1 if clean else at + 1, read_to=at + 1,
    )  # fmt: skip


def _line(line: str, at: int, lines: list[str]) -> Diagnostic | None:
    """ShellCheck's gcc format, or what a shell says of a script."""
    if "[SC" in line:
        match = _GCC.match(line)
        if match:
            severity = _SEVERITIES.get(match["severity"], Severity.NOTE)
            return Diagnostic(
                match["file"], int(match["line"]), int(match["column"]), severity, match["code"], match["message"],
                "shellcheck", read_from=at + 1, read_to=at + 1,
            )  # fmt: skip
    match = _PATH_BASH.match(line) if ": line " in line else None
    name = "bash"
    known = match and (match["file"].endswith(_SCRIPTS) and not match["message"].startswith("`"))
    if match and not known and not _MESSAGES.match(match["message"]):
        return None
    if not match:
        match, name = (_DASH.match(line) or _DASH_SCRIPT.match(line), "sh") if ": " in line else (None, "")
    if not match and "sh: " in line:
        match, name = (
            _NO_SCRIPT.match(line),
            "bash" if line.startswith(("bash", "/bin/bash", "/usr/bin/bash")) else "sh",
        )
    if not match:
        match, name = (
            (_ZSH.match(line), "zsh") if "parse error near" in line or "command not found" in line else (None, "")
        )
    if not match:
        return None
    file = match["file"].strip()
    place = int(match["line"] or 0)
    if file in _SHELLS or " -c" in file:
        file, place = "", 0
    below = lines[at + 1] if at + 1 < len(lines) else ""
    quoted = "yntax error near" in match["message"] and below.startswith(match[0][: match.start("message")])
    message = match["message"].rstrip()
    severity = Severity.WARNING if message.startswith("warning: ") else Severity.ERROR
    return Diagnostic(
        file, place, 0, severity, "", message.removeprefix("warning: "), name,
        read_from=at + 1, read_to=at + 1 + quoted,
    )  # fmt: skip
