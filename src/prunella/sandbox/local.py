"""Runs checks on this machine, as the user."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from prunella.domain import Check, CommandResult, Ending
from prunella.errors import SandboxError
from prunella.sandbox.processes import end_group

GIB = 1024**3
SLICE_S = 0.25
"""How often the size of the output is looked at."""


class LocalSandbox:
    """``ports.Sandbox`` without walls: the command may do what the user may do.

    Args:
        root: the repository's root; commands run in it.
        environment: the whole environment of the commands (see ``check_environment``).
        on_group: told the process group of each command as soon as it runs, for those who clean up after a crash.
        output_limit: bytes of output after which a command is ended.
        grace_s: seconds between SIGTERM and SIGKILL.
    """

    def __init__(
        self,
        root: Path,
        *,
        environment: Mapping[str, str],
        on_group: Callable[[int], None] | None = None,
        output_limit: int = 4 * GIB,
        grace_s: float = 2.0,
    ) -> None:
        self._root = root
        self._environment = dict(environment)
        self._on_group = on_group
        self._output_limit = output_limit
        self._grace_s = grace_s

    @property
    def root(self) -> Path:
        """See ``ports.Sandbox``."""
        return self._root

    def run(self, check: Check, log: Path) -> CommandResult:
        """Run the command to its end, or to the time or output limit; see ``ports.Sandbox``.

        The output goes from the command into the file without passing through us: its order is the kernel's, and our
        memory does not depend on its size. A command that leaves background processes behind has them ended.

        Raises:
            SandboxError: the folder, the shell or the log file is not to be had, or the command is too long.
        """
        started = time.monotonic()
        output = _open(log)
        try:
            returncode, ending = self._run(check, output)
            size = os.fstat(output).st_size
        finally:
            os.close(output)
        return CommandResult(returncode, ending, time.monotonic() - started, str(log), size)

    def _run(self, check: Check, output: int) -> tuple[int, Ending]:
        process: subprocess.Popen[bytes] | None = None
        ending: Ending | None = None
        try:
            with _interrupts_deferred():
                process = self._start(check, output)
            if self._on_group:
                self._on_group(process.pid)
            ending = self._wait(process, output, check.timeout_s)
        finally:
            if process:
                end_group(process.pid, process.poll, self._grace_s, abort=ending is not Ending.EXITED)
        returncode = process.poll()
        if returncode is None:  # Stuck in the kernel (a dead network disk): not even SIGKILL ends it now.
            returncode = -signal.SIGKILL
        if ending is Ending.EXITED and returncode < 0:
            ending = Ending.SIGNALLED
        return returncode, ending

    def _start(self, check: Check, output: int) -> subprocess.Popen[bytes]:
        folder = self._root / check.folder
        try:
            return subprocess.Popen(
                ["/bin/sh", "-c", check.command],
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except ValueError as error:
            raise SandboxError(
                f"check '{check.name}' cannot be started: {error}", remedy="Correct its command in prunella.toml."
            ) from error
        except OSError as error:
            raise _not_started(check, folder, error) from error

    def _wait(self, process: subprocess.Popen[bytes], output: int, timeout_s: float) -> Ending:
        """Until the leader has ended or a limit is reached."""
        deadline = time.monotonic() + timeout_s
        with _exit_of(process) as exited:
            while True:
                left = deadline - time.monotonic()
                if exited(max(0.0, min(SLICE_S, left))):
                    return Ending.EXITED
                if os.fstat(output).st_size > self._output_limit:
                    return Ending.OUTPUT_LIMIT
                if left <= 0:
                    return Ending.TIMED_OUT


def _open(log: Path) -> int:
    """A fresh log file. Appending, so that all who hold it write at its end, even when one of them empties it (which a
    shell's ``>/dev/stderr`` does)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return os.open(log, flags, 0o600)
    except OSError as error:
        raise SandboxError(
            f"the log file {log} cannot be written: {error.strerror}", remedy="Free its disk or correct its folder."
        ) from error


def _not_started(check: Check, folder: Path, error: OSError) -> SandboxError:
    about = f"check '{check.name}' cannot be started: "
    if not folder.is_dir():
        return SandboxError(f"{about}the folder {folder} does not exist", remedy="Run it again in a folder that does.")
    if not os.access(folder, os.X_OK):
        return SandboxError(f"{about}the folder {folder} may not be entered", remedy="Give yourself the right to.")
    if not Path("/bin/sh").exists():
        return SandboxError(f"{about}there is no /bin/sh", remedy="Install a POSIX shell.")
    if error.errno == 7:  # E2BIG
        return SandboxError(
            f"{about}its command, with the environment, is longer than the system allows",
            remedy="Put the command into a script and name the script.",
        )
    return SandboxError(f"{about}{error.strerror or error}", remedy="Check the system's limits (ulimit -a).")


@contextmanager
def _exit_of(process: subprocess.Popen[bytes]) -> Iterator[Callable[[float], bool]]:
    """A function that waits so many seconds at most and says whether the process has ended."""
    handle = _handle(process.pid)
    if handle is None:
        yield lambda seconds: _reaped_within(process, seconds)
        return
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        yield lambda seconds: bool(poll.poll(seconds * 1000))
    finally:
        os.close(handle)


def _handle(pid: int) -> int | None:
    """A pidfd (Linux 5.3), which tells the end of a process at once without reaping it; None where there is none."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def _reaped_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """An interrupt while a process is being started is delivered after it, when we know whom to end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pending: list[tuple[int, FrameType | None]] = []
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    caught = {number: handler for number, handler in previous.items() if callable(handler)}
    for number in caught:
        signal.signal(number, lambda got, frame: pending.append((got, frame)))
    try:
        yield
    finally:
        for number, handler in caught.items():
            signal.signal(number, handler)
        for got, frame in pending:
            caught[signal.Signals(got)](got, frame)
