from __future__ import annotations

from dataclasses import replace

import pytest

from builders import error, failed, task
from guarded import fixed, judged, rewritten
from prunella.changes import Create, Judgement, Replace
from prunella.domain import Check
from prunella.guard import check


@pytest.mark.parametrize(
    ("path", "before", "after", "rule"),
    [
        ("a.ts", "const a = f(x)", "// @ts-expect-error\nconst a = f(x)", "ts-suppression"),
        ("a.ts", "const a = f(x)", "const a = f(x as any)", "any"),
        ("a.ts", "const a: User = f(x)", "const a: any = f(x)", "any"),
        ("a.ts", "const a = f(x)", "const a = f(x) as unknown as User", "any"),
        ("a.ts", "const m: Map<string, User> = f()", "const m: Map<string, any> = f()", "any"),
        ("a.ts", "const a = x.b.c", "const a = x!.b!.c", "non-null"),
        ("a.ts", "import x from 'y'", "declare module 'y';\nimport x from 'y'", "untyped-module"),
        ("a.ts", "// @ts-check\nconst a = 1", "const a = 1", "strictness-lowered"),
        ("a.py", "x = f(y)", "x = f(y)  # type: ignore[arg-type]", "python-suppression"),
        ("a.py", "def f(x: int) -> str:", "def f(x: Any) -> str:", "python-any"),
        ("a.py", "import a", "# mypy: ignore-errors\nimport a", "python-suppression"),
        ("a.py", "import a", "import a\nwarnings.simplefilter('ignore')", "warnings-ignored"),
        ("a.py", "def f():", "def f():  # pragma: no cover", "coverage-excluded"),
        ("a.rs", "fn a() {}", "#[allow(dead_code)]\nfn a() {}", "rust-suppression"),
        ("a.rs", "#![deny(warnings)]\nfn a() {}", "fn a() {}", "strictness-lowered"),
        ("a.rs", "let y: u32 = x.into();", "let y: u32 = unsafe { std::mem::transmute(x) };", "unsafe-cast"),
        ("a.go", "x := f()", "x := f() //nolint:errcheck", "go-suppression"),
        ("a.go", "func f(x *User) {", "func f(x interface{}) {", "any"),
        ("a.go", "x := f()", "x := f()\n_ = x", "unused-silenced"),
        ("A.java", "List<String> a = f();", '@SuppressWarnings("unchecked")\nList<String> a = f();', "jvm-suppression"),
        ("A.java", "int a = f();", "int a = f(); // NOPMD", "jvm-suppression"),
        ("A.kt", "val a = b.c", "val a = b!!.c", "unsafe-cast"),
        ("a.c", "int a = f();", "int a = f(); // NOLINT", "c-suppression"),
        ("a.c", "int a = f(b);", '#pragma GCC diagnostic ignored "-Wall"\nint a = f(b);', "c-suppression"),
        ("a.c", "int a = f(b);", "int a = f((void *)b);", "unsafe-cast"),
        ("A.cs", "var a = f();", "#pragma warning disable CS8602\nvar a = f();", "dotnet-suppression"),
        ("a.rb", "def a", "# rubocop:disable Metrics\ndef a", "other-suppression"),
        ("a.swift", "let a = b as? C", "let a = b as! C", "unsafe-cast"),
        ("a.sh", "echo $a", "# shellcheck disable=SC2086\necho $a", "other-suppression"),
    ],
)
def test_silencing_what_was_there_is_suspicious(path: str, before: str, after: str, rule: str) -> None:
    verdict = rewritten(path, f"{before}\nlast\n", f"{after}\nlast\n")
    assert verdict.judgement is Judgement.SUSPICIOUS
    assert rule in {finding.rule for finding in verdict.findings}


NEW_TEST = (
    "it('takes a wrong one', () => {\n  // @ts-expect-error: a number\n  expect(() => f(1 as any)).toThrow()\n})\n"
)
MANY = "".join(f"  const value{n} = compute{n}(left, right)\n" for n in range(12))


def test_new_code_may_come_with_a_few_suppressions() -> None:
    old = "it('a', () => {\n  expect(f('x')).toBe(1)\n})\n"
    verdict = judged(
        {"src/a.ts": "export const a = 1\n", "src/a.test.ts": old},
        Replace("src/a.ts", "a = 1", "a = 2"),
        Replace("src/a.test.ts", old, old + NEW_TEST),
    )
    assert verdict.judgement is Judgement.ALLOW
    body = f"export function b(left: A, right: B) {{\n{MANY}  return (left as any).b\n}}\n"
    assert judged({"src/b.ts": "const a = 1\n"}, Replace("src/b.ts", "a = 1\n", f"a = 1\n{body}")).findings == ()


def test_new_code_that_is_little_but_suppressions_is_suspicious() -> None:
    verdict = judged({}, Create("src/c.ts", "export const c = (x as any).y\nexport const d = 2\n"))
    assert [finding.rule for finding in verdict.findings] == ["any"]


def test_a_failing_file_gets_less_of_it() -> None:
    body = f"export function b(left: A, right: B) {{\n{MANY}  return (left as any).b\n}}\n"
    fix = fixed({"src/b.ts": "const a = 1\n"}, Replace("src/b.ts", "a = 1\n", f"a = 1\n{body}"))
    checked = replace(task(), checks=(Check("build", "npx tsc"),))
    known = check(fix, checked, failed(error("src/b.ts")), ("src/b.ts",))
    assert known.judgement is Judgement.SUSPICIOUS
    assert check(fix, checked, None, ("src/b.ts",)).judgement is Judgement.ALLOW


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.ts", "const a = f(x as any)", "const b = g(x as any)"),
        ("a.ts", "if (!a) b()", "if (!a || !c) b()"),
        ("a.ts", "const a = b", "const a = b != c"),
        ("a.py", "x = 1  # noqa: E501", "x = 2  # noqa: E501"),
        ("a.py", "from typing import Any", "from typing import Any, cast"),
        ("a.rs", "#[allow(dead_code)]\nfn a() {}", "#[allow(dead_code)]\nfn a() { b() }"),
        ("a.go", "func f(x interface{}) {", "func f(x any) {"),
        ("a.c", "void *p = q;", "void *p = r;"),
        ("A.java", "Object a = f();", "Object a = g();"),
    ],
)
def test_what_silences_no_more_than_before_is_fine(path: str, before: str, after: str) -> None:
    assert rewritten(path, f"{before}\nlast\n", f"{after}\nlast\n").judgement is Judgement.ALLOW
