"""The journal: what was so before the first change, on disk before it, so that any later call can put it back.

``<git-dir>/prunella/open/TASK.json`` exists while a task changes the checkout. The process that works holds a lock
(``flock`` on ``<git-dir>/prunella/lock``), which the system drops when that process ends, however it ends. So an open
journal and a free lock mean: killed. ``<git-dir>/prunella/done/TASK.json`` is what ``undo`` reads later.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from prunella.errors import RepositoryError
from prunella.workspace.processes import alive, boot

ORPHANS_S = 10.0
"""How long a git that was left by a killed run may go on; it inherited the lock."""

GROUPS_KEPT = 64
VALID_TASK = r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?![.]))*"


@dataclass(slots=True)
class Landing:
    """How refs and index move when a fix becomes a commit, or when that is undone; enough to finish it after a kill.

    Attributes:
        steps: in order, each ``(verb, ref, new, old)``; verbs: set, switch, detach, delete.
        index: file with the index to install; "" = the index stays.
        index_before: what the index file was then (see ``index.identity``); it is replaced only while it still is that.
        message: for the reflog.
    """

    steps: list[tuple[str, str, str, str]]
    index: str = ""
    index_before: str = ""
    message: str = ""


@dataclass(slots=True)
class Journal:
    """One task's record. ``head`` and ``branch`` are those of the start, ``state`` is a dumped ``State``.

    Attributes:
        kept: the tree as it is stays.
        groups: process groups of checks, ``(id, start)``.
        touched: per path of the fix, its index entry before and after the commit: mode and id, or None.
        paths: the paths of the fix.
        end: the dumped state that was left behind.
        theirs: paths that the user changed while the task ran.
        undone: when it was undone; 0 = it was not.
        undoes: the task that this one undoes.
    """

    task: str
    root: str
    head: str
    branch: str
    state: dict[str, object]
    pid: int = field(default_factory=os.getpid)
    boot: str = field(default_factory=boot)
    started_at: float = field(default_factory=time.time)
    kept: bool = False
    groups: list[tuple[int, int]] = field(default_factory=list)
    landing: Landing | None = None
    touched: dict[str, tuple[list[str] | None, list[str] | None]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    end: dict[str, object] | None = None
    theirs: list[str] = field(default_factory=list)
    undone: float = 0.0
    undoes: str = ""

    def write(self, folder: str, *, durable: bool = True) -> None:
        """Put it at ``folder/TASK.json``, whole or not at all; ``durable``: also through a power cut."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        target = Path(folder, f"{self.task}.json")
        new = target.with_suffix(".new")
        with new.open("w", encoding="ascii") as file:
            json.dump(asdict(self), file)  # Escapes whatever is in a path.
            file.flush()
            if durable:
                os.fsync(file.fileno())
        new.replace(target)
        if durable:
            sync_folder(folder)


def read(file: Path) -> Journal:
    """A journal from disk.

    Raises:
        RepositoryError: it cannot be read.
    """
    try:
        fields = json.loads(file.read_text(encoding="ascii"))
        landing = fields.pop("landing")
        journal = Journal(**fields)
        journal.landing = Landing(**landing) if landing else None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        remedy = (
            f"If the files are right as they are, delete it; the states it kept: `git log --glob={refs(file.stem)}`."
        )
        raise RepositoryError(f"the journal {file} cannot be read ({error}).", remedy=remedy) from error
    return journal


def refs(task: str) -> str:
    """What the refs that keep the states of a task begin with.

    Raises:
        RepositoryError: the id cannot be part of a ref.
    """
    if not re.fullmatch(VALID_TASK, task) or task.endswith((".", ".lock")) or len(task) > 100:
        raise RepositoryError(f"{task!r} is no id of a task.", remedy="`prunella history` lists them.")
    return f"refs/prunella/{task}/"


def acquire(folder: str, task: str) -> int:
    """Take the checkout's lock; the file descriptor that holds it.

    Raises:
        RepositoryError: another process holds it.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{folder}/lock", os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + ORPHANS_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holder = os.pread(descriptor, 1000, 0).decode("ascii", "replace").split()
            pid = int(holder[0]) if len(holder) == 3 and holder[0].isdigit() else 0
            if (alive(pid) and pid != os.getpid()) or time.monotonic() > deadline or pid == os.getpid():
                os.close(descriptor)
                raise _busy(holder) from None
            time.sleep(0.02)  # Killed, but a git that it started still runs.
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()} {int(time.time())} {task}\n".encode("ascii", "replace"), 0)
    return descriptor


def _busy(holder: list[str]) -> RepositoryError:
    remedy = "Wait for it to end, or stop it (the files are then put back)."
    if len(holder) != 3 or not holder[1].isdigit():
        return RepositoryError("another prunella is working in this checkout.", remedy=remedy)
    since = time.strftime("%H:%M:%S", time.localtime(int(holder[1])))
    who = f"process {holder[0]}, since {since}, task {holder[2]}"
    return RepositoryError(f"another prunella is working in this checkout ({who}).", remedy=remedy)


def sync_folder(folder: str) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
