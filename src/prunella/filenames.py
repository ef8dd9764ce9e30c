"""What a file system may make of a name: every one that a checkout may meet, not only the one at hand.

A name that is harmless here is a way into ``.git`` there, a device, or another name of a file that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prunella.untrusted import visible

LONGEST_PATH = 1_024
LONGEST_NAME = 255
IGNORED_BY_MACOS = frozenset(
    chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD)
)
"""Characters that macOS leaves out when it compares names, as git's own protection of ``.git`` has them, and more."""

SHORT_STEMS = ("git", "gitmod", "gi7eba")
"""What Windows' 8.3 names of ``.git`` and ``.gitmodules`` begin with."""

DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in (*"123456789", "\xb9", "\xb2", "\xb3")]
)
"""Names that are devices on Windows, in every folder and with every ending."""

FORBIDDEN = frozenset('<>"|?*')
"""Characters that no name may hold on Windows."""


def trespass(path: str) -> str:
    """Why a path may not be written on some file system; "" if it may."""
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        return "the name is not Unicode text"
    if not path or path.startswith(("/", "\\")) or path[1:2] == ":":
        return "the path is not relative to the repository's root"
    if any(character < " " or "\x7f" <= character <= "\x9f" or character in "\u2028\u2029" for character in path):
        return "the name holds control characters"
    if length > LONGEST_PATH:
        return "the path is too long"
    # On Windows a backslash parts names too.
    return next((reason for name in path.replace("\\", "/").split("/") if (reason := _name(name))), "")


def _name(name: str) -> str:
    if name in ("", ".", ".."):
        return "the path has an empty part, a . or a .. in it"
    if len(name.encode()) > LONGEST_NAME:
        return "a name in the path is too long"
    if is_dot_git(name):
        return "it is in git's own folder, or would be on another file system"
    if ":" in name:
        return "the name holds a colon, which means a drive or a stream on Windows"
    if name != name.rstrip(" ."):
        return "a name in the path ends with a space or a dot, which Windows drops"
    return ""


def unfit(path: str) -> str:
    """Why a name may not be given to a new file, although one that has it already may be edited; "" if it may."""
    for name in path.replace("\\", "/").split("/"):
        if name.partition(".")[0].rstrip(" ").casefold() in DEVICES:
            return f"{name} is the name of a device on Windows"
        if not name.isascii() and visible(name) != name:
            return "the name holds characters that cannot be seen"
    if "\\" in path:
        return "the name holds a backslash, which parts names on Windows"
    return "the name holds a character that no name may hold on Windows" if FORBIDDEN.intersection(path) else ""


def is_dot_git(name: str) -> bool:
    """Whether a file system could take the name for ``.git`` (or ``.gitmodules``, by which git runs commands)."""
    # A stream of a folder is the folder, and so is its name with dots and spaces after it.
    seen = folded(name).partition(":")[0].rstrip(" .")
    return seen in (".git", ".gitmodules") or any(_short(seen, stem) for stem in SHORT_STEMS)


def _short(name: str, stem: str) -> bool:
    """Whether it is the 8.3 name that begins with ``stem``."""
    head, tilde, number = name.partition("~")
    return bool(tilde) and head == stem and number.isdecimal()


def folded(path: str) -> str:
    """What file systems that overlook case, Unicode forms and unseen characters make of a path: two paths that give
    the same are one file there."""
    if path.isascii():
        return path.casefold()
    import unicodedata

    seen = "".join(character for character in path if character not in IGNORED_BY_MACOS)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())


def spellings(paths: Iterable[str]) -> dict[str, str]:
    """How the folders and files of a repository are spelt, by what :func:`folded` makes of them."""
    known: dict[str, str] = {}
    for path in paths:
        place = path
        while place and (key := folded(place)) not in known:
            known[key] = place
            place = place.rpartition("/")[0]
    return known


def collision(path: str, known: Mapping[str, str]) -> str:
    """The existing file or folder that a new path would be, or be in, where case and Unicode forms are overlooked, but
    spells otherwise; "" if there is none."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        place = "/".join(parts[:count])
        there = known.get(folded(place), place)
        if there != place:
            return there
    return ""
