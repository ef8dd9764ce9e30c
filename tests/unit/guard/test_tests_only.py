"""Fixes that change nothing but tests, and what a fix may still do to tests that were there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import error, failed, task
from guarded import fixed, judged
from prunella.changes import Create, Edit, Judgement, Replace
from prunella.guard import check

FILES = {
    "a.test.ts": "import { f } from './a'\n\nit('x', () => {\n  const got = f(1)\n  expect(got).toBe(2)\n})\n",
    "tests/test_a.py": 'WANT = """\none\ntwo\n"""\n\n\ndef test_a(box):\n    got = f(box)\n    assert got == WANT\n',
    "a_test.go": "func ExampleF() {\n\tfmt.Println(F(1))\n\t// Output:\n\t// 2\n}\n",
    "src/a.rs": (
        "pub fn f() -> i32 {\n    2\n}\n\n#[cfg(test)]\nmod tests {\n    fn check(y: i32) {\n"
        "        assert_eq!(super::f(), y);\n    }\n\n    #[test]\n    fn works() {\n        check(2);\n    }\n}\n"
    ),
    "src/test/java/ATest.java": (
        "class ATest {\n    @Test\n    void a() {\n        verify(log, times(2)).info(any());\n    }\n}\n"
    ),
    "tests/a.c": 'static void test_a(void) {\n  int rc = f(out);\n  assert_string_equal(out, "two");\n}\n',
    "a.py": 'def f(x):\n    """Next.\n\n    >>> f(1)\n    2\n    """\n    return x\n',
    "src/code.ts": "export const f = (x: number) => x - 1\n",
}


def suspected(*edits: Edit) -> set[str]:
    """Rules that a fix to the files breaches when nobody said what failed."""
    verdict = check(fixed(FILES, *edits), task(), None, tuple(FILES))
    return {finding.rule for finding in verdict.findings if finding.judgement is not Judgement.ALLOW}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.test.ts", "f(1)", "f(1) || 2"),
        ("a.test.ts", "toBe(2)", "toBe('2')"),
        ("tests/test_a.py", "two", "2"),
        ("tests/test_a.py", "got = f(box)", "got = WANT"),
        ("a_test.go", "// 2", "// 3"),
        ("src/a.rs", "check(2)", "check(3)"),
        ("src/a.rs", "    #[test]\n", '    #[cfg(feature = "never")]\n    #[test]\n'),
        ("src/a.rs", "    #[test]\n", "    #[should_panic]\n    #[test]\n"),
        ("tests/a.c", "int rc = f(out)", 'strcpy(out, "two")'),
        ("a.py", "    2\n", "    1\n"),
    ],
)
def test_a_fix_that_only_alters_tests_is_suspicious(path: str, old: str, new: str) -> None:
    assert suspected(Replace(path, old, new)) & {"tests-only", "expectation-changed"}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.test.ts", "'./a'", "'./lib/a'"),
        ("a.test.ts", "  const got", "  // why\n  const got"),
        ("a.test.ts", "const got = f(1)\n  expect(got)", "const sum = f(1)\n  expect(sum)"),
        ("a.test.ts", "  expect(got).toBe(2)\n", "  expect(got).toBe(2)\n  expect(f(2)).toBe(3)\n"),
        ("src/a.rs", "        check(2);\n", "        check(2);\n        check(2 + 0);\n"),
    ],
)
def test_additions_layout_imports_and_new_names_are_allowed(path: str, old: str, new: str) -> None:
    assert not suspected(Replace(path, old, new))


def test_what_an_error_that_is_no_assertion_names_may_be_altered_and_it_says_why() -> None:
    edit = Replace("a.test.ts", "f(1)", "f({ a: 1 })")
    broken = failed(replace(error("a.test.ts"), source="tsc", message="Argument of type 'number' is not assignable"))
    (finding,) = judged(FILES, edit, baseline=broken).findings
    assert (finding.rule, finding.judgement) == ("tests-only", Judgement.ALLOW)
    assert "an error that is no assertion names this file" in finding.reason
    asserted = failed(replace(error("a.test.ts"), source="jest", message="expect(received).toBe(expected)"))
    assert judged(FILES, edit, baseline=asserted).judgement is Judgement.SUSPICIOUS


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        ("a.test.ts", "  const got", "  if (!process.env.CI) return\n  const got", "assertion-loosened"),
        ("src/test/java/ATest.java", "times(2)", "atLeast(0)", "assertion-loosened"),
        ("src/test/java/ATest.java", "@Test", "@Test(expected = Exception.class)", "assertion-loosened"),
        ("tests/a.c", "  assert_string", "#ifdef STRICT\n#endif\n  assert_string", "assertion-loosened"),
        ("tests/a.c", "static void", "#define assert_string_equal(a, b) ((void)0)\nstatic void", "assertion-hollow"),
        ("tests/test_a.py", "got == WANT", "len(got) == 9", "assertion-loosened"),
        ("a.test.ts", "it('x'", "assert.equal = () => {}\nit('x'", "assertion-hollow"),
        ("a_test.go", "func Ex", 'var update = flag.Bool("update", true, "")\n\nfunc Ex', "snapshot"),
    ],
)
def test_a_way_around_an_assertion_is_suspicious_beside_a_repair_too(path: str, old: str, new: str, rule: str) -> None:
    assert rule in suspected(Replace(path, old, new), Replace("src/code.ts", "x - 1", "x + 1"))


def test_code_that_changes_in_layout_alone_is_no_repair() -> None:
    altered = Replace("a.test.ts", "f(1)", "f(3)")
    assert "tests-only" in suspected(altered, Replace("src/code.ts", "=> x", "=>  x"))
    assert "tests-only" not in suspected(altered, Replace("src/code.ts", "x - 1", "x + 1"))


def test_fewer_made_up_inputs_are_suspicious() -> None:
    assert "samples-lowered" in suspected(Create("proptest.toml", "cases = 1\n"))
    assert "samples-lowered" in suspected(
        Create("tests/conftest.py", "settings.register_profile('ci', max_examples=1)\n")
    )
    assert "samples-lowered" not in suspected(Create("proptest.toml", "cases = 1000\n"))
