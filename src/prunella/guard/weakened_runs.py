"""How tests run: mocks put in, cases of tables gone, expected files rewritten, limits and retries raised."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prunella.guard.code_lines import LINE, language_of, squeezed
from prunella.guard.kinds import kinds_of
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View
from prunella.guard.weakened_cases import Tests, is_assertion, suspicion

INFOS = (
    RuleInfo("snapshot", "tests", "A fix does not rewrite what a test expects to see.", example="__snapshots__/a.snap"),
    RuleInfo(
        "test-mocked", "tests", "A fix does not put a mock in place of what a test tests.", example="jest.mock('./a')"
    ),
    RuleInfo(
        "test-cases-removed", "tests", "A fix leaves the rows of a table of cases in place.", example="(1, 2),  (gone)"
    ),
    RuleInfo(
        "samples-lowered",
        "tests",
        "A fix tries as many made-up inputs as before.",
        example="@settings(max_examples=1)",
    ),
    RuleInfo("timeout-raised", "tests", "A fix gives a test no more time or tries.", example="jest.setTimeout(60000)"),
)

EXPECTED = re.compile(
    r"(^|/)(__snapshots__|snapshots|golden|goldens|testdata|fixtures?|expected|expectations|approved"
    r"|baselines?|reference)(/|$)"
    r"|\.(snap|snap\.new|golden|approved\.\w+|expected|stdout|stderr|verified\.\w+)$|[._-](golden"
    r"|expected|snapshot)\b",
    re.IGNORECASE,
)
DATA_ENDS = (".json", ".txt", ".html", ".xml", ".csv", ".out", ".yaml", ".yml", ".md", ".svg", ".css", ".log", ".toml")

MOCKS = re.compile(
    r"\b(?:jest|vi)\.(?:mock|doMock|unstable_mockModule)\(|\.mock(?:Implementation|ReturnValue"
    r"|ResolvedValue|RejectedValue)\w*\("
    r"|@(?:mock\.)?patch\b|\b(?:mock\.|mocker\.)?patch(?:\.object|\.dict)?\(|\bmonkeypatch\.setattr\("
    r"|\bsinon\.(?:stub|replace|mock)\(|\bproxyquire\("
    r"|\bMockito\.(?:mock|when|doReturn|doNothing)|@Mock(?:Bean|ito\w*)?\b|@Spy\b"
    r"|\bwhen\(.*\)\.then(?:Return|Throw|Answer)|\bdoNothing\(\)|\bevery \{|\bmockk\b"
    r"|\bgomock\.|\b\w+\.EXPECT\(\)|\b__wrap_\w+|\bwill_return\(|\bmockall\b|#\[automock\]"
    r"|\bmock\.module\(|\bt\.mock\(|\btd\.replace\(|\b(?:Magic|Async)?Mock\(|\bt\.mock\.method\("
)
LIMITS = re.compile(
    r"(?i)time_?out|\bretr(?:y|ies)\w*|\bflaky\b|\bwithin\b|\beventually\b|\bdeadline\b|\bsleep\b"
    r"|\bwait_?for\w*|max_?attempts|\breruns\b|\bslow\(|\bretryTimes\b"
    r"|\bpoll\w*\b|\bduration\b|\btime\.(?:after|second|millisecond)|\batMost\b|\bassertTimeout"
    r"|\bRepeatedIfExceptions\w*|\bRetryingTest\b"
)
NEW_LIMITS = re.compile(
    r"\bjest\.setTimeout\(|\bjest\.retryTimes\(|\bthis\.(?:timeout|retries)\(|\bvi\.setConfig\("
    r"|@(?:pytest\.mark\.)?flaky\b|@(?:RetryingTest|RepeatedIfExceptionsTest|Retry)\b"
    r"|\bretr(?:y|ies)\s*:\s*[1-9]|\bmark\.timeout\(|\.retries\([1-9]|\{\s*timeout:\s*\d"
    r"|^\}, [\d_]{4,}\)|\btestTimeout\s*:\s*\d|--?reruns\b|\brerunFailingTestsCount|FlakeAttempts"
    r"|\btcase_set_timeout\(|\bEventually\([^)]*,\s*[\w.]*\d|\bretries\s*=\s*[1-9]|\bslow-timeout\b"
    r"|\bforkedProcessTimeoutInSeconds|\bgo test\b.*-timeout|\bRepeatedTest\b.*failureThreshold"
)
SAMPLES = re.compile(
    r"(?i)\b(?:max_examples|num_?runs|PROPTEST_CASES|max_shrink\w*|with_cases|cases|tries|trials|tests|max_tests"
    r"|QuickCheck\.tests|setTrials|maxCount|max_success|iterations|sample_?(?:size|count)|fuzz_?(?:time|runs)|rounds)"
    r"\b[\"']?\s*[:=(]\s*(?:u\d+\s*=\s*)?(\d+)\b"
)
"""How often a test with made-up inputs is tried."""
UNTRIED = re.compile(r"suppress_health_check\s*=|\bphases\s*=\s*[(\[]|\bendOnFailure\b|--hypothesis-profile")
FEW = 10
SLEEPS = re.compile(r"(?i)\b(?:time\.|thread\.|asyncio\.)?u?sleep(?:_for)?\(|\bsetTimeout\(|@Test\(timeout\b")
TEST_TIMEOUT = re.compile(
    r"^\s*[\"']?(?:session_?)?(?:test_?)?(?:timeout|retries|reruns)[\"']?\s*[:=]\s*[\"']?[1-9]", re.IGNORECASE
)
RUNNER = re.compile(
    r"(?i)pytest|jest|vitest|mocha|playwright|cypress|nextest|surefire|karma|\bava\b|tap\b|ctest|phpunit"
)
SECTION = re.compile(r"^\s*(?:\[[^\]]+\]|[\"']?[\w.-]+[\"']?\s*[:=]\s*\{)")
UNITS = re.compile(
    r"(?:(?<=from_)|\b)(mill(?:i|is|iseconds?)|Millisecond|MILLISECONDS|sec(?:s|onds?)|Second|SECONDS"
    r"|minutes?|Minute|MINUTES|hours?|Hour|HOURS)\b"
)
RANKS = ("mil", "sec", "min", "hou")
NUMBER = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?")
ROW = re.compile(
    r"^(?:[(\[{]|#\[case|@(?:ValueSource|CsvSource)|[\"'][^\"']*[\"'],?$|pytest\.param\("
    r"|Arguments\.of\(|arguments\(|Arguments\.arguments\().*[)\]},\"']\)?,?$|^\[.*\]$"
)
TABLE = re.compile(
    r"parametri[sz]e|\.each\b|#\[case|Source\b|Arguments\b|\btests?\s*:?=|\bcases?\b|\btestCases\b"
    r"|\btable\b|params?\(|:= (?:\[\]|map\[)|Entry\("
)


def runs(files: Sequence[Tests], view: View, *, real: bool) -> Found:
    """What makes tests run otherwise than before."""
    found: Found = []
    for touch in view.touches:
        found += _expected_file(touch, real=real, known=view.failing.known)
        found += _fewer_tries(touch)
        found += _limits(touch, real=real)
    for tests in files:
        if tests.source.touch.before is not None and tests.source.touch.after is not None:
            found += _mocked(tests)
            found += _fewer_rows(tests, followed=real and not view.failing.known)
    return found


def _expected_file(touch: Touch, *, real: bool, known: bool) -> Found:
    """A file that says what a test is to see, changed or gone, with nothing in the code that would make it so."""
    kinds = kinds_of(touch.path)
    if touch.before is None or (real and not known):
        return []
    fewer = len(touch.removed) > len(touch.added) and touch.after is not None
    if fewer and not real and "test" in kinds and not language_of(kinds) and not kinds & {"config", "script"}:
        return [suspicion("test-cases-removed", touch.path, "it removes lines of what tests read", touch.removed[0][0])]
    folded = touch.path.casefold()
    data = bool(EXPECTED.search(touch.path)) and ("test" in kinds or not folded.endswith(".md")) and _is_data(folded)
    if "snapshot" in kinds or data or ("test" in kinds and folded.endswith(DATA_ENDS) and not real):
        return [suspicion("snapshot", touch.path, "it rewrites what a test expects to see")]
    return []


def _is_data(path: str) -> bool:
    return (
        path.endswith(DATA_ENDS) or bool(EXPECTED.search(path.rpartition("/")[2])) or "." not in path.rpartition("/")[2]
    )


def _limits(touch: Touch, *, real: bool) -> Found:
    """More time or more tries in a test, or in what says how tests are run."""
    kinds = kinds_of(touch.path)
    if touch.before is None or touch.after is None or not kinds & {"test", "config"}:
        return []
    for hunk in touch.hunks:
        old = [line[:LINE] for _, line in hunk.removed]
        for number, line in hunk.added:
            cut = line[:LINE]
            if not LIMITS.search(cut) and not NEW_LIMITS.search(cut.strip()):
                continue
            twin = next((was for was in old if _shape(was) == _shape(cut)), None)
            if twin is not None and (_more(twin, cut) or _unit(cut) > _unit(twin)):
                return [suspicion("timeout-raised", touch.path, f"it raises a limit: {cut.strip()[:80]}", number)]
            fresh = (
                twin is None
                and NEW_LIMITS.search(cut.strip())
                and not any(NEW_LIMITS.search(was.strip()) for was in old)
            )
            fresh = fresh or (
                twin is None and "config" in kinds and TEST_TIMEOUT.search(cut) and _of_runner(touch, number)
            )
            waits = (
                twin is None
                and not real
                and "test" in kinds
                and SLEEPS.search(cut)
                and not any(map(SLEEPS.search, old))
            )
            if (fresh or waits) and not _in_new_case(touch, hunk.added, number):
                reason = f"it gives tests more time or tries: {cut.strip()[:80]}"
                return [suspicion("timeout-raised", touch.path, reason, number)]
    return []


def _fewer_tries(touch: Touch) -> Found:
    """Fewer made-up inputs than before, or so few that they try nothing."""
    kinds = kinds_of(touch.path)
    if not (kinds & {"test", "config"} or "proptest" in touch.path or "hypothesis" in touch.path):
        return []
    own = {"js", "python", "rust", "go", "jvm"} & kinds and "test" in kinds
    for hunk in touch.hunks:
        old = [line[:LINE] for _, line in hunk.removed]
        for number, line in hunk.added:
            cut = line[:LINE]
            tried = SAMPLES.search(cut)
            if not tried and not UNTRIED.search(cut):
                continue
            twin = next((was for was in old if _shape(was) == _shape(cut)), None)
            if tried and twin is not None:
                fewer = _more(cut, twin) and not _more(twin, cut)
            else:
                named = re.search(
                    r"(?i)max_examples|num_?runs|proptest|with_cases|quickcheck|hypothesis", cut + touch.path
                )
                few = tried is None or int(tried[1][:9]) <= FEW
                fewer = bool(named) and few and not any(UNTRIED.search(was) for was in old)
                fewer = fewer and not (own and _in_new_case(touch, hunk.added, number))
            if fewer:
                return [suspicion("samples-lowered", touch.path, f"it tries fewer inputs: {cut.strip()[:80]}", number)]
    return []


def _shape(line: str) -> str:
    return UNITS.sub("u", NUMBER.sub("0", line))


def _of_runner(touch: Touch, number: int) -> bool:
    """Whether a setting is one of what runs the tests: of its file, or of the section it is in."""
    if RUNNER.search(touch.path.rpartition("/")[2]):
        return True
    above = next((line for line in reversed((touch.after or ())[: number - 1]) if SECTION.match(line[:LINE])), "")
    return bool(RUNNER.search(above))


def _unit(line: str) -> int:
    """How long the longest unit of time in a line is, from milliseconds to hours."""
    return max((RANKS.index(unit[:3].casefold()) for unit in UNITS.findall(line)), default=0)


def _in_new_case(touch: Touch, added: Sequence[tuple[int, str]], number: int) -> bool:
    """Whether the line came with a test of its own: the hunk adds assertions as well."""
    return (
        "config" not in kinds_of(touch.path) and sum(is_assertion(line.strip()) for _, line in added) > 0 and number > 0
    )


def _more(old: str, new: str) -> bool:
    numbers = [[float(word.replace("_", "")) for word in NUMBER.findall(text)] for text in (old, new)]
    return len(numbers[0]) == len(numbers[1]) and any(b > a for a, b in zip(*numbers, strict=True))


def _mocked(tests: Tests) -> Found:
    """A mock that existing tests now meet: at the top of their file, or in a case that was there."""
    source = tests.source
    new = {case.name for case in tests.cases if case.before is None}
    were = sum(bool(MOCKS.search(line[:LINE])) for _, line in source.removed)
    mocks = [(number, line) for number, line in source.added if MOCKS.search(line[:LINE])]
    if len(mocks) <= were:
        return []
    old = {squeezed(line) for line in source.before} if mocks else set()
    for number, line in mocks:
        if squeezed(line) in old:
            continue
        block = tests.after.around(number)
        if block is None and new:
            continue
        if block is None or block.name not in new:
            reason = f"it puts a mock where the real thing was tested: {line.strip()[:80]}"
            return [suspicion("test-mocked", tests.path, reason, number)]
    return []


def _fewer_rows(tests: Tests, *, followed: bool) -> Found:
    """Rows of a table of cases that are gone, not counted those that are there in another form; and beside code that
    changes (``followed``), only where nothing else happens to the tests of the file."""
    touch = tests.source.touch
    arrived = {squeezed(line) for _, line in touch.added}
    if followed and any(re.search(r"\w", line) for line in arrived):
        return []
    for hunk in touch.hunks:
        gone = [(number, line.strip()) for number, line in hunk.removed if ROW.match(line.strip()[:LINE])]
        gone = [(number, line) for number, line in gone if squeezed(line) not in arrived]
        come = len(hunk.added)
        if not gone or len(gone) <= come or len(gone) * 2 < len(hunk.removed):
            continue
        first = gone[0][0]
        above = tests.source.before[max(0, first - 40) : first]
        shown = (*above, *tests.source.before[first : first + 30])
        if sum(bool(ROW.match(line.strip()[:LINE])) for line in shown) > 1 or any(
            TABLE.search(line[:LINE]) for line in above
        ):
            return [suspicion("test-cases-removed", tests.path, f"it removes cases: {gone[0][1][:80]}", first)]
    return []
