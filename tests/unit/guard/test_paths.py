from __future__ import annotations

import itertools
import ntpath
import posixpath
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prunella.changes import FileChange, Fix, Judgement
from prunella.filenames import trespass
from prunella.guard.paths import containment, secret

ROOT = "/home/user/repo"


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "\\\\host\\share", "C:\\x", "c:x", "..", "../x", "a/../../x", "a\\..\\..\\x",
        "a//b", "./a", "a/",
        ".git/hooks/pre-commit", "sub/.git/config", ".GIT/config", ".Git", ".git.", ".git ", ".git . .",
        ".git::$INDEX_ALLOCATION", ".git:x", "git~1/config", "GIT~2", ".g\u200cit/config", "\ufeff.git",
        ".gi\u2064t", "\uff0egit/x",
        ".gitmodules", "gitmod~1", "GI7EBA~1", "a.", "a ", "dir./x", "a:b", "a\0b", "a\nb", "a\x1b[0m",
        "a\x85b", "a\u2028b", "CON", "src/nul.txt", "aux.ts", "LPT1.log", "com\xb9", "a\u202eb", "a\u200cb", "a\u200b",
        "a\\b", "a?b", "a|b", "src/x\u3164.ts", "a\U000e0041", "con .ts", "con.tar.gz",
        "x" * 256,
        "a/" * 600 + "b", "\ud800", "é" * 128,
    ],
)  # fmt: skip
def test_names_that_lead_out_or_into_git_are_rejected(path: str) -> None:
    (finding,) = containment(Fix((FileChange(path, None, b""),)))
    assert (finding.rule, finding.judgement) == ("path", Judgement.REJECT)
    assert finding.path.isprintable()


@pytest.mark.parametrize(
    "path",
    [
        "src/a.ts",
        ".gitignore",
        ".github/x",
        "git/x",
        "a.git/x",
        "legit~1",
        "..a/b",
        "a..b",
        "my dir/é (1).txt",
        "[id]/page.tsx",
        "日本/语.py",
        "~a",
        "-rf",
        "\u0645\u06cc\u200c\u062e\u0648.md",
        "\u2764\ufe0f.md",
        "console.ts",
        "auxiliary/x",
        "com10",
        "[...slug]/(group)/@modal/page.tsx",
        ".env.example",
        "key.pub",
        "environment.ts",
    ],
)
def test_ordinary_names_are_fine(path: str) -> None:
    assert not containment(Fix((FileChange(path, None, b""),)))


@pytest.mark.parametrize(
    "path",
    [".env", "web/.env.local", ".ENV", ".npmrc", "certs/server.pem", "id_rsa", ".ssh/config", ".aws/credentials"],
)
def test_files_for_secrets_are_rejected(path: str) -> None:
    (finding,) = containment(Fix((FileChange(path, None, b""),)))
    assert (finding.rule, finding.judgement) == ("secret", Judgement.REJECT)
    assert secret(path)


def escapes(path: str) -> bool:
    """Whether some system could write outside of the root, or into its .git, by another account than the guard's."""
    if not path or "\0" in path:
        return True
    posix = posixpath.normpath(posixpath.join(ROOT, path))
    windows = ntpath.normpath(ntpath.join("D:\\repo", path))
    if not posix.startswith(f"{ROOT}/") or not windows.casefold().startswith("d:\\repo\\"):
        return True
    for part in [*posix.split("/"), *windows.split("\\")]:
        seen = "".join(c for c in part if unicodedata.category(c) != "Cf")
        forms = {seen, unicodedata.normalize("NFKC", seen), unicodedata.normalize("NFKD", seen)}
        for form in {form.split(":")[0].rstrip(" .").casefold() for form in forms}:
            if form in (".git", "git~1", ".gitmodules"):
                return True
    return False


PIECES = (
    "..", ".", "", ".git", ".GIT", ".gIt", ".git.", ".git ", ".git::$DATA", "git~1", "GIT~1", ".g\u200cit",
    ".\u200dgit",
    "\ufeff.git", "\uff0egit", ".git\u206a", "C:", "c:", "~", "a", "src", "a:b", "a.", "a ", "\x00", "\n",
    "\x7f", "hooks", "...",
    ".. ", "..\\..", "\\", "con", "é", "x" * 300, ".gitmodules", "..\u2215..", "\u2024\u2024", "%2e%2e",
)  # fmt: skip


def hostile() -> list[str]:
    """All short combinations, and random long ones with a fixed seed."""
    paths = ["/".join(parts) for size in (1, 2) for parts in itertools.product(PIECES, repeat=size)]
    dice = random.Random(1)
    while len(paths) < 25_000:
        parts = dice.choices(PIECES, k=dice.randint(2, 6))
        paths.append("".join(part + dice.choice(["/", "/", "\\", "//"]) for part in parts) + dice.choice(PIECES))
    return paths


def test_25_000_hostile_paths_are_rejected_or_harmless() -> None:
    paths = hostile()
    assert len(paths) >= 20_000
    passed = [path for path in paths if not trespass(path)]
    assert not [path for path in passed if escapes(path)]
    assert 0 < len(passed) < len(paths) / 4


@given(st.text())
def test_any_text_is_rejected_or_harmless(path: str) -> None:
    assert trespass(path) or not escapes(path)


def test_a_name_that_is_no_name_on_windows_may_stay_where_it_is() -> None:
    assert not containment(Fix((FileChange("src/aux.c", b"old", b"new"),)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.ts", "A.ts"), ("src/a.ts", "Src/b.ts"), ("\u00e9.md", "e\u0301.md"), ("stra\u00dfe", "STRASSE")],
)
def test_two_new_files_that_are_one_on_some_file_systems(one: str, other: str) -> None:
    (finding,) = containment(Fix((FileChange(one, None, b""), FileChange(other, None, b""))))
    assert "same name on some file systems" in finding.reason
