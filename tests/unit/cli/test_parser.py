from __future__ import annotations

import pytest

from prunella.cli.parser import COMMANDS, meant, parser


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("heal npm run build", "prunella heal -- npm run build"),
        ("heal --budget 1 --json npm test -x", "prunella heal --budget 1 --json -- npm test -x"),
        ("shwo 12", "prunella show"),
        ("histroy", "prunella history"),
        ("heal --buget 1", ""),
        ("xyzzy", ""),
        ("show a b", ""),
    ],
)
def test_a_wrong_command_line_names_the_one_that_was_meant(
    line: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parser().parse_args(line.split())
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert (f"Did you mean `{hint}`?" in said) if hint else ("Did you mean" not in said), said


def test_the_names_are_those_of_the_grammar() -> None:
    for name in COMMANDS:
        assert parser().parse_args([name]).name == name
    assert meant(()) == ""
