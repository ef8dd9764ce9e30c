"""Which line of a TOML file a key is on. The standard library's parser does not say, and errors and origins should.

Only for text that the parser has accepted; a key that is not found falls back to the table or key around it.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""


class Lines:
    """Line numbers, from 1, by path (``("check", 0, "name")``)."""

    def __init__(self, text: str) -> None:
        self._found: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}
        self._table: Path = ()
        part = re.compile(rf"\s*({_PART})\s*([.=\]])")
        inside = ""  # what a value that goes on over lines is waiting for: quotes, or one sign per open bracket
        for number, line in enumerate(text.split("\n"), 1):
            rest = line if inside else self._key(line.lstrip(), number, part)
            inside = _still_open(rest, inside)

    def of(self, *path: str | int) -> int:
        """The line of the key, or of the nearest thing around it; 0 when nothing is known."""
        while path:
            if path in self._found:
                return self._found[path]
            path = path[:-1]
        return 0

    def _key(self, line: str, number: int, part: re.Pattern[str]) -> str:
        """Note the key or table that the line opens; the rest of the line, in which a value may begin."""
        if not line or line[0] == "#":
            return ""
        brackets = 2 if line.startswith("[[") else int(line[0] == "[")
        names, end = _names(line, brackets, part)
        if not brackets:
            path = (*self._table, *names)
        else:
            path = self._resolved(names, brackets == 2)
            self._table = path
        for length in range(len(self._table if not brackets else ()) + 1, len(path) + 1):
            self._found.setdefault(path[:length], number)
        return "" if brackets else line[end:]

    def _resolved(self, names: list[str], opens: bool) -> Path:
        """A table header's path with the index of every array of tables on its way."""
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            if opens and position == len(names) - 1:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
        return path


def _names(line: str, at: int, part: re.Pattern[str]) -> tuple[list[str], int]:
    names: list[str] = []
    while match := part.match(line, at):
        text = match[1]
        names.append(text[1:-1] if text[0] in "\"'" else text)
        at = match.end()
        if match[2] != ".":
            break
    return names, at


def _still_open(line: str, inside: str) -> str:
    """What is still open at the end of the line: triple quotes after any brackets, or the brackets."""
    at = 0
    while at < len(line):
        if inside.endswith(('"""', "'''")):
            end = _end_of_string(line, at, inside[-3:])
            if end < 0:
                return inside
            inside, at = inside[:-3], end
            continue
        char = line[at]
        if char == "#":
            break
        if line.startswith(('"""', "'''"), at):
            inside, at = inside + char * 3, at + 3
        elif char in "\"'":
            end = _end_of_string(line, at + 1, char)
            at = end if end > 0 else len(line)
        else:
            if char in "[{":
                inside += char
            elif char in "]}":
                inside = inside[:-1]
            at += 1
    return inside


def _end_of_string(line: str, at: int, quotes: str) -> int:
    """Where the string's closing quotes end; -1 when they are not on this line."""
    while at < len(line):
        if line[at] == "\\" and quotes[0] == '"':
            at += 2
        elif line.startswith(quotes, at):
            at += len(quotes)
            while len(quotes) == 3 and line.startswith(quotes[0], at):
                at += 1  # up to two quotes may stand right before the closing ones
            return at
        else:
            at += 1
    return -1
