"""Errors that a fix catches and forgets, or does not look at any more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from prunella.changes import Finding
from prunella.guard.code_idle import LOGGED, is_idle
from prunella.guard.code_ignored import CALL, CONSTANT, ignored
from prunella.guard.code_lines import LINE, Source, indent_of, squeezed
from prunella.guard.touched import Hunk
from prunella.guard.view import Found, RuleInfo
from prunella.guard.weakened_cases import suspicion

INFOS = (
    RuleInfo(
        "error-swallowed", "code", "A fix does not catch an error and forget it.", example="except Exception: pass"
    ),
    RuleInfo("error-ignored", "code", "A fix does not stop looking at an error.", example="_ = f()  (was err := f())"),
)

CATCH = re.compile(
    r"^\}?\s*(?:except\b(?P<py>[^:]*):|rescue\b(?P<rb>.*)$|finally\b\s*[:{]|catch\b\s*(?:\((?P<args>[^)]*)\))?\s*\{)"
    r"|[};]\s*catch\b\s*(?:\((?P<inner>[^)]*)\))?\s*\{"
    r"|\.catch\(\s*(?:async\s*)?(?:\(?\w*\)?\s*=>|function\s*\w*\s*\(\w*\))"
    r"|\bdefer\s+func\(\)\s*\{|\.onFailure\b|\bcatch_unwind\("
)
BROAD = re.compile(
    r"^\s*$|\b(?:Base)?Exception\b|\bThrowable\b|\bError\b|\.\.\.|^\s*\w+\s*(?::\s*(?:any"
    r"|unknown))?\s*$|=>|\bStandardError\b|\bAssert\w*(?:Error|Exception)\b"
)
PY_BROAD = re.compile(r"^\s*$|\b(?:Base)?Exception\b|\bAssertionError\b")
INLINE = re.compile(
    r"\.catch\(\s*(?:async\s*)?(?:\(?\w*\)?\s*=>\s*(?:\{\s*\}|"
    + CONSTANT
    + r"|\(\{\}\)|noop)|function\s*\w*\s*\(\w*\)\s*\{\s*\}|noop|_\.noop|Boolean)\s*\)"
    r"|\bcatch\s*(?:\([^)]*\))?\s*\{\s*(?:return(?:\s+" + CONSTANT + r")?;?)?\s*\}"
)
SUPPRESS = re.compile(
    r"\bcontextlib\.suppress\(\s*(?:Base)?Exception|\bwith\s+suppress\(\s*(?:Base)?Exception"
    r"|\bsuppress\(\s*AssertionError|\bprocess\.exitCode\s*=\s*0\b|\bprocess\.reallyExit\s*="
    r"|@SneakyThrows|\bsignal\(\s*SIG(?:SEGV|ABRT|FPE|BUS|ILL)\s*,\s*SIG_IGN|\bOn Error Resume Next"
    r"|\bos\._exit\(\s*0\s*\)|process\.on\(\s*['\"](?:uncaughtException"
    r"|unhandledRejection)['\"]\s*,\s*(?:\(?\w*\)?\s*=>\s*\{\s*\}|noop)"
    r"|\bpanic::set_hook\(Box::new\(\|_\|\s*\{\s*\}\)\)"
    r"|\bsys\.excepthook\s*=|\bwindow\.onerror\s*=\s*\(?\)?\s*=>\s*true|\bset_terminate\(|\bhalt\(\s*0\s*\)"
    r"|\bdefer\s+func\(\)\s*\{\s*(?:_\s*=\s*)?recover\(\)\s*;?\s*\}\(\)|\batexit\(|\brunCatching\s*\{"
    r"|\berrors?=[\"']ignore[\"']"
)
KEPT = re.compile(r"\bas (\w+)\s*:|(\w+)\s*\)\s*\{$|\((\w+)\)\s*\{")
"""The name by which an error is known where it is caught."""

WORD = re.compile(r"[A-Za-z_][\w.:]*(?=\()|[A-Za-z_][\w.:]{3,}")
FORGOT = re.compile(r"^(?:del \w+|_\s*=\s*\w+;?|void \w+;?|\(void\)\s*\w+;?)$")


class Caught(NamedTuple):
    """A place where errors are caught: its line, how it begins, and what is done with them."""

    number: int
    head: str
    body: tuple[str, ...]


def swallowed(source: Source) -> Found:
    """A suspicion for errors that the fix keeps from being seen."""
    if not source.language or source.touch.after is None or not source.touch.hunks:
        return []
    found: Found = []
    for number, line in source.added:
        cut = line.strip()[:LINE]
        if SUPPRESS.search(cut) and not _was(source, SUPPRESS):
            found.append(
                suspicion("error-swallowed", source.path, f"it keeps errors from being seen: {cut[:80]}", number)
            )
            break
    for hunk in source.touch.hunks:
        finding = _caught(source, hunk) or ignored(source, hunk)
        if finding:
            found.append(finding)
    return found[:3]


def _was(source: Source, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(line[:LINE]) for _, line in source.removed)


def _caught(source: Source, hunk: Hunk) -> tuple[Finding, bool] | None:
    """Errors caught and forgotten: a new place, or one whose body went."""
    places = _places(source.after, hunk.added)
    old = [place for place in _places(source.before, hunk.removed) if _forgets(place, source.language, source.is_test)]
    new = {number for number, _ in hunk.added}
    for place in places:
        if not _forgets(place, source.language, source.is_test):
            continue
        if place.number not in new and _was_idle(source, place):
            continue
        if old:
            old.pop()
            continue
        if (
            "defer" not in place.head
            and "catch_unwind" not in place.head
            and _new_code(source, place, {word for _, line in hunk.removed for word in WORD.findall(line[:LINE])})
        ):
            continue
        reason = f"it catches an error and forgets it: {place.head[:80]}"
        return suspicion("error-swallowed", source.path, reason, place.number)
    return None


def _was_idle(source: Source, place: Caught) -> bool:
    """Whether the same place, known by its first line, did nothing with the error before either."""
    same = (number for number, line in enumerate(source.before, 1) if line.strip()[:LINE] == place.head)
    return any(
        _forgets(Caught(number, place.head, _body(source.before, number)), source.language, source.is_test)
        for number in same
    )


def _places(lines: Sequence[str], changed: Sequence[tuple[int, str]]) -> list[Caught]:
    """Where errors are caught in changed lines, or right above them."""
    found: dict[int, Caught] = {}
    for number, _ in changed:
        for at in (number, number - 1, number - 2):
            if not 0 < at <= len(lines) or at in found:
                continue
            text, last = _head(lines, at)
            if CATCH.search(text):
                found[at] = Caught(at, text, _body(lines, last))
    return [found[number] for number in sorted(found)]


def _head(lines: Sequence[str], at: int) -> tuple[str, int]:
    """A line, with what follows where it names errors over several lines; and the last of them."""
    text = lines[at - 1].strip()[:LINE]
    if re.match(r"\}?\s*(?:except|catch)\b[^:{]*\($", text):
        for last in range(at + 1, min(len(lines), at + 8) + 1):
            text = f"{text} {lines[last - 1].strip()[:LINE]}"
            if text.endswith((":", "{")):
                return text[:LINE], last
    return text, at


def _body(lines: Sequence[str], head: int) -> tuple[str, ...]:
    """The lines below a head that are indented further, at most ten."""
    indent = indent_of(lines[head - 1])
    body: list[str] = []
    rest = re.split(r"(?::|\{|=>)\s*", lines[head - 1].strip()[:LINE])[-1]
    if rest and not rest.startswith(("except", "rescue", "catch")):
        body.append(rest)
    for number in range(head + 1, min(len(lines), head + 60) + 1):
        line = lines[number - 1]
        if not line.strip():
            continue
        if indent_of(line) <= indent or len(body) > 10:
            break
        body.append(line.strip()[:LINE])
    return tuple(body)


def _forgets(place: Caught, language: str, is_test: bool) -> bool:
    """Whether nothing comes of an error that is caught here, whatever error it is."""
    if INLINE.search(place.head):
        return not is_test or _is_broad(place.head, language)
    if "defer" in place.head:
        recovers = any("recover()" in line for line in place.body)
        return recovers and all(is_idle(line) or "recover()" in line for line in place.body)
    found = CATCH.search(place.head)
    if found is None or "catch_unwind" in place.head:
        return found is not None
    if ".catch" in found[0] or ".onFailure" in found[0]:
        return bool(place.body) and all(map(is_idle, _unless_kept(place)))
    if "finally" in found[0]:
        return any(re.match(r"(?:return|break|continue)\b", line) for line in place.body)
    inside = _unless_kept(place, found)
    return (not is_test or _is_broad(place.head, language)) and all(map(is_idle, inside))


def _is_broad(head: str, language: str) -> bool:
    """Whether any error is caught, not one that was thought of."""
    found = CATCH.search(head)
    caught = next((text for text in found.groups() if text is not None), "") if found else ""
    return language == "js" or bool((PY_BROAD if language == "python" else BROAD).search(caught))


def _unless_kept(place: Caught, found: re.Match[str] | None = None) -> tuple[str, ...]:
    """What is done where an error is caught; what uses the error counts as work."""
    inside = place.body
    if found is not None and found["inner"] is not None:
        inside = tuple(text.strip() for text in re.split(r"[;{}]", place.head[found.end() :]))
    inside = tuple(line for line in inside if not FORGOT.match(line))
    kept = KEPT.search(place.head)
    name = next((text for text in kept.groups() if text), "") if kept else ""
    used = name and any(re.search(rf"\b{name}\b", line) and not LOGGED.match(line) for line in inside)
    return ("use()",) if used else inside


def _new_code(source: Source, place: Caught, gone: set[str]) -> bool:
    """Whether what is tried there is new as well: then the error is of the fix's own making."""
    caught = CATCH.search(place.head)
    at_once = INLINE.search(place.head) or (caught is not None and caught["inner"] is not None)
    if at_once and gone.intersection(CALL.findall(place.head)) - {"catch"}:
        return False
    indent = indent_of(source.after[place.number - 1])
    was = {squeezed(line) for line in source.before}
    tried: list[str] = []
    for number in range(place.number - 1, max(0, place.number - 60), -1):
        line = source.after[number - 1]
        if not line.strip():
            continue
        if indent_of(line) <= indent:
            break
        tried.append(line.strip()[:LINE])
    if any(squeezed(line) in was and len(line) > 5 for line in tried):
        return False
    return not _is_broad(place.head, source.language) or not any(
        gone.intersection(CALL.findall(line)) for line in tried
    )
