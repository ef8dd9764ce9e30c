"""Reads a log of any size in bounded memory: what is wrong according to the tools that wrote it, and its last lines.

A log up to 1 MB is read as a whole. Of a longer one, only the lines that can matter, and those around them, are put
before the parsers (``condense``), part by part; parts overlap, and what begins in the overlap is read once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from prunella.diagnostics.clean import cleaned, decoded
from prunella.diagnostics.limits import MOST_KEPT, MOST_STREAMED
from prunella.diagnostics.registry import parse_all
from prunella.domain import Diagnostic, Severity

WHOLE = 1 << 20
"""Bytes up to which a log is read as a whole."""

TAIL = 24_000
"""Bytes of the end of the log that are kept as they are."""

_PART = 384 * 1024
_OVERLAP = 160
_PATIENCE = 40


class Reading(NamedTuple):
    """What was read from a log: diagnostics, errors first, with the numbers of their lines in it; the clean end of the
    log; and how many lines it has."""

    diagnostics: tuple[Diagnostic, ...] = ()
    tail: str = ""
    lines: int = 0


def read_file(path: Path) -> Reading:
    """A log in a file; nothing when there is no such file any more."""
    try:
        with path.open("rb", buffering=0) as log:
            return read(log)
    except OSError:
        return Reading()


def read(log: BinaryIO) -> Reading:
    """A log from any stream of bytes, to its end.

    Raises:
        OSError: the stream broke.
    """
    start = _start(log)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_wide(start):
        log, start = _narrowed(log, start), b""
        start = _start(log)
    if len(start) <= WHOLE:
        return _whole(start)
    from prunella.diagnostics.condense import Condenser

    condenser = Condenser(log, TAIL)
    parts = _Parts()
    for piece in condenser.pieces(start):
        parts.add(piece.lines, piece.numbers)
        if parts.size > _PART:
            condenser.learn(parts.read(last=False))
            condenser.full = parts.errors >= MOST_STREAMED
            if parts.others >= MOST_STREAMED:
                condenser.only_errors()
    parts.read(last=True)
    return Reading(parts.result(), cleaned(decoded(condenser.tail)).text, condenser.lines)


def _start(log: BinaryIO) -> bytes:
    """The first bytes, more than a small log has if it is no small log."""
    pieces: list[bytes] = []
    size = 0
    while size <= WHOLE:
        piece = log.read(WHOLE + 1 - size)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _looks_wide(start: bytes) -> bool:
    """Two bytes per character without a mark, as PowerShell's redirection appends."""
    sample = start[:4_000]
    return len(sample) > 40 and sample[1::2].count(0) > len(sample) * 0.4 and sample[::2].count(0) < len(sample) * 0.05


def _narrowed(log: BinaryIO, start: bytes) -> BinaryIO:
    """The stream as UTF-8."""
    from codecs import getincrementaldecoder

    encoding = "utf-16-be" if start.startswith(b"\xfe\xff") else "utf-16-le"
    return _Narrowed(log, start, getincrementaldecoder(encoding)("replace"))  # type: ignore[return-value]


class _Narrowed:
    """A stream of UTF-16 that is read as UTF-8."""

    def __init__(self, log: BinaryIO, start: bytes, decoder: object) -> None:
        self.log, self.start, self.decoder = log, start.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff"), decoder

    def read(self, size: int) -> bytes:
        """At most the next ``size`` bytes of the original, in UTF-8."""
        while True:
            data, self.start = self.start or self.log.read(size), b""
            text = self.decoder.decode(data, not data).encode("utf-8", "replace")  # type: ignore[attr-defined]
            if text or not data:
                return bytes(text)


def _whole(data: bytes) -> Reading:
    text, numbers = cleaned(decoded(data))
    found = parse_all(text)
    tail = text if not numbers else cleaned_tail(data)
    return Reading(tuple(_numbered(found, numbers)), tail[-TAIL:], data.count(b"\n") + (data[-1:] not in {b"\n", b""}))


def cleaned_tail(data: bytes) -> str:
    """The end of a log in the order in which it was written."""
    from prunella.diagnostics.clean import printed

    return printed(decoded(data[-TAIL:]))


def _numbered(found: Iterable[Diagnostic], numbers: tuple[int, ...] | list[int]) -> Iterable[Diagnostic]:
    """With line numbers of the log instead of those of the text that the parsers saw."""
    for diagnostic in found:
        if not numbers or not diagnostic.read_from:
            yield diagnostic
            continue
        last = len(numbers)
        mine = numbers[min(diagnostic.read_from, last) - 1 : max(diagnostic.read_from, min(diagnostic.read_to, last))]
        mine = mine or numbers[-1:]
        yield replace(diagnostic, read_from=min(mine), read_to=max(mine))


def _lines_of(found: Iterable[Diagnostic], order: tuple[int, ...]) -> set[int]:
    """The lines that diagnostics were read from, counted from 0 in the order of the log."""
    told: set[int] = set()
    for diagnostic in found:
        if diagnostic.read_from:
            told.update(range(diagnostic.read_from - 1, diagnostic.read_to))
    return {order[place] - 1 for place in told if place < len(order)} if order else told


class _Parts:
    """Collects lines up to a part's size, reads them, and keeps the overlap for the next part."""

    def __init__(self) -> None:
        self.size = 0
        self.errors = self.others = 0
        self._lines: list[bytes] = []
        self._numbers: list[int] = []
        self._owned = 0
        self._kept: dict[Diagnostic, None] = {}
        self._idle: dict[bytes, int] = {}

    def add(self, lines: list[bytes], numbers: list[int]) -> None:
        """More of the log."""
        self._lines += lines
        self._numbers += numbers
        self.size += sum(map(len, lines)) + len(lines)

    def read(self, *, last: bool) -> list[bytes]:
        """Read what is there; returns lines that have led to nothing too often. What begins in the overlap is left to
        the next part, unless this is the last one."""
        if not self._lines:
            return []
        text, order = cleaned(decoded(b"\n".join(self._lines)))
        numbers = [self._numbers[min(number, len(self._numbers)) - 1] for number in order] or self._numbers
        whole = last or order or len(self._numbers) <= _OVERLAP
        until = max(self._numbers) + 1 if whole else self._numbers[-_OVERLAP // 2]
        diagnostics = parse_all(text)
        told = _lines_of(diagnostics, order)
        for found in _numbered(diagnostics, numbers):
            if (self._owned <= found.read_from < until or not found.read_from) and found not in self._kept:
                self._keep(found)
        idle = self._without_result(told)
        overlap = 0 if whole else _OVERLAP
        self._owned = until
        self._lines, self._numbers = (
            self._lines[-overlap:] if overlap else [],
            self._numbers[-overlap:] if overlap else [],
        )
        self.size = sum(map(len, self._lines))
        return idle

    def result(self) -> tuple[Diagnostic, ...]:
        """Errors first, no more than are kept of one log."""
        found = sorted(self._kept, key=lambda diagnostic: diagnostic.severity is not Severity.ERROR)
        return tuple(found[:MOST_KEPT])

    def _keep(self, found: Diagnostic) -> None:
        error = found.severity is Severity.ERROR
        if (self.errors if error else self.others) < MOST_KEPT:
            self._kept[found] = None
            self.errors, self.others = self.errors + error, self.others + (not error)

    def _without_result(self, told: set[int]) -> list[bytes]:
        """Lines of shapes that were shown to the parsers many times and never were part of a diagnostic."""
        from prunella.diagnostics.condense import shape

        dull: list[bytes] = []
        for place, line in enumerate(self._lines):
            key = shape(line)
            if place in told:
                self._idle[key] = -(1 << 30)
                continue
            times = self._idle[key] = self._idle.get(key, 0) + 1
            if times == _PATIENCE:
                dull.append(line)
        if len(self._idle) > 40_000:
            self._idle.clear()
        return dull


def read_text(text: str) -> Reading:
    """A log that is at hand as text."""
    return read(BytesIO(text.encode("utf-8", "replace")))
