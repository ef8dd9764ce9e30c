"""What is done after a kill, and long after a task: see ``recovery.recover`` and ``Checkout.forget``."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prunella.errors import RepositoryError
from prunella.workspace import journal as journals
from prunella.workspace.git import Git
from prunella.workspace.interrupts import careful
from prunella.workspace.journal import Journal
from prunella.workspace.processes import boot, end_group
from prunella.workspace.recovery import open_journals
from prunella.workspace.refs import finish
from prunella.workspace.repository import Repository, locate
from prunella.workspace.session import Session


def put_back_killed(path: Path) -> str | None:
    """See ``recovery.recover``."""
    repository = locate(path)
    try:
        lock = Session.lock_checkout(repository, "recovery")
    except RepositoryError:
        return None  # A live run; if the caller wants to change anything, it will be refused then.
    try:
        return "\n".join(put_back_all(repository, lock)) or None
    finally:
        os.close(lock)


def put_back_all(repository: Repository, lock: int) -> list[str]:
    """End every killed task of a checkout whose lock is held; a line for the user each."""
    names = open_journals(repository.git_dir)
    return [_put_back(repository, lock, Path(repository.folder, "open", name)) for name in names]


def _put_back(repository: Repository, lock: int, file: Path) -> str:
    journal = journals.read(file)
    since = time.strftime("%H:%M:%S", time.localtime(journal.started_at))
    with careful():
        if journal.boot == boot():
            for pgid, start in journal.groups:
                end_group(pgid, start, repository.root)
        _sweep(repository, journal)
        if journal.landing and finish(repository, journal.landing):
            journal.kept = True
        session = Session(repository, os.dup(lock))
        session.resume(journal)
        changed = session.close()
        _mark_undone(repository, journal)
    if journal.kept:
        return f"Task {journal.task} was killed after its fix was in place (begun {since}); the fix stays."
    kept = f"{journals.refs(journal.task)}end"
    what = f"its changes were taken back (they are kept: `git show {kept}`)" if changed else "it had changed nothing"
    return f"Task {journal.task} was killed (begun {since}); {what}."


def _mark_undone(repository: Repository, journal: Journal) -> None:
    """An undo that was killed after the refs had moved is done."""
    record = Path(repository.folder, "done", f"{journal.undoes}.json")
    if journal.kept and journal.undoes and record.exists():
        undone = journals.read(record)
        undone.undone = time.time()
        undone.write(f"{repository.folder}/done")


def _sweep(repository: Repository, journal: Journal) -> None:
    """Remove what killed commands of ours left. Nobody else writes these, and all of ours have ended."""
    folder = Path(repository.common_dir, journals.refs(journal.task).rstrip("/"))
    new = Path(repository.folder, "new")
    for leftover in (*folder.glob("*.lock"), *new.glob("*")):
        leftover.unlink(missing_ok=True)
    if not journal.landing:
        return
    names = {ref for _, ref, _, _ in journal.landing.steps}
    locks = [Path(repository.git_dir, "HEAD.lock")] if "HEAD" in names else []
    names = (names | {journal.branch}) - {"HEAD", ""}
    for lock in (*locks, *(Path(repository.common_dir, f"{name}.lock") for name in names)):
        if _abandoned(lock):
            lock.unlink(missing_ok=True)


def _abandoned(lock: Path, patience_s: float = 2.0) -> bool:
    """Whether a lock file stays; a git that lives lets go within moments."""
    deadline = time.monotonic() + patience_s
    while lock.exists():
        if time.monotonic() > deadline:
            return True
        time.sleep(0.02)
    return False


def forget(repository: Repository, days: float) -> int:
    """Drop the states of tasks older than ``days`` (they can then no longer be undone); how many refs went."""
    git = Git(repository.root)
    before = time.time() - days * 86_400
    listed = git.run("for-each-ref", "--format=%(committerdate:unix) %(refname)", "refs/prunella/").decode()
    old = [ref for date, _, ref in (line.partition(" ") for line in listed.splitlines()) if int(date or 0) < before]
    if old:
        git.run("update-ref", "--stdin", "-z", stdin=b"".join(b"delete " + os.fsencode(ref) + b"\0\0" for ref in old))
    for folder in ("done", "aside", "patches"):
        for file in Path(repository.folder, folder).glob("*"):
            if file.is_file() and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)
    return len(old)
