"""Two contents of one file: which definitions were renamed, changed, removed or added between them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from prunella.lately.definitions import Definition, definitions
from prunella.lately.imports import Import, imports
from prunella.lately.languages import family, keywords
from prunella.lately.values import Happened, Swap, SymbolChange
from prunella.ports import Changed

MOST_LINES = 4_000
"""Lines that differ of which the order is compared; beyond, only which lines are gone and which have come."""

MOST_OF_A_FILE = 400
"""Definitions of one file that are told when it came or went as a whole."""

LIKE = 0.75
"""How alike two bodies are at least for one definition to be the other under a new name."""

_TOKEN = re.compile(r"[A-Za-z_$][\w$]*|\d[\w.]*|\S", re.ASCII)
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


class Block(NamedTuple):
    """Lines of the old text that became lines of the new one; 0-based, ends exclusive."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def blocks(old: list[str], new: list[str]) -> list[Block]:
    """Where two texts differ. Bounded: texts that differ in very many lines give one block."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if not a and not b:
        return []
    if not a or not b or len(a) + len(b) > MOST_LINES:
        return [Block(start, start + len(a), start, start + len(b))]
    matcher = SequenceMatcher(None, a, b)
    return [
        Block(start + i1, start + i2, start + j1, start + j2)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def file_changes(change: Changed, before: str, after: str) -> list[SymbolChange]:
    """What became of the definitions and imports of one file."""
    language = family(change.path or change.was)
    old, new = before.split("\n"), after.split("\n")
    if not change.was or not change.path:
        text, happened = (new, Happened.ADDED) if not change.was else (old, Happened.REMOVED)
        found = definitions(language, _outside(language, text))[:MOST_OF_A_FILE]
        return [_told(change, happened, one) for one in found if one.exported]
    differ = blocks(old, new)
    gone = _within(language, old, [(block.old_start, block.old_end) for block in differ])
    come = _within(language, new, [(block.new_start, block.new_end) for block in differ])
    gone, come = _without_same(gone, come)
    return [*_paired(change, gone, come, (old, new)), *_lost_imports(change, language, old, new)]


def line_swaps(change: Changed, before: str, after: str) -> list[Swap]:
    """Lines in which one name became another and nothing else did."""
    old, new = before.split("\n"), after.split("\n")
    found = []
    for block in blocks(old, new):
        if block.old_end - block.old_start != block.new_end - block.new_start:
            continue
        for offset in range(block.old_end - block.old_start):
            was, now = old[block.old_start + offset], new[block.new_start + offset]
            pair = _one_name(family(change.path), was, now)
            if pair:
                number = block.new_start + offset + 1
                found.append(Swap(change.path, number, pair[0], pair[1], change.commit, now))
    return found


def _one_name(language: str, was: str, now: str) -> tuple[str, str] | None:
    if was == now or max(len(was), len(now)) > 600:
        return None
    a, b = _TOKEN.findall(was), _TOKEN.findall(now)
    if len(a) != len(b):
        return None
    pairs = {(x, y) for x, y in zip(a, b, strict=True) if x != y}
    if len(pairs) != 1:
        return None
    ((x, y),) = pairs
    named = _NAME.fullmatch(x) and _NAME.fullmatch(y) and not {x, y} & keywords(language)
    return (x, y) if named else None


def _outside(language: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without those of imports."""
    taken = {
        number
        for statement in imports(language, lines)
        for number in range(statement.line, statement.line + statement.lines)
    }
    return ((number, line) for number, line in enumerate(lines, 1) if number not in taken)


def _within(language: str, lines: list[str], ranges: list[tuple[int, int]]) -> list[Definition]:
    wanted = {number for start, end in ranges for number in range(start + 1, end + 1)}
    return definitions(language, ((number, line) for number, line in _outside(language, lines) if number in wanted))


def _without_same(gone: list[Definition], come: list[Definition]) -> tuple[list[Definition], list[Definition]]:
    """A line that is on both sides only moved."""
    both = Counter(one.text.strip() for one in gone) & Counter(one.text.strip() for one in come)
    sides = []
    for side in (gone, come):
        left, kept = Counter(both), []
        for one in side:
            if left[one.text.strip()] > 0:
                left[one.text.strip()] -= 1
            else:
                kept.append(one)
        sides.append(kept)
    return sides[0], sides[1]


def _paired(
    change: Changed, gone: list[Definition], come: list[Definition], texts: tuple[list[str], list[str]]
) -> list[SymbolChange]:
    found: list[SymbolChange] = []
    named: dict[str, list[Definition]] = defaultdict(list)
    for one in come:
        named[one.name].append(one)
    rest = []
    for one in gone:  # the same name first: then it is another line for it
        if named[one.name]:
            now = named[one.name].pop(0)
            found.append(_told(change, Happened.CHANGED, one, now))
        else:
            rest.append(one)
    new = [one for some in named.values() for one in some]
    new.sort(key=lambda one: one.line)
    pairs = _renames(rest, new, texts)
    found += [_told(change, Happened.RENAMED, one, now) for one, now in pairs]
    taken = {now.line for _, now in pairs}
    paired = {one.line for one, _ in pairs}
    found += [_told(change, Happened.REMOVED, one) for one in rest if one.line not in paired]
    found += [_told(change, Happened.ADDED, one) for one in new if one.line not in taken]
    return found


def _renames(
    gone: list[Definition], come: list[Definition], texts: tuple[list[str], list[str]]
) -> list[tuple[Definition, Definition]]:
    """Each definition that is gone with the one that it became: the same line under another name, of which there are
    as many on both sides, or else the only one with nearly the same body."""
    groups: dict[str, tuple[list[Definition], list[Definition]]] = defaultdict(lambda: ([], []))
    for one in gone:
        groups[_skeleton(one)][0].append(one)
    for one in come:
        groups[_skeleton(one)][1].append(one)
    pairs = [
        pair
        for before, after in groups.values()
        if before and len(before) == len(after)
        for pair in zip(before, after, strict=True)
    ]
    done = {one.line for one, _ in pairs}
    taken = {now.line for _, now in pairs}
    left = [one for one in gone if one.line not in done][:60]
    free = [one for one in come if one.line not in taken][:60]
    for one in left:
        like = [now for now in free if _alike(one, now, texts)]
        back = [other for other in left if len(like) == 1 and _alike(other, like[0], texts)]
        if len(like) == 1 and len(back) == 1:
            pairs.append((one, like[0]))
    return pairs


def _skeleton(one: Definition) -> str:
    """The line without the name and without what space there is."""
    return " ".join("\0" if token == one.name else token for token in _TOKEN.findall(one.text))


def _alike(one: Definition, now: Definition, texts: tuple[list[str], list[str]]) -> bool:
    """Whether the lines after both definitions are nearly the same. One line of a kind says nothing."""
    first, second = _TOKEN.findall(one.text), _TOKEN.findall(now.text)
    if first[:1] != second[:1]:
        return False
    a = [re.sub(rf"\b{re.escape(one.name)}\b", "\0", line) for line in texts[0][one.line - 1 : one.line + 11]]
    b = [re.sub(rf"\b{re.escape(now.name)}\b", "\0", line) for line in texts[1][now.line - 1 : now.line + 11]]
    same = Counter(line for line in a[1:] if len(line.strip()) > 3) & Counter(b[1:])
    return len(a) > 2 and same.total() >= 2 and SequenceMatcher(None, a, b).ratio() >= LIKE


def _lost_imports(change: Changed, language: str, old: list[str], new: list[str]) -> list[SymbolChange]:
    """Names that were imported and are no more, and whole statements without names (side effects) that are gone."""
    after = imports(language, new)
    still = {name for statement in after for name in statement.names}
    texts = {" ".join(statement.text.split()) for statement in after}
    found = []
    for statement in imports(language, old):
        if " ".join(statement.text.split()) in texts:
            continue
        lost = [name for name in statement.names or ("",) if name not in still]
        found += [_import_gone(change, name, statement) for name in lost]
    return found


def _import_gone(change: Changed, name: str, statement: Import) -> SymbolChange:
    return SymbolChange(
        Happened.REMOVED, name, "", change.path, change.was, statement.line, change.commit, statement.text, False
    )


def _told(change: Changed, happened: Happened, one: Definition, now: Definition | None = None) -> SymbolChange:
    """A change in words; ``now`` is the definition that it became."""
    old = "" if happened is Happened.ADDED else one.name
    new = now.name if now else one.name if happened is Happened.ADDED else ""
    line = (now or one).line
    return SymbolChange(
        happened,
        old,
        new,
        change.path,
        change.was,
        line,
        change.commit,
        one.text,
        one.exported or bool(now and now.exported and happened is Happened.RENAMED),
    )
