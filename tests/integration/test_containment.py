"""No edit leaves the repository, whatever is written, and whatever is put in its way at whatever moment."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hostile_place import Trial, canary, traps
from prunella.changes import FileChange
from prunella.errors import RepositoryError
from prunella.workspace.applying import write_changes
from prunella.workspace.checkout import open_checkout
from prunella.workspace.rewrite import Disk
from worktrees import everything, make, put, task


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return traps(tmp_path)


def test_hostile_answers_write_nothing_outside_and_end_in_words(root: Path) -> None:
    """The generator of ``benchmarks/hostile_edits.py``, by which some hundred thousand were tried."""
    start = everything(root)
    trial = Trial.on(root)
    quiet = settings(
        max_examples=1_200,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )

    @quiet
    @given(st.integers(0, 2**40))
    def answer(seed: int) -> None:
        trial.answer(seed)
        assert trial.escapes == []

    with trial.checkout.protected(trial.task):
        answer()
        trial.look()
    trial.look()
    assert trial.escapes == []
    assert trial.counts["edits"] >= 2_000
    assert trial.counts["written inside"] >= 20
    assert everything(root) == start


def test_a_symlink_that_comes_and_goes_while_fixes_are_written_is_never_gone_through(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {"src/a.py": b"a\n", "src/b.py": b"b\n"})
    outside = tmp_path / "outside"
    put(outside, "a.py", b"a\n")
    before = {path.name: path.read_bytes() for path in outside.iterdir()}
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            try:
                (root / "src").rename(root / ".git/kept")
                (root / "src").symlink_to(outside)
                (root / "src").unlink()
                (root / ".git/kept").rename(root / "src")
            except OSError:  # the writer made a folder of its own meanwhile, which is its right
                continue

    thread = threading.Thread(target=swap)
    disk = Disk(str(root), str(root / ".git/prunella"))
    thread.start()
    try:
        for number in range(400):
            content = b"%d\n" % number
            try:
                write_changes(disk, (FileChange("src/a.py", b"a\n", content), FileChange("src/new.py", None, content)))
            except (RepositoryError, OSError):
                continue
    finally:
        stop.set()
        thread.join()
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == before


def test_what_was_moved_aside_before_is_no_way_out(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {"src/deep/a.py": b"a\n"})
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    checkout = open_checkout(root)
    before = everything(root)
    with checkout.protected(task()):
        for target in (outside, outside / "deep"):
            place = root / ("src" if target == outside else "src/deep")
            _remove(place)
            place.symlink_to(target)
            put(outside, "deep/kept", b"kept\n")
            checkout.reset(())
        _remove(root / "src")
        (root / "src").write_bytes(b"a file\n")
        checkout.reset(())
        _remove(root / "src/deep")
        os.mkfifo(root / "src/deep")
        checkout.reset(())
    assert everything(root) == before
    assert sorted(str(path.relative_to(outside)) for path in outside.rglob("*")) == ["deep", "deep/kept"]


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        for inner in list(place.iterdir()):
            _remove(inner)
        place.rmdir()
    else:
        place.unlink()


def test_the_other_name_of_a_hard_link_keeps_its_content_and_its_mode(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    put(tmp_path, "outside.txt", b"theirs\n", 0o600)
    put(root, "linked.txt", b"theirs\n", 0o644)
    with open_checkout(root).protected(task("t0")):
        pass
    checkout = open_checkout(root)
    with checkout.protected(task()):
        checkout.apply((FileChange("linked.txt", b"theirs\n", b"ours\n", 0o644),))
        # A check puts a link to somebody's file in place of ours: putting ours back must not touch that file.
        (root / "linked.txt").unlink()
        (root / "linked.txt").hardlink_to(tmp_path / "outside.txt")
    assert (root / "linked.txt").read_bytes() == b"theirs\n"
    assert (root / "linked.txt").stat().st_mode & 0o777 == 0o644
    outside = (tmp_path / "outside.txt").stat()
    assert (outside.st_mode & 0o777, (tmp_path / "outside.txt").read_bytes()) == (0o600, b"theirs\n")


def test_the_folder_of_new_files_may_not_be_a_symlink(tmp_path: Path) -> None:
    root = make(tmp_path / "repo")
    (tmp_path / "outside").mkdir()
    checkout = open_checkout(root)
    with checkout.protected(task()):
        new = root / ".git/prunella/new"
        if new.exists():
            _remove(new)
        new.symlink_to(tmp_path / "outside")
        with pytest.raises(RepositoryError, match=r"could not be (read or )?written"):
            checkout.apply((FileChange("a.txt", b"one\ntwo\nthree\n", b"x\n"),))
        stamp = (tmp_path / "outside").stat().st_mtime_ns
        new.unlink()
    assert list((tmp_path / "outside").iterdir()) == []
    assert (tmp_path / "outside").stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("SRC/a.py", "on some file systems it is 'src'"),
        ("src/A.py", "on some file systems it is 'src/a.py'"),
        ("\xdcN\xcf.py", "on some file systems"),
        ("u\u0308ni\u0308.py", "on some file systems"),
        ("pipe", "not a regular file"),
        ("sock", "not a regular file"),
        ("linkdir/x", "linkdir is a symlink"),
        ("src/gitlink/hooks/x", "src/gitlink is a symlink"),
        ("linkfile", "it is a symlink"),
        ("dangling", "it is a symlink"),
        ("loop/x", "symlink"),
        ("sub/a.txt", "repository of its own"),
        ("sub", "submodule"),
        ("nested/new.py", "repository of its own"),
        (".env", "git ignores it"),
        ("node_modules/x", "git ignores it"),
        ("src/nul.txt", "device"),
        ("src/a.py:stream", "colon"),
        ("src/a.py.", "ends with a space or a dot"),
        ("src/\u202egpj.py", "cannot be seen"),
        ("x" * 256, "too long"),
        ("a/" * 600 + "b", "too long"),
        ("src", "folder"),
        ("src/a.py/b", "not a folder"),
    ],
)
def test_a_new_file_that_is_none(root: Path, path: str, words: str) -> None:
    checkout = open_checkout(root)
    before = canary(root)
    with checkout.protected(task()), pytest.raises(RepositoryError, match="may not be edited") as raised:
        checkout.apply((FileChange(path, None, b"x\n"),))
    assert words in str(raised.value)
    assert canary(root) == before


def test_a_file_may_be_renamed_to_another_case(root: Path) -> None:
    checkout = open_checkout(root)
    with checkout.protected(task()):
        checkout.apply((FileChange("src/a.py", b"VALUE = 1\n", None), FileChange("src/A.py", None, b"VALUE = 1\n")))
        assert {path.name for path in (root / "src").iterdir()} == {"A.py", "b.py", "deep", "gitlink"}


def test_a_read_does_not_follow_a_symlink_out(root: Path) -> None:
    files = open_checkout(root).files
    assert files.read("inlink") == b"VALUE = 1\n"
    for path in (
        "linkfile",
        "linkdir/secret.txt",
        "up/outside/secret.txt",
        "loop",
        "src/gitlink/config",
        "pipe",
        "sock",
    ):
        assert files.read(path) is None
