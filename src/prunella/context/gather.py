"""Collects what could help with one failure: where it is, what it names, what changed lately, what lies behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from prunella.context.installed import declarations
from prunella.context.lately import shown, worth
from prunella.context.named import mentioned, most_alike, on_line, told
from prunella.context.pieces import Note, Piece, around_line, defined, exports, occurrences
from prunella.context.recent import recent_changes
from prunella.context.scene import Scene, is_code, is_test
from prunella.context.slices import follow
from prunella.domain import CheckResult, Diagnostic, ErrorClass
from prunella.ports import Lately

MOST_ERRORS = 40
MOST_GREPPED = 12
SHORT = 40
IMPORTS = 28
"""Lines at the beginning of a failing file, where its imports are."""
SUSPECT = 72.0
MOST_USERS = 3
MOST_REACHED = 160
FRAME = re.compile(r"([\w@./+-]{1,200}\.[A-Za-z]{1,6})(?::|\", line |\()(\d{1,6})")
CONFIGURATION = (
    *("package.json", "tsconfig.json", "pyproject.toml", "setup.cfg", "Cargo.toml", "go.mod", "pom.xml"),
    *("next.config.js", "next.config.mjs", "next.config.ts", "vite.config.ts", "vite.config.js", "eslint.config.js"),
    *("eslint.config.mjs", ".eslintrc.json", "tox.ini", "build.gradle", "CMakeLists.txt", "Makefile", "conftest.py"),
)
SPEAKS_OF_IT = re.compile(
    r"go\.mod\b|no required module|module providing package|is not in (?:GOROOT|std)|tsconfig|"
    r"compiler option|'--\w|Cargo\.toml|pyproject\.toml|"
    r"package\.json|setup\.cfg|moduleResolution"
)
ABOUT_CONFIGURATION = frozenset({ErrorClass.CONFIG, ErrorClass.DEPENDENCY, ErrorClass.MISSING_IMPORT})


@dataclass(slots=True)
class Failure:
    """A failed check as context sees it: its errors, the most telling first, and what it printed last."""

    failed: CheckResult
    error_class: ErrorClass
    errors: tuple[Diagnostic, ...]
    roots: frozenset[int] = frozenset()

    @property
    def is_test(self) -> bool:
        return self.error_class in {ErrorClass.TEST_FAILURE, ErrorClass.UNKNOWN} or any(
            is_test(error.file) for error in self.errors[:3]
        )


@dataclass(slots=True)
class Gathered:
    """Everything that was found; ``near``: files with how close they are to the errors (1 = named by one).
    ``suspects``: how many files of the last changes are likely to have caused it."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    near: dict[str, float] = field(default_factory=dict)
    names: dict[str, float] = field(default_factory=dict)
    suspects: int = 0


def gather(failure: Failure, scene: Scene, lately: Lately | None) -> Gathered:
    """See the module."""
    found = Gathered()
    starts = _errors(failure, scene, found)
    for name, weight in _names(failure).items():
        found.names[name] = max(weight, found.names.get(name, 0.0))
    _near(failure, scene, found)
    if lately is not None:
        _lately(scene, lately, found)
    reached = follow(scene, starts, found.names)
    found.pieces += reached
    for piece in reached:
        if piece.value >= 55 and piece.first > 1:
            found.pieces.append(Piece(piece.path, 1, min(24, piece.first), piece.value - 26, piece.why))
    _definitions(scene, found)
    _modules(failure, scene, found)
    _imported(scene, found)
    if failure.error_class in ABOUT_CONFIGURATION or not found.near or SPEAKS_OF_IT.search(_said(failure)):
        _configuration(scene, found)
    if failure.is_test:
        _behind_tests(scene, found)
    found.notes += declarations(scene, list(found.near)[:4], found.names)
    return found


def _said(failure: Failure) -> str:
    return "\n".join(error.message[:400] for error in failure.errors[:20]) + failure.failed.tail[-3_000:]


def places(failure: Failure, scene: Scene) -> Iterator[tuple[str, int, int, float]]:
    """Path, line, column and worth of every place in the repository that the errors and the output name."""
    command = failure.failed.check.command
    for number, error in enumerate(failure.errors[:MOST_ERRORS]):
        value = max(62.0, 100.0 - 1.5 * number) - (0 if not failure.roots or number in failure.roots else 25)
        path = scene.paths.named(error.file, command)
        if path:
            yield path, error.line, error.column, value
        for other in error.related[:12]:
            path = scene.paths.named(other.file, command)
            if path:
                yield path, other.line, other.column, value - 10
    for file, line in FRAME.findall(failure.failed.tail)[-60:]:
        path = scene.paths.named(_inside(file), command)
        if path and is_code(path):
            yield path, int(line), 0, 66.0


def _inside(file: str) -> str:
    return file.removeprefix("/repo/").lstrip("/").removeprefix("./")


def _errors(failure: Failure, scene: Scene, found: Gathered) -> list[Piece]:
    """The errors' places; returns where names are followed from: the lines themselves, then what they stand in."""
    starts: list[Piece] = []
    seen: set[tuple[str, int]] = set()
    for path, line, column, value in places(failure, scene):
        found.near.setdefault(path, 1.0)
        if (path, line) in seen:
            continue
        seen.add((path, line))
        pieces = around_line(scene, path, line or 1, value, "has errors")
        if not any(known == path for known, _ in seen if (known, _) != (path, line)):
            pieces.append(Piece(path, 1, IMPORTS, value - 36, "has errors"))
        found.pieces += pieces
        lines = scene.lines(path)
        if line and line <= len(lines) and len(starts) < 60:
            for name, weight in on_line(lines[line - 1], column).items():
                found.names[name] = max(found.names.get(name, 0.0), weight * value / 110)
            told_all = failure.error_class in {ErrorClass.MISSING_EXPORT, ErrorClass.MISSING_IMPORT}
            starts.append(Piece(path, line, min(line + 3, len(lines)), value - (40 if told_all else 0), ""))
            starts += [piece._replace(value=value - (60 if told_all else 22)) for piece in pieces[1:2]]
    return starts


def _names(failure: Failure) -> dict[str, float]:
    names = told(failure.errors[:MOST_ERRORS])
    if not failure.errors:
        names |= dict.fromkeys(mentioned(failure.failed.tail.split("\n")[-40:], 30), 0.4)
    return names


def _near(failure: Failure, scene: Scene, found: Gathered) -> None:
    """Files by their distance from the errors along imports."""
    edge = list(found.near)[:12]
    for closeness in (0.65, 0.4, 0.2) if failure.is_test else (0.6, 0.3):
        following: list[str] = []
        for path in edge:
            for target in scene.imports(path):
                if target not in found.near and len(found.near) < MOST_REACHED:
                    found.near[target] = closeness
                    following.append(target)
        edge = following[:60]


def _lately(scene: Scene, lately: Lately, found: Gathered) -> None:
    names = [name for name, weight in found.names.items() if weight >= 0.5 and len(name) > 2][:20]
    for recent in recent_changes(lately, scene.files, frozenset(found.near)):
        value = worth(recent, found.near, names)
        found.suspects += value >= SUSPECT and recent.rank <= 1 and is_code(recent.path)
        pieces, notes = shown(recent, value)
        found.pieces += pieces
        found.notes += notes


def _definitions(scene: Scene, found: Gathered) -> None:
    """Where the repository defines the names that no import led to, and who else uses them."""
    defined_names = {piece.why for piece in found.pieces}
    wanted = [name for name, weight in found.names.items() if weight >= 0.55 and len(name) > 2]
    missing = [name for name in wanted if f"defines {name}" not in defined_names][:MOST_GREPPED]
    hits = scene.files.search_any(tuple(wanted[:MOST_GREPPED]), words=True, limit=1_500) if wanted else ()
    by_path: dict[str, list[tuple[int, str]]] = {}
    for hit in hits:
        by_path.setdefault(hit.path, []).append((hit.line, hit.text))
    order = sorted(by_path, key=lambda path: (path not in found.near, is_test(path), -len(by_path[path])))
    users: dict[str, int] = {}
    for path in [path for path in order if is_code(path)][:60]:
        outline = scene.outline(path)
        for name in missing:
            for symbol in outline.by_name.get(name, ())[:2]:
                value = 40 + 38 * found.names[name] - (10 if is_test(path) else 0)
                found.pieces += defined(scene, path, symbol, value, f"defines {name}")
        _users(path, by_path[path], (found, users))


def _users(path: str, hits: list[tuple[int, str]], room: tuple[Gathered, dict[str, int]]) -> None:
    """Other uses of what the failure speaks of most: code that does compile, or that is next to fail."""
    found, users = room
    if found.near.get(path, 0.0) >= 1:
        return
    for line, text in hits:
        for name, weight in found.names.items():
            if weight >= 0.85 and users.get(name, 0) < MOST_USERS and re.search(rf"\b{re.escape(name)}\b", text):
                users[name] = users.get(name, 0) + 1
                found.pieces.append(Piece(path, max(1, line - 2), line + 2, 38.0 * weight, f"uses {name}"))
                break


def _imported(scene: Scene, found: Gathered) -> None:
    """Short files that a failing one imports, whole: they are cheap, and often the other side of the error."""
    for path in [path for path, closeness in found.near.items() if closeness >= 1][:4]:
        for target in list(scene.imports(path))[:12]:
            if 0 < len(scene.lines(target)) <= SHORT:
                found.pieces.append(Piece(target, 1, SHORT, 35.0, f"imported by {path}"))


def _modules(failure: Failure, scene: Scene, found: Gathered) -> None:
    """The exports of the modules that the errors' lines import, or whose names the errors' messages contain."""
    if failure.error_class not in {ErrorClass.MISSING_EXPORT, ErrorClass.MISSING_IMPORT, ErrorClass.MISSING_MEMBER}:
        return
    for path, line, _, value in list(places(failure, scene))[:6]:
        lines = scene.lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        for target, names in scene.imports(path).items():
            if any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) for name in names[:200]):
                found.notes += exports(scene, target, value - 12)
                found.pieces.append(Piece(target, 1, 12, value - 40, f"imported by {path}"))
                found.pieces += _alike(scene, target, found.names, value)


def _alike(scene: Scene, path: str, names: dict[str, float], value: float) -> list[Piece]:
    """What a module defines instead of a name that it does not: it may be the same thing under a new name."""
    known = scene.outline(path).by_name
    found: list[Piece] = []
    for name, weight in names.items():
        if weight < 0.8 or name in known or len(name) < 4:
            continue
        for other in most_alike(name, known):
            for symbol in known[other][:2]:
                found += defined(scene, path, symbol, value - 20, f"defines {other}, where {name} is missed")
            found += occurrences(scene, path, other, value - 16, f"has {other}, where {name} is missed")
    return found


def _configuration(scene: Scene, found: Gathered) -> None:
    folders = {""} | {path.rpartition("/")[0] for path in list(found.near)[:3]}
    for folder in sorted(folders):
        for name in CONFIGURATION:
            path = f"{folder}/{name}" if folder else name
            if path in scene.paths.known:
                found.pieces.append(Piece(path, 1, 120, 52.0, "configuration"))


def _behind_tests(scene: Scene, found: Gathered) -> None:
    """What the failing tests import, function by function: a wrong value comes from somewhere in there."""
    for path, closeness in found.near.items():
        if closeness >= 1 and is_test(path):
            continue
        base = 12 + 14 * closeness
        for symbol in scene.outline(path).symbols:
            bonus = 6.0 * found.names.get(symbol.name, 0.0)
            if symbol.last > symbol.first and not symbol.holder:
                found.pieces.append(Piece(path, symbol.first, symbol.last, base + bonus, "behind the failing test"))
