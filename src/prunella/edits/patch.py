"""Patches as git, diff and people make them, read file by file. Nothing is applied here: see ``patched``.

git's form is that of https://git-scm.com/docs/diff-format#generate_patch_text_with_p; the plain unified form is that of
``diff -u``. What stands before, between and after the files of a patch (a mail, a commit's message) is passed over.
Texts are decoded as UTF-8 with ``surrogateescape``, so that every byte comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from prunella.errors import EditRejected

HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", '"': '"', "\\": "\\"}
NOWHERE = "/dev/null"
LINK, SUBMODULE = "120000", "160000"


class Lines(NamedTuple):
    """A hunk.

    Attributes:
        old, new: the number of its first line before and after, from 1; of no lines, that of the line before them.
        lines: each with its sign (" ", "-", "+") and without its line end.
        open_ends: signs of the sides that end here without a line end.
    """

    old: int
    new: int
    lines: tuple[tuple[str, str], ...]
    open_ends: frozenset[str] = frozenset()

    def side(self, sign: str) -> list[str]:
        """The lines of one side: "-" = before, "+" = after."""
        return [text for kind, text in self.lines if kind in (" ", sign)]


@dataclass(slots=True)
class Patch:
    """What a patch does to one file.

    Attributes:
        old, new: its paths before and after; "" = there is none. They differ for one that is moved or copied.
        mode: git's mode afterwards; "" = as it was.
        binary: the content is not shown as lines.
    """

    old: str = ""
    new: str = ""
    mode: str = ""
    copied: bool = False
    binary: bool = False
    hunks: list[Lines] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.new or self.old


def read_patches(text: str) -> tuple[Patch, ...]:
    """The files of a patch.

    Raises:
        EditRejected: there are none, or it is cut off, or of a form that says too little.
    """
    lines = text.split("\n")
    found = list(_Reader(lines).files())
    if not found:
        raise EditRejected(
            "There is no patch in it: a patch has lines like `--- a/file`, `+++ b/file` and `@@ -1 +1 @@`."
        )
    return tuple(found)


class _Reader:
    """Goes through the lines of a patch once."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def files(self) -> Iterator[Patch]:
        while self.at < len(self.lines):
            line = self._line()
            if line.startswith(("diff --cc ", "diff --combined ")):
                raise EditRejected(
                    f"Line {self.at + 1} begins the combined diff of a merge, which does not say which side a line is "
                    "of: make the diff against one side, `git diff SIDE`."
                )
            if line.startswith("diff --git "):
                yield self._git()
            elif self._plain_starts():
                yield self._plain()
            else:
                self.at += 1

    def _line(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.lines[at].removesuffix("\r") if at < len(self.lines) else ""

    def _plain_starts(self) -> bool:
        """Two names and a hunk: three dashes alone may be anything."""
        return self._line().startswith("--- ") and self._line(1).startswith("+++ ") and bool(HUNK.match(self._line(2)))

    def _plain(self) -> Patch:
        old, new = _stamped(self._line()[4:]), _stamped(self._line(1)[4:])
        self.at += 2
        patch = Patch(*_stripped(old, new))
        patch.hunks = list(self._hunks())
        if not patch.path:
            raise EditRejected(f"Line {self.at} belongs to a file without a name.")
        return patch

    def _git(self) -> Patch:
        header = self._line().removeprefix("diff --git ")
        self.at += 1
        patch = Patch()
        names: dict[str, str] = {}
        while self.at < len(self.lines):
            line = self._line()
            if line.startswith("diff --git ") or HUNK.match(line) or not (_header(line, patch, names) or patch.binary):
                break
            self.at += 1
        patch.old, patch.new = _git_names(header, names)
        patch.old = "" if "new file" in names else patch.old
        patch.new = "" if "deleted file" in names else patch.new
        patch.hunks = list(self._hunks())
        if not patch.path:
            raise EditRejected(f"The names in line {self.at}, `diff --git {header[:200]}`, cannot be read.")
        return patch

    def _hunks(self) -> Iterator[Lines]:
        while found := HUNK.match(self._line()):
            self.at += 1
            yield self._hunk(found)

    def _hunk(self, found: re.Match[str]) -> Lines:
        """Read by its counts, so that no content can pass for a header."""
        old, new = int(found[1]), int(found[3])
        left = {"-": int(found[2] or 1), "+": int(found[4] or 1)}
        lines: list[tuple[str, str]] = []
        ends: set[str] = set()
        start = self.at
        while left["-"] > 0 or left["+"] > 0:
            if self.at >= len(self.lines):
                raise EditRejected(
                    f"The patch is cut off: the hunk of line {start} promises more lines than there are."
                )
            text = self.lines[self.at]
            sign = text[:1] if text.strip("\r") else " "  # mail programs drop the blank of an empty line
            self.at += 1
            if sign == "\\":
                ends.add(lines[-1][0] if lines else " ")
                continue
            if sign not in (" ", "-", "+"):
                raise EditRejected(
                    f"Line {self.at} is none of a hunk's, though the hunk of line {start} is not at its end."
                )
            lines.append((sign, text[1:] if text[:1] == sign else text))
            for side in ("-", "+"):
                left[side] -= sign in (" ", side)
        if self._line().startswith("\\"):
            ends.add(lines[-1][0] if lines else " ")
            self.at += 1
        open_ends = frozenset("-+" if " " in ends else "".join(ends))
        return Lines(old, new, tuple(lines), open_ends)


def _header(line: str, patch: Patch, names: dict[str, str]) -> bool:
    """Take in one of git's header lines; False = it is none."""
    if line.startswith(("--- ", "+++ ")):
        names[line[:3]] = _stamped(line[4:])
    elif line.startswith(("rename from ", "copy from ")):
        names["from"], patch.copied = _unquoted(line.partition(" from ")[2]), line.startswith("copy")
    elif line.startswith(("rename to ", "copy to ")):
        names["to"] = _unquoted(line.partition(" to ")[2])
    elif line.startswith(("new file mode ", "deleted file mode ", "new mode ")):
        what, _, patch.mode = line.partition(" mode ") if " file " in line else ("mode", "", line[9:])
        names[what] = line
    elif line.startswith("index "):
        patch.mode = patch.mode or (line.rpartition(" ")[2] if line.count(" ") == 2 else "")
    elif line.startswith(("Binary files ", "GIT binary patch")):
        patch.binary = True
    else:
        return line.startswith(("old mode ", "similarity ", "dissimilarity "))
    return True


def _git_names(header: str, names: dict[str, str]) -> tuple[str, str]:
    """The paths of a file of git's form, from the surest lines that there are."""
    if "from" in names and "to" in names:
        return names["from"], names["to"]
    if "---" in names and "+++" in names:
        return _stripped(names["---"], names["+++"])
    if header.startswith('"'):
        closing = next((at for at in range(1, len(header)) if header[at] == '"' and header[at - 1] != "\\"), 0)
        return _stripped(_unquoted(header[: closing + 1]), _unquoted(header[closing + 2 :]))
    half = len(header) // 2  # both names are the same but for their first part, with a blank between
    old, new = header[:half], header[half + 1 :]
    if old.partition("/")[2] == new.partition("/")[2] and old and new:
        return _stripped(old, new)
    found = [_stripped(left, right) for left, right in _cuts(header)]
    return found[0] if found else ("", "")


def _cuts(header: str) -> Iterator[tuple[str, str]]:
    """Ways to part a header into two names that begin with git's letters."""
    for cut in re.finditer(" (?=[a-z]/)", header):
        yield header[: cut.start()], header[cut.end() :]


def _stripped(old: str, new: str) -> tuple[str, str]:
    """Names without the part that tells the sides (``a/``, ``b/``, or two folders that were compared)."""
    sides = [name for name in (old, new) if name != NOWHERE]
    tails = {name.partition("/")[2] for name in sides}
    heads = {name.partition("/")[0] for name in sides}
    letters = all(re.fullmatch("[a-z]", head) for head in heads)
    folders = len(heads) == 2 and len(tails) == 1
    if all(tails) and (letters or folders):
        return tuple("" if name == NOWHERE else name.partition("/")[2] for name in (old, new))  # type: ignore[return-value]
    if len(sides) == 2 and old != new and old.removesuffix(".orig") == new:
        old = new
    return "" if old == NOWHERE else old, "" if new == NOWHERE else new


def _stamped(name: str) -> str:
    """A name without the time that ``diff -u`` puts after it, or the tab with which git marks a name's end."""
    return _unquoted(name) if name.startswith('"') else name.partition("\t")[0].removesuffix("\r")


def _unquoted(name: str) -> str:
    """A name that git has quoted as C does."""
    if not (len(name) >= 2 and name.startswith('"') and name.endswith('"')):
        return name.removesuffix("\t")
    parts: list[bytes] = []
    for found in re.finditer(r"\\([0-7]{1,3})|\\(.)|([^\\]+)", name[1:-1]):
        octal, escape, text = found.groups()
        raw = bytes([int(octal, 8) & 0xFF]) if octal else b""
        parts.append(raw or (ESCAPES.get(escape, escape) if escape else text or "").encode("utf-8", "surrogateescape"))
    return b"".join(parts).decode("utf-8", "surrogateescape")
