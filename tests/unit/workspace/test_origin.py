"""One name for all spellings of a remote's address, and no password in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkouts import git, make
from prunella.workspace.origin import name_of, origin


@pytest.mark.parametrize(
    "url",
    [
        "git@host.example:owner/name.git",
        "host.example:owner/name",
        "ssh://git@host.example/owner/name.git",
        "ssh://git@HOST.example:22/owner/name",
        "https://host.example/owner/name",
        "https://user:pass@host.example:8443/owner/name.git/",
        "https://user:p@ss@host.example/owner/name",
        "git://host.example/owner/name.git",
    ],
)
def test_all_spellings_are_one_repository(url: str) -> None:
    assert name_of(url) == "host.example/owner/name"


@pytest.mark.parametrize("url", ["/srv/git/name.git", "../name", "./a:b"])
def test_a_path_stays_as_it_is(url: str) -> None:
    assert name_of(url) == url


def test_a_repository_is_asked_for_it(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    assert origin(str(root)) == ""
    git(root, "remote", "add", "origin", "https://me:secret@host.example/owner/name.git")
    assert origin(str(root)) == "host.example/owner/name"
    assert origin(str(tmp_path / "nowhere")) == ""
