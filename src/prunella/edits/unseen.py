"""Where a text stands in a file that quotes it as it was shown: with what cannot be seen written out (``untrusted``).

A model may copy ``<U+200B>`` where the file has the character itself. That is taken for the character as far as the
lines it quotes hold it; what else of that form is in an edit is text like any other, so no edit brings a hidden
character into a file by such a name that was not there before.
"""

from __future__ import annotations

import re

from prunella.untrusted import shown, visible

WRITTEN = "<U+"
_WRITTEN = re.compile(r"<U\+[0-9A-F]{4,6}>")


def spans(body: str, quoted: str, most: int) -> list[tuple[int, int]]:
    """Where ``quoted`` begins and ends in a text, compared as both are shown; [] when nothing in it is written out."""
    if WRITTEN not in quoted:
        return []
    seen, wanted = shown(body), visible(quoted)
    if not seen.parts:
        return []
    found: list[tuple[int, int]] = []
    at = seen.text.find(wanted)
    while at >= 0 and len(found) < most:
        start, end = seen.real(at), seen.real(at + len(wanted))
        if start is not None and end is not None:
            found.append((start, end))
        at = seen.text.find(wanted, at + 1)
    return found


def seen_again(new: str, real: str) -> str:
    """A new text with the characters that ``real``, which it replaces, holds and ``new`` has written out."""
    if WRITTEN not in new:
        return new
    held = {part.written: real[part.start : part.end] for part in shown(real).parts if part.written not in real}
    return _WRITTEN.sub(lambda name: held.get(name[0], name[0]), new)
