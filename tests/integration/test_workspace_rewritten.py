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


def test_after_a_reset_only_what_is_there_counts(root: Path) -> None:
    checkout = open_checkout(root)
    with checkout.protected(task(root)):
        checkout.apply((FileChange("c.txt", b"c\n", b"fixed\n"),))
        checked(checkout, root, "echo x >> a.txt")
        checkout.reset(())
        assert checkout.changed_meanwhile().changes == ()
        checkout.reset((FileChange("c.txt", b"c\n", b"other\n"),))
        assert checkout.changed_meanwhile().changes == ()
