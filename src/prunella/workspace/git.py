"""Run git: bytes in and out, an environment that nothing leaks into, and errors that say which command failed."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from prunella.errors import GitError, RepositoryError

KEPT_VARIABLES = frozenset(
    f"GIT_{name}"
    for name in (
        *("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"),
        *("CONFIG_GLOBAL", "CONFIG_SYSTEM", "CONFIG_NOSYSTEM", "CONFIG_COUNT"),
        *("EXEC_PATH", "CEILING_DIRECTORIES", "DISCOVERY_ACROSS_FILESYSTEM", "SSH", "SSH_COMMAND"),
    )
)
"""The user's own settings. Every other GIT_* variable is dropped: a hook or ``git rebase --exec`` exports GIT_DIR and
GIT_INDEX_FILE, which would point our commands at the wrong repository or index."""

SETTINGS = (
    # Hooks and the file system monitor are programs of the repository; nothing here may start them.
    *("core.hooksPath=/dev/null", "core.fsmonitor=false"),
    *("gc.auto=0", "maintenance.auto=false", "submodule.recurse=false", "i18n.commitEncoding=UTF-8"),
)
ERROR_LINES = 4
FIRST_PATIENCE_S = 3.0
READ_ANYWHERE = frozenset({".gitignore", ".gitattributes", ".gitmodules"})


class Completed(NamedTuple):
    """A git command that ended: exit code, standard output, standard error."""

    code: int
    out: bytes
    err: bytes


class Git:
    """git, run in one folder.

    Attributes:
        variables: added to the environment of every call (``GIT_DIR``, ``GIT_INDEX_FILE``, …).
        held: a file descriptor that calls inherit, so that a lock on it outlives a killed parent until they end.
    """

    def __init__(self, folder: str, variables: Mapping[str, str] | None = None, held: int = -1) -> None:
        self.folder = folder
        self.variables = dict(variables or {})
        self.held = held
        self._environment = environment(os.environ, folder) | self.variables
        self._command = ["git", *(part for setting in SETTINGS for part in ("-c", setting))]

    def with_index(self, index: str) -> Git:
        """The same with another index file."""
        return Git(self.folder, self.variables | {"GIT_INDEX_FILE": index}, self.held)

    def attempt(self, *args: str, stdin: bytes = b"", terminal: bool = False) -> Completed:
        """Run it and take any exit code. ``terminal``: it may need the terminal (a passphrase to sign with); otherwise
        it gets a process group of its own, so that a Ctrl-C is ours to act on and stops no git half-way."""
        process = self._start(args, subprocess.PIPE, None if terminal else 0)
        with process:
            if terminal:
                out, err = process.communicate(stdin)
            else:
                out, err = self._ended(process, stdin)
        return Completed(process.returncode, out, err)

    def _ended(self, process: subprocess.Popen[bytes], stdin: bytes) -> tuple[bytes, bytes]:
        """What it printed. A command that takes long may be waiting at a pipe that a check has put where git reads."""
        ended = threading.Event()
        folder = self.variables.get("GIT_WORK_TREE", self.folder)
        threading.Thread(target=_watch, args=(ended, folder), daemon=True).start()
        try:
            return process.communicate(stdin)
        finally:
            ended.set()

    def run(self, *args: str, stdin: bytes = b"") -> bytes:
        """Its output.

        Raises:
            GitError: it ended with another code than 0.
        """
        completed = self.attempt(*args, stdin=stdin)
        if completed.code:
            raise failed(args, completed)
        return completed.out

    def line(self, *args: str, stdin: bytes = b"") -> str:
        """Its output as one line of text."""
        return os.fsdecode(self.run(*args, stdin=stdin)).strip()

    def stream(self, *args: str) -> subprocess.Popen[bytes]:
        """Start it for a dialogue; the caller ends it."""
        return self._start(args, subprocess.DEVNULL, 0)

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[int, IO[bytes]]]:
        """Size and content, to be read to its end, of each object, in one call and one at a time in memory."""
        process = self.stream("cat-file", "--batch")
        with process:
            assert process.stdin
            assert process.stdout
            for name in ids:
                process.stdin.write(name.encode() + b"\n")
                process.stdin.flush()
                header = process.stdout.readline().split()
                if len(header) != 3:
                    raise GitError(
                        f"git has no object {name} any more", remedy="Run `git fsck` to see what is missing."
                    )
                yield int(header[2]), process.stdout
                process.stdout.read(1)
            process.stdin.close()

    def contents(self, ids: Iterable[str]) -> list[bytes]:
        """The contents of objects, all in memory."""
        return [stream.read(size) for size, stream in self.blobs(ids)]

    def _start(self, args: tuple[str, ...], stderr: int, group: int | None) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*self._command, *args],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                process_group=group,
                pass_fds=(self.held,) if self.held >= 0 else (),
            )
        except FileNotFoundError as error:
            if not Path(self.folder).is_dir():
                raise RepositoryError(f"the folder {self.folder} does not exist") from error
            raise RepositoryError("git is not installed, or not on the PATH.", remedy="Install git.") from error


def environment(inherited: Mapping[str, str], folder: str = "") -> dict[str, str]:
    """``inherited`` without what would redirect git, and with what keeps it quiet and its words in English; ``PATH``
    without what is inside of the checkout that ``folder`` is in."""
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("GIT_")
        or name in KEPT_VARIABLES
        or name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))
    }
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat"}
    path = {"PATH": outside(kept["PATH"], folder)} if folder and "PATH" in kept else {}
    return kept | quiet | path | {"LC_ALL": "C", "GIT_EDITOR": "false", "GIT_MERGE_AUTOEDIT": "no"}


def outside(path: str, folder: str) -> str:
    """A search path without the folders of the checkout that ``folder`` is in, and without relative ones.

    With its virtual environment active, or its ``node_modules/.bin`` in the path, a check could put a ``git`` there,
    which we would start outside of any sandbox.
    """
    top = os.path.realpath(folder)
    while not os.path.lexists(f"{top}/.git") and top != os.path.dirname(top):
        top = os.path.dirname(top)
    if top == "/":
        top = os.path.realpath(folder)
    inside = f"{top.rstrip('/')}/"
    kept = [
        part
        for part in path.split(os.pathsep)
        if part.startswith("/")
        and not f"{os.path.normpath(part)}/".startswith(inside)
        and not f"{os.path.realpath(part)}/".startswith(inside)
    ]
    return os.pathsep.join(kept) or os.defpath


def failed(args: tuple[str, ...], completed: Completed) -> GitError:
    """The error for a command that failed, with the first lines of what it said."""
    said = [line for line in os.fsdecode(completed.err).splitlines() if line.strip()][:ERROR_LINES]
    words = " / ".join(said) or "it said nothing"
    return GitError(f"`git {' '.join(args[:2])}` failed with exit code {completed.code}: {words}")


def _watch(ended: threading.Event, folder: str) -> None:
    patience_s = FIRST_PATIENCE_S
    while not ended.wait(patience_s):
        free_readers(folder)
        patience_s *= 2


def free_readers(folder: str) -> None:
    """Remove the pipes that stand below a folder in the place of files which git reads wherever it finds them, and give
    whoever waits at one its end."""
    for place, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        for name in READ_ANYWHERE.intersection(files):
            path = os.path.join(place, name)
            with suppress(OSError):
                if stat.S_ISFIFO(os.lstat(path).st_mode):
                    # Without a reader this fails, and the pipe stays for now.
                    writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
                    os.unlink(path)
                    os.close(writer)


def nul_list(paths: Iterable[str]) -> bytes:
    """Paths as git reads them with ``-z``."""
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def nul_split(output: bytes) -> list[str]:
    """The items of an output made with ``-z``."""
    return os.fsdecode(output).split("\0")[:-1]
