"""What models write in the arguments of calls: paths, texts and numbers, checked and brought into one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prunella.errors import MalformedCall
from prunella.filenames import LONGEST_NAME, LONGEST_PATH
from prunella.untrusted import visible

ROOT = "/repo"
"""What models are told the repository's root is called."""

SHOWN = 200
ELSEWHERE = frozenset(
    ["etc", "usr", "var", "proc", "sys", "dev", "tmp", "home", "root", "run", "boot", "private", "users", "windows"]
)
"""First names of absolute paths that mean a place on the machine; others, like /src/a.ts, mean the repository's."""


def clean_path(raw: str, *, what: str = "path") -> str:
    """A path as a model writes it, relative to the repository's root; "" is the root itself.

    Raises:
        MalformedCall: it leaves the repository, or is no path at all.
    """
    path = raw.strip()
    if any(character < " " or character == "\x7f" for character in path):
        raise MalformedCall(f"The {what} {shown(path)} holds control characters.")
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        raise MalformedCall(f"The {what} {shown(path)} holds characters that are not Unicode text.") from None
    if path == ROOT or path.startswith(f"{ROOT}/"):
        path = path[len(ROOT) :]
    elif path.startswith("/") and path.strip("/").partition("/")[0].casefold() in ELSEWHERE:
        raise MalformedCall(f"The {what} {shown(path)} is no path of the repository: write it relative to its root.")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise MalformedCall(f'The {what} {shown(path)} holds "..": write it relative to the repository\'s root.')
    if length > LONGEST_PATH or any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise MalformedCall(f"The {what} {shown(path)} is too long.")
    return "/".join(parts)


def file_path(raw: str, *, what: str = "path") -> str:
    """:func:`clean_path` of a file, which the root is not."""
    path = clean_path(raw, what=what)
    if not path:
        raise MalformedCall(f"The {what} names no file. Write it relative to the repository's root.")
    return path


def shown(text: str) -> str:
    """A text from outside in a message: bounded, on one line, its control characters visible."""
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return visible(cut) if cut.isprintable() else ascii(cut)


def plain(text: str) -> str:
    """Line breaks as edits have them."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def arguments_of(value: object) -> Mapping[str, Any]:
    """The arguments of a call.

    Raises:
        MalformedCall: they are not an object.
    """
    if isinstance(value, dict):
        return value
    raise MalformedCall("The arguments of this call are not a JSON object. Call the tool again.")


def text_in(arguments: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """A text; ``default`` when it is missing or null, if there is one.

    Raises:
        MalformedCall: it is missing or something else.
    """
    value = arguments.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, str):
        return value
    raise MalformedCall(_wrong(arguments, key, "a text"))


def number_in(arguments: Mapping[str, Any], key: str, default: int | None = None) -> int:
    """A whole number; ``default`` when it is missing or null, if there is one.

    Raises:
        MalformedCall: it is missing or something else.
    """
    value = arguments.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise MalformedCall(_wrong(arguments, key, "a whole number"))


def _wrong(arguments: Mapping[str, Any], key: str, wanted: str) -> str:
    if arguments.get(key) is None:
        return f'The argument "{key}" is missing; it must be {wanted}.'
    return f'The argument "{key}" must be {wanted}, not {shown(repr(arguments[key])[:SHOWN])}.'
