"""From what a source says to a value of the right type, or to words that say what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from prunella.config.option import Kind, Option

SHOWN = 60
MOST_ITEMS = 1_000
SWITCHES = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


class BadValueError(ValueError):
    """A value that an option cannot have; the message says what it must be."""


def convert(option: Option, raw: object, *, text: bool = False) -> object:
    """The value. ``text``: it comes from an environment, where everything is text.

    Raises:
        BadValueError: it is not what the option takes.
    """
    value = _CONVERT[option.kind](option, _from_text(option.kind, raw) if text and isinstance(raw, str) else raw)
    if option.choices and value not in option.choices and (value or option.required):
        raise BadValueError(f"must be {one_of(option.choices)}, not {shown(raw)}{nearest(raw, option.choices)}")
    return value


def _from_text(kind: Kind, raw: str) -> object:
    """The number or switch that a text says; the text itself when it says none, to be refused by its kind."""
    word = raw.strip().lower()
    if kind is Kind.SWITCH:
        return SWITCHES.get(word, raw)
    if kind is Kind.LIST:
        return [item for item in raw.split(",") if item.strip()]
    if kind is Kind.WHOLE and word.isascii() and word.isdigit() and len(word) < 20:
        return int(word)
    if kind is Kind.AMOUNT:
        try:
            return float(word)
        except ValueError:
            return raw
    return raw


def shown(raw: object) -> str:
    """A value as it may be shown: bounded, and harmless to a terminal."""
    text = repr(str(raw) if isinstance(raw, os.PathLike) else raw) if not isinstance(raw, bool) else str(raw).lower()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def plain(text: str, limit: int = 500) -> str:
    """Text of unknown origin on one line, without control characters."""
    safe = "".join(char if char.isprintable() else " " for char in text[: limit + 1])
    return safe if len(safe) <= limit else f"{safe[: limit - 1]}…"


def one_of(words: Iterable[str]) -> str:
    """``a, b or c``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def nearest(word: object, words: Iterable[str]) -> str:
    """`` (did you mean X?)`` when one of ``words`` is near; "" otherwise."""
    from difflib import get_close_matches

    if not isinstance(word, str):
        return ""
    found = get_close_matches(word.lower()[:100], list(words), n=1, cutoff=0.6)
    return f" (did you mean {found[0]}?)" if found else ""


def _string(option: Option, raw: object, what: str) -> str:
    if not isinstance(raw, str):
        secret = "something else" if option.secret else shown(raw)
        raise BadValueError(f"must be {what} in quotes, not {secret}")
    return raw


def _text(option: Option, raw: object, what: str = "text") -> str:
    value = _string(option, raw, what).strip()
    if not value.isprintable():
        raise BadValueError(f"must be {what} on one line, without control characters")
    if option.required and not value:
        raise BadValueError("must not be empty")
    if len(value) > 4_000:
        raise BadValueError("is too long")
    return value


def _command(option: Option, raw: object) -> str:
    value = _string(option, raw, "a shell command").strip()
    if not value:
        raise BadValueError("must be a shell command, not empty")
    if "\0" in value or len(value) > 100_000:
        raise BadValueError("must be a shell command of less than 100,000 characters, without NUL")
    return value


def _word(option: Option, raw: object) -> str:
    value = _text(option, raw, "a word").lower()
    if value and not value.replace("-", "").replace("_", "").isalnum():
        raise BadValueError(f"must be one word, not {shown(raw)}")
    return value


def _model(option: Option, raw: object) -> str:
    value = _text(option, raw, "a model's id")
    if " " in value or len(value) > 200:
        raise BadValueError(f"must be a model's id without blanks, not {shown(raw)}")
    return value


def _variable(option: Option, raw: object) -> str:
    value = _text(option, raw, "an environment variable's name")
    if not (value.isascii() and value.isidentifier()):
        raise BadValueError("must be an environment variable's name, like MY_SERVER_KEY (not the key itself)")
    return value


def _branch(option: Option, raw: object) -> str:
    """What `git check-ref-format --branch` would refuse, as far as names people write go; git has the last word."""
    value = _text(option, raw, "a branch name")
    bad = any(part in value for part in (" ", "~", "^", ":", "?", "*", "[", "\\", "..", "@{", "//"))
    parts = value.split("/") if value else []
    if bad or value in ("@", "HEAD") or any(not p or p[0] in ".-" or p.endswith((".", ".lock")) for p in parts):
        raise BadValueError(f"must be a branch name that git allows, not {shown(raw)}")
    return value


def _whole(option: Option, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise BadValueError(f"must be {_expected(option, 'a whole number')}, not {shown(raw)}")
    _bounds(option, raw, "a whole number")
    return raw


def _amount(option: Option, raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise BadValueError(f"must be {_expected(option, 'a number')}, not {shown(raw)}")
    _bounds(option, raw, "a number")
    return float(raw)


def _bounds(option: Option, value: float, what: str) -> None:
    low = float("-inf") if option.low is None else option.low
    high = 1e15 if option.high is None else option.high
    if not low <= value <= high:  # also false for NaN
        raise BadValueError(f"must be {_expected(option, what)}, not {shown(value)}")


def _expected(option: Option, what: str) -> str:
    low = f" from {option.low:g}" if option.low is not None else ""
    return f"{what}{low}{f' to {option.high:,.0f}' if option.high is not None else ''}"


def _switch(_: Option, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BadValueError(f"must be true or false, not {shown(raw)}")
    return raw


def _path(option: Option, raw: object) -> str:
    return _text(option, str(raw) if isinstance(raw, os.PathLike) else raw, "a path")


def _list(option: Option, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(item, str) for item in raw):
        raise BadValueError(f"must be a list of texts in quotes, like {json_list(option.example)}, not {shown(raw)}")
    items = tuple(str(item).strip() for item in raw)
    if not all(item and item.isprintable() and len(item) <= 1_000 for item in items) or len(items) > MOST_ITEMS:
        raise BadValueError(f"must be at most {MOST_ITEMS} texts, each on one line and none empty")
    return items


def json_list(items: object) -> str:
    """A list as TOML and JSON write it."""
    import json

    return json.dumps(list(items) if isinstance(items, tuple) else [], ensure_ascii=False)


def _folder(option: Option, raw: object) -> str:
    value = _text(option, raw, "a folder").rstrip("/")
    parts = [part for part in value.split("/") if part not in ("", ".")]
    if value.startswith("/") or ".." in parts or "\\" in value:
        raise BadValueError(f"must be a folder inside the repository, with /, not {shown(raw)}")
    return "/".join(parts)


def _url(option: Option, raw: object) -> str:
    """An address without its final slash. Nothing secret may be in it: it is shown in errors and reports."""
    value = _text(option, raw, "an address").rstrip("/")
    if not value:
        return ""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in value:
        raise BadValueError(f"must be an address that begins with https:// or http://, not {_safe_url(value)}")
    if "@" in parts.netloc:
        raise BadValueError("must be an address without a user or password in it")
    if parts.query or parts.fragment or "?" in value or "#" in value:
        raise BadValueError("must be an address without ? and #")
    return value


def _safe_url(value: str) -> str:
    """A wrong address without what may be a password in it."""
    return shown(value.rpartition("@")[2].partition("?")[0])


_CONVERT: dict[Kind, Callable[[Option, object], object]] = {
    Kind.TEXT: _text,
    Kind.COMMAND: _command,
    Kind.WORD: _word,
    Kind.MODEL: _model,
    Kind.WHOLE: _whole,
    Kind.AMOUNT: _amount,
    Kind.SWITCH: _switch,
    Kind.PATH: _path,
    Kind.FOLDER: _folder,
    Kind.URL: _url,
    Kind.BRANCH: _branch,
    Kind.VARIABLE: _variable,
    Kind.LIST: _list,
}
