"""Ordinary code of real packages, in several languages: what is installed here, and what the registries have."""

from __future__ import annotations

import site
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

ENDINGS = frozenset(
    [
        ".py",
        ".pyi",
        ".ts",
        ".tsx",
        ".js",
        ".mjs",
        ".cjs",
        ".jsx",
        ".go",
        ".rs",
        ".java",
        ".c",
        ".h",
        ".cpp",
        ".rb",
        ".php",
        ".md",
        ".json",
        ".toml",
        ".yml",
        ".yaml",
        ".css",
        ".sh",
    ]
)
NPM = (
    "typescript-eslint",
    "fastify",
    "@angular/core",
    "three",
    "zod",
    "prisma",
    "mongoose",
    "passport",
    "jsonwebtoken",
)
LONGEST = 600_000
WIDEST = 400


def ordinary(lines: int) -> Iterator[tuple[Path, str]]:
    """Files until there were so many lines, from each source in turn a share; minified ones are no code."""
    sources = [Path(sysconfig.get_paths()["stdlib"]), *map(Path, site.getsitepackages())]
    with tempfile.TemporaryDirectory() as folder:
        sources.append(_npm(Path(folder)))
        sources += [
            Path(path) for path in ("/usr/lib/node_modules", "/usr/include", "/usr/share/doc") if Path(path).is_dir()
        ]
        for source in sources:
            seen = 0
            for path in sorted(source.rglob("*")):
                if seen > lines:
                    break
                text = _text(path)
                if text:
                    seen += text.count("\n")
                    yield path, text


def _npm(folder: Path) -> Path:
    """Packages as npm publishes them; without a registry there are none."""
    for name in NPM:
        subprocess.run(["npm", "pack", "--silent", name], cwd=folder, capture_output=True, check=False, timeout=120)
    for archive in folder.glob("*.tgz"):
        (folder / archive.stem).mkdir()
        subprocess.run(["tar", "xzf", archive, "-C", folder / archive.stem], capture_output=True, check=False)
    return folder


def _text(path: Path) -> str:
    if path.suffix not in ENDINGS or not path.is_file() or path.stat().st_size > LONGEST:
        return ""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return text if len(text) <= WIDEST * (text.count("\n") + 1) else ""
