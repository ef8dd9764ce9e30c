"""Every parser by name, and how one log that several tools wrote into is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from prunella.diagnostics import eslint, generic, mypy, node, pytest, python, ruff, typescript, vite, webpack
from prunella.diagnostics.limits import MOST_KEPT
from prunella.domain import Diagnostic, Severity

Parser = Callable[[str], tuple[Diagnostic, ...]]

TOOLCHAINS: dict[str, Parser] = {
    "typescript": typescript.parse,
    "webpack": webpack.parse,
    "vite": vite.parse,
    "eslint": eslint.parse,
    "mypy": mypy.parse,
    "ruff": ruff.parse,
    "pytest": pytest.parse,
    "python": python.parse,
    "node": node.parse,
    "generic": generic.parse,
}
"""In the order in which they are asked: who knows a tool's words before who only knows its shape."""

HIDES = {
    "pytest": ("python",),
    "webpack": ("node",),
    "vite": ("node",),
}
"""Who has seen an error leaves nothing to say to these: they would read its stack trace once more."""


def parse_all(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of every tool that wrote into ``text``, without repeats, errors before warnings and notes.

    Args:
        text: a log after ``clean``.
    """
    kept: list[Diagnostic] = []
    places: set[tuple[str, int]] = set()
    hidden: set[str] = set()
    for name, parser in TOOLCHAINS.items():
        if name in hidden:
            continue
        if name == "generic":
            parser = generic.parse_marked if any(_is_error(known) for known in kept) else generic.parse  # noqa: PLW2901
        found = [new for new in parser(text) if not _known(new, places)]
        if any(_is_error(new) for new in found):
            hidden.update(HIDES.get(name, ()))
        kept += found
        places.update((_key(new.file), new.line) for new in found)
    kept = [_without_repeat_words(diagnostic) for diagnostic in kept]
    return tuple([*filter(_is_error, kept), *(other for other in kept if not _is_error(other))][:MOST_KEPT])


def _known(new: Diagnostic, places: set[tuple[str, int]]) -> bool:
    """Whether a parser before it has spoken of this line; several problems in one line come from one parser."""
    return bool(new.file) and (_key(new.file), new.line) in places


def _key(file: str) -> str:
    """The last two parts of a path: tools name the same file from different folders."""
    return "/".join(file.replace("\\", "/").rsplit("/", 2)[-2:]).removeprefix("./")


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR


def _without_repeat_words(diagnostic: Diagnostic) -> Diagnostic:
    return diagnostic if len(diagnostic.message) <= 4_000 else replace(diagnostic, message=diagnostic.message[:4_000])
