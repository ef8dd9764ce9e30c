"""Who changed a file: when a check ran or Prunella wrote, it was they; at any other time it was the user."""

from __future__ import annotations

import os
import time

CLOCK_SLACK_NS = 10_000_000
"""How far two readings of one clock may be apart: file systems read it once in a tick."""

START_SLACK_NS = 20_000_000
"""A check may have written before we are told that it runs."""


class Windows:
    """The times in which changes of the checkout are Prunella's or a check's doing, on the clock of the file system.

    What tells is a file's ``st_ctime``, which no program can set. Where that clock is not ours (a network disk), or
    no check was ever announced, nothing is known, and nothing counts as the user's.
    """

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []
        self._since = 0
        self._same_clock = False
        self._announced = False
        self._began = 0

    def calibrate(self, file: str, root: str) -> None:
        """Compare clocks by touching ``file``, which should be on the same file system as ``root``."""
        before = time.time_ns()
        os.utime(file)
        status = os.stat(file)
        self._began = status.st_ctime_ns
        near = before - CLOCK_SLACK_NS <= self._began <= time.time_ns() + CLOCK_SLACK_NS
        self._same_clock = near and status.st_dev == os.stat(root).st_dev

    def check_runs(self) -> None:
        """A check has just been started."""
        self._announced = True
        self.open(START_SLACK_NS)

    def open(self, slack_ns: int = CLOCK_SLACK_NS) -> None:
        """From now on it is not the user, until ``close``."""
        self._since = self._since or time.time_ns() - slack_ns

    def close(self) -> None:
        """From now on it is the user."""
        if self._since:
            self._spans.append((self._since, time.time_ns() + CLOCK_SLACK_NS // 10))
            self._since = 0

    def untouched(self, place: str) -> bool:
        """Whether nobody has changed the file at ``place`` since the task began; False = somebody may have."""
        try:
            return self._same_clock and os.lstat(place).st_ctime_ns < self._began
        except OSError:
            return False

    def foreign(self, place: str) -> bool:
        """Whether the user was the last to change the file at ``place``, as far as that is known."""
        if not (self._announced and self._same_clock):
            return False
        try:
            changed = os.lstat(place).st_ctime_ns
        except (FileNotFoundError, NotADirectoryError):
            return False
        if changed <= self._began or (self._since and changed >= self._since):
            return False
        return not any(since <= changed <= until for since, until in self._spans)
