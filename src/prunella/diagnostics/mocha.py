"""Mocha's list of failures, as the reporters spec, dot, min, list and nyan print it at their end, and Jasmine's, which
looks alike: a number, the titles, the error and its stack."""

from __future__ import annotations

import re

from prunella.diagnostics import frames
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location

_COUNT = re.compile(r"\s{0,4}[0-9]+ failing\s*$")
_HEAD = re.compile(r"\s{1,3}[0-9]{1,6}\) (?P<title>.+)$")
_JASMINE = re.compile(r"(?P<number>[0-9]{1,6})\) (?P<title>.+)$")
_NAMED = re.compile(r"\((?P<file>[^()\s][^()]*\.[cm]?[jt]sx?)\)\s*$")
_MOST_LINES = 400


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failed test or hook."""
    if " failing" in text:
        return _mocha(text.split("\n"))
    if "Failures:" in text and "Message:" in text:
        return _jasmine(text.split("\n"))
    return ()


def _mocha(lines: list[str]) -> tuple[Diagnostic, ...]:
    found: dict[Diagnostic, None] = {}
    number, listing = 0, False
    while number < len(lines) and len(found) < MOST_PARSED:
        line = lines[number]
        if " failing" in line and _COUNT.match(line):
            listing = True
        head = _HEAD.match(line) if listing and ") " in line[:10] else None
        if head:
            end = _end(lines, number)
            found[_failure(lines, number, end, head["title"])] = None
            number = end
            continue
        number += 1
    return tuple(found)


def _end(lines: list[str], start: int) -> int:
    """The line after a block: the next title, or what stands at the margin behind the stack."""
    framed = False
    for number in range(start + 1, min(len(lines), start + _MOST_LINES)):
        line = lines[number]
        framed = framed or line.lstrip().startswith("at ")
        if _HEAD.match(line) or line.startswith(("npm ", "error Command failed", "Error: Process completed")):
            return number
        if framed and line.strip() and not line.startswith("    "):
            return number
    return min(len(lines), start + _MOST_LINES)


def _failure(lines: list[str], start: int, end: int, head: str) -> Diagnostic:
    titles, number = [head.strip()], start + 1
    while number < end and not titles[-1].endswith(":") and lines[number].startswith("      "):
        titles.append(lines[number].strip())
        number += 1
    titles[-1] = titles[-1].removesuffix(":")
    words: list[str] = []
    at: list[Location] = []
    last = start
    for line_number, line in enumerate(lines[number:end], number):
        place = frames.frame(line)
        if place:
            at.append(place)
        elif line.lstrip().startswith("at ") and words:
            pass
        elif not at and line.strip():
            words.append(line)
        last = line_number if line.strip() else last
    code, words = _said(words)
    named = next((found for found in map(_NAMED.search, words) if found), None)
    fallback = Location(named["file"]) if named else Location("")
    return frames.failure((" > ".join(titles), code, words), at, fallback, "mocha", (start + 1, last + 1))


def _said(words: list[str]) -> tuple[str, list[str]]:
    """The error's code, and its words without the report's indentation."""
    if not words:
        return "", []
    depth = len(words[0]) - len(words[0].lstrip())
    diff = next((n for n, word in enumerate(words) if word.strip() == "+ expected - actual"), len(words))
    said, shown = [words[0][depth:], *words[1:diff]], words[diff:]
    if all(not word[:depth].strip() for word in said[1:]):  # The message's own lines may stand at the margin.
        said = [said[0], *(word[depth:] for word in said[1:])]
    words = [*said, *(word[depth:] if not word[:depth].strip() else word for word in shown)]
    error = frames.error_words(words[0])
    return (error[0], [error[1], *words[1:]]) if error else ("", words)


def _jasmine(lines: list[str]) -> tuple[Diagnostic, ...]:
    """Jasmine: ``1) title`` at the margin, then ``Message:`` and ``Stack:``, once per failed expectation."""
    found: list[Diagnostic] = []
    title, part, first = "", "", 0
    words: list[str] = []
    at: list[Location] = []

    def close(last: int) -> None:
        if title and words:
            code, said = _said(words)
            code = code or ("AssertionError" if said[0].startswith("Expected ") else "")
            found.append(frames.failure((title, code, said), at, Location(""), "jasmine", (first, last)))

    for number, line in enumerate(lines, 1):
        head = _JASMINE.match(line)
        if head or line.startswith("  Message:") or (line.strip() and not line.startswith(" ")):
            close(number - 1)
            words, at, first = [], [], number
        if head:
            title, part = head["title"].strip(), ""
        elif line.startswith("  Message:"):
            part = "message"
        elif line.startswith("  Stack:"):
            part = "stack"
        elif line.strip() and not line.startswith(" "):
            title = ""
        elif part == "message" and line.strip():
            words.append(line)
        elif part == "stack":
            place = frames.frame(line)
            at += [place] if place else []
        if len(found) >= MOST_PARSED:
            break
    else:
        close(len(lines))
    return tuple(found)
