"""The compilers' own fix-its for C and C++: asked for again, file by file, with the words that the build compiles with.

The form is the same in gcc and clang (-fdiagnostics-parseable-fixits):
https://clang.llvm.org/docs/UsersManual.html#cmdoption-fdiagnostics-parseable-fixits.
"""

from __future__ import annotations

import json
import posixpath
import re
import shlex
import shutil
from collections.abc import Iterable, Iterator

from prunella.domain import Diagnostic
from prunella.toolchain.bench import Bench
from prunella.toolchain.c_messages import errors, place
from prunella.toolchain.slip import is_slip
from prunella.toolchain.tree import NEAR, Repair, Tree

MOST_UNITS = 4
COMPILE_S = 15.0
_COMPILER = re.compile(r"(?:^|[\s/;&])(?:[\w.-]+-)?(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-\d+)?\s")
_FIXIT = re.compile(r'^fix-it:"((?:[^"\\]|\\.)*)":\{(\d+):(\d+)-(\d+):(\d+)\}:"((?:[^"\\]|\\.)*)"')
_SOURCE = (".c", ".cc", ".cpp", ".cxx", ".C", ".c++")
_DROPPED = {"-c", "-MD", "-MMD", "-MP", "-M", "-MM"}
_VALUED = {"-o", "-MF", "-MT", "-MQ"}


def fixits(found: Iterable[Diagnostic], text: str, bench: Bench, folder: str, tree: Tree) -> Iterator[Repair]:
    """The fix-its for the errors, of both compilers where both are there. What only takes something away is left."""
    known = frozenset(tree.paths())
    wanted = list(dict.fromkeys(error.file for error in found))
    units = _commands(text, bench, folder, known)
    chosen = [(unit, words) for unit, words in units.items() if unit in wanted]
    chosen = chosen or [(unit, words) for unit, words in units.items()][:1]
    other = shutil.which("clang", path=bench.environment.get("PATH"))
    for unit, (place_run, words) in chosen[:MOST_UNITS]:
        compilers = [
            words[0],
            *(["clang"] if other and "clang" not in words[0] and not unit.endswith(_SOURCE[1:]) else []),
        ]
        for compiler in compilers:
            command = shlex.join([compiler, *words[1:], "-fsyntax-only", "-fdiagnostics-parseable-fixits"])
            ran = bench.run("fixits", f"export LC_ALL=C; {command}", folder=place_run, timeout_s=COMPILE_S)
            yield from _read(ran.text, place_run, tree, known)


def _commands(text: str, bench: Bench, folder: str, known: frozenset[str]) -> dict[str, tuple[str, list[str]]]:
    """By source file: where it is compiled (a folder below the root) and with which words."""
    found: dict[str, tuple[str, list[str]]] = {}
    for directory, command, source in (*_database(bench), *_printed(text, folder)):
        try:
            words = command if isinstance(command, list) else shlex.split(command)
        except ValueError:
            continue
        words = _only_compiling(words)
        if not any(_COMPILER.search(f" {word} ") for word in words[:2]):
            continue  # a list may say anything; only compilers are asked, at most through a cache
        sources = [source] if source else [word for word in words[1:] if word.endswith(_SOURCE)]
        below = _below(directory, bench)
        if len(sources) == 1 and below is not None and words:
            found.setdefault(place(sources[0], below, known), (below, words))
    return found


def _printed(text: str, folder: str) -> Iterator[tuple[str, str | list[str], str]]:
    """Compilations as make printed them."""
    folders = [folder]
    for line in text.split("\n"):
        entered = re.match(r"make(?:\[\d+\])?: (Entering|Leaving) directory [`']([^'\n]+)'", line)
        if entered:
            folders = [*folders, entered[2]] if entered[1] == "Entering" else folders[:-1] or [folder]
        elif len(line) < 6_000 and _COMPILER.search(line) and re.search(r"\.(?:c|cc|cpp|cxx|C)(?:\s|$|')", line):
            for part in re.split(r"&&|;|\|\|", line):
                match = _COMPILER.search(part)
                if match and not part.lstrip().startswith(("libtool", "/bin/bash")):
                    yield folders[-1], part[match.start() :].strip(" /;&"), ""


def _database(bench: Bench) -> Iterator[tuple[str, str | list[str], str]]:
    """compile_commands.json, wherever a build folder has it: https://clang.llvm.org/docs/JSONCompilationDatabase.html."""
    for folder in ("", "build", "_build", "out", "builddir"):
        file = bench.root / folder / "compile_commands.json"
        try:
            if not file.is_file() or file.stat().st_size > 20 << 20:
                continue
            entries = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        for entry in entries[:5_000] if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                command = entry.get("arguments") or entry.get("command") or ""
                words = [str(word) for word in command] if isinstance(command, list) else str(command)
                yield str(entry.get("directory", "")), words, str(entry.get("file", ""))


def _only_compiling(words: list[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif word not in _DROPPED and not word.startswith(("-Wp,-M", "$", "`", ">", "2>")):
            kept.append(word)
    return kept


def _below(directory: str, bench: Bench) -> str | None:
    """A folder below the root; None = it is elsewhere."""
    roots = {str(bench.root), str(bench.root.resolve())}
    if not directory.startswith("/"):
        joined = posixpath.normpath(directory or ".")
        return None if joined.startswith("..") else joined.removeprefix(".")
    for root in roots:
        if directory == root or directory.startswith(f"{root}/"):
            return directory[len(root) :].strip("/")
    return None


def _read(text: str, folder: str, tree: Tree, known: frozenset[str]) -> Iterator[Repair]:
    """Fix-its follow the error that they are for, one a line."""
    error: Diagnostic | None = None
    pending: list[re.Match[str]] = []
    for line in [*text.split("\n"), "end:0:0: error: x"]:
        match = _FIXIT.match(line)
        if match:
            pending.append(match)
            continue
        told = errors(line, folder, tree) if "error: " in line or "warning: " in line else ()
        if told or ": warning: " in line:
            if error and pending:
                yield from _repair(error, pending, folder, tree, known)
            error, pending = (told[0] if told else None), []


def _repair(
    error: Diagnostic, found: list[re.Match[str]], folder: str, tree: Tree, known: frozenset[str]
) -> Iterator[Repair]:
    texts: dict[str, list[bytes]] = {}
    said = []
    for match in sorted(found, key=lambda one: (-int(one[2]), -int(one[3]))):
        path = place(_plain(match[1]), folder, known)
        content = tree.read(path)
        lines = texts.setdefault(path, content.split(b"\n") if content is not None else [])
        first, start, last, end = (int(match[at]) - 1 for at in (2, 3, 4, 5))
        new = _plain(match[6])
        if first != last or not 0 <= first < len(lines) or (not new.strip() and end > start):
            return
        line = lines[first]
        was = line[start:end].decode("utf-8", "replace")
        if was.isidentifier() and new.isidentifier() and not is_slip(was, new):
            return
        lines[first] = line[:start] + new.encode("utf-8", "replace") + line[end:]
        said.append(f"`{new.strip()}`")
    files: dict[str, bytes | None] = {path: b"\n".join(lines) for path, lines in texts.items()}
    told = f"{error.message[:120]}: {', '.join(said)} (compiler)"
    yield Repair(NEAR, error.file, error.line, told, files)


def _plain(text: str) -> str:
    r"""The text of a fix-it: ``\n``, ``\t``, ``\\``, ``\"`` and octal numbers."""
    known = {"n": "\n", "t": "\t"}
    return re.sub(
        r"\\([0-7]{3}|.)", lambda one: chr(int(one[1], 8)) if len(one[1]) == 3 else known.get(one[1], one[1]), text
    )
