"""What of a Markdown text its readers do not see: where somebody may hide what only a model reads.

A ticket is approved by a person who sees it rendered. Comments, the titles and the addresses of links and images, link
definitions, attributes of HTML and what is folded away are not seen there. Code is: it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from prunella.untrusted import visible

LONGEST = 200_000
"""Characters of a text that are looked at; the rest is left out, and said to be."""

_CODE = re.compile(
    r"(?:^|(?<=\n)) {0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*\n(?:.*?\n)?? {0,3}(?P=fence)[`~]*[ \t]*(?=\n|$)"
    r"|(?<!`)(?P<tick>`{1,8})(?!`)[^\n]{1,2000}?(?<!`)(?P=tick)(?!`)",
    re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_DEFINITION = re.compile(
    r"^ {0,3}\[[^\]\n]{1,300}\]:[ \t]*+\n?[ \t]*+\S++[ \t]*+\n?[ \t]*+(?:\"[^\"]*\"|'[^']*'|\([^)]*\))?[ \t]*$",
    re.MULTILINE,
)
_IMAGE = re.compile(r"!\[(?P<text>[^\]]{0,500})\](?:\((?P<to>[^()\n]{0,2000})\)|\[[^\]\n]{0,300}\])")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]{0,500})\]\((?P<to>[^()\n]{0,2000})\)")
_FOLDED = re.compile(r"<details\b[^>]{0,500}>(?P<inside>.*?)(?:</details\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_SUMMARY = re.compile(r"\s*<summary\b[^>]{0,500}>(?P<text>.*?)</summary\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]{0,4000})?/?>")


class Rendered(NamedTuple):
    """A text as people see it, and what of it they do not.

    Attributes:
        text: with nothing in it that is not seen, and nothing hidden (``untrusted.visible``).
        unseen: what was taken out, in order of kind: comments, definitions, images, links, tags.
        folded: what is seen only when somebody unfolds it; it stays in ``text``, marked.
    """

    text: str
    unseen: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()


def rendered(markdown: str) -> Rendered:
    """A Markdown text (a ticket, a comment, a review) without what its readers do not see."""
    cut = len(markdown) > LONGEST
    text, codes = _without_code(visible(markdown[:LONGEST].replace("\r\n", "\n")).replace(_SIGN, "<U+E000>"))
    unseen: list[str] = []
    folded: list[str] = []

    def taken(said: str = "") -> Callable[[re.Match[str]], str]:
        def take(found: re.Match[str]) -> str:
            unseen.append(_with_code(found[0].strip(), codes))
            return said

        return take

    def unfold(found: re.Match[str]) -> str:
        inside = found["inside"]
        summary = _SUMMARY.match(inside)
        head = _TAG.sub("", summary["text"]).strip() if summary else "details"
        rest = inside[summary.end() :] if summary else inside
        folded.append(_with_code(rest.strip(), codes))
        return f"[folded away: {head}]\n{rest.strip()}\n[end of what is folded away]"

    def image(found: re.Match[str]) -> str:
        unseen.append(_with_code(found[0], codes))
        return f"[image: {found['text'].strip()}]" if found["text"].strip() else "[image]"

    def link(found: re.Match[str]) -> str:
        unseen.append(_with_code(found["to"], codes))
        return str(found["text"])

    text = _COMMENT.sub(taken(), text)
    text = _DEFINITION.sub(taken(), text)
    text = _IMAGE.sub(image, text)
    text = _LINK.sub(link, text)
    text = _FOLDED.sub(unfold, text)
    text = _TAG.sub(taken(), text)
    more = "\n[the rest is left out]" if cut else ""
    return Rendered(_with_code(text, codes) + more, tuple(unseen), tuple(folded))


_SIGN = "\ue000"
"""Stands for a stretch of code while the rest is looked at; in the text itself it is written out."""


def _without_code(text: str) -> tuple[str, list[str]]:
    codes: list[str] = []

    def keep(found: re.Match[str]) -> str:
        codes.append(found[0])
        return f"{_SIGN}{len(codes) - 1}{_SIGN}"

    return _CODE.sub(keep, text), codes


def _with_code(text: str, codes: list[str]) -> str:
    return re.sub(f"{_SIGN}(\\d+){_SIGN}", lambda found: codes[int(found[1])], text)
