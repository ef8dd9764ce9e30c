"""What ``prunella diagnose`` says of a log: a table for a person, JSON for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prunella.diagnostics.causes import roots
from prunella.diagnostics.classify import classify
from prunella.diagnostics.fingerprint import fingerprint
from prunella.domain import Diagnostic, ErrorClass, Location, Severity
from prunella.report.paint import Paint, painter
from prunella.report.words import harmless

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_MOST_FOLLOWERS = 5
_MOST_LINES = 4
_TAIL_LINES = 20
_NARROWEST = 40


class Entry(NamedTuple):
    """A diagnostic with what Prunella makes of it. ``cause`` is its root's index in the list, its own if it is one."""

    diagnostic: Diagnostic
    error_class: ErrorClass
    fingerprint: str
    cause: int


class Diagnosis(NamedTuple):
    """All that was read from one log, and its last lines."""

    entries: tuple[Entry, ...]
    tail: str = ""


def diagnosed(found: Sequence[Diagnostic], tail: str = "") -> Diagnosis:
    """What Prunella makes of diagnostics as they were read."""
    causes = roots(found)
    judged = ((each, classify(each), fingerprint(each), cause) for each, cause in zip(found, causes, strict=True))
    return Diagnosis(tuple(Entry(*each) for each in judged), tail)


def as_json(diagnosis: Diagnosis) -> str:
    """An object with the list ``diagnostics``; null where the tool says nothing. Lines and columns count from 1."""
    import json

    rows = [_row(entry, number) for number, entry in enumerate(diagnosis.entries)]
    return json.dumps({"diagnostics": rows}, ensure_ascii=False, indent=2)


def _row(entry: Entry, number: int) -> dict[str, object]:
    found = entry.diagnostic
    return {
        "file": found.file or None,
        "line": found.line or None,
        "column": found.column or None,
        "end_line": found.end_line or None,
        "end_column": found.end_column or None,
        "severity": str(found.severity),
        "code": found.code or None,
        "message": found.message,
        "source": found.source,
        "error_class": str(entry.error_class),
        "fingerprint": entry.fingerprint,
        "root": entry.cause == number,
        "related": [_place(place) for place in found.related],
    }


def _place(place: Location) -> dict[str, object]:
    return {
        "file": place.file or None,
        "line": place.line or None,
        "column": place.column or None,
        "message": place.message or None,
    }


def table(diagnosis: Diagnosis, width: int, *, colour: bool, everything: bool) -> str:
    """The root causes, each with what follows from it; warnings and notes only if they are wanted or there is no error.

    Args:
        width: columns that a line may take.
    """
    paint = painter(colour=colour)
    entries = diagnosis.entries
    if not entries:
        return "\n".join(_unknown(diagnosis.tail, width, paint))
    shown = {
        number for number, entry in enumerate(entries) if everything or entry.diagnostic.severity is Severity.ERROR
    } or set(range(len(entries)))
    lines: list[str] = []
    for number, entry in enumerate(entries):
        if number in shown and (entry.cause == number or entry.cause not in shown):
            followers = [entries[n] for n in sorted(shown) if entries[n].cause == number and n != number]
            lines += [*_entry(entry, width, paint), *_followers(followers, width, paint, everything=everything), ""]
    return "\n".join([*lines, _sum(entries, len(shown), paint)])


def _entry(entry: Entry, width: int, paint: Paint) -> Iterator[str]:
    found = entry.diagnostic
    title = paint(_COLOURS[found.severity], str(found.severity))
    told = " ".join(filter(None, (harmless(found.code), harmless(found.source))))
    yield f"{title} {paint('bold', where(found))}  {entry.error_class}  {paint('dim', told)}"
    words = found.message.split("\n")
    for word in words[:_MOST_LINES]:
        yield f"  {_cut(harmless(word), width - 2)}"
    if len(words) > _MOST_LINES:
        yield paint("dim", f"  … {len(words) - _MOST_LINES} more lines")
    for place in found.related[:2]:
        at = f"{place.file}:{place.line}" if place.line else place.file
        yield paint("dim", _cut(f"  at {harmless(at)} {harmless(place.message)}".rstrip(), width))


def _followers(followers: list[Entry], width: int, paint: Paint, *, everything: bool) -> Iterator[str]:
    if not followers:
        return
    files = len({entry.diagnostic.file for entry in followers})
    yield paint("cyan", f"  └ {_many(len(followers), 'more')} from the same cause in {_many(files, 'file')}:")
    most = len(followers) if everything else _MOST_FOLLOWERS
    for entry in followers[:most]:
        found = entry.diagnostic
        yield _cut(f"    {where(found)}  {harmless(found.message.partition(chr(10))[0])}", width)
    if len(followers) > most:
        yield paint("dim", f"    … and {len(followers) - most}; --all lists them")


def where(found: Diagnostic) -> str:
    """``file:line:column`` as far as it is known, harmless."""
    if not found.file:
        return "(no file)"
    place = ":".join(str(number) for number in (found.line, found.column) if number)
    return harmless(f"{found.file}:{place}" if place else found.file)


def _sum(entries: Sequence[Entry], shown: int, paint: Paint) -> str:
    counted = Counter(entry.diagnostic.severity for entry in entries)
    parts = [_many(counted[severity], str(severity)) for severity in Severity if counted[severity]]
    causes = sum(entry.cause == number for number, entry in enumerate(entries))
    hidden = "" if shown == len(entries) else "; --all shows the rest"
    return paint("bold", f"{', '.join(parts)}, {_many(causes, 'root cause')}{hidden}")


def _unknown(tail: str, width: int, paint: Paint) -> Iterator[str]:
    lines = [line for line in tail.rstrip().split("\n") if line.strip()]
    if not lines:
        yield "The log is empty."
        return
    yield paint("bold", "No tool's error or warning was recognised in this log. It ends with:")
    for line in lines[-_TAIL_LINES:]:
        yield f"  {_cut(harmless(line), width - 2)}"


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 or word == "more" else f"{number} {word}s"


def _cut(text: str, width: int) -> str:
    most = max(width, _NARROWEST)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
