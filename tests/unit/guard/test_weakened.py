"""Tests that a fix deletes, empties, skips or weakens; and honest changes of tests, which stay allowed."""

from __future__ import annotations

import pytest

from builders import error, failed, task
from guarded import fixed, judged, rewritten
from prunella.changes import Create, Delete, Judgement, Rename, Replace, Verdict
from prunella.guard import check

JS = "import { add } from './add'\n\nit('adds', () => {\n  const sum = add(1, 2)\n  expect(sum).toBe(3)\n})\n"
PY = "def test_add():\n    total = add(1, 2)\n    assert total == 3\n    assert total > 2\n"
GO = 'func TestAdd(t *testing.T) {\n\tgot := Add(1, 2)\n\tif got != 3 {\n\t\tt.Fatalf("got %d", got)\n\t}\n}\n'
RUST = "#[test]\nfn adds() {\n    let sum = add(1, 2);\n    assert_eq!(sum, 3);\n}\n"
JAVA = (
    "class AddTest {\n    @Test\n    void adds() {\n        int sum = add(1, 2);\n"
    "        assertEquals(3, sum);\n    }\n}\n"
)
C = "TEST(Add, Small) {\n  int sum = add(1, 2);\n  ASSERT_EQ(sum, 3);\n}\n"
FILES = {
    "a.test.ts": JS,
    "test_a.py": PY,
    "a_test.go": GO,
    "tests/a.rs": RUST,
    "src/test/java/AddTest.java": JAVA,
    "tests/a.cc": C,
}


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        ("a.test.ts", "toBe(3)", "toBeDefined()", "assertion-loosened"),
        ("a.test.ts", "toBe(3)", "toBeGreaterThan(0)", "assertion-loosened"),
        ("a.test.ts", "toBe(3)", "toEqual(expect.anything())", "assertion-hollow"),
        ("a.test.ts", "toBe(3)", "toBe(sum)", "assertion-hollow"),
        ("a.test.ts", "toBe(3)", "toBe(4)", "expectation-changed"),
        ("a.test.ts", "  expect(sum).toBe(3)\n", "", "test-emptied"),
        ("a.test.ts", "  expect(sum).toBe(3)\n", "  // expect(sum).toBe(3)\n", "code-commented-out"),
        ("a.test.ts", "it('adds', () => {", "it('adds', { skip: true }, () => {", "test-skipped"),
        ("a.test.ts", "import { add } from './add'\n", "jest.mock('./add')\n", "test-mocked"),
        ("test_a.py", "assert total == 3", "assert total", "assertion-loosened"),
        ("test_a.py", "assert total == 3", "assert total >= 0", "assertion-loosened"),
        ("test_a.py", "assert total == 3\n", "assert total == total\n", "assertion-hollow"),
        ("test_a.py", "    assert total > 2\n", "", "assertion-removed"),
        ("test_a.py", "    total = add(1, 2)\n", "    return\n    total = add(1, 2)\n", "code-dead"),
        ("test_a.py", "def test_add", "def add_test", "test-deleted"),
        ("a_test.go", "t.Fatalf", "t.Logf", "assertion-removed"),
        ("a_test.go", "func TestAdd", "func testAdd", "test-deleted"),
        ("a_test.go", "got != 3", "got != got", "assertion-hollow"),
        ("tests/a.rs", "assert_eq!(sum, 3)", "assert!(sum > 0)", "assertion-loosened"),
        ("tests/a.rs", "#[test]\n", "", "test-deleted"),
        ("tests/a.rs", "    assert_eq!", "    if sum == 3 {\n        assert_eq!", "assertion-loosened"),
        ("src/test/java/AddTest.java", "assertEquals(3, sum)", "assertNotNull(sum)", "assertion-loosened"),
        ("src/test/java/AddTest.java", "    @Test\n", "", "test-deleted"),
        ("tests/a.rs", "#[test]\n", "#[test]\n#[should_panic]\n", "assertion-loosened"),
        (
            "src/test/java/AddTest.java",
            "int sum",
            "Assume.assumeTrue(ready());\n        int sum",
            "assertion-loosened",
        ),
        ("src/test/java/AddTest.java", "    @Test\n", "    @Test\n    @DisabledOnOs(OS.LINUX)\n", "test-skipped"),
        ("tests/a.cc", "ASSERT_EQ(sum, 3)", "ASSERT_GE(sum, 0)", "assertion-loosened"),
        ("tests/a.cc", "TEST(Add, Small)", "TEST(Add, DISABLED_Small)", "test-skipped"),
        ("tests/a.cc", "TEST(Add", "#define NDEBUG\nTEST(Add", "assertion-hollow"),
    ],
)
def test_a_weaker_test_is_suspicious(path: str, old: str, new: str, rule: str) -> None:
    assert old in FILES[path]
    verdict = rewritten(path, FILES[path], FILES[path].replace(old, new, 1))
    assert rule in {finding.rule for finding in verdict.findings}, verdict
    assert verdict.judgement is Judgement.SUSPICIOUS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pytest.approx(1.0, abs=0.001)", "pytest.approx(1.0, abs=0.5)"),
        ("pytest.raises(ValueError)", "pytest.raises(Exception)"),
        ("pytest.raises(ValueError, match='x')", "pytest.raises(ValueError)"),
        ("f.assert_called_with(1)", "f.assert_called()"),
        ("self.assertEqual(a, 1)", "self.assertIsNotNone(a)"),
        ("self.assertEqual(f(1), 1)", "self.assertEqual(f(1), mock.ANY)"),
    ],
)
def test_an_assertion_that_asks_for_less_is_loosened(old: str, new: str) -> None:
    before, after = (f"def test_a():\n    with_x = 1\n    assert {text}\n" for text in (old, new))
    verdict = rewritten("test_a.py", before, after)
    assert "assertion-loosened" in {finding.rule for finding in verdict.findings}


def test_what_tests_expect_may_follow_the_code_only_where_nothing_is_known_of_the_failure() -> None:
    files = {"a.test.ts": JS, "add.ts": "export const add = (a: number, b: number) => a - b\n"}
    edits = (Replace("a.test.ts", "toBe(3)", "toBe(4)"), Replace("add.ts", "a - b", "a + b + 1"))
    assert check(fixed(files, *edits), task(), None) == Verdict()
    verdict = judged(files, *edits, baseline=failed(error("a.test.ts")))
    assert "expectation-changed" in {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("toBe(3)", "toBe(3.0)"),
        ("'./add'", "'./sum'"),
        ("const sum", "const  sum"),
        ("it('adds'", "it('adds two numbers'"),
        ("  expect(sum).toBe(3)\n", "  expect(sum).toBe(3)\n  expect(add(2, 2)).toBe(4)\n"),
    ],
)
def test_a_test_that_checks_as_much_as_before_is_allowed(old: str, new: str) -> None:
    assert rewritten("a.test.ts", JS, JS.replace(old, new, 1)).judgement is Judgement.ALLOW


def test_what_is_expected_is_not_set_to_what_came() -> None:
    go = GO.replace("got != 3", "got.code != tt.want")
    cases = (
        ("a_test.go", go, "\tif got", "\ttt.want = got.code\n\tif got"),
        (
            "test_a.py",
            "def test_add(want):\n    assert add(1, 2) == want\n",
            "    assert",
            "    want = add(1, 2)\n    assert",
        ),
    )
    for path, before, old, after in cases:
        verdict = rewritten(path, before, before.replace(old, after, 1))
        assert "assertion-hollow" in {finding.rule for finding in verdict.findings}, verdict


def test_a_method_by_a_tests_name_stays_a_test_beside_a_repair() -> None:
    java = "class AddTest {\n    @Test\n    public void testAdd() {\n        assertEquals(3, add(1, 2));\n    }\n}\n"
    files = {"src/test/java/AddTest.java": java, "Add.java": "class Add {\n    int add() { return one - two; }\n}\n"}
    edits = (Replace("src/test/java/AddTest.java", "    @Test\n", ""), Replace("Add.java", "one - two", "one + two"))
    assert "test-deleted" in {finding.rule for finding in judged(files, *edits).findings}


def test_a_loop_over_none_of_its_cases_is_dead() -> None:
    before = GO.replace("\tgot", "\tfor _, tt := range tests {\n\t\tadd(tt)\n\t}\n\tgot")
    verdict = rewritten("a_test.go", before, before.replace("range tests {", "range tests[:0] {"))
    assert "code-dead" in {finding.rule for finding in verdict.findings}, verdict


def test_what_an_assertion_asks_may_be_made_in_another_way() -> None:
    before = "def test_add(want):\n    sums = table()\n    assert sums.first(1) == want\n"
    for old, new in (("table()", "table(2).rows"), ("    sums", "    name = sums.first(1)\n    sums")):
        verdict = rewritten("test_a.py", before, before.replace(old, new, 1))
        assert "assertion-hollow" not in {finding.rule for finding in verdict.findings}, verdict


def test_a_new_test_may_look_whether_it_can_run_here() -> None:
    new = "\n\n@pytest.mark.skipif(sys.platform == 'win32', reason='no fork')\ndef test_b():\n    assert b() == 1\n"
    assert rewritten("test_a.py", PY, PY + new).judgement is Judgement.ALLOW
    old = PY.replace("def test_add", "@pytest.mark.skipif(sys.platform == 'win32', reason='x')\ndef test_add")
    assert rewritten("test_a.py", PY, old).judgement is Judgement.SUSPICIOUS


def test_a_test_file_that_no_runner_finds_any_more_is_deleted() -> None:
    for edit in (Rename("tests/test_a.py", "tests/old_a.py"), Delete("tests/test_a.py")):
        assert judged({"tests/test_a.py": PY}, edit).findings[0].rule == "test-deleted"
    moved = (Delete("tests/test_a.py"), Create("tests/unit/test_add.py", PY))
    assert judged({"tests/test_a.py": PY}, *moved).judgement is Judgement.ALLOW


def test_rows_of_a_table_of_cases_stay() -> None:
    table = (
        "@pytest.mark.parametrize(('a', 'b'), [\n    (1, 2),\n    (3, 4),\n])\n"
        "def test_a(a, b):\n    assert f(a) == b\n"
    )
    verdict = rewritten("test_a.py", table, table.replace("    (3, 4),\n", ""))
    assert verdict.findings[0].rule == "test-cases-removed"
    assert rewritten("test_a.py", table, table.replace("(3, 4),\n", "(3, 4),\n    (5, 6),\n")).findings == ()


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.test.ts", "jest.setTimeout(5000)\n", "jest.setTimeout(60000)\n"),
        ("a.test.ts", "x()\n", "jest.retryTimes(3)\nx()\n"),
        ("vitest.config.ts", "testTimeout: 5000,\n", "testTimeout: 90000,\n"),
        ("test_a.py", "@pytest.mark.timeout(5)\n", "@pytest.mark.timeout(500)\n"),
    ],
)
def test_more_time_is_no_repair(path: str, old: str, new: str) -> None:
    assert "timeout-raised" in {finding.rule for finding in rewritten(path, old, new).findings}
