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
        ("TS99999", ErrorClass.UNKNOWN),
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
        ("KeyError", "", "python", ErrorClass.UNKNOWN),
        ("SyntaxError", "", "python", ErrorClass.SYNTAX),
        ("TypeError", "f() takes 1 positional argument but 2 were given", "python", ErrorClass.TYPE_MISMATCH),
        ("TypeError", "x.f is not a function", "node", ErrorClass.MISSING_MEMBER),
        ("F401", "", "ruff", ErrorClass.LINT),
        ("invalid-syntax", "", "ruff", ErrorClass.SYNTAX),
        ("no-undef", "'x' is not defined", "eslint", ErrorClass.LINT),
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
