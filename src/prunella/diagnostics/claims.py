"""How one log that several tools wrote into is read: every line once, by the parser that knows it best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from prunella.diagnostics.limits import MOST_KEPT
from prunella.domain import Diagnostic, Severity

UNCLAIMED = {"pytest": "python", "webpack": "node", "vite": "node"}
"""Who reads a stack trace again that a parser has read without saying which lines it took."""

FALLBACK = "scripts"
"""Who is asked only where no other parser found an error."""

LAST = "generic"
"""Where other parsers knew the log, only what it calls an error or a warning itself counts."""

_LONGEST_MESSAGE = 4_000


class Reader(Protocol):
    """A parser, and the words of which at least one is in every log that it can read; () = it is always asked."""

    @property
    def words(self) -> tuple[str, ...]: ...

    def parse(self, text: str) -> tuple[Diagnostic, ...]:
        """The diagnostics of one tool."""

    def noise(self, text: str) -> tuple[tuple[int, int], ...]:
        """The other lines of its report, first and last."""


def parse_with(readers: Mapping[str, Reader], text: str) -> tuple[Diagnostic, ...]:
    """What the parsers read, asked in their order; without repeats, errors before warnings and notes.

    What one parser has claimed (``read_from`` to ``read_to``) is none of the next's, and a parser is asked only if one
    of its words is in what is left.
    """
    kept: dict[Diagnostic, None] = {}
    claims = _Claims(text.count("\n") + 1)
    hidden: set[str] = set()
    errors = False
    unread = text
    for name, reader in readers.items():
        if name in hidden or (reader.words and not any(word in unread for word in reader.words)):
            continue
        if name == FALLBACK and errors:
            continue
        found = _found(name, reader, text, claims, errors=errors)
        noise = reader.noise(text)
        if not found and not noise:
            continue
        claims.add(found)
        claims.cover(noise)
        unread = claims.unread(text)
        errors = errors or any(map(_is_error, found))
        if name in UNCLAIMED and any(not new.read_from for new in found if _is_error(new)):
            hidden.add(UNCLAIMED[name])
        for new in found:
            kept.setdefault(_bounded(new))
    return tuple([*filter(_is_error, kept), *(other for other in kept if not _is_error(other))][:MOST_KEPT])


def _found(name: str, reader: Reader, text: str, claims: _Claims, *, errors: bool) -> list[Diagnostic]:
    if name == LAST and errors:
        from prunella.diagnostics.generic import parse_marked

        return [new for new in parse_marked(text) if not claims.speak_of(new)]
    return [new for new in reader.parse(text) if not claims.hold(new)]


class _Claims:
    """Which lines of a log have been read, and of which places in files something was said."""

    def __init__(self, lines: int) -> None:
        self._read = bytearray(lines + 2)
        self._places: set[tuple[str, int]] = set()
        self._unread: set[tuple[str, int]] = set()

    def hold(self, new: Diagnostic) -> bool:
        """Whether a parser before it has read its lines. Who does not say which they are is known by the place."""
        if new.read_from:
            return self._read.find(1, new.read_from, max(new.read_from, new.read_to) + 1) >= 0 or (
                bool(new.file) and (_key(new.file), new.line) in self._unread
            )
        return self.speak_of(new)

    def speak_of(self, new: Diagnostic) -> bool:
        """Whether its lines are read, or a parser before it has spoken of the place in the file."""
        if new.read_from and self._read.find(1, new.read_from, max(new.read_from, new.read_to) + 1) >= 0:
            return True
        return bool(new.file) and (_key(new.file), new.line) in self._places

    def unread(self, text: str) -> str:
        """The lines that nobody has read yet: a parser whose words are in none of them need not be asked."""
        lines = text.split("\n")
        return "\n".join([line for line, read in zip(lines, self._read[1:], strict=False) if not read])

    def cover(self, spans: tuple[tuple[int, int], ...]) -> None:
        """Nobody else reads these lines."""
        for first, last in spans:
            end = min(last, len(self._read) - 1) + 1
            self._read[first:end] = b"\x01" * max(0, end - first)

    def add(self, found: list[Diagnostic]) -> None:
        """Remember what one parser has read."""
        for new in found:
            place = (_key(new.file), new.line)
            self._places.add(place)
            if new.read_from:
                end = min(max(new.read_from, new.read_to), len(self._read) - 1) + 1
                self._read[new.read_from : end] = b"\x01" * max(0, end - new.read_from)
            else:
                self._unread.add(place)


def _key(file: str) -> str:
    """The last two parts of a path: tools name the same file from different folders."""
    return "/".join(file.replace("\\", "/").rsplit("/", 2)[-2:]).removeprefix("./")


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR


def _bounded(diagnostic: Diagnostic) -> Diagnostic:
    """Without the rest of an endless message."""
    return (
        diagnostic
        if len(diagnostic.message) <= _LONGEST_MESSAGE
        else replace(diagnostic, message=diagnostic.message[:_LONGEST_MESSAGE])
    )
