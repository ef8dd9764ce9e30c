"""Read-only sight of a checkout's files, as ``ports.Files``."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator

from prunella.filenames import collision, folded, is_dot_git, spellings, trespass, unfit
from prunella.ports import Hit
from prunella.workspace.git import Git
from prunella.workspace.listing import Listing, list_files
from prunella.workspace.repository import Repository
from prunella.workspace.within import opened

READ_AT_MOST = 16 << 20
"""Bytes of a file that are read at most; a longer one counts as unreadable."""

LINE_AT_MOST = 1_000
INSTALLED_AT_MOST = 1 << 20
INSTALLED = re.compile(r"(?:^|/)(?:node_modules/.*(?:\.d\.[mc]?ts|/package\.json)|site-packages/.*\.pyi?)$")
"""What may be read of an installed package although git ignores it: no settings, where secrets could be."""


class RepositoryFiles:
    """The files of one checkout. The list of paths is kept until ``forget``."""

    def __init__(self, repository: Repository) -> None:
        self.root = repository.root
        self.git = Git(repository.root)
        self._known: Listing | None = None
        self._paths: tuple[str, ...] = ()
        self._set: frozenset[str] = frozenset()
        self._ignored: dict[str, bool] = {}

    def forget(self) -> None:
        """The files have changed: look again when asked."""
        self._known = None
        self._ignored.clear()

    def take(self, listing: Listing, present: Collection[str] | None = None) -> None:
        """A listing that is right at this moment, so that none has to be made; ``present``: what of it exists."""
        self._known = listing
        if present is None:
            present = _present(self.root, listing.paths)
        self._paths = tuple(path for path in listing.paths if path in present)
        self._set = frozenset(self._paths)
        self._ignored.clear()

    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""
        self._listing()
        return self._paths

    def read(self, path: str) -> bytes | None:
        """See ``ports.Files``. A symlink is followed as long as it stays inside; an ignored file, where secrets are
        likely, is not read."""
        real = self.real(path)
        if misnamed(real) or not self._visible(real):
            return None
        return self._bytes(real, READ_AT_MOST)

    def real(self, path: str) -> str:
        """See ``ports.Files``; "" where it leads out of the checkout, or is no path of it."""
        place = "" if misnamed(path) else os.path.realpath(f"{self.root}/{path}")
        return place[len(self.root) + 1 :] if place.startswith(f"{self.root}/") else ""

    def _bytes(self, path: str, most: int) -> bytes | None:
        """A regular file's bytes, if it is no longer than ``most`` and no symlink is on the way to it (any more)."""
        file = opened(self.root, path)
        if file is None:
            return None
        with file:
            return file.read(most) if os.fstat(file.fileno()).st_size <= most else None

    def installed(self, path: str) -> bytes | None:
        """See ``ports.Files``."""
        place = os.path.realpath(f"{self.root}/{path}")
        inside = place.startswith(f"{self.root}/") and not misnamed(path)
        if not inside or not INSTALLED.search(path) or not INSTALLED.search(place[len(self.root) :]):
            return None
        return self._bytes(place[len(self.root) + 1 :], INSTALLED_AT_MOST)

    def mode(self, path: str) -> int:
        """See ``ports.Files``."""
        try:
            status = os.stat(f"{self.root}/{path}")
        except (OSError, ValueError):
            return 0o644
        return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else 0o644

    def search(self, text: str, *, under: str = "", words: bool = False, limit: int = 50) -> tuple[Hit, ...]:
        """See ``ports.Files``. Binary files are left out and long lines cut."""
        return self._grep((text,), under, words=words, limit=limit)

    def search_any(self, names: tuple[str, ...], *, words: bool = False, limit: int = 200) -> tuple[Hit, ...]:
        """See ``ports.Files``."""
        return self._grep(names, "", words=words, limit=limit)

    def _grep(self, texts: tuple[str, ...], under: str, *, words: bool, limit: int) -> tuple[Hit, ...]:
        texts = tuple(text for text in texts if text and "\n" not in text and "\0" not in text)
        if not texts or limit <= 0 or (under and misnamed(under.rstrip("/"))):
            return ()
        form = ("-F", "-z", "-n", "-I", "--untracked", "--full-name", "--no-color", "--no-column", "--no-heading")
        flags = (*form, "--no-break", *(("-w",) if words else ()))
        where = (under.rstrip("/"),) if under.strip("./") else ()
        hits: list[Hit] = []
        asked = [part for text in texts for part in ("-e", text)]
        with self.git.stream("--literal-pathspecs", "grep", *flags, *asked, "--", *where) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.close()
            # What comes after a line's first part is read and dropped, so that a minified file costs no memory.
            while len(hits) < limit and (line := process.stdout.readline(LINE_AT_MOST * 8)):
                hit = _hit(line)
                if hit:
                    hits.append(hit)
                while line and not line.endswith(b"\n"):
                    line = process.stdout.readline(LINE_AT_MOST * 8)
            process.kill()
        return tuple(hits)

    def refusal(self, path: str) -> str:
        """See ``ports.Files``."""
        wrong = misnamed(path)
        if wrong:
            return wrong
        listing = self._listing()
        if path in listing.submodules:
            return "it is a submodule, which is a repository of its own"
        for folder in _above(path):
            wrong = wrong or self._closed(folder, listing)
        wrong = wrong or self._special(path)
        if wrong or path in self._set:
            return wrong
        if not os.path.lexists(f"{self.root}/{path}"):
            wrong = trespass(path) or unfit(path)
        return wrong or ("git ignores it, so it would not be part of a commit" if self._is_ignored(path) else "")

    def twin(self, path: str, gone: Collection[str] = ()) -> str:
        """The file or folder that a new path would be, or be in, on a file system that overlooks case and Unicode
        forms, though it is spelt otherwise; "" = there is none. ``gone``: files that will be there no more."""
        return collision(path, spellings(known for known in self.paths() if known not in gone))

    def _closed(self, folder: str, listing: Listing) -> str:
        """Why nothing in a folder may be edited."""
        place = f"{self.root}/{folder}"
        if folder in listing.submodules or os.path.lexists(f"{place}/.git"):
            return f"it is inside {folder}, which is a repository of its own"
        if os.path.islink(place):
            return f"{folder} is a symlink"
        return f"{folder} is not a folder" if os.path.lexists(place) and not os.path.isdir(place) else ""

    def _special(self, path: str) -> str:
        """Why what is there now is no file to edit."""
        try:
            status = os.lstat(f"{self.root}/{path}")
        except FileNotFoundError:
            return ""
        except OSError as error:
            return f"it cannot be looked at ({error.strerror})"
        if stat.S_ISLNK(status.st_mode):
            return "it is a symlink"
        if not stat.S_ISREG(status.st_mode):
            return "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is not a regular file"
        return f"it is longer than {READ_AT_MOST >> 20} MiB" if status.st_size > READ_AT_MOST else ""

    def _listing(self) -> Listing:
        if self._known is None:
            self.take(list_files(self.git))
        assert self._known is not None
        return self._known

    def _visible(self, path: str) -> bool:
        """Whether a path that may have come after the listing is one of ours."""
        self._listing()
        if path in self._set:
            return True
        return os.path.lexists(f"{self.root}/{path}") and not self._inside_other(path) and not self._is_ignored(path)

    def _inside_other(self, path: str) -> bool:
        return any(os.path.lexists(f"{self.root}/{folder}/.git") for folder in _above(path))

    def _is_ignored(self, path: str) -> bool:
        if path not in self._ignored:
            named = os.fsencode(f"./{path}") + b"\0"  # A name that begins with a colon would be a pattern.
            answer = self.git.attempt("check-ignore", "-q", "-z", "--stdin", stdin=named)
            self._ignored[path] = answer.code != 1  # 128: git will have nothing to do with it, so neither have we.
        return self._ignored[path]


def misnamed(path: str) -> str:
    """Why the name alone rules a path out; "" if it does not."""
    parts = path.split("/")
    if not path or "\0" in path:
        return "it is empty or has a NUL in it"
    if path.startswith("/"):
        return "it is not relative to the repository's root"
    if ".." in parts:
        return "it leads out of the repository"
    if "" in parts or "." in parts:
        return "it has an empty part or a `.` in it"
    if any(is_dot_git(part) and folded(part) != ".gitmodules" for part in parts):
        return "it is inside .git"
    return "" if _encodable(path) else "it cannot be written in the file system's encoding"


def _encodable(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


def _above(path: str) -> Iterator[str]:
    """The folders above a path, outermost first."""
    parts = path.split("/")[:-1]
    return ("/".join(parts[: count + 1]) for count in range(len(parts)))


def _hit(line: bytes) -> Hit | None:
    """One line of ``git grep -z -n``: path, number and text, with NUL between."""
    parts = line.rstrip(b"\r\n").split(b"\0", 2)
    if len(parts) != 3 or not parts[1].isdigit():
        return None
    text = parts[2].decode("utf-8", "replace")
    return Hit(os.fsdecode(parts[0]), int(parts[1]), text[:LINE_AT_MOST])


def _present(root: str, paths: Collection[str]) -> set[str]:
    """Those that exist. A folder is read once, which is ten times faster than asking for each of its files; a name that
    is not there as it is spelt is asked for, since the file system may spell it otherwise."""
    names: dict[str, set[str]] = {}
    found: set[str] = set()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder not in names:
            try:
                names[folder] = set(os.listdir(f"{root}/{folder}"))
            except OSError:
                names[folder] = set()
        if name in names[folder] or os.path.lexists(f"{root}/{path}"):
            found.add(path)
    return found
