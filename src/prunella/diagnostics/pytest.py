"""pytest: tracebacks in every ``--tb`` style, collection errors, conftest errors, and the short summary.

A failure is placed where the exception was raised, unless that is in a library; the test's own line is related to it.
"""

from __future__ import annotations

import re
from collections import Counter

from prunella.diagnostics.limits import MOST_PARSED
from prunella.diagnostics.python import is_library, own, related
from prunella.domain import Diagnostic, Location, Severity

_SECTION = r"={3,} (?P<title>FAILURES|ERRORS|short test summary info|.*) ={3,}$"
_TITLE = r"_+ (?!_)(?P<title>.+?) _+$"
_PLACE = r"(?P<file>[^\s:][^:\n]*):(?P<line>[0-9]{1,7}): ?(?:in (?P<name>.+)|(?P<raised>[\w.]*)(?P<rest>: .*)?)$"
_FILE = r'\s*File "(?P<file>[^"\n]+)", line (?P<line>[0-9]{1,7})'
_EXCEPTION = r"(?P<code>[A-Za-z_][\w.]*)(?:: |$)"
_SUMMARY = r"(?P<kind>FAILED|ERROR) (?P<file>[^\s:]+)(?:::(?P<test>[^\[]*?(?:\[.*?\])?))?(?: - (?P<message>.*))?$"
_TITLES = ("[doctest] ", "ERROR collecting ", "ERROR at setup of ", "ERROR at teardown of ")
_MARKS = ("= short test summary info =", "= FAILURES =", "= ERRORS =", "ImportError while loading conftest")
_MOST_DETAIL = 16


class _Block:
    """What was read below one title: where it went through, and what the ``E`` lines say."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.places: list[Location] = []
        self.raised = ""
        self.words: list[str] = []
        self.captured = False
        self.fresh = True


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failed test, failed fixture and file that could not be collected."""
    if not any(mark in text for mark in _MARKS) and "no tests ran" not in text:
        return ()
    reader = _Reader()
    for line in text.split("\n"):
        if len(reader.blocks) + len(reader.rows) >= MOST_PARSED:
            break
        reader.line(line)
    return reader.result()


class _Reader:
    """A small state machine: the section we are in, and the block that is open."""

    def __init__(self) -> None:
        self.section, self.title, self.place = re.compile(_SECTION), re.compile(_TITLE), re.compile(_PLACE)
        self.file, self.exception, self.summary = re.compile(_FILE), re.compile(_EXCEPTION), re.compile(_SUMMARY)
        self.where = ""
        self.block: _Block | None = None
        self.blocks: list[_Block] = []
        self.rows: list[re.Match[str]] = []
        self.usage: list[str] = []

    def line(self, line: str) -> None:
        """Take the next line."""
        if line.startswith("==="):
            section = self.section.match(line)
            self.where = section["title"] if section else self.where
            self.block = None
        elif self.where == "short test summary info":
            row = self.summary.match(line) if line.startswith(("FAILED ", "ERROR ")) else None
            if row:
                self.rows.append(row)
        elif line.startswith("ImportError while loading conftest"):
            self._open("conftest")
            self.where = "ERRORS"
        elif line.startswith("ERROR: "):
            self.usage.append(line[len("ERROR: ") :])
        elif self.where in {"FAILURES", "ERRORS"}:
            self._within(line)

    def result(self) -> tuple[Diagnostic, ...]:
        """Everything read, the summary's rows only where no traceback tells more."""
        files = {_dotted(row): row["file"] for row in self.rows}
        found = [self._diagnostic(block, files) for block in self.blocks if block.places or block.words]
        told = Counter(_name(block.title) for block in self.blocks if block.places or block.words)
        untitled = sum(not block.title for block in self.blocks)
        for row in self.rows:
            name = _dotted(row)
            if told[name] > 0:
                told[name] -= 1
            elif row["kind"] == "FAILED" and untitled > 0:
                untitled -= 1
            else:
                found.append(self._from_summary(row, name))
        if not found:
            found = [Diagnostic("", 0, 0, Severity.ERROR, "usage", words, "pytest") for words in self.usage]
        return tuple(found)

    def _open(self, title: str) -> None:
        self.block = _Block(title)
        self.blocks.append(self.block)

    def _within(self, line: str) -> None:
        title = self.title.match(line) if line.startswith("_") else None
        if title:
            self._open(title["title"])
            return
        block = self.block
        if block is None or not block.title:
            self._untitled(line)
        elif line.startswith("---") and " Captured " in line:
            block.captured = True
        elif not block.captured:
            self._traceback(block, line)

    def _traceback(self, block: _Block, line: str) -> None:
        if line[:1] == "E" and (len(line) == 1 or line[1] in " \t"):
            if block.fresh:
                block.words, block.fresh = [], False  # A later exception of a chain replaces the one before.
            block.words.append(line[1:].removeprefix("   ").rstrip())
            line = line[1:]
        else:
            block.fresh = True
        place = self.place.match(line) or (self.file.match(line) if 'File "' in line else None)
        if place and "raised" in place.groupdict() and place["rest"]:
            return
        if place:
            parts = place.groupdict()
            block.places.append(Location(place["file"], int(place["line"]), message=parts.get("name") or ""))
            block.raised = parts.get("raised") or block.raised
        elif block.places and not block.words and _ends_native(block, line):
            block.raised = line.partition(":")[0]

    def _untitled(self, line: str) -> None:
        """``--tb=line``: one line per failure, without the test's name."""
        place = self.place.match(line)
        if place and place["raised"] and not is_library(place["file"]):
            self._open("")
            block = self.blocks[-1]
            block.places.append(Location(place["file"], int(place["line"])))
            block.raised = place["raised"]
            block.words.append(f"{place['raised']}{place['rest'] or ''}")

    def _diagnostic(self, block: _Block, files: dict[str, str]) -> Diagnostic:
        words = [word for word in _dedented(block.words[:_MOST_DETAIL]) if not word.lstrip().startswith("File ")]
        said = [word for word in words if self.exception.match(word) and not word.startswith(" ")]
        code = block.raised or self._code(said or words)
        if block.title.startswith("ERROR collecting") and said:
            words = words[words.index(said[-1]) :]  # Of a syntax error only its words: the code frame says no more.
        first = words[0] if words else code or "failed"
        name = _name(block.title)
        whole_file = block.title == "conftest" or block.title.startswith("ERROR collecting")
        head = first if not name or whole_file else f"{name}: {first}"
        place = own(block.places) if block.places else Location(files.get(name, ""))
        message = "\n".join([head, *words[1:]])
        others = related(block.places, place) if block.places else ()
        return Diagnostic(place.file, place.line, 0, Severity.ERROR, code, message, "pytest", others)

    def _code(self, words: list[str]) -> str:
        """The exception's name out of its words; a bare ``assert`` is an AssertionError."""
        for word in reversed(words):
            match = self.exception.match(word)
            if match and match["code"][:1].isupper():
                return match["code"].rpartition(".")[2]
            if word.startswith("assert "):
                return "AssertionError"
        return ""

    def _from_summary(self, row: re.Match[str], name: str) -> Diagnostic:
        said = row["message"] or ("could not be collected" if not row["test"] else "failed")
        code = self._code([said]) or ("" if row["kind"] == "ERROR" else "AssertionError")
        message = f"{name}: {said}" if row["test"] else said
        return Diagnostic(row["file"], 0, 0, Severity.ERROR, code, message, "pytest")


def _name(title: str) -> str:
    for prefix in _TITLES:
        if title.startswith(prefix):
            return title[len(prefix) :]
    return title


def _dotted(row: re.Match[str]) -> str:
    """The summary's name of a test as the titles write it."""
    name, bracket, parameters = (row["test"] or row["file"]).partition("[")
    return name.replace("::", ".") + bracket + parameters


def _dedented(words: list[str]) -> list[str]:
    """Without blank lines, and without the indentation that the traceback's code gave the first one."""
    told = [word for word in words if word.strip()]
    depth = len(told[0]) - len(told[0].lstrip()) if told else 0
    return [word[depth:] if not word[:depth].strip() else word for word in told]


def _ends_native(block: _Block, line: str) -> bool:
    """``--tb=native``: the exception stands at the margin below the frames; it becomes the block's words."""
    if not line or line.startswith((" ", ">", "_", "[", "Traceback")) or not line[0].isalpha():
        return False
    head = line.partition(":")[0]
    if " " in head or not head[-1:].isalnum() or not head.rpartition(".")[2][:1].isupper():
        return False
    block.words = [line.rstrip()]
    block.fresh = True
    return True
