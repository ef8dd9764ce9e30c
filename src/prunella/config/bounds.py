"""Limits of money that whoever wrote the repository has set."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from prunella.config.gitfacts import tracked
from prunella.config.layers import Given, Layer
from prunella.config.option import Option
from prunella.config.options import BY_NAME


def bounded_layers(root: Path, repository: Layer, env_file: Layer) -> tuple[Layer, ...]:
    """The layers in which not the user has the word: the repository's file, and a ``.env`` that git has."""
    asked = any(BY_NAME[name].bounded for name in env_file.values)
    return (repository, env_file) if asked and tracked(root, ".env") else (repository,)


def bounded(option: Option, stated: Given, own: Given) -> tuple[Given, str]:
    """What holds, and what is to be said of it. The repository may ask for more money than the default, and it is said;
    never for more than the user set."""
    amount, limit = cast("float", stated.value), cast("float | None", own.value)
    if limit is None or amount <= limit:
        return stated, ""
    if own.origin == "default":
        return stated, f"{stated.origin} raises {option.name} from {limit:g} to {amount:g}"
    words = f"{stated.origin}: {option.name} = {amount:g} is held to your own limit of {limit:g} ({own.origin})"
    return own, words
