"""Followers stand under their root cause, and no error of its own is hidden under another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.diagnostics.causes import leading, roots
from prunella.diagnostics.clean import clean
from prunella.diagnostics.registry import parse_all
from prunella.domain import Diagnostic, Location, Severity

LOGS = Path(__file__).parents[2] / "fixtures" / "causes"
ROOTS = {
    "tsc": {
        "src/index.ts:1",
        "src/pages/p1.ts:2",
        "src/pages/p1.ts:4",
        "src/pages/p1.ts:6",
        *(f"src/pages/p{number}.ts:7" for number in range(1, 7)),
        "src/user.ts:1",
    },
    "tsc-syntax": {"src/a.ts:2", "src/c.ts:1"},
    "cargo-imports": {
        *(f"src/a.rs:{line}" for line in (1, 2, 3, 5, 6, 8, 9, 10)),
        "src/b.rs:10",
    },
    "cargo-types": {"src/a.rs:3", "src/a.rs:4", "src/a.rs:6", "src/a.rs:7", "src/a.rs:8", "src/b.rs:8"},
    "mypy": {
        "tests/test_b3.py:1",
        "tests/test_b3.py:2",
        "tests/test_c3.py:3",
        "tests/test_c3.py:5",
        "tests/test_3.py:1",
    },
    "pytest-collect": {"tests/test_1.py:1", "tests/test_b1.py:1"},
    "gcc": {"u1.c:2", "h1.c:1", "hero.h:2", "semi.c:4", "semi.c:7"},
    "clang": {"u1.c:2", "h1.c:1", "hero.h:1", "semi.c:3", "semi.c:7"},
    "go": {*(f"p/x.go:{line}" for line in (4, 6, 7, 8, 9)), "q/x.go:8", "q/x.go:9"},
    "javac": {
        "b/U1.java:4",
        "b/U1.java:5",
        "b/U1.java:6",
        "b/U1.java:8",
        "b/U1.java:11",
        "b/U1.java:9",
        *(f"b/U{number}.java:10" for number in (1, 2, 3)),
    },
}


def error(message: str, file: str = "src/a.ts", line: int = 1, code: str = "", source: str = "tsc") -> Diagnostic:
    return Diagnostic(file, line, 1, Severity.ERROR, code, message, source)


@pytest.mark.parametrize("name", sorted(ROOTS))
def test_the_roots_of_a_real_log(name: str) -> None:
    found = parse_all(clean((LOGS / f"{name}.log").read_text()))
    errors = [diagnostic for diagnostic in found if diagnostic.severity is Severity.ERROR and diagnostic.line]
    places = {f"{root.file.removeprefix('./')}:{root.line}" for root in leading(errors)}
    assert places == ROOTS[name]


def test_one_missing_export_has_fifty_users() -> None:
    users = [error("Module '\"../api\"' has no exported member 'load'.", f"src/p/{n}.ts") for n in range(50)]
    other = error("Module '\"../api\"' has no exported member 'store'.", "src/p/1.ts", 2)
    elsewhere = error("Module '\"./api\"' has no exported member 'load'.", "src/p/1.ts", 3)
    assert roots([*users, other, elsewhere]) == (0,) * 50 + (50, 51)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Cannot find module './x'", "Cannot find module './y'"),
        ("Property 'a' does not exist on type 'Hero'.", "Property 'a' does not exist on type 'Team'."),
        ("Property 'a' does not exist on type 'string'.", "Property 'a' does not exist on type 'string'."),
        ("Type 'string' is not assignable to type 'number'.", "Type 'string' is not assignable to type 'number'."),
        ("Expected 2 arguments, but got 1.", "Expected 2 arguments, but got 1."),
        ("'int' object has no attribute 'x'", "'int' object has no attribute 'x'"),
        ("Cannot find name 'data'.", "Cannot find name 'data'."),
        ("mismatched types", "mismatched types"),
        ("assert 1 == 2", "assert 1 == 2"),
    ],
)
def test_errors_of_their_own_stay_apart(one: str, two: str) -> None:
    assert roots([error(one, "src/a.ts", 1), error(two, "src/b.ts", 9)]) == (0, 1)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("No module named 'yaml'", "No module named 'yaml.nodes'"),
        ("Cannot find module 'react' or its", "Cannot find module 'react/jsx-runtime' or its"),
        (
            "Cannot find module 'react' or its",
            "JSX element implicitly has type 'any' because no interface 'JSX.I' exists",
        ),
        ("undefined reference to `load'", "undefined reference to `load'"),
        ("Cannot find name 'process'. Do you need to install type definitions for node?", "Cannot find module 'fs' or"),
        ("no field `x` on type `&Hero`", "struct `Hero` has no field named `x`"),
        ("undefined: api.Load", "undefined: api.Load"),
        ("fixture 'db' not found", "fixture 'db' not found"),
        ("'Hero' object has no attribute 'x'", "'Hero' object has no attribute 'x'"),
        (
            "The type or namespace name 'Hero' could not be found",
            "The type or namespace name 'Hero' could not be found",
        ),
        (
            "cannot find symbol\n  symbol:   class Gone",
            "cannot find symbol\n  symbol:   class Gone\n  location: class U",
        ),
        ("'a.h' file not found", "a.h: No such file or directory"),
    ],
)
def test_the_same_missing_thing_is_one_cause(one: str, two: str) -> None:
    pair = [error(one, "src/a.ts", 1, "TS2307"), error(two, "src/b.ts", 9, "TS2307")]
    assert roots(pair) == (0, 0)


def test_the_same_complaint_about_one_declaration_is_one_cause() -> None:
    declared = (Location("src/api.ts", 3, 1, "'load' is declared here."),)
    calls = [replace(error("Expected 2 arguments, but got 1.", f"src/{n}.ts"), related=declared) for n in range(3)]
    other = replace(calls[0], file="src/x.ts", related=(Location("src/api.ts", 9, 1, "'other' is declared here."),))
    assert roots([*calls, other]) == (0, 0, 0, 3)


def test_what_passes_a_missing_name_on_is_no_cause_of_its_own() -> None:
    barrel = error("Module '\"./api\"' has no exported member 'load'.", "src/index.ts")
    user = error("Module '\"./index\"' has no exported member 'load'.", "src/user.ts")
    assert roots([user, barrel]) == (1, 1)


def test_far_syntax_errors_of_a_file_are_their_own_and_lost_parsers_are_not() -> None:
    found = [
        error("';' expected.", line=3, code="TS1005"),
        error("',' expected.", line=5, code="TS1005"),
        error("',' expected.", line=90, code="TS1005"),
        error("Declaration or statement expected.", line=300, code="TS1128"),
        error("';' expected.", "src/b.ts", 5, "TS1005"),
    ]
    assert roots(found) == (0, 0, 2, 2, 4)


@pytest.mark.parametrize(
    "said",
    [
        "Command failed with exit code 1.",
        "*** [Makefile:2: all] Error 1",
        "ELIFECYCLE  Command failed with exit code 2.",
        "ld returned 1 exit status",
        "could not compile `heroes` (lib) due to 3 previous errors",
        "Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.1:compile",
        'The command "npm run build" exited with code 1.',
        'process "/bin/sh -c npm run build" did not complete successfully: exit code: 1',
    ],
)
def test_who_only_says_that_a_command_failed_follows_the_failure(said: str) -> None:
    runner = Diagnostic("", 0, 0, Severity.ERROR, "", said, "make", read_from=9, read_to=9)
    late = replace(error("Cannot find name 'y'.", "src/y.ts"), read_from=20)
    first = replace(error("Cannot find name 'x'."), read_from=2)
    assert roots([runner, first, late]) == (1, 1, 2)
    assert roots([runner]) == (0,)


def test_an_error_never_follows_a_warning() -> None:
    warning = replace(error("Cannot find module './x'"), severity=Severity.WARNING)
    assert roots([warning, error("Cannot find module './x'", line=4)]) == (1, 1)


MESSAGES = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "Cannot find module './x'",
            "Cannot find module 'a/b/c'",
            "Cannot find module 'a'",
            "';' expected",
            "Declaration or statement expected.",
            "Command failed with exit code 1.",
            "Module './a' has no exported member 'b'",
            "method does not override or implement a method from a supertype",
        ]
    ),
)
DIAGNOSTICS = st.builds(
    Diagnostic,
    st.sampled_from(["", "a.ts", "b.ts", "x.c", "a/index.ts"]),
    st.integers(0, 30),
    st.integers(0, 9),
    st.sampled_from(Severity),
    st.sampled_from(["", "TS1005", "TS2307", "TS7006", "E0046", "E0407"]),
    MESSAGES,
    st.sampled_from(["tsc", "gcc", "generic", "pytest"]),
)


@given(st.lists(DIAGNOSTICS, max_size=25))
def test_every_follower_has_a_root_that_is_one_and_no_milder(found: list[Diagnostic]) -> None:
    rank = list(Severity)
    for index, root in enumerate(roots(found)):
        assert roots(found)[root] == root
        assert rank.index(found[root].severity) <= rank.index(found[index].severity)
