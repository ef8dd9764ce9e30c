"""Filters, ignore rules, flags and random changes: the snapshot is of bytes, whatever git is told."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from prunella.workspace.checkout import open_checkout
from worktrees import everything, fail_after, git, make, put, task


@pytest.mark.parametrize(
    ("attributes", "config"),
    [
        ("", {"core.autocrlf": "true"}),
        ("", {"core.autocrlf": "input"}),
        ("* text=auto eol=crlf\n", {}),
        ("*.txt ident text eol=lf\n", {}),
        ("*.txt filter=shout\n", {"filter.shout.clean": "tr a-z A-Z", "filter.shout.smudge": "tr A-Z a-z"}),
        ("*.txt working-tree-encoding=UTF-16LE text\n", {}),
    ],
)
def test_filters_change_no_byte(tmp_path: Path, attributes: str, config: dict[str, str]) -> None:
    root = make(tmp_path / "repo", {"x": b"x\n"})
    for name, value in config.items():
        git(root, "config", name, value)
    if attributes:
        put(root, ".gitattributes", attributes.encode())
    sixteen = "utf-16-le" if "UTF-16" in attributes else "utf-8"
    for name, text in {"crlf": "a\r\nb\r\n", "lf": "a\nb\n", "mixed": "a\r\nb\nc $Id$\n", "end": "no end"}.items():
        put(root, f"{name}.txt", text.encode(sixteen))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "with attributes")
    put(root, "later.txt", "later $Id: abc $\r\n".encode(sixteen))
    put(root, "lf.txt", "dirty\r\nnow\n".encode(sixteen))
    before = everything(root)

    def act() -> None:
        for path in root.glob("*.txt"):
            path.write_bytes(b"overwritten\n")
        (root / ".gitattributes").write_bytes(b"* text eol=crlf\n")

    fail_after(root, act)
    assert everything(root) == before


def test_changed_ignore_rules_endanger_nothing(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {".gitignore": b"/cache/\n*.tmp\n", "a": b"a\n"})
    put(root, "cache/precious", b"cannot be had again\n")
    put(root, "mine.txt", b"untracked\n")
    before = everything(root)

    def act() -> None:
        put(root, ".gitignore", b"*.txt\nnew/\n")  # Unignores cache/, hides mine.txt and what comes now.
        put(root, "new/file", b"x\n")
        put(root, "mine.txt", b"overwritten\n")
        put(root, "deep/.gitignore", b"hidden\n")
        put(root, "deep/hidden", b"x\n")

    fail_after(root, act)
    assert everything(root) == before
    assert "cache" not in git(root, "log", "--format=", "--name-only", "refs/prunella/t1/end")


def test_the_index_of_many_files_is_borrowed_and_changes_are_still_seen(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {f"d{number % 40}/f{number}": b"%d\n" % number for number in range(1_200)})
    put(root, "d1/f1", b"dirty\n")
    put(root, "d2/new", b"new\n")
    before = everything(root)
    for name in ("first", "second"):
        with open_checkout(root).protected(task(name)):
            put(root, "d3/f3", b"x\n")
            (root / "d5/f5").unlink()
        assert everything(root) == before


def test_flags_that_hide_changes_from_git_hide_none_from_us(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {f"f{number}": b"%d\n" % number for number in range(1_100)})
    git(root, "update-index", "--assume-unchanged", "f1")
    git(root, "update-index", "--skip-worktree", "f2")
    put(root, "f1", b"mine\n")
    put(root, "f2", b"mine\n")
    before = everything(root)

    def act() -> None:
        put(root, "f1", b"changed\n")
        put(root, "f2", b"changed\n")

    fail_after(root, act)
    assert everything(root) == before


NAMES = ("a", "b c", "d/e", "d/f/g", "d/f/h\n", "i/j", "ünï/k", "l.log", "m/.gitignore", ".gitignore")


def random_edit(root: Path, chance: random.Random) -> None:
    """Make, change or remove something, unless a symlink or a file is in the way."""
    target = root / chance.choice(NAMES)
    way = [root / part for part in [*target.relative_to(root).parents][:-1]]
    if any(part.is_symlink() or part.is_file() for part in way) or (target.is_dir() and not target.is_symlink()):
        return
    target.unlink(missing_ok=True)
    kind = chance.random()
    if kind < 0.2:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if kind < 0.3:
        target.symlink_to(chance.choice(["a", "d", "nowhere", "../out"]))
    elif kind < 0.4 and "." not in target.name:
        target.mkdir()
    else:
        rules = chance.choice([b"*.log\n", b"nothing\n", b"/i/\n"])
        content = chance.randbytes(chance.randrange(9)) + b"\r\n\n"
        target.write_bytes(rules if target.name == ".gitignore" else content)
        target.chmod(chance.choice([0o644, 0o755, 0o600, 0o640, 0o444]))


@pytest.mark.parametrize("seed", range(int(os.environ.get("PRUNELLA_TEST_SEEDS", "12"))))
def test_random_changes_come_back(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    root = make(tmp_path / "repo", {"a": b"a\n", "d/e": b"e\r\n", "z": b"z\n"})
    for _ in range(6):
        random_edit(root, chance)
    git(root, "add", chance.choice(["-A", "a", "d"]), check=False)
    for _ in range(6):
        random_edit(root, chance)
    ignored = set(git(root, "ls-files", "-z", "-o", "-i", "--exclude-standard").split("\0")) - {""}
    before = everything(root)

    def act() -> None:
        for _ in range(chance.randrange(1, 14)):
            random_edit(root, chance)
        if chance.random() < 0.3:
            git(root, "add", "-A")

    fail_after(root, act)
    after = everything(root)
    # What is ignored stays as a check leaves it, and so do folders that hold nothing else.
    differing = {path for path in {*before, *after} if before.get(path) != after.get(path)} - ignored
    folders = {str(parent) for path in ignored for parent in Path(path).parents}
    assert not {path for path in differing - folders if not git(root, "check-ignore", path, check=False)}
