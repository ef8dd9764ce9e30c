"""Public names that a fix takes away while they are still used, or are what the package is entered by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from prunella.changes import Finding, Judgement
from prunella.guard.exports_lines import taken_away
from prunella.guard.kinds import kinds_of
from prunella.guard.lines import compiled
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View

INFOS = (
    RuleInfo(
        "export-removed",
        "code",
        "A fix takes no public name away that is still used, or that the package offers.",
        example="export function parse() {}",
    ),
)

NAMES = {
    "js": (
        r"^\s*export\s+(?:declare\s+|default\s+|abstract\s+|async\s+)*"
        r"(?:function\*?|class|const|let|var|interface|type|enum)"
        r"\s+([\w$]+)|^\s*(?:module\.)?exports\.([\w$]+)\s*="
    ),
    "python": r"^(?:async\s+)?(?:def|class)\s+([A-Za-z]\w*)|^([A-Z][A-Z0-9_]{2,})\s*[:=]",
    "rust": (
        r"^\s*pub\s+(?:const\s+|async\s+|unsafe\s+|extern\s+\"C\"\s+)*"
        r"(?:fn|struct|enum|trait|type|mod|static|const)\s+(\w+)"
    ),
    "go": r"^func\s+(?:\(\s*\w*\s*\*?[A-Z][^)]*\)\s*)?([A-Z]\w*)|^(?:type|var|const)\s+([A-Z]\w*)",
    "jvm": (
        r"^\s*public\s+(?:(?:static|final|abstract|synchronized|default)\s+)*(?:<[^>]*>\s*)?[\w<>\[\],.? ]+?\s(\w+)"
        r"\s*(?:\(|\{|=|;|extends|implements)"
    ),
    "c": r"^(?!typedef|return|#)[A-Za-z_][\w \t*()]{0,200}?[ \t*)](\w+)\s*\([^;{}]*\)[^;{}]*;\s*$",
}
LISTED = {
    "js": r"^\s*export\s*(?:type\s*)?\{([^}]*)\}|^\s*module\.exports\s*=\s*\{([^}]*)\}",
    "python": r"__all__\s*\+?=\s*[\[(]([^\])]*)",
    "rust": r"^\s*pub\s+use\s+[\w:]*\{([^}]*)\}|^\s*pub\s+use\s+[\w:]*::(\w+)\s*;",
}
"""Lists of names by language; several lines of a list are put together first."""

ENTRY = re.compile(
    r"(^|/)(__init__\.pyi?|index\.(ts|tsx|js|mjs|cjs|d\.ts)|lib\.rs|mod\.rs|main\.(ts|js)|mod\.ts)$|^[^/]+\.(js|mjs|cjs)$"
    r"|((^|/)include/.*|^[^/]+)\.h(pp)?$|\.d\.ts$"
)
INTERNAL = re.compile(r"(^|/)(internal|_internal|private|dist|build|cmd)/|/_(?!_)\w+\.py$")
BUILT = re.compile(r"(^|/)(dist|build|docs?|vendor|node_modules|coverage)/|\.min\.js$")
STAR = re.compile(r"^\s*(?:export\s+\*\s+(?:as\s+\w+\s+)?from|from\s+\.[\w.]*\s+import\s+|pub\s+use\s+)")
LONGEST = 400_000
MOST_FILES = 150
MOST_NAMES = 40


def exports(view: View) -> Found:
    """A suspicion for each file whose public names go while something still needs them."""
    offered = frozenset(name for touch in view.touches for name in _public(touch.path, touch.after))
    gone: list[tuple[Touch, str, bool]] = []
    found: Found = []
    for touch in view.touches:
        if "test" in kinds_of(touch.old_path):
            continue
        found += _entries(touch)
        before, after = _public(touch.old_path, touch.before), _public(touch.path, touch.after)
        missing = sorted(name for name in before - after if name not in offered)[:MOST_NAMES]
        if "jvm" in kinds_of(touch.old_path):
            missing = [name for name in missing if not _overrides(touch, name)]
        if "python" in kinds_of(touch.old_path) and not ENTRY.search(touch.old_path):
            missing = [name for name in missing if _is_there(touch, name)]
        entry = bool(ENTRY.search(touch.old_path)) and not INTERNAL.search(touch.old_path)
        listed = frozenset() if INTERNAL.search(touch.old_path) else _listed(touch.old_path, touch.before)
        renamed = len(after - before) >= len(missing)
        gone += [
            (touch, name, _made_private(view, touch, name) or ((entry or name in listed) and not renamed))
            for name in missing
        ]
    used = _still_used(view, [(touch, name) for touch, name, _ in gone])
    told: set[str] = set()
    for touch, name, entry in gone:
        user = used.get(name, "")
        if touch.path in told or not (entry or user) or (not user and _is_own_header(view, touch)):
            continue
        told.add(touch.path)
        reason = f'it takes the public name "{name}" away' + (f", which {user} still uses" if user else "")
        line = next((number for number, text in touch.removed if re.search(rf"\b{re.escape(name)}\b", text)), 0)
        found.append((Finding("export-removed", touch.path, line, reason, Judgement.SUSPICIOUS), False))
    for touch in view.touches:
        if touch.path in told:
            continue
        for name, line in taken_away(view, touch):
            reason = f'it takes the public name "{name}" away'
            found.append((Finding("export-removed", touch.path, line, reason, Judgement.SUSPICIOUS), False))
            break
    return found


def _overrides(touch: Touch, name: str) -> bool:
    """Whether a method that goes was another's own version of one that stays."""
    lines = touch.before or ()
    declared = re.compile(rf"\bpublic\b.*\b{re.escape(name)}\s*\(")
    places = [number for number, line in touch.removed if declared.search(line[:1_000])]
    return bool(places) and all("@Override" in "".join(lines[max(0, number - 3) : number]) for number in places)


def _is_there(touch: Touch, name: str) -> bool:
    """Whether a listed name was there at all: a list may hold one too many."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return sum(bool(word.search(line[:2_000])) for line in touch.before or ()) > 1 or not _is_quoted(touch, name)


def _is_quoted(touch: Touch, name: str) -> bool:
    return any(f'"{name}"' in line or f"'{name}'" in line for _, line in touch.removed)


def _is_own_header(view: View, touch: Touch) -> bool:
    """Whether it is a header of a program's own, in a repository all of which can be looked at."""
    own = touch.old_path.endswith(".h") and "include/" not in touch.old_path
    return own and len(view.paths) > len(view.touches) and "/" not in touch.old_path


def _made_private(view: View, touch: Touch, name: str) -> bool:
    """Whether it is still there, but for nobody outside, and the fix does not follow that through."""
    if INTERNAL.search(touch.old_path):
        return False
    word = re.compile(rf"\b{re.escape(name)}\b")
    if any(word.search(line) for other in view.touches if other is not touch for _, line in other.removed):
        return False
    private = name
    if touch.path.endswith(".go"):
        private = name[:1].lower() + name[1:]
    elif touch.path.endswith(".py"):
        private = f"_{name}"
    if "jvm" in kinds_of(touch.path):
        declared = re.compile(rf"^(?!.*\bpublic\b)\s*[\w<>\[\], ]+\s{re.escape(name)}\s*(\(|\{{|=|extends|implements)")
        return any(declared.search(line[:1_000]) for _, line in touch.added)
    kept = re.compile(
        rf"\b(?:fn|func|function|class|const|let|def|struct|enum|trait|type|interface)\s+(?:\([^)]*\)\s*)?{re.escape(private)}\b"
        rf"|\b(?:private|static|use)\b.*\b{re.escape(private)}\b"
    )
    return any(kept.search(line[:1_000]) for _, line in touch.added)


def _public(path: str, lines: Iterable[str] | None) -> frozenset[str]:
    if lines is None:
        return frozenset()
    language = next((kind for kind in NAMES if kind in kinds_of(path)), "")
    if not language or (language == "c" and not path.casefold().endswith((".h", ".hpp", ".hh"))):
        return frozenset()
    pattern = compiled(NAMES[language])
    names = {name for line in lines for found in pattern.findall(line[:1_000]) for name in _each(found) if name}
    return frozenset(names) | _listed(path, lines)


def _each(found: str | tuple[str, ...]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else found


def _listed(path: str, lines: Iterable[str] | None) -> frozenset[str]:
    """The names in export lists, ``__all__`` and re-exports."""
    language = next((kind for kind in LISTED if kind in kinds_of(path)), "")
    if not language or lines is None:
        return frozenset()
    text = "\n".join(lines)[:LONGEST]
    names: set[str] = set()
    for found in re.findall(f"(?m){LISTED[language]}", text):
        for body in _each(found):
            body_names = (re.sub(r"/\*.*?\*/|//.*|#.*", "", part) for part in re.split(r"[,\n]", body))
            names |= {name for part in body_names if (name := _last_name(part))}
    return frozenset(names)


def _last_name(part: str) -> str:
    found = re.search(r"([A-Za-z_$][\w$]*)\s*(?::.*)?[\"']?\s*$", part.rpartition("::")[2].strip())
    return found[1] if found else ""


def _entries(touch: Touch) -> Found:
    """Lines of a package's entry that hand names on, and the ways in that its package.json names."""
    reason = ""
    if ENTRY.search(touch.old_path) and touch.before is not None:
        had = [line for line in touch.before if STAR.match(line)]
        has = [line for line in touch.after or () if STAR.match(line)]
        code = [line for line in touch.before if line.strip()]
        left = [line for line in touch.after or () if line.strip()]
        if len(code) > 1 and not left and touch.after is not None:
            reason = "it empties what the package is entered by"
        elif had and not has and touch.after is not None:
            reason = "it hands nothing on any more"
    elif touch.path.casefold().rpartition("/")[2] == "package.json" and touch.after is not None:
        before, after = _ways_in(touch.before), _ways_in(touch.after)
        lost = sorted(before - after)
        if lost and touch.before is not None:
            reason = f"it takes a way into the package away: {lost[0]}"
    return [(Finding("export-removed", touch.path, 0, reason, Judgement.SUSPICIOUS), False)] if reason else []


def _ways_in(lines: Iterable[str] | None) -> frozenset[str]:
    import json

    try:
        package = json.loads("\n".join(lines or ()))
        entries = package.get("exports")
    except (ValueError, RecursionError, AttributeError):
        return frozenset()
    return frozenset(str(key) for key in entries) if isinstance(entries, dict) else frozenset()


def _still_used(view: View, gone: list[tuple[Touch, str]]) -> dict[str, str]:
    """Name -> a file outside the fix that uses it together with the module it was in."""
    if not gone or not view.paths:
        return {}
    wanted = {name: _stem(touch.old_path) for touch, name in gone if len(name) > 2 and name != "default"}
    if not wanted:
        return {}
    touched = {path for touch in view.touches for path in (touch.path, touch.old_path)}
    language = {kind for touch, _ in gone for kind in kinds_of(touch.old_path) if kind in NAMES}
    used: dict[str, str] = {}
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(wanted)))
    for path in _near(view, gone, touched, language):
        text = (view.read(path) or b"")[:LONGEST].decode("utf-8", "replace")
        for name in set(pattern.findall(text)):
            if wanted[name] in text or path.rpartition("/")[0] == "":
                used.setdefault(name, path)
        if len(used) == len(wanted):
            break
    return used


def _near(view: View, gone: list[tuple[Touch, str]], touched: set[str], language: set[str]) -> Iterator[str]:
    """Files of the same language, those of the same folders first."""
    folders = [touch.old_path.rpartition("/")[0] for touch, _ in gone]
    others = [
        path for path in view.paths if path not in touched and not BUILT.search(path) and kinds_of(path) & language
    ]
    others.sort(key=lambda path: (not any(path.startswith(folder) for folder in folders), path))
    yield from others[:MOST_FILES]


def _stem(path: str) -> str:
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    return folders[-1] if folders and stem in ("index", "__init__", "mod", "lib") else stem
