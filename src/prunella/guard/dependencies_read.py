"""Which packages a manifest asks for: name -> what it says of the version or the source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Asked = dict[str, str]

REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(@\s*\S+|[<>=!~^*(][^;#]*)?")
PLACED = re.compile(r"^\s*(?:-e\s+|--editable[=\s])?((?:git\+|hg\+|https?://|file:|\.{1,2}/)\S+)")
LONGEST = 1_000_000


def asked(path: str, lines: Sequence[str] | None) -> tuple[str, Asked] | None:
    """The registry (``npm``, ``pypi``, ``crates``, ``go``, ``maven``, …) and the packages asked for of it; None for a
    file that is no manifest. A broken manifest asks for nothing."""
    folder, _, name = path.casefold().rpartition("/")
    if folder.rpartition("/")[2] in ("requirements", "reqs") and name.endswith((".txt", ".in", ".pip")):
        name = f"requirements-{name}"
    for registry, pattern, reader in READERS:
        if re.fullmatch(pattern, name):
            text = "\n".join(lines or ())[:LONGEST]
            try:
                return registry, dict(reader(text))
            except (ValueError, RecursionError, AttributeError, TypeError):
                return registry, {}
    return None


def _npm(text: str) -> Iterator[tuple[str, str]]:
    package = json.loads(text)
    for section in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        yield from _texts(package.get(section))
    for section in ("overrides", "resolutions"):
        for name, spec in _texts(package.get(section)):
            yield f"{section}:{name}", spec
    for name, spec in _texts((package.get("pnpm") or {}).get("overrides")):
        yield f"overrides:{name}", spec
    for name, spec in _texts((package.get("pnpm") or {}).get("patchedDependencies")):
        yield f"patched:{name}", spec


def _texts(section: Any) -> Iterator[tuple[str, str]]:
    if isinstance(section, dict):
        for name, spec in section.items():
            yield str(name), spec if isinstance(spec, str) else json.dumps(spec, default=str)


def _requirements(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        placed = PLACED.match(line)
        if placed:
            egg = re.search(r"#egg=([\w.-]+)", placed[1])
            stem = re.split(r"[@#?]", placed[1].rstrip("/").rpartition("/")[2])[0].removesuffix(".git")
            yield _pypi(egg[1] if egg else stem), placed[1]
            continue
        if re.match(r"\s*(-|#|$)", line):
            source = re.match(r"\s*(--(?:extra-)?index-url|-i|--find-links|-f|--trusted-host)[\s=]+(\S+)", line)
            if source:
                yield f"source:{source[1].lstrip('-')}", source[2]
            continue
        yield from _one(line)


def _one(text: str) -> Iterator[tuple[str, str]]:
    found = REQUIREMENT.match(text)
    if found:
        yield _pypi(found[1]), (found[2] or "").strip()


def _pypi(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def _pyproject(text: str) -> Iterator[tuple[str, str]]:
    import tomllib

    data = tomllib.loads(text)
    project, tool = data.get("project", {}), data.get("tool", {})
    lists = [project.get("dependencies"), data.get("build-system", {}).get("requires")]
    lists += [*project.get("optional-dependencies", {}).values(), *data.get("dependency-groups", {}).values()]
    lists += [tool.get("uv", {}).get("dev-dependencies"), tool.get("uv", {}).get("override-dependencies")]
    lists += tool.get("pdm", {}).get("dev-dependencies", {}).values()
    for items in lists:
        for item in items or ():
            if isinstance(item, str):
                yield from _one(item)
    poetry = tool.get("poetry", {})
    groups = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    groups += [group.get("dependencies") for group in poetry.get("group", {}).values()]
    for group in groups:
        for name, spec in _texts(group):
            if name != "python":
                yield _pypi(name), spec
    for name, spec in _texts(tool.get("uv", {}).get("sources")):
        yield f"source:{_pypi(name)}", spec


def _setup_cfg(text: str) -> Iterator[tuple[str, str]]:
    inside = False
    for full in text.split("\n"):
        line = full
        key = re.match(r"([\w.-]+)\s*=\s*(.*)$", line)
        if line.startswith("["):
            inside = "extras_require" in line
        elif key:
            inside_key = key[1] in ("install_requires", "tests_require", "setup_requires")
            inside = inside_key or (inside and not inside_key)
            line = key[2] if inside else ""
        if inside and line.strip():
            yield from _one(line)


def _setup_py(text: str) -> Iterator[tuple[str, str]]:
    for items in re.findall(r"(?:_requires?|require\w*|extras?\w*|depend\w*)['\"]?\s*[=:]\s*\[([^\]]*)\]", text):
        for item in re.findall(r"['\"]([A-Za-z][^'\"\n]*)['\"]", items):
            yield from _one(item)


def _cargo(text: str) -> Iterator[tuple[str, str]]:
    import tomllib

    data = tomllib.loads(text)
    tables = [data, data.get("workspace", {}), *data.get("target", {}).values()]
    for table in tables:
        for section in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, spec in _texts(table.get(section)):
                yield name.replace("_", "-"), spec
    for registry in data.get("patch", {}).values():
        for name, spec in _texts(registry):
            yield f"source:{name}", spec
    for name, spec in _texts(data.get("replace")):
        yield f"source:{name}", spec


def _go(text: str) -> Iterator[tuple[str, str]]:
    block = ""
    for line in text.split("\n"):
        bare = line.split("//")[0].strip()
        opened = re.match(r"(require|replace|exclude|tool)\s*\($", bare)
        if opened or bare == ")":
            block = opened[1] if opened else ""
            continue
        single = re.match(r"(require|replace|tool)\s+(.*)$", bare)
        kind, rest = (single[1], single[2]) if single else (block, bare)
        words = rest.split()
        if kind == "require" and len(words) >= 2:
            yield words[0], words[1]
        elif kind == "replace" and "=>" in words:
            yield f"source:{words[0]}", " ".join(words[words.index("=>") + 1 :])


def _maven(text: str) -> Iterator[tuple[str, str]]:
    for body in re.findall(r"<dependency>(.*?)</dependency>", text, re.DOTALL):
        group, artifact, version = (
            (re.search(rf"<{tag}>\s*([^<]+?)\s*</{tag}>", body) or ["", ""])[1]
            for tag in ("groupId", "artifactId", "version")
        )
        yield f"{group}:{artifact}", version
    for identity, url in re.findall(r"<repository>.*?<id>([^<]*)</id>.*?<url>([^<]*)</url>", text, re.DOTALL):
        yield f"source:{identity}", url


def _gradle(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"""["']([\w.-]+:[\w.-]+)(?::([\w.$\{\}+-]+))?["']""", text)
    for url in re.findall(r"""\bmaven\s*[({]\s*(?:url\s*[=(]?\s*(?:uri\()?)?\s*["']([^"']+)["']""", text):
        yield f"source:{url}", url


def _gem(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"(?m)^\s*(?:gem|\w+\.add_\w*dependency)\s*\(?\s*[\"']([\w.-]+)[\"'],?\s*(.*)$", text)


def _composer(text: str) -> Iterator[tuple[str, str]]:
    package = json.loads(text)
    for section in ("require", "require-dev"):
        yield from _texts(package.get(section))


def _nuget(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"<PackageReference\s+[^>]*?Include=\"([^\"]+)\"(?:[^>]*?Version=\"([^\"]*)\")?", text)


def _cmake(text: str) -> Iterator[tuple[str, str]]:
    fetched = r"(?is)\b(?:FetchContent_Declare|ExternalProject_Add|CPMAddPackage)\s*\(\s*(\S+)([^)]*)\)"
    yield from ((name, " ".join(body.split())) for name, body in re.findall(fetched, text))


READERS: tuple[tuple[str, str, Callable[[str], Iterator[tuple[str, str]]]], ...] = (
    ("npm", r"package\.json", _npm),
    ("pypi", r".*(requirements|constraints)[\w.-]*\.(txt|in|pip)|(dev|test|docs?)\.(txt|in)", _requirements),
    ("pypi", r"pyproject\.toml", _pyproject),
    ("pypi", r"setup\.cfg", _setup_cfg),
    ("pypi", r"setup\.py", _setup_py),
    ("crates", r"cargo\.toml", _cargo),
    ("go", r"go\.mod", _go),
    ("maven", r"pom\.xml", _maven),
    ("maven", r".*\.gradle(\.kts)?|libs\.versions\.toml|build\.sbt", _gradle),
    ("gems", r"gemfile|.*\.gemspec", _gem),
    ("packagist", r"composer\.json", _composer),
    ("nuget", r".*\.(cs|fs|vb)proj|directory\.packages\.props", _nuget),
    ("cmake", r"cmakelists\.txt|.*\.cmake", _cmake),
)
