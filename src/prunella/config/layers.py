"""One source of settings each as a layer: a TOML file, a set of variables, the command line's flags.

A layer holds converted values only. What is wrong is collected in words, so that a person sees all of it at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from prunella.config.home import expand
from prunella.config.option import Kind, Option
from prunella.config.options import BY_NAME, OPTIONS, RETIRED, TABLES
from prunella.config.tables import Place, Row, prices, rows
from prunella.config.toml_lines import Lines
from prunella.config.values import BadValueError, convert, nearest, plain


class Given(NamedTuple):
    """A converted value and where it came from."""

    value: object
    origin: str


class Layer:
    """What one source says. ``checks`` and ``ladder`` None = nothing of them."""

    def __init__(self) -> None:
        self.values: dict[str, Given] = {}
        self.checks: tuple[Row, ...] | None = None
        self.ladder: tuple[Row, ...] | None = None
        self.prices: tuple[Row, ...] = ()
        self.problems: list[str] = []


class TomlFile(NamedTuple):
    """A TOML file as read. ``prefix`` is where the settings begin in it; ``user_file`` is named in remedies."""

    name: str
    document: Mapping[str, Any]
    lines: Lines
    prefix: tuple[str, ...]
    trusted: bool
    user_file: str

    def place(self, *path: str | int) -> str:
        """``prunella.toml:3``."""
        line = self.lines.of(*self.prefix, *path)
        return f"{self.name}:{line}" if line else self.name

    def refusal(self, option: Option) -> str:
        """Why a file of the repository may not set the option; "" when it may."""
        if self.trusted or not option.guarded:
            return ""
        if option.secret:
            why = "a key does not belong into a file that is committed"
            return f"may not be set here: {why}. Put {option.variables[0]} into .env or the environment."
        where = f"{self.user_file}, not in a file of the repository"
        variable = f" (or set {option.variables[0]})" if option.variables else ""
        return f"decides where keys, code or records go, so it must be set in {where}{variable}."


def from_toml(file: TomlFile, environ: Mapping[str, str]) -> Layer:
    """What a file says."""
    layer = Layer()
    for key, value in file.document.items():
        if key in TABLES:
            _table(layer, file, key, value)
        elif isinstance(value, dict) and any(name.startswith(f"{key}.") for name in BY_NAME):
            for inner, inner_value in value.items():
                _value(layer, file, (key, inner), inner_value, environ)
        else:
            _value(layer, file, (key,), value, environ)
    return layer


def _table(layer: Layer, file: TomlFile, key: str, value: object) -> None:
    place = Place(file.place, layer.problems.append, file.refusal, file.trusted)
    if key == "check":
        layer.checks = rows(place, key, value)
    elif key == "ladder":
        layer.ladder = rows(place, key, value)
    else:
        layer.prices = prices(place, value)


def _value(layer: Layer, file: TomlFile, path: tuple[str, ...], raw: object, environ: Mapping[str, str]) -> None:
    name, origin = ".".join(path), file.place(*path)
    option = BY_NAME.get(name)
    if option is None:
        layer.problems.append(f"{origin}: {plain(name, 80)} is not an option{_instead(name)}.")
        return
    refusal = file.refusal(option)
    if refusal:
        layer.problems.append(f"{origin}: {name} {refusal}")
        return
    _add(layer, option, raw, Source(origin, name, environ))


def _instead(name: str) -> str:
    by_variable = next((option.name for option in OPTIONS if name.upper() in option.variables), "")
    if by_variable:
        return f"; in a file it is called {by_variable}"
    last = {known.rpartition(".")[2]: known for known in BY_NAME}
    if name in last:
        return f" (did you mean {last[name]}?)"
    return nearest(name, [*BY_NAME, *TABLES]) or f"; the options are {', '.join([*BY_NAME, *TABLES])}"


class Source(NamedTuple):
    """Where one value comes from, and how its text is to be read. ``label`` is what the person called it."""

    origin: str
    label: str
    environ: Mapping[str, str]
    text: bool = False
    relative: bool = False


def _add(layer: Layer, option: Option, raw: object, source: Source) -> None:
    try:
        value = convert(option, raw, text=source.text)
        if option.kind is Kind.PATH and value:
            value = _full(str(value), source)
    except BadValueError as error:
        place = source.origin if source.origin == source.label else f"{source.origin}: {source.label}"
        layer.problems.append(f"{place} {error}.")
        return
    layer.values[option.name] = Given(value, source.origin)


def _full(text: str, source: Source) -> Path:
    """A path from a file must be a full one: relative to what would it be?"""
    path = Path(expand(text, source.environ))
    if path.is_absolute():
        return path
    if not source.relative:
        raise BadValueError("must be a full path, or one that begins with ~/")
    return Path(os.path.abspath(path))  # noqa: PTH100 - pathlib's would follow symbolic links


def from_variables(
    values: Mapping[str, str], environ: Mapping[str, str], place: Callable[[str], str], *, of_repository: bool
) -> Layer:
    """What environment variables say; an empty one says nothing. ``of_repository``: they are from its ``.env``."""
    layer = Layer()
    for option in (*OPTIONS, *RETIRED.values()):
        for variable in option.variables:
            raw = values.get(variable, "")
            if raw.strip():
                source = Source(place(variable), variable, environ, text=True, relative=not of_repository)
                _add(layer, option, raw, source)
                break
    return layer


def from_flags(flags: Mapping[str, object], environ: Mapping[str, str]) -> Layer:
    """What the command line says: by flag (``max_attempts``) or option name; None says nothing, others are ignored."""
    layer = Layer()
    for option in OPTIONS:
        raw = flags.get(option.name) if option.flag else None
        if raw is None and option.flag:
            raw = flags.get("commit" if option.name == "commit" else option.destination)
        if raw is not None:
            source = Source(option.flag, option.flag, environ, text=isinstance(raw, str), relative=True)
            _add(layer, option, raw, source)
    return layer
