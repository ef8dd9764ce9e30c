"""Text that others wrote (logs, code, tickets, what models answer), so that it hides nothing and ends where it ends.

What cannot be seen is written out as ``<U+202E>``: characters without a shape, those that turn the reading direction
round, and control characters, so that no model is told what no person sees, and no terminal is steered. What people
really write with such characters stays as it is: emoji made of several, joiners in scripts that need them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
    # The brackets of our own tags: see ``fenced``.
    r"|<(?=\s{0,8}/?\s{0,8}data-[0-9a-f]{4})",
    re.IGNORECASE,
)
_FLAGS = frozenset(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f" for region in ("gbeng", "gbsct", "gbwls")
)
"""The only tags in use: after a black flag they make those of England, Scotland and Wales."""

_JOINERS = "\u200c\u200d"
_KEYCAPS = "0123456789#*"
TAG = "data"


class Part(NamedTuple):
    """A stretch that is written out: where it is in the text, where in what is shown, and how it is shown."""

    start: int
    end: int
    at: int
    written: str


class Shown(NamedTuple):
    """A text as it is shown, and what of it is written out."""

    text: str
    parts: tuple[Part, ...] = ()

    def real(self, at: int) -> int | None:
        """The place in the text of a place in what is shown; None = it is inside of something written out."""
        index = bisect_right(self.parts, at, key=lambda part: part.at) - 1
        if index < 0:
            return at
        part = self.parts[index]
        if at == part.at:
            return part.start
        end = part.at + len(part.written)
        return part.end + at - end if at >= end else None


def shown(text: str) -> Shown:
    """The text with what cannot be seen written out."""
    parts: list[Part] = []
    pieces: list[str] = []
    last, length = 0, 0
    for found in _HIDDEN.finditer(text):
        start = found.start()
        run = found[0]
        if run == "\r" and text.startswith("\n", start + 1):
            continue
        if _in_use(run, text[start - 1 : start], text[found.end() : found.end() + 1]):
            continue
        for place, character in enumerate(run, start):
            pieces += (text[last:place], f"<U+{ord(character):04X}>")
            length += place - last
            parts.append(Part(place, place + 1, length, pieces[-1]))
            length += len(pieces[-1])
            last = place + 1
    return Shown("".join((*pieces, text[last:])), tuple(parts)) if parts else Shown(text)


def visible(text: str) -> str:
    """The text with what cannot be seen written out as ``<U+202E>``; line feeds and tabs stay."""
    return shown(text).text


def _in_use(run: str, before: str, after: str) -> bool:
    """Whether hidden characters are part of something that is seen."""
    if not before or run == "<" or run[0] < "\u2000":
        return False
    if before == "\U0001f3f4" and run in _FLAGS:
        return True
    selector, rest = (run[0], run[1:]) if _selects(run[0], before) else ("", run)
    if not rest:
        return bool(selector)
    return len(rest) == 1 and rest in _JOINERS and _joins(before, after, rest)


def _selects(character: str, before: str) -> bool:
    """Whether a variation selector has something to choose a form of."""
    if "\ufe00" <= character <= "\ufe0f":
        return before >= "\u2000" or before in _KEYCAPS or before in "\xa9\xae"
    return "\U000e0100" <= character <= "\U000e01ef" and before >= "\u3400"


def _joins(before: str, after: str, joiner: str) -> bool:
    """Whether a joiner stands in an emoji, or in a script that writes with it."""
    import unicodedata

    first, last = unicodedata.category(before), unicodedata.category(after) if after else ""
    if joiner == "\u200d" and first in ("So", "Sk") and last == "So":
        return True
    return (
        "\u0590" <= before < "\u2000"
        and first[0] in "LM"
        and (after.isspace() or "\u0590" <= (after or before) < "\u2000")
    )


def fenced(text: str) -> str:
    """Untrusted text as a block of data for a prompt, between tags that it cannot hold.

    The tags' name comes of the text itself: the same text has the same tags, so that a prompt's cached beginning stays
    what it is; and whatever in the text looks like such a tag is written out.
    """
    from zlib import crc32

    inside = visible(text)
    plain = inside.casefold()
    number = crc32(inside.encode("utf-8", "surrogatepass"))
    while (name := f"{TAG}-{number:08x}") in plain:
        number = (number + 1) & 0xFFFFFFFF
    return f"<{name}>\n{inside}\n</{name}>"


def inline(text: str) -> str:
    """Untrusted text within a sentence: on one line, with nothing hidden in it."""
    return visible(" ".join(text.split()))
