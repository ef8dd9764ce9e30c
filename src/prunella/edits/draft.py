"""The edits of one attempt, in memory, over the files as they are: nothing is written until all of them fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prunella.changes import Create, Delete, Edit, FileChange, Fix, Insert, PatchLines, Rename, Replace
from prunella.edits.diff import unified
from prunella.edits.fit import edited
from prunella.edits.names import plain, shown
from prunella.edits.nearest import numbered, paths_like
from prunella.edits.placeholders import put_back, stay
from prunella.edits.text import Text, decode
from prunella.errors import EditRejected
from prunella.filenames import collision, spellings
from prunella.ports import Files
from prunella.secrets.redact import Redactor

CONFIRMED_LINES = 10
LONGEST_FILE = 16 << 20
"""Bytes; a longer one could not be read again."""


class Draft:
    """An overlay over ``files``.

    Args:
        files: the tree as it is now.
        base: what earlier attempts of the task left in it; ``files`` shows it already, so it is not part of the fix.
        redactor: puts secrets back where edits quote them; what is shown of a file has none.
    """

    def __init__(self, files: Files, base: tuple[FileChange, ...] = (), redactor: Redactor | None = None) -> None:
        self._files = files
        self._redactor = redactor or Redactor()
        self._base = base
        self._after: dict[str, bytes | None] = {}
        self._modes: dict[str, int] = {}
        self._origins: dict[str, str] = {}
        self._rejected: dict[str, _Rejection] = {}

    def read(self, path: str) -> bytes | None:
        """The bytes of a file with the edits so far; None when there is none."""
        return self._after[path] if path in self._after else self._files.read(path)

    def denied(self, path: str) -> str:
        """Why a model may not see a file at all, or the one that a symlink leads to; "" if it may."""
        return self._redactor.denied(path, self._files.real(path))

    def redacted(self, path: str) -> bytes | None:
        """The same as a model may see it.

        Raises:
            EditRejected: it may not see the file at all.
        """
        reason = self.denied(path)
        if reason:
            raise EditRejected(f"{shown(path)} may hold secrets, so it is not shown: {reason}.")
        data = self.read(path)
        return None if data is None else self._redactor.data(data)

    def paths(self) -> tuple[str, ...]:
        """All paths with the edits so far, sorted."""
        there = set(self._files.paths())
        # A list of paths may be older than what earlier attempts made.
        for path, exists in (
            *((change.path, change.after is not None) for change in self._base),
            *((path, data is not None) for path, data in self._after.items()),
        ):
            (there.add if exists else there.discard)(path)
        return tuple(sorted(there))

    @property
    def edited(self) -> tuple[str, ...]:
        """The paths that edits have touched."""
        return tuple(sorted(self._after))

    def apply(self, edit: Edit) -> str:
        """Make one edit; a short confirmation for the model, with the lines that changed.

        Raises:
            EditRejected: it does not fit exactly once, or may not be made; nothing has changed.
        """
        quoted = put_back(edit, self._redactor)
        there, kept = self.read(edit.path), dict(self._after)
        self._redactor.learn(there)  # so that the lines of it that are quoted to the model have no part of a secret
        try:
            done = self._make(quoted.edit)
            moved = edit.path in self._origins.values()  # then what it held is at another path now
            origin = None if moved else self._files.read(edit.path)
            stay(quoted, (there, origin), self.read(edit.path), self._redactor)
        except EditRejected:
            self._after = kept
            self._reject(edit)
            raise
        for name in quoted.unknown:
            done += f"\n{name} is no placeholder of this task, so it is in the file as it is."
        self._accept({edit.path, edit.to} if isinstance(edit, Rename) else {edit.path})
        return done

    def apply_all(self, edits: Iterable[Edit]) -> str:
        """Make the edits of one call, all or none of them.

        Raises:
            EditRejected: one of them did not fit, so none was made; all of their paths count as rejected.
        """
        edits = tuple(edits)
        kept = (dict(self._after), dict(self._modes), dict(self._origins), dict(self._rejected))
        done: list[str] = []
        for number, edit in enumerate(edits, 1):
            try:
                done.append(self.apply(edit))
            except EditRejected as rejected:
                self._after, self._modes, self._origins, self._rejected = kept
                for other in edits:
                    self._reject(other)
                if len(edits) == 1:
                    raise
                opening = f"None of this call's {len(edits)} edits was made, because number {number} does not fit."
                raise EditRejected(f"{opening} {rejected.message}") from rejected
        return "\n".join(done)

    @property
    def rejected(self) -> bool:
        """Whether something was asked for that is not in the draft, so that it must not be applied."""
        return bool(self._rejected)

    def unresolved(self) -> tuple[str, ...]:
        """Paths with a rejected edit and no accepted one on them since.

        A path that does not exist or may not be edited can have none; for such a path an accepted edit of one of the
        existing paths named in the message will do, and after :meth:`told` any accepted edit.
        """
        return tuple(sorted(self._rejected))

    def told(self) -> None:
        """The rejections so far have been answered."""
        for rejection in self._rejected.values():
            rejection.told = True

    def fix(self) -> Fix:
        """What the edits come to, against the files as they are; paths whose bytes are the same again are left out."""
        changes: list[FileChange] = []
        for path in sorted(self._after):
            before, after = self._files.read(path), self._after[path]
            mode = self._mode(path)
            if before != after or (after is not None and mode != self._files.mode(path)):
                changes.append(FileChange(path, before, after, mode))
        return Fix(tuple(changes), unified(changes, self._origins))

    def _make(self, edit: Edit) -> str:
        if not edit.path:
            raise EditRejected("The edit names no file.")
        self._allowed(edit.path)
        match edit:
            case Create():
                return self._create(edit)
            case Delete():
                self._existing(edit.path)
                self._after[edit.path] = None
                self._modes.pop(edit.path, None)
                self._origins.pop(edit.path, None)
                return f"{shown(edit.path)} deleted"
            case Rename():
                return self._rename(edit)
            case Replace() | Insert() | PatchLines():
                before = decode(self._existing(edit.path))
                after = edited(before, edit)
                self._after[edit.path] = _bounded(edit.path, after.encode())
                return _confirmed(edit.path, before.lines, after.lines)

    def _create(self, edit: Create) -> str:
        if self.read(edit.path) is not None:
            raise EditRejected(
                f"{shown(edit.path)} exists already. Edit it, or delete it first if all of it is to be written anew."
            )
        self._free(edit.path)
        self._spelt(edit.path)
        # Deleted and made again is a file written anew: it keeps its encoding, line breaks and mode.
        old = self._files.read(edit.path)
        text = (_like(old) if old is not None else Text()).rewritten(plain(edit.text))
        self._after[edit.path] = _bounded(edit.path, text.encode())
        return f"{shown(edit.path)} created, {len(text.lines)} lines"

    def _rename(self, edit: Rename) -> str:
        data = self._existing(edit.path)
        if not edit.to:
            raise EditRejected("The edit names no new path.")
        self._allowed(edit.to)
        if self.read(edit.to) is not None:
            raise EditRejected(f"{shown(edit.to)} exists already, so {shown(edit.path)} cannot be renamed to it.")
        self._free(edit.to)
        self._spelt(edit.to, leaving=edit.path)
        self._modes[edit.to] = self._mode(edit.path)
        self._origins[edit.to] = self._origins.pop(edit.path, edit.path)
        self._after[edit.path] = None
        self._after[edit.to] = data
        return f"{shown(edit.path)} renamed to {shown(edit.to)}"

    def _mode(self, path: str) -> int:
        return self._modes.get(path, self._files.mode(path))

    def _allowed(self, path: str) -> None:
        reason = self._refusal(path)
        if reason:
            raise EditRejected(f"{shown(path)} may not be edited: {reason}.")

    def _refusal(self, path: str) -> str:
        """Why no edit of a path is accepted, whatever it is."""
        return self._files.refusal(path) or self._redactor.denied(path)

    def _existing(self, path: str) -> bytes:
        data = self.read(path)
        if data is None:
            near = paths_like(path, self.paths())
            hint = f"Did you mean {' or '.join(map(shown, near))}?" if near else "List a folder to see what there is."
            raise EditRejected(f"There is no file {shown(path)}. {hint}")
        return data

    def _free(self, path: str) -> None:
        """A file needs folders above it, and no folder in its place."""
        folder = path
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            if self.read(folder) is not None:
                raise EditRejected(f"{shown(folder)} is a file, so there can be no {shown(path)}.")
        if any(data is not None and other.startswith(f"{path}/") for other, data in self._after.items()):
            raise EditRejected(f"{shown(path)} is a folder.")

    def _spelt(self, path: str, leaving: str = "") -> None:
        """A new name is not another spelling of one that is there: on some systems both are one file."""
        there = collision(path, spellings(known for known in self.paths() if known != leaving))
        if there:
            raise EditRejected(
                f"{shown(path)} is {shown(there)} on some file systems: spell it as it is, or otherwise."
            )

    def _reject(self, edit: Edit) -> None:
        missing = self.read(edit.path) is None and not isinstance(edit, Create)
        refused = bool(self._refusal(edit.path))
        instead = paths_like(edit.path, self.paths()) if missing else ()
        self._rejected[edit.path] = _Rejection(hopeless=missing or refused, instead=frozenset(instead))

    def _accept(self, paths: set[str]) -> None:
        for path, rejection in list(self._rejected.items()):
            if path in paths or (rejection.hopeless and (rejection.told or rejection.instead & paths)):
                del self._rejected[path]


@dataclass(slots=True)
class _Rejection:
    """``hopeless``: no edit of the path can be accepted; ``instead``: the paths that the message named."""

    hopeless: bool = False
    instead: frozenset[str] = frozenset()
    told: bool = False


def _bounded(path: str, data: bytes) -> bytes:
    if len(data) > LONGEST_FILE:
        raise EditRejected(f"{shown(path)} would be longer than {LONGEST_FILE >> 20} MiB. Write less.")
    return data


def _like(data: bytes) -> Text:
    """A file's text, of which only the form counts; a binary one has none."""
    try:
        return decode(data)
    except EditRejected:
        return Text()


def _confirmed(path: str, before: list[str], after: list[str]) -> str:
    """What an edit did, in at most 12 lines."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    new = after[first : len(after) - last]
    if not new:
        gone = len(before) - len(after)
        return f"{shown(path)} changed: {gone} line{'s' if gone > 1 else ''} after line {first} removed"
    return f"{shown(path)} changed; it now has\n{numbered(new, first + 1, most=CONFIRMED_LINES)}"
