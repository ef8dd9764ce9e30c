"""Where the record is."""

from __future__ import annotations

from pathlib import Path

from prunella.config.layers import Given


def record(home: Path, given: Given, problems: list[str]) -> Path:
    """The record's file. The address may hold a password, so it is never shown."""
    url, origin = str(given.value), given.origin
    if not url:
        return home / "prunella.db"
    scheme, _, path = url.partition("://")
    name = "database_url" if ":" in origin and not origin.startswith(".env") else "PRUNELLA_DATABASE_URL"
    unless = "Unset it, or say sqlite:////full/path/prunella.db."
    if scheme.partition("+")[0] in ("postgres", "postgresql"):
        problems.append(f"{origin}: {name} names PostgreSQL, which comes with workers; for now it is SQLite. {unless}")
    elif scheme != "sqlite":
        problems.append(f"{origin}: {name} must begin with sqlite:////. {unless}")
    elif not path.startswith("//") or "?" in path or path.endswith("/"):
        problems.append(f"{origin}: {name} must name a file by its full path: sqlite:////full/path/prunella.db.")
    return Path(path[1:]) if path.startswith("//") else home / "prunella.db"
