"""One log, several tools: each error once, by whoever knows it best."""

from __future__ import annotations

from prunella.diagnostics.limits import MOST_KEPT
from prunella.diagnostics.registry import parse_all
from prunella.domain import Severity


def test_two_tools_in_one_log_are_both_read() -> None:
    text = 'src/a.ts(3,5): error TS2339: no x\n\n  File "tools/gen.py", line 4, in <module>\nValueError: bad\n'
    assert [(found.source, found.file, found.line) for found in parse_all(text)] == [
        ("tsc", "src/a.ts", 3),
        ("python", "tools/gen.py", 4),
    ]


def test_what_a_tool_has_read_the_general_parser_does_not_read_again() -> None:
    text = "typed/a.py:7: error: no such thing  [attr-defined]\nsrc/b.c:1:2: error: other\nsrc/c.zig:1:2: mere words\n"
    assert [(found.source, found.file) for found in parse_all(text)] == [("mypy", "typed/a.py"), ("gcc", "src/b.c")]


def test_alone_the_general_parser_takes_lines_without_a_word_of_severity_for_errors() -> None:
    (found,) = parse_all("cmd/main.go:12:3: undefined: client\n")
    assert (found.file, found.line, found.column, found.severity) == ("cmd/main.go", 12, 3, Severity.ERROR)


def test_what_is_no_place_in_a_file_is_not_read_as_one() -> None:
    text = (
        "http://localhost:3000: ready\n12:30:01: started\nlocalhost:3000: up\nexample.com:443: refused\n"
        "127.0.0.1:80: up\nkey:1: value\n10:20 done\n"
    )
    assert parse_all(text) == ()


def test_errors_come_before_warnings() -> None:
    text = "a.c:1:1: warning: w\na.c:2:1: error: e\n"
    assert [found.severity for found in parse_all(text)] == [Severity.ERROR, Severity.WARNING]


def test_several_errors_on_one_line_are_all_kept() -> None:
    assert len(parse_all("a.ts(1,2): error TS2322: x\na.ts(1,9): error TS2345: y\n")) == 2


def test_errors_are_found_behind_a_flood_of_warnings() -> None:
    flood = "".join(f"a.c:{n}:1: warning: w\n" for n in range(1, 4_000))
    found = parse_all(f"{flood}b.c:1:1: error: e\n")
    assert (found[0].file, len(found)) == ("b.c", 4_000)


def test_the_number_of_diagnostics_is_bounded() -> None:
    assert len(parse_all("\n".join(f"a.ts({n},1): error TS1005: x" for n in range(1, 7_000)))) == MOST_KEPT


PARAMETRISED = """=================================== FAILURES ===================================
____________________________ TestIds.test_a[x::y - z] _____________________________

    def test_a(self, value):
>       assert value == [1]
E       AssertionError: assert 'x::y - z' == [1]

tests/test_ids.py:7: AssertionError
=========================== short test summary info ============================
FAILED tests/test_ids.py::TestIds::test_a[x::y - z] - AssertionError: assert 'x::y - z' == [1]
============================== 1 failed in 0.05s ===============================
"""


def test_a_parametrised_tests_own_colons_and_dashes_do_not_make_two_errors_of_it() -> None:
    (only,) = parse_all(PARAMETRISED)
    assert (only.file, only.line) == ("tests/test_ids.py", 7)
    assert only.message.startswith("TestIds.test_a[x::y - z]: AssertionError: assert")


def test_brackets_in_the_message_are_no_parameters() -> None:
    row = "= short test summary info =\nFAILED a/test_b.py::test_c[1] - assert [1] == [2]"
    (only,) = parse_all(row.replace("= short test summary info =", f"{'=' * 20} short test summary info {'=' * 20}"))
    assert only.message == "test_c[1]: assert [1] == [2]"
