"""Process groups that a killed run may have left behind: whether one is still the one that was noted, and its end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

ENDING_S = 2.0


def alive(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def boot() -> str:
    """An id of this start of the machine; "" where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def started(pid: int) -> int:
    """When a process started, in clock ticks since the machine did (field 22 of /proc/PID/stat, see proc(5)); 0 when
    there is no such process, or no /proc."""
    found = _stat(pid)
    return found[1] if found else 0


def end_group(pgid: int, start_time: int, root: str) -> bool:
    """Kill what is left of a process group, if it is the noted one.

    A number is used again some day, so the group's leader must have started when it was noted. When only children of
    the leader are left, each must be younger than it and work inside ``root``.

    Returns:
        Whether anything was killed.
    """
    if not start_time or pgid <= 1:
        return False
    leader = started(pgid)
    if leader and leader != start_time:
        return False
    targets = [pid for pid, start in _members(pgid) if leader or (start >= start_time and _works_in(pid, root))]
    if not targets:
        return False
    for pid in targets:
        _kill(pid)
    deadline = time.monotonic() + ENDING_S
    while any(_stat(pid) for pid in targets) and time.monotonic() < deadline:
        time.sleep(0.01)
    return True


def _members(pgid: int) -> Iterator[tuple[int, int]]:
    """Id and start of each process in a group, or in the session of its leader (a shell's jobs have groups of their
    own)."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            found = _stat(int(name))
            if found and pgid in found[:1] + found[2:]:
                yield int(name), found[1]


def _stat(pid: int) -> tuple[int, int, int] | None:
    """Group, start and session of a process that is not a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # The name before it may hold anything, spaces too.
    return None if fields[0] in "ZX" else (int(fields[2]), int(fields[19]), int(fields[3]))


def _works_in(pid: int, root: str) -> bool:
    try:
        place = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    return place == root or place.startswith(f"{root}/")


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
