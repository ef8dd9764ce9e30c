"""The rules that single lines of a fix are judged by, as data.

A rule looks at lines that are added (``ADDED``), or counts the lines of a file before and after (``LOST``: there are
fewer than before). ``needles`` are plain texts of which a line must hold one, so that a pattern is compiled only when
it may matter. Rules whose breach silences or skips the very check that fails do not soften.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prunella.changes import Judgement


class Side(StrEnum):
    """Which lines a rule looks at."""

    ADDED = "added"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        kinds: kinds of files (see ``kinds.kinds_of``) it holds for, all of one of the groups ("test js" = tests in it);
            "*" = every file.
        needles: in lower case; compared with the line in lower case.
        pattern: a regular expression, case-sensitive, searched in the line.
        reason: in words, for the model and for a person.
    """

    name: str
    kinds: tuple[str, ...]
    needles: tuple[str, ...]
    pattern: str
    reason: str
    side: Side = Side.ADDED
    judgement: Judgement = Judgement.SUSPICIOUS
    softens: bool = False


_KEY = r"""["']?\s*[:=]\s*["']?"""

SUPPRESSIONS = (
    Rule("ts-suppression", ("js",), ("@ts-",), r"@ts-(ignore|nocheck|expect-error)\b", "it silences the type checker"),
    Rule(
        "lint-suppression",
        ("js",),
        ("eslint-disable", "biome-ignore", "oxlint-disable", "tslint:disable", "eslint-ignore"),
        r"(eslint-disable|biome-ignore|oxlint-disable|tslint:disable|eslint-ignore)",
        "it silences the linter",
    ),
    Rule(
        "any",
        ("js",),
        ("any", "unknown"),
        r"\bas\s+any\b(?=\s*([)\];,.}:>&|=!?\[]|as\b|//|$))|<any>\s*[\w(]|\bas\s+unknown\s+as\b"
        r"|^(?!.*\bcatch\s*\().*[\w)\]?]\s*:\s*any(\[\])*\s*([,;)={]|=>|$)",
        'it casts to or declares "any", which switches type checking off',
        softens=True,
    ),
    Rule(
        "python-suppression",
        ("python",),
        ("ignore", "noqa", "pylint:", "nosec", "no_type_check"),
        r"#\s*(type|pyright|mypy|ty|pyre)\s*:\s*(ignore|basic)|#\s*pyre-(ignore|fixme)|#\s*(ruff|flake8)?:?\s*noqa\b"
        r"|#\s*pylint:\s*(disable|skip-file)|#\s*nosec\b|@(typing\.)?no_type_check\b",
        "it silences the type checker or the linter",
    ),
    Rule(
        "python-any",
        ("python",),
        ("cast(",),
        r"""\bcast\(\s*["']?(typing\.|t\.)?Any\b""",
        "it casts to Any, which switches type checking off",
        softens=True,
    ),
    Rule("rust-suppression", ("rust",), ("#[", "#!["), r"#!?\[\s*(allow|expect)\s*\(", "it silences the compiler"),
    Rule(
        "go-suppression",
        ("go",),
        ("nolint", "go:build"),
        r"//\s*nolint\b|//go:build\s+ignore\b",
        "it silences the linter",
    ),
    Rule(
        "jvm-suppression", ("jvm",), ("@suppress", "@file:suppress"), r"@(file:)?Suppress", "it silences the compiler"
    ),
    Rule(
        "dotnet-suppression",
        ("dotnet",),
        ("#pragma warning", "#nullable", "suppressmessage"),
        r"#pragma\s+warning\s+disable|#nullable\s+disable|\bSuppressMessage\b",
        "it silences the compiler",
    ),
    Rule(
        "c-suppression",
        ("c",),
        ("#pragma", "nolint"),
        r"#pragma\s+(GCC|clang)\s+diagnostic\s+ignored|#pragma\s+warning\s*\(\s*disable|\bNOLINT",
        "it silences the compiler or the linter",
    ),
    Rule(
        "other-suppression",
        ("php", "ruby", "shell", "swift"),
        ("phpstan-ignore", "psalm-suppress", "phpcs:", "rubocop:", "shellcheck disable", "swiftlint:disable"),
        r"@phpstan-ignore|@psalm-suppress|phpcs:(ignore|disable)|rubocop:(disable|todo)|shellcheck disable"
        r"|swiftlint:disable",
        "it silences the linter",
    ),
)

SKIPS = (
    Rule(
        "test-skipped",
        ("test js",),
        ("skip", "todo", "only", "fail", "xit", "xtest", "xdescribe", "fit(", "fdescribe"),
        r"\b(it|test|describe|suite|context|specify|bench)(\.\w+)*\.(skip|skipIf|runIf|todo|only|failing|fails|fixme)\b"
        r"|\b(xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*[(.]|\bthis\.skip\(",
        "it skips tests, or runs only some",
    ),
    Rule(
        "test-skipped",
        ("test python",),
        ("skip", "xfail", "collect_ignore", "__test__", "importorskip"),
        r"\bmark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\(|@(unittest\.)?(skip|expectedFailure)"
        r"|\bself\.skipTest\(|\bSkipTest\b|\bcollect_ignore|__test__\s*=\s*False",
        "it skips tests",
    ),
    Rule(
        "test-skipped",
        ("test go", "rust", "test jvm", "test dotnet", "test php", "test swift"),
        ("skip", "ignore", "disabled"),
        r"\b[tb]\.Skip(f|Now)?\(|#\[ignore|@(Disabled|Ignore)\b|\[(Ignore|Skip)\b|\bSkip\s*=\s*\"|markTestSkipped|XCTSkip",
        "it skips tests",
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

STRICT_SETTINGS = (
    r"\b(strict((Null|Function|Bind|Property|Builtin|Templates|Injection|Input)\w*|_\w+)?|alwaysStrict|xfail_strict"
    r"|noImplicit\w+|noUnused\w+|noUnchecked\w+|noFallthrough\w+|noPropertyAccess\w+|exactOptional\w+|noEmitOnError"
    r"|disallow_\w+|warn_\w+|check_untyped_defs|no_implicit_\w+)" + _KEY
)
STRICT_NEEDLES = (
    "strict", "noimplicit", "nounused", "nounchecked", "nofall", "noproperty", "exactopt", "noemiton", "disallow_",
    "warn_", "check_untyped", "no_implicit",
)  # fmt: skip

LOOSER = (
    Rule(
        "strictness-lowered",
        ("config",),
        STRICT_NEEDLES,
        STRICT_SETTINGS + r"(false|False|0|off)\b",
        "it makes the checks less strict",
    ),
    Rule(
        "strictness-lowered",
        ("config",),
        ("ignorebuilderrors", "ignoreduringbuilds", "nocheck", "ignore_errors", "transpileonly", "follow_imports"),
        r"\b(ignoreBuildErrors|ignoreDuringBuilds|noCheck|ignore_errors|transpileOnly)" + _KEY + r"(true|True|1)\b"
        r"|\bfollow_imports" + _KEY + r"skip\b",
        "it switches checks off",
    ),
    Rule(
        "strictness-lowered",
        ("config",),
        (
            "skiplibcheck",
            "skipdefaultlibcheck",
            "suppressimplicit",
            "ignore_missing_imports",
            "allow_untyped",
            "allowjs",
        ),
        r"\b(skipLibCheck|skipDefaultLibCheck|suppressImplicit\w+|ignore_missing_imports|allow_untyped_\w+)"
        + _KEY
        + r"(true|True|1)\b",
        "it makes the checks less strict",
        softens=True,
    ),
    Rule(
        "rule-off",
        ("lint",),
        ("off", "0"),
        r"""(?<![@\w/-])["']?[@\w/-]+["']?\s*:\s*\[?\s*(["']?)(off|0)\1\s*([,\]}]|$)""",
        "it switches a linter's rule off",
    ),
    Rule(
        "tests-left-out",
        ("config",),
        ("--ignore", "--deselect", "addopts", "--testpathignore"),
        r"--(ignore|ignore-glob|deselect|testPathIgnorePatterns)(?=[=\s\"',])|addopts.*\s-k[\s=\"']",
        "it leaves tests out",
    ),
    Rule(
        "strictness-lowered",
        ("config",),
        STRICT_NEEDLES,
        STRICT_SETTINGS + r"(true|True|1)\b",
        "a setting that made the checks strict is gone",
        side=Side.LOST,
    ),
)

RULES = (*SUPPRESSIONS, *SKIPS, *LOOSER)

ASSERTIONS = (
    r"\bassert\w*\b|\bexpect\w*\s*\(|\.should\b|\bt\.(Error|Fatal|Fail)\w*\(|\brequire\.\w+\(|\bself\.assert\w+"
    r"|\bpytest\.raises\b|\bverify\s*\(|\bEXPECT_\w+|\bASSERT_\w+"
)
"""A line of a test that can fail it."""

CASES = (
    r"^\s*(async\s+)?def\s+test\w*\s*\(|\b(it|test)(\.\w+)*\s*\(|^\s*#\[(\w+::)?test\b|^func\s+Test\w+|^\s*@(Parameterized)?Test\b"
    r"|^\s*\[(Fact|Theory|Test|TestMethod)\b"
)
"""A line that begins a test."""
