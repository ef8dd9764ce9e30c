"""What a file of Rust, Go, Java, C, C++ or C# draws on in the repository: modules, packages, included headers."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

from prunella.context.known import Paths
from prunella.context.languages import family, suffix

MOST_IN_FOLDER = 40
_RUST_USE = re.compile(r"^[ \t]*(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?use[ \t]+([^;]{1,2000});", re.MULTILINE)
_RUST_MOD = re.compile(r"^[ \t]*(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;", re.MULTILINE)
_RUST_PATH = re.compile(r"\b(?:crate|super|self)(?:::\w+){1,6}")
_GO_IMPORT = re.compile(r'^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([\w./~-]{1,200})"', re.MULTILINE)
_JAVA_IMPORT = re.compile(r"^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]{1,200})(?:\.\*)?[ \t]*;", re.MULTILINE)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]{1,200})[">]', re.MULTILINE)
_BODIES = ("c", "cc", "cpp", "cxx")
_HEADERS = ("h", "hh", "hpp", "hxx")


def drawn_on(path: str, text: str, paths: Paths) -> list[str]:
    """Files of the repository that ``path`` draws on, the most certain first; [] for other languages."""
    kind = family(path)
    if kind == "rust":
        found = _rust(path, text, paths)
    elif kind == "go":
        found = _go(path, text, paths)
    elif kind == "java":
        found = _java(path, text, paths)
    elif kind == "c":
        found = _c(path, text, paths)
    elif kind == "csharp":
        found = _beside(path, paths)
    else:
        found = []
    return [hit for hit in dict.fromkeys(found) if hit and hit != path]


def _beside(path: str, paths: Paths) -> list[str]:
    """Files of the same ending in the same folder."""
    return [other for other in paths.folder(dirname(path)) if suffix(other) == suffix(path)][:MOST_IN_FOLDER]


def _rust(path: str, text: str, paths: Paths) -> list[str]:
    root = _crate(path, paths)
    name = path.rpartition("/")[2]
    own = dirname(path) if name in {"mod.rs", "lib.rs", "main.rs"} else path.removesuffix(".rs")
    found = [_module(join(own, module), paths) for module in _RUST_MOD.findall(text)]
    for match in [*_RUST_USE.findall(text), *_RUST_PATH.findall(text)[:400]]:
        found += [_rust_file(parts, own, root, paths) for parts in _uses(match)]
    if own != dirname(path):
        found.append(_module(dirname(own), paths))
    return found


def _uses(clause: str) -> list[list[str]]:
    """``a::b::{c, d::e}`` as its paths; one level of braces, which is what nearly all are."""
    head, brace, rest = re.sub(r"\s+", "", clause).partition("{")
    base = [part for part in head.split("::") if part]
    if not brace:
        return [base]
    return [base + [part for part in one.split("::") if part] for one in rest.rstrip("}").split(",") if one][:60]


def _rust_file(parts: list[str], own: str, root: str, paths: Paths) -> str:
    here = root
    if parts and parts[0] in {"super", "self"}:
        here = own
    while parts and parts[0] in {"crate", "super", "self"}:
        here = dirname(here) if parts[0] == "super" else here
        parts = parts[1:]
    for length in range(len(parts), 0, -1):
        hit = _module(join(here, *parts[:length]), paths)
        if hit:
            return hit
    return next((f"{here}/{end}" for end in ("lib.rs", "mod.rs", "main.rs") if f"{here}/{end}" in paths.known), "")


def _module(stem: str, paths: Paths) -> str:
    stem = normpath(stem)
    return next((hit for hit in (f"{stem}.rs", f"{stem}/mod.rs") if hit in paths.known), "")


def _crate(path: str, paths: Paths) -> str:
    folder = dirname(path)
    while folder:
        if f"{folder}/lib.rs" in paths.known or f"{folder}/main.rs" in paths.known:
            return folder
        if f"{folder}/src/lib.rs" in paths.known:  # integration tests, examples
            return f"{folder}/src"
        folder = dirname(folder)
    return "src"


def _go(path: str, text: str, paths: Paths) -> list[str]:
    """The same package first; then the folders whose path ends as an import does, the module's name left off."""
    found = _beside(path, paths)
    for name in _GO_IMPORT.findall(text[:20_000])[:60]:
        parts = name.split("/")
        for start in range(len(parts)):
            folder = "/".join(parts[start:])
            hits = [hit for hit in paths.folder(folder) if hit.endswith(".go") and not hit.endswith("_test.go")]
            if hits:
                found += hits[:MOST_IN_FOLDER]
                break
    if path.endswith("_test.go"):
        found.sort(key=lambda hit: hit.endswith("_test.go"))
    return found


def _java(path: str, text: str, paths: Paths) -> list[str]:
    found = []
    for name in _JAVA_IMPORT.findall(text[:40_000])[:120]:
        inner = name.replace(".", "/")
        found.append(paths.ending((f"{inner}.java", f"{inner.rpartition('/')[0]}.java"), path))
    beside = _beside(path, paths)
    test = path.replace("src/test/java", "src/main/java")
    return [*found, *beside, *(_beside(test, paths) if test != path else ())]


def _c(path: str, text: str, paths: Paths) -> list[str]:
    """Included headers, and the body that belongs to each; a header's own body, a body's own header."""
    found: list[str] = []
    for name in _INCLUDE.findall(text)[:120]:
        beside = normpath(join(dirname(path), name))
        hit = beside if beside in paths.known else paths.ending((name,), path)
        found += [hit, *_twins(hit, paths)] if hit else []
    return _twins(path, paths) + found


def _twins(path: str, paths: Paths) -> list[str]:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    ends = _BODIES if suffix(path) in _HEADERS else _HEADERS
    hits = [paths.ending((f"{stem}.{end}",), path) for end in ends]
    return [hit for hit in hits if hit]
