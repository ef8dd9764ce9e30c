"""The Test Anything Protocol (https://testanything.org/tap-version-14-specification.html) as node:test, tap, tape, AVA
and Mocha write it: ``not ok`` lines, each with a YAML block or indented words below."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from prunella.diagnostics import frames, node
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location

_NOT_OK = re.compile(r"(?P<margin>\s*)not ok(?: [0-9]+)?(?: - | |$)(?P<title>.*)$")
_SUBTEST = re.compile(r"(?P<margin>\s*)# Subtest: (?P<title>.*)$")
_DIRECTIVE = re.compile(r"(?<!\\)# (?:TODO|SKIP|time=|todo|skip)")
_KEY = re.compile(r"(?P<key>'[^']*'|\"[^\"]*\"|[\w ]+):(?: (?P<value>.*)|$)")
_BLOCK = re.compile(r"[|>][-+0-9]*$")
_SKIPPED = re.compile(r"(?<!\\)# (?:TODO|SKIP|todo|skip)")
_MOST_LINES = 400


class _Entry(NamedTuple):
    """What one ``not ok`` says: its own fields, each as lines, and where they stand."""

    fields: dict[str, list[str]]
    words: list[str]
    end: int


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per test that is not ok and is not expected to fail; parents of failed subtests are left out."""
    if "not ok" not in text:
        return ()
    return _Reader(text.split("\n")).read()


class _Reader:
    """One pass; remembers at which depths failures were seen, to tell parents from tests."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.parents: list[tuple[int, str]] = []
        self.deepest = 0
        self.comments: list[tuple[int, str]] = []
        self.found: dict[Diagnostic, None] = {}

    def read(self) -> tuple[Diagnostic, ...]:
        number = 0
        while number < len(self.lines) and len(self.found) < MOST_PARSED:
            number = self._line(number)
        return tuple(self.found)

    def _line(self, number: int) -> int:
        line = self.lines[number]
        if "# Subtest: " in line:
            subtest = _SUBTEST.match(line)
            if subtest:
                depth = len(subtest["margin"])
                self.parents = [known for known in self.parents if known[0] < depth] + [(depth, subtest["title"])]
                return number + 1
        failed = _NOT_OK.match(line) if "not ok" in line else None
        if failed:
            return self._failed(number, failed)
        if line.startswith("# "):
            self.comments.append((number, line[2:].replace("\\#", "#")))
            self.comments = self.comments[-200:]
        return number + 1

    def _failed(self, number: int, match: re.Match[str]) -> int:
        depth = len(match["margin"])
        entry = _entry(self.lines, number, depth)
        is_parent = self.deepest > depth
        self.deepest = depth
        comments, self.comments = self.comments, []
        if _SKIPPED.search(match["title"]):
            return entry.end
        crash = _first(entry.fields, "failureType") == "subtestsFailed"
        told = self._crash(comments) if "exitCode" in entry.fields else []
        stack = [place for place in map(frames.place, entry.fields.get("stack", [])) if place]
        if told:
            self.found.update(dict.fromkeys(told))
        elif not crash and not (is_parent and not frames.own(stack)):
            above = [title for level, title in self.parents if level < depth and not frames.is_script(title)]
            title = _DIRECTIVE.split(match["title"], maxsplit=1)[0].strip()
            self.found[_failure((" > ".join([*above, title]), title), entry, stack, (number + 1, entry.end))] = None
        return entry.end

    def _crash(self, comments: list[tuple[int, str]]) -> list[Diagnostic]:
        """What Node said, in comments, before the file as a whole was not ok."""
        if not comments:
            return []
        first, last = comments[0][0] + 1, comments[-1][0] + 1
        told = node.parse("\n".join(words for _, words in comments))
        return [replace(found, read_from=first, read_to=last) for found in told]


def _entry(lines: list[str], start: int, depth: int) -> _Entry:
    """The YAML block below a ``not ok``; without one, the deeper lines."""
    end = start + 1
    if end < len(lines) and lines[end].strip() == "---":
        base = len(lines[end]) - len(lines[end].lstrip())
        for number in range(end + 1, min(len(lines), start + _MOST_LINES)):
            if lines[number].strip() == "..." and not lines[number][:base].strip():
                return _Entry(_fields(lines[end + 1 : number], base), [], number + 1)
        return _Entry({}, [], end)
    margin = " " * (depth + 2)
    while end < min(len(lines), start + _MOST_LINES) and lines[end].startswith(margin):
        if _NOT_OK.match(lines[end]) or _SUBTEST.match(lines[end]):
            break
        end += 1
    return _Entry({}, [line[depth + 2 :] for line in lines[start + 1 : end]], end)


def _fields(lines: list[str], base: int) -> dict[str, list[str]]:
    """The top level of a YAML mapping; what is deeper belongs to the key above, as lines."""
    told = [line for line in lines if line.strip()]
    base = min((len(line) - len(line.lstrip()) for line in told), default=base)
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        key = _KEY.match(line[base:]) if line[base : base + 1].strip() else None
        if key:
            value = (key["value"] or "").strip()
            current = fields.setdefault(key["key"].strip("'\""), [])
            if value and not _BLOCK.match(value):
                current.append(_unquoted(value))
        else:
            current.append(line[base + 2 :].rstrip())
    return fields


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
    return value


def _first(fields: dict[str, list[str]], *keys: str) -> str:
    return next((fields[key][0] for key in keys if fields.get(key)), "")


def _failure(titles: tuple[str, str], entry: _Entry, stack: list[Location], span: tuple[int, int]) -> Diagnostic:
    fields = entry.fields
    words = fields.get("error") or fields.get("message") or []
    if not fields:
        words, stack = _raw(entry.words)
    title, own_title = titles
    if not any(words):
        words, title = [own_title], title.removesuffix(own_title).removesuffix(" > ")
    words = [*words, *fields.get("diff", [])]
    name = _first(fields, "name") or (_first(fields, "type") if "tapCaught" in fields else "")
    code = _first(fields, "code")
    code = name if code in {"", "ERR_TEST_FAILURE"} else code
    error = frames.error_words(words[0])
    if error and not name:
        code, words = error[0], [error[1], *words[1:]]
    elif name:
        words = [f"{name}: {words[0]}", *words[1:]]
    at = [place for place in map(frames.place, fields.get("at", [])) if place]
    return frames.failure(
        (title, code, words), [*stack, *at], _declared(fields), "tap" if "location" not in fields else "node:test", span
    )


def _raw(lines: list[str]) -> tuple[list[str], list[Location]]:
    """Mocha's TAP: the message, once more the error with its message, the stack."""
    at = [place for place in map(frames.frame, lines) if place]
    words = [line for line in lines if not frames.frame(line)]
    heads = [n for n, line in enumerate(words) if frames.error_words(line)]
    return (words[heads[-1] :] if heads else words), at


def _declared(fields: dict[str, list[str]]) -> Location:
    """Where the test itself stands."""
    declared = frames.place(_first(fields, "location")) if fields.get("location") else None
    if declared:
        return declared
    at = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in fields.get("at", []))}
    number = at.get("line", at.get("lineNumber", ""))
    column = at.get("column", at.get("columnNumber", ""))
    if at.get("file") or at.get("fileName"):
        line, col = (int(value) if value.isdecimal() and len(value) < 8 else 0 for value in (number, column))
        return Location(_unquoted(at.get("file") or at.get("fileName") or ""), line, col)
    return Location("")
