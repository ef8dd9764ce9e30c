"""ESLint's reports: stylish, unix, compact, visualstudio, codeframe, pretty, json; and its likes (standard, xo).

Formats: ESLint's built-in formatters of versions 8 to 10 (since 9 only stylish, json and html are built in), and
``eslint-formatter-{codeframe,pretty}``. oxlint prints three of them too and is told by its codes, ``plugin(rule)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.jsonlog import documents, entries, number, words
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_ROW = r"\s+(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s+(?P<severity>error|warning)\s+(?P<message>\S.*)"
_PRETTY = r"  (?P<mark>[✖×⚠‼])\s{1,9}(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s{1,9}(?P<message>\S.*)"
_PRETTY_FILE = r"  (?P<file>\S.{0,500}?):[0-9]{1,7}:[0-9]{1,7}$"
_RULE = r"(?:@?[\w.-]+/)*[\w.-]+(?:\([\w/.-]+\))?"
_FRAME = r"\s*>?\s*[0-9]+ \||\s+\|"
_FILE_LINE = r"\s*(?P<file>(?:[A-Za-z]:)?[^:\s][^:]{0,500})"
_AT = _FILE_LINE + r":(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): "
_UNIX = _AT + r"(?P<message>.*?)\s*\[(?P<severity>Error|Warning)(?:/(?P<code>[^\]\s]+))?\]$"
_COMPACT = (
    _FILE_LINE + r": line (?P<line>[0-9]{1,7}), col (?P<column>[0-9]{1,7}), "
    r"(?P<severity>Error|Warning) - (?P<message>.*?)(?: \((?P<code>[^()\s]+(?:\([^()\s]+\))?)\))?$"
)
_VISUAL_STUDIO = (
    _FILE_LINE + r"\((?P<line>[0-9]{1,7}),(?P<column>[0-9]{1,7})\): (?P<severity>error|warning) "
    r"(?:(?P<code>(?:@?[a-z][\w.-]*/)*[a-z][\w.-]*) : |: (?=Parsing error))(?P<message>.*)"
)
_CODEFRAME = (
    r"(?P<severity>error|warning): (?P<message>.*?)(?P<code>) at "
    r"(?P<file>(?:(?! at )[^:]){1,500}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}):$"
)
_LAST_RULE = r" \((?P<code>[^()\s]+)\)$"
_ONE_LINERS = (("[", _UNIX), (", col ", _COMPACT), (" : ", _VISUAL_STUDIO), (" at ", _CODEFRAME))
_LINE_ROW = r"  Line (?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}):\s+(?P<message>\S.*)"
_STANDARD = _AT + r"(?P<message>.*?)(?: \((?P<code>[@\w./-]+)\))(?P<warning> \(warning\))?$"
_HEAD = _FILE_LINE + (
    r"(?::[0-9]{1,7}:[0-9]{1,7}: |: line [0-9]{1,7}, col [0-9]{1,7}, (?:Error|Warning) - "
    r"|\([0-9]{1,7},[0-9]{1,7}\): (?:error|warning) )"
)
_TAIL = r".{0,2000} (?:\[(?:Error|Warning)/[^\]\s]+\]|\([^()\s]+(?:\([^()\s]+\))?\))$"
_LONGEST_ONE_LINER = 6
_ONE_LINED = ("[Error", "[Warning", "Error - ", "Warning - ", "): error", "): warning", ") at ", "Parsing error")
_LONGEST_ROW = 80


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings, with the rule as code. A configuration that ESLint cannot use is one without a file."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    if " error " in text or " warning " in text:
        found += _stylish(lines)
    if any(word in text for word in _ONE_LINED):
        found += _one_liners(lines)
    if "✖" in text or "⚠" in text:
        found += _pretty(lines)
    if "  Line " in text:
        found += _create_react_app(lines)
    if "standard: " in text:
        found += _standard(lines)
    if '"filePath"' in text and '"messages"' in text:
        found += _json(text)
    if "Oops! Something went wrong!" in text:
        found += _crash(lines)
    return tuple(found[:MOST_PARSED])


def _stylish(lines: list[str]) -> Iterator[Diagnostic]:
    row, rule = re.compile(_ROW), re.compile(_RULE)
    file, at, kept = "", 0, 0
    while at < len(lines) and kept < MOST_PARSED:
        line = lines[at]
        at += 1
        if not line.strip():
            file = ""
        elif line[0] not in " \t":
            file = line.strip() if at < len(lines) and row.match(lines[at]) and ": " not in line else ""
        elif file and (match := row.match(line)):
            first = at
            said, at = _whole(match["message"], lines, at, row, rule)
            message, code = _ruled(said, rule) or (said, "")
            place = (int(match["line"]), int(match["column"]))
            source = "oxlint" if code.endswith(")") else "eslint"
            severity = Severity(match["severity"])
            yield Diagnostic(file, *place, severity, code, message.rstrip(), source, read_from=first, read_to=at)
            kept += 1


def _ruled(said: str, rule: re.Pattern[str]) -> tuple[str, str] | None:
    """The words and the rule, which stands last and after two blanks at least."""
    message, _, code = said.rstrip().rpartition(" ")
    return (message, code) if message.endswith(" ") and rule.fullmatch(code) else None


def _whole(said: str, lines: list[str], at: int, row: re.Pattern[str], rule: re.Pattern[str]) -> tuple[str, int]:
    """A row's message with the lines that belong to it: up to the one that ends with the rule. A parsing error has none
    and ends where the next row or the next blank line is; its code frame is read over."""
    if _ruled(said, rule):
        return said, at
    end = at
    while end < len(lines) and end - at < _LONGEST_ROW and not row.match(lines[end]):
        if lines[end].startswith("✖ ") or (
            end + 1 < len(lines) and row.match(lines[end + 1]) and lines[end][:1] in "/.\\"
        ):
            break
        if lines[end][:1] not in ("", "✖") and _ruled("x" + lines[end], rule):
            return "\n".join([said, *lines[at : end + 1]]), end + 1
        end += 1
    stop = at
    while stop < end and lines[stop].strip():
        stop += 1
    message = "\n".join([said, *lines[at:stop]])
    if stop < end and re.match(_FRAME, lines[stop + 1] if stop + 1 < len(lines) else ""):
        stop += 1
        while stop < end and re.match(_FRAME, lines[stop]):
            stop += 1
    return message, stop


def _one_liners(lines: list[str]) -> Iterator[Diagnostic]:
    """One diagnostic per line: unix, compact, visualstudio, and codeframe with its frame below."""
    patterns = [(word, re.compile(pattern, re.DOTALL)) for word, pattern in _ONE_LINERS]
    head, tail = re.compile(_HEAD), re.compile(_TAIL)
    frame = re.compile(_FRAME)
    kept = 0
    for at, line in enumerate(lines):
        match = next((match for word, each in patterns if word in line and (match := each.match(line))), None)
        end = _end_of_one(lines, at, head, tail, match) if ": " in line else at + 1
        if end > at + 1:
            whole = "\n".join(lines[at:end])
            match = next((match for word, each in patterns if word in whole and (match := each.match(whole))), match)
        if not match or kept == MOST_PARSED:
            continue
        while line.endswith(":") and end < len(lines) and end - at < 12 and frame.match(lines[end]):
            end += 1
        code = match["code"] or ""
        message = match["message"].rstrip()
        if line.endswith(":") and (named := re.search(_LAST_RULE, message)):
            message, code = message[: named.start()], named["code"]
        place = (int(match["line"]), int(match["column"]))
        source = "oxlint" if code.endswith(")") else "eslint"
        severity = Severity(match["severity"].lower())
        yield Diagnostic(match["file"], *place, severity, code, message, source, read_from=at + 1, read_to=end)
        kept += 1


def _end_of_one(
    lines: list[str], at: int, head: re.Pattern[str], tail: re.Pattern[str], match: re.Match[str] | None
) -> int:
    """The line after a message: one of several lines ends with its rule, or (visualstudio) before the next row."""
    studio = match is not None and "): " in lines[at] and " : " in lines[at]
    if (match and match["code"] and not studio) or not head.match(lines[at]):
        return at + 1
    for end in range(at + 1, min(len(lines), at + _LONGEST_ONE_LINER)):
        if not lines[end].strip() or head.match(lines[end]):
            return end if studio else at + 1
        if not studio and tail.match(lines[end]):
            return end + 1
    return at + 1


def _pretty(lines: list[str]) -> Iterator[Diagnostic]:
    """eslint-formatter-pretty (also xo's): a file with its first place, and rows that begin with a sign."""
    row, name = re.compile(_PRETTY), re.compile(_PRETTY_FILE)
    file, kept = "", 0
    for at, line in enumerate(lines):
        if kept == MOST_PARSED or not line.startswith("  "):
            file = ""
        elif file and (match := row.match(line)):
            message, _, code = match["message"].rstrip().rpartition("  ")
            severity = Severity.WARNING if match["mark"] in "⚠‼" else Severity.ERROR
            place = (int(match["line"]), int(match["column"]))
            said = message.rstrip() or code
            code = code if message else ""
            yield Diagnostic(file, *place, severity, code, said, "eslint", read_from=at + 1, read_to=at + 1)
            kept += 1
        elif head := name.match(line):
            file = head["file"] if at + 1 < len(lines) and row.match(lines[at + 1]) else ""


def _create_react_app(lines: list[str]) -> Iterator[Diagnostic]:
    """``  Line 5:10:  words  rule`` below a file; errors if the compilation failed."""
    row = re.compile(_LINE_ROW)
    file, severity = "", Severity.ERROR
    for at, line in enumerate(lines):
        if "Compiled with warnings" in line or "Failed to compile" in line:
            severity = Severity.WARNING if "warnings" in line else Severity.ERROR
        elif line.startswith("  Line ") and file and (match := row.match(line)):
            message, _, code = match["message"].rstrip().rpartition("  ")
            place = (int(match["line"]), int(match["column"]))
            yield Diagnostic(
                file,
                *place,
                severity,
                code if message else "",
                message.rstrip() or code,
                "eslint",
                read_from=at + 1,
                read_to=at + 1,
            )
        elif line.strip() and not line.startswith(" "):
            file = line.strip()


def _standard(lines: list[str]) -> Iterator[Diagnostic]:
    """The lines that ``standard`` indents below its own; ``(null)`` is no rule."""
    pattern = re.compile(_STANDARD)
    for at, line in enumerate(lines):
        match = pattern.match(line) if line.startswith("  ") and line.endswith(")") else None
        if match:
            code = "" if match["code"] == "null" else match["code"]
            severity = Severity.WARNING if match["warning"] else Severity.ERROR
            place = (match["file"], int(match["line"]), int(match["column"]))
            yield Diagnostic(
                *place, severity, code, match["message"].rstrip(), "eslint", read_from=at + 1, read_to=at + 1
            )


def _json(text: str) -> Iterator[Diagnostic]:
    for document in documents(text, ("[{", "[\n", '{"results"')):
        value = document.value.get("results") if isinstance(document.value, dict) else document.value
        for file in entries(value):
            if not isinstance(file.get("messages"), list):
                continue
            for told in entries(file, "messages"):
                severity = Severity.ERROR if told.get("severity") in (2, "error") else Severity.WARNING
                place = (number(told.get("line")), number(told.get("column")))
                end = (number(told.get("endLine")), number(told.get("endColumn")))
                yield Diagnostic(
                    words(file.get("filePath")),
                    *place,
                    severity,
                    words(told.get("ruleId")),
                    words(told.get("message")).rstrip(),
                    "eslint",
                    (),
                    *end,
                    read_from=document.first,
                    read_to=document.last,
                )


def _crash(lines: list[str]) -> Iterator[Diagnostic]:
    """ESLint could not begin: the configuration, a plugin or a parser is at fault."""
    for at, line in enumerate(lines):
        if not line.startswith("Oops! Something went wrong!"):
            continue
        end = at + 1
        while end < len(lines) and end - at < 8 and (not lines[end].strip() or lines[end].startswith("ESLint: ")):
            end += 1
        said: list[str] = []
        while end < len(lines) and end - at < 60 and not lines[end].startswith("    at "):
            said.append(lines[end].rstrip())
            end += 1
        while end < len(lines) and lines[end].startswith("    at "):
            end += 1
        message = "\n".join(said).strip()
        if message:
            yield Diagnostic("", 0, 0, Severity.ERROR, "", message, "eslint", read_from=at + 1, read_to=end)
        return
