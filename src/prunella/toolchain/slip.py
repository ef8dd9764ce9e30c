"""Whether a name that is nowhere defined can be a slip for one that is, or is another thing's, still to be made."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

LIKE = 0.5
"""How alike two words are at least for one to be the other with a slip of the finger."""

SHORT = 4
"""Letters of a word in which one letter for another makes another word as easily as a slip."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
_PAIRS = """get set|min max|add remove|add sub|start stop|start end|begin end|first last|enable disable|encode decode|
read write|push pop|next prev|next previous|left right|top bottom|width height|row column|row col|open close|to from|
inc dec|increment decrement|lower upper|before after|attach detach|load unload|lock unlock|encrypt decrypt|input output|
source target|src dst|show hide|create delete|insert delete|import export|send receive|client server|old new|in out|
ascending descending|asc desc|horizontal vertical|serialize deserialize|subscribe unsubscribe|mount unmount|any all|
register unregister|connect disconnect|include exclude|internal external|success failure|true false|up down|key value"""
_OPPOSITE = frozenset(frozenset(pair.split()) for pair in " ".join(_PAIRS.split()).replace("| ", "|").split("|"))
_NOT = ("un", "in", "im", "non", "not", "dis", "de", "no", "a", "re")


def is_slip(written: str, meant: str) -> bool:
    """Whether ``written`` reads as ``meant`` with a slip. Another number, a word more or less, another word or the
    opposite of one is another name: what it names is a thing of its own."""
    if re.findall(r"\d+", written) != re.findall(r"\d+", meant):
        return False
    one, other = ([word.lower() for word in _WORD.findall(name)] for name in (written, meant))
    if "".join(one) == "".join(other):
        return True
    mine, theirs = Counter(one) - Counter(other), Counter(other) - Counter(one)
    if not mine or not theirs:
        return False
    if mine.total() == theirs.total() == 1:
        return _is_slip_of_word(next(iter(mine)), next(iter(theirs)))
    return SequenceMatcher(None, "".join(one), "".join(other)).ratio() >= LIKE


def _is_slip_of_word(written: str, meant: str) -> bool:
    if frozenset((written, meant)) in _OPPOSITE:
        return False
    shorter, longer = sorted((written, meant), key=len)
    if longer.endswith(shorter) and longer[: -len(shorter)] in _NOT:
        return False
    if len(written) == len(meant) < SHORT and Counter(written) != Counter(meant):
        return False
    return SequenceMatcher(None, written, meant).ratio() >= LIKE
