"""The log of a command, and what is said when a command cannot be started."""

from __future__ import annotations

import os
from pathlib import Path

from prunella.domain import Check
from prunella.errors import SandboxError


def open_log(log: Path) -> int:
    """A fresh log file. Appending, so that all who hold it write at its end, even when one of them empties it (which a
    shell's ``>/dev/stderr`` does).

    Raises:
        SandboxError: it cannot be written.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return os.open(log, flags, 0o600)
    except OSError as error:
        raise SandboxError(
            f"the log file {log} cannot be written: {error.strerror}", remedy="Free its disk or correct its folder."
        ) from error


def not_started(check: Check, folder: Path, error: OSError) -> SandboxError:
    """The error for a command that the system refused to start."""
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


def no_walls(output: int) -> SandboxError:
    """bubblewrap ended without having started the command; what it said is in the log."""
    said = os.pread(output, 400, 0).decode("utf-8", "replace").strip().split("\n")[0] or "it said nothing"
    return SandboxError(
        f"bubblewrap could not build the sandbox: {said}",
        remedy="`prunella doctor` tests it. To go on without: --sandbox env.",
    )
