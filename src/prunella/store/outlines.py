"""Outlines of files, kept between runs by the id of their content: a cache, which may be thrown away at any time."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

MOST_ROWS = 60_000
"""Beyond it the oldest quarter goes, which is when a repository of this size has long been another one."""
BUSY_MS = 200


class OutlineCache:
    """``prunella.context.outline.Memory`` in an SQLite file. What goes wrong with it costs time, and is no error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new: dict[str, bytes] = {}
        self._database: sqlite3.Connection | None = None
        self._broken = False

    def __enter__(self) -> OutlineCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, key: str) -> bytes | None:
        """What is kept under a key; None if nothing is."""
        database = self._open()
        if key in self._new or database is None:
            return self._new.get(key)
        with suppress(sqlite3.Error):
            row = database.execute("SELECT outline FROM outlines WHERE key = ?", (key,)).fetchone()
            return row[0] if row and isinstance(row[0], bytes) else None
        return None

    def put(self, key: str, value: bytes) -> None:
        """Keep it; it is written when the cache is closed."""
        self._new[key] = value

    def close(self) -> None:
        """Write what is new."""
        database = self._open() if self._new else self._database
        if database is None:
            return
        with suppress(sqlite3.Error):
            now = int(time.time())
            rows = [(key, value, now) for key, value in self._new.items()]
            database.executemany("INSERT OR IGNORE INTO outlines (key, outline, made) VALUES (?, ?, ?)", rows)
            if rows and database.execute("SELECT max(rowid) FROM outlines").fetchone()[0] > MOST_ROWS:
                self._thin(database)
            database.commit()
        self._new.clear()
        database.close()
        self._database = None

    def _thin(self, database: sqlite3.Connection) -> None:
        count = database.execute("SELECT count(*) FROM outlines").fetchone()[0]
        if count > MOST_ROWS:
            oldest = "SELECT key FROM outlines ORDER BY made LIMIT ?"
            database.execute(f"DELETE FROM outlines WHERE key IN ({oldest})", (count - MOST_ROWS * 3 // 4,))  # noqa: S608

    def _open(self) -> sqlite3.Connection | None:
        if self._database is None and not self._broken:
            try:
                self._database = sqlite3.connect(self._path, timeout=BUSY_MS / 1000)
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA synchronous = OFF")
                self._database.execute(
                    "CREATE TABLE IF NOT EXISTS outlines (key TEXT PRIMARY KEY, outline BLOB NOT NULL, made INTEGER)"
                )
            except sqlite3.Error:
                self._broken = True
                self._database = None
        return self._database
