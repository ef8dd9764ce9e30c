"""pytest: tracebacks in every ``--tb`` style, collection errors, conftest errors, and the short summary.

A failure is placed where the exception was raised, unless that is in a library; the test's own line is related to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from prunella.diagnostics.limits import MOST_PARSED
from prunella.diagnostics.pytest_words import EXCEPTION, dedented, dotted, error_code, test_name
from prunella.diagnostics.python import is_library, own, related
from prunella.domain import Diagnostic, Location, Severity

_SECTION = re.compile(r"={3,} (?P<title>FAILURES|ERRORS|short test summary info|.*) ={3,}$")
_TITLE = re.compile(r"_+ (?!_)(?P<title>.+?) _+$")
_PLACE = re.compile(
    r"(?P<file>[^\s:][^:\n]*|[A-Za-z]:[\\/][^:\n]*):(?P<line>[0-9]{1,7})"
    r"(?:: ?(?:in (?P<name>.+)|(?P<raised>[\w.]*)(?P<rest>: .*)?))?$"
)
_LINE_STYLE = re.compile(r"(?P<file>[^\s:][^:\n]*\.\w+):(?P<line>[0-9]{1,7}): (?P<words>\S.*)$")
_FILE = re.compile(r'\s*File "(?P<file>[^"\n]+)", line (?P<line>[0-9]{1,7})')
_SUMMARY = re.compile(
    r"(?P<kind>FAILED|ERROR|SUBFAIL(?:ED)?)(?P<sub>\(.*?\)|\[.*?\])? "
    r"(?P<file>[^\s:]+)(?:::(?P<test>[^\[]*?(?:\[.*?\])?))?(?: - (?P<message>.*))?$"
)
_USAGE = re.compile(r"(?:\S+ -m )?(?:py\.?test|\S*__main__\.py|\S*pytest): error: (?P<words>.*)$")
_MARKS = ("= short test summary info =", "= FAILURES =", "= ERRORS =", "ImportError while loading conftest")
_OTHER_MARKS = ("――― ", "no tests ran", "pytest: error: ", "py.test: error: ", "__main__.py: error: ")
_STARTS = ("=================================== FAILURES", "==================================== ERRORS")
_TOTALS = re.compile(r" in [0-9.]+s(?: \([0-9:]+\))? =+$")
_MOST_DETAIL = 60
_MOST_LOOSE = 6


class _Block:
    """What was read below one title: where it went through, and what the ``E`` lines say."""

    def __init__(self, title: str, first: int) -> None:
        self.title = title
        self.first = self.last = first
        self.places: list[Location] = []
        self.raised = ""
        self.words: list[str] = []
        self.loose: list[str] = []
        self.captured = False
        self.fresh = True
        self.grouped = False
        self.native = False


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per failed test, failed fixture and file that could not be collected."""
    if not any(mark in text for mark in _MARKS) and not any(mark in text for mark in _OTHER_MARKS):
        return ()
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        if len(reader.blocks) + len(reader.rows) >= MOST_PARSED:
            break
        reader.line(number, line)
    return reader.result()


def noise(text: str) -> Iterator[tuple[int, int]]:
    """pytest's report from the start of the session to its totals, but for its own internal errors."""
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("==="):
            if "= test session starts =" in line or (not first and line.startswith(_STARTS)):
                first = number
            elif first and _TOTALS.search(line):
                yield first, number
                first = 0
        elif line.startswith("Test session starts (platform: "):  # pytest-sugar
            first = number
        elif first and line.startswith("Results ("):
            yield first, number
            first = 0
        elif first and line.startswith("INTERNALERROR>"):
            yield first, number - 1
            first = 0


class _Reader:
    """A small state machine: the section we are in, and the block that is open."""

    def __init__(self) -> None:
        self.where = ""
        self.block: _Block | None = None
        self.blocks: list[_Block] = []
        self.rows: list[tuple[int, re.Match[str]]] = []
        self.usage: list[tuple[int, str]] = []

    def _sugared(self, number: int, line: str) -> None:
        """pytest-sugar prints each failure at once, below a rule of its own."""
        self.where = "FAILURES"
        self._within(number, line.rstrip().replace("―", "_"))

    def line(self, number: int, line: str) -> None:
        """Take the next line."""
        if line.startswith("==="):
            section = _SECTION.match(line)
            self.where = section["title"] if section else self.where
            self.block = None
        elif line.startswith("―――"):
            self._sugared(number, line)
        elif self.where == "short test summary info":
            row = _SUMMARY.match(line) if line.startswith(("FAILED ", "ERROR ", "SUBFAIL")) else None
            if row:
                self.rows.append((number, row))
        elif line.startswith("ImportError while loading conftest"):
            self._open("conftest", number)
            self.where = "ERRORS"
        elif line.startswith("ERROR: ") and not line.startswith("ERROR: usage: "):
            self.usage.append((number, line[len("ERROR: ") :]))
        elif self.where in {"FAILURES", "ERRORS"}:
            self._within(number, line)
        elif ": error: " in line:
            usage = _USAGE.match(line)
            self.usage += [(number, usage["words"])] if usage else []

    def result(self) -> tuple[Diagnostic, ...]:
        """Everything read, the summary's rows only where no traceback tells more."""
        files = {dotted(row): row["file"] for _, row in self.rows}
        found = [_diagnostic(block, files) for block in self.blocks if _tells(block)]
        told = Counter(test_name(block.title) for block in self.blocks if _tells(block))
        untitled = [block for block in self.blocks if not block.title]
        for number, row in self.rows:
            name = dotted(row)
            bare = _same(row, untitled) if told[name] <= 0 and row["kind"] != "ERROR" else None
            if told[name] > 0:
                told[name] -= 1
            elif bare is not None:
                untitled.remove(bare)
                if not bare.places:
                    found.append(_from_summary(row, name, number, bare.words))
            else:
                found.append(_from_summary(row, name, number, []))
        if not found:
            return tuple(
                Diagnostic("", 0, 0, Severity.ERROR, "usage", words, "pytest", read_from=number, read_to=number)
                for number, words in self.usage
            )
        return tuple(found)

    def _open(self, title: str, number: int) -> None:
        self.block = _Block(title, number)
        self.blocks.append(self.block)

    def _within(self, number: int, line: str) -> None:
        title = _TITLE.match(line) if line.startswith("_") else None
        if title:
            self._open(title["title"], number)
            return
        block = self.block
        if block is None or not block.title:
            self._untitled(number, line)
            return
        if line.strip():
            block.last = number
        if line.startswith("---") and " Captured " in line:
            block.captured = True
        elif not block.captured:
            _traceback(block, line)

    def _untitled(self, number: int, line: str) -> None:
        """``--tb=line``: one line per failure, without the test's name; those in a library wait for their row."""
        place = _LINE_STYLE.match(line)
        if place:
            self._open("", number)
            block = self.blocks[-1]
            if not is_library(place["file"]):
                block.places.append(Location(place["file"], int(place["line"])))
            block.words.append(place["words"].rstrip())


def _tells(block: _Block) -> bool:
    """Whether a block says more than the summary; an untitled one only with a place of the repository's own."""
    return bool(block.places or ((block.words or block.loose) and block.title))


def _same(row: re.Match[str], untitled: list[_Block]) -> _Block | None:
    """The untitled failure that a row of the summary repeats, as far as the row was not cut off."""
    said = (row["message"] or "").removesuffix("...").rstrip()
    for block in untitled:
        if said and block.words[0].startswith(said):
            return block
        if not said and any(place.file.endswith(row["file"]) for place in block.places):
            return block
    return None


def _traceback(block: _Block, line: str) -> None:
    if "Exception Group Traceback" in line:
        block.grouped = True
    if block.grouped:
        _group(block, line)
        return
    is_error = line[:1] == "E" and (len(line) == 1 or line[1] in " \t")
    if is_error:
        if block.fresh:
            block.words, block.fresh = [], False  # A later exception of a chain replaces the one before.
        block.words.append(line[1:].removeprefix("   ").rstrip())
        line = line[1:]
    else:
        block.fresh = True
    named = _FILE.match(line) if 'File "' in line else None
    place = named or _PLACE.match(line)
    if place and not named and place["rest"]:
        return
    if place:
        if named and block.native:
            block.words, block.native = [], False  # The next exception of a native chain.
        parts = place.groupdict()
        block.places.append(Location(place["file"], int(place["line"]), message=parts.get("name") or ""))
        block.raised = parts.get("raised") or block.raised
    elif block.places and not block.words and _ends_native(block, line):
        block.raised = line.partition(":")[0]
        block.native = True
    elif not is_error and line[:1] not in {"", " ", ">", "_", "["} | set("0123456789"):
        _loose(block, line)
    elif line.startswith("[XPASS(strict)]"):
        block.loose.append(line.strip())


def _loose(block: _Block, line: str) -> None:
    """Words at the margin: all that some failures have."""
    fixture = re.match(r"file (?P<file>\S.*), line (?P<line>[0-9]{1,7})$", line)
    if fixture:
        block.places.append(Location(fixture["file"], int(fixture["line"])))
    elif len(block.loose) < _MOST_LOOSE:
        block.loose.append(line.rstrip())


def _group(block: _Block, line: str) -> None:
    """A group of exceptions stands as Python prints it, with a margin; its members are part of the message."""
    short = line.lstrip(" |+")
    named = _FILE.match(short)
    if named:
        if not block.words:
            block.places.append(Location(named["file"], int(named["line"])))
    elif EXCEPTION.match(short) and line.lstrip().startswith("|") and not line.split("|", 1)[1].startswith("   "):
        block.raised = block.raised or short.partition(":")[0]
        block.words.append(short.rstrip())


def _diagnostic(block: _Block, files: dict[str, str]) -> Diagnostic:
    words = [word for word in dedented(block.words[:_MOST_DETAIL]) if not word.lstrip().startswith("File ")]
    said = [word for word in words if EXCEPTION.match(word) and not word.startswith(" ")]
    code = block.raised.rpartition(".")[2] or error_code(block.words if block.title == "" else said or words)
    if block.title.startswith("ERROR collecting") and said:
        words = words[words.index(said[-1]) :]  # Of a syntax error only its words: the code frame says no more.
    if not words and not code:
        words = block.loose
    first = words[0] if words else code or "failed"
    name = test_name(block.title)
    whole_file = block.title == "conftest" or block.title.startswith("ERROR collecting")
    head = first if not name or whole_file else f"{name}: {first}"
    place = own(block.places) if block.places else Location(files.get(name, ""))
    message = "\n".join([head, *words[1:]])
    others = related(block.places, place) if block.places else ()
    where = (place.file, place.line, 0)
    return Diagnostic(
        *where, Severity.ERROR, code, message, "pytest", others, read_from=block.first, read_to=block.last
    )


def _from_summary(row: re.Match[str], name: str, number: int, words: list[str]) -> Diagnostic:
    said = (words[0] if words else row["message"] or "").rstrip()
    code = error_code([said])
    said = said or ("could not be collected" if not row["test"] else "failed")
    message = f"{name}: {said}" if row["test"] else said
    return Diagnostic(row["file"], 0, 0, Severity.ERROR, code, message, "pytest", read_from=number, read_to=number)


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
