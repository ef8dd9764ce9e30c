"""Log lines to a file, and to a stream that is no terminal."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from prunella.events import Event, Notice
from prunella.report.loglines import State, after, lines, stamp


class LineLog:
    """Turns events into log lines and appends them, with the time, to ``log_file`` (None = to none).

    Not for several threads at once: a reporter that has one keeps them apart.
    """

    def __init__(self, log_file: Path | None, now: Callable[[], float] = time.time) -> None:
        self._log_file = log_file
        self._now = now
        self._state = State()
        self._complained = False

    def take(self, event: Event) -> tuple[str, list[str]]:
        """The opening of the lines (the time) and the lines, now in the log file too.

        When the file cannot be written there is one line that says so, once in a reporter's life.
        """
        opening = stamp(self._now())
        said = lines(event, self._state)
        self._state = after(event, self._state)
        complaint = self._append([opening + line for line in said]) if self._log_file and said else ""
        return opening, [*said, complaint] if complaint else said

    def _append(self, said: list[str]) -> str:
        """One write per line: lines of processes that share the file do not mix. The path is opened anew each time, so
        a log that was rotated away goes on in the new file."""
        if self._log_file is None:
            return ""
        try:
            descriptor = _open(self._log_file)
            try:
                for line in said:
                    os.write(descriptor, f"{line}\n".encode("utf-8", "backslashreplace"))
            finally:
                os.close(descriptor)
        except OSError as error:
            if self._complained:
                return ""
            self._complained = True
            text = f"the log file {self._log_file} cannot be written: {error.strerror}; the task goes on without it."
            return lines(Notice(text), self._state)[0]
        return ""


def _open(log_file: Path) -> int:
    """The file to append to, made (its folder too) if it is missing."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open(log_file, flags, 0o640)
    except FileNotFoundError:
        log_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(log_file, flags, 0o640)


class PlainReporter:
    """Log lines to ``stream`` (None = to none) and to ``log_file``; for any number of threads.

    A stream that nobody reads any more is given up, which the log file says: it never ends a task.
    """

    def __init__(self, stream: TextIO | None, log_file: Path | None, now: Callable[[], float] = time.time) -> None:
        self._stream = stream
        self._log = LineLog(log_file, now)
        self._lock = threading.Lock()

    def emit(self, event: Event) -> None:
        """Write what there is to say of ``event``."""
        with self._lock:
            opening, said = self._log.take(event)
            if self._stream and said:
                text = "".join(f"{opening}{line}\n" for line in said)
                try:
                    self._stream.write(encodable(text, self._stream))
                    self._stream.flush()
                except OSError as error:
                    self._log.take(lost(error))
                    discard(self._stream)
                    self._stream = None


def lost(error: OSError) -> Notice:
    """What the log says when the progress can be shown to nobody any more."""
    why = error.strerror or type(error).__name__
    return Notice(f"the progress cannot be shown any more ({why}); the task goes on.")


def discard(stream: TextIO) -> None:
    """Let a stream that is gone write into nothing. What is left in its buffer would else fail once more when the
    program ends, and change its exit code."""
    with suppress(OSError, ValueError):  # A stream without a descriptor has no such end.
        descriptor = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.dup2(nowhere, descriptor)
        finally:
            os.close(nowhere)


def encodable(text: str, stream: TextIO) -> str:
    """The text with escapes for what the stream's encoding lacks, so that writing it does not fail."""
    if text.isascii():
        return text
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
