"""An older commit in a folder of its own, to see whether it fails alike. The checkout itself is not touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prunella.errors import RepositoryError
from prunella.workspace.git import Git

DEPENDENCIES = ("node_modules", ".venv", "venv", "vendor/bundle")
"""Folders that are installed, not committed: the older commit gets the checkout's own, by a link."""


def base_commit(root: Path, wanted: str) -> str:
    """The full id of the commit to compare with; "" when there is none.

    Args:
        wanted: a commit as git names it, or ``auto``: HEAD when files differ from it, else where the branch left the
            remote's default branch, else the commit before.

    Raises:
        RepositoryError: git knows no such commit.
    """
    git = Git(str(root))
    if wanted != "auto":
        found = _commit(git, wanted)
        if not found:
            raise RepositoryError(f"There is no commit '{wanted}' here.", remedy="Name another one with --baseline.")
        return found
    head = _commit(git, "HEAD")
    if not head or git.attempt("status", "--porcelain", "-z", "--ignore-submodules=dirty").out.strip(b"\0"):
        return head
    for other in ("@{upstream}", "origin/HEAD", "origin/main", "origin/master"):
        if _commit(git, other):
            fork = git.attempt("merge-base", "HEAD", other)
            left = fork.out.decode().strip() if not fork.code else ""
            if left and left != head:
                return left
    return _commit(git, "HEAD~1")


@contextmanager
def at_commit(root: Path, commit: str, folders: tuple[str, ...]) -> Iterator[Path]:
    """The commit's files in a temporary folder, for the length of the block.

    Args:
        folders: below the root, in which checks run: their dependencies are linked as well.

    Raises:
        GitError: git cannot check it out.
    """
    git = Git(str(root))
    place = Path(tempfile.mkdtemp(prefix="prunella-base-"))
    tree = place / "tree"
    try:
        git.run("worktree", "add", "--detach", "--force", str(tree), commit)
        for folder in {"", *folders}:
            for name in DEPENDENCIES:
                _link(root / folder / name, tree / folder / name)
        yield tree
    finally:
        git.attempt("worktree", "remove", "--force", "--force", str(tree))
        shutil.rmtree(place, ignore_errors=True)
        git.attempt("worktree", "prune")


def _link(source: Path, target: Path) -> None:
    if source.is_dir() and target.parent.is_dir() and not os.path.lexists(target):
        target.symlink_to(source.resolve(), target_is_directory=True)


def _commit(git: Git, name: str) -> str:
    done = git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return done.out.decode("ascii", "replace").strip() if not done.code else ""
