"""The packages of a JavaScript workspace, and the file that importing one by its name means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from posixpath import dirname, join, normpath

from prunella.ports import Files

MOST_MANIFESTS = 60
_SOURCES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".vue", ".svelte")


def packages(known: frozenset[str], files: Files) -> dict[str, tuple[str, str]]:
    """Name -> (folder, entry) of the ``package.json`` files below the root; "" when it says no entry."""
    found: dict[str, tuple[str, str]] = {}
    manifests = sorted((path for path in known if path.endswith("/package.json")), key=lambda path: path.count("/"))
    for path in manifests[:MOST_MANIFESTS]:
        try:
            manifest = json.loads(files.read(path) or b"")
        except (ValueError, RecursionError):
            continue
        if isinstance(manifest, dict) and isinstance(manifest.get("name"), str):
            entries = [manifest.get(key) for key in ("source", "types", "module", "main")]
            entry = next((entry for entry in entries if isinstance(entry, str)), "")
            found.setdefault(manifest["name"], (dirname(path), entry))
    return found


def entered(spec: str, known: frozenset[str], named: Mapping[str, tuple[str, str]]) -> str:
    """The source file that ``import … from spec`` means; "" when it is none of the workspace's packages.

    An entry below ``dist`` or ``build`` is not in the repository: what it is built from is.
    """
    name = next((name for name in named if spec == name or spec.startswith(f"{name}/")), "")
    if not name:
        return ""
    folder, entry = named[name]
    inner = spec[len(name) + 1 :]
    stems = [inner, f"src/{inner}", f"lib/{inner}"] if inner else ["src/index", "index", "lib/index", "src/main"]
    tries = [] if inner or not entry else [normpath(join(folder, entry))]
    tries += [f"{folder}/{stem}{middle}{end}" for stem in stems for middle in ("", "/index") for end in ("", *_SOURCES)]
    return next((path for path in tries if path in known), "")
