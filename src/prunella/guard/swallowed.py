"""Errors that a fix catches and forgets, or does not look at any more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from prunella.changes import Finding
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
    r"^\}?\s*(?:except\b(?P<py>[^:]*):|rescue\b(?P<rb>.*)$|catch\b\s*(?:\((?P<args>[^)]*)\))?\s*\{)"
    r"|\.catch\(\s*(?:async\s*)?(?:\(?\w*\)?\s*=>|function\s*\w*\s*\(\w*\))"
    r"|\bdefer\s+func\(\)\s*\{|\.onFailure\b|\bcatch_unwind\("
)
BROAD = re.compile(
    r"^\s*$|\b(?:Base)?Exception\b|\bThrowable\b|\bError\b|\.\.\.|^\s*\w+\s*(?::\s*(?:any"
    r"|unknown))?\s*$|=>|\bStandardError\b|\bAssert\w*(?:Error|Exception)\b"
)
PY_BROAD = re.compile(r"^\s*$|\b(?:Base)?Exception\b|\bAssertionError\b")
CONSTANT = (
    r"(?:None|null|nil|undefined|void 0|true|false|True|False|0|-1|1|\"\"|''|``|\[\]|\{\}|\(\)|Ok\(\(\)\)"
    r"|\"\w{0,12}\"|'\w{0,12}'|list\(\)|dict\(\)|NULL|Optional\.empty\(\)|Collections\.empty\w+\(\)"
    r"|List\.of\(\)|default)"
)
NOTHING = re.compile(
    rf"^(?:pass|\.\.\.|continue|break|;|return\s*;?|return\s+\(?{CONSTANT}\)?\s*;?|\(?{CONSTANT}\)?;?"
    rf"|[}})\];,]+|end|recover\(\);?|_\s*=\s*\w+;?|void \w+;?|\w+;)$"
)
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
    r"|\bsys\.excepthook\s*=|\bwindow\.onerror\s*=\s*\(?\)?\s*=>\s*true|\bset_terminate\("
    r"|\bdefer\s+func\(\)\s*\{\s*(?:_\s*=\s*)?recover\(\)\s*;?\s*\}\(\)|\batexit\(|\brunCatching\s*\{"
    r"|\btry!\(|\berrors?=[\"']ignore[\"']"
)
PROPAGATES = re.compile(
    r"\?\s*[;,).]|\?$|\.unwrap\(\)|\.expect\(|\bthrow\b|\braise\b"
    r"|\breturn\s+(?:.*,\s*)?(?:\w*[eE]rr\w*|fmt\.Errorf|errors\.|Err\(|-\w+|NULL)|\bcheck_call\b"
    r"|check=True|\bgoto\s+\w*(?:err|fail|out|end|done)|\babort\(|\bpanic|\bassert\b|\bdie\b|reject\("
)
CALL = re.compile(r"\b([A-Za-z_][\w.:]*)!?\(")
IGNORES = (
    (
        re.compile(r"\blet\s+_\w*\s*=|\.ok\(\)\s*;|\bdrop\("),
        re.compile(r"\?|\.unwrap\(\)|\.expect\(|\bmatch\b|if let Err"),
    ),
    (
        re.compile(r"\.unwrap_or(?:_default|_else)?\(|\.ok\(\)|\bif let (?:Ok|Some)\(|\.flatten\(\)|\.filter_map\("),
        re.compile(r"\?\s*[;,).]|\?$"),
    ),
)
GO_IGNORE = re.compile(r"^(?:(?:\w+,\s*)*_\s*(?:,\s*_)*\s*:?=|_\s*=)\s*[\w.]+\(|^_\s*=\s*\w*[eE]rr\w*$")
GO_ERROR = re.compile(r"\b\w*[eE]rr\w*\s*:?=|\bif\b.*\berr\w*\s*!=\s*nil|\breturn\b.*\b\w*[eE]rr\w*\b")
GO_ERROR_OUT = re.compile(r"return\b.*\b(?:err\w*|fmt\.Errorf.*|errors\.New.*)\)?$")
GO_NIL_OUT = re.compile(r"return\b(?:.*\bnil)?$")
GO_CHECK = re.compile(r"^\}?\s*(?:else\s+)?if\b.*\b\w*[eE]rr\w*\s*!=\s*nil\b.*\{")
C_IGNORE = re.compile(r"^\(void\)\s*\w+\(")


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
        finding = _caught(source, hunk) or _ignored(source, hunk)
        if finding:
            found.append(finding)
    return found[:3]


def _was(source: Source, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(line[:LINE]) for _, line in source.removed)


def _caught(source: Source, hunk: Hunk) -> tuple[Finding, bool] | None:
    """Errors caught and forgotten: a new place, or one whose body went."""
    places = _places(source.after, hunk.added)
    old = [place for place in _places(source.before, hunk.removed) if _forgets(place, source.language)]
    for place in places:
        if not _forgets(place, source.language):
            continue
        if old:
            old.pop()
            continue
        if (
            "defer" not in place.head
            and "catch_unwind" not in place.head
            and _new_code(source, place, {call for _, line in hunk.removed for call in CALL.findall(line[:LINE])})
        ):
            continue
        reason = f"it catches an error and forgets it: {place.head[:80]}"
        return suspicion("error-swallowed", source.path, reason, place.number)
    return None


def _places(lines: Sequence[str], changed: Sequence[tuple[int, str]]) -> list[Caught]:
    """Where errors are caught in changed lines, or right above them."""
    found: dict[int, Caught] = {}
    for number, _ in changed:
        for at in (number, number - 1, number - 2):
            if not 0 < at <= len(lines) or at in found:
                continue
            text = lines[at - 1].strip()[:LINE]
            if CATCH.search(text):
                found[at] = Caught(at, text, _body(lines, at))
    return [found[number] for number in sorted(found)]


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


def _forgets(place: Caught, language: str) -> bool:
    """Whether nothing comes of an error that is caught here, whatever error it is."""
    if INLINE.search(place.head):
        return True
    if "defer" in place.head:
        return any("recover()" in line for line in place.body) and all(
            NOTHING.match(line) or "recover()" in line for line in place.body
        )
    if "catch_unwind" in place.head:
        return True
    found = CATCH.search(place.head)
    if found is None or ".catch" in found[0] or ".onFailure" in found[0]:
        return bool(found) and bool(place.body) and all(NOTHING.match(line) for line in place.body)
    caught = next((text for text in found.groups() if text is not None), "")
    broad = language == "js" or bool((PY_BROAD if language == "python" else BROAD).search(caught))
    return broad and all(NOTHING.match(line) for line in place.body)


def _new_code(source: Source, place: Caught, gone: set[str]) -> bool:
    """Whether what is tried there is new as well: then the error is of the fix's own making."""
    if INLINE.search(place.head) and gone.intersection(CALL.findall(place.head)) - {"catch"}:
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
    return not any((squeezed(line) in was and len(line) > 5) or gone.intersection(CALL.findall(line)) for line in tried)


def _ignored(source: Source, hunk: Hunk) -> tuple[Finding, bool] | None:
    """A call whose error was looked at and is not any more."""
    removed = [
        (number, source.before[number - 1].strip()[:LINE]) for number, _ in hunk.removed if number <= len(source.before)
    ]
    added = [
        (number, source.after[number - 1].strip()[:LINE]) for number, _ in hunk.added if number <= len(source.after)
    ]
    for number, new in added:
        calls = set(CALL.findall(new))
        for _, old in removed:
            if old != new and _is_ignored(source.language, old, new, calls):
                reason = f"it does not look at an error any more: {new[:80]}"
                return suspicion("error-ignored", source.path, reason, number)
    return _unchecked(source, hunk, [text for _, text in removed], [text for _, text in added])


def _is_ignored(language: str, old: str, new: str, calls: set[str]) -> bool:
    same = calls & set(CALL.findall(old))
    if language == "go":
        return (
            bool(GO_IGNORE.search(new))
            and not GO_IGNORE.search(old)
            and bool(GO_ERROR.search(old) or old.startswith("return "))
            and bool(same or re.match(r"_\s*=\s*\w*[eE]rr", new))
        )
    if language == "rust":
        return any(
            now.search(new) and was.search(old) and not now.search(old) and "?" not in new for now, was in IGNORES
        ) and bool(same)
    if language == "c":
        return bool(C_IGNORE.search(new)) and bool(same)
    return False


def _unchecked(source: Source, hunk: Hunk, removed: Sequence[str], added: Sequence[str]) -> tuple[Finding, bool] | None:
    """A check of an error whose consequence is gone: ``return err`` that is now ``return nil``, a throw left out."""
    number = hunk.added[0][0] if hunk.added else 0
    if source.language == "go" and len(removed) == len(added) == 1:
        above = source.after[number - 2].strip() if number > 1 else ""
        if GO_ERROR_OUT.match(removed[0]) and GO_NIL_OUT.match(added[0]) and GO_CHECK.search(above):
            return suspicion("error-ignored", source.path, f"it returns no error: {above[:80]}", number)
    fresh = [text for text in added if not NOTHING.match(text)]
    thrown = [text for text in removed if re.match(r"(?:throw|raise)\b", text)]
    if thrown and not fresh and len(removed) == len(thrown) and added and source.language not in {"go", "rust"}:
        return suspicion(
            "error-swallowed", source.path, f"it does not raise an error any more: {thrown[0][:80]}", number
        )
    return None
