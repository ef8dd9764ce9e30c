"""The kind of an error follows from the tool's code, or from its words."""

from __future__ import annotations

import pytest

from prunella.diagnostics.classify import classify
from prunella.domain import Diagnostic, ErrorClass, Severity


def kind(code: str = "", message: str = "", source: str = "tsc") -> ErrorClass:
    return classify(Diagnostic("a", 1, 1, Severity.ERROR, code, message, source))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TS2305", ErrorClass.MISSING_EXPORT),
        ("TS2614", ErrorClass.MISSING_EXPORT),
        ("TS2307", ErrorClass.MISSING_IMPORT),
        ("TS2304", ErrorClass.MISSING_IMPORT),
        ("TS2339", ErrorClass.MISSING_MEMBER),
        ("TS2551", ErrorClass.MISSING_MEMBER),
        ("TS2322", ErrorClass.TYPE_MISMATCH),
        ("TS2345", ErrorClass.TYPE_MISMATCH),
        ("TS1005", ErrorClass.SYNTAX),
        ("TS1128", ErrorClass.SYNTAX),
        ("TS5023", ErrorClass.CONFIG),
        ("TS7016", ErrorClass.DEPENDENCY),
        ("TS6133", ErrorClass.LINT),
        ("TS99999", ErrorClass.TYPE_MISMATCH),
    ],
)
def test_typescript_by_code(code: str, expected: ErrorClass) -> None:
    assert kind(code) is expected


@pytest.mark.parametrize(
    ("code", "message", "source", "expected"),
    [
        ("attr-defined", '"Hero" has no attribute "x"', "mypy", ErrorClass.MISSING_MEMBER),
        ("attr-defined", 'Module "a" has no attribute "x"', "mypy", ErrorClass.MISSING_EXPORT),
        ("import-not-found", "", "mypy", ErrorClass.MISSING_IMPORT),
        ("import-untyped", "", "mypy", ErrorClass.DEPENDENCY),
        ("ModuleNotFoundError", "No module named 'x'", "pytest", ErrorClass.MISSING_IMPORT),
        ("ImportError", "cannot import name 'x' from 'y'", "pytest", ErrorClass.MISSING_EXPORT),
        ("AttributeError", "", "pytest", ErrorClass.MISSING_MEMBER),
        ("AssertionError", "", "pytest", ErrorClass.TEST_FAILURE),
        ("KeyError", "", "pytest", ErrorClass.TEST_FAILURE),
        ("KeyError", "", "python", ErrorClass.TEST_FAILURE),
        ("SyntaxError", "", "python", ErrorClass.SYNTAX),
        ("TypeError", "f() takes 1 positional argument but 2 were given", "python", ErrorClass.TYPE_MISMATCH),
        ("TypeError", "x.f is not a function", "node", ErrorClass.MISSING_MEMBER),
        ("F401", "", "ruff", ErrorClass.LINT),
        ("invalid-syntax", "", "ruff", ErrorClass.SYNTAX),
        ("no-undef", "'x' is not defined", "eslint", ErrorClass.MISSING_IMPORT),
        ("", "Parsing error: Unexpected token", "eslint", ErrorClass.SYNTAX),
        ("", "Property 'x' does not exist on type 'Y'.", "next", ErrorClass.MISSING_MEMBER),
        ("", "Export x doesn't exist in target module", "next", ErrorClass.MISSING_EXPORT),
        ("", "Module not found: Can't resolve './x'", "webpack", ErrorClass.MISSING_IMPORT),
        ("", 'Unexpected ";"', "esbuild", ErrorClass.SYNTAX),
        ("", "expected 1 to be 2", "vitest", ErrorClass.TEST_FAILURE),
        ("", "something else", "generic", ErrorClass.UNKNOWN),
    ],
)
def test_other_tools(code: str, message: str, source: str, expected: ErrorClass) -> None:
    assert kind(code, message, source) is expected


@pytest.mark.parametrize(
    ("source", "code", "message", "expected"),
    [
        ("rustc", "E0432", "unresolved import `crate::api::x`", ErrorClass.MISSING_EXPORT),
        ("rustc", "E0432", "unresolved import `serde`", ErrorClass.MISSING_IMPORT),
        ("rustc", "E0609", "no field `x` on type `&Hero`", ErrorClass.MISSING_MEMBER),
        ("rustc", "E0502", "cannot borrow `x` as mutable", ErrorClass.TYPE_MISMATCH),
        ("rustc", "unused_variables", "unused variable: `x`", ErrorClass.LINT),
        ("clippy", "clippy::needless_return", "unneeded `return` statement", ErrorClass.LINT),
        ("rustc", "", "expected one of `!` or `::`, found `x`", ErrorClass.SYNTAX),
        ("cargo", "", "failed to select a version for `serde`.", ErrorClass.DEPENDENCY),
        ("gcc", "", "‘x’ undeclared (first use in this function)", ErrorClass.MISSING_IMPORT),
        ("gcc", "", "nothere.h: No such file or directory", ErrorClass.MISSING_IMPORT),
        ("gcc", "", "expected ‘;’ before ‘}’ token", ErrorClass.SYNTAX),
        ("gcc", "", "‘struct hero’ has no member named ‘name’", ErrorClass.MISSING_MEMBER),
        ("clang", "", "too few arguments to function call, expected 2, have 1", ErrorClass.TYPE_MISMATCH),
        ("gcc", "-Wunused-variable", "unused variable ‘x’", ErrorClass.LINT),
        ("ld", "", "undefined reference to `load'", ErrorClass.MISSING_EXPORT),
        ("ld", "", "cannot find -lhero: No such file or directory", ErrorClass.DEPENDENCY),
        ("javac", "", "cannot find symbol\n  symbol:   class Gone", ErrorClass.MISSING_IMPORT),
        ("javac", "", "cannot find symbol\n  symbol:   method go()\n  location: class A", ErrorClass.MISSING_MEMBER),
        ("javac", "", "package org.lib does not exist", ErrorClass.MISSING_IMPORT),
        ("javac", "", "';' expected", ErrorClass.SYNTAX),
        ("javac", "", "incompatible types: String cannot be converted to int", ErrorClass.TYPE_MISMATCH),
        ("go", "", "undefined: api.Load", ErrorClass.MISSING_EXPORT),
        ("go", "", "undefined: load", ErrorClass.MISSING_IMPORT),
        ("go", "", "declared and not used: x", ErrorClass.LINT),
        ("go", "", "syntax error: unexpected newline, expected }", ErrorClass.SYNTAX),
        ("go", "", "missing go.sum entry for module providing package x", ErrorClass.DEPENDENCY),
        ("csc", "CS1061", "'Hero' does not contain a definition for 'X'", ErrorClass.MISSING_MEMBER),
        ("csc", "CS0246", "The type or namespace name 'X' could not be found", ErrorClass.MISSING_IMPORT),
        ("csc", "CS1002", "; expected", ErrorClass.SYNTAX),
        ("csc", "CS0029", "Cannot implicitly convert type", ErrorClass.TYPE_MISMATCH),
        ("msbuild", "NU1101", "Unable to find package X", ErrorClass.DEPENDENCY),
        ("msbuild", "MSB4025", "The project file could not be loaded", ErrorClass.CONFIG),
        ("msvc", "LNK2019", "unresolved external symbol f", ErrorClass.MISSING_EXPORT),
        ("npm", "ERESOLVE", "could not resolve", ErrorClass.DEPENDENCY),
        ("npm", "ENOTFOUND", "request to the registry failed", ErrorClass.ENVIRONMENT),
        ("pnpm", "ERR_PNPM_OUTDATED_LOCKFILE", "Cannot install with frozen-lockfile", ErrorClass.DEPENDENCY),
        ("prisma", "P1001", "Can't reach database server", ErrorClass.ENVIRONMENT),
        ("prisma", "P1012", "Error validating field", ErrorClass.CONFIG),
        ("shellcheck", "SC2086", "Double quote to prevent globbing", ErrorClass.LINT),
        ("shellcheck", "SC1073", "Couldn't parse this if expression", ErrorClass.SYNTAX),
        ("pyright", "reportMissingImports", 'Import "x" could not be resolved', ErrorClass.MISSING_IMPORT),
        ("pyright", "reportAttributeAccessIssue", '"x" is unknown import symbol', ErrorClass.MISSING_EXPORT),
        ("pylint", "E0602", "Undefined variable 'x'", ErrorClass.MISSING_IMPORT),
        ("pylint", "E0611", "No name 'x' in module 'y'", ErrorClass.MISSING_EXPORT),
        ("cmake", "", "Could not find a package configuration file provided by X", ErrorClass.DEPENDENCY),
        ("make", "", "missing separator.  Stop.", ErrorClass.SYNTAX),
        ("make", "", "No rule to make target 'x', needed by 'y'.", ErrorClass.CONFIG),
        ("eslint", "import/no-unresolved", "Unable to resolve path to module './x'", ErrorClass.MISSING_IMPORT),
        ("biome", "lint/suspicious/noDebugger", "This is an unexpected use of the debugger", ErrorClass.LINT),
    ],
)
def test_every_toolchain(source: str, code: str, message: str, expected: ErrorClass) -> None:
    assert kind(code, message, source) is expected
