"""Breaks sources in the ways in which changes break them: deterministic, by the look of lines, in three languages."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks.breakages import Case

Files = Mapping[str, str]

WORDS = {"python": r"\bdef\s+(\w{5,})\s*\(", "rust": r"\bfn\s+(\w{5,})\s*[(<]", "c": r"^[A-Za-z_][\w *]*?\b(\w{5,})\("}
IMPORTS = {
    "python": r"^(?:from\s+[\w.]+\s+import\s+\w+(?:,\s*\w+)*|import\s+\w+)$",
    "rust": r"^(?:\s*)(?:pub )?use\s+[^;]*;$",
    "c": r'^#include\s+[<"].*$',
}
COMMENT = {"python": "#", "rust": "//", "c": "/*"}
MECHANICAL = {
    "removed import",
    "lost visibility",
    "typo in a use",
    "renamed definition, users left behind",
    "renamed definition, half of its users follow",
    "moved file",
    "lost mark",
    "lost reference",
}


class Kind(NamedTuple):
    """A way to break: its name and how many of it a package gets."""

    name: str
    count: int


KINDS = (
    Kind("removed import", 3),
    Kind("lost visibility", 2),
    Kind("typo in a use", 3),
    Kind("renamed definition, users left behind", 3),
    Kind("renamed definition, half of its users follow", 2),
    Kind("moved file", 1),
    Kind("lost mark", 3),
    Kind("lost reference", 2),
    Kind("member that is not there", 3),
    Kind("argument dropped", 3),
    Kind("field removed", 2),
    Kind("wrong type", 2),
)


def cases(language: str, sources: Files, seed: str, share: float = 1.0) -> list[Case]:
    """The breakages of a package. ``share`` of the usual number of each kind."""
    made = []
    for kind in KINDS:
        chance = random.Random(f"{seed} {kind.name}")
        maker = _MAKERS[kind.name]
        wanted = max(1, round(kind.count * share))
        seen: set[str] = set()
        for _ in range(40):
            if len(seen) >= wanted:
                break
            files = maker(language, sources, chance)
            key = repr(sorted((files or {}).items()))
            if files and key not in seen:
                seen.add(key)
                committed = len(seen) % 2 == 1
                made.append(Case(kind.name, files, committed, mechanical=kind.name in MECHANICAL))
    return made


def _lines(
    language: str, sources: Files, pattern: str, chance: random.Random
) -> Iterator[tuple[str, int, re.Match[str]]]:
    """Code lines that match, shuffled."""
    found = []
    for path in sorted(sources):
        quoted = False
        for number, line in enumerate(sources[path].split("\n")):
            quoted ^= language == "python" and line.count('"""') % 2 == 1
            stripped = line.strip()
            if quoted or stripped.startswith((COMMENT[language], "*", '"', "//", "#[")):
                continue
            match = re.search(pattern, line)
            if match:
                found.append((path, number, match))
    chance.shuffle(found)
    return iter(found)


def _with(sources: Files, path: str, number: int, line: str | None) -> dict[str, str | None]:
    lines = sources[path].split("\n")
    lines[number : number + 1] = [] if line is None else [line]
    return {path: "\n".join(lines)}


def _import(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    for path, number, _ in _lines(language, sources, IMPORTS[language], chance):
        return _with(sources, path, number, None)
    return None


def _visibility(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    pattern = {
        "rust": r"^\s*pub (?:const )?fn \w+",
        "c": r"^(?!static|typedef|extern|#)[a-z][\w ]*[ *]\w+\([^;]*$",
    }.get(language)
    for path, number, match in _lines(language, sources, pattern, chance) if pattern else ():
        if language == "c" and not path.endswith(".c"):
            continue
        line = match.string
        return _with(sources, path, number, line.replace("pub ", "", 1) if language == "rust" else f"static {line}")
    return None


def _defined(language: str, sources: Files) -> dict[str, tuple[str, int]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for path, text in sorted(sources.items()):
        for number, line in enumerate(text.split("\n")):
            match = re.search(WORDS[language], line)
            if match and not match[1].startswith("__") and not (language == "c" and line.rstrip().endswith(";")):
                found.setdefault(match[1], []).append((path, number))
    return {name: places[0] for name, places in found.items() if len(places) == 1}


def _uses(name: str, sources: Files, besides: tuple[str, int]) -> list[tuple[str, int]]:
    return [
        (path, number)
        for path in sorted(sources)
        for number, line in enumerate(sources[path].split("\n"))
        if (path, number) != besides
        and re.search(rf"\b{name}\b", line)
        and not line.strip().startswith(("#", "//", "*", "/*"))
    ]


def _typo(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    defined = _defined(language, sources)
    for name in chance.sample(sorted(defined), len(defined)):
        uses = _uses(name, sources, defined[name])
        if uses:
            path, number = chance.choice(uses)
            at = chance.randrange(1, len(name) - 2)
            wrong = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            line = sources[path].split("\n")[number]
            if wrong != name:
                return _with(sources, path, number, re.sub(rf"\b{name}\b", wrong, line, count=1))
    return None


def _new_name(name: str, chance: random.Random) -> str:
    return chance.choice([f"{name}_all", f"do_{name}", f"{name.partition('_')[0]}_impl", f"checked_{name}"])


def _rename(
    language: str, sources: Files, chance: random.Random, following: float = 0.0
) -> dict[str, str | None] | None:
    defined = _defined(language, sources)
    for name in chance.sample(sorted(defined), len(defined)):
        uses = _uses(name, sources, defined[name])
        if len(uses) < (2 if following else 1):
            continue
        new = _new_name(name, chance)
        texts = {path: text.split("\n") for path, text in sources.items()}
        for path, number in [defined[name], *uses[: int(len(uses) * following)]]:
            texts[path][number] = re.sub(rf"\b{name}\b", new, texts[path][number])
        return {path: "\n".join(lines) for path, lines in texts.items() if "\n".join(lines) != sources[path]}
    return None


def _half(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    return _rename(language, sources, chance, 0.5)


def _moved(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    ending = {"python": ".py", "rust": ".rs", "c": ".h"}[language]
    fixed = ("__init__", "lib.rs", "main.rs", "mod.rs", "conftest", "__main__", "config", "cli")
    paths = [path for path in sorted(sources) if path.endswith(ending) and not any(word in path for word in fixed)]
    if not paths:
        return None
    path = chance.choice(paths)
    return {path: None, path.removesuffix(ending) + "_core" + ending: sources[path]}


def _mark(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    pattern = {"python": r"(?:\)|:|\])$", "rust": r"(?:;|\)|,)$", "c": r"(?:;|\);|\) \{|\)\{)$"}[language]
    for path, number, match in _lines(language, sources, pattern, chance):
        line = match.string
        return _with(
            sources,
            path,
            number,
            line[:-1]
            if language != "c"
            else line.replace(match[0], match[0][1:] if len(match[0]) > 2 else match[0][:-1]),
        )
    return None


def _reference(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    pattern, old, new = {
        "python": (r"\bself\.\w+\(", "self.", ""),
        "rust": (r"[(,=] ?&(?:mut )?\w", "&", ""),
        "c": (r"\w->\w", "->", "."),
    }[language]
    for path, number, match in _lines(language, sources, pattern, chance):
        return _with(sources, path, number, match.string.replace(old, new, 1))
    return None


def _member(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    pattern = {"python": r"\.(\w{4,})\(", "rust": r"\.(\w{3,})\(", "c": r"(?:->|\.)(\w{3,})\b"}[language]
    for path, number, match in _lines(language, sources, pattern, chance):
        new = chance.choice(["fetch_{}", "{}_value", "to_{}", "{}_or_default"]).format(match[1])
        line = match.string
        return _with(sources, path, number, line[: match.start(1)] + new + line[match.end(1) :])
    return None


def _argument(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    defined = _defined(language, sources)
    for path, number, match in _lines(language, sources, r"\b(\w+)\(([^()]+), ([^(),]+)\)", chance):
        if match[1] in defined and not re.search(WORDS[language], match.string):
            line = match.string
            return _with(sources, path, number, line[: match.start()] + f"{match[1]}({match[2]})" + line[match.end() :])
    return None


def _field(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    pattern = {
        "python": r"^\s+self\.\w+ = \w",
        "rust": r"^\s+(?:pub )?\w+: [^;{}]*,$",
        "c": r"^\s+(?!return)[a-z]\w* [*\w]+;$",
    }[language]
    for path, number, _ in _lines(language, sources, pattern, chance):
        return _with(sources, path, number, None)
    return None


def _wrong(language: str, sources: Files, chance: random.Random) -> dict[str, str | None] | None:
    pattern = {"python": r"\breturn (\w+)$", "rust": r"\breturn ([^;]+);", "c": r"\breturn ([^;]+);"}[language]
    for path, number, match in _lines(language, sources, pattern, chance):
        line = match.string
        new = '"nothing"' if language != "c" else "no_such_result"
        return _with(sources, path, number, line[: match.start(1)] + new + line[match.end(1) :])
    return None


_MAKERS = {
    "removed import": _import,
    "lost visibility": _visibility,
    "typo in a use": _typo,
    "renamed definition, users left behind": _rename,
    "renamed definition, half of its users follow": _half,
    "moved file": _moved,
    "lost mark": _mark,
    "lost reference": _reference,
    "member that is not there": _member,
    "argument dropped": _argument,
    "field removed": _field,
    "wrong type": _wrong,
}
