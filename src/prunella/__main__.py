"""The door. What needs no work is answered before anything is imported: a start costs the interpreter's time."""

from __future__ import annotations

import os
import sys

from prunella import __version__


def main() -> int:
    """Run the command line; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]) and not _left_open(os.getcwd()):  # pathlib costs 5 ms
        sys.stdout.write(f"prunella {__version__}\n")
        return 0
    from prunella.cli.main import run

    return run(arguments)


def _left_open(folder: str) -> bool:
    """Whether a killed task may have left the checkout around ``folder`` changed: then even ``--version`` mends it."""
    while True:
        git = f"{folder}/.git"
        if os.path.lexists(git):
            if os.path.isfile(git):
                return True  # a linked worktree or submodule: its git folder is elsewhere, the full start finds it
            opened = f"{git}/prunella/open"
            return os.path.isdir(opened) and bool(os.listdir(opened))
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


if __name__ == "__main__":
    sys.exit(main())
