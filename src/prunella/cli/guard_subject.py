"""What ``prunella guard`` judges: a patch, or what git sees changed in a checkout. Nothing is written."""

from __future__ import annotations

import os
import posixpath
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from prunella.changes import FileChange, Finding, Fix, Judgement
from prunella.edits.diff import unified
from prunella.edits.patch import LINK, SUBMODULE, Patch, read_patches
from prunella.edits.patched import UNSHOWN, detached, patched
from prunella.errors import ConfigError, EditRejected, RepositoryError
from prunella.guard.paths import containment
from prunella.workspace.checkout import Checkout, open_checkout
from prunella.workspace.git import Git
from prunella.workspace.lately import RecentChanges

DETACH = "If it is a patch to other files than these, judge it by itself: --detached."


class Subject(NamedTuple):
    """A change to be judged. ``found`` is what only the patch, or the disk, tells of it; ``checkout`` None = there is
    none to see it in."""

    fix: Fix
    checkout: Checkout | None = None
    found: tuple[Finding, ...] = ()


def subject(options: Namespace) -> Subject:
    """What the command line asks to be judged.

    Raises:
        ConfigError: the patch cannot be read, or does not fit, or options go against each other.
        RepositoryError: there is no checkout, or no such commit.
    """
    if options.file is None:
        if options.detached:
            raise ConfigError("--detached is for a patch.", remedy="Name one: `prunella guard --detached FILE`.")
        return _of_checkout(open_checkout(options.repo), options.against or "", staged=options.staged)
    if options.against or options.staged:
        raise ConfigError(
            "--against and --staged are for what git sees changed, not for a patch.",
            remedy="Leave out the one or the other.",
        )
    try:
        patches = read_patches(_text(options.file))
    except EditRejected as error:
        raise ConfigError(error.message, remedy="Make one with `git diff`, and name its file or pipe it in.") from error
    found = tuple(_links(patches))
    if options.detached:
        return Subject(detached(patches), None, found)
    checkout = open_checkout(options.repo)
    names = dict.fromkeys(name for patch in patches for name in (patch.old, patch.new) if name)
    if containment(Fix(tuple(FileChange(name, None, b"") for name in names))):
        return Subject(detached(patches), checkout, found)  # what it reaches for is not to be read, even to judge it
    try:
        fix = patched(patches, checkout.files.read)
    except EditRejected as error:
        raise ConfigError(f"The patch does not fit: {error.message}", remedy=DETACH) from error
    return Subject(fix, checkout, (*found, *_refused(fix, checkout)))


def _text(name: str) -> str:
    try:
        if name != "-":
            return Path(name).read_bytes().decode("utf-8", "surrogateescape")
        if sys.stdin is None or sys.stdin.closed:
            raise ConfigError("Standard input is closed.", remedy="Name the patch: `prunella guard FILE`.")
        if sys.stdin.isatty():
            sys.stderr.write("prunella: reading the patch from the terminal; end it with Ctrl-D\n")
        return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    except OSError as error:
        remedy = "Name the patch: `prunella guard FILE`, or pipe it in: `git diff main | prunella guard -`."
        raise ConfigError(f"{name} cannot be read: {error.strerror or error}.", remedy=remedy) from error


def _of_checkout(checkout: Checkout, against: str, *, staged: bool) -> Subject:
    """What changed since the commit ``against`` ("" = HEAD), untracked files too."""
    root = str(checkout.root)
    # A hook of `git commit -a` is told of an index of its own: that is what will be committed.
    index = os.environ.get("GIT_INDEX_FILE", "") if staged else ""
    recent = RecentChanges(root, _commit(Git(root), against), staged=staged, index=index)
    changed = recent.working()
    held = recent.contents(name for change in changed for name in (change.before, change.after))
    changes: dict[str, FileChange] = {}
    renames: dict[str, str] = {}
    found: list[Finding] = []
    for change in changed:
        before = held.get(change.before, UNSHOWN) if change.before else None
        after = held.get(change.after, UNSHOWN) if change.path else None
        if change.was and change.was != change.path:
            changes[change.was] = FileChange(change.was, before, None)
            if not change.path:
                continue
            renames[change.path], before = change.was, None
        changes[change.path] = FileChange(change.path, before, after, checkout.files.mode(change.path))
        place = Path(root, change.path)
        if not staged and place.is_symlink():
            found += _link(change.path, str(place.readlink()))
    together = tuple(changes[path] for path in sorted(changes))
    return Subject(Fix(together, unified(together, renames)), checkout, tuple(found))


def _commit(git: Git, against: str) -> str:
    """Where the checkout's commit and ``against`` parted: what others committed there since is not to be judged."""
    head = git.attempt("rev-parse", "-q", "--verify", "HEAD^{commit}")
    if head.code:
        raise RepositoryError("There is no commit yet to compare with.", remedy="`git add -A && git commit -m start`")
    if not against:
        return "HEAD"
    found = git.attempt("rev-parse", "-q", "--verify", "--end-of-options", f"{against}^{{commit}}")
    if found.code:
        remedy = "Name a branch, a tag or a commit; in CI, fetch it first (`git fetch origin main`)."
        raise RepositoryError(f"There is no commit {against!r} here.", remedy=remedy)
    name = found.out.decode().strip()
    base = git.attempt("merge-base", name, "HEAD")
    return base.out.decode().split("\n")[0].strip() if base.code == 0 else name


def _links(patches: Sequence[Patch]) -> list[Finding]:
    """What a patch makes that is no regular file."""
    found: list[Finding] = []
    for patch in patches:
        if patch.mode == LINK and patch.new:
            found += _link(patch.new, "".join(text for hunk in patch.hunks for text in hunk.side("+")))
        elif patch.mode == SUBMODULE:
            reason = "it changes a submodule, which is a repository of its own"
            found.append(Finding("path", patch.path, 0, reason, Judgement.SUSPICIOUS))
    return found


def _link(path: str, target: str) -> list[Finding]:
    """A symbolic link may lead out of the repository, and what is written through it goes there."""
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if target.startswith("/") or inside == ".." or inside.startswith("../"):
        return [Finding("path", path, 0, "it makes a symbolic link that leads out of the repository", Judgement.REJECT)]
    return [Finding("path", path, 0, "it changes a symbolic link", Judgement.SUSPICIOUS)]


def _refused(fix: Fix, checkout: Checkout) -> list[Finding]:
    """What the files on disk say against it: a folder that is a symlink, a submodule, a file that git ignores."""
    refusals = ((path, checkout.files.refusal(path)) for path in fix.paths)
    return [Finding("path", path, 0, reason, Judgement.REJECT) for path, reason in refusals if reason]
