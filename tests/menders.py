"""Rung 0 on a real checkout, as the program uses it, without the program."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from checkouts import git, make
from prunella.changes import FileChange, Fix, Verdict
from prunella.domain import Check, Task
from prunella.edits.diff import unified
from prunella.guard import check
from prunella.ports import Mended
from prunella.sandbox.environment import check_environment
from prunella.sandbox.local import LocalSandbox
from prunella.toolchain.bench import Bench, Mender
from prunella.verify import verify
from prunella.workspace.checkout import open_checkout


class Quiet:
    def emit(self, event: object) -> None: ...


class Healed(NamedTuple):
    mended: Mended
    passed: bool
    texts: dict[str, str]


class Project:
    """A repository whose check passes; ``change`` then breaks it."""

    def __init__(self, root: Path, files: Mapping[str, str], command: str) -> None:
        self.root = make(root, {".gitignore": "__pycache__/\ntarget/\n*.o\n.mypy_cache/\n.pytest_cache/\n", **files})
        self.command = command

    def change(self, files: Mapping[str, str | None], *, commit: bool = True) -> None:
        for path, text in files.items():
            place = self.root / path
            if text is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
        if commit:
            git(self.root, "add", "-A")
            git(self.root, "commit", "-qm", "a change")

    def heal(self, mender: Mender) -> Healed:
        """What the mender makes of it; the tree is as it was in between, and afterwards too."""
        checkout = open_checkout(self.root)
        environment = check_environment({**_rust_home(), **os.environ})
        sandbox = LocalSandbox(self.root, environment=environment)
        logs = self.root.parent / "logs"
        logs.mkdir(exist_ok=True)
        task = Task("t", str(self.root), (Check("build", self.command),))
        with checkout.protected(task):
            baseline = verify(task.checks, sandbox, 0, logs, Quiet())
            assert not baseline.passed, "the change breaks nothing"

            def judge(changes: tuple[FileChange, ...]) -> Verdict:
                return check(Fix(changes, unified(changes)), task, baseline, checkout.files.paths())

            before = self._state()
            mended = mender.mend(baseline, Bench(checkout, sandbox, environment, logs), judge)
            assert self._state() == before
            checkout.apply(mended.changes)
            passed = verify(task.checks, sandbox, 1, logs, Quiet()).passed
            texts = {change.path: change.after.decode() for change in mended.changes if change.after is not None}
        return Healed(mended, passed, texts)

    def _state(self) -> str:
        """The files, without what the check itself writes."""
        return git(self.root, "status", "--porcelain") + git(self.root, "diff", "HEAD")


def _rust_home() -> dict[str, str]:
    """Where rustup has its toolchains: tests have a home of their own."""
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    places = {"RUSTUP_HOME": home / ".rustup", "CARGO_HOME": home / ".cargo"}
    return {name: str(place) for name, place in places.items() if place.is_dir()}
