"""How definitions look in each language: one line is enough to tell a name, and whether other files see it.

Every pattern is linear and is asked of short lines only (see ``definitions``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

SUFFIXES = {
    "ts": "ts tsx mts cts js jsx mjs cjs vue svelte",
    "python": "py pyi",
    "rust": "rs",
    "go": "go",
    "java": "java kt",
    "csharp": "cs",
    "c": "c h cc cpp cxx c++ hh hpp hxx inl ipp m mm",
}
_BY_SUFFIX = {suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes.split()}


def family(path: str) -> str:
    """The language of a file by its name; "" = none that is read here."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return _BY_SUFFIX.get(suffix.lower(), "") if dot else ""


class Shape(NamedTuple):
    """One way in which a definition's line looks: group ``name`` is its name. ``exported``: "" = look for the group
    ``pub`` (visible if it matched); "yes" and "no" say it; "capital" = visible if the name begins with a capital (Go);
    "plain" = visible unless it begins with an underscore (Python); "unless" = visible unless the group ``own`` matched.
    """

    pattern: str
    exported: str = ""


_NAME = r"(?P<name>[A-Za-z_$][\w$]*)"
_C_TYPE = r"(?:[A-Za-z_][\w:<>,]*[\s*&]+){1,6}?"

_SHAPES: dict[str, tuple[Shape, ...]] = {
    "ts": (
        Shape(
            r"^(?P<pub>export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
            r"(?:function\s*\*?|class|interface|type|const\s+enum|enum|namespace|module|const|let|var)\s+" + _NAME
        ),
        Shape(
            r"^\s+(?:(?:public|private|protected|static|readonly|async|get|set|override|abstract|declare|\*)\s+)*#?"
            + _NAME
            + r"\s*(?:<[^()]*>)?\s*\([^;]*(?:\{|,|\(|\)\s*:[^;]*;?)$",
            "yes",
        ),
        Shape(
            r"^\s+(?:(?:public|private|protected|static|readonly|override|abstract|declare)\s+)*#?"
            + _NAME
            + r"\s*[?!]?\s*:(?!:)",
            "yes",
        ),
        Shape(r"^\s+(?:(?:public|private|protected|static|readonly)\s+)*#?" + _NAME + r"\s*(?:=[^=>]|,$|$)", "yes"),
    ),
    "python": (
        Shape(r"^\s*(?:async\s+)?def\s+" + _NAME + r"\s*[(\[]", "plain"),
        Shape(r"^\s*class\s+" + _NAME + r"\s*[(:\[]", "plain"),
        Shape(r"^type\s+" + _NAME + r"\s*[=\[]", "plain"),
        Shape(r"^\s{0,8}(?:self\.)?" + _NAME + r"\s*(?::[^=]+)?=(?!=)", "plain"),
        Shape(r"^\s{0,8}(?:self\.)?" + _NAME + r"\s*:\s*[A-Za-z\"']", "plain"),
    ),
    "rust": (
        Shape(
            r"^\s*(?P<pub>pub(?:\s*\([^)]*\))?\s+)?(?:default\s+)?(?:const\s+)?(?:async\s+)?(?:unsafe\s+)?"
            r"(?:extern\s+(?:\"[^\"]*\"\s+)?)?(?:fn|struct|enum|union|trait|type|mod)\s+" + _NAME
        ),
        Shape(r"^\s*(?P<pub>pub(?:\s*\([^)]*\))?\s+)?(?:const|static)\s+(?:mut\s+)?" + _NAME + r"\s*:"),
        Shape(r"^\s*macro_rules!\s*" + _NAME, "yes"),
        Shape(r"^\s+(?P<pub>pub(?:\s*\([^)]*\))?\s+)" + _NAME + r"\s*:(?!:)"),
        Shape(r"^\s+" + _NAME + r"\s*:(?!:)\s*[A-Za-z&*\[('<]", "no"),
        Shape(r"^\s+(?P<name>[A-Z]\w*)\s*(?:\(.*\)|\{.*\}?|=\s*[-\w]+)?\s*,$", "yes"),
    ),
    "go": (
        Shape(r"^func\s+(?:\([^)]*\)\s*)?" + _NAME + r"\s*[(\[]", "capital"),
        Shape(r"^\s*(?:type|var|const)\s+" + _NAME + r"\b", "capital"),
        Shape(r"^\t+" + _NAME + r"\s*\([^()]*\)\s*[\w*\[\]().{}, ]*$", "capital"),
        Shape(r"^\t+" + _NAME + r"\s+[\w*\[\]().{}]+(?:\s+`.*)?\s*(?:=.*)?$", "capital"),
        Shape(r"^\t+" + _NAME + r"\s*(?:=[^=].*)?$", "capital"),
    ),
    "java": (
        Shape(
            r"^\s*(?:(?:(?P<own>private)|public|protected|static|final|abstract|sealed|data|open|internal)\s+)*"
            r"(?:class|interface|enum|record|@interface|object|fun)\s+" + _NAME,
            "unless",
        ),
        Shape(
            r"^\s*(?:(?:(?P<own>private)|public|protected|static|final|abstract|synchronized|native|default|volatile|"
            r"transient)\s+)*(?:<[^>]*>\s*)?[A-Za-z_][\w.]*(?:<[^()]*>)?(?:\[\])*\s+" + _NAME + r"\s*(?:[=;(]|$)",
            "unless",
        ),
        Shape(r"^\s+(?P<name>[A-Z][A-Z0-9_]+)\s*(?:\(.*\))?\s*[,;{]?$", "yes"),
    ),
    "csharp": (
        Shape(
            r"^\s*(?:(?:(?P<own>private)|public|protected|internal|static|sealed|abstract|partial|readonly|ref|file)\s+)*"
            r"(?:class|interface|struct|enum|record(?:\s+struct|\s+class)?|delegate\s+\S+)\s+" + _NAME,
            "unless",
        ),
        Shape(
            r"^\s*(?:(?:(?P<own>private)|public|protected|internal|static|sealed|abstract|virtual|override|readonly|"
            r"const|async|extern|new|required|unsafe|event|partial|volatile)\s+)*"
            r"[A-Za-z_][\w.]*(?:<[^()]*>)?\??(?:\[,*\])*\??\s+" + _NAME + r"\s*(?:[=;({<]|$)",
            "unless",
        ),
        Shape(r"^\s+(?P<name>[A-Z]\w*)\s*(?:=\s*[-\w<| ]+)?\s*,$", "yes"),
    ),
    "c": (
        Shape(r"^\s*#\s*define\s+" + _NAME, "yes"),
        Shape(
            r"^\s*(?:typedef\s+)?(?:struct|union|enum(?:\s+(?:class|struct))?|class|namespace)\s+"
            + _NAME
            + r"\s*(?:[:{]|$)",
            "yes",
        ),
        Shape(r"^\s*typedef\s+.{1,200}?\b" + _NAME + r"\s*(?:\[[^\]]*\])?\s*;", "yes"),
        Shape(r"^\s*\}\s*" + _NAME + r"\s*;", "yes"),
        Shape(
            r"^(?P<own>static\s+)?"
            + _C_TYPE
            + r"(?:\w+::)*"
            + _NAME
            + r"\s*\([^;]*(?:\)\s*(?:const)?\s*[{;]?|,|\()\s*$",
            "unless",
        ),
        Shape(r"^" + _NAME + r"\s*\([^;]*\)\s*\{?\s*$", "yes"),
        Shape(
            r"^\s*(?P<own>static\s+)?" + _C_TYPE + _NAME + r"\s*(?:\[[^\]]*\])*\s*(?::\s*\d+\s*)?(?:=.*)?;", "unless"
        ),
        Shape(r"^\s+" + _C_TYPE + _NAME + r"\s*\([^;]*\)\s*(?:const)?\s*(?:override)?\s*[{;]", "yes"),
        Shape(r"^\s+(?P<name>[A-Za-z_]\w*)\s*(?:=\s*[-\w<|() ]+)?\s*,?$", "yes"),
    ),
}

_EVERYWHERE = "if else for while do break continue return in as import true false null this self super"
_WORDS = {
    "python": """False None True and assert async await class def del elif except finally from global is lambda nonlocal
        not or pass raise try with yield""",
    "rust": """Self async await const crate dyn enum extern fn impl let loop match mod move mut pub ref static struct
        trait type unsafe use where""",
    "go": """case chan const default defer fallthrough func go goto interface map nil package range select struct switch
        type var""",
    "": """switch case throw try catch finally function new delete typeof await yield with of instanceof export from
        default let const var class def void operator using namespace template typename sizeof goto union struct enum
        public private protected static final undefined constructor throws unsigned signed int char long short
        double float""",
}


@cache
def keywords(name: str) -> frozenset[str]:
    """Words of a family that name nothing."""
    return frozenset(f"{_EVERYWHERE} {_WORDS.get(name, _WORDS[''])}".split())


@cache
def shapes(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The compiled shapes of a family, in the order in which they are asked."""
    return tuple((re.compile(shape.pattern, re.ASCII), shape.exported) for shape in _SHAPES.get(name, ()))
