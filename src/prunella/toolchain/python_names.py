"""Near names and sure imports for Python: an unknown name against the names that are really there."""

from __future__ import annotations

import ast
import builtins
import difflib
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator

from prunella.domain import Diagnostic
from prunella.lately.imports import imports
from prunella.toolchain.renames import replaced
from prunella.toolchain.slip import is_slip
from prunella.toolchain.tree import NEAR, TOOL, Repair, Tree, joined

LIKE = 0.75
"""How alike a name must be to the unknown one; and no other may come near it."""

MOST_USES = 60
_UNDEFINED = re.compile(
    r"(?i)\bname ['\"`]([^\W\d]\w*)['\"`] is not defined|undefined name [`'\"]([^\W\d]\w*)|"
    r"\"([^\W\d]\w*)\" is not defined"
)
_FROM_MODULE = re.compile(
    r"cannot import name '(\w+)' from '([\w.]+)'|Module \"([\w.]+)\" has no attribute \"(\w+)\"|"
    r"\"(\w+)\" is unknown import symbol"
)
_OF_MODULE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'|Module has no attribute \"(\w+)\"")
_MEMBER = re.compile(
    r"'(\w+)' object has no attribute '(\w+)'|\"(?:type\[)?(\w+)(?:\[[^\"]*)?\"? has no attribute \"(\w+)\"|"
    r"Cannot access attribute \"(\w+)\" for class \"(\w+)"
)
_NO_MODULE = re.compile(
    r"No module named '([\w.]+)'|module named \"([\w.]+)\"|Import \"([\w.]+)\" could not be resolved"
)


def near_names(error: Diagnostic, tree: Tree) -> Iterator[Repair]:
    """What may be meant by the name that the error says is not there."""
    message = error.message[:2000]
    source = "\n".join(tree.lines(error.file))
    if match := _FROM_MODULE.search(message):
        name = match[1] or match[4] or match[5]
        yield from _renamed(error, name, _module_names(match[2] or match[3] or "", tree), tree)
    elif match := _OF_MODULE.search(message):
        name = match[2] or match[3]
        yield from _renamed(error, name, _module_names(match[1] or "", tree), tree)
    elif match := _MEMBER.search(message):
        name, owner = match[2] or match[4] or match[5], match[1] or match[3] or match[6]
        yield from _renamed(error, name, _members(owner, error.file, tree), tree)
    elif match := _NO_MODULE.search(message):
        yield from _module(error, match[1] or match[2] or match[3], tree)
    elif match := _UNDEFINED.search(message):
        name = match[1] or match[2] or match[3]
        yield from _imported(error, name, source, tree)
        yield from _renamed(error, name, _names_in(source) - {name}, tree)
        yield from _own_member(error, name, source, tree)


def nearest(name: str, known: Iterable[str]) -> str:
    """The only known name that is like this one; "" = none, or several."""
    like = difflib.get_close_matches(name, sorted(set(known) - {name}), n=3, cutoff=LIKE)
    if not like:
        return ""
    ratios = [difflib.SequenceMatcher(None, name, one).ratio() for one in like]
    sure = len(like) == 1 or ratios[0] - ratios[1] > 0.06
    return like[0] if sure and is_slip(name, like[0]) else ""


def _renamed(error: Diagnostic, name: str, known: Iterable[str], tree: Tree) -> Iterator[Repair]:
    meant = nearest(name, known)
    lines = tree.lines(error.file)
    if not meant or not 0 < error.line <= len(lines):
        return
    for at in range(error.line - 1, min(error.line + 3, len(lines))):
        after = replaced(lines[at], name, meant)
        if after != lines[at]:
            said = f"'{name}' is meant to be '{meant}', the only name like it"
            yield Repair(
                NEAR, error.file, error.line, said, {error.file: joined([*lines[:at], after, *lines[at + 1 :]])}
            )
            return


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _names_in(source: str) -> set[str]:
    """All names that a file binds, and the builtins."""
    tree = _parsed(source)
    found = {name for name in dir(builtins) if not name.startswith("_")}
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
    return found


def _module_names(module: str, tree: Tree) -> set[str]:
    """What one of the repository's modules defines at its top."""
    path = _module_path(module, tree)
    parsed = _parsed("\n".join(tree.lines(path))) if path else None
    found: set[str] = set()
    for node in parsed.body if parsed else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(one.asname or one.name).split(".")[0] for one in node.names}
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def _module_path(module: str, tree: Tree) -> str:
    ends = tuple(f"{module.replace('.', '/')}{tail}" for tail in (".py", "/__init__.py"))
    found = [
        path for path in tree.paths() if path.endswith(ends) and f"/{path}".endswith(tuple(f"/{end}" for end in ends))
    ]
    return found[0] if module and len(found) == 1 else ""


def _members(owner: str, file: str, tree: Tree) -> set[str]:
    """What a class of the repository has: methods, fields, what it sets on itself; with the bases in its own file."""
    paths = [path for path, _ in tree.lines_with(f"class {owner}", limit=5)] or [file]
    found: set[str] = set()
    for path in dict.fromkeys(paths):
        parsed = _parsed("\n".join(tree.lines(path))) if path.endswith(".py") else None
        classes = {node.name: node for node in ast.walk(parsed) if isinstance(node, ast.ClassDef)} if parsed else {}
        wanted, seen = [owner], set()
        while wanted:
            name = wanted.pop()
            if name in seen or name not in classes:
                continue
            seen.add(name)
            wanted += [base.id for base in classes[name].bases if isinstance(base, ast.Name)]
            found |= _class_names(classes[name])
    return found


def _class_names(node: ast.ClassDef) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(part.name)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
            if isinstance(part.ctx, ast.Store):
                found.add(part.attr)
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            found.add(part.target.id)
    return found


def _imported(error: Diagnostic, name: str, source: str, tree: Tree) -> Iterator[Repair]:
    """An import of the name: as the repository's other files have it, or the standard library's module."""
    statements: set[str] = set()
    folder = posixpath.dirname(error.file)
    for path, _ in tree.lines_with(name, limit=MOST_USES):
        if not path.endswith(".py") or path == error.file:
            continue
        for one in imports("python", tree.lines(path)):
            match = re.match(r"\s*from\s+([\w.]+)\s+import\b", one.text)
            relative_ok = match and (not match[1].startswith(".") or posixpath.dirname(path) == folder)
            if match and relative_ok and name in one.names and f" as {name}" not in one.text:
                statements.add(f"from {match[1]} import {name}")
    if name in sys.stdlib_module_names and re.search(rf"(?<![\w.]){re.escape(name)}\.\w", source):
        statements.add(f"import {name}")
    for statement in sorted(statements):
        lines = tree.lines(error.file)
        at = _import_place(lines)
        said = f"`{statement}`, as the rest of the repository has it"
        files: dict[str, bytes | None] = {error.file: joined([*lines[:at], statement, *lines[at:]])}
        yield Repair(TOOL, error.file, error.line, said, files)


def _import_place(lines: list[str]) -> int:
    """After the last import at the top, else after the module's docstring and ``__future__``."""
    parsed = _parsed("\n".join(lines))
    place = 0
    for node in parsed.body if parsed else ():
        is_doc = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_doc and place == 0) and not isinstance(node, ast.Import | ast.ImportFrom):
            break
        place = node.end_lineno or place
    return place


def _module(error: Diagnostic, module: str, tree: Tree) -> Iterator[Repair]:
    """A module of the repository that does not exist, against those beside it."""
    package, _, last = module.rpartition(".")
    init = _module_path(package, tree) if package else ""
    folder = posixpath.dirname(init) if init else posixpath.dirname(error.file)
    prefix = f"{folder}/" if folder else ""
    beside = {path[len(prefix) :].split("/")[0].removesuffix(".py") for path in tree.paths() if path.startswith(prefix)}
    yield from _renamed(error, last, {name for name in beside if name.isidentifier()}, tree)


def _own_member(error: Diagnostic, name: str, source: str, tree: Tree) -> Iterator[Repair]:
    """``self.`` that is missing: inside of a method whose class has this member."""
    parsed = _parsed(source)
    for node in ast.walk(parsed) if parsed else ():
        inside = isinstance(node, ast.ClassDef) and node.lineno <= error.line <= (node.end_lineno or 0)
        if not inside or not isinstance(node, ast.ClassDef) or name not in _class_names(node):
            continue
        lines = tree.lines(error.file)
        after = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", f"self.{name}", lines[error.line - 1])
        if after.count(f"self.{name}") - lines[error.line - 1].count(f"self.{name}") == 1:
            files: dict[str, bytes | None] = {
                error.file: joined([*lines[: error.line - 1], after, *lines[error.line :]])
            }
            yield Repair(NEAR, error.file, error.line, f"'{name}' is a member of {node.name}: self.{name}", files)
