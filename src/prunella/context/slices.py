"""Follows names from an error's lines into the code behind them: a call's definition, what that calls, and so on."""

from __future__ import annotations

import heapq
from itertools import count

from prunella.context.named import mentioned
from prunella.context.pieces import Piece, defined
from prunella.context.scene import Scene, is_test

MOST_FOLLOWED = 260
MOST_NAMES = 80
FADING = 0.72
LEAST = 14.0
COMMON_LINES = 400


def follow(scene: Scene, starts: list[Piece], names: dict[str, float]) -> list[Piece]:
    """Definitions reached from ``starts``, worth less with every step. ``names``: those that the failure speaks of."""
    order = count()
    heap = [(-piece.value, next(order), piece) for piece in starts]
    heapq.heapify(heap)
    seen: set[tuple[str, int]] = set()
    found: list[Piece] = []
    while heap and len(seen) < MOST_FOLLOWED:
        _, _, piece = heapq.heappop(heap)
        lines = scene.lines(piece.path)[piece.first - 1 : min(piece.last, piece.first + COMMON_LINES)]
        own = {symbol.name for symbol in scene.outline(piece.path).symbols if symbol.first == piece.first}
        for name in mentioned(lines, MOST_NAMES):
            if name in own:
                continue
            for place in scene.find(name, piece.path)[:3]:
                key = (place.path, place.symbol.first)
                value = piece.value * _step(name, names, place.hops, test=is_test(place.path))
                if key in seen or value < LEAST or (place.path == piece.path and place.symbol.first == piece.first):
                    continue
                seen.add(key)
                reached = defined(scene, place.path, place.symbol, value, f"defines {name}")
                found += reached
                heapq.heappush(heap, (-value, next(order), reached[0]))
    return found


def _step(name: str, names: dict[str, float], hops: int, *, test: bool) -> float:
    """What a step keeps of the value: more for what the failure speaks of, less for short names that many have."""
    kept = FADING + 0.2 * names.get(name, 0.0)
    if len(name) <= 3:
        kept -= 0.15
    if test:
        kept -= 0.1
    return min(0.97, kept - 0.02 * max(0, hops - 1))
