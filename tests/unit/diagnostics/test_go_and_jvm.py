"""Go, the JVM's tools and .NET's: what a fixture of one real log cannot show."""

from __future__ import annotations

import pytest

from prunella.diagnostics import go, gradle, java, maven, msbuild
from prunella.domain import Diagnostic, Location, Severity


def place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    return diagnostic.file, diagnostic.line, diagnostic.column


def test_what_a_passed_test_logged_is_no_failure() -> None:
    log = """=== RUN   TestA
    a_test.go:3: only a remark
--- PASS: TestA (0.00s)
=== RUN   TestB
=== RUN   TestB/deep
    a_test.go:9: wrong
=== CONT  TestA
=== NAME  TestB
    a_test.go:12: and here
--- FAIL: TestB (0.00s)
    --- FAIL: TestB/deep (0.00s)
FAIL
"""
    assert sorted(found.line for found in go.parse(log)) == [9, 12]


def test_a_test_that_failed_without_a_word_is_named() -> None:
    (found,) = go.parse("--- FAIL: TestQuiet (0.01s)\nFAIL\nFAIL\texample.com/a\t0.01s\n")
    assert (found.file, found.message) == ("", "--- FAIL: TestQuiet (0.01s)")


def test_a_panic_is_placed_in_the_programs_own_code() -> None:
    log = """panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4553b2]

goroutine 1 [running]:
net/http.(*Client).do(0x0)
	/usr/local/go/src/net/http/client.go:590 +0x12
example.com/app/store.(*DB).Get(...)
	/repo/store/db.go:31
main.main()
	/repo/main.go:9 +0x1d
exit status 2
"""
    (found,) = go.parse(log)
    assert place(found) == ("/repo/store/db.go", 31, 0)
    assert found.message == "runtime error: invalid memory address or nil pointer dereference"
    assert found.related == (Location("/repo/main.go", 9, 0, "called from here"),)


@pytest.mark.parametrize(
    "line", ["go: downloading golang.org/x/mod v0.1.0", "go: finding module for package x", "ok  \tx\t0.1s"]
)
def test_what_go_is_doing_is_no_problem(line: str) -> None:
    assert go.parse(line) == ()


def test_the_summary_of_maven_repeats_nothing() -> None:
    error = "[ERROR] /repo/A.java:[4,27] cannot find symbol"
    log = f"""[INFO] BUILD FAILURE
{error}
  symbol:   method foo()
  location: class A
[ERROR] Failed to execute goal g:a:3:compile (default-compile) on project y: Compilation failure
{error}
[ERROR]   symbol:   method foo()
[ERROR]   location: class A
[ERROR] -> [Help 1]
"""
    first, second = maven.parse(log)
    assert first == second
    assert first.message == "cannot find symbol\n  symbol:   method foo()\n  location: class A"
    assert [(found.read_from, found.read_to) for found in (first, second)] == [(2, 4), (6, 8)]


def test_the_goal_that_failed_counts_only_alone() -> None:
    (found,) = maven.parse(
        "[INFO] x\n[ERROR] Failed to execute goal g:a:1:exec (default) on project y: "
        "Command execution failed. -> [Help 1]"
    )
    assert found.message == "Failed to execute goal g:a:1:exec (default) on project y: Command execution failed."


def test_a_test_of_surefire_is_read_from_the_summary_when_its_trace_was_not_printed() -> None:
    log = "[ERROR] Failures: \n[ERROR]   CalcTest.adds:12 expected:<3> but was:<2>\n[INFO] \n"
    (found,) = maven.parse(log)
    assert (*place(found), found.message) == ("CalcTest.java", 12, 0, "expected:<3> but was:<2>")


def test_that_a_compiler_failed_is_told_by_gradle_only_when_the_compiler_said_nothing() -> None:
    report = """* What went wrong:
Execution failed for task ':compileJava'.
> Compilation failed; see the compiler error output for details.

* Try:
"""
    assert len(gradle.parse(report)) == 1
    assert gradle.parse(f"A.java:3: error: ';' expected\n{report}") == ()


def test_the_column_of_javac_is_where_its_caret_stands() -> None:
    (found,) = java.parse(
        "A.java:3: error: cannot find symbol\n\tint x = foo();\n\t        ^\n  symbol:   method foo()\n1 error\n"
    )
    assert place(found) == ("A.java", 3, 10)
    assert found.message == "cannot find symbol\n  symbol:   method foo()"


def test_ant_writes_its_task_in_front_of_each_line() -> None:
    log = """    [javac] /repo/A.java:3: warning: [deprecation] f() in B has been deprecated
    [javac]   f();
    [javac]   ^
"""
    (found,) = java.parse(log)
    assert (*place(found), found.code, found.severity) == ("/repo/A.java", 3, 3, "deprecation", Severity.WARNING)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A.cs(3,5): error CS0103: no name [/repo/a.csproj]", ("A.cs", 3, 5, "CS0103", "no name")),
        ("  2>C:\\a b\\x.cpp(7): fatal error C1083: no file", ("C:\\a b\\x.cpp", 7, 0, "C1083", "no file")),
        ("A.cs(2,1): warning : SA1210: sort [a.csproj]", ("A.cs", 2, 1, "SA1210", "sort")),
        ("LINK : fatal error LNK1104: cannot open file 'x.lib'", ("", 0, 0, "LNK1104", "cannot open file 'x.lib'")),
        ("MSBUILD : error MSB1003: Specify a project", ("", 0, 0, "MSB1003", "Specify a project")),
        ("/r/a.csproj : error NU1101: no package", ("/r/a.csproj", 0, 0, "NU1101", "no package")),
        ("A.fs(3,5,3,9): error FS0039: not defined", ("A.fs", 3, 5, "FS0039", "not defined")),
        ("P.cs(1,2): error WHITESPACE: Fix formatting. [a.csproj]", ("P.cs", 1, 2, "WHITESPACE", "Fix formatting.")),
    ],
)
def test_an_error_of_msbuild(line: str, expected: tuple[str, int, int, str, str]) -> None:
    (found,) = msbuild.parse(line)
    assert (*place(found), found.code, found.message) == expected


@pytest.mark.parametrize(
    "line", ["Build succeeded: 0 error(s)", "12:03 : error rate is 3", "see http://x : error budget"]
)
def test_words_about_errors_are_no_errors_of_msbuild(line: str) -> None:
    assert msbuild.parse(line) == ()
