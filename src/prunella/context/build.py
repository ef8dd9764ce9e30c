"""Chooses what of the repository a model is shown, within a number of characters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from prunella.context.errors import leading, listing
from prunella.context.excerpts import Excerpt, around, decode
from prunella.context.imports import imported
from prunella.context.symbols import definitions, names
from prunella.context.tree import tree
from prunella.domain import Diagnostic, ErrorClass, Verification
from prunella.ports import Files

TREE_SHARE = 10
"""The directory structure gets one part in so many of the budget."""
MOST_ERROR_FILES = 8


@dataclass(frozen=True, slots=True)
class Context:
    """``tree`` does not change within a task; ``errors`` and ``code`` are those of one verification."""

    tree: str
    errors: str
    code: str


@dataclass(slots=True)
class _Selection:
    """Excerpts within what is left of the budget; one per file, the first reason wins."""

    left: int
    chosen: dict[str, Excerpt] = field(default_factory=dict)

    def offer(self, excerpt: Excerpt) -> None:
        size = len(excerpt.render())
        if excerpt.path not in self.chosen and excerpt.spans and size <= self.left:
            self.chosen[excerpt.path] = excerpt
            self.left -= size


def build(verification: Verification, files: Files, budget: int) -> Context:
    """What a model needs to repair this failure: errors, the code around them, the definitions of what they name, and
    what the failing files import, in this order of importance until ``budget`` characters are used."""
    failed = verification.failed
    if failed is None:
        raise ValueError("a passed verification needs no context")
    errors = listing(failed, verification.error_class)
    paths = files.paths()
    known = frozenset(paths)
    places = _places(leading(failed.diagnostics), known)
    directory = tree(paths, frozenset(places), max(600, budget // TREE_SHARE))
    selection = _Selection(budget - len(errors) - len(directory))
    sources = _failing_files(places, files, selection)
    wanted = names(leading(failed.diagnostics))
    for definition in definitions(wanted, files):
        lines = decode(files.read(definition.path))
        if lines:
            selection.offer(around(definition.path, lines, [definition.line], f"defines {definition.name}"))
    for path, text in sources.items():
        for target in imported(path, text, known):
            lines = decode(files.read(target))
            if lines:
                selection.offer(around(target, lines, _first_mention(lines, wanted), f"imported by {path}"))
    if verification.error_class in {ErrorClass.CONFIG, ErrorClass.DEPENDENCY, ErrorClass.MISSING_IMPORT}:
        _configuration(known, files, selection)
    code = "\n\n".join(excerpt.render() for excerpt in selection.chosen.values())
    return Context(directory, errors, code)


def _places(diagnostics: tuple[Diagnostic, ...], known: frozenset[str]) -> dict[str, list[int]]:
    """Files of the repository that errors name, in order of appearance, with their lines."""
    places: dict[str, list[int]] = defaultdict(list)
    for diagnostic in diagnostics:
        for file, line in [(diagnostic.file, diagnostic.line), *((r.file, r.line) for r in diagnostic.related)]:
            if file in known:
                places[file].append(line or 1)
    return dict(places)


def _failing_files(places: dict[str, list[int]], files: Files, selection: _Selection) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in list(places)[:MOST_ERROR_FILES]:
        lines = decode(files.read(path))
        if lines:
            texts[path] = "\n".join(lines)
            selection.offer(around(path, lines, places[path], "has errors"))
    return texts


def _first_mention(lines: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    return [number for number, line in enumerate(lines, 1) if any(name in line for name in wanted)][:4]


def _configuration(known: frozenset[str], files: Files, selection: _Selection) -> None:
    for path in ("package.json", "tsconfig.json", "pyproject.toml", "setup.cfg", "Cargo.toml", "go.mod"):
        lines = decode(files.read(path)) if path in known else None
        if lines:
            selection.offer(around(path, lines, [1], "configuration", whole=80))
