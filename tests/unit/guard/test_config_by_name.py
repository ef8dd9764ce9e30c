"""Settings that are told by what their files and their names say, not by a list of either."""

from __future__ import annotations

import pytest

from guarded import judged, rewritten
from prunella.changes import Create, Judgement

POM = "<project>\n<plugin>\n<configuration>\n{}\n</configuration>\n</plugin>\n</project>\n"

NEW = [
    (".mocharc.yml", "spec: test\n", "npm test"),
    (".config/nextest.toml", "[profile.default]\nfail-fast = false\n", "cargo nextest run"),
    ("src/test/resources/junit-platform.properties", "junit.jupiter.execution.parallel.enabled=true\n", "mvn test"),
    ("src/test/resources/META-INF/services/org.junit.jupiter.api.extension.Extension", "x.Skip\n", "mvn test"),
    ("CTestCustom.cmake", "set(CTEST_CUSTOM_TESTS_IGNORE a)\n", "ctest"),
    ("lombok.config", "lombok.addSuppressWarnings = true\n", "mvn compile"),
    ("staticcheck.conf", 'checks = ["all", "-SA4006"]\n', "staticcheck ./..."),
    ("tests/asan.supp", "leak:parse\n", "make check"),
]


@pytest.mark.parametrize(("path", "text", "command"), NEW, ids=[path for path, _, _ in NEW])
def test_a_new_file_that_a_tool_reads_by_itself_is_suspicious(path: str, text: str, command: str) -> None:
    assert judged({}, Create(path, text), command=command).judgement is Judgement.SUSPICIOUS


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/mocha.yml", "a: 1\n"),
        ("tests/fixtures/jest.config.json", '{"bail": true}\n'),
        ("data/settings.toml", "a = 1\n"),
        ("src/mocha.ts", "export const a = 1\n"),
        ("src/eslint-plugin.ts", "export const a = 1\n"),
    ],
)
def test_a_new_file_that_only_sounds_like_one_is_fine(path: str, text: str) -> None:
    rules = {finding.rule for finding in judged({}, Create(path, text)).findings}
    assert not rules & {"takes-over", "left-out", "strictness-lowered"}


LOOSER = [
    (".nycrc.json", '{"check-coverage": true}\n', '{"check-coverage": true, "exclude-after-remap": true}\n'),
    ("pom.xml", POM.format(""), POM.format("<excludedGroups>slow</excludedGroups>")),
    ("pom.xml", POM.format(""), POM.format("<groups>none</groups>")),
    ("pom.xml", POM.format(""), POM.format("<surefire.failIfNoSpecifiedTests>false</surefire.failIfNoSpecifiedTests>")),
    ("jest.config.js", "module.exports = {\n  a: 1,\n}\n", "module.exports = {\n  testNamePattern: '^(?!a)',\n}\n"),
    (".golangci.yml", "a:\n  b: 1\n", "a:\n  b: 1\nlinters:\n  exclusions:\n    presets:\n      - legacy\n"),
    ("build.gradle", "test {\n}\n", 'test {\n  filter { excludeTestsMatching "*Parser*" }\n}\n'),
    ("CMakeLists.txt", "set(A 1)\n", "set(A 1)\nset_tests_properties(a PROPERTIES DISABLED TRUE)\n"),
    ("tests/env.sh", "set -u\n", "set -u\nexport UBSAN_OPTIONS=halt_on_error=0\n"),
    ("tests/run", "#!/bin/sh\nmake\n", "#!/bin/sh\nexport LSAN_OPTIONS=exitcode=0\nmake\n"),
    (".mocharc.json", '{"retries": 0}\n', '{"retries": 4}\n'),
    ("junit-platform.properties", "a = 1\n", "junit.jupiter.execution.timeout.default = 10 h\n"),
    ("checkstyle.xml", "<a>\n</a>\n", '<a>\n<property name="severity" value="ignore"/>\n</a>\n'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "before", "after"), LOOSER)
def test_a_setting_whose_name_says_that_less_is_checked_is_suspicious(path: str, before: str, after: str) -> None:
    assert rewritten(path, before, after).judgement is Judgement.SUSPICIOUS


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("pom.xml", "<project><source>1.5</source></project>", "<project><source>1.6</source></project>"),
        (".mocharc.json", '{"retries": 4}\n', '{"retries": 0}\n'),
        (".mocharc.json", '{"exclude": ["a", "b"]}\n', '{"exclude": ["a"]}\n'),
        ("nextest.toml", "fail-fast = true\n", "fail-fast = false\n"),
        ("Cargo.toml", '[package]\nexclude = ["a"]\n', '[package]\nexclude = ["a", "b"]\n'),
        ("config/default.json", '{"timeout": 5}\n', '{"timeout": 50}\n'),
    ],
)
def test_a_setting_that_leaves_as_much_to_be_checked_is_fine(path: str, before: str, after: str) -> None:
    assert rewritten(path, before, after).judgement is Judgement.ALLOW


def test_an_extension_that_decides_which_tests_run_is_suspicious() -> None:
    text = "class Skip implements ExecutionCondition {\n}\n"
    verdict = judged({}, Create("src/test/java/x/Skip.java", text), command="mvn test")
    assert "outcome-altered" in {finding.rule for finding in verdict.findings}
