"""Whole reports in JSON, on one line or many: SARIF 2.1.0 of any tool, and the own formats of GCC, golangci-lint,
staticcheck, revive, RuboCop, PHPStan, hadolint and ShellCheck.

Sources: OASIS SARIF 2.1.0 (sections 3.14 to 3.30); ``-fdiagnostics-format=json`` in GCC's manual; the JSON output of
each linter. What has another shape than expected is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from prunella.diagnostics.jsonlog import Document, documents
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_MARKS = (
    '"runs"',
    '"Issues"',
    '"locations"',
    '"location"',
    '"offenses"',
    '"messages"',
    '"RuleName"',
    '"rule"',
    '"level"',
)
_WARNINGS = frozenset({"warning", "warn", "convention", "refactor", "ignored", "medium", "low"})
_NOTES = frozenset({"note", "info", "information", "style", "none", "hint", "recommendation"})


class _One(NamedTuple):
    place: Location
    word: str
    code: str
    source: str
    end: tuple[int, int] = (0, 0)
    related: tuple[Location, ...] = ()


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Every result of every report whose format is known."""
    if not any(mark in text for mark in _MARKS):
        return ()
    found: list[Diagnostic] = []
    for document in documents(text):
        for one in _read(document.value):
            if len(found) >= MOST_PARSED:
                return tuple(found)
            found.append(_diagnostic(one, document))
    return tuple(found)


def _diagnostic(one: _One, document: Document) -> Diagnostic:
    file, line, column, message = one.place
    word = one.word.lower()
    severity = Severity.WARNING if word in _WARNINGS else Severity.NOTE if word in _NOTES else Severity.ERROR
    return Diagnostic(
        file,
        line,
        column,
        severity,
        one.code,
        message,
        one.source,
        one.related,
        *one.end,
        document.first,
        document.last,
    )


def _read(value: Any) -> Iterator[_One]:
    for reader in _READERS:
        found: list[_One] = []
        with suppress(KeyError, TypeError, ValueError, AttributeError, IndexError):
            found.extend(reader(value))
        if found:
            yield from found
            return


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < 10_000_000 else 0


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _sarif(value: Any) -> Iterator[_One]:
    for run in value["runs"]:
        source = _words(run["tool"]["driver"]["name"]).lower()
        for result in run.get("results") or ():
            places = [_physical(place) for place in result.get("locations") or () if "physicalLocation" in place]
            own, end = places[0] if places else (Location("", 0, 0, ""), (0, 0))
            message = _words(result["message"].get("text") or result["message"].get("markdown"))
            others = [_physical(place) for place in result.get("relatedLocations") or () if "physicalLocation" in place]
            related = tuple(place for place, _ in others)
            code = _words(result.get("ruleId") or "")
            yield _One(own._replace(message=message), result.get("level") or "warning", code, source, end, related)


def _physical(location: Any) -> tuple[Location, tuple[int, int]]:
    physical = location["physicalLocation"]
    region = physical.get("region") or {}
    said = (location.get("message") or {}).get("text") or ""
    file = _words((physical.get("artifactLocation") or {}).get("uri") or "").removeprefix("file://")
    place = Location(file, _number(region.get("startLine")), _number(region.get("startColumn")), said)
    return place, (_number(region.get("endLine")), _number(region.get("endColumn")))


def _gcc(value: Any) -> Iterator[_One]:
    for one in value:
        kind, code = _words(one["kind"]), _words(one.get("option") or "")
        caret = one["locations"][0]["caret"] if one["locations"] else {}
        place = Location(
            caret.get("file", ""), _number(caret.get("line")), _number(caret.get("column")), _words(one["message"])
        )
        related = []
        for child in one["children"]:
            spot = child["locations"][0]["caret"] if child.get("locations") else None
            if spot:
                related.append(
                    Location(spot["file"], _number(spot["line"]), _number(spot.get("column")), _words(child["message"]))
                )
        yield _One(place, kind, code, "gcc", (0, 0), tuple(related))


def _golangci(value: Any) -> Iterator[_One]:
    for one in value["Issues"]:
        where, text = one.get("Pos") or {}, _words(one["Text"])
        line = _number(where.get("Line")) or _number((one.get("LineRange") or {}).get("From"))
        place = Location(_words(where.get("Filename") or ""), line, _number(where.get("Column")), text)
        yield _One(place, one.get("Severity") or "error", _words(one["FromLinter"]), "golangci-lint")


def _staticcheck(value: Any) -> Iterator[_One]:
    for one in value if isinstance(value, list) else [value]:
        where, end = one["location"], one.get("end") or {}
        place = Location(
            _words(where["file"]), _number(where["line"]), _number(where["column"]), _words(one["message"])
        )
        ends = (_number(end.get("line")), _number(end.get("column")))
        yield _One(place, one["severity"], _words(one["code"]), "staticcheck", ends)


def _revive(value: Any) -> Iterator[_One]:
    if isinstance(value, list):
        for one in value:
            start = one["Position"]["Start"]
            place = Location(
                start["Filename"], _number(start["Line"]), _number(start["Column"]), _words(one["Failure"])
            )
            yield _One(place, one["Severity"], _words(one["RuleName"]), "revive")
        return
    for file, ones in value.items():
        for one in ones:
            place = Location(file, _number(one["line"]), _number(one["column"]), _words(one["message"]))
            yield _One(place, one["severity"], _words(one["rule"]), "revive")


def _rubocop(value: Any) -> Iterator[_One]:
    for file in value["files"]:
        for one in file["offenses"]:
            where = one["location"]
            line, column = (
                _number(where.get("start_line") or where["line"]),
                _number(where.get("start_column") or where["column"]),
            )
            message = _words(one["message"]).removeprefix(f"{one['cop_name']}: ")
            place = Location(_words(file["path"]), line, column, message)
            word = "note" if one["severity"] in {"convention", "refactor", "info"} else one["severity"]
            ends = (_number(where.get("last_line")), _number(where.get("last_column")))
            yield _One(place, word, _words(one["cop_name"]), "rubocop", ends)


def _phpstan(value: Any) -> Iterator[_One]:
    for file, report in value["files"].items():
        for one in report["messages"]:
            place = Location(file, _number(one["line"]), 0, _words(one["message"]))
            yield _One(place, "error", _words(one.get("identifier") or ""), "phpstan")


def _shellcheck(value: Any) -> Iterator[_One]:
    for one in value["comments"] if isinstance(value, dict) else value:
        code = one["code"]
        code, source = (f"SC{code:04}", "shellcheck") if isinstance(code, int) else (_words(code), "hadolint")
        place = Location(_words(one["file"]), _number(one["line"]), _number(one["column"]), _words(one["message"]))
        yield _One(place, one["level"], code, source, (_number(one.get("endLine")), _number(one.get("endColumn"))))


_READERS: tuple[Callable[[Any], Iterator[_One]], ...] = (
    _sarif, _gcc, _golangci, _staticcheck, _revive, _rubocop, _phpstan, _shellcheck,
)  # fmt: skip
