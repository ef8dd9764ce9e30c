"""The rules on types that are switched off, and names that are used for nothing, in place of what was stricter, as data
(see ``lines``, ``silencing``)."""

from __future__ import annotations

from prunella.guard.lines import Rule

_ANY = "which switches type checking off"

REPLACING = (
    Rule(
        "python-any",
        ("python",),
        ("any",),
        r"(:|->)\s*([\w.]+\[)*(typing\.|t\.)?Any\b",
        f"it declares Any in place of a type, {_ANY}",
        softens=True,
    ),
    Rule(
        "any",
        ("js",),
        ("function", "object", "unknown", "any", "never"),
        r":[^=;(){}]{0,60}\bany\b[^=;(){}]{0,60}(?=[=;,){]|$)|[<,]\s*any(\[\])*\s*[,>]|\bas\s+never\b|:\s*(Function|object|Object|\{\})\s*([,;)=]|$)|:\s*unknown\s*[,;)=].*\bas\b",
        "it declares a type that says nothing in place of one that does",
        softens=True,
    ),
    Rule(
        "any",
        ("go",),
        ("interface{}", "any"),
        r"(?<![\w\[])interface\{\}|(?<![\w.\[])(?<!\w )any\b(?=\s*[,){=\]]|\s*$)|\]any\b|\bmap\[\w+\]any\b",
        f'it puts "any" in place of a type, {_ANY}',
        softens=True,
    ),
    Rule(
        "unsafe-cast",
        ("go",),
        ("unsafe.pointer",),
        r"(\(\*\w[\w.]*\)\s*\(\s*)?\bunsafe\.Pointer\b",
        "it goes around the type system",
    ),
    Rule(
        "unsafe-cast",
        ("jvm",),
        ("(object)", "object ", "as any", "!!"),
        r"\(\s*Object\s*\)\s*[\w(]|\bObject\s+\w+\s*([=,);:]|$)|\bas\s+Any\b|!!(?=[\s.)\],;]|$)",
        "it goes around the type system",
    ),
    Rule(
        "unsafe-cast",
        ("rust",),
        ("unsafe", "_unchecked", "static mut"),
        r"\bunsafe\s*\{|\b\w+_unchecked\b|\bstatic\s+mut\b",
        "it goes around the compiler's checks",
    ),
    Rule(
        "unsafe-cast",
        ("c",),
        ("void", "reinterpret_cast", "const_cast"),
        r"\(\s*(const\s+)?void\s*\*+\s*\)\s*(\(\s*\w+\s*\*?\s*\)\s*)?[\w(&*]|\breinterpret_cast<|\bconst_cast<|\(\s*\w+\s*\*\s*\)\s*\(\s*void\s*\*\s*\)",
        "it casts a type away",
    ),
    Rule("unsafe-cast", ("dotnet",), ("dynamic", "!"), r"\bdynamic\s+\w|\b(null|default)!|\w!\.", _ANY),
    Rule("unsafe-cast", ("swift",), ("as!", "try!"), r"\bas!\s|\btry!\s", "it goes around the compiler's checks"),
    Rule(
        "unsafe-cast",
        ("ruby",),
        ("t.unsafe", "t.untyped"),
        r"\bT\.(unsafe|untyped)\b",
        "it goes around the type checker",
    ),
    Rule("non-null", ("js",), ("!",), r"(?<=[\w)\]])!(?=[.\[();,\s}\]]|$)", "it asserts that a value is there"),
    Rule(
        "unsafe-cast",
        ("jvm",),
        ("list", "map", "set", "class", "collection", "itera", "optional", "compar", "function", "supplier", "future"),
        r"(\(\s*)?\b(\w*(List|Map|Set)|Class|Collection|Iterator|Iterable|Optional|Comparable|Comparator|Function|Supplier|Consumer"
        r"|Predicate|\w*Future|Stream|Queue|Deque)\b\)?(?!\s*[<.:(])(?=\s*\w)",
        "it takes a type's parameters away, so that what it holds is not checked",
    ),
    Rule(
        "unused-silenced",
        ("c", "rust", "js", "python"),
        ("(void)", "unused", "let _ =", "_ =", "void ", "del "),
        r"^\s*(\(\s*void\s*\)\s*(?P<c>\w+)|\w*UNUSED\w*\(\s*(?P<m>\w+)\s*\)|(let\s+)?_\s*=\s*&?(?P<r>\w+)|void\s+(?P<j>\w+)|del\s+(?P<p>\w+))\s*;?\s*$",
        "it uses a name for the sake of the check only, where it was used for something",
    ),
    Rule(
        "unused-silenced",
        ("go",),
        ("_ =",),
        r"^\s*(var\s+)?_\s*=\s*[\w.]+\s*$",
        "it uses a name for the sake of the check only",
    ),
)
"""Breaches only where they take the place of something stricter on the same line."""
