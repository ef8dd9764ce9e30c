"""The files that ``prunella init`` writes, made from the declared options, so that they never lag behind.

A line that begins with ``# `` is for reading, one that begins with ``#`` alone is an option at its default.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from prunella.config.looks import Found
from prunella.config.option import Option
from prunella.config.options import CHECK_KEYS, OPTIONS, PRICE_KEYS, RUNG_KEYS

WIDTH = 100
USER_FILE = "~/.config/prunella/config.toml"

HEAD = """\
# Prunella's configuration for this repository.
# Lines that begin with "#" alone show options at their defaults: remove the sign to change one.
# A flag wins over the environment, that over .env, that over this file, and this file over your own
# ({user_file}). `prunella doctor` shows what is in effect and where it came from.
"""

ELSEWHERE = """\
# These decide where keys, code and records go. A repository may not set them; they belong into your
# own file ({user_file}) or into the environment:
"""

CHECKS = """\
# --- Checks: the commands that must exit with 0, in this order. Only they decide whether a fix is good.
# Without any, they are detected from the repository.
"""

LADDER = """\
# --- The ladder. Tables here replace the default one (Claude, then OpenAI from attempt {escalate_at}); one
# table for each attempt. A local model (provider = "openai-compatible") needs base_url, which
# belongs into your own file; see the quickstart.
"""

PRICES = """\
# --- Prices, in USD per million tokens, for a model whose price Prunella does not know.
"""

ENV_HEAD = """\
# Copy this file to .env and fill in the keys. With one of them, the attempts of that vendor run.
# Never commit .env.
"""


def toml_text(found: Sequence[Found]) -> str:
    """A ``prunella.toml`` with every option, and the checks that were found filled in."""
    here = [option for option in OPTIONS if not option.guarded]
    escalate_at = next(option.default for option in OPTIONS if option.name == "escalate_at")
    parts = [
        HEAD.format(user_file=USER_FILE),
        *(_explained(option) + _line(option.name, option) for option in here),
        ELSEWHERE.format(user_file=USER_FILE) + "".join(_elsewhere(option) for option in OPTIONS if option.guarded),
        CHECKS + (_keys_explained(CHECK_KEYS) if not found else ""),
        *((_check(item) for item in found) if found else [_example("[[check]]", CHECK_KEYS)]),
        LADDER.format(escalate_at=escalate_at) + _keys_explained(RUNG_KEYS) + _example("[[ladder]]", RUNG_KEYS),
        PRICES + _keys_explained(PRICE_KEYS) + _example('[prices."the-model"]', PRICE_KEYS),
    ]
    return "\n".join(parts)


def env_text() -> str:
    """A ``.env.example``: the keys to fill in, the rest at its defaults."""
    parts = [ENV_HEAD]
    for option in sorted((option for option in OPTIONS if option.variables), key=lambda option: not option.secret):
        value = _plain(option.default if option.default not in ("", None, ()) else option.example)
        line = f"{option.variables[0]}=" if option.secret else f"#{option.variables[0]}={value}"
        parts.append(f"{_wrapped(option.help)}{line}\n")
    return "\n".join(parts)


def _explained(option: Option) -> str:
    also = [f"environment: {option.variables[0]}"] if option.variables else []
    also += [f"flag: {option.flag}"] if option.flag else []
    return _wrapped(option.help + (f" ({', '.join(also)})" if also else ""))


def _wrapped(text: str, first: str = "# ", then: str = "# ") -> str:
    from textwrap import fill

    return fill(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False) + "\n"


def _item(text: str) -> str:
    return _wrapped(text, "#   ", "#     ")


def _line(key: str, option: Option) -> str:
    value = option.default if option.default not in (None, ()) and not option.required else option.example
    return f"#{key} = {toml_value(value)}\n"


def _elsewhere(option: Option) -> str:
    return _item(f"{option.name} ({option.variables[0]}): {option.help}")


def _keys_explained(keys: Sequence[Option]) -> str:
    return "".join(_item(f"{option.name}: {_help(option)}") for option in keys if not option.guarded)


def _help(option: Option) -> str:
    return option.help + (f" One of: {', '.join(option.choices)}." if option.choices else "")


def _check(item: Found) -> str:
    lines = [f"[[check]]  # {item.reason}", f"name = {toml_value(item.check.name)}"]
    lines.append(f"command = {toml_value(item.check.command)}")
    lines.append(f"#timeout = {item.check.timeout_s:g}")
    if item.check.folder:
        lines.append(f"folder = {toml_value(item.check.folder)}")
    return "\n".join(lines) + "\n"


def _example(header: str, keys: Sequence[Option]) -> str:
    """A whole table, commented out."""
    return f"#{header}\n" + "".join(_line(option.name, option) for option in keys if not option.guarded)


def toml_value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return f"{value:g}" if value == int(value) and value >= 100 else f"{value:.2f}"
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else "" if value is None else f"{value}"
