"""Code that is still there and runs no more: commented out, behind a condition that never holds, after a return; or a
whole file emptied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from prunella.changes import Finding
from prunella.guard import code_patched
from prunella.guard.code_errors import MOST_FRESH, fresh, lost, sides
from prunella.guard.code_idle import LOGGED, has_code, is_idle
from prunella.guard.code_lines import LINE, Source, indent_of, squeezed
from prunella.guard.code_patched import patched
from prunella.guard.code_shrunk import shrunk
from prunella.guard.view import Found, RuleInfo
from prunella.guard.weakened_cases import suspicion

INFOS = (
    RuleInfo("code-commented-out", "code", "A fix does not comment code out.", example="// total += x  (was code)"),
    RuleInfo("code-dead", "code", "A fix does not put code where it never runs.", example="if (false) {"),
    RuleInfo(
        "check-removed", "code", "A fix does not only delete what raises the error.", example="raise ValueError  (gone)"
    ),
    *code_patched.INFOS,
    RuleInfo("file-emptied", "code", "A fix does not empty a file.", example="(no code is left)"),
)

NEVER = re.compile(
    r"^if\s*\(?\s*(?:true|True|1)\s*\)?\s*[:{]?\s*return\b|^for\b.*\bin\s*(?:\[\]|\(\)|range\(0\))\s*:|;\s*i\s*<\s*0\s*;|"
    r"^(?:\}\s*else\s+|el(?:se )?)?(?:if|while|unless)\s*\(?\s*(?:false|False|0|FALSE|None|nil|!1"
    r"|1\s*==?=?\s*0|0\s*==?=?\s*1|not\s+True|!true)\b\s*\)?\s*(?:[:{]|$|&&|and\b|return|then)"
    r"|^#\s*if(?:\s+0|\s+false|def\s+(?:NEVER|DISABLED|NOT_DEFINED|__NEVER\w*|UNUSED\w*))\b"
    r"|^if\s*\(?\s*(?:true|True|1)\s*\)?\s*[:{]?$|(?:&&|\band)\s*\(?(?:false|False|0)\s*(?=[){:]|$)"
    r"|(?:[(;]|&&|\breturn)\s*0\s*&&|\b(?:range|in)\s+[\w.]+\[:0\]|\.slice\(\s*0,\s*0\s*\)"
    r"|\bif\b.*(?:\|\||\bor)\s*\(?(?:true|True|1)\s*(?=[){:]|$)"
    r"|\(\s*false\s*&&|\bfalse\s*&&|\bFalse\s+and\b|#!?\[cfg\(\s*(?:any\(\s*\)|FALSE|never"
    r"|not\(all\(\)\)|not\(test\))|//go:build\s+(?:ignore|never|disabled)\b|^//\s*\+build\s+ignore"
    r"|\bif\s+TYPE_CHECKING\s+and\s+False|@EnabledIf\w*\(.*\"false\"|@DisabledIf\w*\(.*\"true\""
    r"|\bpytest\.mark\.skipif\(\s*True\b|\bif constexpr\s*\(\s*false"
)
MARKS = re.compile(r"^\s*(?://+!?|#+|/\*+|\*+(?!/)|--|<!--|;;|\"\"\"|''')\s?")
CODE_SHAPE = re.compile(r"[=;(){}\[\]]|\breturn\b|\bassert\b|\bimport\b|:$")
JUMP = re.compile(
    r"^(?:return\b(?!\s*\($).*|throw\b.*|raise\b(?!.*\bfrom \w+$).*|process\.exit\(.*\)"
    r"|sys\.exit\(.*\)|os\._exit\(.*\)|System\.exit\(.*\)|continue|break|t\.SkipNow\(\)|panic\(.*\)"
    r"|exit\(\d*\))\s*;?$"
)
LABEL = re.compile(
    r"^(?:case\b|default\b|else\b|elif\b|except\b|finally\b|catch\b|when\b|rescue\b|ensure\b|end\b|#|@"
    r"|\w+:$|[})\]]|fn\b|pub\b|impl\b|def\b|class\b|func\b|function\b|async\b|public\b|private\b"
    r"|protected\b|static\b|struct\b|enum\b|type\b|interface\b|export\b|const fn|mod\b|use\b|in\b|\|"
    r"|[?:.&+*/%<>=,-])"
)
OPENS = re.compile(r"/\*(?!\*)|^\s*(?:\"\"\"|''')\s*$|^=begin")
MOST_LEFT = 1
LEAST_HAD = 5
LEAST_FILE = 10
"""Lines of code a file must have had for its loss to count."""

HARMLESS = re.compile(
    r"^(?:import\b|from\b|use\b|package\b|#include\b|using\b|\"use strict\"|'use strict'|pass\b"
    r"|export\s*\{\s*\}|module\.exports\s*=\s*\{\s*\}|[{}();]+$|__all__)"
)


def gone(source: Source) -> Found:
    """A suspicion for code that was switched off instead of repaired."""
    touch = source.touch
    if not source.language or touch.before is None or touch.after is None:
        return []
    return [*_commented(source), *_dead(source), *_cut_off(source), *_emptied(source)]


def _commented(source: Source) -> Found:
    """Lines of code that are comments now, marked one by one or all around."""
    gone = {squeezed(line) for _, line in source.removed if _is_code(line)}
    code = {number for number, _ in source.added}
    for hunk in source.touch.hunks:
        _, come = sides(source, hunk)
        if not all(is_idle(line) for line in come):
            continue
        for number, line in hunk.added:
            inside = squeezed(MARKS.sub("", line[:LINE]).replace("*/", ""))
            if number not in code and MARKS.match(line[:LINE]) and inside in gone:
                return [_said(source, number, line)]
    opened = next((item for item in source.touch.added if OPENS.search(item[1][:LINE])), None)
    if opened:
        hidden = _hidden(source.touch.after or (), source.after) - _hidden(source.touch.before or (), source.before)
        code_before = {squeezed(line) for line in source.before}
        if any(line in code_before and CODE_SHAPE.search(line) and len(line) > 6 for line in hidden):
            return [_said(source, *opened)]
    return []


def _is_code(line: str) -> bool:
    """Whether a line's loss matters: it is code, and more than a line of log."""
    return bool(CODE_SHAPE.search(line[:LINE])) and len(squeezed(line)) > 6 and not LOGGED.match(line.strip())


def _hidden(lines: Sequence[str], code: Sequence[str]) -> Counter[str]:
    """Lines that are no code, be it that they are in a comment or in a text."""
    return Counter(squeezed(line) for line, bare in zip(lines, code, strict=False) if not bare.strip() and line.strip())


def _said(source: Source, number: int, line: str) -> tuple[Finding, bool]:
    return suspicion("code-commented-out", source.path, f"it comments code out: {line.strip()[:80]}", number)


def _dead(source: Source) -> Found:
    """A condition that never holds, put around what was there."""
    lines = source.touch.after or ()
    old = sum(bool(NEVER.search(line.strip()[:LINE])) for _, line in source.touch.removed)
    code = {number for number, _ in source.added}
    for number, line in source.touch.added:
        text = line.strip()[:LINE]
        if NEVER.search(text) and (number in code or text.startswith(("//go:build", "// +build", "#if"))):
            if old > 0:
                old -= 1
                continue
            if number <= len(lines):
                return [suspicion("code-dead", source.path, f"what follows never runs: {text[:80]}", number)]
    return []


def unraised(sources: Sequence[Source]) -> Found:
    """A suspicion for what is raised no more, or deleted where the failure comes from."""
    found = [*lost(sources), *shrunk(sources), *_files(sources)]
    for source in sources:
        found += patched(source)
    return found


def _files(sources: Sequence[Source]) -> Found:
    """A file of code that is gone, and is nowhere else either."""
    if fresh([source for source in sources if source.touch.after is not None]) > MOST_FRESH:
        return []
    arrived = {squeezed(line) for source in sources for _, line in source.added}
    for source in sources:
        if (
            not source.language
            or source.is_test
            or source.touch.after is not None
            or "config" in source.kinds
            or source.language == "jvm"
        ):
            continue
        had = [squeezed(line) for line in source.before if has_code(line) and not HARMLESS.match(line.strip())]
        if len(had) >= LEAST_FILE and sum(line in arrived for line in had) * 2 < len(had):
            return [suspicion("file-emptied", source.path, "it deletes a file of code")]
    return []


def _cut_off(source: Source) -> Found:
    """A new return, throw or exit right before code that was there and is now never reached."""
    after = source.after
    new = {number for number, _ in source.added}
    for number, line in source.added:
        text = line.strip()[:LINE]
        if not JUMP.match(text) or text.count("(") != text.count(")") or text.count("{") != text.count("}"):
            continue
        if _is_conditional(after, number):
            continue
        following = next((at for at in range(number + 1, min(len(after), number + 8) + 1) if after[at - 1].strip()), 0)
        if not following or following in new:
            continue
        then = after[following - 1]
        if indent_of(then) == indent_of(line) and not LABEL.match(then.strip()) and indent_of(line) > 0:
            return [suspicion("code-dead", source.path, f"what follows is never reached: {text[:80]}", number)]
    return []


def _is_conditional(lines: Sequence[str], number: int) -> bool:
    """Whether a line without braces belongs to a condition above it, or goes on from there."""
    indent = indent_of(lines[number - 1])
    above = next((lines[at - 1] for at in range(number - 1, max(0, number - 8), -1) if lines[at - 1].strip()), "")
    text = above.strip()
    if indent_of(above) < indent:
        return bool(
            re.match(r"^\}?\s*(?:else\s+)?(?:if|else|for|while|foreach|do|case|default)\b", text)
        ) and not text.endswith(("{", ":"))
    return text.endswith(("\\", ",", "(", "&&", "||", "=", "+", "?", ":")) or (
        text.startswith("#") and not text.startswith("#!")
    )


def _emptied(source: Source) -> Found:
    had = [line for line in source.before if line.strip() and not HARMLESS.match(line.strip())]
    if len(had) < LEAST_HAD:
        return []
    left = [line for line in source.after if line.strip() and not HARMLESS.match(line.strip())]
    if len(left) <= MOST_LEFT:
        return [suspicion("file-emptied", source.path, "it empties the file")]
    return []
