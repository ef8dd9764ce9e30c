"""What a file imports from others of the repository (JavaScript, TypeScript and Python)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from posixpath import dirname, join, normpath

from prunella.context.known import Paths
from prunella.context.packages import entered

Workspace = Mapping[str, tuple[str, str]]
Used = Mapping[str, Iterable[str]]
Resolver = Callable[[str, str], list[str]]
_JS = r"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*['"]([^'"\n]{1,300})['"]"""
_PY = (
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^)]{0,4000})|([^#\n(]*))"
    r"|import[ \t]+([\w.]+)(?:[ \t]+as[ \t]+(\w+))?)"
)
_DOTTED = r"\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,6}"
_WORD = r"[A-Za-z_$][\w$]*"
_CLAUSE = 1_500
_NO_NAMES = frozenset({"import", "export", "const", "let", "var", "type", "as", "default", "from", "await", "typeof"})
_ALIASES = ("@/", "~/", "#/", "$lib/", "~~/", "@@/")
_JS_ENDINGS = ("", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".json")
_JS_FILES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte")


def imported(
    path: str, text: str, paths: Paths, workspace: Callable[[], Workspace], aliases: Resolver | None = None
) -> dict[str, tuple[str, ...]]:
    """Paths that ``text`` (the content of ``path``) imports, in order, each with the names that it uses of it.

    ``workspace`` is asked for the packages only when a name could be one of them; ``aliases`` what the project's own
    configuration says that a name means in a file.
    """
    found: dict[str, list[str]] = {}
    if path.endswith(_JS_FILES):
        for match in re.finditer(_JS, text):
            target = _js(path, match[1], paths, workspace, aliases)
            found.setdefault(target, []).extend(_clause(text[max(0, match.start() - _CLAUSE) : match.start()]))
    elif path.endswith((".py", ".pyi")):
        used = _used(text)
        for match in re.finditer(_PY, text, re.MULTILINE):
            for target, names in _python(path, used, match, paths):
                found.setdefault(target, []).extend(names)
    return {hit: tuple(dict.fromkeys(names)) for hit, names in found.items() if hit and hit != path}


def _clause(before: str) -> list[str]:
    """The names between the statement's first word and its ``from``."""
    start = max(before.rfind(word) for word in ("import", "export", "const ", "let ", "var "))
    clause = before[start:] if start >= 0 else ""
    return [word for word in re.findall(_WORD, clause) if word not in _NO_NAMES] if ";" not in clause else []


def _js(path: str, spec: str, paths: Paths, workspace: Callable[[], Workspace], aliases: Resolver | None) -> str:
    if spec.startswith("."):
        return _existing([normpath(join(dirname(path), spec))], paths)
    configured = _existing(aliases(path, spec), paths) if aliases and not spec.startswith("node:") else ""
    if configured:
        return configured
    alias = next((alias for alias in _ALIASES if spec.startswith(alias)), "")
    if alias:
        return paths.ending(_variants(normpath(spec[len(alias) :])), path)
    return "" if spec.startswith("node:") else entered(spec, paths.known, workspace())


def _existing(targets: Iterable[str], paths: Paths) -> str:
    return next((hit for target in targets for hit in _variants(target) if hit in paths.known), "")


def _variants(target: str) -> list[str]:
    stems = [target]
    for written, real in ((".js", ".ts"), (".js", ".tsx"), (".jsx", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts")):
        if target.endswith(written):
            stems.append(target.removesuffix(written) + real)
    return [stem + ending for stem in stems for ending in _JS_ENDINGS] + [
        f"{target}/index{ending}" for ending in _JS_ENDINGS[1:]
    ]


def _python(path: str, used: Used, match: re.Match[str], paths: Paths) -> list[tuple[str, list[str]]]:
    """Files, each with the names used of it: the module, and those of the imported names that are modules."""
    module = match[1] if match[1] is not None else match[4]
    listed = re.sub(r"#[^\n]*", "", match[2] or match[3] or "").split(",")
    names = [name.split()[0] for name in listed if name.strip()]
    aliases = {name.split()[0]: name.split()[-1] for name in listed if name.strip()}
    found: list[tuple[str, list[str]]] = []
    for base in _bases(path, module):
        hit = next((file for file in (f"{base}.py", f"{base}/__init__.py") if file in paths.known), "") if base else ""
        found = [(hit, names or list(used.get(match[5] or module, ())))] if hit else []
        parts = {name: normpath(join(base, f"{name}.py")) for name in names}
        found += [(file, list(used.get(aliases[name], ()))) for name, file in parts.items() if file in paths.known]
        if found:
            return found
    inner = module.lstrip(".").replace(".", "/")
    if module.startswith(".") or not inner or inner.partition("/")[0] in sys.stdlib_module_names:
        return []
    hit = paths.ending((f"{inner}.py", f"{inner}/__init__.py"), path)
    return [(hit, names or list(used.get(match[5] or module, ())))]


def _bases(path: str, module: str) -> Iterable[str]:
    """Where the module may be, without its ending: beside the file for a relative one, else below each folder above the
    file, and its ``src``, the file's own folder last."""
    dots = len(module) - len(module.lstrip("."))
    inner = module.lstrip(".").replace(".", "/")
    folder = dirname(path)
    if dots:
        for _ in range(dots - 1):
            folder = dirname(folder)
        yield normpath(join(folder, inner)) if inner else folder
        return
    own = folder
    while folder:
        folder = dirname(folder)
        yield join(folder, inner)
        yield join(folder, "src", inner)
    yield join(own, inner)
    yield join(own, "src", inner)


def _used(text: str) -> dict[str, dict[str, None]]:
    """What stands after each dotted name: of ``a.b.c`` it is ``b`` after ``a`` and ``c`` after ``a.b``. Read once:
    a file may hold any number of imports."""
    found: dict[str, dict[str, None]] = {}
    for dotted in dict.fromkeys(re.findall(_DOTTED, text)):
        parts = dotted.split(".")
        for number in range(1, len(parts)):
            found.setdefault(".".join(parts[:number]), {})[parts[number]] = None
    return found
