"""A repair is small and on the matter; a big one, or one of other files, is for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View

INFOS = (
    RuleInfo("oversized", "size", "A fix is no bigger than a repair is.", example="41 files, or 2,001 changed lines"),
    RuleInfo("generated", "size", "A fix does not edit what tools write, or others.", example="dist/app.min.js"),
    RuleInfo("off-topic", "size", "A fix stays with the files that the failure has to do with.", example="LICENSE"),
)

GENERATED = re.compile(
    r"(^|/)(dist|generated|__generated__|\.next)/|^(vendor|third[_-]?party)/|\.min\.(js|css)$"
    r"|\.(js|css)\.map$"
    r"|_pb2(_grpc)?\.pyi?$|\.pb\.(go|cc|h)$|\.g\.dart$|\.designer\.cs$|[._]generated\.\w+$|zz_generated\."
)
MARKS = re.compile(
    r"code generated .{0,60}do not edit|@generated\b|automatically generated"
    r"|auto-generated .{0,60}do not (edit|modify)",
    re.IGNORECASE,
)
SOURCES = frozenset({"js", "python", "go", "rust", "jvm", "dotnet", "c", "php", "ruby", "swift"})
HEAD = 12
"""Lines at the start of a file that say that it is generated."""

LEAST_OFF_TOPIC = 3
"""Changed lines of a file from which it may be called off-topic."""


def size(view: View) -> Found:
    """A suspicion when a fix is bigger than a repair is; one for each file that is generated, or off-topic."""
    found: Found = []
    tuning = view.tuning
    lines = sum(len(touch.added) + len(touch.removed) for touch in view.touches)
    if len(view.touches) > tuning.max_files:
        found.append(
            _finding("oversized", "", f"the fix touches {len(view.touches)} files, more than {tuning.max_files}")
        )
    if lines > tuning.max_lines:
        found.append(_finding("oversized", "", f"the fix changes {lines} lines, more than {tuning.max_lines}"))
    for touch in view.touches:
        reason = _generated(touch)
        if reason and not _made_of(touch, view.touches):
            found.append(_finding("generated", touch.path, reason))
    return found + _off_topic(view)


def _finding(rule: str, path: str, reason: str) -> tuple[Finding, bool]:
    return Finding(rule, path, 0, reason, Judgement.SUSPICIOUS), False


def _generated(touch: Touch) -> str:
    if touch.before is None:
        return ""
    if any("\0" in line for _, line in (*touch.added, *touch.removed)):
        return "it changes a binary file"
    if GENERATED.search(touch.path.casefold()) and kinds_of(touch.path) & SOURCES:
        return "it changes a file that is built from others, or is somebody else's"
    if any(MARKS.search(line[:400]) for line in touch.before[:HEAD]):
        return "it changes a file that says it is generated"
    return ""


def _made_of(touch: Touch, touches: Iterable[Touch]) -> bool:
    """Whether something else in its folder changes too, that it may be made of."""
    folder = touch.path.rpartition("/")[0]
    return any(
        other.path.rpartition("/")[0] == folder and other is not touch and not _generated(other) for other in touches
    )


def _off_topic(view: View) -> Found:
    """Files that nothing ties to a file that an error names. Only said where most of what is known speaks for it."""
    named = view.failing.files & frozenset(view.paths)
    if not view.failing.known or not named or not view.touches:
        return []
    sources = [touch for touch in view.touches if kinds_of(touch.path) & SOURCES]
    tied = {touch.path for touch in sources if _is_tied(touch, named, view)}
    if not tied or len(tied) == len(sources):
        return []  # the fix is elsewhere as a whole: the cause is often not where the error shows
    words = {word for touch in sources if touch.path in tied for word in _changed_words(touch)}
    found: Found = []
    for touch in sources:
        if touch.path in tied or len(touch.added) + len(touch.removed) < LEAST_OFF_TOPIC:
            continue
        if _changed_words(touch) & words or _mentions(view, touch, tied):
            continue
        found.append(
            _finding("off-topic", touch.path, "no error has to do with this file, nor has the rest of the fix")
        )
    return found


def _is_tied(touch: Touch, named: frozenset[str], view: View) -> bool:
    if {touch.path, touch.old_path} & named or touch.before is None or "test" in kinds_of(touch.path):
        return True
    stem = _stem(touch.path)
    folder = touch.path.rpartition("/")[0]
    if any(folder == other.rpartition("/")[0] or stem == _stem(other) for other in named):
        return True
    if touch.path in view.failing.text or re.search(rf"\b{re.escape(stem)}\b", view.failing.text):
        return True
    return any(_names(view.read(other), stem) for other in sorted(named)[:20]) or any(
        _names_line(touch.before or (), _stem(other)) for other in sorted(named)[:20]
    )


def _mentions(view: View, touch: Touch, tied: Iterable[str]) -> bool:
    stem = _stem(touch.path)
    return any(_names(view.read(other), stem) for other in tied)


def _names(text: bytes | None, stem: str) -> bool:
    return text is not None and stem.encode("utf-8", "replace") in text[:400_000]


def _names_line(lines: Iterable[str], stem: str) -> bool:
    return any(stem in line for line in lines)


def _stem(path: str) -> str:
    *folders, name = path.split("/")
    stem = re.split(r"[._]test|\.spec|\.", name, maxsplit=1)[0].removeprefix("test_")
    return folders[-1] if folders and stem in ("index", "__init__", "mod", "main", "lib", "") else stem


def _changed_words(touch: Touch) -> frozenset[str]:
    text = "\n".join(line[:400] for _, line in (*touch.added, *touch.removed))
    return frozenset(word for word in re.findall(r"[A-Za-z_]\w{4,}", text[:100_000]))
