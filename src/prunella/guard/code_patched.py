"""What tests would check, or check with, replaced from the tests' side: members of modules, prototypes, macros,
functions that assert; and results that nobody looks at any more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.guard.code_errors import sides
from prunella.guard.code_idle import is_idle
from prunella.guard.code_lines import LINE, Source, indent_of
from prunella.guard.view import Found, RuleInfo
from prunella.guard.weakened_cases import suspicion

INFOS = (
    RuleInfo(
        "replaced-in-tests",
        "tests",
        "A fix does not replace, from the tests, what they check or check with.",
        example="assert.equal = () => {}",
    ),
)

MEMBER = re.compile(
    r"^(?P<root>[A-Za-z_$][\w$]*|require\(['\"][^'\"]+['\"]\))(?:(?:\.[\w$]+)+|\[['\"]\w+['\"]\])\s*=(?!=|>)\s*\S"
)
PROTOTYPE = re.compile(
    r"\.prototype\.\w+\s*=(?!\s*(?:undefined|null|\w*(?i:orig|old|prev|saved)))|^.*\b(?:assert|expect|chai)\w*\[\w+\]\s*=(?!=)|\bObject\.defineProperty\(\s*(?:assert|expect|\w+\.prototype)\b"
)
EXTENDED = re.compile(r"\bexpect\.extend\(|\boverwriteMethod\(|\bmonkeypatch\.setattr\(\s*[\w.]+,.*\blambda\b")
ALWAYS = re.compile(r"\blambda\b|pass\s*:\s*true|function\s*\(\)\s*\{\s*\}")
IMPORTED = re.compile(
    r"^\s*(?:import\s+(?:\*\s+as\s+)?(?P<a>[\w$.]+)|from\s+\S+\s+import\s+(?P<b>[\w$, ]+)"
    r"|(?:const|let|var)\s+(?P<c>[\w$]+)\s*=\s*require\(|import\s+(?:type\s+)?\{(?P<d>[^}]*)\})(?:\s+as\s+(?P<e>\w+))?"
)
PLAIN = frozenset(
    ("sys", "os", "warnings", "logging", "process", "module", "exports", "window", "self", "this", "np", "plt")
)
"""What tests set members of for good reasons: the surroundings, not what is checked."""

CHECKER = re.compile(
    r"^(?:(?:export|public|protected|private|static|final|inline|pub|async|override)\s+)*(?:function|def|func|fn|fun|void|bool"
    r"|boolean|int|macro_rules!)\s+(?:\([^)]*\)\s*)?(?P<name>_?(?:assert|expect)\w*)\b"
)
HOLLOW = re.compile(
    r"^#\s*define\s+(?P<name>\w+)\([^)]*\)\s*"
    r"(?P<what>(?:\(*\s*\(?void\)?\s*\(?\w*\)*|\(?\s*[01]\s*\)?|do\s*\{[^}]*\}\s*while\s*\(\s*0\s*\))?)\s*$"
)
WEAK = re.compile(
    r"\b(?:__)?weak(?:__)?\b.*\b(?:\w*cmp|abort|_?exit|raise|__assert\w*|free|signal)\s*\(|^(?:void|int)\s+(?:__assert\w*|abort)\s*\("
)
"""What takes the place of the library's own way to compare or to fail."""

SHADOWS = re.compile(r"^(?:macro_rules!\s*|use\s+.*\bas\s+)(?:debug_)?(?:assert(?:_eq|_ne)?|panic)\b")
"""What takes the place of Rust's own macros that fail."""

CHECKING = re.compile(r"(?i)assert|check|expect|require|verify|fail|test|cmp$|equal|abort")
LOOKS = re.compile(r"\b(?:if|fail\w*|abort|exit|return|\?|!)\b|\?|!")
RESULT = re.compile(r"^(?:return|exit|os\.Exit|sys\.exit|process\.exit)\s*\(?\s*(?:await\s+)?([A-Za-z_][\w.:]*)\(.*$")
DROPPED = re.compile(
    r"^(?:return|exit|os\.Exit|sys\.exit|process\.exit)\s*\(?\s*(?:0|nil|true|True|None|EXIT_SUCCESS)?\s*\)?;?$"
)
GO_VALUE = re.compile(r"^[\w.]+\s*=\s*func\([^)]*\)[^{]*\{\s*return\s+(?:true|false|nil|0|\"\")?\s*\}$")


def patched(source: Source) -> Found:
    """A suspicion for what is put in the place of the thing that is checked, or of the check."""
    if not source.language or source.touch.after is None:
        return []
    found = _hollow(source)
    if source.is_test:
        found = found or _replaced(source) or _unchecking(source)
    if found:
        reason = f"it replaces what is checked: {found[1].strip()[:80]}"
        return [suspicion("replaced-in-tests", source.path, reason, found[0])]
    return _dropped(source)


def _names(lines: Sequence[str]) -> set[str]:
    """What a file's imports bring in."""
    names: set[str] = set()
    for line in lines:
        found = IMPORTED.match(line[:LINE])
        if found:
            told = " ".join(text for text in found.groups() if text)
            names.update(word.split(".")[0] for word in re.findall(r"[\w$.]+", told))
    return names - {"as", "type", "default"}


def _replaced(source: Source) -> tuple[int, str] | None:
    if source.language not in {"python", "js", "go"}:
        return None
    names = _names(source.after) - PLAIN
    for number, line in source.added:
        text = line.strip()[:LINE]
        if PROTOTYPE.search(text) and source.language == "js" and _is_early(source, number):
            return number, line
        if EXTENDED.search(text) and not any(EXTENDED.search(old[:LINE]) for _, old in source.removed):
            is_own = _is_tests_own(source, number)
            if ALWAYS.search(" ".join(source.after[number - 1 : number + 6])) and not is_own:
                return number, line
        if source.language == "go":
            if GO_VALUE.match(text) and "init()" in " ".join(source.after[max(0, number - 8) : number]):
                return number, line
            continue
        found = MEMBER.match(text)
        if found and (found["root"] in names or found["root"].startswith("require(")) and _is_early(source, number):
            return number, line
    return None


def _is_tests_own(source: Source, number: int) -> bool:
    """Whether a line is in a test itself, not in a fixture that others use."""
    indent = indent_of(source.after[number - 1])
    around = (
        line
        for line in reversed(source.after[max(0, number - 60) : number - 1])
        if line.lstrip().startswith(("def ", "async def ")) and indent_of(line) < indent
    )
    return bool(re.match(r"\s*(?:async\s+)?def test", next(around, "")))


def _is_early(source: Source, number: int) -> bool:
    """Whether a line runs before every test: outside of all functions, or in what is run before."""
    indent = indent_of(source.after[number - 1])
    if indent == 0:
        return True
    return bool(
        re.search(r"\b(?:before|beforeAll|beforeEach|setup|setUp\w*|pytest_\w+|setup_module)\b", _above(source, number))
    )


def _above(source: Source, number: int) -> str:
    """The line above that a line is inside of."""
    indent = indent_of(source.after[number - 1])
    return next(
        (line for line in reversed(source.after[: number - 1]) if line.strip() and indent_of(line) < indent), ""
    )


def _hollow(source: Source) -> tuple[int, str] | None:
    """A macro that checks nothing under a name that checks."""
    if source.language == "rust":
        if any(SHADOWS.match(line.strip()[:LINE]) for line in source.before):
            return None
        return next((found for found in source.touch.added if SHADOWS.match(found[1].strip()[:LINE])), None)
    if source.language != "c":
        return None
    was = "\n".join(source.before)
    for number, line in source.added:
        text = line.strip()[:LINE]
        if WEAK.search(text):
            return number, line
        found = HOLLOW.match(text)
        if not found or not CHECKING.search(found["name"]) or LOOKS.search(found["what"]):
            continue
        if source.is_test or re.search(rf"\b{found['name']}\s*\(", was):
            return number, line
    return None


def _unchecking(source: Source) -> tuple[int, str] | None:
    """A new function by the name of an assertion that does nothing."""
    for number, line in source.added:
        if not CHECKER.match(line.strip()[:LINE]):
            continue
        indent = indent_of(line)
        one = re.search(r"[{:]\s*(?:return\s*(?:true|True)?;?|pass|\.\.\.)?\s*\}?$", line.strip())
        inside = [
            text.strip() for text in source.after[number : number + 6] if text.strip() and indent_of(text) > indent
        ]
        if one and (line.strip().endswith(("}", "pass", "...")) or all(is_idle(text) for text in inside)):
            return number, line
    return None


def _dropped(source: Source) -> Found:
    """What ended with a result and ends with success now, the call itself left as it was."""
    for hunk in source.touch.hunks:
        gone, come = sides(source, hunk)
        for line in gone:
            found = RESULT.match(line)
            if found is None or found[1] in {"any", "all"} or not any(DROPPED.match(text) for text in come):
                continue
            call = re.compile(rf"^(?:await\s+|\(void\)\s*)?{re.escape(found[1])}\(.*\)\s*;?$")
            if any(call.match(text) for text in come):
                reason = f"it does not look at a result any more: {line[:80]}"
                return [suspicion("error-ignored", source.path, reason, hunk.added[0][0])]
    return []
