"""What pytest calls a test in its titles and in its summary, and what the words of a failure say."""

from __future__ import annotations

import re

EXCEPTION = re.compile(r"(?P<code>[A-Za-z_][\w.]*)(?:: |$)")
_TITLES = ("[doctest] ", "ERROR collecting ", "ERROR at setup of ", "ERROR at teardown of ")


def error_code(words: list[str]) -> str:
    """The exception's name out of its words; a bare ``assert`` is an AssertionError."""
    for word in reversed(words):
        match = EXCEPTION.match(word)
        name = match["code"].rpartition(".")[2] if match else ""
        if name[:1].isupper():
            return name
        if word.startswith("assert "):
            return "AssertionError"
    return ""


def test_name(title: str) -> str:
    """A block's title without what pytest puts in front of the test's name."""
    for prefix in _TITLES:
        if title.startswith(prefix):
            return title[len(prefix) :]
    return title


def dotted(row: re.Match[str]) -> str:
    """The summary's name of a test as the titles write it."""
    name, bracket, parameters = (row["test"] or row["file"]).partition("[")
    sub = f" {row['sub']}" if row["sub"] else ""
    return name.replace("::", ".") + bracket + parameters + sub


def dedented(words: list[str]) -> list[str]:
    """Without blank lines, and without the indentation that the traceback's code gave the first one."""
    told = [word for word in words if word.strip()]
    depth = len(told[0]) - len(told[0].lstrip()) if told else 0
    return [word[depth:] if not word[:depth].strip() else word for word in told]
