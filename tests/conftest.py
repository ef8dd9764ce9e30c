"""What holds for every test: no network beyond loopback, no keys and no home of the user's, git that is predictable."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).parent / "tools" / "node_modules"
STRICT = os.environ.get("PRUNELLA_TEST_STRICT") == "1"
_connect = socket.socket.connect


def _only_loopback(self: socket.socket, address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    if host not in {"127.0.0.1", "::1", "localhost"}:
        raise AssertionError(f"a test tried to reach {host}")
    _connect(self, address)


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The network and the user's keys, configuration and data are out of reach of a test and its children."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "OPENAI_", "GIT_", "PRUNELLA_HOME", "JIRA_", "GITHUB_")) or name in {
            "MAX_FIX_ATTEMPTS",
            "ESCALATE_AT",
            "DATABASE_URL",
            "http_proxy",
            "https_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "all_proxy",
            "FORCE_COLOR",
        }:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("PRUNELLA_HOME", str(home / "prunella"))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada Tester")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setattr(socket.socket, "connect", _only_loopback)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``needs("npm")``: skipped by name on a user's machine; a failure in CI, where every tool has to be there."""
    for item in items:
        for mark in item.iter_markers("needs"):
            tool = mark.args[0]
            here = (TOOLS / tool).exists() if tool == "typescript" else shutil.which(tool)
            if not here and not STRICT:
                item.add_marker(pytest.mark.skip(reason=f"{tool} is not on this machine"))
