"""Processes that left their parents: on Linux they become ours instead of the system's, so that they are found."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from prunella.sandbox.processes import Process, below, dead_children, processes

SET_DUMPABLE = 4
SET_CHILD_SUBREAPER = 36
PATIENCE_S = 2.0
PAUSE_S = 0.005


def _set(option: int, value: int) -> bool:
    """One prctl(2); False where there is none."""
    import ctypes

    try:
        return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)
    except (AttributeError, OSError):
        return False


def unreadable() -> None:
    """Processes of the same user may no longer read this one's environment and memory. Root still may."""
    _set(SET_DUMPABLE, 0)


class Strays:
    """The orphans of one command: children of ours that we did not start. Our own keep our session or were there
    before; nobody can enter a session that exists."""

    def __init__(self) -> None:
        self._active = _set(SET_CHILD_SUBREAPER, 1)
        self._before = {process.pid for process in processes() if process.parent == os.getpid()}
        self._leader = -1

    def follow(self, leader: int) -> None:
        """The process whose descendants they are."""
        self._leader = leader

    def roots(self) -> list[int]:
        """The leader and the orphans that live."""
        return [self._leader, *(process.pid for process in self._adopted(processes()))]

    def end(self) -> None:
        """Kill them and all below them, again until none is new: one that forks may be faster than one look."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            known = processes()
            found = below(known, [process.pid for process in self._adopted(known)])
            self._reap()
            if not found:
                break
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for process in found:
                    with suppress(ProcessLookupError, PermissionError):
                        os.kill(process.pid, number)
            time.sleep(PAUSE_S)
        if self._active:
            _set(SET_CHILD_SUBREAPER, 0)

    def _adopted(self, known: list[Process]) -> list[Process]:
        me, session = os.getpid(), os.getsid(0)
        return [
            process
            for process in known
            if process.parent == me
            and process.session != session
            and process.pid != self._leader
            and process.pid not in self._before
        ]

    def _reap(self) -> None:
        for pid in dead_children(os.getpid(), os.getsid(0)):
            if pid != self._leader and pid not in self._before:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
