"""What the last changes took away and git still has: imports, visibility, marks, one-line definitions, places."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from prunella.domain import Diagnostic
from prunella.lately.imports import imports
from prunella.lately.languages import family
from prunella.lately.symbols import FileMove, Happened, Mark, SymbolChange
from prunella.toolchain.lore import Lore
from prunella.toolchain.tree import GIT, SECOND, Repair, Tree, joined

MOST_MARKS = 8
_VISIBILITY = re.compile(r"\b(?:export|default|pub(?:\s*\([^)]*\))?|static|public|private|protected|internal)\s*")

Named = list[tuple[Diagnostic, set[str]]]


def restored(named: Named, tree: Tree, known: Lore) -> Iterator[Repair]:
    """Repairs that put back, or follow, what the last changes took away."""
    for error, names in named:
        for change in known.changes:
            if change.happened is Happened.REMOVED and change.path:
                yield from _removed(change, error, names, tree)
            elif change.happened is Happened.CHANGED and change.old in names:
                yield from _visible_again(change, error, tree)
    yield from _marks(named, tree, known.marks)
    for move in known.moves[:20]:
        yield from _moved(move, named, tree)


def _removed(change: SymbolChange, error: Diagnostic, names: set[str], tree: Tree) -> Iterator[Repair]:
    language = family(change.path)
    lines = tree.lines(change.path)
    is_import = bool(imports(language, change.text.split("\n")))
    if is_import:
        fits = change.old in names or (change.path == error.file and (not change.old or language == "c"))
        header = language == "c" and change.path.endswith((".h", ".hpp", ".hh"))
        if lines and (fits or header):
            said = f"`{' '.join(change.text.split())[:100]}` is back (git)"
            after = _with_import(language, lines, change)
            trust = GIT if fits and change.path == error.file else SECOND
            yield Repair(trust, error.file, error.line, said, {change.path: joined(after)})
        return
    whole = change.text.rstrip().endswith((",", ";")) or change.text.lstrip().startswith("#define")
    if language == "python":
        whole = bool(re.match(r"\s*(?:self\.)?\w+\s*[:=]", change.text)) and change.text.count(
            "("
        ) == change.text.count(")")
    if lines and whole and change.old in names:
        at = min(change.line - 1, len(lines))
        after = [*lines[:at], change.text, *lines[at:]]
        said = f"'{change.old}' is defined in {change.path} again (git)"
        yield Repair(SECOND, error.file, error.line, said, {change.path: joined(after)})


def _with_import(language: str, lines: list[str], change: SymbolChange) -> list[str]:
    """The lines with the statement as it was: in the place of what is left of it, else where it stood."""
    before = imports(language, change.text.split("\n"))[0]
    for statement in imports(language, lines):
        left = statement.names and set(statement.names) < set(before.names)
        if left and _source(statement.text) == _source(before.text):
            at = statement.line - 1
            return [*lines[:at], *change.text.split("\n"), *lines[at + statement.lines :]]
    at = min(change.line - 1, len(lines))
    return [*lines[:at], *change.text.split("\n"), *lines[at:]]


def _source(text: str) -> str:
    """Where a statement imports from, as far as its words tell."""
    quoted = re.findall(r"""['"]([^'"\n]*)['"]""", text)
    match = re.match(r"\s*(?:from\s+([\w.]+)|(?:pub\s+)?use\s+([\w:]*))", text)
    return quoted[-1] if quoted else (match[1] or match[2] or "") if match else ""


def _visible_again(change: SymbolChange, error: Diagnostic, tree: Tree) -> Iterator[Repair]:
    """A definition that differs from what it was in who may see it."""
    lines = tree.lines(change.path)
    for at, line in enumerate(lines):
        same = _VISIBILITY.sub("", line).split() == _VISIBILITY.sub("", change.text).split()
        if same and line != change.text and abs(at + 1 - change.line) < 40:
            after = [*lines[:at], change.text, *lines[at + 1 :]]
            said = f"'{change.old}' is as visible as it was in {change.path} (git)"
            yield Repair(GIT, error.file, error.line, said, {change.path: joined(after)})
            return


def _marks(named: Named, tree: Tree, found: tuple[Mark, ...]) -> Iterator[Repair]:
    """Lines that lost or got a mark. A parser may find the loss far below, so any of the same file may be it."""
    if not named:
        return
    files = [error.file for error, _ in named]
    near = {(error.file, error.line) for error, _ in named}
    first = named[0][0]
    ordered = sorted(found[:200], key=lambda mark: (mark.path not in files, (mark.path, mark.line) not in near))
    for mark in ordered[:MOST_MARKS]:
        lines = tree.lines(mark.path)
        at = mark.line - 1
        if mark.now is None:
            after = [*lines[:at], mark.was, *lines[at:]] if at <= len(lines) else lines
        elif at < len(lines) and lines[at] == mark.now:
            after = [*lines[:at], mark.was, *lines[at + 1 :]]
        else:
            continue
        error = next((error for error, _ in named if error.file == mark.path), first)
        said = f"line {mark.line} of {mark.path} is `{mark.was.strip()[:80]}` again (git)"
        yield Repair(GIT if mark.path in files else SECOND, error.file, error.line, said, {mark.path: joined(after)})


def _moved(move: FileMove, named: Named, tree: Tree) -> Iterator[Repair]:
    """A file that moved: who asks for it follows; or it goes back."""
    content, language = tree.read(move.path), family(move.path)
    if content is None or tree.read(move.was) is not None:
        return
    stem = posixpath.splitext(posixpath.basename(move.was))[0]
    base = posixpath.basename(move.was)
    first = next(
        (error for error, names in named if stem in names or base in error.message or move.was in error.message), None
    )
    if first is None:
        return
    followed = _followed(move, language, tree)
    if followed:
        said = f"{move.was} is now {move.path} (git)"
        yield Repair(GIT, first.file, first.line, said, followed)
    said = f"{move.path} is {move.was} again (git)"
    yield Repair(SECOND, first.file, first.line, said, {move.was: content, move.path: None})


def _followed(move: FileMove, language: str, tree: Tree) -> dict[str, bytes | None]:
    """All import statements that name the file, with its new place; only where the words for it are plain."""
    files: dict[str, bytes | None] = {}
    stem = posixpath.splitext(posixpath.basename(move.was))[0]
    search = posixpath.basename(move.was) if language == "c" else stem
    for path in sorted({path for path, _ in tree.lines_with(search) if family(path) == language})[:60]:
        lines = tree.lines(path)
        after = [*lines]
        for statement in imports(language, lines):
            for at in range(statement.line - 1, statement.line - 1 + statement.lines):
                after[at] = _rewritten(lines[at], move, language, path)
        if after != lines:
            files[path] = joined(after)
    return files


def _rewritten(line: str, move: FileMove, language: str, path: str) -> str:
    if language == "c":
        old, new = posixpath.basename(move.was), posixpath.basename(move.path)
        same_folder = posixpath.dirname(move.was) == posixpath.dirname(move.path)
        if same_folder:
            return re.sub(rf'(["</]){re.escape(old)}([">])', lambda match: f"{match[1]}{new}{match[2]}", line)
        place = posixpath.relpath(move.path, posixpath.dirname(path) or ".")
        return re.sub(rf'"(?:[^"\n]*/)?{re.escape(old)}"', lambda _: f'"{place}"', line)
    if posixpath.dirname(move.was) != posixpath.dirname(move.path) or language not in {"python", "rust"}:
        return line
    old, new = (posixpath.splitext(posixpath.basename(name))[0] for name in (move.was, move.path))
    return re.sub(rf"(?<![\w]){re.escape(old)}(?![\w])", lambda _: new, line)
