"""The catalog of the guard's rules: whole, without repeats, and true: each example breaches its rule."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from builders import error, failed, task
from prunella.changes import FileChange, Fix, Judgement
from prunella.config.options_trust import TRUST
from prunella.domain import Check
from prunella.edits.diff import unified
from prunella.guard import check
from prunella.guard.catalog import BY_NAME, GROUPS, INFOS
from prunella.guard.view import RuleInfo

FLOOR = {"path", "secret", "verify-command", "ci", "git-hook"}


def test_names_are_unique_and_can_be_written_in_a_file() -> None:
    assert [name for name, times in Counter(info.name for info in INFOS).items() if times > 1] == []
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{1,40}", info.name) for info in INFOS)


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.name)
def test_a_rule_says_what_it_is_about(info: RuleInfo) -> None:
    assert info.group in GROUPS
    assert info.judgement is not Judgement.ALLOW
    assert info.says[0].isupper()
    assert info.says.endswith(".")
    assert "\n" not in info.says
    assert info.example


def test_the_floor_holds_what_decides_whether_a_fix_works() -> None:
    floor = {info.name for info in INFOS if info.floor}
    assert floor >= FLOOR
    assert all(BY_NAME[name].judgement is Judgement.REJECT for name in FLOOR)


def test_the_options_examples_are_rules() -> None:
    for option in TRUST:
        if option.name in {"guard.allow", "guard.suspect", "guard.reject"}:
            assert isinstance(option.example, tuple)
            assert [name for name in option.example if name not in BY_NAME] == []


PLAIN = "name = 1\n"
PY, TS, C_CODE = "def f(x):\n    y = g(x)\n    return y + 1\n", "function f(x) {\n  return g(x) + 1\n}\n", "int a;\n"
PY_TEST = "import pytest\n\n\ndef test_a():\n    total = a()\n    assert total == 2\n"
TS_TEST = "import { a } from './a'\n\nit('x', () => {\n  expect(x).toBe(2)\n})\n"
CASES = "@pytest.mark.parametrize('x, y', [\n    (0, 1),\n    (1, 2),\n])\ndef test_a(x, y):\n    assert f(x) == y\n"
WORK = "  const y = g(x)\n  use(y)\n  log(y)\n  return y + 1\n"
LONG = f"function f(x) {{\n{WORK}}}\n"
TAKE = "def test_a():\n    pass\n"

BREACHES: dict[str, tuple[str, str | None, str | None]] = {
    "test-deleted": ("test_a.py", PY_TEST, None),
    "test-emptied": ("test_a.py", PY_TEST, TAKE),
    "assertion-removed": ("test_a.py", PY_TEST, PY_TEST.replace("    assert total == 2\n", "")),
    "assertion-loosened": ("a.test.ts", TS_TEST, TS_TEST.replace("expect(x).toBe(2)", "{example}")),
    "assertion-hollow": ("test_a.py", PY_TEST, PY_TEST.replace("assert total == 2", "{example}")),
    "expectation-changed": ("test_a.py", PY_TEST, PY_TEST.replace("== 2", "== 3")),
    "snapshot": ("__snapshots__/a.snap", "exports[`a 1`] = `1`;\n", "exports[`a 1`] = `2`;\n"),
    "test-mocked": ("a.test.ts", TS_TEST, TS_TEST.replace("\n\nit", "\n{example}\n\nit")),
    "test-cases-removed": ("test_a.py", CASES, CASES.replace("    (1, 2),\n", "")),
    "timeout-raised": ("a.test.ts", TS_TEST, "{example}\n" + TS_TEST),
    "tests-only": ("test_a.py", PY_TEST, PY_TEST.replace("total = a()", "{example}")),
    "samples-lowered": ("test_a.py", PY_TEST, PY_TEST.replace("\n\n\ndef", "\n\n\n{example}\ndef")),
    "test-skipped": ("a.test.ts", TS_TEST, TS_TEST.replace("it('x', () => {\n", "it.skip('x', () => {\n")),
    "early-exit": ("a.test.ts", TS_TEST, "{example}\n" + TS_TEST),
    "failure-hidden": ("run.sh", "npm test\n", "{example}\n"),
    "error-swallowed": (
        "a.py",
        PY,
        "def f(x):\n    try:\n        y = g(x)\n    except Exception:\n        pass\n    return y\n",
    ),
    "error-ignored": (
        "a.go",
        "func f() {\n\terr := g()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n",
        "func f() {\n\t_ = g()\n}\n",
    ),
    "stub": ("a.js", TS, TS.replace("return g(x) + 1", "{example}")),
    "body-emptied": ("a.js", LONG, LONG.replace(WORK, "  {example}\n")),
    "special-case": ("a.js", TS, TS.replace("  return", "  {example}\n  return")),
    "replaced-in-tests": (
        "test/a.test.js",
        "const assert = require('assert')\n",
        "const assert = require('assert')\n{example}\n",
    ),
    "test-detected": ("a.js", TS, TS.replace("  return", "  if ({example}) return 2\n  return")),
    "code-commented-out": (
        "a.js",
        TS.replace("  return", "  total += x\n  return"),
        TS.replace("  return", "  // total += x\n  return"),
    ),
    "code-dead": ("a.js", TS, TS.replace("  return g(x) + 1\n", "  {example}\n    return g(x) + 1\n  }\n")),
    "file-emptied": ("a.js", TS * 3, ""),
    "ts-suppression": ("a.ts", TS, TS.replace("  return", "  {example}\n  return")),
    "lint-suppression": ("a.js", TS, "{example}\n" + TS),
    "untyped-module": ("left-pad.d.ts", PLAIN, PLAIN + "{example}\n"),
    "any": ("a.ts", "const user = load();\n", "{example}\n"),
    "python-suppression": ("a.py", "total = add(1, 'a')\n", "{example}\n"),
    "python-any": ("a.py", "user = load()\n", "{example}\n"),
    "warnings-ignored": ("a.py", PY, "import warnings\n\n{example}\n" + PY),
    "rust-suppression": ("lib.rs", "fn f() {}\n", "{example}\nfn f() {}\n"),
    "go-suppression": ("a.go", "package a\n\nfunc f() {\n\tg()\n}\n", "package a\n\nfunc f() {\n\tg() {example}\n}\n"),
    "jvm-suppression": ("A.java", "class A {\n  int a;\n}\n", "class A {\n  {example}\n  int a;\n}\n"),
    "dotnet-suppression": ("A.cs", "class A { }\n", "{example}\nclass A { }\n"),
    "c-suppression": ("a.c", C_CODE, "{example}\n" + C_CODE),
    "other-suppression": ("a.rb", "def a\n  1\nend\n", "{example}\ndef a\n  1\nend\n"),
    "coverage-excluded": ("a.js", TS, "{example}\n" + TS),
    "unsafe-cast": ("a.rs", "fn f() {\n    let id: u64 = raw.into();\n}\n", "fn f() {\n    {example}\n}\n"),
    "non-null": ("a.ts", "const name = user.name\n", "const name = {example}\n"),
    "unused-silenced": ("a.go", "func f() {\n\tunused := g()\n}\n", "func f() {\n\tunused := g()\n\t{example}\n}\n"),
    "strictness-lowered": ("tsconfig.json", '{"strict": true}\n', '{"strict": false}\n'),
    "libraries-unchecked": ("tsconfig.json", '{"skipLibCheck": false}\n', '{"skipLibCheck": true}\n'),
    "rule-off": (".eslintrc.json", '{"rules": {"no-undef": "error"}}\n', '{"rules": {"no-undef": "off"}}\n'),
    "left-out": ("ruff.toml", "line-length = 100\n", 'line-length = 100\nignore = ["F821"]\n'),
    "tests-left-out": ("pytest.ini", "[pytest]\n", "[pytest]\n{example}\n"),
    "threshold-lowered": (".coveragerc", "[report]\nfail_under = 90\n", "[report]\n{example}\n"),
    "tool-flags": ("Makefile", "CFLAGS = -O2\n", "CFLAGS = -O2\n{example}\n"),
    "check-removed": (
        "a.py",
        "def f(x):\n    if x < 0:\n        raise ValueError\n    return x\n",
        "def f(x):\n    return x\n",
    ),
    "build-check-removed": ("CMakeLists.txt", "project(a)\n{example}\n", "project(a)\n"),
    "new-dependency": ("package.json", '{"dependencies": {}}\n', '{"dependencies": {"left-pad": "^1.3.0"}}\n'),
    "misspelt-dependency": ("package.json", '{"dependencies": {}}\n', '{"dependencies": {"loadsh": "^4.17.21"}}\n'),
    "dependency-source": (
        "package.json",
        '{"dependencies": {"zod": "^4.0.0"}}\n',
        '{"dependencies": {"zod": "github:someone/zod"}}\n',
    ),
    "dependency-lowered": (
        "package.json",
        '{"dependencies": {"zod": "^4.0.0"}}\n',
        '{"dependencies": {"zod": "^3.0.0"}}\n',
    ),
    "undeclared-import": ("a.js", TS, "{example}\n" + TS),
    "patched-dependency": ("patches/jest-circus+29.0.0.patch", None, "--- a/node_modules/jest-circus/run.js\n"),
    "export-removed": ("index.js", "{example}\nexport const a = 1\n".replace("  (gone)", ""), "export const a = 1\n"),
    "fetched-script": ("run.sh", "npm test\n", "{example}\nnpm test\n"),
    "takes-over": ("pytest.ini", None, "[pytest]\n"),
    "shadows-package": ("pytest.py", None, "x = 1\n"),
    "outcome-altered": ("conftest.py", "import pytest\n", "import pytest\n{example}\n    pass\n"),
    "hidden-text": ("a.py", PY, "{example}\n" + PY),
    "install-script": ("package.json", '{"scripts": {}}\n', '{"scripts": {{example}}}\n'),
    "oversized": ("a.py", None, "x = 1\n" * 2_001),
    "off-topic": ("other/far/widget.ts", "let one: Foo\nlet two: Foo\n", "let three: Bar\nlet four: Bar\n"),
    "makefile": ("Makefile", "all:\n\tcc a.c\n\nclean:\n\trm a\n", "all:\n\tcc a.c\n\nclean:\n\trm -f a\n"),
}
"""By rule: a file before and after a change that breaches it, with the catalog's example put in. Where the example is a
path, a change of that file does."""

MORE = {
    "off-topic": (FileChange("src/zebra.ts", b"call(1)\n", b"call(2)\n"),),
    "undeclared-import": (FileChange("package.json", b'{"name": "a"}\n', b'{"name": "b"}\n'),),
}
COMMANDS = {"makefile": "make all"}


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.name)
def test_the_example_of_a_rule_breaches_it(info: RuleInfo) -> None:
    path, before, after = BREACHES.get(info.name, (info.example, "x\n", "y\n"))
    old, new = (None if side is None else side.replace("{example}", info.example).encode() for side in (before, after))
    changes = (FileChange(path, old, new), *MORE.get(info.name, ()))
    checked = replace(task(), checks=(Check("build", COMMANDS.get(info.name, "npm run build")),))
    baseline = failed(error("src/zebra.ts")) if info.name == "off-topic" else None
    verdict = check(Fix(changes, unified(changes)), checked, baseline, tuple(change.path for change in changes))
    assert info.name in {finding.rule for finding in verdict.findings}
