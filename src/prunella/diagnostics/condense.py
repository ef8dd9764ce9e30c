"""Finds the few lines of a huge log that can matter, at the speed at which memory is searched.

Lines of a log repeat each other but for numbers. A line with its digits and hexadecimal letters made equal is its
*shape*; whether a shape can matter is decided once, and blocks of lines are looked at as sets of shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 18
LONGEST = 64 * 1024
"""Of a longer line the beginning and the end are kept."""

BEFORE, AFTER = 40, 60
"""Lines kept around a line that can matter: heads above and frames below it."""

_MOST_SHAPES = 40_000
_MOST_SEEN = 200_000
_LOOKED_AT = 2_000
_TABLE = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)
_GRAVE = (
    rb"(?i:err|fail|fatal|excepti|panic|traceback|undefined|cannot|can't|could not|couldn't|unable|not found|no such|"
    rb"unresolved|invalid|expect|denied|missing|abort|unknown|violat|conflict|unused|not ok|mismatch|illegal|redefin|"
    rb"multiple def|unsupported|deprecat|refus|crash|segmentation|assert|timed? ?out|killed|disallow|\[w[a-z]*\]|warn|"
    rb"would reformat|not formatted|undeclared|not assignable|not allowed|diff in )"
    rb"|:[0-9]{1,6}[:,)]|\([0-9]{1,6}(?:[,:][0-9]{1,5})?\)|,[0-9]{1,5}\]|:[0-9]{1,6}$|(?i:line:? [0-9])"
    rb"|^\s+[0-9]+:[0-9]+ |\xe2[\x9c\x9d\xa8][\x81-\xbf]|\xc3\x97|\xe2\x97\x8f|^[EWFIC]\s|^\s*-->|^x\s|^\s+x\s"
    rb"|^\s+at |^[_=]{3,} |^\s*[0-9]+\) |[\^~]{2,}\s*$|^\s*\^|^[EWCF][0-9]{3,4} |\xe2\x95\xad|,-\["
)
_MILD = (
    rb"(?i:warn|note:|remark:|info:|unused|deprecat|from .*:[0-9]+[:,]$|required from|\[-W[a-z])"
    rb"|^[\s|]*[\^~][\^~\s]*$"
)
_SURELY = rb"(?i:\berror[:\[( ]|\berr!|\bfail(?:ed|ure)?\b|fatal error|exception|panick)"
_WARNING = rb"(?i:\bwarning[:\[( ]|\bnote: )"
_MARKER = (
    rb"(?i:(?:entering|leaving) directory|^attaching to|packages in scope|^lerna |scope: [0-9]|workspace)"
    rb"|^(?:=+ .* =+|# \S+|\s*FAIL\s.*|> .*|--- .*|\*+ .*|[^ ]{1,200}\$ .*)$"
)


class Piece(NamedTuple):
    """What is left of a part of the log: lines, and the number of each one in the log, from 1.

    Between lines that do not follow each other stands a blank one."""

    lines: list[bytes]
    numbers: list[int]


class Condenser:
    """Reads a log once, from any stream.

    Attributes:
        tail: the last bytes of the log as they are.
        lines: how many were read so far.
        full: set when nothing else is wanted: the rest is only counted.
    """

    def __init__(self, stream: BinaryIO, tail: int) -> None:
        self.stream, self.tail, self._most_tail = stream, b"", tail
        self.lines = 0
        self.full = False
        self._errors_only = False
        self._carry = b""
        self._keep_until = self._kept_to = 0
        self._before: list[bytes] = []
        self._dull: set[bytes] = set()
        self._hot: set[bytes] = set()
        self._markers: set[bytes] = set()
        self._seen: set[int] = set()
        self._grave, self._mild, self._marker = (re.compile(words) for words in (_GRAVE, _MILD, _MARKER))
        self._surely, self._warning = re.compile(_SURELY), re.compile(_WARNING)

    def pieces(self, start: bytes = b"") -> Iterator[Piece]:
        """The lines that can matter with those around them, block by block.

        Args:
            start: what has been read from the stream already.
        """
        block = start or self.stream.read(BLOCK)
        while block:
            yield from self._block(block)
            block = self.stream.read(BLOCK)
        if self._carry:
            yield from self._lines(self._carry)
            self._carry = b""

    def only_errors(self) -> None:
        """Enough warnings are known: from now on lines that are no more than that are passed over."""
        if not self._errors_only:
            self._errors_only = True
            self._hot.clear()

    def learn(self, dull: Iterable[bytes]) -> None:
        """Lines like these have led to nothing, again and again."""
        shapes = {line.translate(_TABLE) for line in dull}
        self._hot -= shapes
        self._dull |= shapes

    def _block(self, block: bytes) -> Iterator[Piece]:
        most = self._most_tail
        self.tail = block[-most:] if len(block) >= most else (self.tail + block)[-most:]
        end = block.rfind(b"\n")
        if end < 0:
            self._carry += block
            if len(self._carry) > LONGEST:
                self._carry = self._carry[: LONGEST // 2] + self._carry[-LONGEST // 2 :]
            return
        whole, self._carry = self._carry + block[:end], block[end + 1 :]
        yield from self._lines(whole)

    def _lines(self, whole: bytes) -> Iterator[Piece]:
        lines = whole.split(b"\n")
        first = self.lines + 1
        self.lines += len(lines)
        if self.full:
            return
        shapes = whole.translate(_TABLE).split(b"\n")
        present = set(shapes)
        self._judge(present, shapes, lines)
        wanted, marked = present & self._hot, present & self._markers
        if wanted or marked or self._keep_until >= first:
            piece = self._piece(lines, first, *self._places(lines, shapes, wanted, marked))
            if piece.lines:
                yield piece
        self._before = lines[-BEFORE:]

    def _judge(self, present: set[bytes], shapes: list[bytes], lines: list[bytes]) -> None:
        """Put shapes that were not seen before where they belong."""
        if len(self._dull) + len(self._hot) + len(self._markers) > _MOST_SHAPES:
            for known in (self._dull, self._hot, self._markers):
                known.clear()
        fresh = present - self._dull - self._hot - self._markers
        if not fresh:
            return
        for shape, line in {shape: line for shape, line in zip(shapes, lines, strict=True) if shape in fresh}.items():
            short = line if len(line) <= _LOOKED_AT else line[: _LOOKED_AT // 2] + line[-_LOOKED_AT // 2 :]
            if self._marker.search(short):
                self._markers.add(shape)
            elif self._grave.search(short) and not (self._errors_only and self._is_mild(short)):
                self._hot.add(shape)
            else:
                self._dull.add(shape)

    def _is_mild(self, line: bytes) -> bool:
        if self._warning.search(line):
            return b"error: " not in line
        return bool(self._mild.search(line)) and not self._surely.search(line)

    def _places(
        self, lines: list[bytes], shapes: list[bytes], wanted: set[bytes], marked: set[bytes]
    ) -> tuple[list[int], list[int]]:
        """Where the hot lines are that were not seen before, each with the one above it; and the markers."""
        if len(self._seen) > _MOST_SEEN:
            self._seen.clear()
        hot: list[int] = []
        seen = self._seen
        above = self._before[-1] if self._before else b""
        for number, shape in enumerate(shapes) if wanted else ():
            if shape in wanted:
                key = hash(lines[number] + (lines[number - 1] if number else above))
                if key not in seen:
                    seen.add(key)
                    hot.append(number)
        return hot, [number for number, shape in enumerate(shapes) if shape in marked] if marked else []

    def _piece(self, lines: list[bytes], first: int, hot: list[int], markers: list[int]) -> Piece:
        """The lines around the places, each once; numbers count from 1 over the whole log."""
        kept = Piece([], [])
        spans = sorted(
            [*((number - BEFORE, number + AFTER) for number in hot), *((number, number) for number in markers)]
        )
        if self._keep_until >= first:
            spans.insert(0, (0, self._keep_until - first))
        for begin, end in spans:
            start = max(begin, self._kept_to + 1 - first, -len(self._before))
            stop = min(end + 1, len(lines))
            if start >= stop:
                continue
            if first + start > self._kept_to + 1:
                kept.lines.append(b"")
                kept.numbers.append(first + start - 1)
            kept.lines.extend(self._before[start:] if start < 0 else [])
            kept.lines.extend(lines[max(0, start) : stop])
            kept.numbers.extend(range(first + start, first + stop))
            self._kept_to = first + stop - 1
        self._keep_until = max([self._keep_until, *(first + number + AFTER for number in hot[-1:])])
        return kept


def shape(line: bytes) -> bytes:
    """A line with its digits and hexadecimal letters made equal."""
    return line.translate(_TABLE)
