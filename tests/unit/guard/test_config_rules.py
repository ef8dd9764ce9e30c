from __future__ import annotations

import pytest

from guarded import rewritten
from prunella.changes import Judgement

LOOSER = [
    ("tsconfig.json", '{"compilerOptions": {"noImplicitAny": true}}', '{"compilerOptions": {"noImplicitAny": false}}'),
    ("tsconfig.json", '{"compilerOptions": {"target": "ES2022"}}', '{"compilerOptions": {"target": "ES5"}}'),
    ("biome.json", '{"linter": {"enabled": true}}', '{"linter": {"enabled": false}}'),
    ("biome.json", '{"linter": {"rules": {"x": "error"}}}', '{"linter": {"rules": {"x": "warn"}}}'),
    (".eslintrc.yml", "rules:\n  no-undef: error\n", "rules:\n  no-undef: off\n"),
    ("eslint.config.js", "export default [{rules: {'a/b': 'error'}}]\n", "export default [{rules: {'a/b': 'warn'}}]\n"),
    ("jest.config.js", "coverageThreshold: {\n  lines: 90,\n}\n", "coverageThreshold: {\n  lines: 10,\n}\n"),
    ("jest.config.json", '{"coverageThreshold": {"global": {"lines": 90}}}', "{}"),
    ("vitest.config.ts", "test: {\n}\n", "test: {\n  retry: 5,\n}\n"),
    ("vitest.config.ts", "test: {\n  testTimeout: 500,\n}\n", "test: {\n  testTimeout: 50000,\n}\n"),
    ("next.config.js", "a: 1,\n", "a: 1,\n  eslint: { ignoreDuringBuilds: true },\n"),
    ("package.json", '{"jest": {"roots": ["a", "b"]}}', '{"jest": {"roots": ["a"]}}'),
    ("pyproject.toml", "[tool.coverage.report]\nfail_under = 90\n", "[tool.coverage.report]\nfail_under = 20\n"),
    ("pyproject.toml", '[tool.ruff.lint]\nselect = ["E", "F"]\n', '[tool.ruff.lint]\nselect = ["E"]\n'),
    (
        "pyproject.toml",
        '[tool.pytest.ini_options]\nfilterwarnings = ["error"]\n',
        "[tool.pytest.ini_options]\nfilterwarnings = []\n",
    ),
    (
        "pyproject.toml",
        '[tool.pytest.ini_options]\naddopts = "-q"\n',
        "[tool.pytest.ini_options]\naddopts = \"-q -k 'not a'\"\n",
    ),
    ("pyproject.toml", '[tool.mypy]\npython_version = "3.12"\n', '[tool.mypy]\npython_version = "3.8"\n'),
    ("pyproject.toml", '[tool.pyright]\nreportAny = "error"\n', '[tool.pyright]\nreportAny = "none"\n'),
    ("setup.cfg", "[mypy]\nwarn_return_any = True\n", "[mypy]\nwarn_return_any = False\n"),
    (".flake8", "[flake8]\nignore = E1\n", "[flake8]\nignore = E1,F821\n"),
    ("pytest.ini", "[pytest]\nxfail_strict = true\n", "[pytest]\nxfail_strict = false\n"),
    ("pytest.ini", "[pytest]\n", "[pytest]\nfilterwarnings =\n    ignore\n"),
    (".pylintrc", "[MAIN]\ndisable=a\n", "[MAIN]\ndisable=a,b\n"),
    ("Cargo.toml", '[lints.clippy]\nall = "deny"\n', '[lints.clippy]\nall = "allow"\n'),
    ("Cargo.toml", '[lints.rust]\nunsafe_code = "forbid"\n', "[lints.rust]\n"),
    ("clippy.toml", "", "too-many-arguments-threshold = 99\n"),
    (".golangci.yml", "linters:\n  enable:\n    - errcheck\n    - vet\n", "linters:\n  enable:\n    - vet\n"),
    (".golangci.yml", "issues:\n  max-issues: 0\n", "issues:\n  exclude:\n    - a\n  max-issues: 0\n"),
    (
        "pom.xml",
        "<project><properties></properties></project>",
        "<project><properties><skipTests>true</skipTests></properties></project>",
    ),
    (
        "pom.xml",
        "<project><plugin><configuration><failOnViolation>true</failOnViolation></configuration></plugin></project>",
        "<project><plugin><configuration><failOnViolation>false</failOnViolation></configuration></plugin></project>",
    ),
    (
        "pom.xml",
        "<project><plugin><configuration></configuration></plugin></project>",
        "<project><plugin><configuration><testFailureIgnore>true</testFailureIgnore></configuration></plugin></project>",
    ),
    ("pom.xml", "<compilerArgs>\n<arg>-Werror</arg>\n</compilerArgs>\n", "<compilerArgs>\n</compilerArgs>\n"),
    ("pom.xml", "<a>\n</a>\n", "<a>\n<arg>-XepDisableAllChecks</arg>\n</a>\n"),
    (
        "pom.xml",
        "<rule><limit><minimum>0.80</minimum></limit></rule>",
        "<rule><limit><minimum>0.10</minimum></limit></rule>",
    ),
    ("build.gradle", "checkstyle {\n}\n", "checkstyle {\n  ignoreFailures = true\n}\n"),
    ("build.gradle.kts", "allWarningsAsErrors.set(true)\n", "allWarningsAsErrors.set(false)\n"),
    ("build.gradle", "test {\n  useJUnitPlatform()\n}\n", "test {\n  useJUnitPlatform()\n  enabled = false\n}\n"),
    ("build.gradle", "options.compilerArgs << '-Xlint:all' << '-Werror'\n", "options.compilerArgs << '-Xlint:all'\n"),
    ("checkstyle.xml", '<module name="A">\n<module name="B"/>\n</module>\n', '<module name="A">\n</module>\n'),
    ("checkstyle.xml", '<property name="severity" value="error"/>\n', '<property name="severity" value="warning"/>\n'),
    ("checkstyle-suppressions.xml", "<a>\n</a>\n", '<a>\n<suppress files="." checks="."/>\n</a>\n'),
    ("detekt.yml", "build:\n  maxIssues: 0\n", "build:\n  maxIssues: 99\n"),
    ("CMakeLists.txt", "add_compile_options(-Wall -Werror)\n", "add_compile_options(-Wall)\n"),
    ("CMakeLists.txt", "add_test(NAME a COMMAND a)\n", "\n"),
    ("CMakeLists.txt", "set(A 1)\n", "set(A 1)\nadd_compile_options(-w)\n"),
    ("CMakeLists.txt", "set(CMAKE_COMPILE_WARNING_AS_ERROR ON)\n", "set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)\n"),
    (
        "meson.build",
        "project('a', default_options: ['werror=true'])\n",
        "project('a', default_options: ['werror=false'])\n",
    ),
    (".clang-tidy", "Checks: 'bugprone-*'\n", "Checks: 'bugprone-*,-bugprone-foo'\n"),
    (".clang-tidy", "WarningsAsErrors: '*'\n", "WarningsAsErrors: ''\n"),
    ("config.mk", "CFLAGS = -O2\n", "CFLAGS = -O2 -Wno-unused-result\n"),
    ("configure.ac", 'CFLAGS="-Wall -Werror"\n', 'CFLAGS="-Wall"\n'),
    ("a.csproj", "<P><TreatWarningsAsErrors>true</TreatWarningsAsErrors></P>", "<P></P>"),
    ("a.csproj", "<P></P>", "<P><NoWarn>CS8602</NoWarn></P>"),
    ("phpstan.neon", "level: 8\n", "level: 2\n"),
    (".rubocop.yml", "Style/A:\n  Enabled: true\n", "Style/A:\n  Enabled: false\n"),
]


@pytest.mark.parametrize(("path", "before", "after"), LOOSER)
def test_configuration_that_checks_less_is_suspicious(path: str, before: str, after: str) -> None:
    verdict = rewritten(path, before, after)
    assert verdict.judgement is Judgement.SUSPICIOUS, verdict


@pytest.mark.parametrize(("path", "before", "after"), [(path, after, before) for path, before, after in LOOSER])
def test_configuration_that_checks_more_is_not_called_less_strict(path: str, before: str, after: str) -> None:
    rules = {finding.rule for finding in rewritten(path, before, after).findings}
    assert not rules & {"strictness-lowered", "rule-off", "threshold-lowered", "left-out"}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("tsconfig.json", '{"compilerOptions": {"jsx": "react"}}', '{"compilerOptions": {"jsx": "react-jsx"}}'),
        ("vite.config.ts", "server: { port: 1 },\n", "server: { port: 2, strictPort: false },\n"),
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1"\n', '[project]\nname = "a"\nversion = "2"\n'),
        ("Cargo.toml", '[package]\nversion = "1.2.3"\n', '[package]\nversion = "1.2.4"\n'),
        ("pom.xml", "<project><version>1.1</version></project>", "<project><version>1.0</version></project>"),
        ("build.gradle", "version = '1.2'\n", "version = '1.3'\n"),
        ("CMakeLists.txt", "add_library(a a.c)\n", "add_library(a a.c b.c)\n"),
        ("config.yml", "timeout_s: 5\nname: a\n", "timeout_s: 5\nname: b\n"),
        ("Makefile.am", "check_PROGRAMS = a\n", "check_PROGRAMS = a b\n"),
    ],
)
def test_other_settings_may_change(path: str, before: str, after: str) -> None:
    assert rewritten(path, before, after).judgement is Judgement.ALLOW
