"""Rust crates as Debian packages their sources (librust-*-dev), which bring their tests and need no registry."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.breakages import Case, Package
from benchmarks.toolchain.mutate import cases


def _fetched(name: str, version: str, folder: Path) -> None:
    """The crate out of Debian's package; optional dependencies, which would need a registry, are taken out."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["apt-get", "download", "-qq", f"librust-{name}-dev"], cwd=place, check=True)
        archive = next(Path(place).glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(archive), place], check=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-rL", f"{place}/usr/share/cargo/registry/{name}-{version}", str(folder)], check=True)
    manifest = (folder / "Cargo.toml").read_text()
    sections = re.split(r"(?m)^(?=\[)", manifest)
    drop = ("[dependencies", "[dev-dependencies", "[target", "[[bench", "[features")
    (folder / "Cargo.toml").write_text("".join(part for part in sections if not part.startswith(drop)) + FEATURES)
    for extra in ("benches", "examples"):
        subprocess.run(["rm", "-rf", str(folder / extra)], check=True)
    (folder / ".gitignore").write_text("target/\nCargo.lock\n")


FEATURES = '\n[features]\ndefault = ["std"]\nstd = []\nalloc = []\nserde = []\n\n[workspace]\n'


def _package(name: str, version: str, share: float) -> Package:
    def breaks(folder: Path) -> Iterable[Case]:
        sources = {str(path.relative_to(folder)): path.read_text() for path in sorted((folder / "src").rglob("*.rs"))}
        return cases("rust", sources, f"{name} {version}", share)

    def fetch(folder: Path) -> None:
        _fetched(name, version, folder)

    tests = "cargo test --offline -q --lib --tests"
    return Package(f"{name} {version}", "rust", fetch, "cargo check --offline --tests", tests, breaks)


PACKAGES = (_package("semver", "1.0.14", 1.0), _package("either", "1.6.1", 0.5))
