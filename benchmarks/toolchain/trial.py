"""One breakage: made, healed by ``prunella heal`` as a user would run it, and judged."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.breakages import Case, Package

WORK = Path(__file__).resolve().parents[1] / ".work" / "breakages"
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY")
LIMIT_S = 900.0
HANGS_S = 120.0
"""A break that makes the verify command hang is none that rung 0 is asked about."""
_GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "core.autocrlf=false")


class Result(NamedTuple):
    """``verdict``: "same", "other" (healed, and the tests pass), "WRONG" (healed, and they fail), "not healed", "not
    broken" (the verify command passes all the same: no breakage), "hangs" (it does not end)."""

    package: Package
    case: Case
    verdict: str
    extra_s: float = 0.0
    detail: str = ""

    @property
    def healed(self) -> bool:
        return self.verdict in {"same", "other", "WRONG"}

    @property
    def told(self) -> str:
        return f"{self.verdict} ({self.extra_s:.2f} s extra)" if self.healed else self.verdict


def prepared(package: Package) -> Path:
    """The package as a git checkout with one commit, fetched once; its verify command and its tests pass."""
    folder = WORK / re.sub(r"[^\w.-]+", "-", package.name)
    if not (folder / ".git" / "fetched").exists():
        if folder.exists():
            raise SystemExit(f"{folder} was left half-made by an interrupted run: delete it and run this again")
        folder.parent.mkdir(parents=True, exist_ok=True)
        package.fetch(folder)
        _git(folder, "init", "-q", "-b", "main")
        _git(folder, "add", "-A")
        _git(folder, "commit", "-qm", "as published")
        _git(folder, "tag", "published")
        for command in (package.verify, package.tests):
            done = _sh(command, folder)
            if done.returncode:
                raise SystemExit(
                    f"{package.name}: `{command}` fails on the sources as published:\n{done.stdout[-3000:]}"
                )
        (folder / ".git" / "fetched").touch()
    _reset(folder)
    return folder


class Trial:
    """The trials of one package, one after the other in one checkout. ``alone``: the broken state is the only
    commit, so git knows of no change."""

    def __init__(self, package: Package, folder: Path, *, alone: bool = False) -> None:
        self.package = package
        self.folder = folder
        self.alone = alone

    def of(self, case: Case) -> Result:
        """Break, heal, judge, and put everything back."""
        _reset(self.folder)
        before = self._state()
        try:
            self.make(case)
            try:
                broken = _sh(self.package.verify, self.folder, HANGS_S).returncode != 0
            except subprocess.TimeoutExpired:
                return Result(self.package, case, "hangs")
            return self._healed(case, before) if broken else Result(self.package, case, "not broken")
        finally:
            _reset(self.folder)

    def reset(self) -> None:
        """The package as it was published."""
        _reset(self.folder)

    def make(self, case: Case) -> None:
        """Break it."""
        for path, text in case.files.items():
            place = self.folder / path
            if text is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text.encode())
        if self.alone:
            _git(self.folder, "checkout", "-q", "--orphan", "alone")
        if case.committed or self.alone:
            _git(self.folder, "add", "-A")
            _git(self.folder, "commit", "-qm", "a change")

    def _healed(self, case: Case, before: dict[str, str]) -> Result:
        started = time.monotonic()
        told = self._prunella()
        wall = time.monotonic() - started
        fix = _git(self.folder, "diff", "HEAD")
        if told.get("status") != "healed":
            return Result(self.package, case, "not healed", detail=json.dumps(told)[:1500])
        extra = wall - float(told["totals"]["checks_s"])
        if self._state() == before:
            return Result(self.package, case, "same", extra)
        passed = _sh(self.package.tests, self.folder).returncode == 0
        return Result(self.package, case, "other" if passed else "WRONG", extra, fix)

    def _prunella(self) -> dict[str, Any]:
        environment = {name: value for name, value in os.environ.items() if name not in KEYS}
        environment |= {"PRUNELLA_HOME": str(WORK / "home"), "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, "-m", "prunella", "heal", "--json", "--quiet", "--no-commit", "--"]
        done = subprocess.run(
            [*command, self.package.verify],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        try:
            told: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            return {"status": "no answer", "stderr": done.stderr[-1500:]}
        return told

    def _state(self) -> dict[str, str]:
        listed = _git(self.folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        places = ((path, self.folder / path) for path in listed if path)
        return {path: hashlib.sha256(place.read_bytes()).hexdigest() for path, place in places if place.is_file()}


def _reset(folder: Path) -> None:
    _git(folder, "checkout", "-q", "--force", "-B", "main", "published")
    _git(folder, "clean", "-qfd")


def _git(folder: Path, *args: str) -> str:
    return subprocess.run([*_GIT, *args], cwd=folder, check=True, capture_output=True, text=True).stdout


def _sh(command: str, folder: Path, limit_s: float = LIMIT_S) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=limit_s,
        check=False,
    )
