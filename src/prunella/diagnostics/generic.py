"""What tools that nobody wrote a parser for have in common: a file and a line beside a message.

``file:line:column: message``, ``file(line,column): message``, ``"file", line 3: message``, ``file:line [W] message``,
``message in file on line 3``; a title with an arrow to its place; a file with rows of ``line:column severity message``
or a table of lines and messages below it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_PATH = r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:\"'<>|,;=*()]{1,400}|(?:[A-Za-z]:[\\/]|\.{0,2}/)[^:\"<>|*\n]{1,400}?)"
_WORD = (
    r"(?:fatal error|internal error|syntax error|parse error|error|errors|warning|warn|note|info|information|remark|"
    r"hint|notice|style|critical|severe|high|medium|low|fatal|convention|refactor|deprecated|suggestion|failure)"
)
_BEFORE = (
    r"\s{0,20}(?:\[[\w ./-]{1,30}\]\s{1,9})?(?:[a-z][\w.+-]{1,30}:\s(?=\S{1,300}:[0-9]))?"
    rf"(?:(?P<first>(?i:{_WORD}))(?:\[(?P<firstcode>[\w-]{{1,40}})\])?:\s+|ERROR in )?"
)
_LINE = r"(?P<line>[0-9]{1,7})"
_COLUMN = r"(?::(?P<column>[0-9]{1,7}))?"
_BARE = r"[^\s:\"'<>|,;=*()\[\]]{1,400}"
_COLONS = (
    rf"{_BEFORE}{_PATH}:{_LINE}(?:[:.](?P<column>[0-9]{{1,7}}))?(?:-[0-9:]{{1,20}})?"
    r"(?::\s*|\s-\s|\s+(?=\[[A-Z]\]\s|[A-Z]{1,6}[0-9]{2,5}\b|(?i:error|warning)\b|\[?[A-Z]+\]?:))(?P<rest>\S.*)"
)
_BRACKETS = (
    rf"{_BEFORE}{_PATH}\s?[(\[]{_LINE}(?:[,:]\s?(?P<column>[0-9]{{1,7}}))?(?:[,-][0-9,]{{1,20}})?[)\]]\s?:\s*"
    r"(?P<rest>\S.*)"
)
_WORDY = (
    rf"{_BEFORE}(?:(?P<kind>[A-Z][\w ()-]{{1,40}}?)(?::| in)\s+)?\"?"
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?(?:(?<=\")[^\":\n]{1,400}|[^\s\":]{1,400}|[^\s\":]*/[^\":\n]{1,400}?))\"?,? line "
    rf"{_LINE}(?:,? \(?col(?:umn|\.)? ?(?P<column>[0-9]{{1,7}})\)?)?\s?[:,]\s*(?P<rest>\S.*|$)"
)
_INSIDE = rf"\s{{0,9}}\[(?P<file>{_BARE}):{_LINE}{_COLUMN}\]:? (?P<rest>\S.*)"
_LOOSE = rf"(?P<file>{_BARE}):{_LINE}{_COLUMN}\s+(?P<rest>\S.*)"
_SHAPES = (_INSIDE, _COLONS, _BRACKETS, _WORDY, _LOOSE)
_ON_LINE = (
    rf"(?P<rest>.{{1,1000}}?) in {_PATH}(?: on|,)? line {_LINE}$",
    rf"{_PATH} - (?P<rest>.{{1,1000}}) on line {_LINE}$",
    rf"(?P<rest>(?i:{_WORD}).{{1,1000}}?) (?:at|in) \(?{_PATH}:{_LINE}(?::(?P<column>[0-9]{{1,7}}))?\)?\.?$",
)
_SAID = (
    rf"(?:\[(?P<letter>[EWCRIFN])\]|[\[(]?(?P<word>(?i:{_WORD}))[\])]?(?![\w-]))[\s:,]*"
    r"(?:[\[(](?P<bracketed>[\w#:./@-]{1,60})[\])]:?\s*|(?P<bare>#?[A-Z]{1,6}-?[0-9]{1,6}(?:-D)?|#[0-9]+(?:-D)?)(?=[:\s])[\s:]*)?(?P<message>.*)"
)
_CODE_FIRST = (
    rf"(?:\[(?P<bracketed>[A-Z]{{1,6}}-?[0-9]{{1,6}})\]|(?P<bare>[A-Z]{{1,6}}[0-9]{{2,6}}(?:/[\w-]{{1,60}})?)(?=[:\s]))"
    rf"[\s:]*(?:\(?(?P<word>(?i:{_WORD}))\)?(?=[:\s])[\s:]*)?(?P<message>\S.*)"
)
_CODE_LAST = (
    r"\s+(?:\[(?P<code>-(?:W|gnat)[\w=+-]{1,60}|[a-z@][\w@]{0,40}[-/.][\w./-]{1,80})\]|"
    r"\((?P<rule>[a-z][a-z_:-]{2,40})\))$"
)
_TITLE = (
    r"\s{0,4}(?P<severity>error|warning|Error|Warning|ERROR|WARNING)(?:\[(?P<code>[\w:-]{1,60})\])?: (?P<message>\S.*)"
)
_ARROW = (
    r"\s{0,20}(?:-->|at|╭─\[|┌─|,-\[) ?(?P<file>\S.{0,400}?):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7}))?[:\]]?$"
)
_ROW = (
    r"\s{1,20}(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})\s{1,20}(?P<word>(?i:error|warning|info|suggestion))\s{1,20}"
    r"(?P<message>\S.*)"
)
_TABLE_HEAD = r"\s{1,4}Line\s{2,}(?P<file>\S.{0,300}?)\s*$"
_TABLE_ROW = r"\s{1,6}(?P<line>[0-9]{1,7})\s{2,}(?P<message>\S.*)"
_FILE_LIKE = (
    r"(?:.*[/\\])?[^/\\]*\.[A-Za-z][\w+-]{0,11}$|.*[/\\][^/\\.]+$|(?:.*/)?(?:Make|Docker|Container|Gem|Rake|Jenkins|Just|Vagrant|Proc|"
    r"Pip|Brew|Cap|Pod|Fast)file$|(?:.*/)?\.[a-z][\w.-]{1,40}$"
)
_HOSTS = (".com", ".org", ".net", ".io", ".dev", ".local", ".localhost", ".internal", ".html:")
_PROBLEMS = ("fatal error", "internal error", "syntax error", "parse error", "error", "errors", "failure")
_ERRORS = frozenset({*_PROBLEMS, "critical", "severe", "fatal", "high", "e", "f"})
_WARNINGS = frozenset({"warning", "warn", "medium", "deprecated", "w", "c", "r", "convention", "refactor"})
_KEEPS_WORD = frozenset({"syntax error", "parse error", "internal error", "deprecated"})
_OF_TRACES = ("in main chunk", "in function ", "in local ", "in method ", "in upvalue ", "in field ")
"""How Lua goes on in a trace, below the error."""

_ARROW_WITHIN = 4


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Everything that has a file and a line beside a message. What carries no word of severity is an error."""
    return _Reader(text, marked_only=False).result()


def parse_marked(text: str) -> tuple[Diagnostic, ...]:
    """Only what the tool itself calls an error or a warning: where another parser knew the log, the rest is noise."""
    return _Reader(text, marked_only=True).result()


class _Reader:
    """One pass over the lines; the patterns are tried on lines that have a number where a place has one."""

    def __init__(self, text: str, *, marked_only: bool) -> None:
        self.lines = text.split("\n")
        self.marked_only = marked_only
        self.shapes = [re.compile(shape) for shape in _SHAPES]
        self.on_line = [re.compile(shape) for shape in _ON_LINE]
        self.said, self.code_first, self.code_last = re.compile(_SAID), re.compile(_CODE_FIRST), re.compile(_CODE_LAST)
        self.title, self.arrow, self.file_like = re.compile(_TITLE), re.compile(_ARROW), re.compile(_FILE_LIKE)
        self.row, self.table_head, self.table_row = re.compile(_ROW), re.compile(_TABLE_HEAD), re.compile(_TABLE_ROW)
        self.hint = re.compile(r"[:(][0-9]|line:? [0-9]|[0-9]:[0-9]")
        self.found: dict[Diagnostic, None] = {}
        self.guessed: dict[Diagnostic, None] = {}
        self.loose = False
        self.open: tuple[re.Match[str], int] | None = None
        self.head = self.table = ""

    def result(self) -> tuple[Diagnostic, ...]:
        for number, line in enumerate(self.lines, 1):
            if len(self.found) + len(self.guessed) >= MOST_PARSED:
                break
            self._line(number, line)
        return tuple(self.found or self.guessed)

    def _line(self, number: int, line: str) -> None:
        if not line.strip():
            self.head = ""
            return
        if line.lstrip()[:1] in "ewEW" and (title := self.title.match(line)):
            self.open = (title, number)
        if not self.hint.search(line):
            self._plain(number, line)
            return
        arrow = self.arrow.match(line) if self.open and number - self.open[1] <= _ARROW_WITHIN else None
        if arrow and self.open and self._names_file(arrow["file"]):
            title, since = self.open
            code = title["code"] or ""
            self._keep(arrow, title["severity"], code, title["message"], (since, number))
            self.open = None
        elif self.head and (row := self.row.match(line)):
            self._keep(row, row["word"], "", row["message"], (number, number), self.head)
        elif not line.lstrip().startswith(("at ", "from ", "File ", "-->", "❯", "+++", "---")):
            self._placed(number, line)

    def _plain(self, number: int, line: str) -> None:
        """Lines without a place: names of files above rows, and tables."""
        if line[0] not in " \t|" and self._names_file(line.strip().rstrip(":")):
            self.head = line.strip().rstrip(":")
        head = self.table_head.match(line) if "Line" in line else None
        if head and self._names_file(head["file"].partition(" (")[0]):
            self.table = head["file"].partition(" (")[0]
        elif self.table and line[0] == " ":
            row = self.table_row.match(line)
            if row:
                self._keep(row, "error", "", row["message"], (number, number), self.table)
            elif line.startswith("         ") and self.found and not line.strip().startswith("-"):
                last = next(reversed(self.found))
                del self.found[last]
                joined = f"{last.message} {line.strip()}" if len(last.message) < 2_000 else last.message
                self.found[replace(last, message=joined, read_to=number)] = None
        elif line[0] != " ":
            self.table = ""

    def _placed(self, number: int, line: str) -> None:
        for place, shape in enumerate(self.shapes):
            match = shape.match(line)
            if match and self._names_file(match["file"].strip()):
                self._message(number, match, loose=place == len(self.shapes) - 1)
                return
        if "line " in line or " at " in line or " in " in line:
            for shape in self.on_line:
                match = shape.match(line)
                if match and self._names_file(match["file"].strip()):
                    self._message(number, match, loose=False)
                    return

    def _message(self, number: int, match: re.Match[str], *, loose: bool) -> None:
        """``loose``: the shape alone says little, so it counts only in a log that no parser knows."""
        parts = match.groupdict()
        rest = parts["rest"].rstrip()
        end = number
        if not rest or rest.endswith(":"):
            below = self.lines[number] if number < len(self.lines) else ""
            if below.startswith("  ") and below.strip():
                joined = below.strip() if self.code_first.match(below.strip()) else f"{rest} {below.strip()}".strip()
                rest, end = joined, number + 1
        first = self.code_first.match(rest)
        said = first or self.said.match(rest)
        told = said.groupdict() if said else {}
        word = told.get("word") or told.get("letter") or parts.get("first") or ""
        word = word or (parts.get("kind") or "").partition(" ")[0]
        if not word and (
            rest.startswith(_OF_TRACES) or (not parts.get("column") and self._quoted(match, len(parts["rest"])))
        ):
            return
        if not word and (self.marked_only or (loose and not first and not _reads_like_words(rest))):
            return
        self.loose = loose and not word and not first
        code = told.get("bracketed") or told.get("bare") or parts.get("firstcode") or ""
        message = told.get("message") or rest
        if word.lower() in _KEEPS_WORD:
            message = rest
        last = self.code_last.search(message) if not code and message[-1:] in "])" else None
        if last:
            code, message = last["code"] or last["rule"], message[: last.start()]
        self._keep(match, word, code, message, (number, end))

    def _quoted(self, match: re.Match[str], length: int) -> bool:
        """Whether the line is one of a file, indented as it is there (``grep -n``), and no message."""
        return match[0][: len(match[0]) - length].endswith((":  ", ":\t"))

    def _keep(
        self, place: re.Match[str], word: str, code: str, message: str, read: tuple[int, int], file: str = ""
    ) -> None:
        low = word.lower()
        severity = (
            Severity.ERROR if not word or low in _ERRORS else Severity.WARNING if low in _WARNINGS else Severity.NOTE
        )
        parts = place.groupdict()
        where = (file or parts["file"].strip(), int(parts["line"]), int(parts.get("column") or 0))
        if file and not code:
            last = self.code_last.search(message)
            code, message = ((last["code"] or last["rule"]), message[: last.start()]) if last else ("", message)
            message, _, rule = message.rpartition("  ") if "  " in message and not code else (message, "", "")
            code = code or rule.strip()
        new = Diagnostic(*where, severity, code, message.strip(), "generic", read_from=read[0], read_to=read[1])
        (self.guessed if self.loose else self.found).setdefault(new)
        self.loose = False

    def _names_file(self, path: str) -> bool:
        if "://" in path or path.startswith("//") or path.lower().endswith(_HOSTS) or len(path) > 400:
            return False
        return bool(self.file_like.match(path))


def _reads_like_words(text: str) -> bool:
    """Whether it is a sentence: several words, of which the first one begins with a letter."""
    return text[:1].isalpha() and text.count(" ") > 1
