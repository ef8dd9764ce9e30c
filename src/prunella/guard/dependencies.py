"""Packages that a fix adds, takes from elsewhere, or sets back.

A repair does with what the project has. Whether a package exists is told by what is installed, what the lockfiles
hold and a list of popular names; the guard itself asks no registry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from prunella.changes import Finding, Judgement
from prunella.guard.dependencies_read import asked
from prunella.guard.imports import added_imports
from prunella.guard.kinds import kinds_of
from prunella.guard.lines import Rule, breaches
from prunella.guard.popular import is_popular, meant
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View

INFOS = (
    RuleInfo(
        "new-dependency",
        "dependencies",
        "A fix adds no package that was not chosen (guard.dependencies).",
        adapts=True,
        example='package.json: "left-pad": "^1.3.0"',
    ),
    RuleInfo(
        "misspelt-dependency",
        "dependencies",
        "A fix adds no package with nearly the name of a popular one.",
        Judgement.REJECT,
        example='package.json: "loadsh": "^4.17.21"',
    ),
    RuleInfo(
        "dependency-source",
        "dependencies",
        "A fix takes no package from elsewhere than its registry, nor another in its place, nor any version.",
        example='package.json: "zod": "github:someone/zod"',
    ),
    RuleInfo(
        "dependency-lowered",
        "dependencies",
        "A fix sets no package back to an older version.",
        adapts=True,
        example='package.json: "zod": "^3.0.0"',
    ),
    RuleInfo(
        "undeclared-import",
        "dependencies",
        "A fix imports no package that the project does not ask for.",
        example='import leftPad from "left-pad";',
    ),
    RuleInfo(
        "fetched-script",
        "dependencies",
        "A fix fetches nothing from the network to run it.",
        example="curl -sL https://get.example.net/fix.sh | sh",
    ),
    RuleInfo(
        "patched-dependency",
        "dependencies",
        "A fix does not patch an installed package.",
        example="patches/jest-circus+29.0.0.patch",
    ),
)

ELSEWHERE = re.compile(
    r"^(git[+:@]|hg\+|https?:|file:|link:|portal:|patch:|github:|gitlab:|bitbucket:|npm:|\.{0,2}/|@\s*(git|https?|file))"
    r"|\b(git|path|url|GIT_REPOSITORY|URL|github)\b[\"']?\s*[=:>\s]|^[\w.-]+/[\w.-]+(#.*)?$"
)
FETCHED = (
    Rule(
        "fetched-script",
        ("script", "build", "config", "js", "python", "ruby"),
        ("curl", "wget", "install", "go get", "npx"),
        r"\b(curl|wget)\b[^|\n]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|\$\(shell\s+(curl|wget)\b|\bpip3?[\"',\s]+install[\"',\s]+(?![-.\"'])\w"
        r"|\b(npm|pnpm|yarn|bun)\s+(i|install|add)\s+[@A-Za-z]|\bcargo\s+install\s+\w|\bgo\s+(install|get)\s+\S+@"
        r"|\bnpx\s+(-y|--yes)\s",
        "it fetches a program or a package and runs it",
    ),
)
LOCKS = (
    "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "uv.lock", "poetry.lock", "pdm.lock",
    "Pipfile.lock",
    "Cargo.lock", "go.sum", "Gemfile.lock", "composer.lock",
)  # fmt: skip
MOST = 30
"""New packages of one manifest that are looked at one by one."""


def dependencies(view: View) -> Found:
    """Findings on packages that come, or come from elsewhere, and on imports of what is not asked for."""
    found: Found = []
    asked_before = {name for touch in view.touches for name in _both(touch)[1]}
    for touch in view.touches:
        registry, before, after = _both(touch)
        if touch.after is not None and registry:
            for name, spec in list(_changed(before, after))[:MOST]:
                finding = _judged(view, touch, (registry, name, spec), before.get(name), asked_before)
                if finding:
                    found.append(finding)
        found += _patched(touch)
        found += breaches(FETCHED, touch, kinds_of(touch.path))
    found += [_undeclared(touch, *each) for touch in view.touches for each in added_imports(view, touch)]
    return found


def _both(touch: Touch) -> tuple[str, dict[str, str], dict[str, str]]:
    after = asked(touch.path, touch.after)
    before = asked(touch.old_path, touch.before)
    return (after[0] if after else ""), (before[1] if before else {}), (after[1] if after else {})


def _changed(before: dict[str, str], after: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(after):
        if before.get(name) != after[name]:
            yield name, after[name]


def _judged(
    view: View, touch: Touch, package: tuple[str, str, str], before: str | None, known: Collection[str]
) -> tuple[Finding, bool] | None:
    registry, name, spec = package
    line = _line(touch, name.partition(":")[2] if name.startswith(("source:", "overrides:", "resolutions:")) else name)
    plain = re.sub(r"^(source|overrides|resolutions|patched):", "", name)
    if any(fnmatchcase(plain.casefold(), pattern.casefold()) for pattern in view.tuning.dependencies):
        return None
    if plain != name or _is_elsewhere(registry, spec):
        if before is not None and _is_elsewhere(registry, before) and plain == name:
            return None  # as it was: only its version is another
        if plain != name and registry == "npm" and re.match(r"^[\d^~>=<. |-]+$", spec):
            return None  # a version held fast, from the same registry
        reason = f'it takes "{plain}" from elsewhere than its registry: {spec[:100]}'
        return Finding("dependency-source", touch.path, line, reason, Judgement.SUSPICIOUS), False
    if before is None:
        return None if touch.before is None and name in known else _new(view, touch, (registry, name), line)
    return _version(touch, name, (before, spec), line)


def _is_elsewhere(registry: str, spec: str) -> bool:
    if registry in ("go", "maven", "nuget"):
        return False
    if registry == "crates":
        return bool(re.search(r'"(git|url)"', spec))  # a path is of the workspace
    if registry in ("gems", "cmake"):
        return bool(re.search(r"\b(git|path|url|github|GIT_REPOSITORY|URL)\b", spec)) and '"workspace"' not in spec
    return not spec.startswith(("workspace:", "npm:@jsr/")) and bool(ELSEWHERE.search(spec))


def _new(view: View, touch: Touch, package: tuple[str, str], line: int) -> tuple[Finding, bool] | None:
    registry, name = package
    proven = _is_proven(view, name)
    if proven and view.failing.known and name.casefold() in view.failing.text.casefold():
        return None  # it is there, and the failure is that the manifest does not say so
    likely = "" if proven else meant(registry, name)
    if likely:
        reason = f'it adds "{name}", which is nearly the name of "{likely}": that one was probably meant'
        return Finding("misspelt-dependency", touch.path, line, reason, Judgement.REJECT), False
    exists = "" if proven or is_popular(registry, name) else "; nothing here shows that it exists"
    reason = f'it adds the package "{name}"{exists}'
    return Finding("new-dependency", touch.path, line, reason, Judgement.SUSPICIOUS), True


def _version(touch: Touch, name: str, specs: tuple[str, str], line: int) -> tuple[Finding, bool] | None:
    old, new = specs
    if new.strip("\"' ") in ("*", "latest", "x", "") and old.strip("\"' ") not in ("*", "latest", "x", ""):
        reason = f'it takes any version of "{name}", not {old[:60]}'
        return Finding("dependency-source", touch.path, line, reason, Judgement.SUSPICIOUS), False
    before, after = _numbers(old), _numbers(new)
    if before and after and after < before[: len(after)]:
        reason = f'it sets "{name}" back to {new[:60]} from {old[:60]}'
        return Finding("dependency-lowered", touch.path, line, reason, Judgement.SUSPICIOUS), True
    return None


def _numbers(spec: str) -> tuple[int, ...]:
    found = re.search(r"\d+(?:\.\d+){0,3}", spec)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _is_proven(view: View, name: str) -> bool:
    """Whether a lockfile or an installed copy shows that the package is there."""
    if view.read(f"node_modules/{name}/package.json") is not None:
        return True
    quoted = name.encode("utf-8", "replace")
    pattern = re.compile(rb"(?:(?<![\w@/-])|node_modules/)" + re.escape(quoted) + rb"(?![\w-])", re.IGNORECASE)
    for path in LOCKS:
        if path in view.paths or not view.paths:
            text = view.read(path)
            if text and pattern.search(text[:8_000_000]):
                return True
    return False


def _patched(touch: Touch) -> Found:
    folded = touch.path.casefold()
    if not folded.endswith((".patch", ".diff")) or touch.after is None:
        return []
    installed = any("node_modules/" in line or "site-packages/" in line for line in touch.after[:400])
    if not installed and not re.search(r"(^|/)(patches|\.yarn/patches)/", folded):
        return []
    reason = "it patches an installed package"
    return [(Finding("patched-dependency", touch.path, 1, reason, Judgement.SUSPICIOUS), False)]


def _undeclared(touch: Touch, registry: str, name: str, line: int) -> tuple[Finding, bool]:
    likely = meant(registry, name.replace("_", "-") if registry == "pypi" else name)
    if likely:
        reason = f'it imports "{name}", which is nearly the name of "{likely}": that one was probably meant'
        return Finding("misspelt-dependency", touch.path, line, reason, Judgement.REJECT), False
    reason = f'it imports "{name}", which the project does not ask for'
    return Finding("undeclared-import", touch.path, line, reason, Judgement.SUSPICIOUS), False


def _line(touch: Touch, name: str) -> int:
    for number, line in touch.added:
        if name.casefold() in line.casefold().replace("_", "-") or name in line:
            return number
    return touch.added[0][0] if touch.added else 0
