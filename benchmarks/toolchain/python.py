"""Python packages from PyPI: sdists that bring their tests."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.breakages import Case, Package
from benchmarks.toolchain.mutate import cases

PYTHON = sys.executable


def _fetched(requirement: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        command = [PYTHON, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", place, requirement]
        subprocess.run(command, check=True)
        archive = next(Path(place).glob("*.tar.gz"))
        with tarfile.open(archive) as opened:
            opened.extractall(place, filter="data")
        source = next(path for path in Path(place).iterdir() if path.is_dir())
        folder.parent.mkdir(parents=True, exist_ok=True)
        source.rename(folder)
    (folder / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n.mypy_cache/\n*.egg-info/\n")


def _package(requirement: str, inside: str, verify: str, tests: str, share: float = 1.0) -> Package:
    def breaks(folder: Path) -> Iterable[Case]:
        paths = sorted((folder / inside).rglob("*.py"))
        sources = {str(path.relative_to(folder)): path.read_text() for path in paths}
        return cases("python", sources, f"{requirement} {verify}", share)

    def fetch(folder: Path) -> None:
        _fetched(requirement, folder)

    tool = "mypy" if "mypy" in verify else "pytest"
    name = f"{requirement.replace('==', ' ')} {tool}"
    return Package(name, "python", fetch, f"{PYTHON} -m {verify}", f"{PYTHON} -m {tests}", breaks)


# idna as published has one error of either of these kinds.
MYPY = "mypy --check-untyped-defs --disable-error-code=assignment --disable-error-code=arg-type"
PYTEST = "pytest -q -p no:cacheprovider -p no:xdist -o xfail_strict=false"

PACKAGES = (
    _package("sqlparse==0.5.3", "sqlparse", f"{PYTEST} tests", f"{PYTEST} tests"),
    _package("idna==3.10", "idna", f"{MYPY} idna", f"{PYTEST} tests"),
)
