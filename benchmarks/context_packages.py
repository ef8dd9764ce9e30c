"""The packages that the context's benchmark breaks: real ones, from npm, PyPI and Debian, some in two versions."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from projects import WORK, install_typescript

CONTEXT = WORK / "context"
CACHE = CONTEXT / "packages"


class Source(NamedTuple):
    """A package at one version, or at two successive ones.

    Attributes:
        versions: the one that is broken last; before it, the one that its history begins with.
        verify: the command that fails when it is broken.
        code: where its own code is.
        suffixes: of its code's files.
    """

    name: str
    language: str
    versions: tuple[str, ...]
    fetch: Callable[[str, str, Path], None]
    verify: str
    code: str
    suffixes: tuple[str, ...]


def fetched(source: Source, version: str) -> Path:
    """The folder of a version as it was published, fetched once."""
    folder = CACHE / f"{source.name.replace('/', '-').lstrip('@')}-{version}"
    if not (folder / ".fetched").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        source.fetch(source.name, version, folder)
        (folder / ".fetched").touch()
    return folder


def _unpacked(archive: Path, folder: Path) -> None:
    subprocess.run(["tar", "xzf", archive, "-C", folder, "--strip-components=1"], check=True)


def _npm(name: str, version: str, folder: Path) -> None:
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", CACHE, f"{name}@{version}"],
        check=True,
        capture_output=True,
        text=True,
    )
    _unpacked(CACHE / done.stdout.split()[-1], folder)
    for built in ("dist", "build", "lib", "es", "cjs", "node_modules"):
        if (folder / "src").is_dir():
            shutil.rmtree(folder / built, ignore_errors=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_relative_to(folder / "src") and path.suffix not in {".json", ".md"}:
            path.unlink()
    options = {
        "strict": "mobx" not in name,
        "noEmit": True,
        "target": "esnext",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["esnext", "dom"],
        "skipLibCheck": True,
        "types": [],
        "allowImportingTsExtensions": True,
        "noImplicitAny": "mobx" not in name,
        "noImplicitThis": False,
    }
    config = {
        "compilerOptions": options,
        "include": ["src", "globals.d.ts"],
        "exclude": ["**/tests/**", "**/__tests__/**", "**/*.test.ts", "**/benchmarks/**"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(config, indent=2))
    (folder / "globals.d.ts").write_text("declare var process: any;\ndeclare var global: any;\n")
    (folder / ".gitignore").write_text("node_modules\n")


def _pypi(name: str, version: str, folder: Path) -> None:
    target = CACHE / f"sdist-{name}-{version}"
    quiet = ["-q", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", *quiet, "-d", target, f"{name}=={version}"],
        check=True,
        capture_output=True,
    )
    _unpacked(next(target.glob("*.tar.gz")), folder)
    (folder / ".gitignore").write_text("__pycache__\n.pytest_cache\n*.egg-info\n")


def _debian(name: str, inner: str, folder: Path) -> None:
    """A Go library's -dev package; ``inner`` is its import path."""
    target = CACHE / f"deb-{name}"
    target.mkdir(parents=True, exist_ok=True)
    if not list(target.glob("*.deb")):
        subprocess.run(["apt-get", "download", "-q", name], cwd=target, check=True, capture_output=True)
    subprocess.run(["dpkg", "-x", next(target.glob("*.deb")), target / "x"], check=True)
    shutil.copytree(target / "x/usr/share/gocode/src" / inner, folder, dirs_exist_ok=True)
    module = "github.com/go-chi/chi/v5" if inner.endswith("/chi") else inner
    (folder / "go.mod").write_text(f"module {module}\n\ngo 1.19\n")


def tsc() -> str:
    return f"{install_typescript() / '.bin/tsc'} --noEmit -p ."


PYTEST = f"{sys.executable} -m pytest -q -x -p no:cacheprovider -W ignore"
GO = "go test -vet=off ./..."


def _ts(name: str, *versions: str) -> Source:
    return Source(name, "typescript", versions, _npm, "tsc", "src", (".ts", ".tsx"))


def _py(name: str, code: str, *versions: str, where: str = "") -> Source:
    return Source(name, "python", versions, _pypi, f"{PYTEST} {where}".strip(), code, (".py",))


def _go(name: str, inner: str) -> Source:
    return Source(name, "go", (inner,), _debian, GO, "", (".go",))


ALL = (
    _ts("rxjs", "7.8.1", "7.8.2"),
    _ts("redux", "5.0.1"),
    _ts("reselect", "5.1.0", "5.1.1"),
    _ts("mobx", "6.13.0", "6.13.5"),
    _ts("@tanstack/query-core", "5.59.0", "5.62.0"),
    _ts("zod", "4.0.0", "4.1.0"),
    _py("click", "src/click", "8.1.7", "8.1.8"),
    _py("h11", "h11", "0.14.0", "0.16.0"),
    _py("mistune", "src/mistune", "3.0.1", "3.0.2"),
    _py("sqlparse", "sqlparse", "0.5.0", "0.5.1", where="-k 'not issue484'"),
    _py("toolz", "toolz", "0.12.0", "1.0.0"),
    _py("more-itertools", "more_itertools", "10.2.0", "10.3.0"),
    _py("cachetools", "src/cachetools", "5.3.2", "5.3.3"),
    _py("parso", "parso", "0.8.3", "0.8.4"),
    _py("voluptuous", "voluptuous", "0.14.1", "0.15.2"),
    _go("golang-github-gorilla-mux-dev", "github.com/gorilla/mux"),
    _go("golang-github-spf13-pflag-dev", "github.com/spf13/pflag"),
    _go("golang-github-go-chi-chi-dev", "github.com/go-chi/chi"),
    _go("golang-github-google-uuid-dev", "github.com/google/uuid"),
    _go("golang-github-hashicorp-golang-lru-dev", "github.com/hashicorp/golang-lru"),
)
