"""Where a repository is, what state it is in, and why Prunella will not work or commit there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from prunella.errors import RepositoryError
from prunella.workspace.git import Completed, Git, failed

IN_PROGRESS = (
    ("MERGE_HEAD", "a merge", "`git merge --continue` or `git merge --abort`"),
    ("rebase-merge", "a rebase", "`git rebase --continue` or `git rebase --abort`"),
    ("rebase-apply/applying", "`git am`", "`git am --continue` or `git am --abort`"),
    ("rebase-apply", "a rebase", "`git rebase --continue` or `git rebase --abort`"),
    ("CHERRY_PICK_HEAD", "a cherry-pick", "`git cherry-pick --continue` or `git cherry-pick --abort`"),
    ("REVERT_HEAD", "a revert", "`git revert --continue` or `git revert --abort`"),
    ("sequencer", "a cherry-pick or a revert", "`git cherry-pick --quit` or `git revert --quit`"),
    ("BISECT_LOG", "a bisection", "`git bisect reset`"),
)
INIT = "Make it one: `git init && git add -A && git commit -m start`."


class Repository(NamedTuple):
    """A checkout as git describes it.

    Attributes:
        root: the top folder of the working tree.
        git_dir: its own git folder (one for each linked worktree); ``common_dir``: the shared one.
        objects: the folder of the object store.
        hash: ``sha1`` or ``sha256``.
        head: the commit that HEAD is at, and ``tree`` its tree; "" on an unborn branch.
        branch: full name of the ref that HEAD is on; "" when detached.
    """

    root: str
    git_dir: str
    common_dir: str
    objects: str
    hash: str
    head: str
    tree: str
    branch: str

    @property
    def folder(self) -> str:
        """Where everything that Prunella keeps in this checkout is."""
        return f"{self.git_dir}/prunella"


def locate(path: Path) -> Repository:
    """The repository that ``path`` is in, asked of git in one call.

    Raises:
        RepositoryError: there is none, it is bare, ``path`` is inside its git folder, or git distrusts its owner.
    """
    folder = os.path.realpath(path)
    if not os.path.isdir(folder):
        raise RepositoryError(f"{path} is not a folder.", remedy="Name the folder of a checkout.")
    git = Git(folder)
    asked = ("--is-bare-repository", "--is-inside-git-dir", "--show-object-format", "--absolute-git-dir")
    paths = ("--git-common-dir", "--git-path", "objects", "--show-toplevel")
    answer = git.attempt("rev-parse", *asked, *paths, "HEAD^{commit}", "HEAD^{tree}", "--symbolic-full-name", "HEAD")
    lines = os.fsdecode(answer.out).split("\n")
    _refuse(folder, lines, answer)
    bare_inside_hash_dir, (common, objects, root, *head) = lines[:4], lines[4:-1]
    commit, tree, branch = head if len(head) == 3 else ("", "", "")
    if not commit:  # An unborn branch: rev-parse stopped at HEAD.
        branch = os.fsdecode(git.attempt("symbolic-ref", "-q", "HEAD").out).strip()
    return Repository(
        root=root,
        git_dir=bare_inside_hash_dir[3],
        common_dir=os.path.normpath(f"{folder}/{common}" if not os.path.isabs(common) else common),
        objects=os.path.normpath(f"{folder}/{objects}" if not os.path.isabs(objects) else objects),
        hash=bare_inside_hash_dir[2],
        head=commit,
        tree=tree,
        branch="" if branch == "HEAD" else branch,
    )


def _refuse(folder: str, lines: list[str], answer: Completed) -> None:
    """Say why there is nothing to work in, if so."""
    said = os.fsdecode(answer.err)
    if "dubious ownership" in said:
        remedy = f"If you trust it: `git config --global --add safe.directory {folder}`."
        raise RepositoryError(f"{folder} belongs to another user, so git does not work in it.", remedy=remedy)
    if len(lines) < 4:
        if "not a git repository" in said:
            raise RepositoryError(f"{folder} is not in a git repository.", remedy=INIT)
        raise failed(("rev-parse", folder), answer)
    if lines[0] == "true":
        remedy = "Clone it, and run Prunella in the clone."
        raise RepositoryError(f"{folder} is a bare repository: it has no files.", remedy=remedy)
    if lines[1] == "true":
        raise RepositoryError(f"{folder} is inside a .git folder.", remedy="Go to the checkout itself.")
    if len(lines) not in {8, 9, 11}:  # A line feed in a path would shift every answer after it.
        if answer.code and len(lines) < 8:
            raise failed(("rev-parse", folder), answer)
        raise RepositoryError("the path of the repository has a line feed in it.", remedy="Move it.")


def in_progress(repository: Repository) -> str:
    """What was begun and not ended here, with how to end it; "" if nothing."""
    for name, what, remedy in IN_PROGRESS:
        if os.path.lexists(f"{repository.git_dir}/{name}"):
            return f"{what} is in progress; end it first: {remedy}"
    return ""


def commit_problem(repository: Repository, branch: str) -> str:
    """Why a commit (on the new branch ``branch``, if not "") is impossible or unwise here, with the remedy; "" if it is
    not. Nothing is changed."""
    problem = in_progress(repository)
    if problem:
        return problem
    if not repository.head:
        return "there is no commit yet: make one with `git add -A && git commit -m start`"
    if not branch:
        return "" if repository.branch else "HEAD is on no branch: give one a name with --branch NAME"
    git = Git(repository.root)
    if git.attempt("check-ref-format", "--branch", branch).code or branch.startswith(("-", "@{")):
        return f"{branch!r} is no valid name for a branch; see `git help check-ref-format`"
    # A transaction that is given up finds every clash: the branch itself, and a branch that is a folder of its name.
    script = f"start\ncreate refs/heads/{branch} {repository.head}\nprepare\nabort\n"
    answer = git.attempt("update-ref", "--stdin", stdin=os.fsencode(script))
    if answer.code:
        return f"the branch {branch} cannot be made: it, or one whose name clashes with it, exists; choose another name"
    return ""
