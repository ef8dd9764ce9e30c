"""Lines that differ from what they were in marks alone."""

from __future__ import annotations

import pytest

from prunella.lately.marks import line_marks
from prunella.ports import Changed


def told(path: str, before: str, after: str) -> list[tuple[int, str, str | None]]:
    found = line_marks(Changed(path, path, "", "", "b", "a"), before, after)
    return [(mark.line, mark.was, mark.now) for mark in found]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.c", "int a;", "int a"),
        ("a.rs", "    f(&mut x);", "    f(x);"),
        ("a.rs", "pub fn f() {", "fn f() {"),
        ("a.py", "if a:", "if a"),
        ("a.py", "    self.x()", "    x()"),
        ("a.ts", "  await go();", "  go();"),
        ("a.c", "int f(void)", "static int f(void)"),
        ("a.py", "    return a", "  return a"),
    ],
)
def test_a_lost_mark_is_told(path: str, before: str, after: str) -> None:
    text = "first\n{}\nlast\n"
    assert told(path, text.format(before), text.format(after)) == [(2, before, after)]


def test_a_line_of_marks_that_went() -> None:
    assert told("a.c", "f(\n  a\n);\nb\n", "f(\n  a\nb\n") == [(3, ");", None)]


@pytest.mark.parametrize(
    ("before", "after"), [("f(a, b);", "f(a);"), ("f(a);", "g(a);"), ("f(1);", "f(2);"), ("a();b();c();d()", "a b c d")]
)
def test_other_changes_are_not(before: str, after: str) -> None:
    assert told("a.c", f"{before}\n", f"{after}\n") == []


def test_other_files_are_not() -> None:
    assert told("a.txt", "a;\n", "a\n") == []
