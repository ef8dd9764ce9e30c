"""JavaScript and TypeScript: the scripts in package.json, by the package manager whose lockfile is there."""

from __future__ import annotations

import json
import re

from prunella.config.looks import Found, Look
from prunella.domain import Check

LOCKFILES = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
TYPE_SCRIPTS = ("typecheck", "type-check", "types:check", "check-types", "check:types", "tsc")
TEST_SCRIPTS = ("test", "test:ci", "test:run", "test:unit")
PLACEHOLDER = "no test specified"

_WATCH = re.compile(
    r"(?:^|\s)(?:--watch(?:-?all)?(?:=true)?|nodemon|tsx\s+watch|vitest\s+watch|cypress\s+open"
    r"|(?:tsc|rollup|webpack|esbuild|sass|mocha|ava)\b[^&|;]*\s-w|ng\s+test(?!.*--watch=false)"
    r"|karma\s+start(?!.*--single-run)|react-scripts\s+test(?!.*--watchAll=false))(?=\s|$)",
    re.IGNORECASE,
)
"""Commands that never end by themselves. (Vitest and Jest watch only at a terminal, which checks do not have.)"""


def node(look: Look) -> list[Found]:
    """``build``, else a type check; and the tests, when there are any that come to an end by themselves."""
    text = look.text("package.json")
    if not text:
        return []
    manager, why = _manager(look, text)
    scripts = _scripts(text)
    if scripts is None:
        return _broken(text, manager)
    found = []
    build = _first(scripts, ("build", *TYPE_SCRIPTS))
    if build:
        name = "build" if build == "build" else "types"
        found.append(Found(Check(name, f"{manager} run {build}"), f'script "{build}" in package.json{why}'))
    elif look.has("tsconfig.json") and '"typescript"' in text:
        found.append(Found(Check("types", _tsc(manager)), "tsconfig.json, and typescript in package.json"))
    test = _first(scripts, TEST_SCRIPTS)
    if test:
        found.append(Found(Check("test", _run_test(manager, test)), f'script "{test}" in package.json{why}'))
    elif scripts.get("test", "").strip() == "react-scripts test":
        command = f"CI=true {_run_test(manager, 'test')}"  # without it, this one watches
        found.append(Found(Check("test", command), f'script "test" in package.json{why}'))
    return found


def _scripts(text: str) -> dict[str, str] | None:
    """The scripts that say something; None when the file is not JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    scripts = document.get("scripts") if isinstance(document, dict) else None
    if not isinstance(scripts, dict):
        return {}
    return {name: command for name, command in scripts.items() if isinstance(command, str) and command.strip()}


def _first(scripts: dict[str, str], names: tuple[str, ...]) -> str:
    """The first of these scripts that does something and ends by itself."""
    for name in names:
        command = scripts.get(name, "")
        if command and PLACEHOLDER not in command and not _WATCH.search(command):
            return name
    return ""


def _manager(look: Look, text: str) -> tuple[str, str]:
    """The package manager, and the reason when it is not plain npm."""
    stated = re.search(r'"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@', text)
    if stated:
        return stated[1], f", packageManager {stated[1]}"
    lockfile = look.has(*LOCKFILES)
    manager = LOCKFILES.get(lockfile, "npm")
    return manager, f", {lockfile}" if manager != "npm" else ""


def _run_test(manager: str, script: str) -> str:
    # `bun test` would be bun's own test runner and not the script.
    return f"{manager} test" if script == "test" and manager != "bun" else f"{manager} run {script}"


def _tsc(manager: str) -> str:
    return {
        "npm": "npx --no-install tsc --noEmit",
        "pnpm": "pnpm exec tsc --noEmit",
        "yarn": "yarn run tsc --noEmit",
        "bun": "bun run tsc --noEmit",
    }[manager]


def _broken(text: str, manager: str) -> list[Found]:
    """package.json itself may be what has to be healed; the command that fails on it is still the right check."""
    for name, command in (("build", f"{manager} run build"), ("test", f"{manager} test")):
        if f'"{name}"' in text:
            return [Found(Check(name, command), "package.json, which is not valid JSON")]
    return []
