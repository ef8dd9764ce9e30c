"""Configuration files of every common form, read as far as a comparison needs: keys with their values.

What cannot be read as a whole gives nothing here; its changed lines are read pair by pair instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Key = tuple[str, ...]
Value = str | frozenset[str]
Settings = dict[Key, Value]
"""Key (its sections first) -> its value as text, or what a list holds."""

DEEPEST = 12
LONGEST = 400_000
"""Characters of a file that are read."""

PAIR = re.compile(
    r"""(?:^|[{,(\[\s;])["']?([A-Za-z@][\w@/.:-]*?)["']?(?:\s*[:=]\s*|\s*\.\s*set\s*\(\s*|\s+(?=(?:true|false)\b))"""
    r"""(\[[^\]]*\]|"[^"]*"|'[^']*'|/[^/\s]+/|-?[\w.%]+)"""
)
CMAKE = re.compile(r"\b(?:option|set|SET|OPTION)\s*\(\s*(\w+)\s+(?:\"[^\"]*\"\s+)?(\w+)")


TOML = (".toml",)
JSON = (".json", ".jsonc", ".json5", ".babelrc", ".swcrc", ".eslintrc", ".oxlintrc", ".nycrc")
YAML = (".yml", ".yaml", ".clang-tidy", ".clangd")
INI = (".ini", ".cfg", ".conf", ".flake8", "pylintrc", ".coveragerc", ".editorconfig", ".properties", ".bandit")
NAMED = frozenset({"property", "param", "setting", "option", "sysproperty", "systemproperty", "var", "env"})
"""Elements of XML that hold a setting by its name and value."""

XML = (".xml", ".csproj", ".fsproj", ".props", ".targets", ".ruleset", ".xml.dist")


def read(path: str, lines: Sequence[str] | None) -> Settings | None:
    """The settings of a file; None when it is of no form that is read as a whole, or broken."""
    name = path.casefold().rpartition("/")[2]
    text = "\n".join(lines or ())[:LONGEST]
    found: Settings | None = None
    try:
        if name.endswith(TOML):
            import tomllib

            found = dict(_walk(tomllib.loads(text), ()))
        elif name.endswith(JSON):
            found = dict(_walk(json.loads(_without_comments(text)), ()))
    except (ValueError, RecursionError):
        return None
    if name.endswith(YAML):
        found = _yaml(lines or ())
    elif name.endswith(INI):
        found = _ini(lines or ())
    elif name.endswith(XML):
        found = _xml(text)
    return found


def pairs(lines: Iterable[str]) -> Settings:
    """Whatever looks like a key with a value, line by line."""
    found: Settings = {}
    for line in lines:
        bare = line.strip()
        if bare.startswith(("#", "//", "*", "/*")):
            continue
        for key, value in (*PAIR.findall(bare[:2_000]), *CMAKE.findall(bare[:2_000])):
            found[key,] = _plain(value)
    return found


def _plain(value: str) -> Value:
    if value.startswith("["):
        items = [item.strip().strip("\"'") for item in value[1:-1].split(",")]
        if items and items[0] in SEVERITY_WORDS:
            return items[0]
        return frozenset(item for item in items if item)
    return value.strip("\"'")


SEVERITY_WORDS = frozenset({"off", "warn", "error", "0", "1", "2", "allow", "deny"})


def _walk(value: Any, key: Key) -> Iterator[tuple[Key, Value]]:
    if isinstance(value, dict) and len(key) < DEEPEST:
        for name, inner in value.items():
            yield from _walk(inner, (*key, str(name)))
    elif isinstance(value, list) and key:
        if value and str(value[0]) in SEVERITY_WORDS:
            yield key, str(value[0])  # a linter's rule: its severity, then its options
        else:
            yield key, frozenset(str(item) for item in value if isinstance(item, (str, int, float)))
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _walk(item, (*key, str(index)))
    elif isinstance(value, (str, int, float)) and key:
        yield key, str(value).casefold() if isinstance(value, bool) else str(value)


def _without_comments(text: str) -> str:
    """JSON as compilers' configurations have it, as JSON: comments and commas before a closing bracket go."""
    bare = re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or "", text, flags=re.DOTALL)
    return re.sub(r'("(?:\\.|[^"\\\n])*")|,(?=\s*[}\]])', lambda found: found[1] or "", bare)


def _yaml(lines: Sequence[str]) -> Settings:
    """Keys by their indentation; lists of texts; no anchors, no block texts."""
    found: Settings = {}
    above: list[tuple[int, str]] = []
    for line in lines:
        bare = line.split(" #")[0].rstrip()[:2_000]
        text = bare.lstrip()
        if not text or text.startswith(("#", "---")):
            continue
        depth = len(bare) - len(text)
        item = text.startswith("- ") or text == "-"
        while above and above[-1][0] >= depth + item:
            above.pop()
        if item:
            text = text[2:].strip()
            key = tuple(name for _, name in above)
            if key and not re.match(r"[\w.-]+:(\s|$)", text):
                known = found.get(key)
                found[key] = (known if isinstance(known, frozenset) else frozenset()) | {text.strip("\"'")}
                continue
            depth += 2
        name, colon, value = text.partition(":")
        if colon and len(above) < DEEPEST:
            above.append((depth, name.strip().strip("\"'")))
            if value.strip():
                found[tuple(each for _, each in above)] = _plain(value.strip())
    return found


def _ini(lines: Sequence[str]) -> Settings:
    found: Settings = {}
    section, key = "", ""
    for line in lines:
        bare = line.strip()[:2_000]
        header = re.match(r"\[([^\]]*)\]$", bare)
        if header:
            section, key = header[1], ""
        elif not bare or bare.startswith(("#", ";")):
            continue
        elif line[:1] in (" ", "\t") and key:
            found[section, key] = _listed(found.get((section, key), ""), bare)
        else:
            name, equals, value = bare.partition("=") if "=" in bare else bare.partition(":")
            key = name.strip() if equals else ""
            if key:
                found[section, key] = _listed("", value.strip()) if "," in value else value.strip()
    return found


def _listed(known: Value, text: str) -> frozenset[str]:
    parts = {part.strip("[]\"' \t") for part in text.split(",")}
    before = known if isinstance(known, frozenset) else {known}
    return frozenset({*before, *parts} - {""})


def _xml(text: str) -> Settings:
    """Elements by their names; those that repeat, or end a list (``excludes``), as one list."""
    found: Settings = {}
    above: list[str] = []
    for comment, closing, name, attributes, alone, inner in re.findall(
        r"(<!--.*?-->)|<(/?)([A-Za-z][\w.:-]*)((?:\s[^<>]*?)?)(/?)>([^<]*)", text, flags=re.DOTALL
    ):
        if comment:
            continue
        if closing:
            if name in above:
                del above[len(above) - 1 - above[::-1].index(name) :]
            continue
        key = (*above[-DEEPEST:], name)
        had = re.findall(r'([\w.:-]+)\s*=\s*"([^"]*)"', attributes)
        if name in NAMED and dict(had).keys() >= {"name", "value"}:
            found[*key, dict(had)["name"]] = dict(had)["value"]
            had = []
        for attribute, value in had:
            found[*key, attribute] = value
            if attribute in ("name", "ref") and name in ("module", "rule"):
                listed = found.get((f"{name}s",))
                found[f"{name}s",] = (listed if isinstance(listed, frozenset) else frozenset()) | {value}
        if inner.strip():
            known = found.get(key)
            value = inner.strip()
            if known is None:
                found[key] = frozenset({value}) if above and above[-1] == f"{name}s" else value
            else:
                found[key] = (known if isinstance(known, frozenset) else frozenset({known})) | {value}
        if not alone:
            above.append(name)
    return found
