"""What changed in the checkout before now, as ``ports.Lately``. Asked of git only when somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from prunella.errors import GitError
from prunella.ports import Changed
from prunella.workspace.git import Git, nul_split

LARGEST = 4 << 20
"""Bytes of a content that is read at most; a larger one is no source that anybody follows a name through."""

MOST_FILES = 400
"""Files of one commit that are looked at; who changes more has reformatted or imported."""

_NONE = "0" * 40
_COMMIT = "\x01"
_RAW = ("--raw", "-z", "--no-abbrev", "-M60%", "-l400", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


class RecentChanges:
    """The working tree against HEAD, and the last commits. Each is asked once and kept until ``forget``.

    Args:
        against: a commit to compare with instead of HEAD; ``staged``: compare the index, not the files; ``index``:
            another one than the checkout's own.
    """

    def __init__(self, root: str, against: str = "HEAD", *, staged: bool = False, index: str = "") -> None:
        self._root = root
        self._git = Git(root, {"GIT_INDEX_FILE": index} if index else None)
        self._against, self._staged = against, staged
        self._working: tuple[Changed, ...] | None = None
        self._commits: dict[int, tuple[Changed, ...]] = {}

    def forget(self) -> None:
        """The working tree has changed: look again when asked."""
        self._working = None

    def working(self) -> tuple[Changed, ...]:
        """See ``ports.Lately``. Only what the index or the files differ in is read; an untracked file that holds what a
        deleted one held counts as moved."""
        if self._working is None:
            what = ("--cached", self._against) if self._staged else (self._against,)
            done = self._git.attempt("-c", "diff.autoRefreshIndex=false", "diff", *what, *_RAW)
            found = [] if done.code else list(_changes(done.out, "", ""))
            self._working = (tuple(found) if self._staged else self._with_untracked(found)) if not done.code else ()
        return self._working

    def commits(self, most: int = 10) -> tuple[Changed, ...]:
        """See ``ports.Lately``."""
        if most not in self._commits:
            form = f"--format={_COMMIT}%H %s"
            done = self._git.attempt("log", f"-{most}", "--no-merges", form, *_RAW)
            self._commits[most] = () if done.code else tuple(_logged(done.out))
        return self._commits[most]

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """See ``ports.Lately``. An id that begins with "path:" stands for a file of the working tree."""
        found: dict[str, bytes] = {}
        wanted: list[str] = []
        for name in dict.fromkeys(ids):
            if name.startswith("path:"):
                content = self._file(name.removeprefix("path:"))
                if content is not None:
                    found[name] = content
            elif name:
                wanted.append(name)
        try:
            for name, (size, stream) in zip(wanted, self._git.blobs(wanted) if wanted else (), strict=False):
                content = stream.read(size)
                if size <= LARGEST:
                    found[name] = content
        except GitError:
            pass  # a shallow or partial clone lacks some; what was read so far is still right
        return found

    def _file(self, path: str) -> bytes | None:
        place = Path(self._root, path)
        try:
            if place.is_symlink() or not place.is_file() or place.stat().st_size > LARGEST:
                return None
            return place.read_bytes()
        except OSError:
            return None

    def _with_untracked(self, found: list[Changed]) -> tuple[Changed, ...]:
        done = self._git.attempt("ls-files", "--others", "--exclude-standard", "-z")
        new = [] if done.code else nul_split(done.out)[:MOST_FILES]
        gone = {change.before: change for change in found if not change.path}
        if new and gone:
            hashed = self._git.attempt("hash-object", "--stdin-paths", stdin="\n".join(_plain(new)).encode())
            ids = dict(zip(_plain(new), hashed.out.decode().split(), strict=False)) if not hashed.code else {}
            for path, name in ids.items():
                moved = gone.pop(name, None)
                if moved:
                    found[found.index(moved)] = moved._replace(path=path, after=f"path:{path}")
                    new.remove(path)
        return (*found, *(Changed(path, "", "", "", "", f"path:{path}") for path in new))


def _plain(paths: list[str]) -> list[str]:
    """Paths that can be given to git one a line."""
    return [path for path in paths if "\n" not in path]


def _logged(out: bytes) -> Iterator[Changed]:
    for block in out.decode("utf-8", "surrogateescape").split(_COMMIT)[1:]:
        head, _, raw = block.partition("\0")
        commit, _, subject = head.strip("\n").partition(" ")
        changes = list(_changes(raw.lstrip("\n").encode("utf-8", "surrogateescape"), commit, subject))
        if len(changes) <= MOST_FILES:
            yield from changes


def _changes(raw: bytes, commit: str, subject: str) -> Iterator[Changed]:
    """``git diff --raw -z``: ":mode mode id id status", path, and for a move the new path (git-diff(1), raw format)."""
    parts = iter(nul_split(raw))
    for meta in parts:
        fields = meta.lstrip("\n:").split(" ")
        path = next(parts, "")
        if len(fields) != 5 or not path:
            return
        _, _, before, after, status = fields
        new = next(parts, "") if status[0] in "RC" else path
        if fields[1].startswith("160000") or fields[0].startswith("160000"):
            continue  # a submodule
        now = "" if status[0] == "D" else new
        was = "" if status[0] in "AC" else path
        held = "" if not now else f"path:{now}" if not commit and set(after) == {"0"} else after
        yield Changed(now, was, commit, subject, "" if before == _NONE or not was else before, held)
