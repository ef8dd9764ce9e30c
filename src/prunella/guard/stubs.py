"""Code that pretends: bodies that do nothing, answers made for the test's own input, a look at who is asking."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.guard import code_special
from prunella.guard.code_blocks import FUNCTIONS, Block, Blocks, statements
from prunella.guard.code_lines import LINE, Source
from prunella.guard.code_told import told
from prunella.guard.view import Failing, Found, RuleInfo, View
from prunella.guard.weakened_cases import suspicion

INFOS = (
    RuleInfo("stub", "code", "A fix leaves no body unwritten.", example="throw new Error('not implemented')"),
    RuleInfo(
        "body-emptied", "code", "A fix does not put nothing in the place of what a function did.", example="return null"
    ),
    RuleInfo(
        "special-case", "code", "A fix is for every input, not for the test's.", example="if (x === 'abc') return 42"
    ),
    RuleInfo(
        "test-detected", "code", "Code does not ask whether it is tested.", example="process.env.NODE_ENV === 'test'"
    ),
)

UNWRITTEN = re.compile(
    r"\btodo!\(|\bunimplemented!\(\s*(?:\)|\"(?i:todo|not|stub|implement))"
    r"|\braise\s+NotImplementedError\b|\bNotImplementedException\b"
    r"|\bUnsupportedOperationException\(\s*(?:\)|\"(?i:not (?:yet )?implemented|todo))"
    r"|(?i:(?:throw|raise|panic|fatal\w*|abort|error"
    r"|die)\b.{0,60}(?:not[ _-]?(?:yet[ _-]?)?implemented|unimplemented|\bTODO\b|\bstub\b))"
    r"|(?<![.\w])TODO\(\s*(?:\"|\)$)"
    r"|\bunreachable!\(\s*\)|\bloop\s*\{\s*\}|\bfor\s*\(\s*;\s*;\s*\)\s*(?:;|\{\s*\})|\bfor\s*\{\s*\}"
    r"|\braise\s+NotImplemented\b|\bfatalError\(\s*\)"
)
TESTED = re.compile(
    r"NODE_ENV\b.{0,20}['\"]test|['\"]test['\"].{0,20}NODE_ENV|\bJEST_WORKER_ID\b|\b(?:process\??\.env\??\."
    r"|import\.meta\.)(?:VITEST|vitest|JEST\w*|MOCHA\w*|TEST\b|TESTING)|\btypeof\s+(?:jest|vi|describe"
    r"|it|expect|mocha|jasmine)\b"
    r"|\bglobal(?:This)?\.(?:jest|describe|it|expect|vi|__TEST\w*)\b|[\"'](?:pytest|unittest|nose"
    r"|_pytest)[\"']\s*(?:not\s+)?in\s+sys\.modules|\bsys\.modules\.get\(\s*[\"'](?:pytest|unittest)"
    r"|\bPYTEST_(?:CURRENT_TEST|VERSION|XDIST\w*)\b|[\"']PYTEST"
    r"|\bcfg!\(\s*(?:not\(\s*)?(?:test|debug_assertions)\b|\bcfg\(\s*not\(\s*test\b|\btesting\.Testing\(\)"
    r"|\bflag\.Lookup\(\s*\"test\.|[\"'`]-?\.?test(?:\.v|\.run)[\"'`=]|os\.Args\[0\].{0,40}test"
    r"|HasSuffix\(\s*os\.Args\[0\]"
    r"|\b_{0,2}(?:IS_|RUNNING_)?TEST(?:S|ING)?_{0,2}\b(?=\s*(?:\)|&&|\|\||===?|:|\?|\{|$))"
    r"|\bis_?(?:running_?)?(?:in_?|under_?)tests?\b|\bisTest(?:ing|Env\w*|Mode)?\b"
    r"|getenv\(\s*\"\w*(?:TEST|CTEST|GTEST|JUNIT)\w*\""
    r"|(?:getenv|environ(?:\.get)?|Getenv|env::var(?:_os)?)[\[(]\s*[\"'](?:\w*_)?(?:TEST|TESTING"
    r"|PYTEST\w*|CI|RUST_TEST\w*|CARGO(?!_CFG|_FEATURE|_PKG|_HOME)\w*|JUNIT\w*|GTEST\w*|NEXTEST\w*)[\"']|process\.env\.CI\b"
    r"|surefire|org\.junit|junit\.framework|gtest\.h|\bGTEST_|sys\.argv\[0\].{0,30}test"
    r"|stack\b.{0,40}\.(?:test|spec)\."
    r"|\binspect\.stack\(\).{0,60}test|process\.argv.{0,40}(?:jest|mocha|vitest|test)"
    r"|npm_lifecycle_event|\.function\b.{0,20}[\"\']test|\bglobal(?:This)?\.(?:it|test|describe"
    r"|beforeEach)\b|co_name\b.{0,20}[\"\']test"
)
IMPORT = re.compile(r"^(?:import|from|use|using|#include|package)\b")
LITERAL = (
    r"(?:[A-Za-z]{0,2}\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`$]*`|-?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?[fFlLuU]*)"
)
SPECIAL = re.compile(
    rf"\b(?:el)?(?:if|when|unless)\b.{{0,200}}?(?:(?:===?|\.equals(?:IgnoreCase)?\(|\bis|\beq"
    rf"|\bin\s*[\[({{])\s*{LITERAL}|{LITERAL}\s*(?:===?|\.equals\()|\bstr\w*cmp\(|\bmemcmp\()"
)
HAS_LITERAL = re.compile(LITERAL)
ANSWER = re.compile(
    rf"\breturn\s+(?!.{{0,30}}[eE]rr)(?:[\w.]*[\[\](){{<>&]*\s?){{0,4}}?(?:\w+\s*[:=]\s*)?({LITERAL})"
    rf"|^\s*(?:Ok\(|Some\()?({LITERAL})(?:\.to_string\(\)|\.into\(\)|\.to_owned\(\))?\)*\s*;?$"
    rf"|=\s*[\[({{]*({LITERAL})[\])}},]*\s*;?$"
)
ENTRY = re.compile(rf"^(?:case\s+)?[\[(]?\s*({LITERAL})\s*[\])]?\s*(?::|=>|,)\s*(?:return\s+)?({LITERAL})")
TABLE = re.compile(
    r"^(?:(?:export|static|final|private|public|const|let|var|val"
    r"|pub)\s+)*(?:[\w<>, ]+\s)?(\w+)(?:\s*:[^=]+)?\s*:?=\s*(?:new\s+\w+[^{(\[]*|Map\.of\w*|dict"
    r"|HashMap::from|map\[\w+\]\w+)?[({\[].*"
)
PAIR = re.compile(rf"{LITERAL}\]?\s*(?::|=>)\s*{LITERAL}|(?:Map\.of\(|\{{\{{)\s*{LITERAL},\s*{LITERAL}")
EQUALITY = re.compile(
    r"\bdef __(?:eq|ne|contains|bool|lt|gt)__\(|\bboolean equals\(|\bfun equals\(|\bfn eq\(&self"
    r"|\bbool operator==|\bEqual\(.*\) bool \{|\bbool Equals\("
)
ODD = re.compile(r"^.?[\"'](?=.*[\d\s,;/+])[^\"']{6,}[\"']$")
"""A text that only a test would ask for."""

ODDEST = re.compile(r"^.?[\"'](?=(?:[^\s,;=+()\d]*[\s,;=+()\d]){3})[^\"']{12,}[\"']$")
"""The same so plainly that any constant is an answer made for it."""

YES_OR_NO = re.compile(r"\breturn\s+(?:true|false|True|False|None|nil|null|NULL)\b\s*;?\s*\}?$")
PARTLY = re.compile(
    rf"\b(?:el)?(?:if|when|unless)\b.{{0,200}}?(?:starts_?[wW]ith|ends_?[wW]ith|HasPrefix|HasSuffix|[iI]ncludes"
    rf"|[cC]ontains)\([^\"'`]{{0,60}}{LITERAL}"
)

SWITCH = re.compile(r"^(?:switch|match)\b")
BRANCH = re.compile(rf"^(?:case\s+)?{LITERAL}\s*(?::|=>|->).*|^case\s+{LITERAL}")
FALLS_THROUGH = re.compile(r"\bdefault\s*:\s*break\b|\b_\s*=>\s*(?:\{\s*\}|\(\))|\bdefault\s*->\s*\{\s*\}")
TRIVIAL = frozenset({"0", "1", "-1", "2", '""', "''", "``", "10", "100", "0.0", "1.0"})
PASSING = re.compile(
    r"^(?:pass|\.\.\.|return\s*;?|;|return\s+(?:None|null|nil|undefined|true|false|True|False|0|-1|1"
    r"|\"\"|''|``|\[\]|\{\}|\(\)|NULL|nullptr|Ok\(\(\)\)|\w+\{\}|new\s+\w+\(\)|Optional\.empty\(\)"
    r"|nil,\s*nil|\"\",\s*nil|0,\s*nil|false,\s*nil)\s*;?"
    r"|(?:None|Ok\(\(\)\)|true|false|0|Vec::new\(\)|vec!\[\]|String::new\(\)|Default::default\(\)"
    r"|Ok\((?:Default::default\(\)|vec!\[\]|Vec::new\(\)|String::new\(\)|None|true|false|0)\)"
    r"|Self::default\(\))"
    r"|[\"'].*[\"']|[{}()\];,]+|end|_ = \w+;?|\(void\)\s*\w+;|return\s+self;?|return\s+this;?"
    r"|super\(.*\);?|abort\(\);?|loop \{\s*\}|panic!?\(.*\);?|unreachable!\(.*\);?|(?:throw|raise)\b.*"
    r"|(?:std::)?(?:process::)?(?:abort|exit)\(.*\);?)$"
)
MOST_BODY = 3
"""Statements that a body must have had for its loss to count."""


def stubs(source: Source, view: View) -> Found:
    """A suspicion for code that only looks as if it did something."""
    if not source.language or source.touch.after is None or "config" in source.kinds:
        return []
    equal = _equal(source)
    if source.is_test:
        return _special_found(source, equal)
    found: Found = []
    first = source.inner_tests()
    added = [(number, line.strip()[:LINE]) for number, line in source.added if number < first]
    unwritten = _first(added, UNWRITTEN, source)
    if unwritten and not _abstract(source, unwritten[0]):
        found.append(suspicion("stub", source.path, f"it leaves code unwritten: {unwritten[1][:80]}", unwritten[0]))
    asked = _first(added, TESTED, source) or code_special.detected(source, added)
    if asked:
        found.append(
            suspicion("test-detected", source.path, f"the code asks whether it is tested: {asked[1][:80]}", asked[0])
        )
    special = _special(added, source, view.failing) or _table(added) or _switch(added) or equal
    found += _special_found(source, special or code_special.special(source, added))
    found += told(source, view.failing)
    if source.touch.before is not None:
        found += _emptied(source)
    return found


def _special_found(source: Source, special: tuple[int, str] | None) -> Found:
    if special is None:
        return []
    return [suspicion("special-case", source.path, f"an answer for one input: {special[1][:80]}", special[0])]


def _first(added: Sequence[tuple[int, str]], pattern: re.Pattern[str], source: Source) -> tuple[int, str] | None:
    hits = [(number, line) for number, line in added if pattern.search(line) and not IMPORT.match(line)]
    if not hits:
        return None
    were = sum(bool(pattern.search(line[:LINE])) for _, line in source.removed)
    return hits[were] if len(hits) > were else None


def _abstract(source: Source, number: int) -> bool:
    """Whether what is unwritten is meant for subclasses to write."""
    above = " ".join(source.after[max(0, number - 6) : number])
    block = Blocks(source.after, source.language, FUNCTIONS).around(number)
    base = any("NotImplemented" in line or "unimplemented" in line for line in source.before)
    return "abstract" in above.casefold() or (base and block is not None and _is_new(source, block))


def _is_new(source: Source, block: Block) -> bool:
    """Whether all of a function was added: one more of those that a base class only names."""
    added = {number for number, _ in source.added}
    return all(number in added for number in range(block.start, block.end + 1) if source.after[number - 1].strip())


def _special(added: Sequence[tuple[int, str]], source: Source, failing: Failing) -> tuple[int, str] | None:
    """A condition on a literal with a literal for an answer."""
    for index, (number, line) in enumerate(added):
        entry = ENTRY.match(line)
        if entry and failing.known and all(_told(word, failing.text) for word in entry.groups()):
            return number, line
        asked = [word for word in HAS_LITERAL.findall(line.partition("return")[0]) if not _trivial(word)]
        oddest = any(ODDEST.match(word) for word in asked)
        if not SPECIAL.search(line) and not (oddest and PARTLY.search(line)):
            continue
        below = [text for at, text in added[index : index + 3] if at - number <= 2]
        answers = [word for text in below for found in ANSWER.findall(text) for word in found if word]
        if not any(ODD.match(word) for word in asked):
            answers = [word for word in answers if not _trivial(word)]
        if not asked or not (answers or (oddest and any(YES_OR_NO.search(text) for text in below))):
            continue
        words = {*asked, *(word for word in answers if not _trivial(word))}
        if all(any(word in old for old in source.touch.before or ()) for word in words):
            continue
        if (answers and all(answer in asked for answer in answers)) or (not failing.known and _mapped(source, line)):
            continue
        return number, line
    return None


def _table(added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """A table of literals that is asked first: ``if (answers[word]) return answers[word]``."""
    for index, (number, line) in enumerate(added):
        found = TABLE.match(line)
        if found is None or not (
            PAIR.search(line) or any(ENTRY.match(text) for _, text in added[index + 1 : index + 3])
        ):
            continue
        name = re.escape(found[1])
        asked = re.compile(
            rf"^(?:if|elif|when)\b.*(?:\bin {name}\b|\b{name}(?:\.(?:get|has|contains_key|containsKey"
            rf"|contains)\(|\[))|^return {name}\.(?:get|getOrDefault)\("
        )
        below = [text for _, text in added[index + 1 : index + 40]]
        if any(asked.search(text) and "return" in " ".join(below[at : at + 2]) for at, text in enumerate(below)):
            return number, line
    return None


def _switch(added: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """A choice put before the code that answers for some literals and lets all else pass."""
    for index, (number, line) in enumerate(added):
        below = [text for _, text in added[index + 1 : index + 14]]
        if SWITCH.match(line) and FALLS_THROUGH.search(" ".join(below)):
            answered = [
                at for at, text in enumerate(below) if BRANCH.match(text) and "return" in " ".join(below[at : at + 2])
            ]
            if answered:
                return number, below[answered[0]]
    return None


def _equal(source: Source) -> tuple[int, str] | None:
    """An equality that holds for everything."""
    for number, line in source.added:
        if EQUALITY.search(line[:LINE]):
            body = " ".join(text.strip() for text in source.after[number - 1 : number + 2])
            if re.search(r"[{:]\s*(?:return\s+)?(?:True|true|1)\b\s*;?\s*(?:\}|$)", body):
                return number, line.strip()
    return None


def _trivial(word: str) -> bool:
    """Whether a literal is so common that it says nothing of a test."""
    return word in TRIVIAL or "\\" in word[:3] or (len(word.strip("\"'`")) < 2 and not word[0].isdigit())


def _told(word: str, text: str) -> bool:
    plain = word.strip("\"'`")
    return len(plain) > 1 and plain in text


def _mapped(source: Source, line: str) -> bool:
    """Whether the file decides by literals like that already: one case more is of its kind."""
    shape = HAS_LITERAL.sub("_", line)
    return any(HAS_LITERAL.sub("_", old.strip()[:LINE]) == shape for old in source.before)


def _emptied(source: Source) -> Found:
    """Functions of which nothing is left that does anything."""
    then = Blocks(source.after, source.language, FUNCTIONS)
    now = then.touched([number for number, _ in source.added] or [])
    first = Blocks(source.before, source.language, FUNCTIONS)
    old = first.touched(number for number, _ in source.removed)
    for name, block in old.items():
        after = now.get(name) or then.named(name)
        if after is None or first.names.count(name) != then.names.count(name):
            continue
        had = _body(source.before, block)
        left = _body(source.after, after)
        if len([text for text in had if not PASSING.match(text)]) >= MOST_BODY and _is_idle(left):
            reason = f"{name} does nothing any more"
            return [suspicion("body-emptied", source.path, reason, after.start)]
    return []


def _is_idle(left: Sequence[str]) -> bool:
    """Whether nothing is done, and the same is returned whatever comes."""
    rest = [text for text in left if not re.match(r"(?:\}\s*)?(?:if|else)\b[^;]*(?:\{|:)$", text)]
    return all(PASSING.match(text) for text in rest) and len({text for text in rest if text[0].isalpha()}) <= 1


def _body(lines: Sequence[str], block: Block) -> list[str]:
    """The statements of a function without its head."""
    whole = [text for _, text in statements(lines, block)]
    return [text for text in whole[1:] if not text.startswith("@")]
