"""``next build`` (webpack and Turbopack, with its type check and lint) and webpack itself.

All of them print a line with the file and its place if they know it, then the message, then a frame of code; the frame
says the place when the first line does not.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_HEAD = (
    r"(?:(?P<kind>ERROR|WARNING) in )?(?P<file>\.{1,2}/\S.*?|/\S.*?)"
    r"(?:[: ](?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})(?:-[0-9:]+)?)?$"
)
_CHECKER = r"(?:\[tsl\] )?ERROR in (?P<file>\S.*?)[:(](?P<line>[0-9]{1,7})[:,](?P<column>[0-9]{1,7})\)?$"
_TS = r"\s*(?P<code>TS[0-9]{1,6}): (?P<message>.*)"
_LINT = r"(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s+(?P<kind>Error|Warning): (?P<message>.*)"
_FRAME_HEAD = r"\s*[,╭][-─]\[(?P<file>.+?):[0-9]+:[0-9]+\]"
_FRAME_ROW = r"\s*(?:>\s*)?(?P<line>[0-9]{1,7})\s[|│](?P<code>.*)"
_FRAME_MARK = r"\s*[:|·│]\s(?P<mark>\s*)[\^─]"
_PRERENDER = 'Error occurred prerendering page "'
_MARKS = ("./", "ERROR in ", _PRERENDER)
_TITLES = ("Error:", "Type error:", "Module not found:", "Attempted import error:", "Module parse failed:")
_SAYS_NOTHING = ("Parsing ecmascript source code failed", "Ecmascript file had an error")
_NOISE = ("https://nextjs.org/docs/messages/", "Import trace", "Stack backtrace", "Caused by:", "Learn more:")
_LONGEST_BLOCK = 40
_MOST_WORDS = 6


class _Body:
    """What stands below a head: words before and after the frame, and the place that the frame shows."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.after: list[str] = []
        self.line = 0
        self.column = 0


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors, and warnings of a build that compiled with warnings."""
    if not any(mark in text for mark in _MARKS):
        return ()
    head, lint, checker, ts = (re.compile(pattern) for pattern in (_HEAD, _LINT, _CHECKER, _TS))
    lines = text.split("\n")
    found: list[Diagnostic] = []
    warned = False
    for number, line in enumerate(lines[:-1]):
        if len(found) >= MOST_PARSED:
            break
        following = lines[number + 1]
        if "Compiled with warnings" in line or "Failed to compile" in line or "Compiled successfully" in line:
            warned = "warnings" in line
        elif line.startswith(_PRERENDER):
            found.append(_prerender(line, lines[number + 1 : number + 8]))
        elif line.startswith(("./", "../", "/", "ERROR in ", "WARNING in ", "[tsl] ")):
            typed, place = ts.match(following), checker.match(line)
            match = head.match(line)
            if place and typed:
                found.append(_typed(place, typed))
            elif match and (lint_rows := _lint(match["file"], lines, number + 1, lint)):
                found += lint_rows
            elif match and _is_title(following, bool(match["kind"])):
                severity = Severity.WARNING if warned or match["kind"] == "WARNING" else Severity.ERROR
                found.append(_block(match, lines[number + 1 : number + _LONGEST_BLOCK], severity))
    return _unrepeated(found)


def _is_title(line: str, marked: bool) -> bool:
    """``marked``: the head says by itself that it is one. ts-loader's second line is only the place again."""
    return line.startswith((*_TITLES, *_SAYS_NOTHING)) or (marked and bool(line.strip()) and not line[0].isdigit())


def _typed(place: re.Match[str], typed: re.Match[str]) -> Diagnostic:
    line, column = int(place["line"]), int(place["column"])
    return Diagnostic(place["file"], line, column, Severity.ERROR, typed["code"], typed["message"].rstrip(), "webpack")


def _lint(file: str, lines: list[str], start: int, lint: re.Pattern[str]) -> list[Diagnostic]:
    """The rows of ``next lint`` below a file."""
    found: list[Diagnostic] = []
    for number in range(start, len(lines)):
        row = lint.match(lines[number])
        if not row:
            break
        severity = Severity(row["kind"].lower())
        place = (int(row["line"]), int(row["column"]))
        message, _, code = row["message"].rstrip().rpartition("  ")
        found.append(Diagnostic(file, *place, severity, code if message else "", message.rstrip() or code, "next-lint"))
    return found


def _prerender(line: str, following: list[str]) -> Diagnostic:
    cause = next((row.strip() for row in following if row.strip()), "")
    page = line[len(_PRERENDER) :].partition('"')[0]
    return Diagnostic("", 0, 0, Severity.ERROR, "prerender", f"prerendering page '{page}' failed: {cause}", "next")


def _block(head: re.Match[str], lines: list[str], severity: Severity) -> Diagnostic:
    body = _body(lines)
    words = [word for word in body.words if word not in _SAYS_NOTHING] or body.after[:1] or body.words
    words += [word for word in body.after if word.startswith("Did you mean")]
    message = "\n".join(words[: 1 if head["kind"] else _MOST_WORDS])  # webpack goes on with how it looked
    for title in ("Error: ", "Type error: "):
        message = message.removeprefix(title)
    line, column = int(head["line"] or body.line), int(head["column"] or body.column)
    if head["kind"]:
        column += 1  # webpack counts columns from 0
    return Diagnostic(head["file"], line, column, severity, "", message, "webpack" if head["kind"] else "next")


def _body(lines: list[str]) -> _Body:
    """Read up to the next head, stack or trace. Words end at the first blank line, once there are any."""
    row, mark, opening = re.compile(_FRAME_ROW), re.compile(_FRAME_MARK), re.compile(_FRAME_HEAD)
    body = _Body()
    last_row, framed = 0, False
    for line in lines:
        code, pointed = row.match(line), mark.match(line)
        if line.startswith(("./", "> Build", "Import trace", "Stack backtrace", "    at ", "ERROR in ", "WARNING in ")):
            break
        if code:
            last_row, framed = int(code["line"]), True
        elif pointed and last_row and not body.line:
            body.line, body.column = last_row, len(pointed["mark"]) + 1
        elif opening.match(line):
            framed = True
        elif not line.strip():
            if framed and body.after:
                break
            if body.words and not framed and body.words[0] not in _SAYS_NOTHING:
                framed = True
        else:
            _say(body.after if framed else body.words, line)
    return body


def _say(words: list[str], line: str) -> None:
    word = line.strip().removeprefix("Error:").strip() if line.startswith("Error:") else line.strip()
    word = word.removeprefix("x ").removeprefix("× ").strip("|│`-╰─ ").strip()
    if word and not word.startswith(_NOISE):
        words.append(word)


def _unrepeated(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(dict.fromkeys(found))
