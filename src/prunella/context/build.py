"""Chooses what of the repository a model is shown, within a number of characters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from prunella.context.errors import leading, listing
from prunella.context.excerpts import Excerpt, around, decode
from prunella.context.imports import Workspace, imported
from prunella.context.known import Paths
from prunella.context.packages import packages
from prunella.context.symbols import defined_here, definitions, names
from prunella.context.tree import tree
from prunella.domain import Diagnostic, ErrorClass, Verification
from prunella.ports import Files

TREE_SHARE = 10
"""The directory structure gets one part in so many of the budget."""
MOST_ERROR_FILES = 8
MOST_IMPORTED = 16
BETWEEN = "\n\n"
TOO_LITTLE = 200
"""So few characters left are not worth another file."""


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
        """Take it, shrunk if it is too large, so that something is left for the others."""
        if excerpt.path in self.chosen or not excerpt.spans or self.left < TOO_LITTLE:
            return
        fitting = excerpt if len(excerpt.render()) <= self.left else excerpt.within(self.left * 2 // 3)
        if fitting:
            self.chosen[excerpt.path] = fitting
            self.left -= len(fitting.render()) + len(BETWEEN)

    def also(self, path: str, number: int) -> bool:
        """Show one more line of a file that is shown already; False if the file is not."""
        shown = self.chosen.get(path)
        if shown:
            more = shown.also(number)
            cost = len(more.render()) - len(shown.render())
            if cost <= self.left:
                self.chosen[path] = more
                self.left -= cost
        return shown is not None


def build(verification: Verification, files: Files, budget: int) -> Context:
    """What a model needs to repair this failure: errors, the code around them, the definitions of what they name, and
    what the failing files import, in this order of importance until ``budget`` characters are used."""
    failed = verification.failed
    if failed is None:
        raise ValueError("a passed verification needs no context")
    errors = listing(failed, verification.error_class)
    paths = files.paths()
    known = Paths(paths)
    places = _places(leading(failed.diagnostics), known, failed.check.command)
    directory = tree(paths, frozenset(places), max(600, budget // TREE_SHARE))
    selection = _Selection(budget - len(errors) - len(directory))
    sources = _failing_files(places, files, selection)
    wanted = names(leading(failed.diagnostics))
    for definition in definitions(wanted, files):
        lines = None if selection.also(definition.path, definition.line) else decode(files.read(definition.path))
        if lines:
            selection.offer(around(definition.path, lines, [definition.line], f"defines {definition.name}"))
    depth = 2 if verification.error_class is ErrorClass.TEST_FAILURE else 1
    _imports(sources, wanted, (known, files, selection), depth)
    if verification.error_class in {ErrorClass.CONFIG, ErrorClass.DEPENDENCY, ErrorClass.MISSING_IMPORT}:
        _configuration(known.known, files, selection)
    code = BETWEEN.join(excerpt.render() for excerpt in selection.chosen.values())
    return Context(directory, errors, code)


def _places(diagnostics: tuple[Diagnostic, ...], known: Paths, command: str) -> dict[str, list[int]]:
    """Files of the repository that errors name, in order of appearance, with their lines."""
    places: dict[str, list[int]] = defaultdict(list)
    for diagnostic in diagnostics:
        for file, line in [(diagnostic.file, diagnostic.line), *((r.file, r.line) for r in diagnostic.related)]:
            path = known.named(file, command)
            if path:
                places[path].append(line or 1)
    return dict(places)


def _failing_files(places: dict[str, list[int]], files: Files, selection: _Selection) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in list(places)[:MOST_ERROR_FILES]:
        lines = decode(files.read(path))
        if lines:
            texts[path] = "\n".join(lines)
            selection.offer(around(path, lines, places[path], "has errors"))
    return texts


def _imports(
    sources: Mapping[str, str], wanted: tuple[str, ...], room: tuple[Paths, Files, _Selection], depth: int
) -> None:
    """Offer what the sources import, then what that imports: a test's failure is seldom in the test."""
    known, files, selection = room

    @cache
    def workspace() -> Workspace:
        return packages(known.known, files)

    seen = set(sources)
    for _ in range(depth):
        found: dict[str, str] = {}
        for path, text in sources.items():
            for target, used in imported(path, text, known, workspace).items():
                if selection.left < TOO_LITTLE or len(seen) > MOST_IMPORTED:
                    return
                lines = decode(files.read(target)) if target not in seen else None
                seen.add(target)
                if lines:
                    found[target] = "\n".join(lines)
                    numbers = defined_here(lines, used) + _first_mention(lines, wanted)
                    selection.offer(around(target, lines, numbers, f"imported by {path}"))
        sources = found


def _first_mention(lines: tuple[str, ...], wanted: tuple[str, ...]) -> list[int]:
    return [number for number, line in enumerate(lines, 1) if any(name in line for name in wanted)][:4]


def _configuration(known: frozenset[str], files: Files, selection: _Selection) -> None:
    for path in ("package.json", "tsconfig.json", "pyproject.toml", "setup.cfg", "Cargo.toml", "go.mod"):
        lines = decode(files.read(path)) if path in known else None
        if lines:
            selection.offer(around(path, lines, [1], "configuration", whole=80))
