"""What a mender works with, and the one way in which it may try something on the real files."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from prunella.changes import FileChange
from prunella.diagnostics.clean import clean
from prunella.domain import Check, CommandResult, Diagnostic, Verification
from prunella.ports import Files, Judge, Lately, Mended, Sandbox, Workspace

MOST_OUTPUT = 4 << 20


class Ran(NamedTuple):
    """A tool that was run: how it ended, and what it printed (stdout and stderr, cleaned)."""

    result: CommandResult
    text: str

    @property
    def passed(self) -> bool:
        return self.result.passed


class Workshop(Sandbox, Protocol):
    """A sandbox that also holds what stays up."""

    def start(self, argv: list[str], read: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        """Start a program with pipes for its stdin and stdout, contained like a check; it may see ``read`` besides.

        Raises:
            OSError, SandboxError: it cannot be started.
        """


class Bench:
    """The place where menders work.

    Attributes:
        workspace: the checkout; its tree is the user's, changed only within ``tried``.
        environment: of the commands that the repository runs (no key of ours is in it), for tools that stay up.
        deadline: moment (``time.monotonic``) after which no further step is begun.
    """

    def __init__(
        self,
        workspace: Workspace,
        sandbox: Workshop,
        environment: Mapping[str, str],
        logs: Path,
    ) -> None:
        self.workspace = workspace
        self.environment = dict(environment)
        self.deadline = time.monotonic() + 60
        self._sandbox = sandbox
        self._logs = logs
        self._runs = 0

    @property
    def files(self) -> Files:
        return self.workspace.files

    @property
    def lately(self) -> Lately:
        return self.workspace.lately

    @property
    def root(self) -> Path:
        return self.workspace.root

    @property
    def left_s(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self.deadline - time.monotonic())

    def run(self, name: str, command: str, *, folder: str = "", timeout_s: float = 60.0) -> Ran:
        """Run a tool like a check: ``/bin/sh -c`` in ``folder`` below the root, its process group ends with it.

        Raises:
            SandboxError: it could not be started at all.
        """
        self._runs += 1
        log = self._logs / f"toolchain-{self._runs}-{name}.log"
        limit = max(1.0, min(timeout_s, self.left_s))
        result = self._sandbox.run(Check(name, command, limit, folder), log)
        with log.open("rb") as output:
            return Ran(result, clean(output.read(MOST_OUTPUT).decode("utf-8", "replace")))

    def start(self, argv: list[str], read: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        """See ``Workshop``."""
        return self._sandbox.start(argv, read)

    @contextmanager
    def tried(self, changes: tuple[FileChange, ...]) -> Iterator[None]:
        """For the length of the block the files hold ``changes``; then they are as before.

        Raises:
            RepositoryError: a path may not be edited, or is no longer as the change says.
        """
        self.workspace.apply(changes)
        try:
            yield
        finally:
            self.workspace.apply(tuple(undone(change, self.files) for change in changes))


def undone(change: FileChange, files: Files) -> FileChange:
    """The change that takes ``change`` back. A tool may have rewritten the file meanwhile; that goes with it."""
    return FileChange(change.path, files.read(change.path), change.before, change.mode)


@runtime_checkable
class Watcher(Protocol):
    """A mender that keeps a compiler up, and so can say at once what it sees."""

    def errors(self, paths: tuple[str, ...]) -> tuple[Diagnostic, ...] | None:
        """The errors in these files as they are on disk now (() = in all of the project's); None when nothing is up, or
        when a file is not one of its."""


class Mender(Protocol):
    """One language's part of rung 0."""

    name: str

    def mend(self, verification: Verification, bench: Bench, judge: Judge) -> Mended:
        """Repairs for those of the verification's errors that are its own; an empty ``Mended`` when none are. What
        the repository's tools do wrong is no error: then there is nothing to offer.

        Raises:
            PrunellaError, OSError: something broke that is not the repository's.
        """

    def close(self) -> None:
        """End what stays up."""
