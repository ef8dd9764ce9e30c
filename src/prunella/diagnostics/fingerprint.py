"""Tells whether an error is the same one again, although lines moved and temporary names changed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prunella.domain import Diagnostic

FAMILIES = {
    "tsc": "typescript",
    "next": "typescript",
    "webpack": "typescript",
    "vite": "bundle",
    "rollup": "bundle",
    "rolldown": "bundle",
    "esbuild": "bundle",
    "pytest": "python",
    "unittest": "python",
}
"""Tools that report the same kind of problem in the same words; any other tool is its own family."""

_QUOTES = '‘’‚‛“”„‟`´"«»'
_LENGTH = 16
_MOST_CHARS = 2_000
# In this order: what looks like a path or an address goes before the numbers in it.
_RULES = (
    (r"(?:[A-Za-z]:\\|\\\\)[^\s':]+", "<path>"),
    (r"(?<![\w.@)~-])/(?:[^\s':()/]*/)*([^\s':()/]*)", r"<path>/\1"),
    (r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", "#"),
    (r"\b0[xX][0-9a-fA-F]+\b", "#"),
    (r"\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{8,}\b", "#"),
    (r"(?<![\w$.])[+-]?[0-9]+(?:\.[0-9]+)*(?:e[+-]?[0-9]+)?(?:ns|us|µs|ms|s|kB|MB|GB|%)?(?![\w$])", "#"),
    (r"\s+", " "),
)


def fingerprint(diagnostic: Diagnostic) -> str:
    """16 hexadecimal digits: of the tool's family, the code, the file and the message without what shifts.

    Line and column, absolute paths up to their last part, numbers and kinds of quotes do not matter; names do, because
    they make the error what it is.
    """
    from hashlib import sha256

    family = FAMILIES.get(diagnostic.source, diagnostic.source)
    file = normalised(diagnostic.file) if diagnostic.file.startswith("/") else diagnostic.file
    parts = (family, diagnostic.code, file, normalised(diagnostic.message))
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def fingerprints(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Those of many, sorted, without repeats."""
    return tuple(sorted({fingerprint(diagnostic) for diagnostic in diagnostics}))


def normalised(message: str) -> str:
    """A message without what changes from run to run."""
    message = message[:_MOST_CHARS]
    for quote in _QUOTES:
        message = message.replace(quote, "'")
    for pattern, replacement in _RULES:
        message = re.sub(pattern, replacement, message)
    return message.strip()
