"""Sections that must not be left half-done: Ctrl-C and a polite kill wait, and what the disk refuses gets a remedy."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from prunella.errors import RepositoryError

HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that arrive in the block act right after it. (Python runs handlers in the main thread only.)"""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[tuple[int, FrameType | None]] = []
    before = {number: signal.getsignal(number) for number in HELD_BACK}
    for number, handler in before.items():
        if handler is not None:
            signal.signal(number, lambda *arrived: seen.append(arrived))
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
        for arrived, frame in seen:
            handler = before[signal.Signals(arrived)]
            if callable(handler):
                handler(arrived, frame)
            elif handler is signal.SIG_DFL:
                os.kill(os.getpid(), arrived)


@contextmanager
def disk_errors() -> Iterator[None]:
    """What the system refuses becomes an error with a remedy.

    Raises:
        RepositoryError: for every OSError of the block.
    """
    try:
        yield
    except OSError as error:
        remedy = "Free space or mend the rights, and call Prunella again: it first puts back what is to be put back."
        raise RepositoryError(f"the checkout could not be read or written: {error}.", remedy=remedy) from error


@contextmanager
def careful() -> Iterator[None]:
    """Both."""
    with disk_errors(), uninterrupted():
        yield
