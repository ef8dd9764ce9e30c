"""Repairs that git knows: a name or a file that the last changes renamed, moved or took away, followed or put back.

Nothing here is right by itself: every repair is tried, and a checker has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from prunella.domain import Diagnostic, Severity
from prunella.lately.languages import family, keywords
from prunella.lately.symbols import Happened, Swap, SymbolChange
from prunella.toolchain.lore import Lore
from prunella.toolchain.restored import restored
from prunella.toolchain.tree import GIT, NEAR, SECOND, Repair, Tree, joined

NEAR_LINES = 3
"""How far from an error's line a name is looked for when the line itself has it not."""

LIKE = 0.6
"""How alike two names are at least for one to be a slip for the other."""

MOST_ERRORS = 60
MOST_FILES = 60

_QUOTED = re.compile(r"[`'\"‘“]([^`'\"’”\n]{1,200})[`'\"’”]")
_TEST = re.compile(r"(?:^|/)(?:tests?|__tests__|specs?)/|(?:^|/)test_|_test\.|\.(?:test|spec)\.")
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


def git_repairs(errors: Iterable[Diagnostic], tree: Tree, known: Lore) -> Iterator[Repair]:
    """What git knows that fits the errors: names first, then what was taken away, then files that moved."""
    some = [error for error in errors if error.severity is Severity.ERROR][:MOST_ERRORS]
    named = [(error, names_in(error, tree)) for error in some]
    done: set[tuple[str, str, str]] = set()
    for error, names in named:
        for change in known.changes:
            key = (change.old, change.new, change.path)
            if change.happened is Happened.RENAMED and key not in done and {change.old, change.new} & names:
                done.add(key)
                yield from _renamed(change, error, named, tree, known)
        for swap in known.swaps:
            if {swap.old, swap.new} & names and family(swap.path) == family(error.file or swap.path):
                yield from _swapped(swap, error, tree, known)
    yield from restored(named, tree, known)


def names_in(error: Diagnostic, tree: Tree) -> set[str]:
    """The names that an error is about: those that it quotes, and the one at its place; else all of its line."""
    language = family(error.file)
    quoted = {name for part in _QUOTED.findall(error.message[:2000]) for name in _NAME.findall(part)}
    lines = tree.lines(error.file) if error.file else []
    line = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
    for match in _NAME.finditer(line[:1000]):
        at_place = match.start() <= error.column - 1 <= match.end()
        if at_place or not quoted or error.column == 0:
            quoted.add(match[0])
    return quoted - keywords(language)


def replaced(line: str, old: str, new: str) -> str:
    """The line with a whole word replaced."""
    return re.sub(rf"(?<![\w$]){re.escape(old)}(?![\w$])", lambda _: new, line)


def _renamed(
    change: SymbolChange, error: Diagnostic, named: list[tuple[Diagnostic, set[str]]], tree: Tree, known: Lore
) -> Iterator[Repair]:
    """Users that have the old name still: they follow, unless others than the errors tell of use it too; then the
    definition goes back. Users that have a name that nobody defines: the reverse. Where most files have the new name
    already, the rename was meant, and the rest follows: it is never taken back."""
    old, new = change.old, change.new
    forward = _at_errors(old, new, named, tree)
    back = _definition_back(change, tree)
    places = {(path, number) for path, number in tree.lines_with(old) if family(path) == family(change.path)}
    mended = {(path, number) for path, numbers in forward[1].items() for number in numbers}
    others = [place for place in places - mended if not _is_comment(tree, place)]
    ahead = Repair(GIT, error.file, error.line, f"'{old}' is now '{new}' in {change.path} (git)", forward[0])
    everywhere = _everywhere(old, new, {path for path, _ in places}, tree)
    inside = _everywhere(old, new, set(forward[0]), tree)
    behind = Repair(GIT, error.file, error.line, f"'{new}' in {change.path} is '{old}' again (git)", back)
    if _most_follow(change, {path for path, _ in places}, tree):
        yield ahead._replace(files=inside)
        yield from (ahead._replace(trust=SECOND, files=files) for files in (forward[0], everywhere) if files)
        yield from (ahead._replace(trust=NEAR, files=files) for files in _one_of_several(old, new, error, tree))
    elif everywhere and _all_import(change, set(everywhere), tree):
        yield ahead._replace(files=everywhere)
        yield from (repair for repair in (behind._replace(trust=NEAR),) if repair.files)
    elif others:
        alike = [one for one in known.swaps if (one.old, one.new) == (old, new)]
        yield behind._replace(files=_all_back(alike, tree))
        yield from (repair for repair in (behind, ahead._replace(trust=SECOND)) if repair.files)
        yield from (ahead._replace(trust=SECOND, files=files) for files in (inside, everywhere) if files)
    else:
        yield from (repair for repair in (ahead, behind._replace(trust=SECOND)) if repair.files)


def _most_follow(change: SymbolChange, behind: set[str], tree: Tree) -> bool:
    """Whether other files have the new name, and no fewer than have the old one."""
    if any(_TEST.search(path) for path in behind):
        return False  # tests speak for the old name, and a checker of types may not see them
    ahead = {path for path, _ in tree.lines_with(change.new) if family(path) == family(change.path)}
    ahead -= {*behind, change.path}
    return len(ahead) >= max(1, len(behind - {change.path}))


def _one_of_several(old: str, new: str, error: Diagnostic, tree: Tree) -> Iterator[dict[str, bytes | None]]:
    """The error's line with the name replaced in one of its places: in the others another thing may have that name."""
    lines = tree.lines(error.file) if error.file else []
    line = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
    places = [match for match in _NAME.finditer(line[:1000]) if match[0] == old]
    for match in places[:4] if len(places) > 1 else ():
        after = line[: match.start()] + new + line[match.end() :]
        yield {error.file: joined([*lines[: error.line - 1], after, *lines[error.line :]])}


def _all_import(change: SymbolChange, paths: set[str], tree: Tree) -> bool:
    """Whether each of these files has a line that takes the old name from the file that defined it: then the name means
    the same in all of them, and the rename, which somebody made on purpose, can be carried through. Tests that know the
    old name speak for it."""
    if any(_TEST.search(path) for path in paths):
        return False
    stem = PurePosixPath(change.path).stem
    taken = re.compile(
        rf"^\s*(?:from|import|use|export)\b.*\b{re.escape(stem)}\b.*(?<![\w$]){re.escape(change.old)}(?![\w$])"
    )
    return all(any(taken.match(line[:1000]) for line in tree.lines(path)) for path in paths)


def _at_errors(
    old: str, new: str, named: list[tuple[Diagnostic, set[str]]], tree: Tree
) -> tuple[dict[str, bytes | None], dict[str, set[int]]]:
    """The name replaced where errors name it, and the lines (1-based) that this changes."""
    texts: dict[str, list[str]] = {}
    touched: dict[str, set[int]] = {}
    for error, names in named:
        if old not in names or not error.file:
            continue
        lines = texts.setdefault(error.file, tree.lines(error.file))
        near = sorted(range(error.line - NEAR_LINES, error.line + NEAR_LINES + 1), key=lambda at: abs(at - error.line))
        for number in near:
            if 0 < number <= len(lines) and replaced(lines[number - 1], old, new) != lines[number - 1]:
                lines[number - 1] = replaced(lines[number - 1], old, new)
                touched.setdefault(error.file, set()).add(number)
                break
    return {path: joined(lines) for path, lines in texts.items() if path in touched}, touched


def _everywhere(old: str, new: str, paths: set[str], tree: Tree) -> dict[str, bytes | None]:
    """The name replaced in all of these files; {} if one of them defines another thing of the old name."""
    if any(_is_defined(line, old) for path in sorted(paths)[:MOST_FILES] for line in tree.lines(path)):
        return {}
    files: dict[str, bytes | None] = {}
    for path in sorted(paths)[:MOST_FILES]:
        lines = tree.lines(path)
        after = [replaced(line, old, new) for line in lines]
        if after != lines:
            files[path] = joined(after)
    return files


def _definition_back(change: SymbolChange, tree: Tree) -> dict[str, bytes | None]:
    """The new name replaced by the old one in all of the defining file; {} if other files use the new one."""
    lines = tree.lines(change.path)
    if not lines:
        return {}
    elsewhere = {path for path, _ in tree.lines_with(change.new) if path != change.path}
    after = [replaced(line, change.new, change.old) for line in lines]
    if after == lines or {path for path in elsewhere if family(path) == family(change.path)}:
        return {}
    if 0 < change.line <= len(lines) and any(
        _is_defined(line, change.new) for at, line in enumerate(lines, 1) if at != change.line
    ):
        after = [*lines]  # others of that name are defined here: the one line alone
        after[change.line - 1] = replaced(after[change.line - 1], change.new, change.old)
    return {change.path: joined(after)}


def _is_defined(line: str, name: str) -> bool:
    return bool(re.search(rf"\b(?:def|fn|func|function|class|struct|enum|type)\s+{re.escape(name)}\b", line[:600]))


def _swapped(swap: Swap, error: Diagnostic, tree: Tree, known: Lore) -> Iterator[Repair]:
    """A line in which one name took another's place: the former one again, there or wherever it was so swapped."""
    lines = tree.lines(swap.path)
    renames = [one for one in known.changes if one.old and (one.old, one.new) == (swap.old, swap.new)]
    places = {path for path, _ in tree.lines_with(swap.old)} if renames else set()
    if any(_most_follow(one, {path for path in places if family(path) == family(one.path)}, tree) for one in renames):
        return  # it was meant, and is followed
    renamed = bool(renames)
    if not (0 < swap.line <= len(lines)) or lines[swap.line - 1] != swap.text:
        return
    if not renamed and not _alike(swap.old, swap.new):
        return
    here = swap.path == error.file and abs(swap.line - error.line) <= NEAR_LINES
    after = [*lines]
    after[swap.line - 1] = replaced(swap.text, swap.new, swap.old)
    said = f"'{swap.new}' is '{swap.old}' again (git)"
    trust = GIT if here else SECOND
    yield Repair(trust, error.file, error.line, said, {swap.path: joined(after)})
    alike = [one for one in known.swaps if (one.old, one.new) == (swap.old, swap.new)]
    if len(alike) > 1:
        yield Repair(SECOND, error.file, error.line, said, _all_back(alike, tree))


def _alike(old: str, new: str) -> bool:
    """Whether one is a slip for the other. Another word altogether was meant, and what it names is still to be made."""
    return old in new or new in old or SequenceMatcher(None, old, new).ratio() >= LIKE


def _all_back(alike: list[Swap], tree: Tree) -> dict[str, bytes | None]:
    texts: dict[str, list[str]] = {}
    for swap in alike:
        lines = texts.setdefault(swap.path, tree.lines(swap.path))
        if 0 < swap.line <= len(lines) and lines[swap.line - 1] == swap.text:
            lines[swap.line - 1] = replaced(swap.text, swap.new, swap.old)
    return {path: joined(lines) for path, lines in texts.items() if lines}


def _is_comment(tree: Tree, place: tuple[str, int]) -> bool:
    lines = tree.lines(place[0])
    line = lines[place[1] - 1].strip() if place[1] <= len(lines) else ""
    return line.startswith(("//", "*", "/*")) or (line.startswith("#") and family(place[0]) == "python")
