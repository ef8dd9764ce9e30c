"""A repository as it is read for one failure: texts, outlines and imports, each worked out once and when asked."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from prunella.context.aliases import Aliases
from prunella.context.elsewhere import drawn_on
from prunella.context.excerpts import decode
from prunella.context.imports import Workspace, imported
from prunella.context.known import Paths
from prunella.context.languages import family
from prunella.context.outline import Outline, Outlines, Symbol
from prunella.context.packages import packages
from prunella.ports import Files, Memory

MOST_FILES = 400
"""Files that are read for one failure."""
LONGEST_TEXT = 2 << 20
MOST_HOPS = 5
MOST_OFFERING = 120
_STAR = re.compile(r"^[ \t]*export[ \t]+(?:type[ \t]+)?\*|^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+\*", re.MULTILINE)
_REEXPORT = re.compile(r"(?:^|/)(?:index|mod|lib|main|__init__|_?api|external|core)\.\w+$")


class Place(NamedTuple):
    """A symbol in a file, and how many imports away it was found."""

    path: str
    symbol: Symbol
    hops: int


class Scene:
    """The files of a repository, with what they define and import."""

    def __init__(self, files: Files, memory: Memory | None = None) -> None:
        self.files = files
        self.paths = Paths(files.paths())
        self.outlines = Outlines(memory)
        self._lines: dict[str, tuple[str, ...]] = {}
        self._imports: dict[str, dict[str, tuple[str, ...]]] = {}
        self._found: dict[tuple[str, str], tuple[Place, ...]] = {}
        self._texts: dict[str, str] = {}
        self._offers: dict[str, dict[str, tuple[Place, ...]]] = {}
        self._passing: dict[str, bool] = {}
        self._outlined: dict[str, Outline] = {}
        self._aliases = Aliases(files, self.paths.known)

    @cached_property
    def _workspace(self) -> Workspace:
        return packages(self.paths.known, self.files)

    def lines(self, path: str) -> tuple[str, ...]:
        """The file's lines; () for what is no text, is not there, is too large, or once enough was read."""
        if path not in self._lines:
            data = self.files.read(path) if len(self._lines) < MOST_FILES else None
            lines = decode(data) if data is not None and len(data) <= LONGEST_TEXT else None
            self._lines[path] = (lines[:-1] if lines and not lines[-1] else lines) or ()
        return self._lines[path]

    def text(self, path: str) -> str:
        """The file's lines as one text."""
        if path not in self._texts:
            self._texts[path] = "\n".join(self.lines(path))
        return self._texts[path]

    def outline(self, path: str) -> Outline:
        """What the file defines."""
        if path not in self._outlined:
            self._outlined[path] = self.outlines.of(path, self.text(path))
        return self._outlined[path]

    def imports(self, path: str) -> dict[str, tuple[str, ...]]:
        """Files of the repository that the file draws on, with the names it imports from each."""
        if path not in self._imports:
            self._imports[path] = self._imported(path)
        return self._imports[path]

    def _imported(self, path: str) -> dict[str, tuple[str, ...]]:
        text = self.text(path)
        if not text:
            return {}
        found = imported(path, text, self.paths, lambda: self._workspace, self._aliases.targets)
        return found or dict.fromkeys(drawn_on(path, text, self.paths), ())

    def find(self, name: str, path: str) -> tuple[Place, ...]:
        """Where ``name``, as it is used in ``path``, is defined: in the file itself, in what it imports, behind
        re-exports, or as a member of something there. The nearest first, a few at most."""
        key = (name, path)
        if key not in self._found:
            self._found[key] = tuple(self._places(name, path))
        return self._found[key]

    def _places(self, name: str, path: str) -> list[Place]:
        found = self._in(path, name, 0)
        targets = self.imports(path)
        named = [target for target, names in targets.items() if name in names]
        for target in named[:4]:
            found += self._offered(target).get(name, ())
        if found:
            return found[:4]
        for target in list(targets)[:60]:
            found += self._in(target, name, 1)
            if len(found) >= 3:
                return found[:4]
        if not found:
            passing = (target for target in list(targets)[:30] if self._passes_on(target))
            found = list(next((hit for target in passing if (hit := self._offered(target).get(name))), ()))
        return found[:4]

    def _in(self, path: str, name: str, hops: int) -> list[Place]:
        symbols = self.outline(path).by_name.get(name, ())
        return [Place(path, symbol, hops) for symbol in symbols if symbol.kind != "export_specifier"][:3]

    def _offered(self, path: str) -> dict[str, tuple[Place, ...]]:
        """All that a module offers to those who import it: what it defines, and what it passes on of others."""
        if path not in self._offers:
            offers: dict[str, tuple[Place, ...]] = {}
            self._offers[path] = offers
            edge, seen = [path], {path}
            for hops in range(1, MOST_HOPS):
                following: list[str] = []
                for module in edge:
                    for symbol in self.outline(module).symbols:
                        if symbol.kind != "export_specifier" and symbol.name not in offers:
                            offers[symbol.name] = tuple(self._in(module, symbol.name, hops))
                    targets = self.imports(module)
                    onward = targets if self._passes_on(module) else [t for t, names in targets.items() if names]
                    following += [t for t in list(onward)[:80] if t not in seen and not seen.add(t)]  # type: ignore[func-returns-value]
                edge = following[:MOST_OFFERING] if hops == 1 or any(map(self._passes_on, edge[:5])) else []
        return self._offers[path]

    def _passes_on(self, path: str) -> bool:
        """Whether a file exports what it imports."""
        if path not in self._passing:
            self._passing[path] = bool(_REEXPORT.search(path)) or bool(_STAR.search(self.text(path)))
        return self._passing[path]


def is_test(path: str) -> bool:
    """Whether a path looks like a test's, by the names that test runners go by."""
    name = path.rpartition("/")[2]
    return (
        ".test." in name
        or ".spec." in name
        or name.startswith("test_")
        or name.rpartition(".")[0].endswith(("_test", "Test", "Tests"))
        or bool(re.search(r"(?:^|/)(?:tests?|__tests__|spec)/", path))
    )


def is_code(path: str) -> bool:
    """Whether a grammar reads it."""
    return bool(family(path))
