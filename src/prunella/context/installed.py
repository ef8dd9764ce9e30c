"""What installed packages declare: the types of npm packages, the sources and stubs of Python's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from prunella.context.excerpts import decode
from prunella.context.outline import Outline
from prunella.context.pieces import Note
from prunella.context.scene import Scene

MOST_FILES = 12
"""Files of one package that are looked into."""
MOST_LINES = 40
MOST_NOTES = 4
_JS = re.compile(r"""(?:import|export)\s+(?:type\s+)?([^'"();]{1,600}?)\s+from\s+['"]([^'"\n.][^'"\n]{0,200})['"]""")
_PY = re.compile(
    r"^[ \t]*from[ \t]+([A-Za-z_][\w.]{0,200})[ \t]+import[ \t]+([^\n(]{1,400}|\([^)]{1,2000}\))", re.MULTILINE
)
_PASSED = re.compile(r"""from\s+['"](\.[^'"\n]{1,200})['"]""")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ENDINGS = ("", ".d.ts", ".d.mts", ".d.cts", "/index.d.ts")


def declarations(scene: Scene, paths: list[str], names: dict[str, float]) -> list[Note]:
    """Declarations of what the files import from installed packages, of the names that the failure speaks of."""
    found: list[Note] = []
    for path in paths:
        text = scene.text(path)[:40_000]
        for package, clause in _imported(path, text):
            if len(found) >= MOST_NOTES:
                return found
            for name in dict.fromkeys(_WORD.findall(clause)):
                if names.get(name, 0.0) >= 0.5:
                    found += _declared(scene, path, package, name, 40 + 28 * names[name])
    return found


def _imported(path: str, text: str) -> Iterator[tuple[str, str]]:
    if path.endswith((".py", ".pyi")):
        yield from _PY.findall(text)
    else:
        yield from ((package, clause) for clause, package in _JS.findall(text))


def _declared(scene: Scene, path: str, package: str, name: str, value: float) -> list[Note]:
    entries = _python(scene, package) if path.endswith((".py", ".pyi")) else _types(scene, path, package)
    edge, seen = list(entries), set(entries)
    while edge and len(seen) <= MOST_FILES:
        file = edge.pop(0)
        lines = decode(scene.files.installed(file))
        if not lines:
            continue
        text = "\n".join(lines)
        outline: Outline = scene.outlines.of(file, text)
        for symbol in outline.by_name.get(name, ())[:1]:
            if symbol.kind != "export_specifier":
                last = min(symbol.last, symbol.first + MOST_LINES)
                shown = "\n".join(line[:400] for line in lines[symbol.first - 1 : last])
                said = f"/repo/{file}, an installed package, declares in line {symbol.first}:\n{shown}"
                return [Note(file, said, value, f"declares {name}, imported by {path}")]
        for target in _PASSED.findall(text)[:40]:
            for found in _variants(normpath(join(dirname(file), target))):
                if found not in seen and scene.files.installed(found) is not None:
                    seen.add(found)
                    edge.append(found)
                    break
    return []


def _variants(stem: str) -> list[str]:
    bare = re.sub(r"\.(?:js|mjs|cjs)$", "", stem)
    return [f"{bare}{ending}" for ending in _ENDINGS if ending or bare.endswith(".ts")]


def _types(scene: Scene, path: str, spec: str) -> list[str]:
    """The entry of a package's declarations, in the nearest node_modules that has it."""
    parts = spec.split("/")
    size = 2 if spec.startswith("@") else 1
    package, inner = "/".join(parts[:size]), "/".join(parts[size:])
    folder = dirname(path)
    while True:
        for name in (package, f"@types/{package.lstrip('@').replace('/', '__')}"):
            root = join(folder, "node_modules", name)
            manifest = scene.files.installed(f"{root}/package.json")
            if manifest is not None:
                tries = _variants(f"{root}/{inner}") if inner else _entries(root, manifest)
                found = [hit for hit in tries if scene.files.installed(hit) is not None]
                if found:
                    return found[:1]
        if not folder:
            return []
        folder = dirname(folder)


def _entries(root: str, manifest: bytes) -> list[str]:
    try:
        read = json.loads(manifest)
    except (ValueError, RecursionError):
        read = {}
    read = read if isinstance(read, dict) else {}
    exports = re.findall(r'"types":\s*"([^"]{1,200})"', json.dumps(read.get("exports", ""))[:20_000])
    named = [read.get("types"), read.get("typings"), *exports[:2], "index.d.ts", "dist/index.d.ts"]
    return [normpath(f"{root}/{entry}") for entry in named if isinstance(entry, str)]


def _python(scene: Scene, module: str) -> list[str]:
    """The module's file in a virtual environment inside the repository, a stub before the source."""
    inner = module.replace(".", "/")
    return [
        hit
        for folder in (".venv", "venv")
        for minor in range(9, 16)
        for end in (".pyi", ".py", "/__init__.py")
        if scene.files.installed(hit := f"{folder}/lib/python3.{minor}/site-packages/{inner}{end}") is not None
    ][:1]
