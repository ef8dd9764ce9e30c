"""What a file is, told by its path: its language, and whether it is a test, a configuration or a script."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from prunella.guard.tools import is_settings

LANGUAGES: dict[str, tuple[str, ...]] = {
    "js": ("ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "astro"),
    "python": ("py", "pyi", "pyx", "ipynb"),
    "go": ("go",),
    "rust": ("rs",),
    "jvm": ("java", "kt", "kts", "scala", "groovy"),
    "dotnet": ("cs", "fs", "vb"),
    "c": ("c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm"),
    "php": ("php",),
    "ruby": ("rb", "rake"),
    "swift": ("swift",),
    "yaml": ("yml", "yaml"),
    "shell": ("sh", "bash", "zsh", "ksh", "bat", "cmd", "ps1"),
}
TEST_FOLDERS = frozenset({
    "test", "tests", "__tests__", "spec", "specs", "e2e", "cypress", "unittests", "testdata", "__mocks__",
    "androidtest", "test-utils",
})  # fmt: skip
TEST_NAMES = (
    "test_*.py", "*_test.py", "tests.py", "conftest.py", "*.test.*", "*.spec.*", "*.cy.*", "*_test.go", "*_test.rb",
    "*_spec.rb", "*_test.exs", "*_tests.rs", "*_test.rs", "tests.rs", "test.rs", "test_*.c*", "*_test.c*", "*_tests.c*",
    "*-test.c*", "*_unittest.c*", "test-*.c*",
)  # fmt: skip
CASED_TEST_ENDS = tuple(
    f"{end}.{language}"
    for end in ("Test", "Tests", "Spec", "TestCase", "IT")
    for language in ("java", "kt", "kts", "groovy", "scala", "cs", "php", "swift")
)
"""Where only the capital parts ``HeroTest.java`` from ``Latest.java``."""

LINT_NAMES = (".eslintrc*", "eslint.config.*", "biome.json*", ".oxlintrc*", "tslint.json", ".stylelintrc*")
CONFIG_NAMES = (
    *LINT_NAMES, "tsconfig*.json", "jsconfig*.json", "package.json", "*.config.*", ".babelrc*", ".swcrc",
    "pyproject.toml", "setup.cfg", "*.ini", "*ruff.toml", ".flake8", "*pylintrc", "pyrightconfig.json", "cargo.toml",
    "*clippy.toml", "go.mod", ".golangci.*", "phpstan.*", ".rubocop.yml", "pom.xml", "build.gradle*", "cmakelists.txt",
    "*makefile", "*.mk", "dockerfile*", "*.yml", "*.yaml", "*.lock", "package-lock.json", "npm-shrinkwrap.json",
    "go.sum", ".*rc", ".*rc.json", "angular.json", "nx.json", "turbo.json", "deno.json*", "project.json", "setup.py",
    "noxfile.py", "*justfile", "*.cmake", "*.gradle", "*.gradle.kts", "gradle.properties", "*.csproj", "*.props",
    "*.targets", ".coveragerc", "checkstyle*.xml", "spotbugs*.xml", "pmd*.xml", "*ruleset*.xml", "detekt*.yml",
    ".clang-tidy",
    "configure.ac", "configure.in", "meson.build", "meson_options.txt", "build.bazel", "build.sbt", "conftest.py",
    "setup.cfg", "tox.ini", ".editorconfig", ".eslintignore", ".prettierignore", ".swiftlint.yml", "psalm.xml",
    "phpunit.xml*",
    "rustfmt.toml", "deny.toml", ".bandit", "mypy.ini", ".mypy.ini", "vitest.*", "jest.*", "karma.conf.*", "cypress.*",
    "makefile.am", "nightwatch.*", ".nycrc*", "*suppress*.xml", "*baseline*", "*findbugs*", "*spotbugs*",
    "*exclude*.xml", "*filter*.xml", ".c8rc*", "lint-staged*", "commitlint*",
)  # fmt: skip
BUILD_NAMES = (
    "cmakelists.txt",
    "*.cmake",
    "*makefile",
    "*.mk",
    "makefile.am",
    "*.gradle",
    "*.gradle.kts",
    "pom.xml",
    "build.sbt",
    "meson.build",
    "configure.ac",
    "configure.in",
    "build.bazel",
    "*.bzl",
    "*.csproj",
    "*.props",
    "setup.py",
    "build.rs",
    "gradle.properties",
    "cargo.toml",
    "config.toml",
)  # fmt: skip
SCRIPT_NAMES = ("package.json", "*makefile", "*.mk", "*justfile", "dockerfile*", "taskfile.*", "noxfile.py", "tox.ini")


@lru_cache(maxsize=4_096)
def kinds_of(path: str) -> frozenset[str]:
    """The languages and roles (``test``, ``config``, ``lint``, ``build``, ``script``, ``snapshot``) of a file."""
    *folders, name = path.casefold().split("/")
    ending = name.rpartition(".")[2] if "." in name else ""
    kinds = {language for language, endings in LANGUAGES.items() if ending in endings}
    if TEST_FOLDERS.intersection(folders) or _like(name, TEST_NAMES) or path.endswith(CASED_TEST_ENDS):
        kinds.add("test")
    if _like(name, LINT_NAMES):
        kinds.add("lint")
    if _like(name, CONFIG_NAMES) or is_settings(path):
        kinds.add("config")
    if _like(name, BUILD_NAMES):
        kinds.add("build")
    if "shell" in kinds or _like(name, SCRIPT_NAMES):
        kinds.add("script")
    if ending == "snap" or "__snapshots__" in folders:
        kinds.add("snapshot")
    return frozenset(kinds)


def _like(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
