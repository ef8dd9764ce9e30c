"""Answers for single inputs, beyond a plain ``if``: a choice, a conditional value, a table asked first, a look at who
is calling."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.guard.code_lines import LINE, Source, indent_of

LITERAL = r"(?:[A-Za-z]{0,2}\"(?:\\.|[^\"\\]){1,120}\"|'(?:\\.|[^'\\]){1,120}'|`[^`$]{1,120}`|-?\d[\d_]*(?:\.\d+)?\w?)"
SAME = re.compile(
    rf"(?:\bif\s+)?\(?([\w.>*-]+)\s*===?\s*({LITERAL})\)?\s*\?\s*({LITERAL})\s*:\s*\1(?!\w)"
    rf"|({LITERAL})\s+if\s+([\w.]+)\s*==\s*({LITERAL})\s+else\s+\5\b"
    rf"|\bif\s+([\w.]+)\s*==\s*({LITERAL})\s*\{{\s*({LITERAL})\s*\}}\s*else\s*\{{\s*\7\b"
)
"""A value that is itself but for one, which is another."""

SWITCH = re.compile(r"^(?:switch|match|when)\b")
BRANCH = re.compile(rf"^(?:case\s+)?{LITERAL}(?:\s*[|,]\s*{LITERAL})*\s*(?::|=>|->)|^case\s+{LITERAL}")
RETURNS = re.compile(rf"\breturn\b[^;]*?{LITERAL}|(?::|=>|->)\s*(?:return\s+)?[\w.(]*{LITERAL}")
PAIRS = re.compile(rf"{LITERAL}\]?\)?\s*(?::|=>|,)\s*[\[({{]*[\w.(]*\s*(?:\w+\s*[:=]\s*)?{LITERAL}")
NAMED = re.compile(r"^(?:[\w<>,\[\] ]+\s)?(\w+)(?:\s*:[^=]+)?\s*:?=\s*")
EQUAL = re.compile(rf"===?\s*({LITERAL})|\.equals\(\s*({LITERAL})|({LITERAL})\s*(?:===?|\.equals\()")
ANSWERED = re.compile(rf"\breturn\s+[\w.:(]*?({LITERAL})\W*$")
CALLERS = re.compile(
    r"\bgetStackTrace\(\)|\bStackWalker\b|\binspect\.(?:stack|currentframe)\(|\bsys\._getframe\(|\bruntime\.Callers?\("
    r"|\bnew Error\(\)\.stack\b|\btraceback\.(?:extract_stack|format_stack)\(|\bBacktrace::\w*capture\(|\bbacktrace\("
)
RUNNERS = re.compile(
    r"[\"'`][^\"'`]{0,40}\b(?:pytest|unittest|py\.test|nose|jest|vitest|mocha|jasmine|junit|surefire|testng|gtest"
    r"|nextest|ctest)\b[^\"'`]{0,20}[\"'`]"
)
ASKS = re.compile(r"\b(?:if|elif|any|all|when)\b|\?\s|&&|\|\||\bin\b|\bassert\b|\.(?:includes|contains|some|has)\(")
IN_TEST = re.compile(
    r"\b(?:in|is|under|running|during)_?(?:a_?)?[tT]ests?(?:ing|Run|Env\w*|Mode)?\b"
    r"|^#\s*(?:if|ifdef|elif)\b.*\b(?:\w+_)?(?:UNIT_?)?TESTS?(?:ING)?(?:_\w+)?\b"
    r"|^#\s*(?:if|ifdef|ifndef|elif)\b.*\b(?:UNITY_(?:INCLUDE|OUTPUT|SUPPORT|FRAMEWORK|BEGIN|END)|CMOCKA_|DOCTEST_|GTEST_"
    r"|CPPUTEST_|CATCH_(?:CONFIG|VERSION))"
    r"|\bglobal(?:This)?\b[^.]{0,12}\.(?:expect|describe|it|jest|vi|mocha)\b"
)
IMPORT = re.compile(r"^(?:import|from|use|using|#include|package|export)\b|\brequire\(")
MOST_BRANCHES = 4


def special(source: Source, added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """The first line that answers for one input only, with its number."""
    return _itself(added) or _choice(source, added) or _asked_first(source, added) or _both(source, added)


def detected(source: Source, added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """The first line that looks at who calls, or for the name of a test runner."""
    was = "\n".join(source.touch.before or ())
    for number, line in added:
        if CALLERS.search(line) and not CALLERS.search(was):
            around = " ".join(text for at, text in added if abs(at - number) <= 4)
            if re.search(r"(?i)test|spec", around):
                return number, line
        if IN_TEST.search(line) and not IN_TEST.search(was):
            return number, line
        found = None if IMPORT.match(line) else RUNNERS.search(line)
        if found and ASKS.search(line) and found[0] not in was:
            return number, line
    return None


def _itself(added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    for number, line in added:
        found = SAME.search(line)
        words = {word for word in found.groups() if word and len(word) > 1} if found else set()
        if len({word for word in words if re.match(LITERAL, word)}) > 1:
            return number, line
    return None


def _goes_on(source: Source, number: int, new: set[int]) -> bool:
    """Whether code that was there goes on below a line, as far in as that line is."""
    indent = indent_of(source.after[number - 1])
    for at in range(number + 1, min(len(source.after), number + 40) + 1):
        line = source.after[at - 1]
        if not line.strip() or at in new or (indent_of(line) == indent and line.strip() in {"}", ")"}):
            continue
        return indent_of(line) == indent and line.strip() not in {"}", "end"}
    return False


def _choice(source: Source, added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """A whole choice put before the code: each branch a literal with an answer, all else going on."""
    new = {number for number, _ in source.added}
    for index, (number, line) in enumerate(added):
        if not SWITCH.match(line) or not _goes_on(source, number, new):
            continue
        indent = indent_of(source.after[number - 1])
        inside: list[str] = []
        for at, text in added[index + 1 : index + 16]:
            if indent_of(source.after[at - 1]) < indent or (
                indent_of(source.after[at - 1]) == indent and not BRANCH.match(text)
            ):
                break
            inside.append(text)
        branches = sum(bool(BRANCH.match(text)) for text in inside)
        if 0 < branches <= MOST_BRANCHES and any(RETURNS.search(text) for text in inside):
            return number, next(text for text in inside if BRANCH.match(text))
    return None


def _asked_first(source: Source, added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """A small table of literals, new with the fix, whose answer goes out before the code is reached."""
    new = {number for number, _ in source.added}
    for index, (number, line) in enumerate(added):
        named = NAMED.match(line)
        if named is None or not (
            PAIRS.search(line) or any(PAIRS.match(text) for _, text in added[index + 1 : index + 3])
        ):
            continue
        name = re.escape(named[1])
        asks = re.compile(rf"(?:\bin\s+{name}\b|\b{name}(?:\.(?:get|has|contains\w*|find)\w*\(|\[|!?\.\w+\())")
        for at, text in added:
            if at == number or not asks.search(text):
                continue
            below = " ".join(other for other_at, other in added if at <= other_at <= at + 3)
            last = max(other_at for other_at, _ in added if at <= other_at <= at + 3)
            if re.search(r"\b(?:if|when|elif|unless)\b", below) and "return" in below and _goes_on(source, at, new):
                return (number, line) if last else None
    return None


def _both(source: Source, added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """A condition on two literals or more whose answer is a literal that the code did not know."""
    was = "\n".join(source.touch.before or ())
    for index, (number, line) in enumerate(added):
        if not re.match(r"^[}\s]*(?:else\s+)?(?:if|elif|when)\b", line) or len(EQUAL.findall(line[:LINE])) < 2:
            continue
        for at, text in added[index : index + 3]:
            found = ANSWERED.search(text)
            if found and at - number <= 2 and len(found[1].strip("\"'`")) > 1 and found[1] not in was:
                return number, line
    return None
