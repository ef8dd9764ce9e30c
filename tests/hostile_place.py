"""A checkout full of traps to try hostile answers on, and a look at everything that they must not reach."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from builders import BUILD, failed
from hostile import TRACKED, Dice
from prunella.changes import FileChange, Fix, Judgement
from prunella.conversation import EditCall
from prunella.domain import Task
from prunella.edits.combine import combine
from prunella.edits.draft import Draft
from prunella.errors import EditRejected, RepositoryError
from prunella.guard import check_in
from prunella.workspace.applying import check_changes, write_changes
from prunella.workspace.checkout import Checkout, open_checkout
from prunella.workspace.rewrite import Disk
from worktrees import git, make, put


def traps(place: Path) -> Path:
    """A checkout with a trap of every kind, and beside it what nobody may touch."""
    outside = place / "outside"
    put(outside, "secret.txt", b"secret\n", 0o600)
    put(outside, "folder/kept.txt", b"kept\n")
    put(outside, "hard.py", b"VALUE = 1\n", 0o640)
    root = make(
        place / "repo",
        {path: b"VALUE = 1\n" for path in TRACKED if path != "hard.py"} | {".gitignore": b".env\nnode_modules/\n"},
    )
    os.link(outside / "hard.py", root / "hard.py")
    for name, target in {
        "linkfile": "../outside/secret.txt", "linkdir": "../outside", "inlink": "src/a.py", "up": "..", "loop": "loop",
        "abslink": str(outside / "folder"), "dangling": "../outside/new.txt", "src/gitlink": "../.git",
    }.items():  # fmt: skip
        (root / name).symlink_to(target)
    make(place / "origin")
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(place / "origin"), "sub")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "traps")
    make(root / "nested")
    put(root, ".env", b"KEY=secret\n", 0o600)
    put(root, "node_modules/m/index.js", b"m\n")
    put(root, "id_rsa", b"untracked key\n", 0o600)
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        there = Path.cwd()
        os.chdir(root)  # The whole path may be too long for a socket's address.
        listener.bind("sock")
        os.chdir(there)
    put(root, ".git/hooks/pre-commit", b"#!/bin/sh\nexit 0\n", 0o755)
    return root


FORBIDDEN = (
    "nested",
    "sub",
    ".env",
    "node_modules",
    "pipe",
    "sock",
    ".git/hooks",
    ".git/config",
    ".git/HEAD",
    ".git/modules",
)


def canary(root: Path) -> dict[str, tuple[object, ...]]:
    """Every file beside the checkout and every forbidden place in it: mode, inode, owner, size, time and content. Not
    how many names a file has: a fix that replaces the checkout's own name of it rightly takes one away."""
    found: dict[str, tuple[object, ...]] = {}
    stack = [entry for entry in root.parent.iterdir() if entry != root] + [root / name for name in FORBIDDEN]
    while stack:
        place = stack.pop()
        status = place.lstat()
        content: object = b""
        if stat.S_ISDIR(status.st_mode):
            inside = sorted(place.iterdir())
            stack += inside
            content = inside
        elif stat.S_ISLNK(status.st_mode):
            content = place.readlink()
        elif stat.S_ISREG(status.st_mode):
            content = place.read_bytes()
        found[str(place)] = (status.st_mode, status.st_ino, status.st_uid, status.st_size, status.st_mtime_ns, content)
    found[str(root.parent)] = (sorted(root.parent.iterdir()),)
    return found


_TRAPS: tuple[Callable[[Path], object], ...] = (
    lambda place: place.symlink_to("/".join([".."] * (len(place.parts) - 1)) + "/nowhere"),
    lambda place: place.symlink_to(_beside(place) / "outside"),
    lambda place: place.symlink_to(_beside(place) / "outside/secret.txt"),
    lambda place: place.symlink_to(_beside(place) / "outside/fresh"),
    lambda place: place.symlink_to(_beside(place) / "repo/.git/hooks"),
    lambda place: place.hardlink_to(_beside(place) / "outside/secret.txt"),
    os.mkfifo,
    lambda place: place.write_bytes(b"a file where a folder was"),
    Path.mkdir,
)  # fmt: skip


def _beside(place: Path) -> Path:
    return next(parent for parent in place.parents if (parent / "outside").is_dir() and (parent / "origin").is_dir())


@dataclass
class Trial:
    """Hostile answers on one checkout, each through the whole way: call, draft, guard, checkout.

    Attributes:
        counts: how they ended.
        escapes: what changed that must not have, each with the number of the answer.
    """

    checkout: Checkout
    counts: Counter[str] = field(default_factory=Counter)
    escapes: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, root: Path) -> Trial:
        trial = cls(open_checkout(root))
        trial.before = canary(root)
        return trial

    def __post_init__(self) -> None:
        self.before: dict[str, tuple[object, ...]] = {}
        self.held = Fix()

    @property
    def task(self) -> Task:
        return Task("t1", str(self.checkout.root), (BUILD,))

    def answer(self, seed: int) -> None:
        """One answer, made from a seed. Anything but a rejection in words is raised."""
        dice = Dice(seed)
        calls = dice.calls(str(self.checkout.root.parent))
        draft = Draft(self.checkout.files)
        rejected = False
        for call in calls:
            self.counts["calls"] += 1
            if isinstance(call, EditCall):
                self.counts["edits"] += len(call.edits)
                try:
                    draft.apply_all(call.edits)
                except EditRejected:
                    rejected = True
            else:
                self.counts["edits"] += 1
                rejected = True
        fix = draft.fix()
        if not fix.changes:
            self.counts["rejected while drafted" if rejected else "nothing to write"] += 1
            return
        verdict = check_in(self.checkout.files, combine(self.held, fix), self.task, failed())
        self.counts[f"guard: {verdict.judgement.value}"] += 1
        # What the guard rejects is tried all the same, as if there were none: the checkout has to hold by itself.
        self.write(fix, "" if verdict.judgement is not Judgement.REJECT else " though the guard rejects it")
        if dice.random() < 0.2:
            forged = dice.path(str(self.checkout.root.parent))
            self.write(Fix((FileChange(forged, None, b"forged\n", dice.choice((0o644, 0o4777))),)), " by hand")
        if dice.random() < 0.3:
            self.race(fix, dice)

    def write(self, fix: Fix, how: str) -> None:
        try:
            self.checkout.apply(fix.changes)
        except RepositoryError:
            self.counts[f"refused by the checkout{how}"] += 1
            return
        self.counts[f"written inside{how}"] += 1
        self.look()
        self.checkout.reset(())

    def race(self, fix: Fix, dice: Dice) -> None:
        """The worst moment: the paths have been judged, and before they are written somebody puts a trap in the way."""
        repository = self.checkout.repository
        try:
            check_changes(self.checkout.files, fix.changes)
        except RepositoryError:
            return
        path = Path(dice.choice(fix.changes).path)
        place = self.checkout.root / dice.choice((path, *path.parents[:-1]))
        kept = self.checkout.root / ".git/kept"
        there = os.path.lexists(place)
        if there:
            place.rename(kept)
        elif not place.parent.is_dir():
            return
        dice.choice(_TRAPS)(place)
        try:
            write_changes(Disk(repository.root, repository.folder), fix.changes)
            self.counts["written inside past a trap set after judging"] += 1
        except RepositoryError:
            self.counts["given up at a trap set after judging"] += 1
        self.look()
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        if there:
            place.parent.mkdir(parents=True, exist_ok=True)
            kept.rename(place)
        self.checkout.reset(())

    def look(self) -> None:
        """Compare everything that must not change."""
        self.counts["looks at the rest"] += 1
        now = canary(self.checkout.root)
        if now != self.before:
            for place in sorted(set(now) | set(self.before)):
                if now.get(place) != self.before.get(place):
                    self.escapes.append(f"{place}: {self.before.get(place)} became {now.get(place)}")
            self.before = now
