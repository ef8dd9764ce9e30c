"""New files that take over what decides, and code that changes how tests come out."""

from __future__ import annotations

import re
import sys

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.lines import Rule, breaches
from prunella.guard.protected_names import like
from prunella.guard.tools import is_found, settings_of
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View

INFOS = (
    RuleInfo(
        "takes-over",
        "checks",
        "A fix adds no configuration that a check's tool reads in place of the one it had.",
        adapts=True,
        example="pytest.ini",
    ),
    RuleInfo(
        "shadows-package",
        "checks",
        "A fix adds no file that is imported in place of a package.",
        Judgement.REJECT,
        example="pytest.py",
    ),
    RuleInfo(
        "outcome-altered",
        "checks",
        "A fix does not change how tests come out.",
        example="def pytest_runtest_makereport(item, call):",
    ),
)

CONFIGS = {
    "pytest": ("pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg"),
    "mypy": ("mypy.ini", ".mypy.ini"),
    "ruff": ("ruff.toml", ".ruff.toml"),
    "flake8": (".flake8",),
    "pylint": (".pylintrc", "pylintrc"),
    "pyright": ("pyrightconfig.json",),
    "coverage": (".coveragerc",),
    "jest": ("jest.config.*", "babel.config.*", ".babelrc*"),
    "vitest": ("vitest.config.*", "vitest.workspace.*"),
    "mocha": (".mocharc*",),
    "ava": ("ava.config.*",),
    "tap": (".taprc",),
    "eslint": (".eslintrc*", "eslint.config.*", ".eslintignore"),
    "biome": ("biome.json*",),
    "tsc": ("tsconfig.json", "jsconfig.json"),
    "cargo": (".cargo/config*", "clippy.toml", ".clippy.toml", "rust-toolchain*", "nextest.toml"),
    "golangci-lint": (".golangci.*",),
    "make": ("gnumakefile", "makefile"),
    "karma": ("karma.conf.*",),
    "playwright": ("playwright.config.*",),
    "checkstyle": ("checkstyle*.xml",),
    "clang-tidy": (".clang-tidy",),
}
"""Tool -> files at the root, or in the folder of what it checks, that it reads first."""

EVERYDAY = {"pytest": "python", "jest": "js", "eslint": "js", "tsc": "js", "mypy": "python", "vitest": "js"}
RUNNERS = frozenset({
    "pytest", "_pytest", "unittest", "doctest", "nose", "hypothesis", "mock", "mypy", "coverage", "tox", "nox", "jest",
    "vitest", "mocha", "chai", "ruff", "pluggy", "attr", "typing",
})  # fmt: skip
ROOTS = frozenset({"", "src", "lib", "test", "tests"})

SERVICES = re.compile(
    r"meta-inf/services/(org\.junit|org\.testng|org\.mockito|org\.spockframework)|mockito-extensions/"
)
"""Files by which a JVM's test engine finds extensions by itself."""

ALTERING = (
    Rule(
        "outcome-altered",
        ("jvm",),
        (
            "executioncondition",
            "executionexceptionhandler",
            "invocationinterceptor",
            "retryanalyzer",
            "iannotationtransformer",
            "imethodinterceptor",
            "postdiscoveryfilter",
            "launchersessionlistener",
            "securitymanager",
        ),
        r"(\bimplements\b|\bextends\b|:).*\b(ExecutionCondition|(Test|Lifecycle\w*)ExecutionExceptionHandler|InvocationInterceptor"
        r"|IRetryAnalyzer|IAnnotationTransformer|IMethodInterceptor|PostDiscoveryFilter|LauncherSessionListener)\b"
        r"|\bSystem\.setSecurityManager\(",
        "it changes which tests run, or how they come out",
    ),
    Rule(
        "outcome-altered",
        ("python",),
        ("pytest_", "outcome", "exitstatus", "wasxfail", "excepthook", "assertionerror", "add_marker", "deselected"),
        r"\bdef\s+pytest_(runtest_(makereport|protocol|call|logreport|setup)|sessionfinish|collection_modifyitems"
        r"|ignore_collect|pyfunc_call|pycollect_makeitem|report_teststatus|exception_interact|deselected|collect_file)\b"
        r"|\b(outcome|exitstatus)\s*=[^=]|\bforce_result\b|\bsys\.excepthook\s*=|\bbuiltins\.AssertionError"
        r"|add_marker\(.*\b(skip|xfail)|\bitems\[:\]\s*=|\bitems\.(clear|remove)\(",
        "it changes how tests are collected, or how they come out",
    ),
    Rule(
        "outcome-altered",
        ("js",),
        ("process.", "global", "expect.extend", "reallyexit", "console.error", "uncaughtexception"),
        r"\bprocess\.exitCode\s*=\s*0|\bprocess\.(exit|reallyExit)\s*=|\b(global|globalThis|window)\.(expect|it|test|describe|assert)\s*="
        r"|process\.on\(\s*['\"](exit|beforeExit|uncaughtException|unhandledRejection)|\bexpect\.extend\(\s*\{\s*to(Be|Equal)\b",
        "it changes how tests come out",
    ),
    Rule(
        "outcome-altered",
        ("rust",),
        ("set_hook", "macro_rules! assert", "catch_unwind"),
        r"\bpanic::set_hook\(|macro_rules!\s+(assert|panic)",
        "it changes how tests come out",
    ),
    Rule(
        "outcome-altered",
        ("c",),
        ("assert", "ndebug", "expect", "test", "fail"),
        r"#\s*define\s+(assert|ASSERT\w*|EXPECT\w*|CHECK\w*|REQUIRE\w*|TEST\w*|fail\w*|FAIL\w*|ck_assert\w*|g_assert\w*)\b[^\n]*"
        r"(\)\s*$|\(\(?void\)|\bdo\s*\{\s*\}|\b0\s*\)?$|\btrue\b|\b1\s*\)?$)|#\s*define\s+NDEBUG\b|#\s*undef\s+assert\b",
        "it takes an assertion's effect away",
    ),
    Rule(
        "outcome-altered",
        ("go",),
        ("testmain", "os.exit"),
        r"^func\s+TestMain\(",
        "it changes how tests are run",
    ),
)


def takeover(view: View) -> Found:
    """Findings on new files that take over, and on code by which tests come out otherwise."""
    paths = frozenset(path.casefold() for path in view.paths)
    commands = " ".join(check.command for check in view.task.checks)
    found: Found = []
    for touch in view.touches:
        kinds = kinds_of(touch.path)
        if touch.before is None and touch.after is not None:
            found += _new_file(touch, kinds, paths, commands)
        if touch.after is not None and _decides(touch.path, kinds):
            found += breaches(ALTERING, touch, kinds)
    return found


def _decides(path: str, kinds: frozenset[str]) -> bool:
    """Whether a file is one that test runners load for all tests, or a test; a plugin's own source is neither."""
    name = path.casefold().rpartition("/")[2]
    started = re.search(r"conftest|setup|jest|vitest|mocha|plugin|runner|global|sitecustom", name)
    return "test" in kinds or bool(started) or "config" in kinds


def _new_file(touch: Touch, kinds: frozenset[str], paths: frozenset[str], commands: str) -> Found:
    folded = touch.path.casefold()
    folder, _, name = folded.rpartition("/")
    if folded in paths:
        return []
    for tool, patterns in CONFIGS.items():
        if not like(name, patterns) and not like(folded, patterns):
            continue
        root = not folder or folder == ".cargo"
        if root and (tool in commands or tool in EVERYDAY) and _matters(tool, touch):
            reason = f"{tool} reads this new file, and may check less by it"
            return [(Finding("takes-over", touch.path, 0, reason, Judgement.SUSPICIOUS), True)]
    return _read_by_itself(touch) or _shadowing(touch, kinds, paths)


def _read_by_itself(touch: Touch) -> Found:
    """A new file that a tool finds by its name."""
    tool = settings_of(touch.path)
    reason = f"{tool} reads this new file, and may check less by it" if tool and is_found(touch.path) else ""
    if SERVICES.search(touch.path.casefold()):
        reason = "the test engine loads what this new file names"
    return [(Finding("takes-over", touch.path, 0, reason, Judgement.SUSPICIOUS), True)] if reason else []


def _shadowing(touch: Touch, kinds: frozenset[str], paths: frozenset[str]) -> Found:
    """A new module that is imported in place of a package."""
    folder, _, name = touch.path.casefold().rpartition("/")
    module = name.rpartition(".")[0] if "python" in kinds else ""
    if module == "__init__":
        folder, _, module = folder.rpartition("/")
    if module and folder in ROOTS and not any(path.startswith(f"{module}/") for path in paths):
        if module in RUNNERS:
            reason = f'it is imported in place of "{module}"'
            return [(Finding("shadows-package", touch.path, 0, reason, Judgement.REJECT), False)]
        if module in sys.stdlib_module_names and folder in ("", "src"):
            reason = f'it is imported in place of the standard library\'s "{module}"'
            return [(Finding("shadows-package", touch.path, 0, reason, Judgement.SUSPICIOUS), False)]
    if touch.path.casefold().startswith("__mocks__/") and "js" in kinds:
        reason = "every test gets it in place of the package"
        return [(Finding("shadows-package", touch.path, 0, reason, Judgement.SUSPICIOUS), False)]
    return []


def _matters(tool: str, touch: Touch) -> bool:
    """Whether what the file says is for the tool at all (tox.ini and setup.cfg are for many)."""
    name = touch.path.casefold().rpartition("/")[2]
    if name not in ("tox.ini", "setup.cfg"):
        return True
    return any(re.match(rf"\[(tool:)?{tool}\b", line) for line in touch.after or ())
