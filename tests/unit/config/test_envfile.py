"""The fast reading of plain ``.env`` files equals python-dotenv's."""

from __future__ import annotations

from io import StringIO

from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from prunella.config.envfile import plain_values

PIECES = st.sampled_from(
    [
        "A",
        "B=",
        "=",
        "x",
        "1",
        " ",
        "\t",
        "#",
        "'",
        '"',
        "$",
        "{",
        "}",
        "\\",
        "\n",
        "\r",
        "export ",
        "sk-ant-",
        ":",
        "é",
        ",",
        "\x0c",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_plain_file_is_read_as_python_dotenv_reads_it(text: str) -> None:
    values = plain_values(text)
    if values is not None:
        assert values == dotenv_values(stream=StringIO(text))


def test_common_files_need_no_import() -> None:
    text = "# keys\n\nANTHROPIC_API_KEY=sk-ant-api03-x_y\n  OPENAI_BASE_URL=http://127.0.0.1:1/v1  \nEMPTY=\nA=1\nA=2\n"
    assert plain_values(text) == {
        "ANTHROPIC_API_KEY": "sk-ant-api03-x_y",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "EMPTY": "",
        "A": "2",
    }


def test_files_with_quotes_or_references_are_left_to_python_dotenv() -> None:
    for text in ('A="b"', "A=$B", "export A=b", "A=b # c", "A = b", "A\n"):
        assert plain_values(text) is None
