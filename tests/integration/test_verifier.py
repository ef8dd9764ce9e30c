"""A fix that achieves nothing is refuted by less than the whole check; only the whole check calls anything green."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import prunella.verifier
from checkouts import make
from prunella.app import open_kit, prepare
from prunella.events import Event
from prunella.verifier import Verifier

COMMAND = (sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider")
FILES = {
    "calc.py": "def add(a, b):\n    return a - b\n\n\ndef half(a):\n    return a / 2\n",
    "test_add.py": "from calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "test_half.py": "from pathlib import Path\nfrom calc import half\n\n\ndef test_half():\n"
    "    with Path('ran.log').open('a') as log:\n        log.write('half\\n')\n    assert half(4) == 2\n",
}


class Quiet:
    def emit(self, event: Event) -> None:
        """Nobody listens."""


@contextmanager
def opened(root: Path) -> Iterator[Verifier]:
    job = prepare(root, COMMAND, {})
    with open_kit(job, Quiet()) as kit:
        kit.store.task_started(job.task, str(root))
        yield Verifier(job.task, kit)


def runs(root: Path) -> int:
    return len((root / "ran.log").read_text().splitlines())


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prunella.verifier, "WORTH_S", 0.0)
    root = make(tmp_path / "repo", FILES)
    (root / ".gitignore").write_text("ran.log\n")
    return root


def test_a_fix_that_leaves_the_failed_test_failing_is_refuted_by_that_test_alone(repo: Path) -> None:
    with opened(repo) as verify:
        before = verify()
        (repo / "calc.py").write_text(FILES["calc.py"].replace("a - b", "b - a"))

        after = verify.refuted(before, ("calc.py",))

    assert after is not None
    assert not after.passed
    assert after.failed is not None
    assert before.failed is not None
    assert after.failed.check == before.failed.check
    assert after.number == 1
    assert set(before.fingerprints) <= set(after.fingerprints)
    assert runs(repo) == 1


def test_a_fix_that_makes_the_failed_test_pass_is_not_called_green_by_it(repo: Path) -> None:
    with opened(repo) as verify:
        before = verify()
        (repo / "calc.py").write_text(FILES["calc.py"].replace("a - b", "a + b").replace("a / 2", "a"))

        assert verify.refuted(before, ("calc.py",)) is None
        whole = verify()

    assert not whole.passed
    assert [error.file for error in whole.diagnostics] == ["test_half.py"]


def test_a_short_check_is_run_whole_at_once(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prunella.verifier, "WORTH_S", 1_000.0)
    with opened(repo) as verify:
        before = verify()

        assert verify.refuted(before, ("calc.py",)) is None
