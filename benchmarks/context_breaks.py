"""The ways in which the context's benchmark breaks a package, the same every time.

Most touch one file and show in others: a definition that is renamed or no longer exported, a parameter more, a value
that is computed wrong, a setting that is gone, and the half of a real change between two published versions.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from breakages import Case
from context_packages import Source

DEFINED = {
    "typescript": re.compile(
        r"^export (?:default )?(?:async )?(?:abstract )?(?:function|class|const|interface|type) (\w{4,})", re.MULTILINE
    ),
    "python": re.compile(r"^(?:def|class) ([a-z_A-Z]\w{3,})", re.MULTILINE),
    "go": re.compile(r"^(?:func|type) (?:\(\w+ \*?\w+\) )?(\w{4,})", re.MULTILINE),
}
PARAMETERS = {
    "typescript": re.compile(r"^export (?:async )?function (\w{4,})\((?=[\w{])", re.MULTILINE),
    "python": re.compile(r"^(?:    )?def ([a-z]\w{3,})\((?:self, )?(?=[a-z])", re.MULTILINE),
    "go": re.compile(r"^func (?:\(\w+ \*?\w+\) )?(\w{4,})\((?=\w)", re.MULTILINE),
}
MEMBER = {
    "typescript": re.compile(r"^  (?:readonly )?(\w{4,})(?=\??(?:<[^>\n]*>)?[(:])", re.MULTILINE),
    "python": re.compile(r"^    def ([a-z]\w{4,})\(", re.MULTILINE),
    "go": re.compile(r"^\t([A-Z]\w{3,}) +[\w*\[\].]+$", re.MULTILINE),
}
WRONG = (
    (re.compile(r"(?<=\s)<=(?=\s)"), "<"),
    (re.compile(r"(?<=\s)>=(?=\s)"), ">"),
    (re.compile(r"(?<=\s)==(?=\s)"), "!="),
    (re.compile(r"(?<=\s)\+ 1\b"), "+ 2"),
    (re.compile(r"(?<=\s)- 1\b"), "- 2"),
    (re.compile(r"\breturn True\b"), "return False"),
    (re.compile(r"\breturn true\b"), "return false"),
    (re.compile(r"(?<=\bif )not "), ""),
    (re.compile(r"(?<=\s)and(?=\s)"), "or"),
    (re.compile(r"(?<=\s)&&(?=\s)"), "||"),
    (re.compile(r"\[0\]"), "[1]"),
)
UNEXPORTED = re.compile(r"^export (?=(?:async )?(?:function|class|const|interface|type) \w)", re.MULTILINE)
HALF_LINES = 80
"""A half of a change that differs in more lines than this is a rewrite, not a breakage."""


def breakages(source: Source, old: Path | None, new: Path) -> Iterator[tuple[str, Case, str]]:
    """(kind, breakage, history) in an order that is the same every time. ``history``: ``half`` = one commit from the
    old version to the new without this file; else as the runner likes."""
    chance = random.Random(source.name)
    files = [path for path in _code(source, new) if not _is_test(path)]
    chance.shuffle(files)
    makers: tuple[Callable[..., Case | None], ...] = (
        (_renamed, _parameter, _wrong, _member, _config, _wrong, _typo)
        if source.language != "typescript"
        else (_renamed, _unexported, _parameter, _member, _config, _renamed, _typo)
    )
    halves = _halves(source, old, new) if old else iter(())
    for number in range(400):
        half = next(halves, None) if number % 2 == 0 else None
        if half:
            yield half.kind, half, "half" if number % 4 == 0 else ""
        made = makers[number % len(makers)](source, new, files, chance)
        if made:
            yield made.kind, made, ""


def _code(source: Source, root: Path) -> list[str]:
    base = root / source.code if source.code else root
    found = [path for end in source.suffixes for path in base.rglob(f"*{end}")]
    return sorted(path.relative_to(root).as_posix() for path in found if "benchmark" not in str(path.relative_to(root)))


def _is_test(path: str) -> bool:
    return bool(re.search(r"(?:^|/)tests?/|_test\.|\.test\.|test_|testing/|conftest|versionedTypes|locales/", path))


def _picked(
    pattern: re.Pattern[str], root: Path, files: list[str], chance: random.Random
) -> tuple[str, str, re.Match[str]] | None:
    for path in chance.sample(files, min(len(files), 30)):
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        found = list(pattern.finditer(text))
        if found:
            return path, text, chance.choice(found)
    return None


def _renamed(source: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    picked = _picked(DEFINED[source.language], root, files, chance)
    if not picked:
        return None
    path, text, match = picked
    new = f"{match[1]}{'Impl' if match[1][0].isupper() else '_impl' if source.language == 'python' else 'Impl'}"
    return Case("definition renamed, its users left behind", {path: re.sub(rf"\b{match[1]}\b", new, text)})


def _unexported(_: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    picked = _picked(UNEXPORTED, root, files, chance)
    if not picked:
        return None
    path, text, match = picked
    return Case("no longer exported", {path: text[: match.start()] + text[match.end() :]})


def _parameter(source: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    picked = _picked(PARAMETERS[source.language], root, files, chance)
    if not picked:
        return None
    path, text, match = picked
    more = {"typescript": "strictness: number, ", "python": "strictness, ", "go": "strictness int, "}[source.language]
    if source.language == "go" and re.match(r"[\w, ]+\)", text[match.end() :]) is None:
        more = "strictness int, "
    return Case("a parameter more, the callers left behind", {path: text[: match.end()] + more + text[match.end() :]})


def _member(source: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    picked = _picked(MEMBER[source.language], root, files, chance)
    if not picked:
        return None
    path, text, match = picked
    return Case(
        "member renamed, its users left behind",
        {path: text[: match.start(1)] + f"{match[1]}Value" + text[match.end(1) :]},
    )


def _wrong(_: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    pattern, other = chance.choice(WRONG)
    picked = _picked(pattern, root, files, chance)
    if not picked:
        return None
    path, text, match = picked
    return Case("wrong value", {path: text[: match.start()] + other + text[match.end() :]}, mechanical=False)


def _typo(_: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    picked = _picked(re.compile(r"(?<=[\s(.])([a-z]\w{6,})(?=\()"), root, files, chance)
    if not picked:
        return None
    path, text, match = picked
    name = match[1]
    return Case(
        "misspelt where it is used",
        {path: text[: match.start()] + name[:-2] + name[-1] + name[-2] + text[match.end() :]},
    )


def _config(source: Source, root: Path, files: list[str], chance: random.Random) -> Case | None:
    if source.language == "typescript":
        text = (root / "tsconfig.json").read_text()
        changes = (
            ('      "dom"\n', ""),
            ('"moduleResolution": "bundler"', '"moduleResolution": "node16"'),
            ('"target": "esnext"', '"target": "es3000"'),
            ('      "esnext",\n', '      "es5",\n'),
            (',\n    "globals.d.ts"', ""),
        )
        old, new = chance.choice(changes)
        broken = (
            text.replace('"esnext",\n      "dom"', '"esnext"') if old == '      "dom"\n' else text.replace(old, new)
        )
        return Case("a setting changed", {"tsconfig.json": broken}) if broken != text else None
    if source.language == "go":
        text = (root / "go.mod").read_text()
        return Case("a setting changed", {"go.mod": text.replace("module github.com/", "module example.com/")})
    inits = [path for path in files if path.endswith("__init__.py")]
    picked = _picked(re.compile(r"^from \S+ import \w+.*\n", re.MULTILINE), root, inits, chance) if inits else None
    if not picked or "(" in picked[2][0]:
        return None
    path, text, match = picked
    return Case("no longer exported by its package", {path: text[: match.start()] + text[match.end() :]})


def _halves(source: Source, old: Path, new: Path) -> Iterator[Case]:
    before, after = set(_code(source, old)), set(_code(source, new))
    for path in sorted(after):
        if _is_test(path):
            continue
        text = (new / path).read_text(encoding="utf-8", errors="replace")
        if path not in before:
            yield Case("a new file of a real change was forgotten", {path: None}, mechanical=False)
            continue
        was = (old / path).read_text(encoding="utf-8", errors="replace")
        differing = len(set(was.splitlines()) ^ set(text.splitlines()))
        if 0 < differing <= HALF_LINES:
            yield Case("one file of a real change reverted", {path: was}, mechanical=False)
