"""The errors that gcc, clang and the linkers print, as far as repairs need them.

The form: https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html ("file:line:column: error: …").
"""

from __future__ import annotations

import posixpath
import re

from prunella.domain import Diagnostic, Severity
from prunella.toolchain.tree import Tree

MOST = 400
_AT = re.compile(
    r"^(?P<file>[^\s:][^:\n]{0,300}):(?P<line>\d{1,9}):(?:(?P<column>\d{1,9}):)? "
    r"(?:(?:fatal )?error: |warning: (?=implicit decl))(?P<said>.{1,500})"
)
_IN = re.compile(r"^make(?:\[\d+\])?: (?P<what>Entering|Leaving) directory [`'](?P<folder>[^'\n]{1,400})'")
_UNDEFINED = re.compile(
    r"^(?:[^\s:]*ld(?:\.\w+)?: )?(?:[^\s:]{1,300}\.(?:o|a|lo|so)\S{0,200}: in function [`'].{1,200}'[:;]\s*)?"
    r"(?P<place>[^\s:]{1,300}):(?P<at>[^:]{1,40}): undefined reference to [`'](?P<name>[^'\n]{1,300})'"
)


def errors(text: str, folder: str, tree: Tree) -> tuple[Diagnostic, ...]:
    """The errors in what a build printed, with the repository's paths, without repeats."""
    found: dict[Diagnostic, None] = {}
    folders = [folder]
    known = frozenset(tree.paths())
    for line in text.split("\n"):
        if len(found) >= MOST:
            break
        if match := _IN.match(line):
            folders = [*folders, match["folder"]] if match["what"] == "Entering" else folders[:-1] or [folder]
        elif match := _AT.match(line):
            file = place(match["file"], folders[-1], known)
            column = int(match["column"] or 0)
            found[Diagnostic(file, int(match["line"]), column, Severity.ERROR, "", match["said"], "gcc")] = None
        elif match := _UNDEFINED.match(line):
            file = place(match["place"], folders[-1], known)
            at = int(match["at"]) if match["at"].isdigit() else 0
            said = f"undefined reference to '{match['name']}'"
            found[Diagnostic(file, at, 0, Severity.ERROR, "undefined reference", said, "ld")] = None
    return tuple(found)


def place(file: str, folder: str, known: frozenset[str]) -> str:
    """A path as the build printed it, as the repository has it; as it is if the repository has no such file."""
    joined = posixpath.normpath(posixpath.join(folder, file))
    for name in (joined, posixpath.normpath(file)):
        if name in known:
            return name
    tail = joined.lstrip("./")
    while tail:
        ends = [path for path in known if path == tail or path.endswith(f"/{tail}")]
        if len(ends) == 1:
            return ends[0]
        if ends:
            return joined
        _, slash, tail = tail.partition("/")
        if not slash:
            break
    return joined
