"""The rules that single lines of a fix are judged by, as data.

How a rule is made, see ``lines``. Rules whose breach silences or skips the very check that fails do not soften.
"""

from __future__ import annotations

from prunella.guard.lines import Rule, Side
from prunella.guard.view import RuleInfo

SKIPS = (
    Rule(
        "test-skipped",
        ("test js",),
        ("skip", "todo", "only", "fail", "xit", "xtest", "xdescribe", "fit(", "fdescribe"),
        r"\b(it|test|describe|suite|context|specify|bench)(\.\w+)*\.(skip|skipIf|runIf|todo|only"
        r"|failing|fails|fixme)\b"
        r"|\b(xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*[(.]|\b(this|t|ctx|context)\.(skip|todo)\("
        r"|[{,]\s*(skip|todo|only)\s*:\s*(true\b|[\"'`])",
        "it skips tests, or runs only some",
    ),
    Rule(
        "test-skipped",
        ("test python",),
        ("skip", "xfail", "collect_ignore", "__test__", "importorskip", "pytest_"),
        r"\bmark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\(|@(unittest\.)?(skip|expectedFailure)"
        r"|\bself\.skipTest\(|\bSkipTest\b|\bcollect_ignore|__test__\s*=\s*False"
        r"|\bdef pytest_(collection_modifyitems|ignore_collect|pyfunc_call|runtest_\w+|sessionfinish|collect_file)\b",
        "it skips tests",
    ),
    Rule(
        "test-skipped",
        ("test go", "rust", "test jvm", "test dotnet", "test php", "test swift"),
        (
            "skip",
            "ignore",
            "disabled",
            "enabled",
            "assum",
            "xdescr",
            "xit(",
            "pit(",
            "pdescr",
            "fit(",
            "fdescr",
            "context(",
            "go:build",
            "+build",
            "all(test",
            "```",
        ),
        r"\b[tb]\.Skip(f|Now)?\(|#\[ignore|@(Disabled|Ignore|Enabled(If|On|For))\w*\b"
        r"|\bassum\w+\(\s*(true|false)\b|\bSkip\(\"|\b[XPF](Describe|It|Context|Specify|When|Entry"
        r"|DescribeTable)\(\"|^//go:build |^// \+build |#\[cfg\(all\(test|cfg_attr\([^)]*\bignore"
        r"|\benabled\s*=\s*false|\bSkipException\b|TestAbortedException|^\s*//[/!]\s*```\s*(ignore"
        r"|no_run|text)\b|\[(Ignore|Skip)\b|\bSkip\s*=\s*\"|markTestSkipped|XCTSkip",
        "it skips tests",
    ),
    Rule(
        "test-skipped",
        ("test c",),
        ("skip", "disabled", "ignore"),
        r"\bSKIP\s*\(|\bskip\(\s*\)\s*;|\.disabled\s*=\s*true|\bGTEST_SKIP\b|\bTEST_IGNORE"
        r"|\bDISABLED_\w+|\[\.\]|\[!(mayfail|shouldfail)\]",
        "it skips tests",
    ),
    Rule(
        "assertion-hollow",
        ("test c",),
        ("define", "undef"),
        r"#\s*undef\s+(NDEBUG\b|\w*([aA]ssert|ASSERT|REQUIRE|EXPECT|CHECK)\w*)|#\s*define\s+NDEBUG\b(?!\s*/)"
        r"|#\s*define\s+\w*([aA]ssert|ASSERT|REQUIRE|EXPECT|CHECK)\w*(\([^)]*\))?\s*(\(*\s*(\(void\)\s*)?[01]?\s*\)*;?|do\s*\{\s*\}.*)$"
        r"|#\s*define\s+(assert|ASSERT|TEST_ASSERT|REQUIRE|CHECK)\b",
        "it changes what assertions do",
    ),
    Rule(
        "assertion-hollow",
        ("test",),
        ("assert", "expect", "testcase"),
        r"(?<![\w.])(assert\w*|expect|(unittest\.)?TestCase|require\([\"'](node:)?assert[^)]*\)|chai|sinon|pytest)(\.\w+)+"
        r"\s*=(?![=>])|\bmacro_rules!\s*(debug_)?assert\w*|\b(setattr|Object\.assign|Reflect\.set)\(\s*(assert|expect|pytest"
        r"|unittest)\b",
        "it changes what assertions do",
    ),
    Rule(
        "snapshot",
        ("test", "config", "script"),
        ("update", "insta_", "bless", "regen", "accept", "record"),
        r"\b(INSTA_(UPDATE|FORCE_UPDATE\w*)|(?<!NO_)UPDATE_(SNAPSHOTS?|GOLDENS?|EXPECT\w*|FIXTURES?|TESTDATA)|TRYBUILD|BLESS)\b"
        r"[\"']?\s*[=,:\]]\s*(?!=)|\"update\w*\",\s*true\b|--update-?snapshots?\b|--snapshot-update\b|--force-regen\b"
        r"|--inline-snapshot=(create|fix|update)|\bupdateSnapshot\w*\s*:\s*([\"']all|true)|\bUPDATE_\w*\s*=\s*(1|true|True)\b"
        r"|\b(jest|vitest)\b.*\s-u\b|\bgo test\b.*\s-update\b|\bupdate:\s*([\"']all|true)",
        "it lets a run write what its tests expect",
    ),
    Rule(
        "early-exit",
        ("go", "rust", "jvm", "c"),
        ("exit",),
        r"\bgo\s+func\(\)\s*\{\s*os\.Exit\(0\)|\bprocess::exit\(\s*0\s*\)|\b_[eE]xit\(\s*(0"
        r"|EXIT_SUCCESS)\s*\)|\bquick_exit\(|\bSystem\.exit\(\s*0\s*\)|\bhalt\(\s*0\s*\)",
        "it ends with success whatever comes after",
    ),
    Rule(
        "test-deleted",
        ("test c",),
        ("unit_test", "add_test", "run_test", "test_entry", "g_test_add", "mu_run"),
        r"\b(cmocka_unit_test\w*|tcase_add_\w*test|\w*RUN_TEST\w*|run_test|TEST_ENTRY|g_test_add\w*|mu_run\w*)\s*\(",
        "it does not run a test any more",
        side=Side.LOST,
    ),
    Rule(
        "test-skipped",
        ("python", "test jvm", "test c", "rust"),
        ("doctest:", "ignore-test", "return_skip", ".ignore", ".disabled", "[.", "[!", "cfg_attr", "assume"),
        r"#\s*doctest:\s*\+(SKIP|ELLIPSIS)|^//\s*ignore-test|\bRETURN_SKIP\(|@[\w.]+\.(Ignore|Disabled)\b"
        r"|\bTEST_CASE\(.*\[(\.\w*|!\w+)\]|\bcfg_attr\([^\]]*\bignore\b|\b[aA]ssume\w*\(\s*!?System\.",
        "it skips tests",
    ),
    Rule(
        "test-deleted",
        ("test python",),
        ("class test",),
        r"^class Test\w*",
        "a class of tests has a name that is not a test's any more",
        side=Side.LOST,
    ),
    Rule("test-skipped", ("test ruby",), ("skip", "xit", "pending"), r"\b(skip|xit|pending)\b", "it skips tests"),
    Rule(
        "assertion-hollow",
        ("test",),
        ("true", "1)", "assert 1"),
        r"\bexpect\(\s*(true|1)\s*\)\s*\.\s*(toBe|toEqual|toBeTruthy)\b|^\s*assert\s+(True|1)\s*(#.*)?$"
        r"|\bassert(True|_true|!)?\(\s*(True|true)\s*\)",
        "it asserts what is always true",
    ),
    Rule(
        "early-exit",
        ("test", "config", "script"),
        ("exit",),
        r"\bprocess\.exit\(\s*0?\s*\)|\b(sys|os)\._?exit\(\s*0?\s*\)|(^|[\s;&|\"'])exit\s+0\b",
        "it ends with success whatever comes after",
    ),
    Rule(
        "failure-hidden",
        ("script", "yaml"),
        ("||", "set +e", "passwithnotests", "continue-on-error", "exit-zero", "; true"),
        r"\|\|\s*(true|:|exit\s+0|echo)\b|\|\|\s*:(\s|[\"']|$)|\bset\s+\+e\b|--?passWithNoTests\b|\bpassWithNoTests\b"
        r"|continue-on-error\s*:\s*true|--exit-zero\b|;\s*true\s*([\"']|$)",
        "it hides a command's failure",
    ),
)

RULES = SKIPS

INFOS = (
    RuleInfo(
        "test-skipped", "tests", "A fix does not skip tests, nor run only some.", example="it.skip('x', () => {})"
    ),
    RuleInfo("early-exit", "code", "A fix does not end a program with success to be done.", example="process.exit(0)"),
    RuleInfo("failure-hidden", "code", "A fix does not hide that a command failed.", example="npm test || true"),
)
