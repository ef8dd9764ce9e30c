"""Results that a fix stops looking at: errors dropped, given a default, or checked with no consequence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.changes import Finding
from prunella.guard.code_errors import exits_of
from prunella.guard.code_lines import LINE, Source
from prunella.guard.touched import Hunk
from prunella.guard.weakened_cases import suspicion

CONSTANT = (
    r"(?:None|null|nil|undefined|void 0|true|false|True|False|0|-1|1|\"\"|''|``|\[\]|\{\}|\(\)|Ok\(\(\)\)"
    r"|\"[^\"]{0,40}\"|'[^']{0,40}'|list\(\)|dict\(\)|NULL|Optional\.empty\(\)|Collections\.empty\w+\(\)"
    r"|List\.of\(\)|default)"
)
NOTHING = re.compile(
    rf"^(?:pass|\.\.\.|continue|break|;|return\s*;?|return\s+\(?{CONSTANT}\)?\s*;?|\(?{CONSTANT}\)?;?"
    rf"|[}})\];,]+|end|recover\(\);?|_\s*=\s*\w+;?|void \w+;?|\w+;)$"
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
DEFAULTS = re.compile(
    r"\.unwrap_or(?:_default|_else)?\(|\.ok\(\)(?!\.(?:unwrap|expect))|\bif let Ok\("
    r"|\blet (?:Ok|Some)\([^)]*\)\s*=.*\belse\b"
    r"|(?P<arm>\b(?:Err\(_\w*\)|None|_)\s*=>)"
)
ARM = re.compile(
    r"^[{\s]*(?:-?\d[\w.]*|\"[^\"]*\"|\(\)|None|false|true|(?:\w+::)?(?:default|new)\(\)|vec!\[\])?[\s},;)]*$"
)
GO_IGNORE = re.compile(r"^(?:(?:\w+,\s*)*_\s*(?:,\s*_)*\s*:?=|_\s*=)\s*[\w.]+\(|^_\s*=\s*\w*[eE]rr\w*$")
GO_ERROR = re.compile(r"\b\w*[eE]rr\w*\s*:?=|\bif\b.*\berr\w*\s*!=\s*nil|\breturn\b.*\b\w*[eE]rr\w*\b")
GO_ERROR_OUT = re.compile(r"return\b.*\b(?:err\w*|fmt\.Errorf.*|errors\.New.*)\)?$")
GO_NIL_OUT = re.compile(r"return\b(?:.*\bnil)?$")
GO_CHECK = re.compile(r"^\}?\s*(?:else\s+)?if\b.*\b\w*[eE]rr\w*\s*!=\s*nil\b.*\{")
C_IGNORE = re.compile(r"^\(void\)\s*\w+\(")


def ignored(source: Source, hunk: Hunk) -> tuple[Finding, bool] | None:
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
    if source.language == "rust" and (line := _defaulted([text for _, text in removed], [text for _, text in added])):
        return suspicion("error-ignored", source.path, f"it has a default for an error: {line[:80]}", added[0][0])
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


def _defaulted(removed: Sequence[str], added: Sequence[str]) -> str:
    """The line of Rust that has a default for what was an error; "" when errors are told as before."""
    lost = sum(exits_of("rust", line) + line.count("map_err(") for line in removed)
    if not lost or sum(exits_of("rust", line) + line.count("map_err(") for line in added) >= lost:
        return ""
    was = " ".join(removed)
    for line in added:
        found = DEFAULTS.search(line)
        if found and found[0] not in was and (not found["arm"] or ARM.match(line[found.end() :].strip())):
            return line
    return ""


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
