"""The two questions about ``.env`` that only git can answer."""

from __future__ import annotations

import os
from pathlib import Path


def tracked(root: Path, path: str) -> bool:
    """Whether git has the file, so that it belongs to the repository. False without git."""
    return _git(root, "ls-files", "--error-unmatch", "--", path) == 0


def ignored(root: Path, path: str) -> bool | None:
    """Whether git would leave the file out; None when git cannot say (no repository, no git)."""
    code = _git(root, "check-ignore", "--quiet", "--no-index", "--", path)
    return None if code not in (0, 1) else code == 0


def _git(root: Path, *arguments: str) -> int:
    import subprocess

    # A hook or an editor may have set GIT_DIR and the like, which would answer for another repository.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "-c", "core.fsmonitor=false", *arguments],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return -1
    return done.returncode
