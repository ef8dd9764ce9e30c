"""What a model is told when its edit does not fit: the nearest real lines with their numbers, and what differs.

Work is bounded: a file is searched for the rarest words of what was meant, and a few places are looked at closely.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prunella.edits.names import shown

QUOTED_LINES = 30
QUOTED_WIDTH = 300
MOST_WORDS = 24
WIDE = 4_000_000
"""Characters from which on a file is searched for fewer words."""

MOST_HITS = 50
MOST_PLACES = 8
LEAST_ALIKE = 0.25
MOST_NUMBERS = 10


def numbered(lines: Sequence[str], first: int, *, most: int = QUOTED_LINES) -> str:
    """Lines as models see them: number, tab, line. ``first`` is the number of the first."""
    rows = [f"{first + offset}\t{cut(line)}" for offset, line in enumerate(lines[:most])]
    if len(lines) > most:
        rows.append(f"… {len(lines) - most} more lines")
    return "\n".join(rows)


def cut(line: str, width: int = QUOTED_WIDTH) -> str:
    """A line that is bounded, and says what it lacks."""
    return line if len(line) <= width else f"{line[:width]}… ({len(line) - width} more characters)"


def several(path: str, what: str, numbers: Sequence[int]) -> str:
    """The message for an edit that fits in more than one place."""
    named = ", ".join(map(str, numbers[:MOST_NUMBERS])) + (", …" if len(numbers) > MOST_NUMBERS else "")
    count = f"{len(numbers)} times" if len(numbers) <= MOST_NUMBERS else "many times"
    return (
        f"{what} {count} in {shown(path)}, at lines {named}; an edit must fit exactly once. "
        "Take in more of the lines around the one that is meant."
    )


def missing(path: str, what: str, lines: Sequence[str], wanted: Sequence[str]) -> str:
    """The message for an edit that fits nowhere.

    Args:
        what: how the message begins ("The old text does not occur").
        lines: the file's lines.
        wanted: the lines that were looked for.
    """
    opening = f"{what} in {shown(path)}."
    if not lines:
        return f"{opening} The file is empty."
    hint = _copied_numbers(wanted)
    near = _same_but_spaces(lines, wanted) or _most_alike(lines, wanted)
    if near is None:
        return f"{opening}{hint} Nothing in its {len(lines)} lines is much like it: view the file."
    quoted = numbered(lines[near.first : near.last], near.first + 1)
    return f"{opening}{hint} {near.difference} The file has (line number, tab, line):\n{quoted}"


@dataclass(frozen=True, slots=True)
class _Near:
    """Lines ``first``..``last`` (0-based, end not included), and how they differ, in words."""

    first: int
    last: int
    difference: str


def _copied_numbers(wanted: Sequence[str]) -> str:
    """A remark for text that was copied together with the numbers it was shown with."""
    heads = [line.partition("\t")[0].strip() for line in wanted if line.strip()]
    copied = heads and all(head.isdecimal() for head in heads) and all("\t" in line for line in wanted if line.strip())
    return " Leave out the line numbers and the tabs after them; they are not part of the file." if copied else ""


def _same_but_spaces(lines: Sequence[str], wanted: Sequence[str]) -> _Near | None:
    """Lines that are those that were meant but for spaces at their starts or ends, or empty lines around them."""
    core = [line.strip() for line in wanted]
    while core and not core[0]:
        core.pop(0)
    while core and not core[-1]:
        core.pop()
    if not core:
        return None
    bare = [line.strip() for line in lines]
    for start in range(len(bare) - len(core) + 1):
        if bare[start] == core[0] and bare[start : start + len(core)] == core:
            real = lines[start : start + len(core)]
            lead = next(index for index, line in enumerate(wanted) if line.strip())
            return _Near(start, start + len(core), _spaces(real, wanted[lead : lead + len(core)]))
    return None


def _spaces(real: Sequence[str], meant: Sequence[str]) -> str:
    for mine, theirs in zip(real, meant, strict=True):
        if mine.lstrip() == theirs.lstrip() and mine != theirs:
            return f"Only the indentation differs: the file has {_lead(mine)} where you wrote {_lead(theirs)}."
    if any(mine != theirs for mine, theirs in zip(real, meant, strict=True)):
        return "Only spaces at the ends of lines (and perhaps the indentation) differ."
    return "Only empty lines around it, or where a line begins, differ."


def _lead(line: str) -> str:
    lead = line[: len(line) - len(line.lstrip())]
    tabs, spaces = lead.count("\t"), lead.count(" ")
    parts = [f"{count} {name}{'s' if count > 1 else ''}" for count, name in ((tabs, "tab"), (spaces, "space")) if count]
    return " and ".join(parts) or "none"


def _most_alike(lines: Sequence[str], wanted: Sequence[str]) -> _Near | None:
    words = [_words(line) for line in wanted]
    best, score = 0, 0.0
    for place in _places(lines, words):
        alike = _alike(lines, words, place)
        if alike > score:
            best, score = place, alike
    if score < LEAST_ALIKE:
        return None
    first = max(0, best - 1)
    last = min(len(lines), best + len(wanted) + 1)
    return _Near(first, max(last, first + 1), "The nearest lines are these; copy them exactly.")


def _places(lines: Sequence[str], words: Sequence[frozenset[str]]) -> list[int]:
    """Where the wanted lines might begin: rare words vote for the place that fits their own."""
    body = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    first_line: dict[str, int] = {}
    for index, line in enumerate(words):
        for word in sorted(line):
            first_line.setdefault(word, index)
    votes: dict[int, float] = {}
    for word in sorted(first_line, key=len, reverse=True)[: MOST_WORDS if len(body) < WIDE else 4]:
        hits = _hits(body, word)
        for hit in hits:
            place = bisect_right(starts, hit) - 1 - first_line[word]
            votes[place] = votes.get(place, 0.0) + 1 / len(hits)
    near = {place: sum(votes.get(place + shift, 0.0) for shift in (-2, -1, 0, 1, 2)) for place in votes}
    return sorted(near, key=lambda place: (-near[place], -votes[place], place))[:MOST_PLACES]


def _hits(body: str, word: str) -> list[int]:
    hits: list[int] = []
    at = body.find(word)
    while at >= 0 and len(hits) < MOST_HITS:
        hits.append(at)
        at = body.find(word, at + len(word))
    return hits


def _alike(lines: Sequence[str], words: Sequence[frozenset[str]], place: int) -> float:
    """How alike the wanted lines and those at ``place`` are: 1 = the same words line by line."""
    total, shared = 0, 0.0
    for offset, mine in enumerate(words[:QUOTED_LINES]):
        if not mine:
            continue
        total += 1
        for shift in (0, -1, 1):
            at = place + offset + shift
            theirs = _words(lines[at]) if 0 <= at < len(lines) else frozenset()
            common = len(mine & theirs) / len(mine | theirs)
            if common:
                shared += common
                break
    return shared / total if total else 0.0


def _words(line: str) -> frozenset[str]:
    import re

    return frozenset(re.findall(r"\w{2,60}", line[:2_000])) or frozenset(re.findall(r"[^\s\w]{2,20}", line[:200]))


def paths_like(path: str, paths: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Existing paths that may have been meant: the same name elsewhere or in another case, then names alike."""
    name = path.rpartition("/")[2].casefold()
    stem = name.partition(".")[0]
    folders = set(path.casefold().split("/")[:-1])
    scored: list[tuple[int, int, str]] = []
    for other in paths:
        theirs = other.rpartition("/")[2].casefold()
        rank = 0 if theirs == name else 1 if stem and theirs.partition(".")[0] == stem else 2
        if rank == 2 and not (stem and len(stem) > 3 and (stem in theirs or theirs.partition(".")[0] in stem)):
            continue
        scored.append((rank, -len(folders.intersection(other.casefold().split("/"))), other))
    return tuple(other for _, _, other in sorted(scored)[:most])
