"""The commands that the checks run, as far as the repository's own files tell: scripts of package.json, targets of a
makefile, lines of shell scripts and of tox.ini."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from prunella.guard.makefile import targets_reached

MOST = 200
"""Commands that are followed."""

LONGEST = 200_000
SCRIPT_RUNNERS = re.compile(r"\b(npm|pnpm|yarn|bun|npx|turbo|nx|lerna|npm-run-all2?|run-[sp]|wireit|concurrently)\b")
MAKERS = frozenset({"make", "gmake"})
MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def words_of(command: str) -> list[str]:
    """A command's words, without their quotes."""
    return [word.strip("\"'") for word in re.split(r"[\s;&|()]+", command[:20_000]) if word]


def commands_reached(commands: Iterable[str], read: Callable[[str], bytes | None]) -> list[str]:
    """The commands, and those that they run through files of the repository's root."""
    reached: list[str] = []
    waiting = list(commands)
    opened: set[str] = set()
    scripts: dict[str, str] | None = None
    while waiting and len(reached) < MOST:
        command = waiting.pop(0)
        if command in reached:
            continue
        reached.append(command)
        words = words_of(command)
        if SCRIPT_RUNNERS.search(command):
            scripts = scripts_of(_text(read, "package.json")) if scripts is None else scripts
            waiting += [scripts[name] for name in sorted(scripts_reached(scripts, [command]))]
        if MAKERS.intersection(words):
            waiting += _recipes(read, words)
        if "tox" in words and "tox.ini" not in opened:
            opened.add("tox.ini")
            waiting += re.findall(r"(?m)^(?:commands\s*=|\s+)\s*(\S.*)$", _text(read, "tox.ini"))
        for word in words:
            path = word.removeprefix("./")
            if path.endswith((".sh", ".bash")) and path not in opened:
                opened.add(path)
                waiting += [
                    line.strip() for line in _text(read, path).split("\n")[:MOST] if line.strip()[:1] not in ("", "#")
                ]
    return reached


def _recipes(read: Callable[[str], bytes | None], words: Sequence[str]) -> list[str]:
    for name in MAKEFILES:
        text = _text(read, name)
        if text:
            rules = targets_reached(text.split("\n"), words)
            return [line.lstrip("@-+ ") for recipe in rules.values() for line in recipe[1:]]
    return []


def _text(read: Callable[[str], bytes | None], path: str) -> str:
    return (read(path) or b"")[:LONGEST].decode("utf-8", "replace")


def scripts_of(text: str) -> dict[str, str]:
    """The scripts of a package.json; when it is broken, whatever looks like one."""
    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return dict(re.findall(r'"([\w:.-]+)"\s*:\s*"((?:\\.|[^"\\\n])*)"', text))
    scripts = package.get("scripts") if isinstance(package, dict) else None
    if not isinstance(scripts, dict):
        return {}
    return {str(key): value for key, value in scripts.items() if isinstance(value, str)}


def scripts_reached(scripts: dict[str, str], commands: Iterable[str]) -> set[str]:
    """The scripts that commands run, directly or through others."""
    reached: set[str] = set()
    waiting = list(commands)
    while waiting:
        command = waiting.pop()
        if not SCRIPT_RUNNERS.search(command):
            continue
        words = set(words_of(command)) | ({"test"} if re.search(r"\b(npm|pnpm|yarn) t\b", command) else set())
        named = {name for name in scripts if name in words}
        named |= {f"{hook}{name}" for name in named for hook in ("pre", "post") if f"{hook}{name}" in scripts}
        waiting += [scripts[name] for name in named - reached]
        reached |= named
    return reached
