"""Fills the text files beside this module. They are templates of ``string.Template``: ``$name`` and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8"))


def render(name: str, **values: str) -> str:
    """The text of ``<name>.txt`` with its placeholders filled; a missing or unused one is a KeyError (a defect).

    What is untrusted among the values has been through ``untrusted.fenced`` (blocks) or ``untrusted.inline``.
    """
    template = _template(name)
    unused = set(values) - set(template.get_identifiers())
    if unused:
        raise KeyError(f"{name}.txt has no {', '.join(sorted(unused))}")
    return template.substitute(values).rstrip("\n") + "\n"
