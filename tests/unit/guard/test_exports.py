from __future__ import annotations

import pytest

from builders import error, failed, task
from guarded import fixed
from prunella.changes import Edit, Judgement, Replace, Verdict
from prunella.guard import check


def judged_in(files: dict[str, str], *edits: Edit) -> Verdict:
    contents = {path: text.encode() for path, text in files.items()}
    return check(fixed(files, *edits), task(), failed(error("src/x.ts")), tuple(files), contents.get)


MORE = "\n".join(f"const local{n} = {n}" for n in range(4)) + "\n"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("src/index.ts", "export function a() {}\nexport function b() {}\n", "export function b() {}\n"),
        ("src/index.ts", "export { a, b } from './a'\n", "export { b } from './a'\n"),
        ("index.js", "module.exports = {\n  a,\n  b,\n}\n", "module.exports = {\n  b,\n}\n"),
        ("pkg/__init__.py", '__all__ = ["a", "b"]\n', '__all__ = ["b"]\n'),
        ("pkg/__init__.py", "def a():\n    pass\n\n\ndef b():\n    pass\n", "def b():\n    pass\n"),
        ("src/lib.rs", "pub fn a() {}\npub fn b() {}\n", "pub fn b() {}\n"),
        ("src/lib.rs", "pub use x::{a, b};\n", "pub use x::{b};\n"),
        ("x/a.go", "func Open() {}\n", "func open() {}\n"),
        ("A.java", "    public int read() {\n", "    private int read() {\n"),
        ("include/a.h", "int a_open(const char *path);\nint b(void);\n", "int b(void);\n"),
    ],
)
def test_taking_a_name_away_that_a_package_offers_is_suspicious(path: str, old: str, new: str) -> None:
    verdict = judged_in({path: old + MORE}, Replace(path, old, new))
    assert "export-removed" in {finding.rule for finding in verdict.findings}
    assert verdict.judgement is not Judgement.ALLOW


def test_emptying_an_entry_is_suspicious() -> None:
    text = "from pkg.a import b\nfrom pkg.c import d\n"
    verdict = judged_in({"pkg/__init__.py": text}, Replace("pkg/__init__.py", text, ""))
    assert "export-removed" in {finding.rule for finding in verdict.findings}


USER = {"src/user.ts": "import { parse } from './parse'\nparse()\n"}
PARSE = "export function parse() {}\nexport function other() {}\n"


def test_a_name_that_others_use_must_stay_one_that_nobody_uses_may_go() -> None:
    files = {"src/parse.ts": PARSE, **USER}
    used = judged_in(files, Replace("src/parse.ts", "export function parse() {}\n", ""))
    (finding,) = [finding for finding in used.findings if finding.rule == "export-removed"]
    assert "src/user.ts still uses" in finding.reason
    unused = judged_in(files, Replace("src/parse.ts", "export function other() {}\n", ""))
    assert "export-removed" not in {finding.rule for finding in unused.findings}


def test_a_name_that_is_renamed_with_its_users_or_moved_is_fine() -> None:
    files = {"src/parse.ts": PARSE, "src/more.ts": "export const m = 1\n", **USER}
    renamed = judged_in(
        files,
        Replace("src/parse.ts", "parse()", "parseAll()"),
        Replace(
            "src/user.ts", "import { parse } from './parse'\nparse()", "import { parseAll } from './parse'\nparseAll()"
        ),
    )
    assert "export-removed" not in {finding.rule for finding in renamed.findings}
    moved = judged_in(
        files,
        Replace("src/parse.ts", "export function parse() {}\n", ""),
        Replace("src/more.ts", "m = 1\n", "m = 1\nexport function parse() {}\n"),
    )
    assert "export-removed" not in {finding.rule for finding in moved.findings}


GONE = [
    ("args/args.go", "func One() int {\n\treturn 1\n}\n\nfunc Two() int {\n}\n", "func Two() int {\n}\n"),
    ("src/A.java", "  public static int one(int a) {\n    return 1;\n  }\n\n", ""),
    ("src/parse.rs", "pub fn one() -> u8 {\n    1\n}\n\n", ""),
    ("src/A.java", "  public int two(int a) {\n", "  int two(int a) {\n"),
    ("src/parse.rs", "pub fn two() -> u8 {\n", "pub(crate) fn two() -> u8 {\n"),
    ("src/lib.def", "EXPORTS\n  one\n  two\n", "EXPORTS\n  one\n"),
    ("src/module-info.java", "  exports a.b;\n  exports a.c;\n", "  exports a.b;\n"),
]


@pytest.mark.parametrize(("path", "old", "new"), GONE)
def test_taking_a_name_away_by_its_place_is_suspicious(path: str, old: str, new: str) -> None:
    verdict = judged_in({path: f"{old}last\n"}, Replace(path, f"{old}last\n", f"{new}last\n"))
    assert "export-removed" in {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("internal/a.go", "func One() int {\n\treturn 1\n}\n\n", ""),
        ("a.go", "func (t *own) ServeHTTP(a int) {\n\treturn 1\n}\n\n", ""),
        ("src/A.java", "  @Override\n  public int one(int a) {\n    return 1;\n  }\n\n", ""),
        ("src/parse.rs", "pub(crate) fn one() -> u8 {\n    1\n}\n\n", ""),
        ("pkg/fields.py", '__all__ = ["One", "Two"]\nOne = 1\n', '__all__ = ["One"]\nOne = 1\n'),
    ],
)
def test_what_nobody_outside_could_use_may_go(path: str, old: str, new: str) -> None:
    verdict = judged_in({path: f"{old}last\n"}, Replace(path, f"{old}last\n", f"{new}last\n"))
    assert "export-removed" not in {finding.rule for finding in verdict.findings}
