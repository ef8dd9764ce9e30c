"""The line of every key, against documents that say it themselves."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from prunella.config.toml_lines import Lines

DOCUMENT = '''\
a = 2
b.c = 3
"d e".f = 4

[table] # comment
g = """
not = 1
[not]
""" # h = 0
h = 10
i = [ # [j]
  "]", # not = 1
  { k = 1 },
]
j = 15
l = \'\'\'x = "\'\'\'
m = "# not \\" = "
[[check]]
name = 19
[[check]]
name = 21
[check.inner]
n = 23
[x.y]
z = 25
'''


def test_keys_tables_and_arrays_are_on_their_lines() -> None:
    tomllib.loads(DOCUMENT)
    lines = Lines("# first\n" + DOCUMENT.replace('g = """', 'g = """'))
    for path, line in [
        (("a",), 2),
        (("b", "c"), 3),
        (("d e", "f"), 4),
        (("table",), 6),
        (("table", "h"), 11),
        (("table", "j"), 16),
        (("table", "m"), 18),
        (("check", 0), 19),
        (("check", 0, "name"), 20),
        (("check", 1, "name"), 22),
        (("check", 1, "inner", "n"), 24),
        (("x", "y", "z"), 26),
    ]:
        assert lines.of(*path) == line, path


def test_what_is_inside_a_value_has_the_line_of_its_key_and_the_unknown_has_none() -> None:
    lines = Lines("budget = { task_usd = 1 }\n")
    assert lines.of("budget", "task_usd") == 1
    assert lines.of("other") == 0


Keys = tuple[str | int, ...]
STRINGS = st.sampled_from(
    ['"x"', "'y#'", '"""z\n[not]\nnot = 1"""', "'''\n[[not]]'''", '["a", "]"]', "[\n1, # ]\n2]", "3"]
)


@given(st.lists(STRINGS, min_size=1, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_values_of_any_shape_do_not_shift_the_lines_of_the_keys_after_them(
    values: list[str], arrays: list[bool]
) -> None:
    text, count = "", 0
    expected: dict[Keys, int] = {}
    prefix: Keys = ()
    for number, value in enumerate(values):
        if arrays[number]:
            text += "[[t]]\n"
            prefix, count = ("t", count), count + 1
        expected[(*prefix, f"k{number}")] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    _same_keys(tomllib.loads(text), expected)
    lines = Lines(text)
    assert {path: lines.of(*path) for path in expected} == expected


def _same_keys(document: dict[str, Any], expected: dict[Keys, int]) -> None:
    flat: set[Keys] = {(key,) for key in document if key != "t"}
    flat |= {("t", index, key) for index, table in enumerate(document.get("t", [])) for key in table}
    assert flat == set(expected)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    Lines(text)
