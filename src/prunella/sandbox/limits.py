"""What a command may use, and the look at what it uses.

File size, core files and, for users other than root, the number of processes are the kernel's to refuse. Memory, disk
and the number of processes of a whole tree have no such limit that every machine lets a user set, so they are looked
at while the command runs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

from prunella.domain import Ending
from prunella.sandbox.processes import PROC, Process, processes, tree

MB = 1_000_000
SOONEST_S = 0.1
LATEST_S = 1.0
SHARE = 50
"""A look may take one part in so many of the time."""

MEMORY_SHARE = 0.75
DISK_SHARE = 0.95
"""Of what is free at the start: a check never fills the disk, whatever its limit says."""

LIMITED = "ulimit -c 0; ulimit -f {blocks}; {{ ulimit -p {most} || ulimit -u {most}; }} 2>/dev/null; "
"""Shells call the number of processes -p (dash, busybox) or -u (bash, ksh)."""


class Limits(NamedTuple):
    """Of one command with all that it starts, in bytes and numbers. 0 = no limit."""

    memory: int = 0
    processes: int = 0
    file: int = 0
    disk: int = 0


def memory_of_machine() -> int:
    """Bytes of memory that the machine, or the container we are in, has; 0 = not known."""
    try:
        known = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        known = 0
    for file in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            said = (Path("/sys/fs/cgroup") / file).read_text("ascii").strip()
        except OSError:
            continue
        if said.isdecimal() and 0 < int(said) < known:
            known = int(said)
    return known


def limited(argv: list[str], limits: Limits) -> list[str]:
    """The command with those limits set that hold for each of its processes."""
    blocks = limits.file // 512 if limits.file else "unlimited"
    most = limits.processes + _tasks_of_user() if limits.processes else "unlimited"
    return ["/bin/sh", "-c", LIMITED.format(blocks=blocks, most=most) + 'exec "$@"', "sh", *argv]


def _tasks_of_user() -> int:
    """Processes and threads that the user has: the kernel counts those, too."""
    me, count = os.getuid(), 0
    if me == 0:
        return 0  # the kernel sets root no such limit
    for process in processes():
        try:
            if (PROC / str(process.pid)).stat().st_uid == me:
                count += process.threads
        except OSError:
            continue
    return count


CALM_S = 0.5
"""Seconds between two looks when a command is far from all of its limits."""

BYTES_PER_S = 8e9
THREADS_PER_S = 4_000
"""How fast memory or a disk may be filled, and processes be started."""


class Watch:
    """Looks at a command's processes and at the disk from time to time.

    Args:
        limits: what it may use.
        roots: called for the processes whose descendants are the command's.
        disks: folders on the disks that it may write to.
    """

    def __init__(self, limits: Limits, roots: Callable[[], Collection[int]], disks: tuple[Path, ...]) -> None:
        self._limits, self._roots = limits, roots
        free = {disk: _free(disk) for disk in disks}
        self._floors = {disk: now - min(limits.disk, int(now * DISK_SHARE)) for disk, now in free.items() if now}
        self._next = time.monotonic() + SOONEST_S
        self._room_s = 0.0

    def __call__(self) -> Ending | None:
        """The limit that is passed, if any; looks no more often than is cheap."""
        began = time.monotonic()
        if began < self._next:
            return None
        self._room_s = CALM_S
        ending = self._disk() or self._tree()
        now = time.monotonic()
        self._next = now + min(LATEST_S, max(SOONEST_S, self._room_s, (now - began) * SHARE))
        return ending

    def _disk(self) -> Ending | None:
        if not self._limits.disk:
            return None
        left = min((_free(disk) - floor for disk, floor in self._floors.items()), default=0)
        self._leaves(left / BYTES_PER_S if self._floors else CALM_S)
        return Ending.DISK_LIMIT if left < 0 else None

    def _leaves(self, seconds: float) -> None:
        """What is left of a limit lasts so long at the fastest; no need to look again much sooner."""
        self._room_s = max(0.0, min(self._room_s, seconds))

    def _tree(self) -> Ending | None:
        if not (self._limits.memory or self._limits.processes):
            return None
        found = tree(self._roots())
        threads = sum(process.threads for process in found)
        if self._limits.processes and threads > self._limits.processes:
            return Ending.PROCESS_LIMIT
        if self._limits.processes:
            self._leaves((self._limits.processes - threads) / THREADS_PER_S)
        if self._limits.memory:
            self._leaves((self._limits.memory - sum(process.resident for process in found)) / BYTES_PER_S)
        if self._limits.memory and _too_much(found, self._limits.memory):
            return Ending.MEMORY_LIMIT
        return None


def _too_much(found: Collection[Process], limit: int) -> bool:
    """Resident pages are quick to read, and count what processes share once for each: they only raise the suspicion.
    Proportional ones, which are slow to read, decide."""
    if sum(process.resident for process in found) <= limit:
        return False
    return sum(_proportional(process) for process in found) > limit


def _proportional(process: Process) -> int:
    try:
        text = (PROC / str(process.pid) / "smaps_rollup").read_text("ascii", "replace")
    except OSError:
        return process.resident  # another kernel, or not ours to read
    for line in text.split("\n"):
        name, _, rest = line.partition(":")
        if name == "Pss":
            return int(rest.split()[0]) * 1024
    return process.resident


def _free(folder: Path) -> int:
    """Bytes that a user may still write; 0 = not known."""
    try:
        system = os.statvfs(folder)
    except OSError:
        return 0
    return system.f_bavail * system.f_frsize
