"""What pip, uv and Poetry say when they cannot resolve, build or install."""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_PIP = re.compile(
    r"ERROR: (?P<words>(?:Could not find a version|No matching distribution|Cannot install|Package '|"
    r"Invalid requirement|"
    r"Could not (?:open|install|build|detect)|Failed (?:building|to build)|Double requirement|Directory '|"
    r"ResolutionImpossible|Ignored the following|.* is not (?:a valid|a supported|installable)|"
    r"THESE PACKAGES DO NOT MATCH|Hashes are required|In --require-hashes|File ).*)$"
)
_FROM = re.compile(
    r"\(from (?:-r (?P<file>\S+) \(line (?P<line>[0-9]{1,7})\)|line (?P<old_line>[0-9]{1,7}) of (?P<old_file>\S+?))\)"
)
_SUBPROCESS = "error: subprocess-exited-with-error"
_RAISED = re.compile(
    r"\s*[│|]?\s*(?P<words>[A-Za-z_][\w.]*(?:Error|Exception|NotFound|Exit)\b.*|(?:fatal )?error: .*)$"
)
_UV = re.compile(r"(?:error: | {1,4}[×x] )(?P<words>\S.*)$")
_CAUSE = re.compile(r"\s+(?:cause: |Caused by: |[├╰`|][─-]+[▶>] )(?P<words>\S.*)$")
_TOML = re.compile(r"TOML parse error at line (?P<line>[0-9]{1,7}), column (?P<column>[0-9]{1,7})")
_NAMED = re.compile(r"[`'\"](?P<file>[^`'\"]*pyproject\.toml)[`'\"]")
_POETRY = re.compile(
    r"\s{0,2}(?P<words>pyproject\.toml changed significantly since .*|Package [\w.-]+ \(.*\) not found\.|"
    r"The current project's supported Python range .*|The Poetry configuration is invalid:.*|"
    r"Could not find a matching version of package .*)$"
)
_SOLVER = ("Because ", "And because ", "So, because ", "Thus, ")
_FAILED = "version solving failed"
_MARKS = ("ERROR: ", _SUBPROCESS, "cause: ", "Caused by: ", "─▶", _FAILED, "pyproject.toml", "Package ")
_MOST_WORDS = 20
_LONGEST_OUTPUT = 400


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per problem, with its causes; the place is the requirement's line where the tool names it."""
    if not any(mark in text for mark in _MARKS):
        return ()
    lines = text.split("\n")
    found: list[Diagnostic] = []
    number = 0
    while number < len(lines) and len(found) < MOST_PARSED:
        line = lines[number]
        new, end = None, number + 1
        if line.startswith("ERROR: "):
            new, end = _pip(lines, number)
        elif line.strip() == _SUBPROCESS:
            new, end = _subprocess(lines, number)
        elif line.startswith(("error: ", " ")) and number + 1 < len(lines) and _CAUSE.match(lines[number + 1]):
            new, end = _uv(lines, number)
        elif line.lstrip().startswith(_SOLVER):
            new, end = _solver(lines, number)
        else:
            poetry = _POETRY.match(line) if line.lstrip()[:1] in "pTPC" else None
            new = _diagnostic([poetry["words"].rstrip()], "", "poetry", (number, number)) if poetry else None
        found += [new] if new else []
        number = end
    return tuple(found)


def _pip(lines: list[str], start: int) -> tuple[Diagnostic | None, int]:
    """pip's ``ERROR:`` lines: those that follow each other, and what caused a conflict, are one problem."""
    match = _PIP.match(lines[start])
    if not match:
        return None, start + 1
    words, last, code = [match["words"].rstrip()], start, ""
    for number, line in enumerate(lines[start + 1 : start + _MOST_WORDS], start + 1):
        if line.startswith("ERROR: "):
            said = line.removeprefix("ERROR: ").rstrip()
            if not said.startswith(("No matching distribution", "ResolutionImpossible")):
                break
            code = "ResolutionImpossible" if said.startswith("ResolutionImpossible") else code
            words += [] if code else [said]
            last = number
            break
        if not words[0].startswith("Cannot install"):
            break
        advice = line.startswith(("To fix", "1. ", "2. ", "Additionally"))
        words += [line.rstrip()] if line.strip() and not advice else []
    place = _FROM.search(words[0])
    where = ("", 0)
    if place:
        where = (place["file"] or place["old_file"], int(place["line"] or place["old_line"]))
    return _diagnostic(words, code, "pip", (start, last), (*where, 0)), last + 1


def _subprocess(lines: list[str], start: int) -> tuple[Diagnostic | None, int]:
    """A build that failed below pip: what it was, and the last error that it printed."""
    title, raised, last = "", "", start
    for number, line in enumerate(lines[start + 1 : start + _LONGEST_OUTPUT], start + 1):
        short = line.strip()
        if short.startswith(("× ", "x ")) and not title:
            title = short[2:]
        error = _RAISED.match(line) if title and not short.startswith(("note:", "File ")) else None
        raised = error["words"].rstrip() if error else raised
        last = number if short else last
        if short == "[end of output]":
            break
        if title and short and not line.startswith(" ") and not short.startswith(("× ", "│", "╰", "|", "`")):
            last = number - 1
            break
    words = [word for word in (title, raised) if word]
    return _diagnostic(words or [_SUBPROCESS], "subprocess-exited-with-error", "pip", (start, last)), last + 1


def _uv(lines: list[str], start: int) -> tuple[Diagnostic | None, int]:
    """uv: an error, then its causes, the innermost last."""
    match = _UV.match(lines[start])
    if not match:
        return None, start + 1
    words, last = [match["words"].rstrip()], start
    for number, line in enumerate(lines[start + 1 : start + _MOST_WORDS], start + 1):
        cause = _CAUSE.match(line)
        if not line.strip() or (not cause and not line.startswith("      ")):
            break
        words.append(cause["words"].rstrip() if cause else line.strip())
        last = number
    whole = "\n".join(words)
    toml, named = _TOML.search(whole), _NAMED.search(whole)
    where = (named["file"] if named and toml else "", 0, 0)
    if toml and named:
        where = (named["file"], int(toml["line"]), int(toml["column"]))
    return _diagnostic(words, "", "uv", (start, last), where), last + 1


def _solver(lines: list[str], start: int) -> tuple[Diagnostic | None, int]:
    """Poetry: the resolver's proof, up to its conclusion."""
    words: list[str] = []
    for number, line in enumerate(lines[start : start + _MOST_WORDS * 2], start):
        words += [line.strip()] if line.strip() else []
        if _FAILED in line:
            return _diagnostic(words[:_MOST_WORDS], "SolverProblemError", "poetry", (start, number)), number + 1
    return None, start + 1


def _diagnostic(
    words: list[str], code: str, source: str, span: tuple[int, int], where: tuple[str, int, int] = ("", 0, 0)
) -> Diagnostic:
    message = "\n".join(words)
    return Diagnostic(*where, Severity.ERROR, code, message, source, read_from=span[0] + 1, read_to=span[1] + 1)
