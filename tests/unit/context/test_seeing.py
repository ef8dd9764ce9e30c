"""What context finds beyond the errors' own lines: the last change, other files' definitions, other languages."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import DictFiles, error, failed
from prunella.context.aliases import Aliases
from prunella.context.build import Context, Sight, build
from prunella.context.elsewhere import drawn_on
from prunella.context.known import Paths
from prunella.context.languages import CPP, CSHARP, GO, JAVA, JAVASCRIPT, PYTHON, RUST, TSX, TYPESCRIPT, C
from prunella.context.outline import Outlines
from prunella.context.recent import hunks_between
from prunella.context.tokens import estimate
from prunella.ports import Changed


class Past:
    """``ports.Lately`` over a dictionary of contents."""

    def __init__(self, working: tuple[Changed, ...] = (), commits: tuple[Changed, ...] = (), **contents: str) -> None:
        self._working, self._commits = working, commits
        self._contents = {name: text.encode() for name, text in contents.items()}

    def working(self) -> tuple[Changed, ...]:
        return self._working

    def commits(self, most: int = 10) -> tuple[Changed, ...]:
        return self._commits[:most]

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        return {name: self._contents[name] for name in ids if name in self._contents}


class Remembered(dict[str, bytes]):
    """``ports.Memory`` in a dictionary."""

    def put(self, key: str, value: bytes) -> None:
        self[key] = value


LONG = "".join(f"export function other{n}(): number {{\n  return {n};\n}}\n" for n in range(60))
USER = {"src/use.ts": "import { price } from './price';\nexport const total = price(3);\n"}
WRONG = error("src/use.ts", 2, "TS2554", "Expected 2 arguments, but got 1.")


def seen(files: dict[str, str], *errors: object, past: Past | None = None, tail: str = "") -> Context:
    return build(failed(*errors, tail=tail), Sight(DictFiles.of(files), past), 8_000)  # type: ignore[arg-type]


def test_the_last_commit_is_shown_with_what_stood_there_before_even_if_no_error_names_its_file() -> None:
    files = {**USER, "src/far.ts": LONG + "export const rate = 7;\n"}
    past = Past(commits=(Changed("src/far.ts", "src/far.ts", "c0ffee00", "Tune it", "old", "new"),))
    past._contents["old"] = files["src/far.ts"].replace("= 7", "= 5").encode()

    code = seen(files, WRONG, past=past).code

    assert '/repo/src/far.ts (changed in the last commit, c0ffee0 "Tune it"; 181 lines, part of them)' in code
    assert "181\texport const rate = 7;" in code
    assert "line 181 was:\n-export const rate = 5;" in code
    assert "other3()" not in code


def test_a_file_that_was_deleted_is_shown_as_it_was() -> None:
    past = Past(working=(Changed("", "src/price.ts", "", "", "old", ""),), old="export const price = 1;\n")

    code = seen(USER, error("src/use.ts", 1, "TS2307", "Cannot find module './price'"), past=past).code

    assert "/repo/src/price.ts was deleted in the working tree, uncommitted. It held:\nexport const price = 1;" in code


def test_the_definition_of_what_is_called_at_the_errors_column_is_shown_though_the_message_names_nothing() -> None:
    files = {**USER, "src/price.ts": LONG + "export function price(a: number, b: number): number {\n  return a;\n}\n"}

    assert "181\texport function price(" in seen(files, WRONG).code


def test_a_name_behind_a_re_export_and_an_alias_is_found() -> None:
    files = {
        "tsconfig.json": '{ // comment\n "compilerOptions": {"paths": {"#shop/*": ["./lib/shop/*"]},}}',
        "src/use.ts": "import { price } from '#shop/index';\nexport const total = price(3);\n",
        "lib/shop/index.ts": "export * from './deep/prices.js';\n",
        "lib/shop/deep/prices.ts": LONG + "export function price(a: number, b: number): number {\n  return a;\n}\n",
    }

    assert "/repo/lib/shop/deep/prices.ts (defines price" in seen(files, WRONG).code


def test_the_declaration_in_an_installed_package_is_shown_behind_its_re_exports() -> None:
    files = {
        "src/use.ts": "import { parse } from '@acme/kit';\nexport const total = parse(3);\n",
        "node_modules/@acme/kit/package.json": '{"types": "./dist/index.d.ts"}',
        "node_modules/@acme/kit/dist/index.d.ts": "export * from './parse.js';\n",
        "node_modules/@acme/kit/dist/parse.d.ts": "export declare function parse(text: string): number;\n",
    }

    code = seen(
        files, error("src/use.ts", 2, "TS2345", "Argument of type 'number' is not assignable to 'string'.")
    ).code

    assert "export declare function parse(text: string): number;" in code


def test_the_exports_of_a_module_stand_beside_the_failed_import_and_the_most_alike_is_shown() -> None:
    files = {
        "src/use.ts": "import { loadHero } from './hero';\n",
        "src/hero.ts": LONG + "export function loadHeroes(): void {}\n",
    }

    code = seen(files, error("src/use.ts", 1, "TS2724", "'\"./hero\"' has no exported member 'loadHero'")).code

    assert "/repo/src/hero.ts exports, with line numbers:" in code
    assert "181\texport function loadHeroes" in code


def test_behind_a_failing_test_the_function_that_computes_the_value_is_shown_two_calls_away() -> None:
    files = {
        "tests/test_bill.py": "from shop.bill import total\n\n\ndef test_total():\n    assert total([1]) == 1\n",
        "shop/__init__.py": "",
        "shop/bill.py": "from shop.money import rounded\n\n\ndef total(items):\n    return rounded(sum(items))\n",
        "shop/money.py": "X = 1\n" * 200 + "def rounded(value):\n    return value + 1\n",
    }

    code = seen(files, error("tests/test_bill.py", 5, "AssertionError", "assert 2 == 1")).code

    assert "201\tdef rounded(value):" in code


def test_instructions_are_shown_bounded_and_the_sections_add_up() -> None:
    context = seen({**USER, "AGENTS.md": "Use tabs.\n" * 4_000}, WRONG)

    assert context.instructions.startswith("/repo/AGENTS.md:\nUse tabs.")
    assert estimate(context.instructions) <= 950
    assert context.tokens == sum(section.tokens for section in context.sections)
    assert all(section.reason for section in context.sections)


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.ts", "export const a = 1;\nclass C {\n  m(): void {}\n}\nexport { b as d } from './b';\n", "a C m d"),
        ("a.vue", "<template/>\n<script setup lang='ts'>\nfunction go() {}\n</script>\n", "go"),
        ("a.py", "X = 1\n@d\ndef f():\n    y = 2\nclass K:\n    z = 3\n", "X f K z"),
        ("a.rs", "pub fn f() {}\nimpl S {\n  fn g(&self) {}\n}\n", "f S g"),
        ("a.go", "package a\ntype T struct { A int }\nfunc (t *T) M() {}\n", "T A M"),
        ("A.java", "class A {\n  int x;\n  void m() {}\n}\n", "A x m"),
        ("a.c", "#define M 1\nstruct s;\nint f(int a) { int b; return b; }\n", "M f"),
        ("a.cpp", "namespace n {\nclass K { void m(); };\n}\n", "n K m"),
        ("a.cs", "namespace N {\n  class A { int P { get; } }\n}\n", "N A P"),
        ("a.txt", "def f(): pass\n", ""),
    ],
)
def test_outlines_of_all_languages(path: str, text: str, names: str) -> None:
    memory = Remembered()
    first = Outlines(memory).of(path, text)

    assert [symbol.name for symbol in first.symbols] == names.split()
    assert Outlines(memory).of(path, text) == first


@pytest.mark.parametrize("reads", [TYPESCRIPT, TSX, JAVASCRIPT, PYTHON, RUST, GO, JAVA, C, CPP, CSHARP])
def test_every_kind_is_one_that_the_grammar_knows(reads: object) -> None:
    from ast_grep_py import SgRoot

    root = SgRoot("", reads.name).root()  # type: ignore[attr-defined]
    for kind in reads.kinds:  # type: ignore[attr-defined]
        root.find_all(kind=kind)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/lib.rs", "mod parse;\nuse crate::model::{Hero, Kind};\n", ["src/parse.rs", "src/model/mod.rs"]),
        ("cmd/main.go", 'import (\n\t"example.org/app/store"\n)\n', ["store/store.go"]),
        ("j/App.java", "import a.b.Hero;\n", ["src/a/b/Hero.java"]),
        ("src/main.c", '#include "hero.h"\n', ["src/hero.h", "src/hero.c"]),
    ],
)
def test_what_other_languages_draw_on(path: str, text: str, expected: list[str]) -> None:
    rust = ("src/parse.rs", "src/lib.rs", "src/model/mod.rs")
    others = ("store/store.go", "store/store_test.go", "cmd/main.go", "src/a/b/Hero.java", "src/hero.h", "src/hero.c")
    known = Paths((*rust, *others))
    assert [hit for hit in drawn_on(path, text, known) if hit in expected] == expected


def test_configuration_that_extends_itself_ends() -> None:
    files = DictFiles.of({"tsconfig.json": '{"extends": "./tsconfig.json", "compilerOptions": {"baseUrl": "src"}}'})

    assert "src/hero" in Aliases(files, frozenset(files.paths())).targets("src/a.ts", "hero")


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=400), path=st.sampled_from(["a.ts", "a.py", "a.rs", "a.go", "a.c", "a.vue", "tsconfig.json"])
)
def test_odd_content_is_no_error(text: str, path: str) -> None:
    seen({path: text, "src/use.ts": "import './" + path + "'"}, error(path, 3, "x", text), tail=text)


@given(old=st.lists(st.sampled_from("abc"), max_size=12), new=st.lists(st.sampled_from("abc"), max_size=12))
def test_hunks_lead_from_the_old_lines_to_the_new(old: list[str], new: list[str]) -> None:
    rebuilt = list(new)
    for hunk in reversed(hunks_between(tuple(old), tuple(new))):
        rebuilt[hunk.first - 1 : max(hunk.last, hunk.first - 1)] = hunk.removed
    assert rebuilt == old


def test_the_estimate_is_near_what_tokenizers_count() -> None:
    line = "    if (hero.name === undefined) { return fallback(hero, 10); }\n"
    assert 18 <= estimate(line) <= 30  # 19 in o200k, 19 in cl100k
    assert estimate("") <= 1
