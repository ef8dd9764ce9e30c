"""The rules on flags of tools, wherever a configuration or a script hands them over, as data (see ``lines``)."""

from __future__ import annotations

import re

from prunella.guard.lines import Rule, Side

_FILES = ("config", "script", "yaml", "shell", "build")
STRICT_FLAGS = re.compile(
    r"(?<![\w-])(-Werror\b|-Wall\b|-Wextra\b|-Wpedantic\b|-pedantic(?:-errors)?\b|-Wconversion\b|-Wshadow\b|-fsanitize=\w+"
    r"|/WX\b|/W4\b|-Xlint(?::all)?(?=[\s\"'<,]|$)|-D\s*warnings\b|-Dwarnings\b|-race\b|--max-warnings\b|--cov-fail-under"
    r"|--strict(?:-markers|-config|-equality)?(?=[\s\"',]|$)|--fail-under|--fail-on-\w+|--deny\b|-W\s*error\b|--noEmit\b"
    r"|--warnings-as-errors|--all-targets|--frozen-lockfile|-vet=\w+|werror=true|-D\s+clippy::\w+)"
)
"""Flags by which a tool is strict."""

_START = r"(?<![\w-])"

FLAGS = (
    Rule(
        "tool-flags",
        ("config", "build"),
        ("-w", "-fpermissive", "-wd", "/w", "-nowarn", "-xep", "-xlint:", "-xlint:none", "nowarn", "suppress"),
        _START
        + r"(-w(?=[\s\"',;)]|$)|-Wno-[\w=-]+|-fpermissive\b|/w(?=[\s\"',;)]|$)|/wd\d+|-nowarn\b|-Xlint:(none|-[\w-]+)"
        r"|-Wno-error\b|/W0\b|-W0\b|-Xnowarn\b|-suppress-warnings?\b|-XepDisableAll\w*|-Xep:\w+:(OFF|WARN)\b)",
        "it tells the compiler to keep quiet",
    ),
    Rule(
        "tool-flags",
        _FILES,
        ("--cap-lints", "-a ", "-awarnings", "-aclippy", "-adead", "-aunused", '"-a'),
        r"--cap-lints\b|" + _START + r"-A[\s\"',]*(warnings|clippy|unused|dead_code|deprecated|missing)\b",
        "it tells the compiler to keep quiet",
    ),
    Rule(
        "tool-flags",
        _FILES,
        ("skip", "-x ", "failure", "ignore", "no-verify", "allow-warnings", "no-strict", "no-check", "disable"),
        r"-D[\w.]*skip[\w.]*(=true)?\b|-Dmaven\.test\.(skip|failure\.ignore)|(?<!\w)-x\s+(\w*:)*(test|check|lint|\w*Test|spotbugs\w*)\b"
        r"|--no-verify\b|--allow-warnings\b|--no-strict\b|--no-type-check\b|--no-check\b|--skip-tests?\b|--ignore-errors\b"
        r"|-fno-sanitize|--disable-warnings|--no-fail\b",
        "it leaves a check out",
    ),
    Rule(
        "tool-flags",
        _FILES,
        (
            "ignore-missing-imports",
            "--exit-zero",
            "passwithnotests",
            "follow-imports",
            "skiplibcheck",
            "transpile-only",
            "no-warnings",
            "isolatedmodules",
            "--noemitonerror",
            "swc",
            "disable-error-code",
            "--quiet",
        ),
        r"--ignore-missing-imports\b|--exit-zero\b|--passWithNoTests\b|--follow-imports[=\s]+(skip|silent)|--skipLibCheck\b"
        r"|--transpile-only\b|-p\s*no:warnings|--disable-error-code\b|--noEmitOnError\s+false|--strict\s+false\b",
        "it makes a check less strict",
    ),
    Rule(
        "tests-left-out",
        _FILES,
        (
            "--ignore",
            "--deselect",
            "addopts",
            "--testpathignore",
            "not ",
            "--exclude",
            "--skip",
            "testnamepattern",
            "-short",
            "ctest",
            "-run",
            "--filter",
            "-dtest",
            "--tag",
        ),
        r"--(ignore|ignore-glob|deselect|testPathIgnorePatterns)(?=[=\s\"',])|addopts.*\s-k[\s=\"']|-[km][\s=\"'\\]+not\s"
        r"|\btest\b.*\s--\s+.*--skip\b|\bctest\b.*\s-(E|LE)\b|\bgo\s+test\b.*\s-(short|skip)\b|--exclude-(tag|task|dir|group)s?\b"
        r"|-Dtest=!|--tags?[=\s]+[\"']?(~|not\s)|\bcargo\s+test\b.*--exclude\b|--grep\b.*--invert\b",
        "it leaves tests out",
    ),
    Rule(
        "tests-left-out",
        ("build",),
        ("exclude", "filter", "includetests", "onlyif", "disabled", "will_fail", "should_fail"),
        r"\b(exclude|include)(Tests?(Matching)?|Tags|Categor\w+|Groups?|Engines)\b|\bonlyIf\s*\{\s*false"
        r"|\b(DISABLED|WILL_FAIL|SKIP_RETURN_CODE)\s+(TRUE|ON|1|YES)|\bshould_fail\s*:\s*true",
        "it leaves tests out, or takes their failing for right",
    ),
    Rule(
        "tool-flags",
        ("config", "script", "yaml", "shell", "build", "test js", "test python"),
        ("_options", "flags", "filter", "warnings", "skip", "disable", "_addopts", "_opts"),
        r"\b([AMTUL]|UB|HW)\w*SAN_OPTIONS\b.*\b(detect_\w+=0|halt_on_error=0|exitcode=0|suppressions=|abort_on_error=0)"
        r"|\bGTEST_FILTER\b.*-|\bPYTHONWARNINGS\b\W+ignore|\b(NODE_NO_WARNINGS|DISABLE_ESLINT_PLUGIN|TSC_COMPILE_ON_ERROR)\b"
        r"|\bRUSTFLAGS\b.*-A\b|\bPYTEST_ADDOPTS\b|\b(SKIP|IGNORE|DISABLE|NO)_(TESTS?|LINT|CHECKS?|VERIFY)\b\W+(1|true|yes)\b"
        r"|\bNODE_OPTIONS\b.*(--no-warnings|unhandled-rejections=(none|warn))",
        "it sets what makes a check see less",
    ),
    Rule(
        "strictness-lowered",
        _FILES,
        ("filterwarnings", "ignore::", "ignore:"),
        r"""["'\s]ignore(::|:\w|["'])""",
        "it ignores warnings that were errors, or shown",
    ),
    Rule(
        "build-check-removed",
        ("build",),
        (
            "plugin",
            "apply",
            "check",
            "add_test",
            "enable_testing",
            "dependson",
            "lint",
            "jacoco",
            "errorprone",
            "verify",
        ),
        r"^[^#]*\b(checkstyle|spotbugs|pmd|errorprone|jacoco|detekt|ktlint|spotless|sonar|animal-sniffer|forbiddenapis)\b|\badd_test\s*\("
        r"|^[^#]*\benable_testing\s*\(|\bcheck\.dependsOn|\bdependsOn\b.*\b(test|check|lint)\b",
        "it takes a check out of the build",
        side=Side.LOST,
    ),
)
