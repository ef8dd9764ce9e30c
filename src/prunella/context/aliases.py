"""Names that a JavaScript project gives to its own folders: ``paths`` and ``baseUrl`` of a tsconfig, ``imports`` of a
package.json, ``alias`` of a bundler's configuration (read by its look: it is a program)."""

from __future__ import annotations

import json
import re
from posixpath import dirname, join, normpath
from typing import Any

from prunella.context.excerpts import decode
from prunella.ports import Files

MOST_EXTENDS = 6
LARGEST = 200_000
_TSCONFIGS = ("tsconfig.json", "tsconfig.app.json", "tsconfig.base.json", "jsconfig.json")
_BUNDLERS = ("vite.config.ts", "vite.config.js", "vite.config.mts", "vitest.config.ts", "webpack.config.js")
_ALIAS = re.compile(r"""['"]?([@~#$\w/-]{1,40})['"]?\s*:\s*[^,\n]{0,80}?['"](\.{0,2}/?[\w./-]{1,80})['"]""")
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r",(\s*[}\]])")


class Aliases:
    """What an import's first part may stand for, by the folder of the file that imports."""

    def __init__(self, files: Files, known: frozenset[str]) -> None:
        self._files, self._known = files, known
        self._by_folder: dict[str, tuple[tuple[str, str, str], ...]] = {}

    def targets(self, path: str, spec: str) -> list[str]:
        """Paths, without their endings made good, that ``spec`` may mean in ``path``; [] when it is no alias."""
        found: list[str] = []
        for prefix, end, target in self._of(dirname(path)):
            if spec.startswith(prefix) and spec.endswith(end) and len(spec) >= len(prefix) + len(end):
                middle = spec[len(prefix) : len(spec) - len(end) or None]
                found.append(normpath(target.replace("*", middle, 1)))
        return [hit for hit in found if not hit.startswith("..")]

    def _of(self, folder: str) -> tuple[tuple[str, str, str], ...]:
        """Nearest first: (what stands before the ``*``, what after it, the target with its ``*``)."""
        if folder not in self._by_folder:
            own = [rule for name in _TSCONFIGS for rule in self._typescript(join(folder, name))]
            own += self._package(join(folder, "package.json"))
            own += [rule for name in _BUNDLERS for rule in self._bundler(join(folder, name))]
            self._by_folder[folder] = ()  # a loop ends here
            self._by_folder[folder] = (*own, *(self._of(dirname(folder)) if folder else ()))
        return self._by_folder[folder]

    def _typescript(self, path: str, depth: int = 0) -> list[tuple[str, str, str]]:
        config = self._json(path)
        options = config.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base = options.get("baseUrl")
        root = join(dirname(path), base) if isinstance(base, str) else dirname(path)
        rules = _rules(options.get("paths"), root)
        if isinstance(base, str):
            rules.append(("", "", join(root, "*")))
        extends = config.get("extends")
        for parent in [extends] if isinstance(extends, str) else extends if isinstance(extends, list) else []:
            if depth < MOST_EXTENDS and isinstance(parent, str) and parent.startswith("."):
                above = normpath(join(dirname(path), parent))
                above = above if above in self._known else f"{above}.json"
                rules += self._typescript(above, depth + 1)
        return rules

    def _package(self, path: str) -> list[tuple[str, str, str]]:
        imports = self._json(path).get("imports")
        return _rules(imports, dirname(path))

    def _bundler(self, path: str) -> list[tuple[str, str, str]]:
        text = self._text(path)
        at = text.find("alias")
        if at < 0:
            return []
        rules = []
        for name, target in _ALIAS.findall(text[at : at + 2_000]):
            root = join(dirname(path), target.lstrip("/"))
            rules += [(f"{name}/", "", join(root, "*")), (name, "", root)]
        return rules

    def _json(self, path: str) -> dict[str, Any]:
        text = self._text(path)
        try:
            read = json.loads(_TRAILING.sub(r"\1", _COMMENT.sub(lambda match: match[1] or "", text))) if text else {}
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    def _text(self, path: str) -> str:
        lines = decode(self._files.read(path)) if path in self._known else None
        return "\n".join(lines)[:LARGEST] if lines else ""


def _rules(table: object, root: str) -> list[tuple[str, str, str]]:
    rules: list[tuple[str, str, str]] = []
    for name, targets in table.items() if isinstance(table, dict) else ():
        if isinstance(targets, dict):
            targets = [target for target in targets.values() if isinstance(target, str)]  # noqa: PLW2901
        for target in [targets] if isinstance(targets, str) else targets if isinstance(targets, list) else []:
            if isinstance(target, str):
                before, _, after = str(name).partition("*")
                rules.append((before, after, join(root, target)))
    return rules
