"""Git checkouts for the tests of the workspace, and a look at every byte that must not change."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from prunella.changes import FileChange, Fix
from prunella.domain import Task
from prunella.workspace.checkout import Checkout, open_checkout


def git(root: Path, *args: str, stdin: bytes = b"", check: bool = True) -> str:
    """Run git as the user would; its output."""
    answer = subprocess.run(["git", "-C", str(root), *args], input=stdin, capture_output=True, check=False)
    if check and answer.returncode:
        raise AssertionError(f"git {args}: {answer.stderr.decode(errors='replace')}")
    return os.fsdecode(answer.stdout)


def make(root: Path, files: dict[str, bytes] | None = None) -> Path:
    """A repository with one commit."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    for path, content in (files or {"a.txt": b"one\ntwo\nthree\n", "src/b.txt": b"bee\n"}).items():
        put(root, path, content)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def put(root: Path, path: str, content: bytes, mode: int = 0o644) -> None:
    """Write a file."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(mode)


def everything(root: Path) -> dict[str, object]:
    """The tree with modes, links and folders, the index, HEAD, the stash and all refs but ours."""
    found: dict[str, object] = {}
    for folder, folders, names in os.walk(os.fsencode(root)):
        folders[:] = [name for name in folders if name != b".git"]
        for name in [*folders, *names]:
            if name == b".git":
                continue
            place = folder + b"/" + name
            status = os.lstat(place)
            kind = stat.S_IFMT(status.st_mode)
            content: object = None
            if stat.S_ISLNK(status.st_mode):
                content = str(Path(os.fsdecode(place)).readlink())
            elif stat.S_ISREG(status.st_mode):
                content = Path(os.fsdecode(place)).read_bytes()
            perm = 0 if stat.S_ISLNK(status.st_mode) else stat.S_IMODE(status.st_mode)
            found[os.fsdecode(os.path.relpath(place, os.fsencode(root)))] = (kind, perm, content)
    git_dir = Path(git(root, "rev-parse", "--absolute-git-dir").strip())
    index = git_dir / "index"
    found["<index>"] = index.read_bytes() if index.exists() else None
    found["<head>"] = (git_dir / "HEAD").read_text()
    found["<stash>"] = git(root, "stash", "list")
    refs = git(root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    found["<refs>"] = [ref for ref in refs if not ref.startswith("refs/prunella/")]
    return found


def task(name: str = "t1", root: Path = Path("/")) -> Task:
    return Task(name, str(root), ())


def edit(checkout: Checkout, path: str, after: bytes | None, mode: int | None = None) -> FileChange:
    """A change of a file as it is now."""
    before = checkout.files.read(path)
    return FileChange(path, before, after, checkout.files.mode(path) if mode is None else mode)


def fix_of(*changes: FileChange) -> Fix:
    return Fix(tuple(changes))


def heal(root: Path, after: dict[str, bytes | None], name: str = "t1", branch: str = "", *, commit: bool = True) -> str:
    """Do as a successful task does: change files, commit (or not), keep; the commit's id, or its note."""
    checkout = open_checkout(root)
    with checkout.protected(task(name)):
        fix = fix_of(*(edit(checkout, path, content) for path, content in after.items()))
        checkout.apply(fix.changes)
        result = ""
        if commit:
            state = checkout.commit_state(fix)
            made = checkout.commit(fix, "Fix it\n\nbody\n", branch)
            result = made.id or f"{state} | {made.note}"
        checkout.keep()
    return result


class BoomError(Exception):
    """What a test raises in the block."""


def fail_after(root: Path, act: Callable[[], None], error: type[BaseException] = BoomError) -> None:
    """Leave a protected block by an error after ``act``."""

    def fail() -> None:
        act()
        raise error

    def leave() -> None:
        with open_checkout(root).protected(task()):
            fail()

    with pytest.raises(error):
        leave()
