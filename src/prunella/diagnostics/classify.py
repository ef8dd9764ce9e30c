"""The kind of a problem, by the tool's code; by its words where it has none."""

from __future__ import annotations

from prunella.domain import Diagnostic, ErrorClass

_CODES: dict[ErrorClass, str] = {
    ErrorClass.MISSING_EXPORT: "TS2305 TS2614 TS2724 TS1192 TS2459 TS2460 TS2497 TS2595 TS2613 TS2694 MISSING_EXPORT",
    ErrorClass.MISSING_IMPORT: (
        "TS2307 TS2792 TS2304 TS2552 TS2503 TS2318 TS7016 TS2688 TS6053 TS18003 UNRESOLVED_IMPORT UNRESOLVED_ENTRY "
        "ModuleNotFoundError ImportError NameError ERR_MODULE_NOT_FOUND MODULE_NOT_FOUND ReferenceError "
        "import-not-found import name-defined F821 E0432 E0433 E0425 E0412"
    ),
    ErrorClass.MISSING_MEMBER: (
        "TS2339 TS2551 TS2550 TS2576 TS2353 TS2561 TS2741 TS2739 TS2740 TS2420 TS2515 AttributeError attr-defined "
        "union-attr typeddict-item E0599 E0609"
    ),
    ErrorClass.TYPE_MISMATCH: (
        "TS2322 TS2345 TS2352 TS2365 TS2366 TS2367 TS2355 TS2349 TS2351 TS2362 TS2363 TS2416 TS2430 TS2531 TS2532 "
        "TS2533 TS2554 TS2555 TS2556 TS2558 TS2559 TS2575 TS2698 TS2722 TS2769 TS7006 TS7005 TS7031 TS7053 TS18046 "
        "TS18047 TS18048 TS18049 TS2540 TS2344 TS2314 arg-type return-value assignment call-arg return operator index "
        "override misc call-overload list-item dict-item valid-type var-annotated type-var no-any-return "
        "no-untyped-def no-untyped-call type-arg TypeError E0308 E0061 E0277"
    ),
    ErrorClass.SYNTAX: "syntax invalid-syntax SyntaxError IndentationError TabError PARSE_ERROR E999 E0001",
    ErrorClass.DEPENDENCY: "import-untyped TS7016 TS2688",
    ErrorClass.CONFIG: "usage TS6046 TS5023 TS5024 TS5025 TS5058 TS5083 TS18003 TS6059 TS6307 TS5101 TS5102",
    ErrorClass.LINT: "TS6133 TS6138 TS6192 TS6196 TS6198 TS7027 TS7028 TS7029",
    ErrorClass.TEST_FAILURE: "AssertionError ERR_ASSERTION Failed DocTestFailure",
}
# A later class wins where a code is in two.
_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes.split()}

# Codes that cover more than one kind: the words decide.
_FINER = (
    ("ImportError", "cannot import name", ErrorClass.MISSING_EXPORT),
    ("SyntaxError", "does not provide an export", ErrorClass.MISSING_EXPORT),
    ("attr-defined", "Module ", ErrorClass.MISSING_EXPORT),
    ("TypeError", "is not a function", ErrorClass.MISSING_MEMBER),
    ("TypeError", "Cannot read properties of", ErrorClass.MISSING_MEMBER),
)

_WORDS: tuple[tuple[str, ErrorClass], ...] = (
    ("cannot import name", ErrorClass.MISSING_EXPORT),
    ("does not provide an export", ErrorClass.MISSING_EXPORT),
    ("has no exported member", ErrorClass.MISSING_EXPORT),
    ("is not exported", ErrorClass.MISSING_EXPORT),
    ("doesn't exist in target module", ErrorClass.MISSING_EXPORT),
    ("No matching export", ErrorClass.MISSING_EXPORT),
    ("was not found in '", ErrorClass.MISSING_EXPORT),
    ("has no default export", ErrorClass.MISSING_EXPORT),
    ("does not contain a default export", ErrorClass.MISSING_EXPORT),
    ("Module not found", ErrorClass.MISSING_IMPORT),
    ("Cannot find module", ErrorClass.MISSING_IMPORT),
    ("Could not resolve", ErrorClass.MISSING_IMPORT),
    ("ailed to resolve import", ErrorClass.MISSING_IMPORT),
    ("No module named", ErrorClass.MISSING_IMPORT),
    ("Cannot find name", ErrorClass.MISSING_IMPORT),
    ("is not defined", ErrorClass.MISSING_IMPORT),
    ("does not exist on type", ErrorClass.MISSING_MEMBER),
    ("has no attribute", ErrorClass.MISSING_MEMBER),
    ("is missing in type", ErrorClass.MISSING_MEMBER),
    ("may only specify known properties", ErrorClass.MISSING_MEMBER),
    ("is not assignable to", ErrorClass.TYPE_MISMATCH),
    ("incompatible type", ErrorClass.TYPE_MISMATCH),
    ("mismatched types", ErrorClass.TYPE_MISMATCH),
    (" arguments, but got ", ErrorClass.TYPE_MISMATCH),
    ("SyntaxError", ErrorClass.SYNTAX),
    ("Module parse failed", ErrorClass.SYNTAX),
    ("Unexpected token", ErrorClass.SYNTAX),
    ("Expression expected", ErrorClass.SYNTAX),
    ("cannot find symbol", ErrorClass.MISSING_IMPORT),
    ("undeclared", ErrorClass.MISSING_IMPORT),
    ("implicit declaration of function", ErrorClass.MISSING_IMPORT),
    ("No such file or directory", ErrorClass.MISSING_IMPORT),
    ("xpected ", ErrorClass.SYNTAX),
    ("nterminated ", ErrorClass.SYNTAX),
)
_SYNTAX_TOOLS = frozenset({"next", "webpack", "vite", "rollup", "rolldown", "esbuild", "generic"})
_LINTERS = frozenset({"ruff", "eslint", "next-lint"})
_TESTERS = frozenset({"pytest", "unittest", "vitest", "jest"})


def classify(diagnostic: Diagnostic) -> ErrorClass:
    """What kind of problem it is; ``UNKNOWN`` when neither its code nor its words say so."""
    code = diagnostic.code
    for general, words, kind in _FINER:
        if code == general and words in diagnostic.message:
            return kind
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.startswith("TS1") and len(code) == len("TS1005"):
        return ErrorClass.SYNTAX
    if diagnostic.source in _LINTERS:
        return ErrorClass.SYNTAX if diagnostic.message.startswith("Parsing error") else ErrorClass.LINT
    return _by_words(diagnostic)


def _by_words(diagnostic: Diagnostic) -> ErrorClass:
    for words, kind in _WORDS:
        if words in diagnostic.message and (kind is not ErrorClass.SYNTAX or diagnostic.source in _SYNTAX_TOOLS):
            return kind
    return ErrorClass.TEST_FAILURE if diagnostic.source in _TESTERS else ErrorClass.UNKNOWN
