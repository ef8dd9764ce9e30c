"""The repository's directory structure within a number of characters."""

from __future__ import annotations

from collections import Counter


def tree(paths: tuple[str, ...], near: frozenset[str], budget: int) -> str:
    """Paths, one a line, sorted. When they do not fit: the folders of ``near`` in full, other folders as a count."""
    full = "\n".join(paths)
    if len(full) <= budget:
        return full
    folders = {_folder(path) for path in near}
    lines = [path for path in paths if _folder(path) in folders or "/" not in path]
    others = Counter(_top(path, 2) for path in paths if _folder(path) not in folders and "/" in path)
    lines += [f"{folder}/ ({count} files)" for folder, count in sorted(others.items())]
    return _cut(sorted(lines), budget)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _top(path: str, depth: int) -> str:
    return "/".join(path.split("/")[:-1][:depth])


def _cut(lines: list[str], budget: int) -> str:
    kept: list[str] = []
    left = budget
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            kept.append(f"… and {len(lines) - len(kept)} more; list a folder to see it")
            break
        kept.append(line)
    return "\n".join(kept)
