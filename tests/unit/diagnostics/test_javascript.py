"""What the fixtures of the JavaScript tools do not show: rarer shapes, claimed lines, input that only looks alike."""

from __future__ import annotations

import json

import pytest

from prunella.diagnostics.clean import clean
from prunella.diagnostics.registry import TOOLCHAINS, parse_all
from prunella.domain import Diagnostic, Severity

TOOLS = (
    "typescript", "svelte", "next", "webpack", "esbuild", "vite", "swc", "babel", "eslint", "stylelint", "biome",
    "prettier", "tslint",
)  # fmt: skip


def place(found: Diagnostic) -> tuple[str, int, int, str, str]:
    return found.file, found.line, found.column, found.code, found.message


def one(text: str) -> Diagnostic:
    (found,) = parse_all(clean(text))
    return found


def test_the_frame_below_a_message_of_the_compiler_is_claimed_with_it() -> None:
    text = "start\nsrc/a.ts:1:7 - error TS2322: no\n  why\n\n1 const a = 1\n        ~\n\ndone\n"
    found = one(text)
    assert (found.read_from, found.read_to, found.message) == (2, 6, "no\n  why")


def test_the_compiler_is_read_inside_an_indented_report() -> None:
    found = one("    src/a.ts:1:7 - error TS2322: no\n      why\n\n    1 const a = 1\n            ~\n")
    assert place(found) == ("src/a.ts", 1, 7, "TS2322", "no\n  why")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Error: src/app/x.component.ts:5:3 - error NG8001: 'x' is not a known element", "NG8001"),
        ("src/pages/index.astro:5:3 - error ts(2322): 'x' is not a known element", "TS2322"),
    ],
)
def test_other_compilers_print_like_typescript(line: str, code: str) -> None:
    found = one(line + "\n")
    assert (found.line, found.column, found.code, found.message) == (5, 3, code, "'x' is not a known element")


def test_angular_puts_a_chain_of_reasons_into_the_words_of_esbuild() -> None:
    found = one(
        "✘ [ERROR] TS2345: Argument 'A' is wrong.\n  Types of property 'a' differ. [plugin angular-compiler]\n\n"
        "    src/app/x.ts:12:2:\n      12 │   x();\n         ╵   ~\n\n  Seen from here:\n\n"
        "    src/app/x.html:1:0:\n      1 │ <x>\n        ╵ ^\n"
    )
    assert place(found) == (
        "src/app/x.ts", 12, 3, "TS2345", "Argument 'A' is wrong.\n  Types of property 'a' differ.",
    )  # fmt: skip
    assert [tuple(place) for place in found.related] == [("src/app/x.html", 1, 1, "Seen from here:")]


def test_what_maven_calls_an_error_is_none_of_esbuild() -> None:
    assert TOOLCHAINS["esbuild"].parse("[ERROR] COMPILATION ERROR : \n[ERROR] Failed to execute goal\n") == ()


def test_an_older_esbuild_names_the_place_first() -> None:
    found = one(' > src/a.js:2:17: error: Unexpected ";"\n    2 │ export const b = ;\n      ╵                  ^\n')
    assert place(found) == ("src/a.js", 2, 18, "", 'Unexpected ";"')


def test_create_react_app_lists_the_rows_of_eslint_in_its_own_way() -> None:
    text = "Failed to compile.\n\n[eslint] \nsrc/App.js\n  Line 5:10:  'x' is not defined  no-undef\n\nSearch for\n"
    assert place(one(text)) == ("src/App.js", 5, 10, "no-undef", "'x' is not defined")
    assert one(text.replace("Failed to compile.", "Compiled with warnings.")).severity is Severity.WARNING


def test_rows_of_eslint_below_webpacks_head_are_read_once() -> None:
    text = "ERROR in [eslint] \n/repo/src/a.js\n  1:7  error  'a' is not defined  no-undef\n\n✖ 1 problem\n"
    assert place(one(text)) == ("/repo/src/a.js", 1, 7, "no-undef", "'a' is not defined")


def test_a_message_of_eslint_may_have_blank_lines_and_a_frame() -> None:
    text = (
        "/repo/a.jsx\n  5:3  error  Error: No refs\n\nWhy not.\n\n> 5 | ref\n    | ^^^  react-hooks/refs\n"
        "  6:1  warning  Next  semi\n\n✖ 2 problems\n"
    )
    first, second = parse_all(text)
    assert place(first) == (
        "/repo/a.jsx", 5, 3, "react-hooks/refs", "Error: No refs\n\nWhy not.\n\n> 5 | ref\n    | ^^^",
    )  # fmt: skip
    assert place(second) == ("/repo/a.jsx", 6, 1, "semi", "Next")


def test_a_long_report_on_one_line_of_json_is_read_whole() -> None:
    rows = [{"ruleId": "semi", "severity": 2, "message": "m" * 50, "line": n, "column": 1} for n in range(1, 301)]
    text = json.dumps([{"filePath": "/repo/a.js", "messages": rows}])
    assert len(parse_all(clean(f"2026-02-05T15:30:12.1234567Z {text}\n"))) == 300


def test_json_that_is_cut_off_or_nested_without_end_is_no_error() -> None:
    for text in ('[{"filePath": "a.js", "messages": [{"line": 1', "[" * 100_000 + '"filePath" "messages"'):
        assert TOOLCHAINS["eslint"].parse(text) == ()


@pytest.mark.parametrize("value", ["null", "[]", "{}", '[{"messages": 3}]', '[[{"filePath": 1, "messages": [1]}]]'])
def test_json_of_another_shape_is_skipped(value: str) -> None:
    other = {"filePath": 1, "messages": 2, "warnings": [], "parseErrors": 0, "labels": 0, "filename": 1}
    text = f"{value}\n{json.dumps(other)}\n"
    for tool in TOOLS:
        assert TOOLCHAINS[tool].parse(text) == ()


def test_the_dev_server_of_vite_says_the_place_below() -> None:
    found = one(
        '1:23:45 PM [vite] Internal server error: Failed to resolve import "./x" from "src/a.js"\n'
        "  Plugin: vite:import-analysis\n  File: /repo/src/a.js:1:25\n  1  |  import x;\n     |           ^\n"
    )
    assert place(found)[:3] == ("/repo/src/a.js", 1, 25)


def test_a_spinner_leaves_nothing_in_front_of_a_path() -> None:
    spun = (
        "⠙\x1b[1G\x1b[0K⠹\x1b[1G\x1b[0K\x1b[96msrc/a.ts\x1b[0m:\x1b[93m1\x1b[0m:\x1b[93m7\x1b[0m - error TS2322: no\n"
    )
    assert one(spun).file == "src/a.ts"


def test_an_old_checker_of_create_react_app_puts_the_code_last() -> None:
    text = "App.tsx\nTypeScript error in /repo/src/App.tsx(5,3):\nType 'a' is wrong.  TS2322\n\n    3 | x\n  > 5 | y\n"
    assert place(one(text)) == ("/repo/src/App.tsx", 5, 3, "TS2322", "Type 'a' is wrong.")


def test_sums_are_no_diagnostics() -> None:
    text = (
        "Found 3 errors in 2 files.\n\nErrors  Files\n     2  src/a.ts:1\n     1  src/b.ts:2\n"
        "webpack 5.1.0 compiled with 2 errors in 3 ms\n✖ 3 problems (3 errors, 0 warnings)\n"
        "[warn] Code style issues found in 2 files. Run Prettier with --write to fix.\nFound 11 errors.\n"
    )
    for tool in TOOLS:
        assert TOOLCHAINS[tool].parse(text) == ()
