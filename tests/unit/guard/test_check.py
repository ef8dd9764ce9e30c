from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BUILD, error, failed, task
from guarded import BASELINE, fixed, judged, packaged, rewritten
from prunella.changes import Create, Delete, Edit, FileChange, Fix, Judgement, Rename, Replace, Verdict
from prunella.domain import Check
from prunella.guard import check


def test_an_ordinary_repair_is_allowed() -> None:
    verdict = judged(
        {"src/a.ts": "export const a = storage.get('x')\n", "src/b.test.ts": "it('b', () => { expect(1).toBe(1) })\n"},
        Replace("src/a.ts", "get('x')", "getData<Hero>('x')"),
        Create("src/heroes/index.ts", "export async function getHero(): Promise<Hero | null> {\n  return null\n}\n"),
        Create("src/c.test.ts", "it('c', () => {\n  expect(c()).toBe(2)\n})\n"),
    )
    assert verdict == Verdict()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/a.ts", "// @ts-ignore"),
        ("src/a.tsx", "{/* @ts-expect-error it works */}"),
        ("src/a.ts", "/* eslint-disable no-undef */"),
        ("src/a.ts", "// biome-ignore lint: x"),
        ("src/a.ts", "const x = (window as any).hero"),
        ("src/a.ts", "const x = y as any;"),
        ("src/a.ts", "const x = y as unknown as Hero"),
        ("src/a.ts", "function f(x: any, y: string) {"),
        ("src/a.ts", "let x: any[] = []"),
        ("a.py", "x = f()  # type: ignore[attr-defined]"),
        ("a.py", "x = 1  # noqa: E501"),
        ("a.py", "# pylint: disable=all"),
        ("a.py", "x = cast(Any, y)"),
        ("a.py", "@no_type_check"),
        ("a.rs", "#[allow(dead_code)]"),
        ("a.go", "x := 1 //nolint:errcheck"),
        ("A.java", '@SuppressWarnings("unchecked")'),
        ("A.cs", "#pragma warning disable CS0168"),
        ("a.c", '#pragma GCC diagnostic ignored "-Wall"'),
        ("a.rb", "# rubocop:disable all"),
        ("src/a.test.ts", "it.skip('x', () => {"),
        ("src/a.test.ts", "describe.only('x', () => {"),
        ("src/a.test.ts", "xit('x', () => {"),
        ("src/a.test.ts", "expect(true).toBe(true)"),
        ("tests/test_a.py", "@pytest.mark.skip(reason='flaky')"),
        ("tests/test_a.py", "    pytest.skip('later')"),
        ("tests/test_a.py", "    assert True"),
        ("tests/conftest.py", "collect_ignore = ['test_x.py']"),
        ("a_test.go", '	t.Skip("x")'),
        ("src/lib.rs", "#[ignore]"),
        ("HeroTest.java", "@Disabled"),
        ("tsconfig.json", '  "strict": false,'),
        ("tsconfig.json", '  "skipLibCheck": true,'),
        ("next.config.js", "  typescript: { ignoreBuildErrors: true },"),
        ("mypy.ini", "ignore_errors = True"),
        ("pyproject.toml", "disallow_untyped_defs = false"),
        (".eslintrc.json", '  "no-undef": "off",'),
        ("eslint.config.js", "  'no-undef': 0,"),
        ("pytest.ini", "addopts = --ignore=tests/test_a.py"),
        ("deploy/run.sh", "npm test || true"),
        ("deploy/run.sh", "exit 0"),
        ("deploy/run.sh", "set +e"),
        ("jest.setup.test.js", "process.exit(0)"),
        ("config/x.yml", "continue-on-error: true"),
    ],
)
def test_a_line_that_gets_around_the_checks_is_suspicious(path: str, line: str) -> None:
    before = "first\nlast\n"
    verdict = rewritten(path, before, f"first\n{line}\nlast\n")
    assert verdict.judgement is Judgement.SUSPICIOUS, verdict
    assert verdict.findings[0].line == 2
    assert verdict.findings[0].reason


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/a.ts", "// there is not any other way, as any reader will see"),
        ("src/a.ts", "} catch (e: any) {"),
        ("src/a.ts", "const company: Company = anyOf(x)"),
        ("src/a.ts", "query.skip(10).only('name')"),
        ("src/a.ts", "if (done) process.exit(0)"),
        ("src/a.ts", "const strict = flag || true"),
        ("vite.config.ts", "  server: { strictPort: false },"),
        ("vite.config.ts", "const open = process.env.OPEN || true"),
        ("package.json", '  "version": "0.3.1",'),
        ("a.py", "ignored = noqa_count  # type: the type of it"),
        ("a.py", "sys.exit(0)"),
        ("a.rs", "let pending = queue.skip(1);"),
        ("a.rs", "#[derive(Debug)]"),
        ("Latest.java", "boolean disabled = true;"),
        ("docs/a.md", "use `@ts-ignore` or `# noqa` or it.skip("),
        ("src/a.test.ts", "expect(total).toBe(1)"),
        ("tests/test_a.py", "    assert total == 1"),
    ],
)
def test_false_alarms_are_not_raised(path: str, line: str) -> None:
    assert rewritten(path, "first\nlast\n", f"first\n{line}\nlast\n").judgement is Judgement.ALLOW


def test_what_was_there_before_is_no_new_suppression() -> None:
    before = "a = f()  # type: ignore\nb = 1\nc = 2\n# noqa\nd = 3\n"
    assert judged({"a.py": before}, Replace("a.py", "f()", "g()")) == Verdict()
    assert judged({"a.py": before}, Rename("a.py", "b.py")) == Verdict()
    moved = "b = 1\na = f()  # type: ignore\nc = 2\n# noqa\nd = 3\n"
    assert rewritten("a.py", before, moved) == Verdict()
    elsewhere = "a = f()  # type: ignore\n# noqa\nb = 1\nc = 2\nd = 3\n"
    assert rewritten("a.py", before, elsewhere).judgement is Judgement.SUSPICIOUS


def test_a_suppression_in_a_renamed_file_is_seen() -> None:
    verdict = judged({"a.py": "x = 1\ny = 2\n"}, Rename("a.py", "b.py"), Replace("b.py", "y = 2", "y = 2  # noqa"))
    assert [finding.line for finding in verdict.findings] == [2]


TESTS = "def test_a():\n    assert a() == 1\n    assert b() == 2\n\n\ndef test_b():\n    assert c() == 3\n"


@pytest.mark.parametrize(
    ("edits", "rule"),
    [
        ([Delete("tests/test_a.py")], "test-deleted"),
        ([Rename("tests/test_a.py", "old.txt")], "test-deleted"),
        ([Replace("tests/test_a.py", "    assert b() == 2\n", "")], "assertion-removed"),
        ([Replace("tests/test_a.py", "\n\ndef test_b():\n    assert c() == 3\n", "\n")], "test-deleted"),
        ([Replace("tests/test_a.py", "assert c() == 3", "c()")], "assertion-removed"),
    ],
)
def test_losing_tests_is_suspicious_even_where_an_error_names_the_file(edits: list[Edit], rule: str) -> None:
    for baseline in (BASELINE, failed(error("tests/test_a.py"))):
        verdict = judged({"tests/test_a.py": TESTS}, *edits, baseline=baseline)
        assert verdict.judgement is Judgement.SUSPICIOUS
        assert rule in {finding.rule for finding in verdict.findings}


def test_tests_that_change_or_move_are_not_lost() -> None:
    for edits in (
        [Replace("tests/test_a.py", "assert b() == 2", "assert b() == 2.0")],
        [Rename("tests/test_a.py", "tests/unit/test_a.py")],
        [Delete("tests/test_a.py"), Create("tests/test_c.py", TESTS + "\n# more\n")],
        [
            Replace("tests/test_a.py", "    assert b() == 2\n", ""),
            Create("tests/test_c.py", "def test_c():\n    assert b() == 2\n"),
        ],
    ):
        assert judged({"tests/test_a.py": TESTS}, *edits) == Verdict()


def test_a_rewritten_snapshot_is_suspicious() -> None:
    verdict = judged({"src/__snapshots__/a.snap": "1\n"}, Replace("src/__snapshots__/a.snap", "1", "2"))
    assert verdict.findings[0].rule == "snapshot"


def test_an_error_that_names_a_configuration_or_test_softens_and_says_so() -> None:
    named = failed(error("package.json"))
    verdict = rewritten("package.json", packaged(), packaged(build="vite build"), baseline=named)
    assert verdict.judgement is Judgement.SUSPICIOUS
    assert "(an error names this file, so this is suspicious, not reject)" in verdict.findings[0].reason
    test = failed(error("src/a.test.ts"))
    verdict = judged({"src/a.test.ts": "f(x)\n"}, Replace("src/a.test.ts", "f(x)", "f(x as any)"), baseline=test)
    assert verdict.judgement is Judgement.ALLOW
    assert "so this is allow, not suspicious" in verdict.findings[0].reason


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/a.test.ts", "it.skip('x')"),
        ("src/a.test.ts", "// @ts-ignore"),
        ("tsconfig.json", '"strict": false'),
        ("src/a.ts", "x as any"),
    ],
)
def test_skipping_and_silencing_never_soften_nor_do_sources(path: str, line: str) -> None:
    named = failed(error(path))
    assert rewritten(path, "a\n", f"a\n{line}\n", baseline=named).judgement is Judgement.SUSPICIOUS


def test_a_big_fix_is_suspicious() -> None:
    many = [Create(f"src/f{number}.ts", "x\n") for number in range(41)]
    assert [finding.rule for finding in judged({}, *many).findings] == ["oversized"]
    assert judged({}, *many[:40]) == Verdict()
    assert judged({}, Create("a.txt", "x\n" * 2_001)).judgement is Judgement.SUSPICIOUS
    assert judged({}, Create("a.txt", "x\n" * 2_000)) == Verdict()


def test_a_diff_that_does_not_tell_the_truth_hides_nothing() -> None:
    fix = fixed({"a.py": "x = 1\ny = 2\n"}, Replace("a.py", "x = 1", "x = 1  # noqa"))
    for diff in (
        "",
        fix.diff.replace("  # noqa", ""),
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,9 +1,x @@\n",
    ):
        verdict = check(Fix(fix.changes, diff), task(), BASELINE)
        assert [(finding.rule, finding.line) for finding in verdict.findings] == [("python-suppression", 1)]


def test_content_that_looks_like_a_diff_hides_nothing() -> None:
    before = "one\n-- a/b.py\n@@ -1 +1 @@\nx = 1\n"
    after = "one\n++ b/b.py\n@@ -9,9 +9,9 @@\nx = 1  # noqa\n"
    (finding,) = rewritten("a.py", before, after).findings
    assert (finding.path, finding.line) == ("a.py", 4)


def test_the_worst_finding_comes_first() -> None:
    verdict = judged(
        {"uv.lock": "a\n", "a.py": "x = 1\n"}, Replace("a.py", "x = 1", "x = 1  # noqa"), Replace("uv.lock", "a", "b")
    )
    assert [finding.judgement for finding in verdict.findings] == [Judgement.REJECT, Judgement.SUSPICIOUS]


CONTENT = st.text(st.sampled_from("ab \n\r#{}[]:\"'="), max_size=30) | st.binary(max_size=20).map(
    lambda b: b.decode("latin-1")
)
PATHS = st.sampled_from(
    ["a.ts", "tests/test_a.py", "package.json", "Makefile", "pyproject.toml", "tsconfig.json", "x/../y"]
)


@given(st.dictionaries(PATHS, st.tuples(CONTENT | st.none(), CONTENT | st.none())), st.text())
def test_the_guard_never_fails(files: dict[str, tuple[str | None, str | None]], diff: str) -> None:
    def data(text: str | None) -> bytes | None:
        return None if text is None else text.encode()

    changes = tuple(FileChange(path, data(old), data(new)) for path, (old, new) in files.items())
    check(Fix(changes, diff), replace(task(), checks=(BUILD, Check("m", "make all"))), BASELINE)


@pytest.mark.parametrize(
    ("file", "others", "verdict"),
    [
        ("src/a.test.ts", (), Judgement.ALLOW),
        ("../web/src/a.test.ts", (), Judgement.ALLOW),
        ("src/a.test.ts", ("api/src/a.test.ts",), Judgement.SUSPICIOUS),
        ("src/a.test.ts", ("src/a.test.ts",), Judgement.SUSPICIOUS),
    ],
)
def test_an_error_that_names_a_file_from_its_packages_folder_softens_where_no_other_can_be_meant(
    file: str, others: tuple[str, ...], verdict: Judgement
) -> None:
    fix = fixed({"web/src/a.test.ts": "f(x)\n"}, Replace("web/src/a.test.ts", "f(x)", "f(x as any)"))

    assert check(fix, task(), failed(error(file)), ("web/src/a.test.ts", *others)).judgement is verdict
