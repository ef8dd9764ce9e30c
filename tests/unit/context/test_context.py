"""What a model is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import DictFiles, error, failed
from prunella.context.build import Sight, build
from prunella.context.errors import listing
from prunella.context.excerpts import around
from prunella.context.imports import imported
from prunella.context.known import Paths
from prunella.context.symbols import names
from prunella.context.tokens import estimate
from prunella.context.tree import tree

HERO = {
    "package.json": "{}",
    "src/main.ts": "import { heroService } from './heroService.js';\nawait heroService.getHero();\n",
    "src/heroService.ts": "import { getData } from './storage';\nexport class HeroService {}\n",
    "src/storage.ts": "export async function getData<T>(key: string): Promise<T | null> { return null; }\n",
    "src/unrelated.ts": "export const nothing = 1;\n",
}
MISSING = error("src/main.ts", 2, "TS2339", "Property 'getHero' does not exist on type 'HeroService'.")


def test_the_failing_file_and_the_definition_of_what_the_error_names_are_shown_and_nothing_unrelated() -> None:
    context = build(failed(MISSING), Sight(DictFiles.of(HERO)), 6_000)

    assert "src/main.ts:2:5: TS2339 Property 'getHero'" in context.errors
    assert "/repo/src/main.ts (has errors)\n1\timport" in context.code
    assert "/repo/src/heroService.ts (defines HeroService)" in context.code
    assert "unrelated" not in context.code
    assert "src/unrelated.ts" in context.tree


@settings(max_examples=25, deadline=None)
@given(budget=st.integers(1_500, 8_000))
def test_the_budget_holds(budget: int) -> None:
    files = {f"src/file{n}.ts": f"export class Thing{n} {{}}\n" * 30 for n in range(40)}
    errors = [error(f"src/file{n}.ts", 3, message=f"Property 'x' does not exist on 'Thing{n}'") for n in range(40)]

    context = build(failed(*errors), Sight(DictFiles.of(files)), budget)

    assert context.tokens <= budget + 60
    assert estimate(context.code) <= budget


def test_a_first_error_longer_than_the_budget_is_cut_and_not_left_out() -> None:
    verification = failed(error("src/a.ts", 1, message="Type 'A' " * 80), error("src/b.ts", 2, message="other"))
    assert verification.failed is not None

    told = listing(verification.failed, verification.error_class, 300)

    assert told.startswith("src/a.ts:1:5: TS2339 Type 'A'")
    assert len(told) < 330
    assert told.endswith("…\n… and 1 more")


@pytest.mark.parametrize("tail", ["x" * 900 + " getHero is gone", "x" * 900 + " getHero is gone\n"])
def test_the_end_of_one_long_line_is_shown(tail: str) -> None:
    verification = failed(tail=tail)
    assert verification.failed is not None

    told = listing(verification.failed, verification.error_class, 300)

    assert told.rstrip().endswith("xx getHero is gone")
    assert len(told) <= 301


def test_a_long_file_is_shown_in_windows_with_the_head_of_the_block() -> None:
    lines = ("class Long {", *(f"  line{n}();" for n in range(2, 400)), "}", "")

    excerpt = around("src/long.ts", lines, [300], "has errors")

    text = excerpt.render()
    assert text.startswith("/repo/src/long.ts (has errors; 400 lines, part of them)\n1\tclass Long {")
    assert "300\t  line300();" in text
    assert "150\t" not in text


def test_test_failures_are_shown_with_the_end_of_the_output_and_compiler_errors_without() -> None:
    assertion = error("tests/test_a.py", 3, "AssertionError", "assert 1 == 2")
    verification = failed(assertion, tail="E  assert 1 == 2\nthe values\n")
    check = verification.failed
    assert check is not None

    assert "the values" in listing(check, verification.error_class)
    compiler = failed(MISSING, tail="noise")
    assert compiler.failed is not None
    assert "noise" not in listing(compiler.failed, compiler.error_class)


def test_output_that_no_parser_reads_is_shown_by_its_end() -> None:
    verification = failed(tail="something\nunreadable\n")
    assert verification.failed is not None

    assert "unreadable" in listing(verification.failed, verification.error_class)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/a.ts", "import x from './b'", ("src/b.ts",)),
        ("src/a.ts", "import x from './b.js'", ("src/b.ts",)),
        ("src/a.ts", "export * from '../lib'", ("lib/index.ts",)),
        ("src/a.ts", "const x = require('./b')", ("src/b.ts",)),
        ("src/a.ts", "import react from 'react'", ()),
        ("pkg/m.py", "from pkg.other import thing", ("pkg/other.py",)),
        ("pkg/m.py", "from . import other", ("pkg/__init__.py", "pkg/other.py")),
        ("pkg/m.py", "from .other import (thing,\n  more)", ("pkg/other.py",)),
        ("pkg/m.py", "import os", ()),
        ("pkg/m.py", "import json", ()),
        ("src/app/n.py", "from shelf import box", ("src/app/shelf.py",)),
        ("tests/test_m.py", "from app.n import (  # all of it\n    one,\n    two as three,\n)", ("src/app/n.py",)),
        ("api/tests/test_s.py", "from service.bills import total", ("api/src/service/bills.py",)),
        ("api/src/service/bills.py", "import core.money", ("core/src/core/money.py",)),
        ("m.py", "from . import main", ("main.py",)),
        ("src/page.ts", "import { Hero } from '@/models/hero'", ("src/models/hero.ts",)),
        ("src/page.ts", "import { Hero } from '~/models/hero.js'", ("src/models/hero.ts",)),
        ("apps/b/src/page.ts", "import x from '@/twice'", ("apps/b/src/twice.ts",)),
        ("src/page.ts", "import x from '@/twice'", ()),
        ("src/app/m.py", "import app.n", ("src/app/n.py",)),
    ],
)
def test_imports_inside_the_repository_are_found(path: str, text: str, expected: tuple[str, ...]) -> None:
    known = frozenset(
        {
            *(
                "src/a.ts",
                "src/b.ts",
                "lib/index.ts",
                "src/models/hero.ts",
                "apps/a/src/twice.ts",
                "apps/b/src/twice.ts",
            ),
            *("pkg/__init__.py", "pkg/m.py", "pkg/other.py", "src/app/n.py", "src/app/shelf.py", "pkg/deep/json.py"),
            *("api/src/service/bills.py", "core/src/core/money.py", "main.py"),
        }
    )
    assert tuple(imported(path, text, Paths(known), dict)) == expected


def test_names_are_those_quoted_in_messages_without_what_every_program_has() -> None:
    quoted = error(message="Property 'getHero' does not exist on type 'Promise'. Did you mean \"api.getHeroes\"?")
    assert names([quoted]) == ("getHero", "api", "getHeroes")


def test_a_large_tree_shows_the_folders_of_the_errors_in_full_and_counts_the_others() -> None:
    paths = (*(f"lib/part{n}/x{m}.ts" for n in range(30) for m in range(20)), "src/a.ts", "src/b.ts")

    shown = tree(paths, frozenset({"src/a.ts"}), 400)

    assert "src/a.ts\nsrc/b.ts" in shown or "lib/part0/ (20 files)" in shown
    assert len(shown) < 500
