"""What a message says is missing, and from where: two errors that miss the same thing have one cause.

Only what names both is read. A member missing from ``string`` or from a type without a name says nothing about another
error elsewhere; a name that is not defined is missing from its own file only.
"""

from __future__ import annotations

import re
from functools import cache
from posixpath import dirname, normpath
from typing import NamedTuple

from prunella.domain import Diagnostic

MOST_READ = 2_000
"""Characters of a message that are looked at."""


class Missing(NamedTuple):
    """The thing and where it is missed: ``export getHero of src/api``, ``module src/api``, ``member name of Hero``."""

    kind: str
    name: str
    where: str = ""


_BUILTIN = (
    r"(?:&|mut |\*|const |readonly )*(?:[Ss]tring|[Nn]umber|[Bb]oolean|symbol|bigint|[Oo]bject|unknown|never|void|null"
    r"|undefined|any|Function|Array|ReadonlyArray|Promise|Event|EventTarget|Element|HTMLElement|Node|Window|Document"
    r"|Error|Date|Map|Set|Record|Partial|NoneType|None|str|int|float|bool|list|dict|tuple|set|bytes|type|function|module"
    r"|List|Optional|Collection|Integer|Long|error|[iu](?:size|8|16|32|64|128)|f32|f64|Vec|Option|Result|Box|Arc|Rc"
    r"|HashMap|integer|char|long|double|short)(?![\w.])"
)
_ANONYMOUS = r"^\W|[{}|&\[\]]"
_NODE = (
    r"(?:assert|async_hooks|buffer|child_process|cluster|crypto|dns|events|fs|https?|http2|module|net|os|path|perf_hooks"
    r"|process|querystring|readline|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(?:/|$)"
)
_EXTENSION = r"(?:/index)?(?:\.d)?\.(?:[cm]?[jt]sx?|vue|svelte|py)$|/index$"
_QUOTES = str.maketrans(dict.fromkeys('‘’‚‛“”„‟`´"«»', "'"))


def missing(diagnostic: Diagnostic) -> Missing | None:
    """What it says is missing; None when it speaks of something else, or not of where."""
    said = plain(diagnostic.message)
    for kind, words, pattern in _shapes():
        if words in said:
            match = _compiled(pattern).search(said)
            if match:
                return _named(kind, match.groupdict(), diagnostic)
    return None


def plain(message: str) -> str:
    """The beginning of a message, with one kind of quote."""
    return message[:MOST_READ].translate(_QUOTES).replace("''", "'")


def stem(path: str) -> str:
    """A module's path as it is imported: without extension and ``index``."""
    return re.sub(_EXTENSION, "", path)


@cache
def _shapes() -> tuple[tuple[str, str, str], ...]:
    from prunella.diagnostics.shapes import SHAPES

    lines = (line.split(" | ", 2) for line in SHAPES.strip().split("\n"))
    return tuple((kind, words, pattern) for kind, words, pattern in lines)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    from prunella.diagnostics.shapes import PLACES

    for mark, what in PLACES.items():
        pattern = pattern.replace(mark, what)
    return re.compile(pattern)


def _named(kind: str, groups: dict[str, str | None], diagnostic: Diagnostic) -> Missing | None:
    name, where, file = groups.get("name") or groups.get("name2") or "", groups.get("where") or "", diagnostic.file
    found: Missing | None = Missing(kind, name, where)
    if kind == "own":
        found = Missing("name", name, file) if file else None
    elif kind == "package-own":
        found = Missing("name", name, f"{dirname(file)}/")
    elif kind in {"module", "export"}:
        found = _module(kind, name, where, diagnostic)
    elif kind == "rust-import":
        found = Missing("export", name, where.rsplit("::", 1)[-1]) if where else Missing("module", name)
    elif kind in {"member", "java-member", "required", "override"}:
        found = _member("member" if kind == "java-member" else kind, name, where, diagnostic)
    return found


def _module(kind: str, name: str, where: str, diagnostic: Diagnostic) -> Missing | None:
    if kind == "export":
        if "prisma/client" in where:
            return Missing("generated", "@prisma/client")  # nothing is exported from what was not generated
        return Missing(kind, name, resolved(where, diagnostic.file))
    bare = name.removeprefix("node:")
    if (name.startswith("node:") or re.match(_NODE, bare)) and diagnostic.code.startswith("TS"):
        return Missing("types", "node")
    if name.startswith(".") and not diagnostic.file:
        return None
    return Missing(kind, resolved(name, diagnostic.file))


def _member(kind: str, name: str, where: str, diagnostic: Diagnostic) -> Missing | None:
    if where.startswith("typeof "):
        where = where.removeprefix("typeof ")
    where = re.sub(r"^(?:(?:&|\*|mut |struct |class |union |enum |const |type\[)\s?)+|\]$", "", where).strip()
    if not where and kind == "required":
        return Missing(kind, name)
    if not where or re.match(_BUILTIN, where):
        return None
    if re.search(_ANONYMOUS, where):
        return Missing(kind, name, f"{where} in {diagnostic.file}")
    return Missing(kind, name, re.split(r"::|\.", where.partition("<")[0])[-1])


def resolved(module: str, file: str) -> str:
    """A relative import as a path from the root, so that the same module has the same name everywhere."""
    if module.startswith(("./", "../")) or module in {".", ".."}:
        module = normpath(f"{dirname(file)}/{module}" if dirname(file) else module)
    return stem(module.removeprefix("/"))
