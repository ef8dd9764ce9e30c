"""``next build``: webpack and Turbopack, the type check, ESLint, pages that fail while they are rendered; 13 to 16.

A line with the file and its place if it is known, then the words, then a frame of code; the frame says the place when
the first line does not. Turbopack up to 15 says what is wrong only below the frame. Known limit of the tool itself: the
type check prints the first error of the project only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.diagnostics.miette import Frame, frames
from prunella.domain import Diagnostic, Severity

_HEAD = r"(?P<file>\.{1,2}/\S.{0,500}?)(?::(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}))?\s*$"
_LINT = r"(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s+(?P<kind>Error|Warning): (?P<message>\S.*)"
_ROW = r"\s*(?:>\s*)?(?P<line>[0-9]{1,7})\s[|│](?P<code>.*)"
_MARK = r"\s*[:|·│]\s(?P<mark>\s*)[\^─]"
_SAID_AT = r"^(?P<words>.*) \((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\)$"
_PRERENDER = 'Error occurred prerendering page "'
_TITLES = (
    "Error:", "Type error:", "Module not found:", "Attempted import error:", "Module parse failed:", "Syntax error:",
    "Module build failed", "Export ", "Unexpected ", "TypeError:", "ReferenceError:", "SyntaxError:", "CssSyntaxError:",
    "`next/font`", "Font file not found", "An error occurred in `next/font`", "Server Actions ", "You're importing ",
    "x ", "× ", "  x ", "  × ", "NextFontError:", "HookWebpackError:", "Reading source code for parsing failed",
)  # fmt: skip
_EMPTY = ("Ecmascript file had an error", "Error:", "ReactServerComponentsError:")
_NOISE = ("https://", "Import trace", "Import map", "Stack backtrace", "Caused by:", "Learn more:", "Invalid import")
_ENDS = (
    "./",
    "../",
    "> Build",
    "Error: Turbopack",
    "Failed to compile",
    "info  - ",
    "npm ",
    "Next.js build",
    _PRERENDER,
)
_STATES = ("Compiled with warnings", "Failed to compile", "Compiled successfully", "Turbopack build ")
_LONGEST_BLOCK = 150


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors, and warnings of a build that compiled with warnings. Each once, however often the tool repeats it."""
    head, lint = re.compile(_HEAD), re.compile(_LINT)
    lines = text.split("\n")
    found: list[Diagnostic] = []
    warned, at = False, 0
    while at < len(lines) and len(found) < MOST_PARSED:
        line = lines[at]
        following = lines[at + 1] if at + 1 < len(lines) else ""
        at += 1
        if any(word in line for word in _STATES):
            warned = "warnings" in line and "failed" not in line
        elif line.startswith(_PRERENDER):
            found.append(_prerender(lines, at - 1))
        elif line.startswith("> Build error occurred"):
            found += _occurred(lines, at - 1)
        elif line.startswith(("./", "../")) and (match := head.match(line)):
            if lint.match(following):
                found += _lint(match["file"], lines, at, lint)
            elif _is_title(following, match):
                end = _end(lines, at)
                found += _block(match, lines, at, end, Severity.WARNING if warned else Severity.ERROR)
                at = end
    return tuple(found)


def _is_title(line: str, head: re.Match[str]) -> bool:
    """Files are listed elsewhere too; below a place almost anything is a title."""
    if line.startswith(_TITLES) or re.match(r"\w{1,40}Error:", line):
        return True
    return (bool(head["line"]) and line[:1].isupper()) or _says_nothing(line)


def _says_nothing(line: str) -> bool:
    return line in _EMPTY or (line.startswith(("Parsing ", "Error: Parsing ")) and line.endswith(" failed"))


def _end(lines: list[str], start: int) -> int:
    end = start
    while end < len(lines) and end - start < _LONGEST_BLOCK and not lines[end].startswith(_ENDS):
        if lines[end].startswith("Import trace"):
            while end < len(lines) and lines[end].strip():
                end += 1
            return end
        if lines[end].startswith((" ✓", " ⚠", " ⨯", "✓", "⚠", "⨯")):
            break
        end += 1
    return end


def _lint(file: str, lines: list[str], start: int, lint: re.Pattern[str]) -> Iterator[Diagnostic]:
    """The rows of ESLint below a file."""
    for at in range(start, len(lines)):
        row = lint.match(lines[at])
        if not row:
            return
        message, _, code = row["message"].rstrip().rpartition("  ")
        place = (int(row["line"]), int(row["column"]))
        yield Diagnostic(
            file,
            *place,
            Severity(row["kind"].lower()),
            code if message else "",
            message.rstrip() or code,
            "eslint",
            read_from=at + 1,
            read_to=at + 1,
        )


def _prerender(lines: list[str], at: int) -> Diagnostic:
    """The cause stands below; Next.js 14 and earlier print it above as well, several times, each with its stack."""
    below = at + 1
    while below < len(lines) and below - at < 4 and not lines[below].strip():
        below += 1
    cause = lines[below].strip() if below < len(lines) else ""
    first = next((n for n in range(max(0, at - 200), at) if cause and lines[n].strip() == cause), at)
    end = below + 1
    while (
        end < len(lines)
        and end - below < 60
        and lines[end].startswith(("    at ", "  digest:", "}", "  ", "Export enc"))
    ):
        end += 1
    message = f"{lines[at].partition('. Read more')[0].rstrip()}\n{cause}".rstrip()
    return Diagnostic("", 0, 0, Severity.ERROR, "", message, "next", read_from=first + 1, read_to=min(end, len(lines)))


def _occurred(lines: list[str], at: int) -> Iterator[Diagnostic]:
    """What stops a build outside of a file: page data, the configuration. Turbopack's list of errors follows it too."""
    line = lines[at + 1] if at + 1 < len(lines) and lines[at + 1].strip() else "".join(lines[at + 2 : at + 3])
    match = re.match(r"\[?(?P<kind>\w*Error): (?P<message>.*?)\]?(?: \{)?$", line)
    if match and not match["message"].startswith("Turbopack build failed") and match["message"]:
        message = match["message"] if match["kind"] == "Error" else f"{match['kind']}: {match['message']}"
        end = at + 2
        while (
            end < len(lines)
            and end - at < 60
            and (not lines[end].strip() or lines[end].startswith(("  ", "}", "[", "Error")))
        ):
            end += 1
        yield Diagnostic("", 0, 0, Severity.ERROR, "", message, "next", read_from=at + 1, read_to=end)


def _block(head: re.Match[str], lines: list[str], start: int, end: int, severity: Severity) -> Iterator[Diagnostic]:
    """What stands below a file: frames with a title of their own, or words around one frame."""
    drawn = [frame for frame in frames(lines, start, end) if frame.file]
    for number, frame in enumerate(drawn):
        first = start if number == 0 else frame.first
        last = end if number == len(drawn) - 1 else frame.last
        yield _framed(head["file"], frame, severity, first, last)
    if drawn:
        return
    words, (line, column) = _words(lines[start:end])
    line, column = int(head["line"] or line), int(head["column"] or column)
    said = re.match(_SAID_AT, words[0]) if words else None
    if said and not head["line"]:
        words[0], line, column = said["words"], int(said["line"]), int(said["column"])
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    message = "\n".join(words)
    if message:
        place = (head["file"], line, column)
        yield Diagnostic(*place, severity, "", message, "next", read_from=start, read_to=end)


def _framed(file: str, frame: Frame, severity: Severity, first: int, last: int) -> Diagnostic:
    kept = [row for row in frame.message.split("\n") if row.strip() and not row.strip().startswith(_NOISE)]
    place = (file, frame.line, frame.column)
    return Diagnostic(*place, severity, "", "\n".join(kept), "next", read_from=first, read_to=last)


def _words(lines: list[str]) -> tuple[list[str], tuple[int, int]]:
    """The message, above the frame or else below it, and the place that the frame marks."""
    row, mark = re.compile(_ROW), re.compile(_MARK)
    above: list[str] = []
    below: list[str] = []
    place, last_row, over, framed = (0, 0), 0, False, False
    for line in lines:
        code, pointed = row.match(line), mark.match(line)
        if code:
            last_row, framed = int(code["line"]), True
        elif pointed and last_row:
            place = place if place[0] else (last_row, len(pointed["mark"]) + 1)
        elif line.startswith(("    at ", "Import trace", "Caused by:", "Stack backtrace", "-- inner error")):
            break
        elif not line.strip():
            over = over or bool(above)
            if below:
                break
        elif not line.strip().startswith(_NOISE) and not _says_nothing(line):
            if framed:
                below.append(line.strip())
            elif not over:
                above.append(_untitled(line) if not above else line.rstrip())
    hint = [word for word in below if word.startswith("Did you mean")]
    return ([*above, *hint] if any(above) else below), place


def _untitled(line: str) -> str:
    for title in ("Error:", "Type error:"):
        line = line.removeprefix(title)
    return line.strip()
