"""What checks changed in a checkout while a task ran, told apart from the fix and from the user's own work."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from builders import task
from checkouts import make
from prunella.changes import FileChange
from prunella.workspace.checkout import Checkout, open_checkout
from prunella.workspace.processes import started

FILES = {"a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n", ".gitignore": "out/\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "repo", FILES)


def checked(checkout: Checkout, root: Path, command: str) -> None:
    """A check that runs ``command``, announced as a sandbox announces it."""
    process = subprocess.Popen(["/bin/sh", "-c", command], cwd=root, process_group=0)
    checkout.note_process_group(process.pid, started(process.pid))
    assert process.wait() == 0


def test_nothing_changed_is_nothing(root: Path) -> None:
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checked(checkout, root, "touch a.txt; mkdir out; echo x > out/y; echo new > new.txt")
        assert checkout.changed_meanwhile().changes == ()


def test_what_a_check_changed_is_told_without_the_fix(root: Path) -> None:
    checkout = open_checkout(root)
    (root / "b.txt").write_text("the user's\n")
    with checkout.protected(task(root)):
        checkout.apply((FileChange("c.txt", b"c\n", b"fixed\n"), FileChange("d.txt", None, b"made\n")))
        assert checkout.changed_meanwhile().changes == ()
        checked(checkout, root, "echo x >> a.txt; echo x >> b.txt; echo x >> c.txt; rm d.txt")
        fix = checkout.changed_meanwhile()
        assert fix.changes == (
            FileChange("a.txt", b"a\n", b"a\nx\n"),
            FileChange("b.txt", b"the user's\n", b"the user's\nx\n"),
            FileChange("c.txt", b"fixed\n", b"fixed\nx\n"),
            FileChange("d.txt", b"made\n", None),
        )
        assert "+x" in fix.diff


def test_what_an_earlier_check_rewrote_in_the_file_that_is_then_fixed_is_told_apart(root: Path) -> None:
    (root / "a.txt").write_text("".join(f"{number}\n" for number in range(20)))
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        before = (root / "a.txt").read_bytes()
        checked(checkout, root, "sed -i s/^19$/nineteen/ a.txt")
        now = (root / "a.txt").read_bytes()
        checkout.apply((FileChange("a.txt", now, now.replace(b"0\n", b"zero\n", 1)),))
        (change,) = checkout.changed_meanwhile().changes
        assert change.before == before.replace(b"0\n", b"zero\n", 1)
        assert change.after == now.replace(b"0\n", b"zero\n", 1)


def test_what_the_user_did_meanwhile_is_no_check_s(root: Path) -> None:
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checked(checkout, root, "true")
        assert checkout.files.read("a.txt") == b"a\n"  # whoever asks for files, no check runs any more
        later = time.time_ns() + 50_000_000
        while (root / "a.txt").stat().st_ctime_ns < later:
            (root / "a.txt").write_text("mine\n")
        assert checkout.changed_meanwhile().changes == ()


def test_links_and_huge_files_are_left_out(root: Path) -> None:
    (root / "link").symlink_to("a.txt")
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checked(checkout, root, "rm b.txt; ln -s a.txt b.txt; ln -sfn c.txt link; head -c 5000000 /dev/zero > c.txt")
        assert checkout.changed_meanwhile().changes == ()


def test_whatever_a_check_leaves_in_a_file_s_place_the_file_is_gone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.txt").write_text("not ours\n")
    root = make(tmp_path / "repo", {**FILES, "d/x.txt": "x\n"})
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checked(checkout, root, f"rm a.txt b.txt; mkfifo a.txt; mkdir b.txt; rm -r d; ln -s '{outside}' d")
        assert checkout.changed_meanwhile().changes == (
            FileChange("a.txt", b"a\n", None),
            FileChange("b.txt", b"b\n", None),
            FileChange("d/x.txt", b"x\n", None),
        )


def test_a_folder_that_is_put_in_another_s_place_hides_nothing(tmp_path: Path) -> None:
    root = make(tmp_path / "repo", {**FILES, "tests/unit/a.txt": "a\n", "tests/b.txt": "b\n"})
    for name, text in (("unit/a.txt", "weak\n"), ("b.txt", "b\n")):
        place = root / "out" / "tests" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checked(checkout, root, "mv tests out/was; mv out/tests tests; touch tests/made-later")
        assert checkout.changed_meanwhile().changes == (FileChange("tests/unit/a.txt", b"a\n", b"weak\n"),)


def test_after_a_reset_only_what_is_there_counts(root: Path) -> None:
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checkout.apply((FileChange("c.txt", b"c\n", b"fixed\n"),))
        checked(checkout, root, "echo x >> a.txt")
        checkout.reset(())
        assert checkout.changed_meanwhile().changes == ()
        checkout.reset((FileChange("c.txt", b"c\n", b"other\n"),))
        assert checkout.changed_meanwhile().changes == ()
