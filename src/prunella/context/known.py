"""Which file of the repository is meant by a path that is written from somewhere else than its root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from posixpath import commonprefix


class Paths:
    """The repository's paths, to be found by their endings."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.known = frozenset(paths)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.known:
            found[path.rpartition("/")[2]].append(path)
        return found

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.known):
            found[path.rpartition("/")[0]].append(path)
        return found

    def folder(self, folder: str) -> list[str]:
        """The files directly in a folder, sorted."""
        return self._by_folder.get(folder.strip("/"), [])

    def named(self, file: str, command: str = "") -> str:
        """What a tool calls ``file`` when it runs in a package's folder; "" when that is not certain.

        The path itself, that path below a folder that ``command`` names (``cd packages/api && pytest``), or the only
        path that ends with it.
        """
        while file not in self.known and file.startswith("../"):
            file = file[3:]
        if file in self.known:
            return file
        if not file or file.startswith(("/", "<")):
            return ""
        below = {f"{word.strip(QUOTES).removeprefix('./').rstrip('/')}/{file}" for word in command.split()}
        hits = [path for path in self._by_name.get(file.rpartition("/")[2], ()) if path.endswith(f"/{file}")]
        asked = [path for path in hits if path in below] or hits
        return asked[0] if len(asked) == 1 else ""

    def ending(self, ends: Iterable[str], near: str) -> str:
        """The only path that is one of ``ends`` or ends with it; of several, the one that shares the most folders with
        ``near`` if that is one alone; "" otherwise."""
        hits: list[str] = []
        for end in ends:
            hits += [p for p in self._by_name.get(end.rpartition("/")[2], ()) if p == end or p.endswith(f"/{end}")]
        hits = [path for path in dict.fromkeys(hits) if path != near]
        if len(hits) > 1:
            shared = {path: commonprefix((path, near)).count("/") for path in hits}
            most = max(shared.values())
            hits = [path for path in hits if shared[path] == most]
        return hits[0] if len(hits) == 1 else ""


QUOTES = "\"'();"
