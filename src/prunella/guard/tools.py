"""Files by which tools that check are told what to do, by their names: each tool has a file of its own, and no list of
files can be whole, so a settings file that is called after a tool is taken for that tool's."""

from __future__ import annotations

import re
from functools import lru_cache

CHECKERS = frozenset({
    "ava", "bandit", "c8", "checkstyle", "clippy", "codecov", "coveragerc", "coveralls", "cppcheck", "ctest",
    "ctestcustom", "cucumber", "cypress", "detekt", "eslint", "eslintrc", "errorprone", "failsafe", "findbugs",
    "flake8", "gcovr", "golangci", "gosec", "gotestsum", "hadolint", "infer", "insta", "jacoco", "jasmine", "jest",
    "junit", "karma", "knip", "ktlint", "lcov", "lcovrc", "lombok", "markdownlint", "mocha", "mocharc", "mutmut",
    "mypy", "nextest", "nightwatch", "nyc", "nycrc", "oxlint", "oxlintrc", "phpstan", "phpunit", "pitest",
    "playwright", "pmd", "proptest", "psalm", "pydocstyle", "pylint", "pylintrc", "pyre", "pyright", "pyrightconfig",
    "pytest", "pytype", "revive", "rspec", "rubocop", "ruff", "rustfmt", "semgrep", "shellcheck", "shellcheckrc",
    "simplecov", "sonar", "sonarlint", "spotbugs", "spotless", "staticcheck", "stryker", "stylelint", "stylelintrc",
    "surefire", "swiftlint", "taprc", "tarpaulin", "testng", "tslint", "tsd", "vale", "valgrind", "vitest", "vulture",
    "wtr", "xo", "yamllint", "c8rc", "gcov", "llvm", "criterion", "trivy", "spectral", "commitlint", "depcheck",
})  # fmt: skip
"""Tools that test, lint or measure, as parts of file names in lower case."""

FORMS = frozenset({
    "", "toml", "ini", "cfg", "conf", "config", "properties", "json", "jsonc", "json5", "yml", "yaml", "xml", "cmake",
    "ctest", "supp", "neon", "dist", "js", "cjs", "mjs", "ts", "cts", "mts", "rc", "in", "plist", "env",
})  # fmt: skip
"""Endings of settings files."""

PROGRAMS = frozenset({"js", "cjs", "mjs", "ts", "cts", "mts"})
"""Those of them that are programs more often."""

ROOTED = frozenset({"toml", "ini", "cfg", "conf", "properties", "supp"})
"""Forms that hold settings wherever they are at a repository's root."""

FOLDERS = frozenset({".config", "config", "conf", "etc", "resources", "cmake", "ci", "build", "tools", "test", "tests"})
"""Folders, next to the root, in which tools look as well."""

APART = frozenset({"examples", "example", "fixtures", "fixture", "testdata", "templates", "template", "docs", "doc"})


@lru_cache(maxsize=4_096)
def settings_of(path: str) -> str:
    """The tool whose settings a file holds, "" when none can be told by its name."""
    *folders, name = path.casefold().split("/")
    stem, _, ending = name.lstrip(".").rpartition(".") if "." in name.lstrip(".") else (name.lstrip("."), "", "")
    if ending not in FORMS or APART.intersection(folders):
        return ""
    if ending in PROGRAMS and not (re.search(r"(config|conf|rc|setup)$", stem) or name.startswith(".")):
        return ""
    if not ending and not (name.startswith(".") or name.endswith("rc")):
        return ""
    parts = [*re.split(r"[._-]+", stem), *(folders[-1:] if ending not in PROGRAMS else ())]
    return next((part for part in parts if part in CHECKERS), "")


@lru_cache(maxsize=4_096)
def is_settings(path: str) -> bool:
    """Whether a file is a tool's settings, or of a form that holds nothing else where it is."""
    folders, _, name = path.casefold().rpartition("/")
    return bool(settings_of(path)) or (folders in ("", ".config") and name.rpartition(".")[2] in ROOTED)


def is_found(path: str) -> bool:
    """Whether a tool looks there by itself: at the root, or in a folder that is made for it."""
    folders = path.casefold().split("/")[:-1]
    return len(folders) <= 1 or folders[-1] in FOLDERS
