"""C libraries as Debian's source archives have them: upstream's own, with the tests."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.breakages import Case, Package
from benchmarks.toolchain.mutate import cases


def _archive() -> str:
    """The Debian archive that this machine's apt is set up with."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)"], capture_output=True, text=True, check=True
    )
    return next(site for site in told.stdout.split() if site.rstrip("/").endswith("/debian")).rstrip("/")


def _fetched(archive: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        source_of = f"{_archive()}/pool/main/{archive}"
        subprocess.run(["curl", "-fsSLo", f"{place}/source.tar.gz", source_of], check=True)
        subprocess.run(["tar", "xf", "source.tar.gz"], cwd=place, check=True)
        source = next(path for path in Path(place).iterdir() if path.is_dir())
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", str(source), str(folder)], check=True)


def _cmake(folder: Path, *options: str) -> None:
    subprocess.run(["cmake", "-S", ".", "-B", "build", *options], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (folder / ".gitignore").write_text("build/\n")


def _jansson(folder: Path) -> None:
    _fetched("j/jansson/jansson_2.14.orig.tar.gz", folder)
    _cmake(folder, "-DJANSSON_BUILD_DOCS=OFF", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")


def _cjson(folder: Path) -> None:
    _fetched("c/cjson/cjson_1.7.15.orig.tar.gz", folder)
    _cmake(folder, "-DCMAKE_POLICY_VERSION_MINIMUM=3.5")


def _breaks(seed: str, *patterns: str, share: float = 1.0) -> Callable[[Path], Iterable[Case]]:
    def breaks(folder: Path) -> Iterable[Case]:
        paths = sorted(path for pattern in patterns for path in folder.glob(pattern))
        sources = {str(path.relative_to(folder)): path.read_text() for path in paths}
        return cases("c", sources, seed, share)

    return breaks


TESTS = "cmake --build build && ctest --test-dir build --output-on-failure"

PACKAGES = (
    Package("jansson 2.14", "c", _jansson, "cmake --build build", TESTS, _breaks("jansson", "src/*.c", "src/*.h")),
    Package(
        "cJSON 1.7.15", "c", _cjson, "cmake --build build", TESTS, _breaks("cjson", "cJSON*.c", "cJSON*.h", share=0.5)
    ),
)
