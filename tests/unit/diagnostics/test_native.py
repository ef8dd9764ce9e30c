"""Compilers, linkers and build tools of native code: what a fixture of one real log cannot show."""

from __future__ import annotations

import pytest

from prunella.diagnostics import cmake, gnu, linker, make, rust
from prunella.diagnostics.clean import clean
from prunella.domain import Diagnostic, Location, Severity


def place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    return diagnostic.file, diagnostic.line, diagnostic.column


def test_a_relative_path_starts_in_the_folder_that_make_has_entered() -> None:
    log = """make[1]: Entering directory '/repo/lib'
a.c:1:8: error: expected ';'
make[2]: Entering directory '/repo/lib/sub'
../b.c:2:1: error: unknown type name 'x'
make[2]: Leaving directory '/repo/lib/sub'
c.c:3:1: error: unknown type name 'y'
make[1]: Leaving directory '/repo/lib'
d.c:4:1: error: unknown type name 'z'
"""
    assert [found.file for found in gnu.parse(log)] == ["/repo/lib/a.c", "/repo/lib/b.c", "/repo/lib/c.c", "d.c"]


def test_a_header_broken_once_is_one_error_in_every_file_that_includes_it() -> None:
    log = """In file included from a.c:1:
h.h:2:1: error: unknown type name 'x'
In file included from b.c:1:
h.h:2:1: error: unknown type name 'x'
"""
    first, second = gnu.parse(log)
    assert first == second
    assert (first.read_from, second.read_from) == (1, 3)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a.c:1:2: warning: unused variable 'x' [-Wunused-variable]", "-Wunused-variable"),
        ("a.c:1:2: error: unused variable 'x' [-Werror,-Wunused-variable]", "-Wunused-variable"),
        ("a.c:1:2: error: unused variable 'x' [-Werror=unused-variable]", "-Werror=unused-variable"),
        ("a.cpp:1:2: error: use nullptr [modernize-use-nullptr,-warnings-as-errors]", "modernize-use-nullptr"),
        ('a.cpp(12): error #20: identifier "x" is undefined', "#20"),
        ("a.cc:1:2: error: no operator[] [with T = int]", ""),
    ],
)
def test_the_flag_in_brackets_is_the_code(line: str, code: str) -> None:
    (found,) = gnu.parse(line)
    assert found.code == code
    assert code == "" or code not in found.message


@pytest.mark.parametrize(
    "line",
    [
        "cc1: all warnings being treated as errors",
        "main.py:3: error: Name 'x' is not defined",
        "2024-01-01 10:00:00 error: the disk is full",
        "https://example.com:80: error: refused",
        "collect2: error: ld returned 1 exit status",
    ],
)
def test_what_no_compiler_said_of_a_source_is_left_to_others(line: str) -> None:
    assert gnu.parse(line) == ()


def test_the_driver_that_repeats_that_linking_failed_counts_only_alone() -> None:
    closing = "collect2: error: ld returned 1 exit status"
    missing = "/usr/bin/ld: cannot find -lfoo: No such file or directory"
    assert [found.message for found in linker.parse(closing)] == ["ld returned 1 exit status"]
    assert [found.message for found in linker.parse(f"{missing}\n{closing}")] == [missing.partition(": ")[2]]


def test_lld_names_where_a_symbol_is_used() -> None:
    log = """ld.lld: error: undefined symbol: foo(int)
>>> referenced by main.cpp:12 (/repo/src/main.cpp:12)
>>>               main.o:(main)
>>> referenced by util.cpp:3 (/repo/src/util.cpp:3)
"""
    (found,) = linker.parse(log)
    assert place(found) == ("/repo/src/main.cpp", 12, 0)
    assert found.related == (Location("/repo/src/util.cpp", 3, 0, "referenced by"),)
    assert (found.read_from, found.read_to) == (1, 4)


def test_a_warning_of_the_linker_about_an_object_names_the_object() -> None:
    (found,) = linker.parse("/usr/bin/ld: x.o: warning: relocation against `f' in read-only section `.text'")
    assert (found.file, found.severity) == ("x.o", Severity.WARNING)


def test_a_recipe_that_failed_is_told_only_when_nothing_tells_more() -> None:
    failed = "make: *** [Makefile:3: all] Error 1"
    (found,) = make.parse(f"./run\n{failed}")
    assert place(found) == ("Makefile", 3, 0)
    assert make.parse(f"a.c:1:1: error: no\n{failed}") == ()


def test_cmake_prints_one_message_in_paragraphs() -> None:
    (found,) = cmake.parse(
        "CMake Error at CMakeLists.txt:3 (find_package):\n  One\n  two.\n\n  Three.\n\n\n-- Configuring\n"
    )
    assert found.message == "One\ntwo.\n\nThree."
    assert found.read_to == 5


def test_a_line_of_cargo_json_that_was_cut_is_read_from_what_a_person_reads() -> None:
    long = "x" * 9_000
    rendered = r"error[E0308]: mismatched types\n --> src/lib.rs:6:41\n  |\n6 | f(1)\n  |   ^ expected `String`\n\n"
    line = f'{{"reason":"compiler-message","message":{{"rendered":"{rendered}","spans":[],"explanation":"{long}"}}}}'
    (found,) = rust.parse(clean(line))
    assert place(found) == ("src/lib.rs", 6, 41)
    assert (found.code, found.message) == ("E0308", "mismatched types")


def test_a_panic_in_the_standard_library_is_placed_at_the_programs_own_call() -> None:
    log = """thread 'main' (12) panicked at /rustc/abc/library/core/src/option.rs:9:5:
called `Option::unwrap()` on a `None` value
stack backtrace:
   0: core::panicking::panic
             at /rustc/abc/library/core/src/panicking.rs:80:14
   1: app::load
             at ./src/load.rs:12:9
   2: app::main
             at ./src/main.rs:3:5
"""
    (found,) = rust.parse(log)
    assert place(found) == ("src/load.rs", 12, 9)
    assert found.related == (Location("src/main.rs", 3, 5, "called from here"),)


def test_what_passed_tests_printed_is_no_failure() -> None:
    log = """successes:

---- tests::fine stdout ----
thread 'tests::fine' panicked at src/lib.rs:3:5:
expected

successes:
    tests::fine

test result: ok. 1 passed; 0 failed
"""
    assert rust.parse(log) == ()


def test_that_a_crate_did_not_compile_counts_only_alone() -> None:
    closing = "error: could not compile `app` (lib) due to 1 previous error"
    error = (
        "error[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:1:9\n  |\n1 | let _ = x;\n  |         ^\n"
    )
    assert len(rust.parse(closing)) == 1
    assert [found.code for found in rust.parse(f"{error}\n{closing}")] == ["E0425"]
