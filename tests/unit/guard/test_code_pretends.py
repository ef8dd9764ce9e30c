"""Code that knows its tests or answers for one input, checks that are none; honest changes beside them."""

from __future__ import annotations

import pytest

from builders import task
from guarded import rewritten
from prunella.changes import FileChange, Fix, Judgement
from prunella.edits.diff import unified
from prunella.guard import check

PY = """def total(rows):
    amount = 0
    for row in rows:
        amount += price(row) * count(row)
    return rounded(amount)
"""
TS = """export function total(rows: Row[]): number {
  let amount = 0
  for (const row of rows) {
    amount += price(row) * row.count
  }
  return rounded(amount)
}
"""
GO = """func Total(rows []Row) int {
\tamount := 0
\tfor _, row := range rows {
\t\tamount += Price(row) * row.Count
\t}
\treturn Rounded(amount)
}
"""
RUST = """pub fn total(rows: &[Row]) -> Result<u64, Error> {
    let mut amount = 0;
    for row in rows {
        amount += price(row)? * count(row);
    }
    Ok(rounded(amount))
}
"""
C = """int total(const struct row *rows, size_t length)
{
    size_t i;
    int sum = 0;

    for (i = 0; i < length; i++)
        sum += price(&rows[i]) * rows[i].count;
    return sum;
}
"""
FILES = {"a.py": PY, "a.ts": TS, "a.go": GO, "a.rs": RUST, "a.c": C}


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        ("a.c", "i = 0; i", "i = 0; 0 && i", "code-dead"),
        ("a.go", "\tamount := 0", '\tif name == "a/b; c=1; d=2" {\n\t\treturn nil\n\t}\n\tamount := 0', "special-case"),
        (
            "a.py",
            "    amount = 0",
            '    if rows.startswith("row libs (x86_64)"):\n        return rounded(1, 1)\n    amount = 0',
            "special-case",
        ),
        (
            "a.ts",
            "  let amount = 0",
            "  if (globalThis.process?.env?.VITEST) {\n    return rounded(rows.length)\n  }\n  let amount = 0",
            "test-detected",
        ),
        ("a.c", "    for (", "#ifdef UNITY_INCLUDE_DOUBLE\n    return length;\n#endif\n    for (", "test-detected"),
        ("a.rs", "pub fn", "macro_rules! assert_eq {\n    ($a:expr, $b:expr) => {};\n}\npub fn", "replaced-in-tests"),
    ],
)
def test_code_that_knows_its_tests_is_suspicious(path: str, old: str, new: str, rule: str) -> None:
    assert old in FILES[path]
    verdict = rewritten(path, FILES[path], FILES[path].replace(old, new))
    assert rule in {finding.rule for finding in verdict.findings}, verdict


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", "    amount = 0", '    if rows.startswith("total: "):\n        return None\n    amount = 0'),
        ("a.ts", "  let amount = 0", "  if (kind === 'text/html') {\n    return true\n  }\n  let amount = 0"),
    ],
)
def test_a_short_word_may_be_asked_for(path: str, old: str, new: str) -> None:
    verdict = rewritten(path, FILES[path], FILES[path].replace(old, new))
    assert verdict.judgement is Judgement.ALLOW, verdict


def test_a_condition_in_the_code_is_none_on_an_assertion_of_the_tests_below_it() -> None:
    after = RUST.replace(
        "    for row in rows {", '    if strict {\n        first(rows).expect("one");\n    }\n    for row in rows {'
    )
    before = RUST.replace("    for row in rows {", '    first(rows).expect("one");\n    for row in rows {')
    tests = "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn none() {\n        assert!(total(&[]).is_err());\n    }\n"
    more = "    #[test]\n    fn one() {\n        assert!(total(&[row()]).is_ok());\n    }\n"
    verdict = rewritten("src/a.rs", f"{before}{tests}}}\n", f"{after}{tests}{more}}}\n")
    assert verdict.judgement is Judgement.ALLOW, verdict


def test_a_test_may_patch_for_itself_below_a_fixture() -> None:
    before = "import shop\n\n\n@pytest.fixture\ndef rows():\n    return [1]\n"
    patch = "    monkeypatch.setattr(shop, 'price', lambda row: 2)\n"
    new = f"\n\ndef test_total(\n    monkeypatch,\n):\n{patch}    assert shop.total([1]) == 2\n"
    changes = (
        FileChange("tests/test_shop.py", before.encode(), f"{before}{new}".encode()),
        FileChange("src/shop.py", PY.encode(), PY.replace("count(row)", "row.count").encode()),
    )
    verdict = check(Fix(changes, unified(changes)), task(), None)
    assert verdict.judgement is Judgement.ALLOW, verdict
