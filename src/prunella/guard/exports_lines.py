"""Public names that a fix takes away by the lines of one place: a definition that only goes, one that loses what made
it public, a name that a list of exported symbols no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.guard.kinds import kinds_of
from prunella.guard.lines import COMMENT_STARTS, compiled
from prunella.guard.touched import Hunk, Touch
from prunella.guard.view import View

VISIBLE = {
    "js": r"^\s*export\s+(?:default\s+)?",
    "rust": r"^\s*pub\s+(?!\()",
    "jvm": r"^\s*public\s+",
}
"""What makes a declaration public, by language."""

NARROWER = re.compile(r"^\s*(?:(?:export|default|public|protected|private|internal|pub(?:\([^)]*\))?)\s+)*")
DECLARES = re.compile(
    r"\b(?:class|interface|enum|record|struct|trait|fn|fun|function|const|let|var|type|static|mod)\s+(?:\w+\s+)*?(\w+)\b"
    r"|\b(\w+)\s*\("
)
PARTS = {
    "go": r"^func\s+(?:\(\s*\w*\s*\*?[A-Z]\w*(?:\[[^\]]*\])?\s*\)\s*)?([A-Z]\w*)\s*[\[(]|^type\s+([A-Z]\w*)\s",
    "jvm": (
        r"^\s*public\s+(?:(?:static|final|abstract|synchronized|default)\s+)*(?:<[^>]*>\s*)?[\w<>\[\],.? ]+?\s(\w+)"
        r"\s*\([^;]*(?:\{|,|throws[^;]*)\s*$"
    ),
    "rust": r"^pub\s+(?:const\s+|async\s+|unsafe\s+)*fn\s+(\w+)",
    "js": r"^export\s+(?:async\s+)?(?:function\*?|class|const)\s+([\w$]+)",
    "python": r"^(?:async\s+)?def\s+([a-z]\w*)\s*\(|^class\s+([A-Z]\w*)\b",
}
"""How the definition of a public name begins, by language."""

LISTING = frozenset({"js", "python"})
"""Languages in which an entry says what a package offers; what nothing uses may go elsewhere."""

INTERNAL = re.compile(
    r"(^|/)(internals?|_internal|private|_?impl|cmd|examples?|scripts?|tools|bench\w*|docs?|dist|build|generated|testing"
    r"|testutils?|utils?)/|/_(?!_)\w+\.py$|(^|/)main\.(go|rs|py)$"
)
LISTS = re.compile(r"\.(def|sym|exp|api|ver|lds|map)$")
"""Files that list what a library hands out."""

LISTED = re.compile(r"^\s*(?:\"?_?([A-Za-z_]\w*)\"?\s*;?(?:\s+@\d+.*)?|(?:exports|opens|provides)\s+([\w.]+)\b.*;)\s*$")
MOST_NAMES = 40
"""Names of one file that are looked at."""

KEYWORDS = frozenset({"global", "local", "EXPORTS", "LIBRARY", "exports", "END"})


def taken_away(view: View, touch: Touch) -> Iterator[tuple[str, int]]:
    """The public names that go, each with the line where it was."""
    kinds = kinds_of(touch.old_path)
    if touch.before is None or touch.after is None or "test" in kinds or INTERNAL.search(touch.old_path.casefold()):
        return
    if LISTS.search(touch.old_path.casefold()) or touch.old_path.endswith("module-info.java"):
        yield from _unlisted(touch)
        return
    language = next((kind for kind in PARTS if kind in kinds), "")
    going = [] if len(view.paths) > len(view.touches) and language in LISTING else _gone(touch, language)
    for name, number, hunk in (*_narrowed(touch, language), *going)[:MOST_NAMES]:
        if not _adapted(view, name, hunk):
            yield name, number


def _unlisted(touch: Touch) -> Iterator[tuple[str, int]]:
    still = {name for line in touch.after or () for name in _names(line)}
    for number, line in touch.removed:
        for name in _names(line):
            if name not in still and name not in KEYWORDS:
                yield name, number


def _names(line: str) -> list[str]:
    found = LISTED.match(line[:1_000])
    return [name for name in found.groups() if name] if found else []


def _narrowed(touch: Touch, language: str) -> Iterator[tuple[str, int, Hunk]]:
    """Declarations that are as they were but for what made them public."""
    pattern = VISIBLE.get(language)
    for hunk in touch.hunks if pattern else ():
        public = compiled(pattern or "")
        left = {NARROWER.sub("", line[:1_000]).strip() for _, line in hunk.added if not public.match(line)}
        for number, line in hunk.removed if left else ():
            bare = NARROWER.sub("", line[:1_000]).strip()
            found = DECLARES.search(bare) if bare in left and public.match(line) else None
            if found:
                yield found[1] or found[2], number, hunk


def _gone(touch: Touch, language: str) -> Iterator[tuple[str, int, Hunk]]:
    """Definitions that go with nothing in their place, and are not named any more where they were."""
    still: frozenset[str] | None = None
    for hunk in touch.hunks if language else ():
        if any(re.search(r"\w", line) for _, line in hunk.added):
            continue
        above = ""
        for number, line in hunk.removed:
            found = compiled(PARTS[language]).match(line[:1_000])
            name = next((name for name in found.groups() if name), "") if found else ""
            if name and "@Override" not in above:
                still = _named(touch) if still is None else still
                if name not in still:
                    yield name, number, hunk
            above = line if line.strip() else above


def _named(touch: Touch) -> frozenset[str]:
    """All names in what is left of a file's code."""
    code = (line[:1_000] for line in touch.after or () if not line.strip().startswith(COMMENT_STARTS))
    return frozenset(word for line in code for word in re.findall(r"[A-Za-z_$]\w*", line))


def _adapted(view: View, name: str, own: Hunk) -> bool:
    """Whether the fix follows the change through where the name was used, or puts it elsewhere."""
    word = compiled(rf"\b{re.escape(name)}\b")
    followed = any(
        word.search(line) and not line.strip().startswith(COMMENT_STARTS)
        for touch in view.touches
        for hunk in touch.hunks
        if hunk is not own
        for _, line in hunk.removed
    )
    defined = any(
        compiled(PARTS[kind]).match(line[:1_000]) and word.search(line)
        for touch in view.touches
        for kind in PARTS
        if kind in kinds_of(touch.path)
        for _, line in touch.added
    )
    return followed or defined
