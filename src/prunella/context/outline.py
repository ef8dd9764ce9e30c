"""What a file defines: names with their lines, read by ast-grep's grammars."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from prunella.context.languages import EMBEDDED, VERSION, Grammar, grammar, suffix
from prunella.ports import Memory

if TYPE_CHECKING:
    from ast_grep_py import SgNode

LARGEST = 1 << 20
"""Characters of a file that is parsed; a larger one is generated, or data."""
MOST_SYMBOLS = 6_000
LONGEST_NAME = 120
_SCRIPT = re.compile(r"<script\b[^>]{0,300}>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


class Symbol(NamedTuple):
    """A definition: its name, the kind of its node, its lines (1-based, inclusive), and whether other files see it as
    far as the file itself says so. ``holder``: it holds other symbols (a class, a module)."""

    name: str
    kind: str
    first: int
    last: int
    exported: bool
    holder: bool


@dataclass(frozen=True)
class Outline:
    """The symbols of a file in the order of their lines."""

    symbols: tuple[Symbol, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, list[Symbol]]:
        found: dict[str, list[Symbol]] = {}
        for symbol in self.symbols:
            found.setdefault(symbol.name, []).append(symbol)
        return found

    def around(self, line: int) -> list[Symbol]:
        """The symbols that ``line`` is in, outermost first."""
        return [symbol for symbol in self.symbols if symbol.first <= line <= symbol.last]

    def exports(self) -> tuple[Symbol, ...]:
        """What other files can see."""
        return tuple(symbol for symbol in self.symbols if symbol.exported)


class Outlines:
    """Outlines of contents; each is parsed once, and in later runs not at all if there is a memory."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory
        self._known: dict[str, Outline] = {}

    def of(self, path: str, text: str) -> Outline:
        """The outline of a file's content; empty for what no grammar reads, never an exception."""
        reads = grammar(path)
        if reads is None or len(text) > LARGEST:
            return Outline()
        key = f"{VERSION}-{reads.name}-{suffix(path)}-{blob_id(text.encode('utf-8', 'surrogatepass'))}"
        if key not in self._known:
            self._known[key] = self._recalled(key) or self._parsed(key, path, text, reads)
        return self._known[key]

    def _recalled(self, key: str) -> Outline | None:
        stored = self._memory.get(key) if self._memory else None
        return _unpacked(stored) if stored is not None else None

    def _parsed(self, key: str, path: str, text: str, reads: Grammar) -> Outline:
        outline = Outline(tuple(_symbols(path, text, reads)))
        if self._memory:
            self._memory.put(key, _packed(outline))
        return outline


def blob_id(data: bytes) -> str:
    """The id that git gives a content (gitformat-pack, "loose objects": a header, a NUL, the content; SHA-1)."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _symbols(path: str, text: str, reads: Grammar) -> Iterable[Symbol]:
    from ast_grep_py import SgRoot

    found: list[Symbol] = []
    for piece, offset in _pieces(path, text):
        try:
            root = SgRoot(piece, reads.name).root()
            nodes = root.find_all({"rule": {"any": [{"kind": kind} for kind in sorted(reads.kinds)]}})
        except BaseException as error:  # the grammar's library panics with a BaseException of its own
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            continue
        for node in nodes[:MOST_SYMBOLS]:
            found += _read(node, reads, offset)
    return sorted(found, key=lambda symbol: (symbol.first, -symbol.last))


def _pieces(path: str, text: str) -> list[tuple[str, int]]:
    """The code in a file, each piece with the number of lines before it."""
    if suffix(path) not in EMBEDDED:
        return [(text, 0)]
    return [(match[1], text.count("\n", 0, match.start(1))) for match in _SCRIPT.finditer(text)]


def _read(node: SgNode, reads: Grammar, offset: int) -> list[Symbol]:
    kind = node.kind()
    names = _names(node, kind, reads.name)
    if not names:
        return []
    outer = _outer(node, kind)
    extent = outer.range()
    first, last = extent.start.line + 1 + offset, extent.end.line + (1 if extent.end.column else 0) + offset
    last = max(first, last)
    holder = kind in reads.holders
    return [
        Symbol(name, kind, first, last, _exported(outer, kind, name, reads.name), holder)
        for name in names
        if len(name) <= LONGEST_NAME
    ]


def _names(node: SgNode, kind: str, language: str) -> list[str]:
    if kind == "export_specifier":
        field = node.field("alias") or node.field("name")
    elif kind == "impl_item":
        field = node.field("type")
    elif kind == "assignment":
        return _assigned(node)
    elif language in {"c", "cpp"} and kind in {"function_definition", "declaration", "type_definition"}:
        return _declared(node)
    elif kind == "field_declaration" and language != "rust":
        return _fields(node)
    else:
        field = node.field("name")
    if field is None or (kind == "variable_declarator" and not _top(node) and not _function(node)):
        return []
    if kind.endswith("_specifier") and language in {"c", "cpp"} and node.field("body") is None:
        return []  # `struct name` where it is used
    match = _NAME.search(field.text()[:400])
    return [match[0]] if match else []


def _top(node: SgNode) -> bool:
    """Whether a variable is a module's own and no function's."""
    parent = node.parent()
    above = parent.parent() if parent else None
    if above is not None and above.kind() in {"export_statement", "ambient_declaration"}:
        return True
    if above is not None and above.kind() == "statement_block":
        above = above.parent()
        return above is not None and above.kind() in {"internal_module", "module"}
    return above is None or above.kind() == "program"


def _fields(node: SgNode) -> list[str]:
    """The names that a field's declaration declares (C, C++, Go, Java, C#)."""
    found: list[str] = []
    nested = [inner for child in node.children() for inner in child.children()]
    for child in [*node.children(), *nested]:
        name = child.field("name") if child.kind() == "variable_declarator" else None
        if name is not None or child.kind() == "field_identifier":
            found.append((name or child).text()[:LONGEST_NAME])
    return found[:6]


def _function(node: SgNode) -> bool:
    value = node.field("value")
    return value is not None and value.kind() in {"arrow_function", "function_expression", "class"}


def _assigned(node: SgNode) -> list[str]:
    """A module's or a class's own names (Python)."""
    statement = node.parent()
    block = statement.parent() if statement else None
    above = block.parent() if block is not None and block.kind() == "block" else None
    if block is None or not (block.kind() == "module" or (above is not None and above.kind() == "class_definition")):
        return []
    left = node.field("left")
    return [left.text()] if left is not None and left.kind() == "identifier" else []


def _declared(node: SgNode) -> list[str]:
    """The name inside C's declarators; function-local variables are left out."""
    above = node.parent()
    if node.kind() == "declaration" and above is not None and above.kind() in {"compound_statement", "for_statement"}:
        return []
    found: list[str] = []
    for declarator in node.field_children("declarator"):
        inner: SgNode | None = declarator
        for _ in range(12):
            deeper = inner.field("declarator") if inner else None
            if deeper is None:
                break
            inner = deeper
        name = _NAME.findall(inner.text()[:200]) if inner else []
        found += name[-1:] if inner is not None and "qualified" in inner.kind() else name[:1]
    return found


def _outer(node: SgNode, kind: str) -> SgNode:
    """The node that is shown: with ``export``, decorators, and for a variable its whole statement."""
    outer = node
    if kind == "variable_declarator":
        outer = node.parent() or node
    parent = outer.parent()
    if parent is not None and parent.kind() in {"export_statement", "decorated_definition", "template_declaration"}:
        return parent
    return outer


def _exported(outer: SgNode, kind: str, name: str, language: str) -> bool:
    if language in {"typescript", "tsx", "javascript"}:
        return kind == "export_specifier" or outer.kind() == "export_statement"
    if language == "python":
        above = outer.parent()
        above = above.parent() if above is not None and above.kind() == "expression_statement" else above
        return above is not None and above.kind() == "module"
    if language == "go":
        return name[:1].isupper()
    if language == "rust":
        return any(child.kind() == "visibility_modifier" for child in outer.children()[:4])
    return not outer.text()[:80].lstrip().startswith(("static ", "private "))


def _packed(outline: Outline) -> bytes:
    rows = [f"{s.name}\t{s.kind}\t{s.first}\t{s.last}\t{s.exported:d}{s.holder:d}" for s in outline.symbols]
    return "\n".join(rows).encode("utf-8", "surrogatepass")


def _unpacked(stored: bytes) -> Outline | None:
    """None when what is stored cannot be read: then the file is parsed again."""
    symbols: list[Symbol] = []
    try:
        for row in stored.decode("utf-8", "surrogatepass").split("\n") if stored else ():
            name, kind, first, last, flags = row.split("\t")
            symbols.append(Symbol(name, kind, int(first), int(last), flags[0] == "1", flags[1:] == "1"))
    except (ValueError, IndexError):
        return None
    return Outline(tuple(symbols))
