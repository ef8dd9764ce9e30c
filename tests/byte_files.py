"""``ports.Files`` over a dictionary of bytes, with modes and refusals, for tests of edits."""

from __future__ import annotations

from collections.abc import Mapping

from prunella.changes import Fix
from prunella.ports import Hit


class ByteFiles:
    """Files in memory. ``refused`` is what ``refusal`` says of a path."""

    def __init__(
        self,
        files: Mapping[str, bytes | str],
        *,
        modes: Mapping[str, int] | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        self.files = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
        self.modes = dict(modes or {})
        self.refused = dict(refused or {})

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def real(self, path: str) -> str:
        return path

    def mode(self, path: str) -> int:
        return self.modes.get(path, 0o644)

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def search(self, text: str, *, under: str = "", words: bool = False, limit: int = 50) -> tuple[Hit, ...]:
        hits = [
            Hit(path, number, line)
            for path, data in sorted(self.files.items())
            for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1)
            if text in line and (not under or path == under or path.startswith(f"{under}/"))
        ]
        return tuple(hits[:limit])

    def installed(self, path: str) -> bytes | None:
        return None

    def search_any(self, names: tuple[str, ...], *, words: bool = False, limit: int = 200) -> tuple[Hit, ...]:
        hits = [hit for name in names for hit in self.search(name, words=words, limit=limit)]
        return tuple(sorted(dict.fromkeys(hits), key=lambda hit: (hit.path, hit.line))[:limit])

    def refusal(self, path: str) -> str:
        return self.refused.get(path, "")

    def after(self, fix: Fix) -> dict[str, bytes]:
        """All files with a fix applied, which must be against these."""
        files = dict(self.files)
        for change in fix.changes:
            assert files.get(change.path) == change.before
            if change.after is None:
                del files[change.path]
            else:
                files[change.path] = change.after
        return files
