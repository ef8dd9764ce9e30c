"""Takes out of a log what only a terminal, or the CI system that wrapped it, has a use for."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_LINE = 4_000
LONGEST_JSON = 1_000_000
"""A line that is one JSON document (``eslint -f json``) is read whole or not at all."""

# ECMA-48: CSI sequences, then OSC and the other strings up to their end (BEL or ST), then short escapes.
_ESCAPES = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"
    r"|\x1b[PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
)
# Spinners (npm's): the cursor goes back to the first column and the line is erased, as a carriage return would do.
_TO_THE_START = r"(?:\x1b\[2K)?\x1b\[[01]?G(?:\x1b\[[02]?K)?"
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_LONE = r"[\udc80-\udcff]"
_SURROGATES = r"[\ud800-\udfff]"
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Cleaned(NamedTuple):
    """A log as its reader sees it. ``numbers``: for each line, which line of the log it is, from 1; () = they are the
    same lines in the same order."""

    text: str
    numbers: tuple[int, ...] = ()


def clean(text: str) -> str:
    """The text as a reader of the terminal would have seen it, without colours, cursor movements, overwritten progress
    bars, control characters, and the time stamps and names that CI systems and runners of many packages put in front of
    every line; lines over 4,000 characters are shortened."""
    return cleaned(text).text


def cleaned(text: str) -> Cleaned:
    """The same with the numbers of the lines: where several programs wrote at once, each has its lines in one piece."""
    lines = printed(text).split("\n")
    from prunella.diagnostics.prefixes import unprefixed

    lines, order = unprefixed(lines)
    return Cleaned("\n".join(lines), tuple(order))


def printed(text: str) -> str:
    """Line by line what a terminal showed in the end."""
    if "\x1b" in text or "\x9b" in text:
        text = re.sub(_ESCAPES, "", re.sub(_TO_THE_START, "\r", text))
    if "\r" in text:
        text = _without_overwritten(text)
    if not text.isascii():
        text = re.sub(_SURROGATES, "�", text)
    text = re.sub(_CONTROLS, "", text)
    if len(text) <= LONGEST_LINE:
        return text
    lines = text.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE:
        return text
    return "\n".join(line if len(line) <= LONGEST_LINE else _shortened(line) for line in lines)


def decoded(data: bytes) -> str:
    """The text of a log: UTF-8; bytes that are none are taken for Windows' Western code page (CP1252)."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    return re.sub(_LONE, _western, text)


def _western(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


def _without_overwritten(text: str) -> str:
    text = re.sub(r"\r+\n", "\n", text)
    if "\r" not in text:
        return text
    return "\n".join(_last_written(line) if "\r" in line else line for line in text.split("\n"))


def _last_written(line: str) -> str:
    """What stands in the line in the end; an empty overwrite erases nothing."""
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")


def _shortened(line: str) -> str:
    document = any(word in line[:120] for word in ("[{", '{"', '{ "')) and line.rstrip().endswith(("]", "}"))
    if document and len(line) <= LONGEST_JSON:
        return line
    kept = LONGEST_LINE - 40
    return f"{line[: kept * 3 // 4]} … {len(line) - kept} characters … {line[-(kept // 4) :]}"
