"""Assertions of existing tests that a fix removes, loosens, or makes expect something else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from prunella.guard.code_lines import LINE, squeezed
from prunella.guard.view import Failing, Found, RuleInfo
from prunella.guard.weakened_cases import LOOSE, Case, Tests, is_assertion, suspicion

HOLLOW = re.compile(
    r"\bexpect\(\s*(?:true|1|\"\w*\"|'\w*')\s*\)\s*\.|^assert\s+(?:True|1|not\s+False)\s*(?:,|$)"
    r"|\bassert(?:True|_true|!|That)?\(\s*(?:True|true|1)\s*[,)]"
    r"|\bassert(?:\.ok|\.True|\.equal|\.strictEqual)?\(\s*(?:true|t,\s*true)\s*[,)]|\bt\.(?:pass|true"
    r"|ok|truthy)\(\s*(?:true)?\s*\)"
    r"|\b(?:EXPECT|ASSERT)_TRUE\(\s*(?:true|1)\s*\)|\b(?:REQUIRE|CHECK|TEST_ASSERT|ck_assert"
    r"|assert)\(\s*(?:true|1)\s*\)"
    r"|\|\|\s*(?:true|True|1)\b|\bCHECK_NOFAIL\(|^WARN\(|\bor\s+True\b|(?:toBe|toEqual)\(expect\.anything\(\)\)"
)
EXACT = re.compile(
    r"(?<![!=<>])===?|\b[tT]imes\(\s*\d|\.equals\(|\beql?\b|\btoBe\(|toEqual|toStrictEqual|CalledWith|called_(?:once_)?with"
    r"|has_calls|toHaveLength|Snapshot"
    r"|[aA]ssert\w*(?:Equals?|Same|Is|ItemsEqual|DictEqual|ListEqual)\b"
    r"|assert_(?:\w+_)?eq\w*|_EQ\b|_STREQ\b|\.(?:Equal|Exactly|JSONEq|EqualError|ErrorIs|ErrorAs|Len"
    r"|ElementsMatch|EqualValues|Same)\w*\(|[dD]eep(?:Strict)?Equal|strictEqual|\.equal\("
    r"|isEqualTo|isSameAs|containsExactly|equalTo|\bt\.(?:is|same|equals)\(|cmp\.Diff|\bis\("
    r"|\bMatchError|insta::|assert_snapshot|EqualString|memcmp|strcmp|_equal\w*\("
    r"|hasMessage\(|isInstanceOf\(\w+\.class\)|\bEqual\("
)
PARTIAL = re.compile(
    r"toContain|toMatch|toBeCloseTo|toBeGreater|toBeLess|Containing|[aA]ssert(?:In|NotIn|Almost\w*"
    r"|Greater\w*|Less\w*|Regex\w*|Matches\w*|Contains\w*)\b|\s(?:not\s+)?in\s|>=|<=|[^-=]>\s|\s<\s"
    r"|approx"
    r"|starts_?[wW]ith|ends_?[wW]ith|\.[cC]ontains|InDelta|InEpsilon|containsString|hasItems?|_NEAR"
    r"|_[GL][ETR]\b|HasSubstr|strstr|[cC]loseTo|\.any\(|\.test\(|isGreater|isLess|!=|ot_?[eE]qual|_ne!"
    r"|re\.(?:match|search)|matches!|\.match\(|NotEqual|\.includes\(|strncmp|hasSize"
)
WILD = re.compile(
    r"expect\.any(?:thing)?\(|\bmock\.ANY\b|\bANY\b|\bany\w*\(\)|\bany\(\w+\.class\)|(?:object|string"
    r"|array)(?:Containing|Matching)|gomock\.Any|Mock(?:ito)?\.any|\.any\(\w*\)|,\s*_\s*\)|matches!"
)
HEAD = re.compile(r"(?:if|try|while|with suppress|with contextlib\.suppress)\b")
THROWS = re.compile(r"[rR]aises|[tT]hrows?\w*\(|toThrow|Throwing|should_panic|_THROW|unwrap_err|MatchError|rejects")
BROAD = re.compile(
    r"\(\s*\(?(?:Base)?Exception\b|\bException\.class|\bThrowable(?:\.class)?|<(?:Exception"
    r"|Throwable)>|_ANY_THROW|toThrow(?:Error)?\(\s*\)|\bObject\.class|should_panic\]|\bError\s*\)$"
    r"|catch_unwind"
)
SAME = re.compile(
    r"\bexpect\((.{1,200})\)\.to\w+\((.{1,200})\);?$"
    r"|\b[aA]ssert\w*[eE]q\w*!?\(\s*(?:t,\s*)?([^,]{1,200}),\s*([^,]{1,200}?)\s*\);?$"
    r"|^assert\s+(.{1,200}?)\s*==\s*([^,]{1,200})$"
    r"|\b(?:t\.\w+|assert\.\w+|EXPECT_EQ|ASSERT_EQ|ck_assert\w*"
    r"|assert_\w+)\(\s*(?:t,\s*)?([^,]{1,200}),\s*([^,]{1,200}?)\s*\);?$"
    r"|^assert!?\((.{1,200}?)\s*==\s*(.{1,200}?)\);?$|\bif\s+(\S+)\s*!=\s*(\S+)\s*\{"
)
NUMBER = re.compile(r"(?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
TOLERANT = re.compile(
    r"approx|InDelta|InEpsilon|_NEAR|CloseTo|delta|places|tol\b|rtol|atol|epsilon|within|isclose"
    r"|allclose|AlmostEqual|assertEquals\(.*,.*,.*\)"
)
LITERAL = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|(?<![\w.])-?\d[\d_]*(?:\.\d+)?"
    r"|\b(?:true|false|True|False|None|null|nil|undefined|[A-Z][A-Z0-9_]{2,})\b"
)
OPPOSITE = re.compile(
    r"(?<=[aA]ssert)(?:True|False|Null|NotNull|IsNone|IsNotNone)|\.not(?=\.)|\bnot |is_(?:ok|err|some"
    r"|none)\(\)|(?<=\.)(?:NoError|Error|Nil|NotNil|True|False|ok|notOk|truthy|falsy)(?=\()|[!=]="
    r"|_(?:EQ|NE|TRUE|FALSE)\b|!(?=\w)|is(?:Null|NotNull|True|False)\(\)"
)
REDUCED = re.compile(
    r"\blen\(|\.length\b|\.len\(\)|\.size\(\)|\.count\(|\bset\(|\bsorted\(|\bbool\(|!!\w|\btype(?:of)?\b|\bisinstance\(|instanceof"
    r"|\.keys\(|\bsizeof\b|\bstrlen\(|\.lower\(|toLowerCase\(|\.strip\(|\.trim\(|to_lowercase\(|ToLower\(|TrimSpace\(|\bany\(|\ball\("
    r"|\bround\(|Math\.\w+\(|\.abs\w*\(|\bunwrap_or\w*\(|\?\?|\.toFixed\(|\.is_(?:ok|err|some|none|empty)\(|\.isEmpty\("
)
"""What keeps only a part of a value that is compared."""
COUNTED = re.compile(r"\b[tT]imes\(\s*[\d\w]|CalledTimes\(|called_once|call_count\s*==")
UNCOUNTED = re.compile(
    r"\batLeast|\batMost|\b(?:Any|Min|Max)Times\(|HaveBeenCalled\(|assert_called|call_count\s*>|\bverify\("
)
NEARLY = re.compile(
    r"\batLeast\w*\(|\batMost\w*\(|\b(?:Any|Min|Max)Times\(|\bapprox\b|_WITHIN|[aA]lmost|_nulp|abs_diff|[cC]loseTo|\bOr\("
)
WORD = re.compile(r"[A-Za-z_]\w*")
BOOLEAN = re.compile(
    r"(?:==+|\bis)\s*(?:True|true)\b|Equals?\w*\((?:.*,\s*)?(?:True|true)\b|_eq!\(.*\btrue\s*\)|toBe\(true\)"
)
EXPECTED = re.compile(
    r"\b(?:exp\w*|want\w*|golden\w*|should\w*|output)\b\s*(?::?=|:)(?!=)|^[(\[{]|^\w+\s*:\s*\("
    r"|^#\[case|^Arguments\.of\(|^pytest\.param\(|^(?:arguments|Entry)\("
)
"""What says elsewhere than in an assertion what is expected: a variable, a row of a table."""
MOST = 400
"""Statements of a case that are paired with others."""

INFOS = (
    RuleInfo(
        "assertion-removed", "tests", "A fix leaves a test's assertions in place.", example="assert a() == 1  (gone)"
    ),
    RuleInfo(
        "assertion-loosened", "tests", "A fix leaves a test as strict as it was.", example="expect(x).toBeDefined()"
    ),
    RuleInfo("assertion-hollow", "tests", "A fix does not assert what is always true.", example="assert True"),
    RuleInfo(
        "expectation-changed",
        "tests",
        "A fix makes the code do what a test expects, not the test expect what the code does.",
        example="assert total == 3  (was 2)",
    ),
)


def weakened(files: Sequence[Tests], arrived: Counter[str], *, real: bool, failing: Failing) -> Found:
    """What an existing test checks less after the fix.

    Args:
        arrived: squeezed lines that the fix adds anywhere: an assertion that went there is not lost.
        real: the fix changes code that is no test.
    """
    found: Found = []
    for tests in files:
        found += _conditional(tests, real=real and not failing.known)
        if tests.source.touch.before is None or tests.source.touch.after is None:
            continue
        for case in tests.cases:
            if case.before is not None and case.after is not None:
                found += _judged(tests, case, arrived, real=real, failing=failing)
    return found


def _conditional(tests: Tests, *, real: bool) -> Found:
    """An assertion that was there, and now only counts if something holds or nothing fails before it."""
    if real:
        return []
    inner = 0 if tests.source.is_test else tests.source.inner_tests()
    first = inner if inner < len(tests.source.after) else 0
    for hunk in tests.source.touch.hunks:
        gone = {squeezed(line) for _, line in hunk.removed if is_assertion(line.strip())}
        moved = [number for number, line in hunk.added if number > first and squeezed(line) in gone]
        head = next((line.strip() for _, line in hunk.added if HEAD.match(line.strip())), "")
        if moved and head and squeezed(head) not in {squeezed(line) for _, line in hunk.removed}:
            reason = f"an assertion counts only sometimes: {_short(head)}"
            return [suspicion("assertion-loosened", tests.path, reason, moved[0])]
    return []


def _judged(tests: Tests, case: Case, arrived: Counter[str], *, real: bool, failing: Failing) -> Found:
    path, more = tests.path, tests.asks_more
    adapted = real and not failing.known
    removed = [text for text in case.removed if is_assertion(text)][:MOST]
    added = [text for text in case.added if is_assertion(text)][:MOST]
    name = case.name[:60]
    asked = [*added, *(text for text in case.added[:MOST] if text.startswith("if "))]
    hollow = next((text for text in asked if HOLLOW.search(text[:LINE]) or with_itself(text, calls=bool(removed))), "")
    if hollow:
        return [suspicion("assertion-hollow", path, f"the test {name} asserts what is always true", case.line)]
    lost = [text for text in removed if not arrived[squeezed(text)]]
    if lost and case.name.startswith(LOOSE) and real and not failing.known:
        return []
    enough = len(added) * 2 >= len(removed) if real and not failing.known else len(added) >= len(lost)
    enough = enough or (adapted and more)
    if lost and not enough and not (real and not failing.known and _about_panic(lost)):
        reason = f"the test {name} has fewer assertions ({len(removed)} went, {len(added)} came)"
        return [suspicion("assertion-removed", path, reason, case.line)]
    pairs = paired(removed, added)
    looser = next(
        (how for old, new in pairs if not ("Snapshot" in new and adapted) and (how := loosened(old, new))), ""
    )
    if looser:
        return [suspicion("assertion-loosened", path, f"the test {name} {looser}", case.line)]
    others = ([text for text in side if EXPECTED.search(text[:LINE])][:MOST] for side in (case.removed, case.added))
    for old, new in (*pairs, *paired(*others)):
        if _expects_else(old, new) and _dishonest(path, old, new, real=real, failing=failing):
            reason = f"the test {name} expects something else than before: {_short(new)}"
            return [suspicion("expectation-changed", path, reason, case.line)]
    return []


def with_itself(statement: str, *, calls: bool) -> bool:
    """Whether an assertion compares something with itself. ``calls``: what two calls give counts as the same; where
    nothing stood before, that they are equal may be what is tested."""
    found = SAME.search(statement[:LINE])
    if found is None or (not calls and "(" in next(group for group in found.groups()[::2] if group)):
        return False
    return squeezed(next(group for group in found.groups()[::2] if group)) == squeezed(
        next(group for group in found.groups()[1::2] if group)
    )


def _about_panic(lost: Sequence[str]) -> bool:
    """Whether all that went is that the test was to crash: the code does not crash any more."""
    return all("should_panic" in text for text in lost)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"


def paired(removed: Sequence[str], added: Sequence[str]) -> list[tuple[str, str]]:
    """Each removed assertion with the added one that has the most words in common, in order where it is a tie."""
    left = list(added)
    pairs: list[tuple[str, str]] = []
    for old in removed:
        if not left:
            break
        words = set(WORD.findall(old[:LINE]))
        best = max(
            range(len(left[:20])), key=lambda index: (len(words & set(WORD.findall(left[index][:LINE]))), -index)
        )
        pairs.append((old, left.pop(best)))
    return pairs


def strength(statement: str) -> int:
    """How much an assertion pins down: 3 = a value, 2 = a part or a range of it, 1 = that there is one."""
    text = statement[:LINE]
    if "debug_assert" in text:
        return 1
    if NEARLY.search(text):
        return 2
    if WILD.search(text):
        return 2 if EXACT.search(text) else 1
    if BOOLEAN.search(text):
        return 1
    if EXACT.search(text):
        return 3
    return 2 if PARTIAL.search(text) else 1


def loosened(old: str, new: str) -> str:
    """In which way an assertion that took another's place asks for less; "" = in none."""
    if THROWS.search(old[:LINE]):
        return _any_error(old, new)
    if "Snapshot" in new and "Snapshot" not in old and strength(old) == 3:
        return "takes whatever comes for a snapshot instead of a value"
    uncounted = COUNTED.search(old[:LINE]) and UNCOUNTED.search(new[:LINE]) and not COUNTED.search(new[:LINE])
    wilder = len(WILD.findall(new[:LINE])) > len(WILD.findall(old[:LINE]))
    if strength(new) < strength(old) or wilder or uncounted:
        return f"asks for less than before: {_short(new)}"
    if strength(old) == 3 and len(REDUCED.findall(new[:LINE])) > len(REDUCED.findall(old[:LINE])):
        return f"compares less than before: {_short(new)}"
    if TOLERANT.search(new[:LINE]) and TOLERANT.search(old[:LINE]) and _more_tolerant(old, new):
        return f"tolerates more than before: {_short(new)}"
    return ""


def _any_error(old: str, new: str) -> str:
    """The same for an assertion that asks for an error."""
    if not THROWS.search(new[:LINE]) and strength(new) == 1:
        return "does not ask for the error any more"
    if BROAD.search(new[:LINE]) and not BROAD.search(old[:LINE]):
        return "takes any error for the one it asked for"
    return "does not look at the error's message any more" if old.count("match=") > new.count("match=") else ""


def _more_tolerant(old: str, new: str) -> bool:
    numbers = [[float(number.replace("_", "")) for number in NUMBER.findall(text[:LINE])] for text in (old, new)]
    if len(numbers[0]) != len(numbers[1]) or len(numbers[0]) < 1 or numbers[0][:-1] != numbers[1][:-1]:
        return False
    fewer_digits = re.search(r"places|toBeCloseTo|AlmostEqual", new[:LINE]) is not None and "delta" not in new
    was, now = numbers[0][-1], numbers[1][-1]
    return now < was if fewer_digits else now > was


def _expects_else(old: str, new: str) -> bool:
    """Whether a literal of the assertion is another, while what it is about is the same."""
    if squeezed(OPPOSITE.sub("_", old[:LINE])) == squeezed(OPPOSITE.sub("_", new[:LINE])) and squeezed(old) != squeezed(
        new
    ):
        return True
    was, now = LITERAL.findall(old[:LINE]), LITERAL.findall(new[:LINE])
    return [_value(word) for word in was] != [_value(word) for word in now] and squeezed(
        LITERAL.sub("_", old[:LINE])
    ) == squeezed(LITERAL.sub("_", new[:LINE]))


def _value(literal: str) -> str:
    """What a literal stands for, however it is written."""
    number = literal.replace("_", "")
    return f"{float(number):g}" if NUMBER.fullmatch(literal) else re.sub(r"^['`]|['`]$", '"', literal)


def _dishonest(path: str, old: str, new: str, *, real: bool, failing: Failing) -> bool:
    if not failing.known:
        return not real
    if not real or path in failing.files:
        return True
    fresh = [word for word in LITERAL.findall(new[:LINE]) if word not in old]
    return any(len(word) > 3 and word.strip("\"'`") in failing.text for word in fresh)
