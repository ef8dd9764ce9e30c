"""Where Prunella keeps its own things, and where the user's file is (XDG base directories, freedesktop.org)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from prunella.errors import ConfigError


def expand(text: str, environ: Mapping[str, str]) -> str:
    """``~`` and ``~/…`` as full paths."""
    return f"{_user(environ)}{text[1:]}" if text == "~" or text.startswith("~/") else text


def default_home(environ: Mapping[str, str]) -> Path:
    """``$XDG_DATA_HOME/prunella``, else ``~/.local/share/prunella``."""
    return _base(environ, "XDG_DATA_HOME", ".local/share") / "prunella"


def user_file(environ: Mapping[str, str]) -> Path:
    """``$XDG_CONFIG_HOME/prunella/config.toml``, else ``~/.config/prunella/config.toml``."""
    return _base(environ, "XDG_CONFIG_HOME", ".config") / "prunella" / "config.toml"


def short(path: Path, environ: Mapping[str, str]) -> str:
    """A path for people: with ``~`` where it is below the home directory."""
    user = _user(environ)
    text = str(path)
    return f"~{text[len(user) :]}" if user != "/" and text.startswith(f"{user}/") else text


def prepare(home: Path) -> Path:
    """Make the home folder, for the user's eyes only. Call it before anything is written there.

    Raises:
        ConfigError: it cannot be made or written to.
    """
    remedy = "Set PRUNELLA_HOME to another folder."
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder {home} cannot be made: {error.strerror or error}.", remedy=remedy) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise ConfigError(f"The folder {home} cannot be written to.", remedy=remedy)
    return home


def _base(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """The specification says that a relative path is to be ignored."""
    stated = environ.get(variable, "")
    return Path(stated) if stated.startswith("/") else Path(_user(environ)) / otherwise


def _user(environ: Mapping[str, str]) -> str:
    stated = environ.get("HOME", "")
    return stated.rstrip("/") or "/" if stated.startswith("/") else _registered()


def _registered() -> str:
    """The home directory that the system has for this user: what counts where HOME is unset, empty or relative."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir.rstrip("/") or "/"
    except KeyError:  # a user without an entry, as in some containers
        return "/"
