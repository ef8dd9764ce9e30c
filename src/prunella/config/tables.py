"""The options that are tables: ``[[check]]``, ``[[ladder]]`` and ``[prices."model"]``."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from prunella.config.option import Option
from prunella.config.options import TABLES
from prunella.config.values import BadValueError, convert, nearest, one_of, plain

MOST_ROWS = 50


class Row(NamedTuple):
    """One table's converted values; keys that were not given are absent. ``origin`` is its first line."""

    values: dict[str, object]
    origin: str
    trusted: bool = True


class Place(NamedTuple):
    """The file that tables are read from: line of a path, where problems go, and what the file may not say."""

    of: Callable[..., str]
    problem: Callable[[str], None]
    refusal: Callable[[Option], str]
    trusted: bool


def rows(place: Place, table: str, raw: object) -> tuple[Row, ...]:
    """The rows of ``[[check]]`` or ``[[ladder]]``."""
    origin = place.of(table)
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        place.problem(f"{origin}: {table} must be tables, each under its own [[{table}]].")
        return ()
    if len(raw) > MOST_ROWS:
        place.problem(f"{origin}: more than {MOST_ROWS} [[{table}]] tables.")
        return ()
    found = tuple(_row(place, (table, index), row) for index, row in enumerate(raw))
    if table == "ladder":
        for row in found:
            _complete(place, row)
    _unique(place, table, found)
    return found


def _row(place: Place, path: tuple[str | int, ...], raw: dict[str, object]) -> Row:
    table = str(path[0])
    keys = {option.name: option for option in TABLES[table]}
    values: dict[str, object] = {}
    for name, value in raw.items():
        origin, option = place.of(*path, name), keys.get(name)
        if option is None:
            instead = nearest(name, keys) or f"; it takes {', '.join(keys)}"
            place.problem(f"{origin}: {plain(name, 80)} is not a key of {_title(path)}{instead}.")
        elif refusal := place.refusal(option):
            place.problem(f"{origin}: {name} of {_title(path)} {refusal}")
        else:
            try:
                values[name] = convert(option, value)
            except BadValueError as error:
                place.problem(f"{origin}: {name} of {_title(path)} {error}.")
    for option in keys.values():
        if option.required and option.name not in raw:
            place.problem(f"{place.of(*path)}: {_title(path)} needs {option.name}{_allowed(option)}.")
    return Row(values, place.of(*path), place.trusted)


def _title(path: tuple[str | int, ...]) -> str:
    return f'[prices."{plain(str(path[1]), 80)}"]' if path[0] == "prices" else f"[[{path[0]}]]"


def _allowed(option: Option) -> str:
    return f" ({one_of(option.choices)})" if option.choices else ""


def _unique(place: Place, table: str, found: tuple[Row, ...]) -> None:
    seen: dict[object, str] = {}
    for row in found:
        name = row.values.get("name")
        if name and name in seen:
            place.problem(f"{row.origin}: the name {name!r} is taken by the [[{table}]] at {seen[name]}.")
        seen[name] = row.origin


def _complete(place: Place, row: Row) -> None:
    """A rung of a server that is no vendor's must say which server and which model; the repository cannot."""
    if row.values.get("provider") != "openai-compatible":
        return
    missing = [key for key in ("model", "base_url") if not row.values.get(key)]
    if missing == ["base_url"] and not place.trusted:
        place.problem(
            f"{row.origin}: a rung of an openai-compatible server needs base_url, which a file of the repository may "
            "not set; put the [[ladder]] into your own configuration file."
        )
    elif missing:
        example = ' (for Ollama: base_url = "http://127.0.0.1:11434/v1")' if "base_url" in missing else ""
        place.problem(f"{row.origin}: an openai-compatible rung needs {' and '.join(missing)}{example}.")


def prices(place: Place, raw: object) -> tuple[Row, ...]:
    """``[prices."model"]`` tables; each row's ``model`` is its name."""
    if not isinstance(raw, dict):
        place.problem(f'{place.of("prices")}: prices must be tables like [prices."my-model"].')
        return ()
    found = []
    for model, rates in raw.items():
        if not isinstance(rates, dict) or any(isinstance(rate, dict) for rate in rates.values()):
            place.problem(
                f'{place.of("prices", model)}: write [prices."{plain(model, 80)}"], then input = and output = on lines '
                "of their own (USD per million tokens; a model's id with a dot in it needs the quotes)."
            )
            continue
        row = _row(place, ("prices", model), rates)
        if not place.trusted and 0.0 in (row.values.get("input"), row.values.get("output")):
            place.problem(
                f"{row.origin}: a file of the repository may not declare a model free; put the price into your own "
                "configuration file."
            )
        row.values["model"] = model
        found.append(row)
    return tuple(found)
