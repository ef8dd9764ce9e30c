"""A file's bytes as text that can be edited, and back, with nothing lost.

UTF-8 with or without a byte order mark, UTF-16 with one, else Latin-1, in which any bytes can be told. Line breaks are
those of Python's universal newlines; what is edited has "\\n" only, and each line remembers its own.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace

from prunella.errors import EditRejected

NEAR = 5
"""Lines on each side whose line breaks decide what a new line gets."""

NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "latin-1": "Latin-1"}


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text.

    Attributes:
        body: the text; every line ends with "\\n", the last one too. "" = the file is empty.
        endings: for each "\\n" of ``body`` what the file has there; the last is "" if the file ends without a break.
        bom: the byte order mark.
    """

    body: str = ""
    endings: tuple[str, ...] = ()
    encoding: str = "utf-8"
    bom: bytes = b""

    @property
    def lines(self) -> list[str]:
        return self.body.split("\n")[:-1]

    def splice(self, start: int, end: int, new: str) -> Text:
        """``body[start:end]`` becomes ``new``. Outside of what differs every byte stays; new lines end as most lines
        around them do; whether the file ends with a line break stays as it was."""
        before = _common(self.body[start:end], new)
        after = _common(self.body[start + before : end][::-1], new[before:][::-1])
        start, end, new = start + before, end - after, new[before : len(new) - after]
        first = self.body.count("\n", 0, start)
        last = first + self.body.count("\n", start, end)
        fill = self._usual(first, last)
        body = self.body[:start] + new + self.body[end:]
        endings = [*self.endings[:first], *[fill] * new.count("\n"), *self.endings[last:]]
        if body and not body.endswith("\n"):
            body += "\n"
            endings.append(self.endings[-1] if self.endings else "\n")
        if endings and self.endings and self.endings[-1] == "":
            # Without its last line the file ends with the line before as it is, its break included.
            last_kept = len(endings) <= first
            endings = [ending or fill for ending in endings[:-1]] + [endings[-1] if last_kept else ""]
        return replace(self, body=body, endings=tuple(endings))

    def rewritten(self, new: str) -> Text:
        """Another text in the same encoding and with the usual line break; it ends as ``new`` does."""
        fill = self._usual(0, len(self.endings))
        open_end = bool(new) and not new.endswith("\n")
        body = f"{new}\n" if open_end else new
        endings = [fill] * body.count("\n")
        if open_end:
            endings[-1] = ""
        return replace(self, body=body, endings=tuple(endings))

    def _usual(self, first: int, last: int) -> str:
        """The line break of most lines from ``first`` to ``last`` and around; on a tie, of the nearest line before."""
        before = [ending for ending in self.endings[max(0, first - NEAR) : first] if ending][::-1]
        around = before + [ending for ending in self.endings[first : last + NEAR] if ending]
        return max(dict.fromkeys(around), key=around.count, default="\n")

    def encode(self) -> bytes:
        """The file's bytes.

        Raises:
            EditRejected: the text holds what the file's encoding cannot.
        """
        if "\0" in self.body:
            raise EditRejected("The new text holds a NUL character, which would make the file binary.")
        if self.endings.count("\n") == len(self.endings):
            text = self.body
        else:
            text = "".join(line + ending for line, ending in zip(self.lines, self.endings, strict=True))
        try:
            return self.bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            held = text[error.start]
            raise EditRejected(
                f"The file is encoded in {NAMES[self.encoding]}, which cannot hold the character U+{ord(held):04X} "
                f"({held!a}). Write it as an escape, or use another character."
            ) from None


def decode(data: bytes) -> Text:
    """The text of a file; ``decode(data).encode() == data`` for all that is text.

    Raises:
        EditRejected: the file is binary.
    """
    text, encoding, bom = _decoded(data)
    if "\0" in text:
        raise EditRejected("The file is binary (it holds NUL bytes), so it cannot be shown or edited as text.")
    if "\r" in text:
        body, endings = _endings(text)
    else:
        body, endings = text, ["\n"] * text.count("\n")
    if body and not body.endswith("\n"):
        body += "\n"
        endings.append("")
    return Text(body, tuple(endings), encoding, bom)


def _decoded(data: bytes) -> tuple[str, str, bytes]:
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    bom, encoding = next(((bom, encoding) for bom, encoding in marks if data.startswith(bom)), (b"", "utf-8"))
    try:
        return data[len(bom) :].decode(encoding), encoding, bom
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1", b""


def _endings(text: str) -> tuple[str, list[str]]:
    """The text with "\\n" only, and what stood there."""
    import re

    return text.replace("\r\n", "\n").replace("\r", "\n"), re.findall(r"\r\n|\r|\n", text)


def _common(left: str, right: str) -> int:
    """How many characters two texts share from their start, found by halving."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
