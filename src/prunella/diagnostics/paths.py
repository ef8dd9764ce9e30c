"""Makes the paths in diagnostics what Prunella calls a path: relative to the repository's root, with ``/``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from prunella.domain import Diagnostic, Location

_FOREIGN = ("node_modules/", "site-packages/", "dist-packages/")
_SCHEMES = ("file://", "webpack-internal:///", "webpack:///")


def relative(diagnostics: Iterable[Diagnostic], roots: Iterable[str], folder: str = "") -> tuple[Diagnostic, ...]:
    """The diagnostics with paths below one of ``roots`` made relative to it, in messages too. Pure.

    Args:
        diagnostics: as the parsers gave them.
        roots: the names of the repository's root (as given, and with symlinks resolved).
        folder: where the command ran, below the root; relative paths are taken from there.

    Paths that lead out of the root, and those of installed packages, are kept as they are.
    """
    prefixes = tuple(f"{root.rstrip('/')}/" for root in roots if root)
    known: dict[str, str] = {}

    def name(path: str) -> str:
        if path not in known:
            known[path] = _relative(path, prefixes, folder)
        return known[path]

    def place(location: Location) -> Location:
        return location._replace(file=name(location.file))

    def words(message: str) -> str:
        for prefix in prefixes:
            message = message.replace(prefix, "") if len(prefix) > 1 else message
        return message

    return tuple(
        replace(
            diagnostic,
            file=name(diagnostic.file),
            message=words(diagnostic.message),
            related=tuple(map(place, diagnostic.related)),
        )
        for diagnostic in diagnostics
    )


def _relative(path: str, prefixes: tuple[str, ...], folder: str) -> str:
    short = path
    for scheme in _SCHEMES:
        short = short.removeprefix(scheme)
    if "\\" in short and "/" not in short:
        short = short.replace("\\", "/")
    if not short or short.startswith("<") or any(part in short for part in _FOREIGN):
        return path
    if short.startswith("/"):
        inside = next((short[len(prefix) :] for prefix in prefixes if short.startswith(prefix)), "")
        return posixpath.normpath(inside) if inside else path
    if len(short) > 1 and short[1] == ":":
        return path
    joined = posixpath.normpath(posixpath.join(folder, short))
    return path if joined.startswith("../") or joined == ".." else joined
