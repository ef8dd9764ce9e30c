"""The same error again has the same fingerprint; another error has another."""

from __future__ import annotations

from dataclasses import replace

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
        ("no feedface", "no decafbad"),
    ],
)
def test_what_makes_the_error_what_it_is_does(one: str, two: str) -> None:
    assert fingerprint(replace(ERROR, message=one)) != fingerprint(replace(ERROR, message=two))


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
