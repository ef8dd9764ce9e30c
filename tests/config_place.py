"""A repository and a user for tests of the configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from prunella.config.load import load
from prunella.config.settings import Settings
from prunella.errors import ConfigError


class Place:
    """A repository and a user of their own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.user = folder / "repo", folder / "user"
        self.root.mkdir()
        (self.user / ".config" / "prunella").mkdir(parents=True)
        self.environ = {"HOME": str(self.user), "PATH": os.environ["PATH"]}

    def write(self, text: str, name: str = "prunella.toml") -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def write_user(self, text: str) -> None:
        (self.user / ".config/prunella/config.toml").write_text(text, encoding="utf-8")

    def load(self, flags: Mapping[str, object] | None = None, **variables: str) -> Settings:
        return load(self.root, flags or {}, {**self.environ, **variables})

    def problem(self, flags: Mapping[str, object] | None = None, **variables: str) -> str:
        with pytest.raises(ConfigError) as error:
            self.load(flags, **variables)
        return error.value.message

    def track_env(self) -> None:
        for command in (["init", "-q"], ["add", "-f", ".env"]):
            subprocess.run(["git", "-C", str(self.root), *command], check=True)
