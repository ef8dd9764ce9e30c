"""Suppressions by where they stand: beside what is new and needs them, or on what was there."""

from __future__ import annotations

import pytest

from builders import error, failed
from guarded import judged, rewritten
from prunella.changes import Judgement, Replace

TS = "export function f(a: A) {\n  const n = parse(a)\n  return n.value\n}\n"
BETWEEN = [
    ("a.ts", TS, "  if (a instanceof Stream) {\n    return a.body as any\n  }\n", "  return n"),
    ("a.ts", TS, "  // eslint-disable-next-line no-inner\n  function g() {\n    return n.other\n  }\n", "  return n"),
    (
        "a.py",
        "def f(a):\n    n = parse(a)\n    return n\n",
        "    if not trusted(a):\n        return Refused()  # type: ignore[return-value]\n",
        "    return n",
    ),
    (
        "A.java",
        "class A {\n  int a;\n}\n",
        '  @SuppressWarnings("unused")\n  public boolean is(Object o) {\n    return o == this;\n  }\n',
        "}\n",
    ),
]


@pytest.mark.parametrize(("path", "text", "more", "above"), BETWEEN)
def test_what_is_put_in_between_may_hold_one_of_its_own(path: str, text: str, more: str, above: str) -> None:
    fix = Replace(path, above, more + above)
    assert judged({path: text}, fix).judgement is Judgement.ALLOW
    assert judged({path: text}, fix, baseline=failed(error(path))).findings != ()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.ts", TS, TS.replace("return n.value", "const any_n: any = n\n  return any_n.value")),
        ("a.ts", TS, TS.replace("return n.value", "const u = n as unknown\n  return (u as N).value")),
        ("a.ts", "const t = {\n  a: 0,\n}\n", "const t: Record<string, any> = {\n  a: 0,\n}\n"),
        ("a.ts", TS, f"// prettier-ignore\n{TS}"),
        ("a.py", "def f(a):\n    return g(a).b\n", "def f(a):\n    n: Any = g(a)\n    return n.b\n"),
        ("a.py", "import b\nimport a\n", "import b  # isort: skip\nimport a\n"),
        ("a.rs", "fn a() {}\n", "#[rustfmt::skip]\nfn a() {}\n"),
        ("a.rs", "fn a() {\n    let n = b();\n    n.c()\n}\n", "fn a() {\n    let n = b();\n    let _ = n;\n}\n"),
        ("a.c", "int f(int b) {\n    check(b);\n}\n", "int f(int b) {\n    (void)b;\n}\n"),
        ("A.java", "List<String> n = f(a);\nlast();\n", "List n = (List) f(a);\nlast();\n"),
    ],
)
def test_what_takes_a_check_from_what_was_there_is_suspicious(path: str, before: str, after: str) -> None:
    verdict = rewritten(path, before, after)
    assert {finding.rule for finding in verdict.findings} & {
        "any",
        "python-any",
        "python-suppression",
        "rust-suppression",
        "unused-silenced",
        "unsafe-cast",
        "lint-suppression",
    }


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.ts", "try {\n  b()\n} catch (e) {\n}\n", "try {\n  b()\n} catch (e: any) {\n}\n"),
        ("a.c", "int f(int b) {\n    g();\n}\n", "int f(int b) {\n    (void)b;\n    g();\n}\n"),
        ("a.ts", "g()\nset(a, b)\n", "g()\nif (set) {\n  set(a, b)\n} else {\n  (a as any).b = b\n}\n"),
    ],
)
def test_what_takes_none_away_is_fine(path: str, before: str, after: str) -> None:
    rules = {finding.rule for finding in rewritten(path, before, after).findings}
    assert not rules & {"any", "unused-silenced"}


METHOD = "class A {\n  int f(int a) {\n    return a;\n  }\n\n  int g() {\n    return 1;\n  }\n}\n"


def test_an_annotation_may_be_for_what_a_function_gains() -> None:
    """It may not be for what it was."""
    above = Replace("A.java", "  int f", '  @SuppressWarnings("deprecation")\n  int f')
    assert judged({"A.java": METHOD}, above).judgement is Judgement.SUSPICIOUS
    body = Replace("A.java", "    return a;", "    if (old(a)) {\n      log(a);\n      return 2;\n    }\n    return a;")
    assert judged({"A.java": METHOD}, above, body).judgement is Judgement.ALLOW


def test_what_a_fix_deprecates_may_be_used_on_purpose() -> None:
    files = {"A.java": METHOD, "B.java": "class B {\n  int h() {\n    return new A().g();\n  }\n}\n"}
    use = Replace("B.java", "  int h", '  @SuppressWarnings("deprecation")\n  int h')
    assert judged(files, use).judgement is Judgement.SUSPICIOUS
    assert judged(files, use, Replace("A.java", "  int g", "  @Deprecated\n  int g")).judgement is Judgement.ALLOW
