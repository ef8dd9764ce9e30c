"""Putting back what a killed run left. Every call of Prunella begins here, so it costs next to nothing."""

from __future__ import annotations

import os
from pathlib import Path


def recover(path: Path) -> str | None:
    """If a run in the checkout around ``path`` was killed, end what is left of its checks and put the files back (or,
    when its commit was made already, finish that).

    Returns:
        A line for the user; None when there was nothing to do, or a live run still works there.

    Raises:
        PrunellaError: the files cannot be put back now; the message says what to do, and nothing is given up.
    """
    git_dir = find_git_dir(path)
    if not git_dir or not open_journals(git_dir):
        return None
    from prunella.workspace.aftermath import put_back_killed

    return put_back_killed(path)


def open_journals(git_dir: str) -> list[str]:
    """The journals of tasks that run or were killed."""
    try:
        return sorted(name for name in os.listdir(f"{git_dir}/prunella/open") if name.endswith(".json"))
    except (FileNotFoundError, NotADirectoryError):
        return []


def find_git_dir(path: Path) -> str:
    """The git folder of the checkout around ``path``, found without running git; "" if there is none."""
    folder = os.path.realpath(path)
    while True:
        place = f"{folder}/.git"
        if os.path.isdir(place):
            return place
        if os.path.isfile(place):
            target = Path(place).read_text(errors="surrogateescape").removeprefix("gitdir:").strip()
            return os.path.normpath(os.path.join(folder, target))
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
