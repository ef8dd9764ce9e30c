"""Moving refs, HEAD and the index together, so that a kill in between can be finished or taken back."""

from __future__ import annotations

from prunella.errors import PrunellaError, RepositoryError
from prunella.workspace.git import Git
from prunella.workspace.index import identity, index_lock, install_index
from prunella.workspace.journal import Journal, Landing
from prunella.workspace.repository import Repository

Step = tuple[str, str, str, str]
"""``(verb, ref, new, old)``. set: a ref to a commit ("" as old = it is new). switch: HEAD onto a branch, from a branch
or a commit. detach: HEAD to a commit. delete: a ref."""


def land(repository: Repository, journal: Journal, landing: Landing) -> None:
    """Carry a landing out, after which the files stay; when a step fails, those before it are taken back.

    Raises:
        GitError: git refuses, for example because the ref has moved.
        RepositoryError: another git holds the index.
    """
    git, folder = Git(repository.root), f"{repository.folder}/open"
    with index_lock(repository.git_dir) as lock:
        if landing.index and identity(repository.git_dir) != landing.index_before:
            raise RepositoryError("the index changed meanwhile.", remedy="Run no other git in this checkout.")
        journal.landing = landing
        journal.write(folder)
        done: list[Step] = []
        try:
            for step in landing.steps:
                _perform(git, step, landing.message)
                done.append(step)
        except PrunellaError:
            for step in inverse(done):
                _perform(git, step, "take back")
            journal.landing = None
            journal.write(folder)
            raise
        if landing.index:
            install_index(lock, landing.index, repository.git_dir)
        journal.kept = True  # From here on the files belong to what the refs say, even if we are interrupted.


def finish(repository: Repository, landing: Landing) -> bool:
    """After a kill: whether the landing had begun to count; then it is carried to its end."""
    git = Git(repository.root)
    first, *rest = landing.steps
    if not reached(git, first):
        return False
    for step in rest:
        if not reached(git, step):
            _perform(git, step, landing.message)
    if landing.index and identity(repository.git_dir) == landing.index_before:
        with index_lock(repository.git_dir) as lock:
            install_index(lock, landing.index, repository.git_dir)
    return True


def reached(git: Git, step: Step) -> bool:
    """Whether a step's result is so now."""
    verb, ref, new, _ = step
    if verb == "switch":
        return on_branch(git) == new
    if verb == "detach" and on_branch(git):
        return False
    return commit_at(git, ref) == new


def inverse(steps: list[Step]) -> list[Step]:
    """The steps that take ``steps`` back."""
    taken_back: list[Step] = []
    for verb, ref, new, old in reversed(steps):
        if verb == "set":
            taken_back.append(("set", ref, old, new) if old else ("delete", ref, "", new))
        elif verb == "delete":
            taken_back.append(("set", ref, old, ""))
        else:
            taken_back.append(("switch" if old.startswith("refs/") else "detach", ref, old, new))
    return taken_back


def commit_at(git: Git, ref: str) -> str:
    """The id that a ref holds; "" if there is no such ref."""
    return git.attempt("rev-parse", "--verify", "-q", ref).out.decode().strip()


def on_branch(git: Git) -> str:
    """Full name of the branch that HEAD is on; "" when detached."""
    return git.attempt("symbolic-ref", "-q", "HEAD").out.decode("utf-8", "surrogateescape").strip()


def _perform(git: Git, step: Step, message: str) -> None:
    verb, ref, new, old = step
    note = ("-m", " ".join(message.split())[:200] or "prunella")
    if verb == "switch":
        git.run("symbolic-ref", *note, ref, new)
    elif verb == "detach":
        git.run("update-ref", "--no-deref", *note, ref, new)
    elif verb == "delete":
        git.run("update-ref", "-d", ref, old)
    else:
        git.run("update-ref", *note, ref, new, old or "0" * len(new))
