"""The kind of a problem: by the tool's code, by its words where it has none, and at last by what sort of tool it is."""

from __future__ import annotations

import re
from functools import cache

from prunella.diagnostics import kinds
from prunella.domain import Diagnostic, ErrorClass, Severity

_MOST_READ = 2_000
_BY_CODE = {code: kind for kind, codes in kinds.CODES.items() for code in codes.split()}
_LINTERS, _TESTERS = frozenset(kinds.LINTERS.split()), frozenset(kinds.TESTERS.split())
_BY_SOURCE = (
    (_LINTERS, ErrorClass.LINT),
    (_TESTERS, ErrorClass.TEST_FAILURE),
    (kinds.COMPILERS.split(), ErrorClass.TYPE_MISMATCH),
    (kinds.TRANSFORMERS.split(), ErrorClass.SYNTAX),
    (kinds.INSTALLERS.split(), ErrorClass.DEPENDENCY),
    (kinds.BUILDERS.split(), ErrorClass.CONFIG),
)


def classify(diagnostic: Diagnostic) -> ErrorClass:
    """What kind of problem it is; ``UNKNOWN`` when neither its code, its words nor its tool say so."""
    code, source = diagnostic.code, _source(diagnostic.source)
    found = _by_code(code, diagnostic.message, source)
    if found is None and source in _LINTERS:
        found = ErrorClass.SYNTAX if _is_parsing(diagnostic.message) else ErrorClass.LINT
    if found is None and source in _TESTERS and code and diagnostic.severity is Severity.ERROR:
        found = ErrorClass.TEST_FAILURE  # an exception of a kind of its own, whatever it says
    return found or _by_words(diagnostic.message[:_MOST_READ], source) or _by_source(source)


def _source(name: str) -> str:
    return "-".join(name.lower().split())


def _by_code(code: str, message: str, source: str) -> ErrorClass | None:
    if not code:
        return None
    for general, words, kind in kinds.FINER:
        if code == general and words in message:
            return kind
    if source in {"pylint", "flake8", "ruff", "pycodestyle"} and re.fullmatch(r"[CEFIRW]\d{2,5}(?:\(.*\))?", code):
        return _python_linter(code)
    if code in _BY_CODE:
        return _BY_CODE[code]
    family = next((kind for pattern, kind in kinds.FAMILIES if _whole(pattern).fullmatch(code)), None)
    return family if source not in _LINTERS or family is ErrorClass.SYNTAX else None


def _python_linter(code: str) -> ErrorClass:
    """pylint's, flake8's and ruff's numbers, some of which are rustc's too."""
    number = code.partition("(")[0]
    for kind, codes in kinds.PYLINT.items():
        if number in codes.split():
            return kind
    if number.startswith("E9") or number == "E0001":
        return ErrorClass.SYNTAX
    return _BY_CODE.get(number, ErrorClass.LINT) if number.startswith("F") else ErrorClass.LINT


def _by_words(message: str, source: str) -> ErrorClass | None:
    for kind, patterns in kinds.WORDS.items():
        if kind is ErrorClass.SYNTAX and source in _TESTERS:
            continue  # tests expect things
        plain, special = _alternatives(patterns)
        if any(words in message for words in plain) or any(shape.search(message) for shape in special):
            return kind
    return None


@cache
def _alternatives(patterns: str) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """The plain words of an entry of ``WORDS``, and its patterns; a bar within brackets parts none."""
    parts = [part for line in patterns.strip().split("\n") for part in re.split(r"\|(?![^(]*\))", line)]
    plain = tuple(part for part in parts if not part.startswith("re:") and "(?:" not in part)
    special = (part.removeprefix("re:") for part in parts if part not in plain)
    return plain, tuple(re.compile(part) for part in special)


@cache
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _is_parsing(message: str) -> bool:
    return bool(re.match(r"(?:Parsing error|SyntaxError|Unexpected token|parse error|.{0,80}[Ss]yntax error)", message))


def _by_source(source: str) -> ErrorClass:
    return next((kind for sources, kind in _BY_SOURCE if source in sources), ErrorClass.UNKNOWN)
