"""Files that a file imports by a path inside the repository (JavaScript, TypeScript and Python)."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

_JS = re.compile(r"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*['"](\.{1,2}/[^'"\n]+|\.{1,2})['"]""")
_PY = re.compile(r"^\s*(?:from\s+(\.*[\w.]*)\s+import\s+\(?([^#\n(]*)|import\s+([\w.]+))", re.MULTILINE)
_JS_ENDINGS = ("", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".json")
_JS_FILES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte")


def imported(path: str, text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Paths among ``known`` that ``text`` (the content of ``path``) imports, in order, without repeats."""
    if path.endswith(_JS_FILES):
        found = [_js(path, spec, known) for spec in _JS.findall(text)]
    elif path.endswith((".py", ".pyi")):
        found = [
            hit for module, names, plain in _PY.findall(text) for hit in _python(path, module or plain, names, known)
        ]
    else:
        found = []
    return tuple(dict.fromkeys(hit for hit in found if hit and hit != path))


def _js(path: str, spec: str, known: frozenset[str]) -> str:
    target = normpath(join(dirname(path), spec))
    stems = [target]
    for written, real in ((".js", ".ts"), (".js", ".tsx"), (".jsx", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts")):
        if target.endswith(written):
            stems.append(target.removesuffix(written) + real)
    candidates = [stem + ending for stem in stems for ending in _JS_ENDINGS]
    candidates += [f"{target}/index{ending}" for ending in _JS_ENDINGS[1:]]
    return next((candidate for candidate in candidates if candidate in known), "")


def _python(path: str, module: str, names: str, known: frozenset[str]) -> list[str]:
    dots = len(module) - len(module.lstrip("."))
    folder = dirname(path)
    for _ in range(max(0, dots - 1)):
        folder = dirname(folder)
    inner = module.lstrip(".").replace(".", "/")
    roots = [folder] if dots else ["", "src", dirname(path)]
    found: list[str] = []
    for root in roots:
        base = normpath(join(root, inner)) if inner else root
        whole = [f"{base}.py", f"{base}/__init__.py"]
        parts = [f"{base}/{name.strip().split(' ')[0]}.py" for name in names.split(",") if name.strip()]
        hits = [normpath(candidate) for candidate in whole + parts if normpath(candidate) in known]
        if hits:
            found += hits
            break
    return found
