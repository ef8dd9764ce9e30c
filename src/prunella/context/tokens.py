"""How many tokens a text is, without a tokenizer: estimated from its pieces, and rather a little too many.

Vendors' tokenizers cut text at word boundaries first and then into frequent pieces. So do we, with a price for each
kind of piece, compared with one public tokenizer on code and logs; see ``docs/decisions/0011-context.md`` for how far
it is off. No tokenizer is shipped: the vocabularies are megabytes, and each model has its own.
"""

from __future__ import annotations

import re

_PIECES = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|(?P<space>[ \t]+)|(?P<line>\n[ \t]*)|(?P<wide>[^\x00-\x7f]+)|(?P<sign>.)"
)
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def estimate(text: str) -> int:
    """Tokens of ``text``: on code at most 5 % below, and mostly above, what vendors count."""
    total = 0.0
    for match in _PIECES.finditer(text):
        kind = match.lastgroup
        if kind == "word":
            total += _word(match[0])
        elif kind == "number":
            total += (len(match[0]) + 2) // 3
        elif kind == "sign":
            total += 0.85
        elif kind == "line":
            total += 0.9
        elif kind == "wide":
            total += len(match[0]) * 1.2
        elif len(match[0]) > 1:
            total += 0.6
    return int(total) + 1


def _word(word: str) -> float:
    """One for a short common word; long and mixed ones fall into parts."""
    if len(word) <= 5 and not word.isupper():
        return 1.0
    return sum(1.0 if len(hump) <= 8 else len(hump) / 6 for hump in _HUMPS.findall(word)) or 1.0
