"""Frames of JavaScript's stack traces, as Node and the test runners around it print them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prunella.domain import Diagnostic, Location, Severity

MOST_RELATED = 4
MOST_WORDS = 60
"""Lines of one message that are kept: a difference of two long values says no more after that."""

_ERROR = re.compile(
    r"\s*(?:Uncaught |\[?cause\]?: |Unhandled Rejection: |Exception during run: |[Cc]aused by: )*"
    r"(?P<code>(?:[A-Z][A-Za-z]*)?(?:Error|Exception))(?: \[(?P<name>\w+)\])?(?:: (?P<message>.*))?$"
)
_FOREIGN = ("node_modules/", "<anonymous>", "/.next/", "/.yarn/", "node:")
_FOREIGN_START = ("internal/", "native", "webpack-internal:", "<", "evalmachine.")
_SCRIPT = re.compile(r".*\.[cm]?[jt]sx?$|.*\.(?:vue|svelte|json|snap|mdx|node|wasm)$")


def frame(line: str) -> Location | None:
    """``at f (file:1:2)``, ``at file:1:2``, ``at async file:1:2``, Vitest's ``❯ f file:1:2``; else None."""
    short = line.strip()
    return place(short) if short.startswith(("at ", "❯ ")) else None


def place(short: str) -> Location | None:
    """The ``file:1:2`` or ``(file:1:2)`` at the end of a frame's words."""
    short = short.removesuffix(" {").removesuffix(",").removesuffix(")")
    file, _, position = short.rpartition(" ")[2].rpartition("(")[2].partition(":")
    if file in {"file", "node", "async", "webpack"} or (len(file) == 1 and position[:1] in "\\/"):
        rest, _, position = position.partition(":")  # The first colon is the scheme's, or the drive's.
        file = f"{file}:{rest}"
    line_text, _, column_text = position.partition(":")
    if not (file and line_text.isdecimal() and column_text.isdecimal()) or len(position) > 15:
        return None
    if "(" in short and " (" in short and not file.startswith(("/", "file:", ".")) and " " in short:
        file = _with_blanks(short, file)
    return Location(file, int(line_text), int(column_text))


def _with_blanks(short: str, file: str) -> str:
    """The whole path of ``at f (my folder/a.js:1:2)``."""
    opened = short.find(" (")
    whole = short[opened + 2 :]
    ends = whole.rfind(file)
    return whole[:ends] + file if ends > 0 and "(" not in whole[:ends] else file


def is_foreign(file: str) -> bool:
    """Whether a frame is in Node itself, in an installed package or in no file at all."""
    normal = file.replace("\\", "/") if "\\" in file else file
    return normal.startswith(_FOREIGN_START) or any(part in normal for part in _FOREIGN)


def own(frames: Iterable[Location]) -> list[Location]:
    """Those in the repository's own files, in order, without repeats."""
    return list(dict.fromkeys(found for found in frames if not is_foreign(found.file)))


def is_script(path: str) -> bool:
    """Whether a path looks like a file of a JavaScript project."""
    return _SCRIPT.match(path) is not None


def error_words(line: str) -> tuple[str, str] | None:
    """The code and the message of a line that starts a stack trace; None when it does not look like one.

    ``Error [ERR_X]: words`` has the code ``ERR_X`` and the message ``Error: words``.
    """
    if "Error" not in line and "Exception" not in line:
        return None
    match = _ERROR.match(line)
    if not match:
        return None
    name = match["name"] if match["name"] != "Error" else None
    return name or match["code"], f"{match['code']}: {match['message']}" if match["message"] else match["code"]


def failure(
    said: tuple[str, str, list[str]], at: list[Location], fallback: Location, source: str, lines: tuple[int, int]
) -> Diagnostic:
    """The diagnostic of one failed test or suite.

    Args:
        said: the test's title ("" for a suite), the error's code, and the lines of its message.
        at: the frames, the innermost first; the first own one is the place.
        fallback: the place when no frame is the repository's own.
        lines: first and last line of the log it was read from, 1-based.
    """
    title, code, words = said
    mine = own(at)
    where = mine[0] if mine else fallback
    message = "\n".join(kept_words(words)) or "failed"
    whole = f"{title}: {message}" if title else message
    others = tuple(found for found in mine if found[:3] != where[:3])[:MOST_RELATED]
    spot = (where.file, where.line, where.column)
    return Diagnostic(*spot, Severity.ERROR, code, whole, source, others, read_from=lines[0], read_to=lines[1])


def kept_words(words: list[str]) -> list[str]:
    """Without blank lines and the ends of lines that are blank; bounded."""
    return [word.rstrip() for word in words if word.strip()][:MOST_WORDS]
