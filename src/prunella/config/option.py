"""What an option is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a value must be; ``values.py`` has the check of each."""

    TEXT = "text"
    COMMAND = "command"
    WORD = "word"
    MODEL = "model"
    WHOLE = "whole"
    AMOUNT = "amount"
    SWITCH = "switch"
    PATH = "path"
    FOLDER = "folder"
    URL = "url"
    BRANCH = "branch"
    VARIABLE = "variable"
    LIST = "list"


class Option(NamedTuple):
    """One option.

    Attributes:
        name: the key in ``prunella.toml``; a dot is a table.
        default: None = nothing; a value of ``kind`` otherwise.
        help: one or two lines for a person, without the default.
        variables: environment variables that set it, the strongest first.
        flag: the command line's flag; "" when it has none.
        low, high: the bounds of a number, both allowed.
        choices: the only words allowed; () = any.
        example: what a written file shows when the default shows nothing.
        required: in tables (``[[check]]``, …), whether the key must be there.
    """

    name: str
    kind: Kind
    default: object
    help: str
    variables: tuple[str, ...] = ()
    flag: str = ""
    secret: bool = False
    guarded: bool = False
    bounded: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    example: object = None
    required: bool = False

    @property
    def field(self) -> str:
        """The attribute of ``Settings`` that holds it."""
        return self.name.replace(".", "_")

    @property
    def destination(self) -> str:
        """The flag's name in parsed arguments (``--max-attempts`` is ``max_attempts``)."""
        return self.flag.lstrip("-").replace("-", "_")
