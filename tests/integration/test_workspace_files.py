"""Sight of a checkout's files, and the checkouts that are refused."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from prunella.conversation import Lookup, LookupKind
from prunella.edits.draft import Draft
from prunella.edits.lookups import answer
from prunella.errors import RepositoryError
from prunella.ports import Hit
from prunella.redacted import RedactedFiles
from prunella.secrets.redact import Redactor
from prunella.workspace.checkout import open_checkout
from prunella.workspace.files import LINE_AT_MOST, READ_AT_MOST, RepositoryFiles
from worktrees import everything, git, make, put, task


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(
        tmp_path / "repo",
        {
            ".gitignore": b"node_modules/\n.env\n",
            "src/a.ts": b"import { hero } from './b'\nheroine\n  hero()\n",
            "src/b.ts": b"export const hero = 1\r\n",
            "gone.ts": b"hero\n",
            "[x].ts": b"hero in brackets\n",
            "x.ts": b"hero outside\n",
            "picture": b"hero\0\n",
        },
    )


@pytest.fixture
def files(root: Path) -> RepositoryFiles:
    (root / "gone.ts").unlink()
    put(root, "new file.ts", b"untracked hero\n", 0o755)
    put(root, ".env", b"hero=secret\n")
    put(root, "node_modules/m/index.js", b"hero\n")
    (root / "inside").symlink_to("src/a.ts")
    (root / "outside").symlink_to("/etc/passwd")
    (root / "to-git").symlink_to(".git/config")
    (root / "to-env").symlink_to(".env")
    (root / "folder-link").symlink_to("src")
    make(root / "nested")
    return open_checkout(root).files


def test_paths_are_what_is_there_and_not_ignored(files: RepositoryFiles) -> None:
    links = ["folder-link", "inside", "outside", "to-env", "to-git"]
    names = [".gitignore", "[x].ts", "new file.ts", "picture", "src/a.ts", "src/b.ts", "x.ts"]
    assert files.paths() == tuple(sorted([*names, *links]))


def test_read(files: RepositoryFiles, root: Path) -> None:
    assert files.read("src/b.ts") == b"export const hero = 1\r\n"
    assert files.read("inside") == files.read("folder-link/a.ts") == files.read("src/a.ts")
    assert files.mode("new file.ts") == 0o755
    assert files.mode("no such file") == files.mode("src") == files.mode("a\0b") == 0o644
    put(root, "made/later.ts", b"by a check\n")
    assert files.read("made/later.ts") == b"by a check\n"
    os.mkfifo(root / "pipe")
    (root / "big").touch()
    os.truncate(root / "big", READ_AT_MOST + 1)
    refused = [
        "outside",
        "to-git",
        "to-env",
        ".env",
        "gone.ts",
        "src",
        "nested/a.txt",
        "node_modules/m/index.js",
        "pipe",
    ]
    refused += [
        "",
        "/etc/passwd",
        "../x",
        "src/../src/a.ts",
        ".git/config",
        "a\0b",
        "\udc80\ud800",
        "big",
        "src/a.ts/x",
    ]
    assert [path for path in refused if files.read(path) is not None] == []


def test_what_may_not_be_read_is_not_read_by_way_of_a_symlink(tmp_path: Path) -> None:
    held = {".env": b"NAME=plain words\n", "config/live/db.yml": b"host: inside\n", "a.txt": b"a"}
    root = make(tmp_path / "repo", held)
    for name, target in (("settings.txt", ".env"), ("live", "config/live"), ("b.txt", "a.txt")):
        (root / name).symlink_to(target)
    redactor, real = Redactor(deny=("config/live/**",)), open_checkout(root).files
    assert (real.real("live/db.yml"), real.real("b.txt"), real.real("../x")) == ("config/live/db.yml", "a.txt", "")
    seen, draft = RedactedFiles(real, redactor), Draft(real, (), redactor)
    for path in ("settings.txt", "live/db.yml"):
        assert real.read(path) is not None
        assert seen.read(path) is None
        assert "it is not shown" in answer(Lookup("1", LookupKind.VIEW, path), draft, seen).text
    assert seen.read("b.txt") == b"a"
    assert answer(Lookup("1", LookupKind.VIEW, "b.txt"), draft, seen).text == "1\ta"


def test_search(files: RepositoryFiles) -> None:
    assert files.search("hero()") == (Hit("src/a.ts", 3, "  hero()"),)
    assert [hit.path for hit in files.search("hero", words=True, under="src")] == ["src/a.ts", "src/a.ts", "src/b.ts"]
    assert {hit.path for hit in files.search("hero")} == {"src/a.ts", "src/b.ts", "[x].ts", "x.ts", "new file.ts"}
    assert [hit.path for hit in files.search("hero", under="[x].ts")] == ["[x].ts"]
    assert len(files.search("hero", limit=2)) == 2
    assert files.search("export const hero = 1")[0].text == "export const hero = 1"
    assert files.search("-e") == files.search("no such text") == files.search("he.o") == ()
    for text, under in (("", ""), ("a\nb", ""), ("\0", ""), ("hero", "../"), ("hero", "/etc"), ("root", ".git")):
        assert files.search(text, under=under) == ()


def test_search_of_a_long_line_is_cut(root: Path) -> None:
    put(root, "min.js", b"hero" + b"x" * 3_000_000 + b"\nhero next\n")
    hits = open_checkout(root).files.search("hero", under="min.js")
    assert [(hit.line, len(hit.text)) for hit in hits] == [(1, LINE_AT_MOST), (2, 9)]


def test_search_heeds_no_setting_of_the_user(root: Path) -> None:
    for name in ("grep.column", "grep.extendedRegexp", "submodule.recurse"):
        git(root, "config", name, "true")
    git(root, "config", "color.ui", "always")
    git(root, "config", "grep.patternType", "perl")
    assert open_checkout(root).files.search("hero()") == (Hit("src/a.ts", 3, "  hero()"),)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/etc/x", "not relative"),
        ("../x", "out of the repository"),
        ("a/../../x", "out of the repository"),
        ("a//b", "empty part"),
        ("./a", "empty part"),
        ("", "empty"),
        (".git/hooks/pre-commit", "inside .git"),
        ("src/.GIT/x", "inside .git"),
        (".gi\u200ct/x", "inside .git"),
        (".git ./x", "inside .git"),
        ("git~1/x", "inside .git"),
        (".git::$INDEX_ALLOCATION/x", "inside .git"),
        (":(glob)x", "colon"),
        ("src/aux.ts", "device"),
        ("src/x\u202e.ts", "cannot be seen"),
        ("a\nb", "control"),
        (".gitmodules", "git's own"),
        (".env", "ignores"),
        ("node_modules/m/index.js", "ignores"),
        ("node_modules/new.js", "ignores"),
        ("nested/a.txt", "repository of its own"),
        ("nested/new/a.txt", "repository of its own"),
        ("inside", "symlink"),
        ("folder-link/a.ts", "symlink"),
        ("src", "folder"),
        ("src/a.ts/x", "not a folder"),
        ("\ud800", "encoding"),
    ],
)
def test_paths_that_may_not_be_edited(files: RepositoryFiles, path: str, words: str) -> None:
    assert words in files.refusal(path)


@pytest.mark.parametrize("path", ["src/a.ts", "src/new.ts", "new/er/file", "new file.ts", "gone.ts", "-x"])
def test_paths_that_may_be_edited(files: RepositoryFiles, path: str) -> None:
    assert files.refusal(path) == ""


def test_a_tracked_file_may_be_edited_though_a_rule_ignores_it(root: Path) -> None:
    git(root, "add", "-f", ".gitignore")
    put(root, "node_modules/kept.js", b"x\n")
    git(root, "add", "-f", "node_modules/kept.js")
    files = open_checkout(root).files
    assert files.refusal("node_modules/kept.js") == ""
    assert files.read("node_modules/kept.js") == b"x\n"


def test_a_folder_that_is_no_checkout_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(RepositoryError, match=r"not in a git repository.*git init && git add -A && git commit"):
        open_checkout(tmp_path / "plain")
    with pytest.raises(RepositoryError, match="not a folder"):
        open_checkout(tmp_path / "none")
    git(tmp_path, "init", "-q", "--bare", "bare")
    with pytest.raises(RepositoryError, match="bare repository"):
        open_checkout(tmp_path / "bare")
    root = make(tmp_path / "repo")
    with pytest.raises(RepositoryError, match=r"inside a \.git folder"):
        open_checkout(root / ".git/refs")
    (tmp_path / "line\nfeed").mkdir()
    with pytest.raises(RepositoryError, match="line feed"):
        open_checkout(make(tmp_path / "line\nfeed/repo"))


def test_a_checkout_is_found_from_below_and_with_a_misleading_environment(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_WORK_TREE", "/")
    assert open_checkout(root / "src").root == root


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (("revert", "--no-commit", "HEAD~1"), "a revert"),
        (("cherry-pick", "side"), "a cherry-pick"),
        (("merge", "side"), "a merge"),
        (("rebase", "side"), "a rebase"),
        (("bisect", "start"), "a bisection"),
    ],
)
def test_what_is_in_progress_rules_a_commit_out(tmp_path: Path, setup: tuple[str, ...], words: str) -> None:
    root = make(tmp_path / "repo", {"a": b"first\n"})
    git(root, "switch", "-q", "-c", "side")
    put(root, "a", b"side\n")
    git(root, "commit", "-q", "-a", "-m", "side")
    git(root, "switch", "-q", "main")
    put(root, "a", b"main\n")
    git(root, "commit", "-q", "-a", "-m", "main")
    assert open_checkout(root).commit_problem() == ""
    git(root, *setup, check=False)
    assert words in open_checkout(root).commit_problem()


def test_an_unborn_branch_has_no_commit_to_build_on(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "new")
    assert "git commit" in open_checkout(tmp_path / "new").commit_problem()


def test_ten_thousand_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = make(tmp_path / "repo", {f"d{number // 100}/f{number}.ts": b"%d\n" % number for number in range(10_000)})
    before = everything(root)
    spent = []
    for name in ("first", "second"):
        start = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        with open_checkout(root).protected(task(name)):
            put(root, "d7/f700.ts", b"changed\n")
        end = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        spent.append(f"{end - start:.2f} s")
    with capsys.disabled():
        print(f"\n10,000 files, snapshot and restore, CPU: {' then '.join(spent)}")
    assert everything(root) == before
