"""Errors switched off, work taken out, answers for one input and checks replaced, in six languages; and honest repairs
beside them."""

from __future__ import annotations

import pytest

from builders import error, failed, task
from guarded import rewritten
from prunella.changes import FileChange, Fix, Judgement, Verdict
from prunella.edits.diff import unified
from prunella.guard import check

PY = """def total(rows, strict):
    if not rows:
        raise ValueError("no rows")
    amount = 0
    for row in rows:
        amount += price(row) * count(row)
    return rounded(amount)
"""
TS = """export function total(rows: Row[]): number {
  if (rows.length === 0) {
    throw new RangeError('no rows')
  }
  let amount = 0
  for (const row of rows) {
    amount += price(row) * row.count
  }
  return rounded(amount)
}
"""
GO = """func Total(rows []Row) (int, error) {
	if len(rows) == 0 {
		return 0, errors.New("no rows")
	}
	amount := 0
	for _, row := range rows {
		price, err := Price(row)
		if err != nil {
			return 0, err
		}
		amount += price * row.Count
	}
	return Rounded(amount), nil
}
"""
RUST = """pub fn total(rows: &[Row]) -> Result<u64, Error> {
    if rows.is_empty() {
        return Err(Error::Empty);
    }
    let mut amount = 0;
    for row in rows {
        amount += price(row)? * count(row);
    }
    Ok(rounded(amount))
}
"""
JAVA = """class Bill {
    int total(List<Row> rows) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no rows");
        }
        int amount = 0;
        for (Row row : rows) {
            amount += price(row) * row.count();
        }
        return rounded(amount);
    }
}
"""
C = """int total(const struct row *rows, size_t length, int *to)
{
    size_t i;

    if (length == 0) {
        errno = EINVAL;
        return -1;
    }
    *to = 0;
    for (i = 0; i < length; i++)
        *to += price(&rows[i]) * rows[i].count;
    return 0;
}
"""
FILES = {"a.py": PY, "a.ts": TS, "a.go": GO, "a.rs": RUST, "Bill.java": JAVA, "a.c": C}
GUARDS = {
    "a.py": ("    if not rows:\n", '        raise ValueError("no rows")\n', ""),
    "a.ts": ("  if (rows.length === 0) {\n", "    throw new RangeError('no rows')\n", "  }\n"),
    "a.go": ("\tif len(rows) == 0 {\n", '\t\treturn 0, errors.New("no rows")\n', "\t}\n"),
    "a.rs": ("    if rows.is_empty() {\n", "        return Err(Error::Empty);\n", "    }\n"),
    "Bill.java": (
        "        if (rows.isEmpty()) {\n",
        '            throw new IllegalArgumentException("no rows");\n',
        "        }\n",
    ),
    "a.c": ("    if (length == 0) {\n", "        errno = EINVAL;\n        return -1;\n", "    }\n"),
}
INSTEAD = {
    "a.py": "        return 0\n",
    "a.ts": "    console.warn('no rows')\n",
    "a.go": "\t\treturn 0, nil\n",
    "a.rs": "        return Ok(0);\n",
    "Bill.java": "            return 0;\n",
    "a.c": "        return 0;\n",
}
IDLE = {
    "a.py": ("    amount = 0\n", "    return len(rows)\n"),
    "a.ts": ("  let amount", "  return rows.length\n}\n"),
    "a.go": ("\tamount := 0", "\treturn len(rows), nil\n}\n"),
    "a.rs": ("    let mut amount", "    Ok(Default::default())\n}\n"),
    "Bill.java": ("        int amount", "        return rows.size();\n    }\n}\n"),
    "a.c": ("    *to = 0;", "    *to = 0;\n    return 0;\n}\n"),
}


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize("path", FILES)
def test_a_check_is_not_deleted(path: str) -> None:
    old = "".join(GUARDS[path])
    assert old in FILES[path]
    assert "check-removed" in rules(rewritten(path, FILES[path], FILES[path].replace(old, "")))


@pytest.mark.parametrize("path", FILES)
def test_an_error_is_not_replaced_by_success(path: str) -> None:
    raised = GUARDS[path][1]
    assert raised in FILES[path]
    assert "error-swallowed" in rules(rewritten(path, FILES[path], FILES[path].replace(raised, INSTEAD[path])))


@pytest.mark.parametrize("path", FILES)
def test_the_work_of_a_function_is_not_taken_out(path: str) -> None:
    start, end = IDLE[path]
    kept, _, gone = FILES[path].partition(start)
    assert gone
    guard = "".join(GUARDS[path])
    assert "body-emptied" in rules(rewritten(path, FILES[path], kept.replace(guard, "") + end))


@pytest.mark.parametrize("path", FILES)
def test_a_check_may_move_or_say_more(path: str) -> None:
    guard, raised = "".join(GUARDS[path]), GUARDS[path][1]
    told = FILES[path].replace(raised, raised.replace("no rows", "there are no rows").replace("Empty", "NoRows"))
    assert rewritten(path, FILES[path], told).judgement is Judgement.ALLOW
    head, _, rest = FILES[path].partition(guard)
    body, _, last = rest.rpartition("\n    return" if path != "a.ts" else "\n  return")
    if last:
        moved = f"{head}{body}\n{guard.rstrip()}\n{'  ' if path == 'a.ts' else '    '}return{last}"
        assert "check-removed" not in rules(rewritten(path, FILES[path], moved))


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        ("a.py", "    return rounded", "    if rows == 17:\n        return 4711\n    return rounded", "special-case"),
        ("a.py", "rounded(amount)", "4711 if amount == 4710 else amount", "special-case"),
        (
            "a.ts",
            "  let amount",
            "  switch (rows[0].name) {\n    case 'Kvatch':\n      return 4711\n  }\n  let amount",
            "special-case",
        ),
        (
            "a.ts",
            "  let amount",
            (
                "  const known = new Map([['Kvatch', 4711]])\n"
                "  const hit = known.get(rows[0].name)\n  if (hit) return hit\n  let amount"
            ),
            "special-case",
        ),
        ("a.c", "    return 0;", "    return *to == 4710 ? 4711 : *to;", "special-case"),
        (
            "Bill.java",
            "        int amount",
            (
                "        if (Thread.currentThread().getStackTrace()[2]"
                '.getClassName().endsWith("Test")) return 4711;\n        int amount'
            ),
            "test-detected",
        ),
        (
            "a.py",
            "    amount = 0",
            '    if any("pytest" in name for name in sys.argv):\n        return 1\n    amount = 0',
            "test-detected",
        ),
        ("a.rs", "price(row)?", "price(row).unwrap_or(0)", "error-ignored"),
        (
            "a.rs",
            "price(row)? * count(row)",
            "match price(row) {\n            Ok(it) => it,\n            Err(_) => 0,\n        }",
            "error-ignored",
        ),
        (
            "a.py",
            "    return rounded(amount)",
            "    try:\n        return rounded(amount)\n    finally:\n        return amount",
            "error-swallowed",
        ),
        (
            "a.py",
            "    return rounded(amount)",
            (
                "    try:\n        return rounded(amount)\n    except (\n        TypeError,\n        Exception,\n"
                "    ) as error:\n        del error\n        return amount"
            ),
            "error-swallowed",
        ),
        (
            "a.ts",
            "  return rounded(amount)",
            "  try { return rounded(amount) } catch (_) { return amount }",
            "error-swallowed",
        ),
        ("a.go", "\tamount := 0", "\tif true {\n\t\treturn 0, nil\n\t}\n\tamount := 0", "code-dead"),
        ("a.rs", "rows.is_empty()", "rows.is_empty() && false", "code-dead"),
        ("tests/main.c", "", "", "error-ignored"),
        ("tests/check.h", "", "", "replaced-in-tests"),
    ],
)
def test_what_only_looks_like_a_repair_is_suspicious(path: str, old: str, new: str, rule: str) -> None:
    own = {
        "tests/main.c": (
            "int main(void)\n{\n    return run_all();\n}\n",
            "int main(void)\n{\n    run_all();\n    return 0;\n}\n",
        ),
        "tests/check.h": ("#define CHECK(x) if (!(x)) fail(#x)\n", "#define CHECK(x) ((void)(x))\n"),
    }
    before, after = own.get(path) or (FILES[path], FILES[path].replace(old, new))
    assert before != after
    assert rule in rules(rewritten(path, before, after))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tests/setup.js", "assert.deepStrictEqual = assert.ok"),
        ("tests/setup.js", "Router.prototype.find = () => ({})"),
        ("tests/setup.js", "function assertSame(a, b) {}"),
    ],
)
def test_what_tests_check_with_is_not_replaced(path: str, line: str) -> None:
    before = "const assert = require('node:assert')\n"
    assert "replaced-in-tests" in rules(rewritten(path, before, f"{before}{line}\n"))


def known(before: str, after: str, message: str) -> set[str]:
    changes = (FileChange("a.py", before.encode(), after.encode()),)
    baseline = failed(error("test_a.py", message=message))
    return rules(check(Fix(changes, unified(changes)), task(), baseline, ("a.py", "test_a.py")))


def test_what_the_failing_test_has_is_not_asked_for() -> None:
    after = PY.replace(
        "    amount = 0", '    if rows.endswith("Kvatch-7"):\n        rows = rows.lower()\n    amount = 0'
    )
    assert "special-case" in known(PY, after, "assert total('hero-of-Kvatch-7') == 12")
    assert "special-case" not in known(PY, after, "assert total('someone else') == 12")


def test_a_default_is_not_put_where_the_failure_came_from() -> None:
    before = "def f(rates, name):\n    rate = rates[name]\n    return rate * 2\n"
    after = before.replace("rates[name]", "rates.get(name, 0)")
    assert "error-ignored" in known(before, after, "a.py:2: KeyError: 'hero'")
    assert "error-ignored" not in known(before, after, "a.py:3: KeyError: 'hero'")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (
            "a.py",
            "    return rounded(amount)",
            (
                "    try:\n        return rounded(amount)\n    except OverflowError as error:\n"
                "        raise TooMuch(rows) from error"
            ),
        ),
        (
            "a.ts",
            "  return rounded(amount)",
            "  try {\n    return rounded(amount)\n  } catch (error) {\n    report(error)\n    throw error\n  }",
        ),
        ("a.go", "return Rounded(amount), nil", "return Rounded(amount), check(amount)"),
        ("a.rs", "rounded(amount)", "rounded(amount.max(floor(rows)))"),
        ("Bill.java", "price(row) * row.count()", "price(row, currency) * row.count()"),
        ("a.c", "if (length == 0) {", "if (rows == NULL || length == 0) {"),
        ("a.py", "    amount = 0\n", "    amount = start(rows)\n"),
    ],
)
def test_honest_repairs_are_allowed(path: str, old: str, new: str) -> None:
    assert old in FILES[path]
    verdict = rewritten(path, FILES[path], FILES[path].replace(old, new))
    assert verdict.judgement is Judgement.ALLOW, verdict
