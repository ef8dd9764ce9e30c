"""Which grammar reads a file, and which of its nodes define something.

The grammars are those in ast-grep's wheel (tree-sitter's node names); ``VERSION`` changes when what is read here does,
so that what an older version stored is not taken for it.
"""

from __future__ import annotations

from typing import NamedTuple

VERSION = "1-0.51"


class Grammar(NamedTuple):
    """A language: ast-grep's name for it, and the kinds of nodes that define (``kinds``), among them those that hold
    others and are shown as a head (``holders``)."""

    name: str
    kinds: frozenset[str]
    holders: frozenset[str]


def _grammar(name: str, kinds: str, holders: str) -> Grammar:
    held = frozenset(holders.split())
    return Grammar(name, frozenset(kinds.split()) | held, held)


_SCRIPT = (
    "function_declaration generator_function_declaration function_signature type_alias_declaration method_definition "
    "method_signature abstract_method_signature public_field_definition property_signature variable_declarator "
    "export_specifier"
)
_SCRIPT_HOLDERS = (
    "class_declaration abstract_class_declaration interface_declaration enum_declaration internal_module module"
)
_JAVASCRIPT = (
    "function_declaration generator_function_declaration method_definition field_definition variable_declarator "
    "export_specifier"
)
_C = (
    "function_definition declaration type_definition preproc_def preproc_function_def field_declaration enumerator "
    "struct_specifier union_specifier enum_specifier"
)

TYPESCRIPT = _grammar("typescript", _SCRIPT, _SCRIPT_HOLDERS)
TSX = TYPESCRIPT._replace(name="tsx")
JAVASCRIPT = _grammar("javascript", _JAVASCRIPT, "class_declaration")
PYTHON = _grammar("python", "function_definition assignment", "class_definition")
RUST = _grammar(
    "rust",
    "function_item function_signature_item struct_item enum_item type_item const_item static_item macro_definition "
    "enum_variant field_declaration",
    "impl_item trait_item mod_item",
)
GO = _grammar(
    "go",
    "function_declaration method_declaration type_spec type_alias const_spec var_spec method_elem field_declaration",
    "",
)
JAVA = _grammar(
    "java",
    "method_declaration constructor_declaration field_declaration enum_constant",
    "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration",
)
C = _grammar("c", _C, "")
CPP = _grammar("cpp", _C + " alias_declaration concept_definition", "class_specifier namespace_definition")
CSHARP = _grammar(
    "csharp",
    "method_declaration constructor_declaration property_declaration field_declaration delegate_declaration "
    "event_field_declaration enum_member_declaration",
    "class_declaration interface_declaration struct_declaration enum_declaration record_declaration "
    "namespace_declaration",
)

_BY_SUFFIX: dict[str, Grammar] = {
    **dict.fromkeys(("ts", "mts", "cts"), TYPESCRIPT),
    **dict.fromkeys(("tsx", "vue", "svelte", "astro"), TSX),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs"), JAVASCRIPT),
    **dict.fromkeys(("py", "pyi"), PYTHON),
    "rs": RUST,
    "go": GO,
    "java": JAVA,
    "c": C,
    **dict.fromkeys(("h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "inl", "ipp"), CPP),
    "cs": CSHARP,
}

EMBEDDED = ("vue", "svelte", "astro")
"""Endings of files whose code stands in ``<script>``."""


def suffix(path: str) -> str:
    """The ending of a path's name, in small letters, without the dot; "" if it has none."""
    _, dot, end = path.rpartition("/")[2].rpartition(".")
    return end.lower() if dot else ""


def grammar(path: str) -> Grammar | None:
    """What reads a file, told by its name; None when nothing does."""
    return _BY_SUFFIX.get(suffix(path))


def family(path: str) -> str:
    """Languages whose files import each other, as one word; "" for what has no grammar."""
    found = grammar(path)
    if found is None:
        return ""
    return {"tsx": "js", "typescript": "js", "javascript": "js", "cpp": "c"}.get(found.name, found.name)
