"""Configuration whose lists leave more out than before: files excluded, rules ignored, tests not looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.touched import Touch

GROWING = frozenset({
    "exclude", "extend-exclude", "ignore", "extend-ignore", "per-file-ignores", "extend-per-file-ignores", "omit",
    "disable_error_code", "disable", "norecursedirs", "collect_ignore", "testpathignorepatterns", "ignores",
    "modulepathignorepatterns", "ignorepatterns",
})  # fmt: skip
"""Lists by which files or rules are left out."""

SHRINKING = frozenset({"include", "files", "select", "extend-select", "testpaths", "enable_error_code", "references"})
"""Lists of what is looked at."""


PACKAGING = frozenset({"setuptools", "hatch", "poetry", "pdm", "flit", "maturin", "uv", "package"})
"""Where such lists say what is shipped, not what is checked."""

CHECKERS = frozenset({"jest", "vitest", "mocha", "ava", "nyc", "c8", "eslintconfig", "xo"})
"""What of a package.json configures checks."""


def strictness(touches: Sequence[Touch]) -> list[tuple[Finding, bool]]:
    """A suspicion for each list that leaves more out; it softens where an error names the file."""
    found: list[tuple[Finding, bool]] = []
    for touch in touches:
        if "config" not in kinds_of(touch.path) or touch.before is None or touch.after is None:
            continue
        before, after = _lists(touch.path, touch.before), _lists(touch.path, touch.after)
        for key in sorted(before.keys() | after.keys()):
            reason = _looser(key, before.get(key), after.get(key))
            if reason:
                found.append((Finding("left-out", touch.path, 0, reason, Judgement.SUSPICIOUS), True))
    return found


def _looser(key: tuple[str, ...], before: frozenset[str] | None, after: frozenset[str] | None) -> str:
    name = key[-1].casefold()
    if PACKAGING.intersection(part.casefold() for part in key[:2]):
        return ""
    more = (after or frozenset()) - (before or frozenset())
    fewer = before - after if before is not None and after is not None else frozenset()
    if more and (name in GROWING or any(part.casefold() in GROWING for part in key[:-1])):
        return f'"{".".join(key)}" leaves out more than before: {", ".join(sorted(more)[:3])}'
    if fewer and name in SHRINKING:
        return f'"{".".join(key)}" takes in less than before: {", ".join(sorted(fewer)[:3])}'
    return ""


def _lists(path: str, lines: Sequence[str]) -> dict[tuple[str, ...], frozenset[str]]:
    """The lists of texts in a JSON or TOML file, by their keys; of a file that cannot be read, none."""
    text = "\n".join(lines)
    try:
        if path.casefold().endswith(".toml"):
            import tomllib

            data = tomllib.loads(text)
        elif "json" in path.casefold().rpartition(".")[2]:
            data = json.loads(_without_comments(text))
        else:
            return {}
    except (ValueError, RecursionError):
        return {}
    found = dict(_walk(data, ()))
    if path.casefold().rpartition("/")[2] == "package.json":
        return {key: values for key, values in found.items() if key[0].casefold() in CHECKERS}
    return found


def _walk(value: Any, key: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    if isinstance(value, dict) and len(key) < 12:
        for name, inner in value.items():
            yield from _walk(inner, (*key, str(name)))
    elif isinstance(value, list) and key:
        yield key, frozenset(item for item in value if isinstance(item, str))


def _without_comments(text: str) -> str:
    """JSON as compilers' configurations have it, as JSON: comments and commas before a closing bracket go."""
    bare = re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or "", text, flags=re.DOTALL)
    return re.sub(r'("(?:\\.|[^"\\\n])*")|,(?=\s*[}\]])', lambda found: found[1] or "", bare)
