"""Fixes that quote a secret, exactly as they are. The record holds them with placeholders; the file that the secret is
in lies in the same checkout, so here it gets no further than it is already."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from prunella.errors import PrunellaError
from prunella.workspace.repository import Repository, locate


def keep(repository: Repository, task: str, diff: str) -> None:
    """Keep a fix as a patch; when the disk refuses, the record's with placeholders is all there is."""
    folder = Path(repository.folder, "patches")
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / f"{task}.patch", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(diff.encode("utf-8", "surrogateescape"))


def kept(root: str, task: str) -> str | None:
    """The patch that was kept; None if none was, or the checkout is gone."""
    with suppress(PrunellaError, OSError):
        file = Path(locate(Path(root)).folder, "patches", f"{task}.patch")
        return file.read_bytes().decode("utf-8", "surrogateescape")
    return None
