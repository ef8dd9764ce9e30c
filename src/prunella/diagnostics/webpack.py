"""webpack 4 and 5, Rspack, ts-loader, fork-ts-checker and Create React App: ``ERROR in file place``, then the words.

webpack counts columns from 0, ts-loader, fork-ts-checker and Rspack's heads from 1; a diagnostic counts from 1. What
webpack goes on to say about how it looked for a module is no part of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.diagnostics.miette import frames
from prunella.domain import Diagnostic, Location, Severity

_SPAN = r"(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})(?:-(?:(?P<end_line>[0-9]{1,7}):)?(?P<end_column>[0-9]{1,7}))?"
_HEAD = rf"(?P<kind>ERROR|WARNING) in (?P<file>\S.{{0,1000}}?)(?: {_SPAN})?\s*$"
_CHECKER = (
    r"(?:\[tsl\] |\s{0,4})?(?P<kind>ERROR|WARNING) in (?P<file>\S.{0,500}?)"
    r"[:(](?P<line>[0-9]{1,7})[:,](?P<column>[0-9]{1,7})\)?:?\s*$"
)
_TS = r"\s*(?:(?:error|warning)\s+)?(?P<code>TS[0-9]{1,6}): (?P<message>.*)"
_OLD_CHECKER = r"TypeScript error in (?P<file>\S.{0,500}?)\((?P<line>[0-9]{1,7}),(?P<column>[0-9]{1,7})\):$"
_ISSUER = rf" @ (?P<file>\S.{{0,500}}?) {_SPAN}"
_SAID_AT = r"\((?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\)$"
_FRAME = r"\s*(?:>\s*)?[0-9]+ [|│]|\s*[|│·:] |\s*[|│] ?$|\||>"
_ROW = r"\s*>\s*(?P<line>[0-9]{1,7}) [|│]"
_CARET = r"(?P<before>\s*[|│] )(?P<pad>\s*)\^"
_LOADERS = r" \+ [0-9]+ modules?$| \(.*\)$"
_ENDS = (
    "ERROR in ",
    "WARNING in ",
    "webpack ",
    "Rspack compiled",
    "Found ",
    "Child ",
    "npm ",
    "Failed to compile",
    "[tsl] ",
)
_NO_FILE = ("asset size limit", "entrypoint size limit", "configuration", "webpack performance")
_LINTERS = ("[eslint]", "[stylelint]", "[prettier]")
_LONGEST_BLOCK = 200


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings with the first line of the words, or two when the first only names the loader that failed."""
    lines = text.split("\n")
    found: list[Diagnostic] = []
    for at, line in enumerate(lines[:-1]):
        if len(found) >= MOST_PARSED:
            break
        if line.startswith(("ERROR in ", "WARNING in ", "[tsl] ", "    ERROR in ", "    WARNING in ")):
            found += _problem(lines, at)
        elif line.startswith("TypeScript error in ") and (old := re.match(_OLD_CHECKER, line)):
            found += _old_checker(old, lines, at)
        elif line.startswith("Module not found: Error: ") and _compiled_badly(lines, at):
            found.append(
                Diagnostic("", 0, 0, Severity.ERROR, "", line.rstrip(), "webpack", read_from=at + 1, read_to=at + 1)
            )
    return tuple(found)


def _compiled_badly(lines: list[str], at: int) -> bool:
    """Create React App prints the words alone."""
    return any(row.startswith("Failed to compile") for row in lines[max(0, at - 3) : at])


def _problem(lines: list[str], at: int) -> Iterator[Diagnostic]:
    line, following = lines[at], lines[at + 1]
    typed, place = re.match(_TS, following), re.match(_CHECKER, line)
    end = _end(lines, at + 1)
    if place and typed:
        yield _typed(place, typed, lines, at, end)
        return
    head = re.match(_HEAD, line)
    if not head or head["file"].startswith(_LINTERS) or " - error TS" in line or re.search(r"\): error TS[0-9]", line):
        return
    if re.match(r"(?:\./\S+ )?[0-9]+:[0-9]+(?:-[0-9:]+)?$", following) and "[tsl] " in "".join(lines[at + 2 : at + 3]):
        return  # ts-loader: the place comes once more, better
    if re.match(r"\s+(?:×|x|⚠|!|╰─▶) ", following):
        yield from _drawn(head, lines, at, end)
    elif following.strip() or head["line"]:
        if not re.match(r"\s*$|\s+[0-9]+:[0-9]+\s+(?:error|warning) ", following):
            yield _plain(head, lines, at, end)
    elif head["file"].startswith(_NO_FILE) or ": " in head["file"]:
        yield _plain(head, lines, at, end)


def _end(lines: list[str], start: int) -> int:
    end = start
    while end < len(lines) and end - start < _LONGEST_BLOCK and not lines[end].startswith(_ENDS):
        if re.match(r"[0-9]+ (?:errors?|warnings?) ha(?:s|ve) detailed information", lines[end]):
            break
        end += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def _typed(place: re.Match[str], typed: re.Match[str], lines: list[str], at: int, end: int) -> Diagnostic:
    """A message of the TypeScript compiler with its chain of reasons; then a frame."""
    chain: list[str] = []
    frame = re.compile(r"\s*>?\s*[0-9]+ \||\s+\|")
    for line in lines[at + 2 : end]:
        if not line.startswith("  ") or frame.match(line):
            break
        chain.append(line.rstrip())
    message = "\n".join([typed["message"].rstrip(), *chain])
    where = (place["file"], int(place["line"]), int(place["column"]))
    return Diagnostic(
        *where, Severity(place["kind"].lower()), typed["code"], message, "webpack", read_from=at + 1, read_to=end
    )


def _old_checker(place: re.Match[str], lines: list[str], at: int) -> Iterator[Diagnostic]:
    """``TypeScript error in file(line,column):`` and on the next line the words, with the code at their end."""
    end = at + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    message, _, code = "\n".join(map(str.rstrip, lines[at + 1 : end])).rpartition("  ")
    while end < len(lines) and (not lines[end].strip() or re.match(_FRAME, lines[end])):
        end += 1
    if message and code.startswith("TS"):
        where = (place["file"], int(place["line"]), int(place["column"]))
        yield Diagnostic(*where, Severity.ERROR, code, message.rstrip(), "webpack", read_from=at + 1, read_to=end)


def _drawn(head: re.Match[str], lines: list[str], at: int, end: int) -> Iterator[Diagnostic]:
    """Rspack: framed messages, one within the other; the head counts from 1."""
    drawn = list(frames(lines, at + 1, end))
    words = [
        said.group("message").strip()
        for line in lines[at + 1 : end]
        if (said := re.match(r"\s+(?:╰─▶\s+)?[×x⚠!] (?P<message>\S.*)", line))
    ]
    line, column = int(head["line"] or 0), int(head["column"] or 0)
    if drawn and not line:
        line, column = drawn[-1].line, drawn[-1].column
    severity = Severity.WARNING if head["kind"] == "WARNING" else Severity.ERROR
    said_so = (severity, "", "\n".join(words), "rspack")
    file = re.sub(_LOADERS, "", head["file"])
    yield Diagnostic(file, line, column, *said_so, read_from=at + 1, read_to=end)


def _plain(head: re.Match[str], lines: list[str], at: int, end: int) -> Diagnostic:
    words = [line.rstrip() for line in lines[at + 1 : end] if line.strip()][:2]
    if words and words[0].startswith(("Module build failed", "Module Error", "Module Warning")) and len(words) > 1:
        message = "\n".join(words)
    else:
        message = words[0] if words else ""
    file, line, column = re.sub(_LOADERS, "", head["file"]), int(head["line"] or 0), int(head["column"] or -1) + 1
    end_line, end_column = int(head["end_line"] or line), int(head["end_column"] or -1) + 1
    related: tuple[Location, ...] = ()
    for row in lines[at + 1 : end]:
        issuer = re.match(_ISSUER, row) if row.startswith(" @ ") else None
        if issuer and issuer["file"] == file and not line:
            line, column = int(issuer["line"]), int(issuer["column"]) + 1
            end_line, end_column = int(issuer["end_line"] or line), int(issuer["end_column"] or -1) + 1
        elif issuer and issuer["file"] != file:
            related += (Location(issuer["file"], int(issuer["line"]), int(issuer["column"]) + 1, ""),)
    if not line:
        line, column = _shown(lines[at + 1 : end], message)
    if file.startswith(_NO_FILE) or (": " in file and not line):
        message, file = (f"{file}\n{message}" if ": " in file else message) or file, ""
    end_line, end_column = (end_line, end_column) if end_column else (0, 0)
    severity = Severity.WARNING if head["kind"] == "WARNING" else Severity.ERROR
    return Diagnostic(
        file,
        line,
        column,
        severity,
        "",
        message,
        "webpack",
        related[:5],
        end_line,
        end_column,
        read_from=at + 1,
        read_to=end,
    )


def _shown(lines: list[str], message: str) -> tuple[int, int]:
    """The place that a loader says: in the frame of code, or in its words."""
    row, caret = re.compile(_ROW), re.compile(_CARET)
    last = 0
    for line in lines:
        if code := row.match(line):
            last = int(code["line"])
        elif last and (mark := caret.match(line)):
            return last, len(mark["pad"]) + 1
    for words in (message, *message.split("\n")):
        if place := re.search(_SAID_AT, words):
            return int(place["line"]), int(place["column"]) + 1
    return 0, 0
