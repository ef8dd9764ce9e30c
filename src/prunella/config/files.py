"""Reading a configuration file that others may have written: it never hangs and never reads without end."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from prunella.config.toml_lines import Lines
from prunella.errors import ConfigError

LIMIT = 1 << 20


def read_text(path: Path, name: str) -> str | None:
    """The file's text, without a byte order mark and with "\\n"; None when there is no such file.

    Raises:
        ConfigError: it is there and cannot be used.
    """
    try:
        # Without O_NONBLOCK, opening a pipe that someone named like this would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}.", remedy=f"Mend or remove {name}.") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ConfigError(f"{name} is not a file.", remedy=f"Rename or remove {name}.")
        data = _read(descriptor)
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}.", remedy=f"Mend or remove {name}.") from error
    finally:
        os.close(descriptor)
    if len(data) > LIMIT:
        raise ConfigError(f"{name} is larger than 1 MB.", remedy="Keep only the configuration in it.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}:{line}: the file is not UTF-8.", remedy="Save it as UTF-8.") from error


def _read(descriptor: int) -> bytes:
    """All of it, or one byte more than is allowed."""
    data = b""
    while len(data) <= LIMIT and (piece := os.read(descriptor, LIMIT + 1 - len(data))):
        data += piece
    return data


def read_toml(path: Path, name: str, table: str = "") -> tuple[dict[str, Any], Lines] | None:
    """The document, or its ``tool.<table>`` when ``table`` is given; None when there is none.

    Raises:
        ConfigError: the file cannot be read or is not TOML.
    """
    text = read_text(path, name)
    if text is None or table not in text:
        return None
    import tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        remedy = "Mend that line, or start anew with `prunella init`."
        raise ConfigError(_not_toml(name, text, error), remedy=remedy) from error
    if table:
        tool = document.get("tool", {})
        inner = tool.get(table) if isinstance(tool, dict) else None
        if inner is None:
            return None
        if not isinstance(inner, dict):
            raise ConfigError(f"{name}: tool.{table} must be a table.")
        document = inner
    return document, Lines(text)


def _not_toml(name: str, text: str, error: Exception) -> str:
    """The parser's words, with the line in front like everywhere else."""
    words, _, place = str(error).partition(" (at ")
    if place.startswith("line "):
        line = place.removeprefix("line ").partition(",")[0]
    else:
        line = str(text.rstrip().count("\n") + 1) if place else ""
    if isinstance(error, RecursionError):
        words = "nested too deeply"
    return f"{name}{f':{line}' if line else ''}: not valid TOML: {words}."
