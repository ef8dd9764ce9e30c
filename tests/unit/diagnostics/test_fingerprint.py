"""The same error again has the same fingerprint; another error has another."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.diagnostics.fingerprint import fingerprint, fingerprints
from prunella.domain import Diagnostic, Severity

ERROR = Diagnostic(
    "src/a.ts", 3, 7, Severity.ERROR, "TS2339", "Property 'getHero' does not exist on type 'Client'.", "tsc"
)


@pytest.mark.parametrize(
    "same",
    [
        replace(ERROR, line=90, column=1),
        replace(ERROR, message='Property "getHero" does not exist on type `Client`.'),
        replace(ERROR, message="Property ‘getHero’  does not exist\n on type ’Client’."),
        replace(ERROR, severity=Severity.WARNING),
    ],
)
def test_shifts_and_quotes_do_not_matter(same: Diagnostic) -> None:
    assert fingerprint(same) == fingerprint(ERROR)


@pytest.mark.parametrize(
    "other",
    [
        replace(ERROR, file="src/b.ts"),
        replace(ERROR, code="TS2551"),
        replace(ERROR, message=ERROR.message.replace("getHero", "getUser")),
        replace(ERROR, message=ERROR.message.replace("Client", "Client2")),
        replace(ERROR, source="pytest"),
    ],
)
def test_names_files_codes_and_tools_do(other: Diagnostic) -> None:
    assert fingerprint(other) != fingerprint(ERROR)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("no file /tmp/pytest-of-me/pytest-12/x0/out.txt", "no file /tmp/pytest-of-you/pytest-999/x0/out.txt"),
        ("at 0x7f7a5f865990", "at 0x7f7a5f823990"),
        ("took 12.5ms", "took 3ms"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174fff"),
        ("commit deadbeef12", "commit 0123456789"),
        ("assert 3 == 4", "assert -5 == 6.25"),
        ("Expected 2 arguments, but got 1.", "Expected 3 arguments, but got 0."),
        (r"no C:\Users\me\x.txt here", r"no D:\temp\x.txt here"),
        ("cannot read /tmp/ccAb12Xz.o", "cannot read /tmp/ccQq98Lm.o"),
        ("cannot read /tmp/tmp8h2kd91x", "cannot read /var/folders/x1/abc123/T/tmpz_91kdh2"),
        ("at 2026-11-22T21:04:05.123Z", "at 2025-01-02 01:02:03,9"),
        ("since Nov 22, 2026", "since Mon, 3 March 2025"),
        ("done in 1m 23s", "done in 59.8s"),
        ("took 1,5 ms", "took 1.5 ms"),
        ("took 1\u202f500 kB", "took 2 kB"),
        ("listening on :3000", "listening on :41234"),
        ("pid 4242 died", "pid 17 died"),
        ("index-BxT3kf9Q.js is too large", "index-DaH7_x2B.js is too large"),
        ("main.3f2a1b9c.js is too large", "main.99aa00ff.js is too large"),
        ("« Hero »", '" Hero "'),
    ],
)
def test_what_changes_from_run_to_run_does_not_matter(one: str, two: str) -> None:
    assert fingerprint(replace(ERROR, message=one)) == fingerprint(replace(ERROR, message=two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Cannot find module './api'", "Cannot find module './app'"),
        ("Cannot find module '@/lib/api'", "Cannot find module '@/lib/app'"),
        ("cannot open /etc/a.conf", "cannot open /etc/b.conf"),
        ("utf8 expected", "utf16 expected"),
        ("cannot open /tmp/settings", "cannot open /tmp/registry"),
        ("no user-Settings.js", "no user-Settling.js"),
        ("no main-herolist.js", "no main-heroform.js"),
        ("expected struct `A`, found `B`", "expected struct `A`, found `C`"),
        ("no feedface", "no decafbad"),
    ],
)
def test_what_makes_the_error_what_it_is_does(one: str, two: str) -> None:
    assert fingerprint(replace(ERROR, message=one)) != fingerprint(replace(ERROR, message=two))


@pytest.mark.parametrize(
    ("source", "one", "two"),
    [
        ("rustc", "use of undeclared crate or module `serde`", "cannot find module or crate `serde`"),
        ("rustc", "expected struct `Hero`, found enum `Team`", "expected `Hero`, found `Team`"),
        ("rustc", "no function or associated item named `x`", "no associated function or constant named `x`"),
        ("rustc", "takes 2 arguments but 1 argument was supplied", "takes 2 arguments but 1 arguments were supplied"),
        ("tsc", "Cannot find module './a'.", "Cannot find module './a' or its corresponding type declarations."),
        ("tsc", "Cannot find name 'hero'.", "Cannot find name 'hero'. Did you mean 'heroes'?"),
        ("mypy", "\"Hero\" has no attribute \"x\"", "'Hero' has no attribute 'x'; maybe \"y\"?"),
        ("go", "x declared but not used", "declared and not used: x"),
        ("node", "Cannot read property 'a' of undefined", "Cannot read properties of undefined (reading 'a')"),
        ("python", "load() missing 1 required argument: 'x'", "Hero.load() missing 1 required argument: 'x'"),
        ("python", "local variable 'x' referenced before assignment",
         "cannot access local variable 'x' where it is not associated with a value"),
        ("python", "name 'x' is not defined", "name 'x' is not defined. Did you mean: 'y'?"),
        ("gcc", "implicit declaration of function 'f' [-Wimplicit-function-declaration]",
         "implicit declaration of function ‘f’; did you mean ‘g’? [-Werror=implicit-function-declaration]"),
    ],
)  # fmt: skip
def test_what_other_versions_reword_does_not_matter(source: str, one: str, two: str) -> None:
    assert fingerprint(replace(ERROR, message=one, source=source)) == fingerprint(
        replace(ERROR, message=two, source=source)
    )


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("./src/a.ts", "src/a.ts"),
        ("src\\a.ts", "src/a.ts"),
        ("/tmp/one/a.ts", "/home/me/a.ts"),
        ("dist/chunk-AB12CD34.js", "dist/chunk-ZZ98YY76.js"),
        ("dist/main.0a1b2c3d4e.js", "dist/main.ffee001122.js"),
    ],
)
def test_the_same_file_by_another_path_is_the_same(one: str, two: str) -> None:
    assert fingerprint(replace(ERROR, file=one)) == fingerprint(replace(ERROR, file=two))


WORD = st.from_regex(r"[a-z]{3,10}", fullmatch=True)
SHIFTY = (
    st.integers(0, 10**6).map(str),
    st.floats(0, 1000).map(lambda seconds: f"{seconds:.2f} ms"),
    st.uuids().map(str),
    st.datetimes(datetime.fromisoformat("2000-01-01")).map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S")),
    st.integers(2**32, 2**48).map(hex),
    st.lists(WORD, min_size=1, max_size=3).map(lambda folders: "/" + "/".join(folders) + "/same.txt"),
)


@given(
    WORD, WORD, st.sampled_from(["'", '"', "`"]), st.sampled_from(SHIFTY).flatmap(lambda kind: st.tuples(kind, kind))
)
def test_only_names_tell_two_errors_apart(name: str, other: str, quote: str, shifty: tuple[str, str]) -> None:
    one, two = shifty
    first = replace(ERROR, message=f"cannot load {quote}{name}{quote} at {one} here")
    again = replace(ERROR, message=f"cannot load '{name}' at {two} here")
    assert fingerprint(first) == fingerprint(again)
    if name != other:
        assert fingerprint(first) != fingerprint(replace(ERROR, message=f"cannot load '{other}' at {two} here"))


def test_a_type_check_inside_another_tool_is_the_same_family() -> None:
    assert fingerprint(replace(ERROR, source="next")) == fingerprint(ERROR)


def test_many_are_sorted_and_unrepeated_whatever_their_order() -> None:
    others = [replace(ERROR, file=f"src/{name}.ts") for name in "xyz"]
    assert fingerprints([ERROR, *others, ERROR]) == fingerprints([*reversed(others), replace(ERROR, line=1)])
    assert len(fingerprints([ERROR, *others, ERROR])) == 4
    assert fingerprints([]) == ()


@given(st.text(), st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=10**9))
def test_a_place_never_matters(message: str, line: int, column: int) -> None:
    error = replace(ERROR, message=message)
    assert fingerprint(replace(error, line=line, column=column)) == fingerprint(error)
    assert len(fingerprint(error)) == 16
