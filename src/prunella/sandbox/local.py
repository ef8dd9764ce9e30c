"""Runs checks on this machine, as the user, contained as far as is asked for."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

from prunella.domain import Check, CommandResult, Ending, Walls
from prunella.errors import SandboxError
from prunella.sandbox.containment import Containment, Launch, Status, launch
from prunella.sandbox.limits import SOONEST_S, Limits, Watch
from prunella.sandbox.opening import no_walls, not_started, open_log
from prunella.sandbox.processes import end_group, end_walled
from prunella.sandbox.scratch import made, remove, scratch

if TYPE_CHECKING:
    from prunella.sandbox.strays import Strays

GIB = 1024**3
SLICE_S = 0.25
"""How often the size of the output is looked at."""


class LocalSandbox:
    """``ports.Sandbox`` on this machine.

    Args:
        root: the repository's root; commands run in it.
        environment: the whole environment of the commands (see ``check_environment`` and ``allowed``).
        on_group: told the process group of each command as soon as it runs, for those who clean up after a crash.
        output_limit: bytes of output after which a command is ended.
        grace_s: seconds between SIGTERM and SIGKILL.
        containment: limits and walls; None = the command may do what the user may do.
    """

    def __init__(
        self,
        root: Path,
        *,
        environment: Mapping[str, str],
        on_group: Callable[[int], None] | None = None,
        output_limit: int = 4 * GIB,
        grace_s: float = 2.0,
        containment: Containment | None = None,
    ) -> None:
        self._root = root
        self._environment = dict(environment)
        self._on_group = on_group
        self._output_limit = output_limit
        self._grace_s = grace_s
        self._containment = containment
        self._services: list[Path] = []

    @property
    def root(self) -> Path:
        """See ``ports.Sandbox``."""
        return self._root

    def run(self, check: Check, log: Path) -> CommandResult:
        """Run the command to its end, or to a limit; see ``ports.Sandbox``.

        The output goes from the command into the file without passing through us: its order is the kernel's, and our
        memory does not depend on its size. A command that leaves background processes behind has them ended.

        Raises:
            SandboxError: the folder, the shell or the log file is not to be had, the command is too long, or the walls
                cannot be built.
        """
        started = time.monotonic()
        output = open_log(log)
        try:
            with ExitStack() as stack:
                returncode, ending, walls = self._contained(check, output, stack)
            size = os.fstat(output).st_size
        finally:
            os.close(output)
        return CommandResult(returncode, ending, time.monotonic() - started, str(log), size, walls)

    def start(self, argv: list[str], read: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        """Start a program that stays up, behind the same walls and without network; its caller talks to it over pipes
        and ends its process group. It may see ``read`` besides. Call it in a thread that lives as long.

        Raises:
            OSError, SandboxError: it cannot be started.
        """
        containment, own = self._containment, None
        if containment and containment.strict:
            own = made(Path(containment.place.home))
            self._services.append(own)
            place = containment.place._replace(read=(*containment.place.read, *map(str, read)))
            containment = containment._replace(place=place, network="never")
        asked = Check("service", "")
        launched = launch(containment, argv, self._root, self._environment, own, asked)
        process = subprocess.Popen(
            launched.argv,
            cwd=self._root,
            env=launched.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if self._on_group:
            self._on_group(process.pid)
        return process

    def close(self) -> None:
        """Remove what programs that stayed up leave; they have ended."""
        while self._services:
            remove(self._services.pop())

    def _contained(self, check: Check, output: int, stack: ExitStack) -> tuple[int, Ending, Walls | None]:
        """Run it with what its level adds."""
        contained = self._containment if self._containment and self._containment.level != "none" else None
        strict = contained is not None and contained.strict
        own = stack.enter_context(scratch(Path(contained.place.home))) if contained and strict else None
        argv = ["/bin/sh", "-c", check.command]
        launched = launch(contained, argv, self._root / check.folder, self._environment, own, check)
        status = Status() if strict else None
        strays = None
        if status:
            stack.callback(status.close)
            launched.argv[1:1] = status.words()
        elif contained:
            from prunella.sandbox.gitfiles import held
            from prunella.sandbox.strays import Strays, unreadable

            unreadable()
            stack.enter_context(held(self._root, output))
            strays = Strays()
            stack.callback(strays.end)
        held_to = _Held(contained.limits if contained else None, strays, status)
        returncode, ending = self._run(check, output, launched, held_to)
        if status and ending is Ending.EXITED and status.value("exit-code") is None:
            raise no_walls(output)
        return returncode, ending, launched.walls

    def _run(self, check: Check, output: int, launched: Launch, held_to: _Held) -> tuple[int, Ending]:
        process: subprocess.Popen[bytes] | None = None
        ending: Ending | None = None
        status, strays = held_to.status, held_to.strays
        try:
            with _interrupts_deferred():
                process = self._start(check, output, launched, status)
            if strays:
                strays.follow(process.pid)
            if self._on_group:
                self._on_group(process.pid)
            ending = self._wait(process, output, check.timeout_s, held_to.watch(process.pid, self._root))
        finally:
            if process:
                end = end_walled if status else end_group
                end(process.pid, process.poll, self._grace_s, abort=ending is not Ending.EXITED)
        returncode = process.poll()
        if returncode is None:  # Stuck in the kernel (a dead network disk): not even SIGKILL ends it now.
            returncode = -signal.SIGKILL
        if ending is Ending.EXITED and returncode < 0:
            ending = Ending.SIGNALLED
        return returncode, ending

    def _start(self, check: Check, output: int, launched: Launch, status: Status | None) -> subprocess.Popen[bytes]:
        folder = self._root / check.folder
        try:
            process = subprocess.Popen(
                launched.argv,
                cwd=folder,
                env=launched.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(status.fd,) if status else (),
            )
        except ValueError as error:
            raise SandboxError(
                f"check '{check.name}' cannot be started: {error}", remedy="Correct its command in prunella.toml."
            ) from error
        except OSError as error:
            raise not_started(check, folder, error) from error
        if status:
            status.started()
        return process

    def _wait(self, process: subprocess.Popen[bytes], output: int, timeout_s: float, watch: Watch | None) -> Ending:
        """Until the leader has ended or a limit is reached."""
        deadline = time.monotonic() + timeout_s
        slice_s = SOONEST_S if watch else SLICE_S
        with _exit_of(process) as exited:
            while True:
                left = deadline - time.monotonic()
                if exited(max(0.0, min(slice_s, left))):
                    return Ending.EXITED
                if os.fstat(output).st_size > self._output_limit:
                    return Ending.OUTPUT_LIMIT
                if left <= 0:
                    return Ending.TIMED_OUT
                passed = watch() if watch else None
                if passed:
                    return passed


class _Held(NamedTuple):
    """What a command is held to: limits, and the means to follow its processes."""

    limits: Limits | None
    strays: Strays | None
    status: Status | None

    def watch(self, leader: int, root: Path) -> Watch | None:
        """A look at what it uses from now on."""
        if self.limits is None:
            return None
        roots = self.strays.roots if self.strays else lambda: [leader]
        return Watch(self.limits, roots, (root, Path("/tmp")))  # noqa: S108 - its disk is looked at, nothing is written


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
