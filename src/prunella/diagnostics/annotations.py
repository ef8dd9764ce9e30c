"""What tools print for a CI system to show beside the code: GitHub's workflow commands, Azure's logging commands.

Formats: ``::error file=F,line=L,col=C,title=T::message`` (GitHub's documentation, "Workflow commands"; ``%25``,
``%0D``, ``%0A``, and in properties ``%3A`` and ``%2C``, are escapes), and Azure's "Logging commands",
``##vso[task.logissue type=error;sourcepath=F;linenumber=L]message``. ruff, Biome, oxlint, Jest and Vitest write them,
often beside their ordinary report: a place of which another parser has spoken is not told again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_GITHUB = re.compile(r"\s*::(?P<kind>error|warning|notice) (?P<properties>[^\n]{0,2000}?)::(?P<message>.*)")
_AZURE = re.compile(r"\s*##vso\[task\.logissue (?P<properties>[^\]\n]{1,2000})\](?P<message>.*)")
_PROPERTY = re.compile(r"(?P<key>[A-Za-z]{1,20})=(?P<value>[^,;]*)")
_RULE = re.compile(r"(?P<tool>[A-Za-z]{1,20}) \((?P<code>[\w-]{1,40})\)$")
_CODE = re.compile(r"(?:[a-z][\w-]*/){1,4}[\w-]+$|[A-Z]{1,5}[0-9]{1,6}$")
_REPEATED = r"{}(?::[0-9]{{1,7}}){{0,2}}:? (?:(?P<code>[A-Z]{{1,5}}[0-9]{{1,6}}|[a-z]+(?:-[a-z]+)+):? )?(?P<rest>.*)"
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "notice": Severity.NOTE}
_TOOLS = {"ruff", "oxlint", "eslint", "biome"}
_COMMANDS = ("::error ", "::warning ", "::notice ", "##vso[task.logissue ")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One diagnostic per command that names a file."""
    found: list[Diagnostic] = []
    for line in text.split("\n") if any(command in text for command in _COMMANDS) else ():
        match = _GITHUB.match(line) or _AZURE.match(line) if _is_command(line) else None
        new = _diagnostic(match) if match else None
        if new and len(found) < MOST_PARSED:
            found.append(new)
    return tuple(found)


def noise(text: str) -> Iterator[tuple[int, int]]:
    """The commands themselves: nobody else reads them."""
    for number, line in enumerate(text.split("\n"), 1):
        if _is_command(line):
            yield number, number


def _is_command(line: str) -> bool:
    return line.lstrip().startswith(_COMMANDS)


def _diagnostic(match: re.Match[str]) -> Diagnostic | None:
    told = {each["key"].lower(): _unescaped(each["value"]) for each in _PROPERTY.finditer(match["properties"])}
    file = told.get("file") or told.get("sourcepath", "")
    severity = _SEVERITIES.get(match.groupdict().get("kind") or told.get("type", ""))
    if not file or severity is None:
        return None
    title = told.get("title", "")
    rule = _RULE.match(title)
    source, code = (rule["tool"].lower(), rule["code"]) if rule else (title.lower(), told.get("code", ""))
    code = code or (title if _CODE.match(title) else "")
    code = title if title in {"format", "parse", "organizeImports"} else code
    if code.startswith(("lint/", "assist/", "format", "parse", "organizeImports")):
        source = "biome"
    message = _unescaped(match["message"]).strip()
    start = re.escape(file.replace("\\", "/").rsplit("/", 1)[-1])
    again = re.match(rf"(?:[^\n:]{{0,500}}/)?{_REPEATED.format(start)}", message, re.DOTALL)
    if again:  # ruff repeats the place and the rule before the words.
        code, message = code or again["code"] or "", again["rest"]
    line, column = _number(told, "line", "linenumber"), _number(told, "col", "column", "columnnumber")
    end = (_number(told, "endline"), _number(told, "endcolumn"))
    source = source if source in _TOOLS else "annotation"
    return Diagnostic(file, line, column, severity, code, message, source, (), *end)


def _unescaped(words: str) -> str:
    for escape, meant in (("%0D", ""), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        words = words.replace(escape, meant)
    return words


def _number(told: dict[str, str], *keys: str) -> int:
    value = next((told[key] for key in keys if key in told), "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else 0
