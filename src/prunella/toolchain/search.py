"""Finds the repairs that may stay: each is tried on the real files, and the language's checker has the word."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from prunella.changes import FileChange, Judgement
from prunella.domain import Diagnostic
from prunella.edits.diff import unified
from prunella.errors import RepositoryError
from prunella.ports import Candidate, Judge, Mended
from prunella.toolchain.acceptance import errors_of, shrinks
from prunella.toolchain.bench import Bench
from prunella.toolchain.tree import GIT, SECOND, Repair, Tree

MOST_ROUNDS = 12
MOST_TRIES = 40
MOST_OF_A_PLACE = 5
LEAST_S = 2.0
"""Seconds that must be left for a further try."""

PATIENCE_S = 5.0
PATIENCE_RUNS = 5.0
"""Without a repair that stays the search gives up after so many seconds, or so many of the checker's runs if those take
longer: whoever waits for a model's fix waits for this first."""


class Sight(NamedTuple):
    """What a checker sees: its errors, whether it is content, and repairs that it offers itself."""

    errors: tuple[Diagnostic, ...]
    passed: bool
    offers: tuple[Repair, ...] = ()


class Craft(Protocol):
    """What a language brings to the search."""

    def look(self, tree: Tree) -> Sight | None:
        """What is wrong with the files as they are on disk now (``tree`` has them too); None = that cannot be told."""

    def repairs(self, sight: Sight, tree: Tree) -> Iterable[Repair]:
        """What could be tried, in no order."""


class Search:
    """One search. Repairs that make no new error and fewer of the old ones stay, best word first."""

    def __init__(self, craft: Craft, bench: Bench, judge: Judge) -> None:
        self._craft, self._bench, self._judge = craft, bench, judge
        self._tree = Tree(bench.files)
        self._tries = 0
        self._slowest_s = 0.0
        self._stayed = time.monotonic()
        self._seen: set[frozenset[tuple[str, bytes | None]]] = set()
        self._closed: set[tuple[str, int]] = set()
        self.steps: list[str] = []
        self.candidates: list[Candidate] = []

    def mended(self) -> Mended:
        """The repairs that may stay."""
        sight = self._craft.look(self._tree)
        if sight is None or sight.passed or not sight.errors:
            return Mended()
        for _ in range(MOST_ROUNDS):
            better = self._better(sight)
            if better is None:
                break
            repair, sight = better
            self._tree = Tree(self._bench.files, {**self._tree.changed, **repair.files})
            self.steps.append(repair.step)
            self._stayed = time.monotonic()
            if sight.passed or not sight.errors:
                break
        changes = self._tree.changes(Repair(GIT, "", 0, "", {}))
        return Mended(changes, tuple(self.steps), tuple(self.candidates), all_gone=sight.passed)

    def _better(self, sight: Sight) -> tuple[Repair, Sight] | None:
        """The first place, in the order of trust, that one repair alone makes better."""
        places: dict[tuple[int, str, int], list[Repair]] = {}
        for repair in (*self._craft.repairs(sight, self._tree), *sight.offers):
            if (repair.path, repair.line) not in self._closed:
                places.setdefault((repair.trust, repair.path, repair.line), []).append(repair)
        for (trust, path, line), repairs in sorted(places.items(), key=lambda place: place[0][0]):
            good = [found for repair in _distinct(repairs) if (found := self._tried(repair, sight))]
            if not good:
                continue
            fewest = min(len(seen.errors) for _, seen in good)
            best = [found for found in good if len(found[1].errors) == fewest]
            if len(best) == 1 and (len(good) == 1 or trust in {GIT, SECOND}):
                return best[0]
            self._closed.add((path, line))
            self.candidates += [self._candidate(repair) for repair, _ in good]
        return None

    def _tried(self, repair: Repair, sight: Sight) -> tuple[Repair, Sight] | None:
        changes = self._tree.changes(repair)
        key = frozenset((change.path, change.after) for change in changes)
        if not changes or key in self._seen or self._spent or self._judge(changes).judgement is not Judgement.ALLOW:
            return None
        self._seen.add(key)
        self._tries += 1
        after = self._looked(changes, repair)
        if after is None:
            return None
        better = shrinks(errors_of(sight.errors), errors_of(after.errors))
        return (repair, after) if better and (after.passed or after.errors) else None

    @property
    def _spent(self) -> bool:
        waited = time.monotonic() - self._stayed
        impatient = self._tries > 0 and waited > max(PATIENCE_S, PATIENCE_RUNS * self._slowest_s)
        return impatient or self._tries >= MOST_TRIES or self._bench.left_s < LEAST_S

    def _looked(self, changes: tuple[FileChange, ...], repair: Repair) -> Sight | None:
        tree = Tree(self._bench.files, {**self._tree.changed, **repair.files})
        started = time.monotonic()
        try:
            with self._bench.tried(changes):
                return self._craft.look(tree)
        except RepositoryError:
            return None
        finally:
            self._slowest_s = max(self._slowest_s, time.monotonic() - started)

    def _candidate(self, repair: Repair) -> Candidate:
        return Candidate(repair.path, repair.line, repair.text, unified(self._tree.changes(repair)))


def _distinct(repairs: list[Repair]) -> list[Repair]:
    """Without those that come to the same."""
    kept: dict[frozenset[tuple[str, bytes | None]], Repair] = {}
    for repair in repairs:
        kept.setdefault(frozenset(repair.files.items()), repair)
    return list(kept.values())[:MOST_OF_A_PLACE]
