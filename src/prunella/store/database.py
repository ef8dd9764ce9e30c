"""The SQLite file: made, brought up to date, opened, and its errors told with a remedy.

Write-ahead logging with ``synchronous=FULL``: readers never wait for the writer, and a committed row survives the
loss of power (https://sqlite.org/pragma.html#pragma_synchronous). Migrations are the numbered files in ``migrations``;
they only go forward.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prunella.errors import StoreError

VERSION = 3
"""The number of the last file in ``migrations``."""

BUSY_S = 10.0
"""How long a statement waits for another process to finish its transaction."""

_MIGRATIONS = Path(__file__).with_name("migrations")


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, made first if it is missing, at the program's version.

    The connection is in autocommit mode; whoever shares it between threads keeps them apart by a lock.

    Raises:
        StoreError: it cannot be opened, is no database, or was written by a newer Prunella.
    """
    with translated(path):
        _make(path)
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    with ExitStack() as stack:
        stack.callback(connection.close)
        with translated(path):
            _prepare(connection, path)
        stack.pop_all()
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite or the file system raises into a StoreError that names the remedy."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"The record {path} cannot be used: {error}.", remedy=_remedy(error, path)) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of it is on disk when the block is left, or nothing of it."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _make(path: Path) -> None:
    """An empty file that only its owner can read. A folder that was there before keeps its mode: it may be shared."""
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    found = _version(connection)
    if found < VERSION:
        with transaction(connection):
            _migrate(connection)
        _write_ahead(connection)
    elif found > VERSION:
        raise StoreError(
            f"The record {path} was written by a newer Prunella: its tables are of version {found}, this program knows"
            f" {VERSION}.",
            remedy="Update Prunella, or set PRUNELLA_HOME to another folder.",
        )


def _version(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 = there are none yet."""
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
    ).fetchone()
    if known is None:
        return 0
    row = connection.execute("SELECT MAX(version) FROM schema_version").fetchone()
    return int(row[0] or 0)


def _migrate(connection: sqlite3.Connection) -> None:
    """Run the missing migrations. The version is read again: another process may have run them in the meantime."""
    found = _version(connection)
    if found == 0:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)"
        )
    for script in sorted(_MIGRATIONS.glob("[0-9]*.sql")):
        number = int(script.name.partition("_")[0])
        if number > found:
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute("INSERT INTO schema_version VALUES (?, ?)", (number, time.time()))


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: ``executescript`` would end the transaction."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch write-ahead logging on; the file remembers it. SQLite does not always wait for others here, so we do.

    Where the file system cannot do it (some network ones), the record works without.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _remedy(error: Exception, path: Path) -> str:
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return f"Move it away (mv {path} {path}.broken); a new one is made."
    if "locked" in text or "busy" in text:
        return "Another Prunella is writing to it for too long; end that one, or try again."
    if "full" in text or "No space" in text:
        return "Make room on that disk."
    return f"See to it that {path.parent} is a folder you can write to, or set PRUNELLA_HOME to another one."
