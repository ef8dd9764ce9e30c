"""Ending a command with everything it started.

A command leads a session and process group of its own, so one signal reaches all of its children, background jobs
too. What escapes: a process that made a session of its own (``setsid``, node's ``detached``) *and* whose parent is
gone, as of a daemon that is meant to outlive its starter. Where there is no ``/proc``, every process that
made a session of its own escapes.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")
FIRST_PAUSE_S = 0.002
LONGEST_PAUSE_S = 0.05
AFTER_KILL_S = 1.0


def end_group(leader: int, reap: Callable[[], object], grace_s: float, *, abort: bool) -> None:
    """End the process group ``leader``: SIGTERM, at most ``grace_s`` seconds, SIGKILL.

    Args:
        leader: the pid of the group's leader. Not reaped yet, so that the number cannot have become somebody else's;
            once it is, processes left in the group keep the number taken.
        reap: takes the leader's exit status if it has one, without waiting.
        grace_s: how long processes may take to clean up.
        abort: the command is cut off, so descendants that left the group but not the tree are ended too.
    """
    strays = descendants(leader) if abort else {}
    gone = False
    try:
        signal_group(leader, signal.SIGTERM)
        _signal_each(strays, signal.SIGTERM)
        gone = _wait_gone(leader, strays, reap, grace_s)
    finally:
        if not gone:  # Also on a second Ctrl-C in the grace time: whatever happens, nothing stays behind.
            signal_group(leader, signal.SIGKILL)
            _signal_each(strays, signal.SIGKILL)
            _wait_gone(leader, strays, reap, AFTER_KILL_S)
        reap()  # It may have died after the last look.


def end_walled(leader: int, reap: Callable[[], object], grace_s: float, *, abort: bool) -> None:
    """The same for bubblewrap: its end is that of all behind its walls, so those are asked to end before it is."""
    inside = descendants(leader)
    gone = False
    try:
        if abort:
            _signal_each(inside, signal.SIGTERM)
            gone = _wait_gone(leader, {}, reap, grace_s)
    finally:
        if not gone:
            signal_group(leader, signal.SIGKILL)
        _wait_gone(leader, inside, reap, AFTER_KILL_S)
        reap()


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a group that may be gone."""
    # macOS answers EPERM for a group in which only zombies are left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def descendants(ancestor: int) -> dict[int, str]:
    """Living processes below ``ancestor`` in the tree, each with its start time, which tells it from a successor that
    was given the same number."""
    children: dict[int, list[tuple[int, str]]] = {}
    for pid, fields in _processes():
        children.setdefault(int(fields[1]), []).append((pid, fields[19]))
    found: dict[int, str] = {}
    open_pids = [ancestor]
    while open_pids:
        for pid, start in children.get(open_pids.pop(), ()):
            if pid not in found:
                found[pid] = start
                open_pids.append(pid)
    return found


def group_alive(group: int) -> bool:
    """Whether a process of the group still runs; one that only waits to be reaped does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return PROC.is_dir()
    if not (PROC / "self" / "stat").exists():
        return True
    return any(int(fields[2]) == group and fields[0] not in "ZX" for _, fields in _processes())


def _wait_gone(leader: int, strays: dict[int, str], reap: Callable[[], object], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    pause = FIRST_PAUSE_S
    while True:
        reap()
        if not group_alive(leader) and not any(_start_time(pid) == start for pid, start in strays.items()):
            return True
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE_S)


def _signal_each(processes: dict[int, str], number: signal.Signals) -> None:
    for pid, start in processes.items():
        if _start_time(pid) == start:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


def _start_time(pid: int) -> str:
    """When the process started, in the kernel's ticks; "" when there is none or it is dead."""
    fields = _stat(pid)
    return fields[19] if fields and fields[0] not in "ZX" else ""


class Process(NamedTuple):
    """A living process: its parent, its session, when it started (in the kernel's ticks), and what it uses (threads,
    bytes of memory)."""

    pid: int
    parent: int
    session: int
    start: str
    threads: int
    resident: int


def processes() -> list[Process]:
    """All processes that live (a zombie does not); [] where there is no ``/proc``."""
    return [
        Process(pid, int(fields[1]), int(fields[3]), fields[19], int(fields[17]), int(fields[21]) * PAGE)
        for pid, fields in _processes()
        if fields[0] not in "ZX"
    ]


def dead_children(parent: int, session: int) -> list[int]:
    """Children of a process that wait to be reaped and are not of ``session``."""
    return [
        pid
        for pid, fields in _processes()
        if fields[0] == "Z" and int(fields[1]) == parent and int(fields[3]) != session
    ]


def tree(roots: Collection[int]) -> list[Process]:
    """The processes ``roots`` and everything below them."""
    return below(processes(), roots)


def below(known: Iterable[Process], roots: Collection[int]) -> list[Process]:
    """The same among known ones."""
    children: dict[int, list[Process]] = {}
    found: list[Process] = []
    for process in known:
        children.setdefault(process.parent, []).append(process)
        if process.pid in roots:
            found.append(process)
    for process in found:  # grows meanwhile
        found += [child for child in children.get(process.pid, ()) if child.pid not in roots]
    return found


def _processes() -> list[tuple[int, list[str]]]:
    if not PROC.is_dir():
        return []
    found = [(int(entry), _stat(int(entry))) for entry in os.listdir(PROC) if entry.isdecimal()]  # noqa: PTH208
    return [(pid, fields) for pid, fields in found if fields]


def _stat(pid: int) -> list[str]:
    """The fields of ``/proc/PID/stat`` from the state on (proc(5)); [] when the process is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_bytes().decode("ascii", "replace")
    except OSError:
        return []
    # The second field is the program's name in brackets, and may hold brackets and blanks itself.
    return text.rpartition(")")[2].split()
