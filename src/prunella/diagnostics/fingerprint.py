"""Tells whether an error is the same one again, although lines moved, names were generated or the tool was updated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from prunella.domain import Diagnostic

FAMILIES = {
    **dict.fromkeys(("tsc", "next", "webpack", "vue-tsc", "svelte-check", "ts-loader", "ts-jest"), "typescript"),
    **dict.fromkeys(("vite", "rollup", "rolldown", "esbuild"), "bundle"),
    **dict.fromkeys(("pytest", "unittest", "python"), "python"),
    **dict.fromkeys(("rustc", "cargo", "clippy"), "rust"),
    **dict.fromkeys(("javac", "maven", "gradle"), "java"),
    **dict.fromkeys(("eslint", "next-lint"), "eslint"),
    **dict.fromkeys(("csc", "msbuild", "dotnet"), "dotnet"),
}
"""Tools that report the same kind of problem in the same words; any other tool is its own family."""

_QUOTES = str.maketrans(dict.fromkeys('‘’‚‛“”„‟`´"«»‹›「」', "'"))
_LENGTH = 16
_MOST_READ = 4_000
_MOST_KEPT = 1_500
_TEMP = r"(?:/private)?/(?:tmp|var/tmp|var/folders/[^\s/]{1,80}/[^\s/]{1,80}/T|dev/shm)"
_UNIT = r"(?:ns|us|µs|μs|ms|s|secs?|seconds?|mins?|minutes?|[kKMG]i?B|bytes?|%)"
# The name of a bundler's output: eight characters that no word has.
_CHUNK = (
    r"([-._])(?:(?=[\w-]{0,7}[0-9])(?=[\w-]{0,7}[A-Z])|(?=[\w-]{0,7}[a-z][A-Z][\w-]{0,5}[a-z][A-Z]))[\w-]{8}"
    r"(?=\.(?:[cm]?js|css|map|wasm)\b)"
)
_HASH = r"\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{8,}\b"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
# In this order: what looks like a path or an address goes before the numbers in it.
_RULES = (
    # A file directly below the folder for temporary ones, named by a machine.
    (rf"(?<![\w.@)~-]){_TEMP}/(?:tmp|cc|\.?[\w]{{0,12}}[._-])?(?=\w*[0-9A-Z])\w{{6,12}}(?P<ext>\.\w{{1,5}})?(?=[\s':,;)]|$)",
     r"<temporary>\g<ext>"),
    (r"\b[A-Za-z]:[\\/](?:[^\s\\/:']+[\\/])*([^\s\\/:']*)", r"<path>/\1"),
    (r"\\\\[^\s':]+", "<path>"),
    (r"(?<![\w.@)~-])/(?:[^\s':()/]*/)*([^\s':()/]*)", r"<path>/\1"),
    (_CHUNK, r"\1#"),
    (r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", "#"),
    (r"\b0[xX][0-9a-fA-F]+\b", "#"),
    (r"\b[0-9]{4}-[01][0-9]-[0-3][0-9](?:[T ][0-9:.,]{5,18}(?:Z|[+-][0-9:]{4,5})?)?(?!\w)", "#"),
    (rf"\b(?:{_DAY}[a-z]{{0,6}},? )?(?:{_MONTH} [0-9]{{1,2}}|[0-9]{{1,2}} {_MONTH})(?:,? [0-9]{{4}})?\b", "#"),
    (r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AP]M)?\b", "#"),
    (_HASH, "#"),
    (r"\b(?:[0-9]+h ?)?[0-9]+m ?[0-9]+(?:[.,][0-9]+)?s\b", "#"),
    (rf"(?<![\w$.])[+-]?[0-9]+(?:[.,'\u202f\u00a0][0-9]+)*(?:e[+-]?[0-9]+)?(?:\s?{_UNIT})?(?![\w$])", "#"),
    (r"\s+", " "),
)  # fmt: skip
_NO_CRATE = (
    r"(?:failed to resolve: )?(?:use of undeclared crate or module|use of unresolved module or unlinked crate"
    r"|maybe a missing crate|cannot find module or crate)"
)
# What other versions of the same tool say in other words. Quotes are "'" here.
_REWORDED = (
    (r"[.;,:]?\s{0,3}\(?(?:did you mean|maybe |perhaps you |a similar name exists|help: )[^\n]*", ""),
    (r" or its corresponding type declarations", ""),
    (r" \[-W[\w=+-]{1,80}\]| \(or incompatible with Python [0-9.]+\)| and no __dict__ for setting new attributes", ""),
    (_NO_CRATE, "no crate"),
    (r"(no crate '[^'\n]{1,200}')(?: in this scope|\?)", r"\1"),
    (r"\b(expected|found) (?:struct|enum|union|associated type|type parameter|reference|opaque type) '", r"\1 '"),
    (r"no (?:function or associated item|associated function or constant) named", "no associated item named"),
    (r"no variant(?:,? or associated item|, associated function, or constant) named", "no variant named"),
    (r"arguments? (?:was|were) supplied", "arguments were supplied"),
    (
        r"(?<![\w./-])'?([\w./-]{1,200})'? (?:declared|imported) (?:but|and) not used|declared and not used: ([\w.]+)",
        r"\1\2 not used",
    ),
    (r"Cannot read property '(\w+)' of (\w+)", r"Cannot read properties of \2 (reading '\1')"),
    (r"cannot access (local variable '\w+') where it is not associated with a value",
     r"\1 referenced before assignment"),
    (r"invalid syntax(?:[.:] [^\n]*| \([^)\n]*\))", "invalid syntax"),
    (r"\b(?:[A-Za-z_]\w{0,80}\.){1,6}(\w{1,80})\(\) (missing|takes|got)\b", r"\1() \2"),
    (r"(?:implicit declaration of|call to undeclared) function ('\w+')[^\n]*", r"implicit declaration of \1"),
    (r"\((?:variable|value|constant [^()\n]{1,80}) of type ", "(type "),
    (r"\.(?=\s|$)", ""),
)  # fmt: skip


def fingerprint(diagnostic: Diagnostic) -> str:
    """16 hexadecimal digits: of the tool's family, the code, the file and the message without what shifts.

    Line and column, folders outside the repository, numbers, dates, times, addresses, generated names and kinds of
    quotes do not matter; names do, because they make the error what it is.
    """
    from hashlib import sha256

    family = FAMILIES.get(diagnostic.source, diagnostic.source)
    parts = (family, diagnostic.code, _file(diagnostic.file), normalised(diagnostic.message))
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def fingerprints(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Those of many, sorted, without repeats."""
    return tuple(sorted({fingerprint(diagnostic) for diagnostic in diagnostics}))


def normalised(message: str) -> str:
    """A message without what changes from run to run, from machine to machine and from version to version."""
    message = message[:_MOST_READ].translate(_QUOTES)
    for pattern, replacement in _compiled():
        message = pattern.sub(replacement, message)
    return message.strip()[:_MOST_KEPT]


def _file(path: str) -> str:
    """A path inside the repository with its generated parts left out; one outside by its last part."""
    path = path.replace("\\", "/").removeprefix("./")
    if path.startswith("/") or re.match(r"[A-Za-z]:/", path):
        return normalised(path)
    return re.sub(_HASH, "#", re.sub(_CHUNK, r"\1#", path))


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    rewording = ((re.compile(pattern, re.IGNORECASE), new) for pattern, new in _REWORDED)
    return (*rewording, *((re.compile(pattern), new) for pattern, new in _RULES))
