"""Imports that a fix adds of packages that the project does not ask for."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from prunella.guard.kinds import kinds_of
from prunella.guard.touched import Touch
from prunella.guard.view import View

JS = re.compile(
    r"""(?:^\s*import\s+(?!type\b)(?:[^'"]*?\bfrom\s*)?|\brequire\(\s*|\bimport\(\s*|^\s*export\s+[^'"]*?\bfrom\s*)"""
    r"""["']([^'"]+)["']"""
)
PYTHON = re.compile(
    r"^\s*(?:import\s+([A-Za-z_][\w.]*(?:\s*,\s*[A-Za-z_][\w.]*)*)|from\s+([A-Za-z_]\w*)[\w.]*\s+import\b)"
)
NODE = frozenset({
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram", "dns",
    "domain",
    "events", "fs", "http", "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process",
    "punycode",
    "querystring", "readline", "repl", "stream", "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url",
    "util", "v8", "vm", "wasi", "worker_threads", "zlib", "test", "sea", "sqlite",
})  # fmt: skip
OTHER_NAMES = {
    "yaml": "pyyaml", "pil": "pillow", "bs4": "beautifulsoup", "cv2": "opencv", "sklearn": "scikit-learn",
    "skimage": "scikit-image", "dateutil": "python-dateutil", "dotenv": "python-dotenv", "jwt": "pyjwt",
    "openssl": "pyopenssl", "pkg_resources": "setuptools", "attr": "attrs", "google": "google", "crypto": "pycrypto",
    "serial": "pyserial", "docx": "python-docx", "magic": "python-magic", "git": "gitpython", "zmq": "pyzmq",
    "usb": "pyusb", "mysqldb": "mysqlclient", "ruamel": "ruamel", "_pytest": "pytest", "distutils": "setuptools",
    "socks": "pysocks", "github": "pygithub", "slugify": "python-slugify", "levenshtein": "leven",
}  # fmt: skip
"""Module -> what its package is called, where that is another name."""

MANIFESTS = (
    "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "requirements-dev.txt", "requirements-test.txt",
    "dev-requirements.txt", "test-requirements.txt", "requirements_dev.txt", "tox.ini", "noxfile.py", "Pipfile",
    "environment.yml", "uv.lock", "poetry.lock", "requirements/dev.txt", "requirements/test.txt",
    "requirements/tests.txt",
    "requirements/base.txt", "requirements/main.txt", "requirements/tests.in", "conda/environment.yml",
)  # fmt: skip
MOST = 20
LONGEST = 2_000_000
APART = frozenset({
    "examples", "example", "docs", "doc", "benchmarks", "bench", "fixtures", "playground", "templates", "scripts",
    "samples", "sample", "__fixtures__", "testdata", "expected", "snapshots", "__snapshots__", "input", "inputs",
    "output", "outputs", "codemods",
})  # fmt: skip
"""Folders whose packages are often asked for elsewhere."""


def added_imports(view: View, touch: Touch) -> Iterator[tuple[str, str, int]]:
    """Registry, package and line of each import of a package that nothing in the project asks for."""
    kinds = kinds_of(touch.path)
    if touch.after is None or APART.intersection(touch.path.casefold().split("/")):
        return
    if "js" in kinds:
        yield from _javascript(view, touch)
    elif "python" in kinds:
        yield from _python(view, touch)


def _javascript(view: View, touch: Touch) -> Iterator[tuple[str, str, int]]:
    names: dict[str, int] = {}
    before = "\n".join(touch.before or ())
    for number, line in touch.added:
        for text in JS.findall(line[:2_000]):
            name = _package(text)
            if name and f"'{name}" not in before and f'"{name}' not in before:
                names.setdefault(name, number)
    if not names:
        return
    manifests = _manifests(view, touch)
    if not any(manifests.values()):
        return
    asked = b"\n".join(manifests.values())
    own = _workspace_names(view) if len(names) <= MOST else ""
    for name, number in list(names.items())[:MOST]:
        quoted = f'"{name}"'.encode("utf-8", "replace")
        typed = f'"@types/{name}"'.encode("utf-8", "replace")
        if quoted in asked or typed in asked or f'"{name}"' in own:
            continue
        if view.read(f"node_modules/{name}/package.json") is None and not _is_alias(view, name):
            yield "npm", name, number


def _package(text: str) -> str:
    """The package that an import is of; "" for a file, a builtin or an alias."""
    if text.startswith((".", "/", "#", "~", "@/", "$", "\0", "%")):
        return ""
    if ":" in text or "*" in text or " " in text or "${" in text or "!" in text:
        return ""
    parts = text.split("/")
    name = "/".join(parts[:2]) if text.startswith("@") else parts[0]
    well = re.fullmatch(r"(@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*", name)
    return name if well and name not in NODE else ""


def _manifests(view: View, touch: Touch) -> dict[str, bytes]:
    """The package.json files from the file's folder up to the root, with those of the fix as they are after it."""
    after = {each.path: each.after for each in view.touches}
    found: dict[str, bytes] = {}
    folder = touch.path
    while folder:
        folder = folder.rpartition("/")[0]
        path = f"{folder}/package.json" if folder else "package.json"
        lines = after.get(path)
        text = "\n".join(lines).encode("utf-8", "replace") if lines is not None else view.read(path)
        if text:
            found[path] = text[:LONGEST]
    return found


def _workspace_names(view: View) -> str:
    """What the repository's own packages are called, and what they ask for: installed once, it is there for all."""
    paths = sorted(path for path in view.paths if path.endswith("/package.json") and "node_modules/" not in path)[:60]
    return " ".join((view.read(path) or b"")[:40_000].decode("utf-8", "replace") for path in paths)


def _is_alias(view: View, name: str) -> bool:
    """Whether a bundler's or compiler's settings, or a folder, give the name to something of the repository's own."""
    first = name.partition("/")[0]
    if any(path.startswith((f"{first}/", f"src/{first}/", f"src/{first}.")) for path in view.paths):
        return True
    quoted = first.encode("utf-8", "replace")
    settings = ("tsconfig.json", "tsconfig.base.json", "vite.config.ts", "webpack.config.js", "jest.config.js")
    return any(quoted in (view.read(path) or b"")[:LONGEST] for path in settings)


def _python(view: View, touch: Touch) -> Iterator[tuple[str, str, int]]:
    names: dict[str, int] = {}
    lines = touch.after or ()
    for number, line in touch.added:
        found = PYTHON.match(line[:2_000])
        if not found or _is_tried(lines, number):
            continue
        for name in (found[1] or found[2]).split(","):
            names.setdefault(name.strip().split(".")[0], number)
    names = {name: at for name, at in names.items() if name and name not in sys.stdlib_module_names}
    if not names:
        return
    before = "\n".join(touch.before or ())
    texts = [_after(view, path) for path in MANIFESTS]
    asked = re.sub(r"[-_.]+", "-", " ".join(text for text in texts if text).casefold())
    if not asked:
        return
    for name, number in list(names.items())[:MOST]:
        called = re.sub(r"[-_.]+", "-", OTHER_NAMES.get(name.casefold(), name).casefold())
        imported = re.search(rf"(?m)^\s*(import|from)\s+{re.escape(name)}\b", before)
        if (
            not imported
            and called not in asked
            and not _is_own(view, name)
            and name not in ("__future__", "_typeshed", "typing_extensions", "annotationlib", "compression")
        ):
            yield "pypi", name, number


def _is_tried(lines: tuple[str, ...], number: int) -> bool:
    """Whether the import may fail, or is for the type checker alone."""
    near = lines[max(0, number - 4) : number - 1]
    return any(
        line.strip().startswith(("try:", "except ImportError", "if TYPE_CHECKING", "if typing.")) for line in near
    )


def _after(view: View, path: str) -> str:
    for touch in view.touches:
        if touch.path == path and touch.after is not None:
            return "\n".join(touch.after)
    if view.paths and path not in view.paths:
        return ""
    return (view.read(path) or b"")[:LONGEST].decode("utf-8", "replace")


def _is_own(view: View, name: str) -> bool:
    ends = (f"/{name}.py", f"/{name}.pyi", f"/{name}.pyx")
    return any(
        path in (f"{name}.py", f"{name}.pyi") or path.endswith(ends) or f"/{name}/" in f"/{path}"
        for path in (*view.paths, *(touch.path for touch in view.touches))
    )
