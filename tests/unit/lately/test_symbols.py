"""What the last changes did to names and files, over contents that are given."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prunella.lately.symbols import Happened, file_moves, swaps, symbol_changes
from prunella.ports import Changed


class Told:
    """A repository's last changes: (path, was, before, after) each; None = the file is not there."""

    def __init__(self, *files: tuple[str, str, bytes | None, bytes | None], commit: str = "") -> None:
        self.held: dict[str, bytes] = {}
        self.changes = []
        for number, (path, was, before, after) in enumerate(files):
            ids = []
            for side, content in (("b", before), ("a", after)):
                name = f"{side}{number}" if content is not None else ""
                if content is not None:
                    self.held[name] = content
                ids.append(name)
            self.changes.append(Changed(path, was, commit, "", ids[0], ids[1]))
        self.committed = bool(commit)

    def working(self) -> tuple[Changed, ...]:
        return () if self.committed else tuple(self.changes)

    def commits(self, most: int = 10) -> tuple[Changed, ...]:
        return tuple(self.changes) if self.committed else ()

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        return {name: self.held[name] for name in ids if name in self.held}


def told(path: str, before: str, after: str) -> list[tuple[Happened, str, str]]:
    return [
        (one.happened, one.old, one.new) for one in symbol_changes(Told((path, path, before.encode(), after.encode())))
    ]


RENAMES = [
    ("a.ts", "export function {}(a: number): string {{\n  return `${{a}}`;\n}}\n"),
    ("a.ts", "export class {} extends Base {{\n}}\n"),
    ("a.ts", "class A {{\n  async {}(x: string): Promise<void> {{\n    go(x);\n  }}\n}}\n"),
    ("a.ts", "interface A {{\n  readonly {}?: string;\n  b: number;\n}}\n"),
    ("a.ts", "enum A {{\n  First,\n  {},\n}}\n"),
    ("a.ts", "export const {} = (a: number) => a;\n"),
    ("a.ts", "export type {} = 'a' | 'b';\n"),
    ("a.ts", "const a = 1;\nexport {{ a as {} }};\n"),
    ("a.py", "def {}(a, b):\n    return a\n"),
    ("a.py", "class {}(Base):\n    x: int = 0\n"),
    ("a.py", "class A:\n    {}: int\n"),
    ("a.py", "{} = 3\n"),
    ("a.py", "class A:\n    def f(self):\n        self.{} = 1\n"),
    ("a.rs", "pub fn {}<T: Into<u8>>(a: T) -> u8 {{\n    a.into()\n}}\n"),
    ("a.rs", "pub struct {} {{\n    a: u8,\n}}\n"),
    ("a.rs", "struct A {{\n    pub {}: u8,\n    b: u8,\n}}\n"),
    ("a.rs", "struct A {{\n    {}: Vec<u8>,\n}}\n"),
    ("a.rs", "enum A {{\n    {}(u8),\n    Other,\n}}\n"),
    ("a.rs", "const {}: usize = 3;\n"),
    ("a.rs", "macro_rules! {} {{\n    () => {{}};\n}}\n"),
    ("a.go", "func {}(a int) error {{\n\treturn nil\n}}\n"),
    ("a.go", "func (t *T) {}(a int) {{\n}}\n"),
    ("a.go", "type T struct {{\n\t{} string\n}}\n"),
    ("a.go", "type {} interface {{\n}}\n"),
    ("A.java", "class A {{\n    public static int {}(int a) {{\n        return a;\n    }}\n}}\n"),
    ("A.java", "class A {{\n    private final String {};\n}}\n"),
    ("a.c", "int {}(const char *text, size_t length)\n{{\n    return 0;\n}}\n"),
    ("a.c", "static struct node *{}(void) {{\n}}\n"),
    ("a.h", "int {}(const char *text);\n"),
    ("a.h", "#define {} 3\n"),
    ("a.h", "struct node {{\n    struct node *{};\n    int value;\n}};\n"),
    ("a.h", "typedef struct {{\n    int a;\n}} {};\n"),
    ("a.h", "enum kind {{\n    {} = 0,\n    OTHER\n}};\n"),
    ("a.cs", "class A {{\n    public int {} {{ get; set; }}\n}}\n"),
    ("a.cs", "class A {{\n    public async Task<int> {}(int a)\n    {{\n        return a;\n    }}\n}}\n"),
]


@pytest.mark.parametrize(("path", "form"), RENAMES)
def test_a_definition_under_another_name_is_a_rename(path: str, form: str) -> None:
    assert told(path, form.format("Before"), form.format("After")) == [(Happened.RENAMED, "Before", "After")]


@pytest.mark.parametrize(("path", "form"), RENAMES)
def test_a_definition_that_is_gone_is_told(path: str, form: str) -> None:
    before = form.format("Before")
    after = "\n".join(line for line in before.split("\n") if "Before" not in line)
    assert (Happened.REMOVED, "Before", "") in told(path, before, after)


@pytest.mark.parametrize(
    ("path", "statement", "names"),
    [
        ("a.ts", "import { a, type B as C } from './x';", {"a", "C"}),
        ("a.ts", "import D, * as E from 'x';", {"D", "E"}),
        ("a.ts", "import {\n  one,\n  two,\n} from './x';", {"one", "two"}),
        ("a.ts", "const { f } = require('./f');", {"f"}),
        ("a.ts", "import './side';", {""}),
        ("a.py", "from .x import (\n    a,\n    b as c,\n)", {"a", "c"}),
        ("a.py", "import os.path, json as j", {"os", "j"}),
        ("a.rs", "use crate::a::{B, c as D, self};", {"B", "D", "self"}),
        ("a.rs", "mod parse;", {"parse"}),
        ("a.go", '\tx "net/http"', {"x"}),
        ("A.java", "import java.util.List;", {"List"}),
        ("a.cs", "using System.Linq;", {"System.Linq"}),
        ("a.c", "#include <stdio.h>", {"stdio.h"}),
    ],
)
def test_imports_that_are_gone_keep_their_words(path: str, statement: str, names: set[str]) -> None:
    found = symbol_changes(Told((path, path, f"{statement}\nrest();\n".encode(), b"rest();\n")))
    assert {one.old for one in found if one.text == statement} == names
    assert all(one.happened is Happened.REMOVED for one in found)


def test_one_name_less_in_an_import() -> None:
    assert told("a.py", "from x import a, b\n", "from x import a\n") == [(Happened.REMOVED, "b", "")]


def test_no_longer_visible_is_changed() -> None:
    (one,) = symbol_changes(Told(("a.rs", "a.rs", b"pub fn f() {}\n", b"fn f() {}\n")))
    assert (one.happened, one.old, one.text, one.exported) == (Happened.CHANGED, "f", "pub fn f() {}", True)


def test_a_rename_with_a_new_signature_is_told_by_its_body() -> None:
    body = "    one = read(a)\n    two = write(one)\n    return two + one\n"
    found = told("a.py", f"def load(a):\n{body}", f"def fetch(a, b=1):\n{body}")
    assert (Happened.RENAMED, "load", "fetch") in found


def test_many_renames_of_the_same_look_pair_in_their_order() -> None:
    before = "enum A {\n  One,\n  Two,\n}\n"
    assert told("a.ts", before, before.replace("One", "Uno").replace("Two", "Due")) == [
        (Happened.RENAMED, "One", "Uno"),
        (Happened.RENAMED, "Two", "Due"),
    ]


def test_moves_and_swaps() -> None:
    lately = Told(
        ("b.py", "a.py", b"x = 1\n", b"x = 1\n"), ("u.py", "u.py", b"y = old(1)\n", b"y = new(1)\n"), commit="c"
    )
    assert [(move.was, move.path, move.commit) for move in file_moves(lately)] == [("a.py", "b.py", "c")]
    assert [(swap.path, swap.line, swap.old, swap.new) for swap in swaps(lately)] == [("u.py", 1, "old", "new")]


SUFFIXES = st.sampled_from(["ts", "py", "rs", "go", "java", "c", "cs", "txt"])
CODE = st.text(alphabet="abAB_ \n\t(){}[]<>:;=,.*&#\"'/\\", max_size=400).map(str.encode)


@given(SUFFIXES, st.one_of(st.binary(max_size=300), CODE), st.one_of(st.none(), st.binary(max_size=300), CODE))
@settings(max_examples=400, deadline=None)
def test_any_bytes_give_an_answer(suffix: str, before: bytes, after: bytes | None) -> None:
    path = f"a.{suffix}"
    lately = Told((path if after is not None else "", path, before, after))
    for one in symbol_changes(lately):
        assert one.old or one.new or one.text
    swaps(lately)


@given(st.lists(st.sampled_from([form.format("Name") for _, form in RENAMES]), max_size=8), SUFFIXES)
@settings(max_examples=100, deadline=None)
def test_what_is_equal_has_no_changes(parts: list[str], suffix: str) -> None:
    text = "".join(parts).encode()
    assert symbol_changes(Told((f"a.{suffix}", f"a.{suffix}", text, text))) == ()


@pytest.mark.parametrize("suffix", ["ts", "py", "rs", "go", "java", "c", "cs"])
@pytest.mark.parametrize("line", ["a " * 299, "(" * 598, " a(" + "),:" * 190, "\t" * 500 + "a", "<a" * 290, "{," * 290])
def test_odd_lines_cost_little(suffix: str, line: str) -> None:
    started = time.process_time()
    symbol_changes(Told((f"a.{suffix}", f"a.{suffix}", (line + "\n").encode() * 20, b"")))
    assert time.process_time() - started < 2
