"""What a model is shown of repositories that are not one package at their root."""

from __future__ import annotations

import time

import pytest

from builders import DictFiles, error, failed
from prunella.context.build import Sight, build
from prunella.context.imports import imported
from prunella.context.known import Paths
from prunella.context.packages import entered, packages
from prunella.context.symbols import defined_here

FILLER = "".join(f"export function filler{n}(x: number) {{\n  return x + {n};\n}}\n\n" for n in range(60))


def code(files: dict[str, str], file: str, line: int, message: str, test: bool = False, budget: int = 24_000) -> str:
    kind = "AssertionError" if test else "TS2305"
    return build(failed(error(file, line, kind, message)), Sight(DictFiles.of(files)), budget).code


@pytest.mark.parametrize(
    ("file", "command", "expected"),
    [
        ("web/src/page.ts", "", "web/src/page.ts"),
        ("src/page.ts", "", "web/src/page.ts"),
        ("../core/src/money.py", "", "core/src/money.py"),
        ("src/index.ts", "", ""),
        ("src/index.ts", "cd ./web/ && tsc", "web/src/index.ts"),
        ("age.ts", "", ""),
        ("/usr/lib/src/page.ts", "", ""),
        ("", "", ""),
    ],
)
def test_a_path_from_a_packages_folder_is_the_only_one_that_ends_with_it(
    file: str, command: str, expected: str
) -> None:
    paths = Paths(("web/src/page.ts", "web/src/index.ts", "core/src/index.ts", "core/src/money.py"))
    assert paths.named(file, command) == expected


def test_the_code_of_a_workspaces_package_is_shown_when_paths_and_imports_are_relative_to_packages() -> None:
    files = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/web/package.json": '{"name": "web"}',
        "packages/web/src/page.ts": "import { getHero } from '@acme/core';\n",
        "packages/core/package.json": '{"name": "@acme/core", "main": "dist/index.js"}',
        "packages/core/src/index.ts": "export const fetchHero = 1;\n",
    }

    shown = code(files, "src/page.ts", 1, "Module '\"@acme/core\"' has no exported member 'getHero'.")

    assert "/repo/packages/web/src/page.ts (has errors)" in shown
    assert "/repo/packages/core/src/index.ts (imported by packages/web/src/page.ts)" in shown


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("core", "c/lib/main.ts"), ("core/sub", "c/src/sub.ts"), ("core/x/y", "c/x/y/index.ts"), ("cores", "")],
)
def test_a_package_is_entered_where_its_manifest_says_or_where_its_sources_are(spec: str, expected: str) -> None:
    files = DictFiles.of(
        {
            "c/package.json": '{"name": "core", "source": "./lib/main.ts"}',
            **dict.fromkeys(("c/lib/main.ts", "c/src/sub.ts", "c/x/y/index.ts"), ""),
            "bad/package.json": '{"name": ',
            "odd/package.json": '{"name": ["core"]}',
            "list/package.json": "[" * 50_000,
        }
    )
    known = frozenset(files.paths())
    assert entered(spec, known, packages(known, files)) == expected


def test_of_a_long_imported_file_what_is_imported_is_shown() -> None:
    files = {
        "src/page.ts": "import {\n  type Hero,\n  fetchHero as load,\n} from '@/hero';\n",
        "src/hero.ts": FILLER
        + "export const fetchHero = (id: string) => id;\n"
        + FILLER
        + "export interface Hero {}\n",
    }

    shown = code(files, "src/page.ts", 1, "no")

    assert "241\texport const fetchHero" in shown
    assert "482\texport interface Hero {}" in shown
    assert "\n1\texport function filler0" not in shown


def test_for_a_name_that_is_not_there_the_most_alike_is_shown() -> None:
    lines = ("def load_hero():", "    pass", "class Shop:", "TOTAL = 1", "export async function fetchAll() {}")
    assert defined_here(lines, ["get_hero"]) == [1]
    assert defined_here(lines, ["Shop", "TOTAL", "fetchAll", "zebra"]) == [3, 4, 5]


def test_what_a_tests_imports_import_is_shown_for_a_failed_test() -> None:
    files = {
        "api/tests/test_api.py": "from service import bills\n\nassert bills.total() == 3\n",
        "api/src/service/__init__.py": "",
        "api/src/service/bills.py": "from core.money import add\n\n\ndef total():\n    return add(1, 2)\n",
        "core/src/core/money.py": "def add(a, b):\n    return a - b\n",
    }

    shown = code(files, "tests/test_api.py", 3, "assert -1 == 3", test=True)

    assert "return add(1, 2)" in shown
    assert "return a - b" in shown


def test_names_used_of_a_module_are_told() -> None:
    text = "import pkg.a as a\nfrom pkg import b as c\na.one()\nc.two(c.three)\n"
    found = imported("pkg/m.py", text, Paths(("pkg/a.py", "pkg/b.py")), dict)
    assert found == {"pkg/a.py": ("one",), "pkg/b.py": ("two", "three")}


def test_a_failing_file_too_large_for_the_budget_is_shrunk_and_leaves_room_for_others() -> None:
    long = "".join(f"def f{n}(x):\n    value_of_something = x + {n}  # of usual length\n\n\n" for n in range(400))
    errors = [error("big.py", n * 160 + 2, "x", "incompatible") for n in range(9)]
    files = {"big.py": "import small\n" + long, "small.py": "def only():\n    pass\n"}

    shown = build(failed(*errors), Sight(DictFiles.of(files)), 2_000).code

    assert len(shown) < 6_000
    assert "/repo/big.py (has errors" in shown
    assert "\n1282\t" in shown
    assert "/repo/small.py" in shown


def test_a_single_line_longer_than_the_budget_is_cut() -> None:
    shown = code({"a.min.js": "x" * 90_000}, "a.min.js", 1, "no", budget=6_000)
    assert "xxx… (90000 characters)" in shown
    assert len(shown) < 1_200


def test_a_definition_far_from_the_error_in_the_same_file_is_shown_too() -> None:
    files = {"src/page.ts": "const a: Hero = 1;\n" + FILLER + "interface Hero {\n  name: string;\n}\n"}

    shown = code(files, "src/page.ts", 1, "Type 'number' is not assignable to type 'Hero'.")

    assert "1\tconst a: Hero = 1;" in shown
    assert "242\tinterface Hero {" in shown
    assert "120\t" not in shown
    assert shown.count("/repo/") == 1


@pytest.mark.parametrize(
    "text", ["import a\n" * 5_000, "from a import (" * 20_000, "import a from './a';\n" * 5_000, "from '" * 50_000]
)
@pytest.mark.parametrize("path", ["x.py", "src/x.ts"])
def test_reading_imports_takes_no_longer_the_more_there_are(text: str, path: str) -> None:
    started = time.process_time()
    imported(path, text, Paths(("a.py", "src/a.ts")), dict)
    assert time.process_time() - started < 2
