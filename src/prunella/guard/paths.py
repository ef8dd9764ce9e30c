"""Names that a fix must not have: what leads out of the repository, into git's own folder, or to secrets.

Judged by the name alone and for every file system that a checkout may meet (a name is harmless here and a way into
``.git`` there); symlinks, ignored files and submodules are for the workspace to see.
"""

from __future__ import annotations

from prunella.changes import Finding, Fix, Judgement

LONGEST_PATH = 1_024
LONGEST_NAME = 255
SHOWN = 200
IGNORED_BY_MACOS = frozenset(
    chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD)
)
"""Characters that macOS leaves out when it compares names, as git's own protection of ``.git`` has them, and more."""

SHORT_STEMS = ("git", "gitmod", "gi7eba")
"""What Windows' 8.3 names of ``.git`` and ``.gitmodules`` begin with."""

SECRETS = (".npmrc", ".pypirc", ".netrc", "_netrc", ".git-credentials", ".htpasswd")
SECRET_STARTS = (".env.", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa")
SECRET_ENDS = (".pem", ".p12", ".pfx", ".keystore", ".jks")
SECRET_FOLDERS = (".ssh", ".aws", ".gnupg")
HARMLESS_ENDS = (".example", ".sample", ".template", ".dist", ".pub")


def containment(fix: Fix) -> list[Finding]:
    """A rejection for each path that must not be written."""
    findings: list[Finding] = []
    for change in fix.changes:
        reason = trespass(change.path)
        rule = "path" if reason else "secret"
        reason = reason or secret(change.path)
        if reason:
            findings.append(Finding(rule, _shown(change.path), 0, reason, Judgement.REJECT))
    return findings


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


def is_dot_git(name: str) -> bool:
    """Whether a file system could take the name for ``.git`` (or ``.gitmodules``, by which git runs commands)."""
    if name.isascii():
        folded = name.casefold()
    else:
        import unicodedata

        seen = "".join(character for character in name if character not in IGNORED_BY_MACOS)
        folded = unicodedata.normalize("NFKC", seen).casefold()
    # A stream of a folder is the folder, and so is its name with dots and spaces after it.
    folded = folded.partition(":")[0].rstrip(" .")
    return folded in (".git", ".gitmodules") or any(_short(folded, stem) for stem in SHORT_STEMS)


def _short(name: str, stem: str) -> bool:
    """Whether it is the 8.3 name that begins with ``stem``."""
    head, tilde, number = name.partition("~")
    return bool(tilde) and head == stem and number.isdecimal()


def secret(path: str) -> str:
    """Why a file is not for a fix to write: it is where keys are kept; "" if it is not."""
    *folders, name = path.casefold().split("/")
    if name.endswith(HARMLESS_ENDS):
        return ""
    kept = name == ".env" or name in SECRETS or name.startswith(SECRET_STARTS) or name.endswith(SECRET_ENDS)
    return "the file may hold secrets" if kept or set(folders).intersection(SECRET_FOLDERS) else ""


def _shown(path: str) -> str:
    cut = path if len(path) <= SHOWN else f"{path[:SHOWN]}…"
    return cut if cut.isprintable() else ascii(cut)
