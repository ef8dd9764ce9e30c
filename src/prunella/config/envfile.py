"""``.env``: python-dotenv's rules, without paying for its import when the file is as plain as most are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from prunella.config.files import read_text


class EnvFile(NamedTuple):
    """Values, the line of each, and the lines that cannot be read."""

    values: dict[str, str]
    lines: dict[str, int]
    notices: tuple[str, ...] = ()


def read(path: Path, name: str = ".env") -> EnvFile | None:
    """The file's variables; None when there is no such file.

    Raises:
        ConfigError: it is there and cannot be read.
    """
    text = read_text(path, name)
    if text is None:
        return None
    plain = plain_values(text)
    values, notices = _any_values(text, name) if plain is None else (plain, ())
    return EnvFile(values, {key: _line(text, key) for key in values}, notices)


def plain_values(text: str) -> dict[str, str] | None:
    """The variables of a file in which every line is blank, a comment or an unquoted ``NAME=value`` without blanks,
    escapes or references; None for any other file."""
    line = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=([A-Za-z0-9_./:@%+,?&~!*()=;|<>^{}\[\]-]*)")
    values: dict[str, str] = {}
    for raw in text.split("\n"):
        stripped = raw.strip(" \t")
        if not stripped.isascii() or not (stripped.isprintable()):
            return None
        if not stripped or stripped[0] == "#":
            continue
        match = line.fullmatch(stripped)
        if match is None:
            return None
        values[match[1]] = match[2]
    return values


def _any_values(text: str, name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """By python-dotenv, which tells of lines it cannot read in its log only."""
    import logging
    from io import StringIO

    from dotenv import dotenv_values

    lines: list[object] = []

    def note(record: logging.LogRecord) -> bool:
        lines.append(record.args[0] if isinstance(record.args, tuple) and record.args else "?")
        return False

    log = logging.getLogger("dotenv.main")
    log.addFilter(note)
    try:
        values = dotenv_values(stream=StringIO(text))
    finally:
        log.removeFilter(note)
    notices = tuple(f"{name}:{line} cannot be read and is skipped" for line in lines)
    return {key: value for key, value in values.items() if value is not None}, notices


def _line(text: str, key: str) -> int:
    """The last line that sets the variable."""
    found = 0
    for number, raw in enumerate(text.split("\n"), 1):
        start = raw.strip().removeprefix("export ").lstrip()
        if start.startswith(key) and start[len(key) :].lstrip().startswith("="):
            found = number
    return found
