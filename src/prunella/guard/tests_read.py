"""What a fix alters of tests that were there: all but additions, layout, imports, comments and new names of things.

Lines are compared, not blocks, so that it holds for every language and for patches that show little of a file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from prunella.guard.code_lines import LINE, LONGEST, TOKENS, Source
from prunella.guard.touched import Hunk

IMPORT = re.compile(
    r"^\s*(?:import\b|from\s+[\w.]+\s+import\b|(?:pub(?:\(\w+\))? +)?use\s|using\s|#\s*include\b|package\s"
    r"|require_relative\b"
    r"|extern crate\b|mod \w+;|export \* from\b|(?:const|let|var)\s[^=]{1,300}=\s*(?:await import|require)\("
    r"|\}\s*(?:from\s|=\s*require\())"
)
WORDS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d[\w.]*|[^\s\w]")
"""Names, numbers, signs, and texts as they stand."""

NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
TITLE = re.compile(
    r"(?<=\bit\()(?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`)|(?<=\btest\()(?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`)"
    r"|(?<=\bdescribe\()(?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`)|(?<=\bRun\()\"[^\"\n]*\""
)
"""What a test is called in words."""
NAME = re.compile(r"[A-Za-z_$][\w$]*")
BARE = re.compile(r"[\w\"'`]")
DECLARES = re.compile(r"\b(?:class|def|func|fn|fun|function|void|struct|TEST\w*)\b")
OF_A_TEST = re.compile(r"^[Tt]ests?|(?:[Tt]ests?|Spec|IT|TestCase)$")
MEANS = frozenset(
    (
        *("true", "false", "True", "False", "None", "null", "nil", "undefined", "not", "is", "in", "and", "or", "if"),
        *("else", "return", "skip", "xit", "it", "test", "describe", "expect", "assert", "await", "async", "const"),
        *("let", "var", "mut", "ref", "static", "final", "void"),
    )
)
"""Words that no name is."""
DOCSTRING = re.compile(r"^(?:\"{3}|'{3})(?!.*>>> ).*(?:\"{3}|'{3})$")
OUTPUT = re.compile(r"^//\s*(?:Unordered )?[Oo]utput:")
PROMPT = re.compile(r"^\s*>>> ")
LOGGED = re.compile(
    r"^(?:console\.\w+|print(?:ln|f)?!?|e?println!|log(?:ger|ging)?\.\w+|fmt\.Print\w*|System\.\w+\.print\w*)\("
)
RUST_TEST = re.compile(r"^\s+#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck)\b")
RUST_TESTS = re.compile(r"^\s*#\[cfg\((?:all\()?test\b")
RUST_INNER = re.compile(r"^\s*(?:pub(?:\(\w+\))? )?mod \w+ \{|^\s*#\[")
DOCUMENTS = (".md", ".rst", ".txt", ".adoc", ".markdown", ".mdx", ".1", ".po", ".news")
DOCUMENT_NAMES = ("changelog", "changes", "news", "license", "authors", "readme", "history", "contributing", "todo")
MOST = 20_000
"""Characters of a hunk's side of which the words are compared."""


class Altered(NamedTuple):
    """A line of a test that is no more as it was. ``line``: its number, after the fix as near as can be told."""

    line: int
    text: str


class Read:
    """A touched file's changed lines as far as they mean something."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def _start(self) -> tuple[int, int]:
        """Where a Rust file's own tests begin, before and after; 1 for a file of tests."""
        if self.source.is_test or self.source.language != "rust":
            return 1, 1
        return _own_tests(self.source.touch.before or ()), _own_tests(self.source.touch.after or ())

    @property
    def only_tests(self) -> bool:
        """Whether nothing of it changes but tests."""
        touch = self.source.touch
        old, new = self._start
        return all(number >= old for number, _ in touch.removed) and all(number >= new for number, _ in touch.added)

    def removed(self, hunk: Hunk) -> list[Altered]:
        """What a hunk takes of a test that was there."""
        return self._meant(hunk.removed, 0)

    def added(self, hunk: Hunk) -> list[Altered]:
        """What a hunk puts into tests."""
        return self._meant(hunk.added, 1)

    @cached_property
    def _inside(self) -> tuple[frozenset[int], frozenset[int]]:
        touch, language = self.source.touch, self.source.language
        return texts(touch.before or (), language), texts(touch.after or (), language)

    @cached_property
    def _imports(self) -> tuple[frozenset[int], frozenset[int]]:
        return imported(self.source.before), imported(self.source.after)

    def _meant(self, changed: Sequence[tuple[int, str]], side: int) -> list[Altered]:
        """Changed lines of one side (0 = before) that are a test's and mean something."""
        lines = self.source.after if side else self.source.before
        found: list[Altered] = []
        for number, raw in changed:
            if number < self._start[side] or number in self._imports[side]:
                continue
            text = lines[number - 1].strip() if number <= len(lines) else raw.strip()
            inside = self._inside[side]
            printed = not text and self.source.language == "go" and self._is_output(number, side)
            if printed or number in inside or "\\n" in text:
                text = raw.strip()
            if self.source.language == "python" and DOCSTRING.match(text[:LINE]):
                continue
            if BARE.search(text[:LINE]) and text not in ("end", "else", "else:", "} else {"):
                found.append(Altered(number, text[:LINE]))
        return found

    def _is_output(self, number: int, side: int) -> bool:
        """Whether a line is the comment of an example that says what it prints."""
        touch = self.source.touch
        lines = (touch.after if side else touch.before) or ()
        for at in range(number, max(0, number - 60), -1):
            text = lines[at - 1].strip() if at <= len(lines) else ""
            if OUTPUT.match(text):
                return True
            if not text.startswith("//"):
                return False
        return False

    @cached_property
    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names that are there no more, and those that are new."""
        touch = self.source.touch
        old, new = (
            {word for line in side for word in NAME.findall(line[:LINE])}
            for side in (touch.before or (), touch.after or ())
        )
        return frozenset(old - new - MEANS), frozenset(new - old - MEANS)


def _own_tests(lines: Sequence[str]) -> int:
    """The first line of a Rust file's tests; a number beyond all lines if it has none."""
    for number, text in enumerate(lines, 1):
        if RUST_TEST.match(text):
            return number
        if RUST_TESTS.match(text):
            below = next((line for line in lines[number : number + 6] if not line.strip().startswith("#[")), "")
            if RUST_INNER.match(below):
                return number
    return 1 << 40


def renamed(read: Read, removed: Sequence[Altered], added: Sequence[Altered]) -> bool:
    """Whether these lines say the same but for layout, and for names that became others throughout the file."""
    sides = []
    for side in (removed, added):
        text = " ".join(one.text for one in side)
        if len(text) > MOST:
            return False
        sides.append(_words(text))
    old, new = sides
    if len(old) != len(new):
        return False
    gone, come = read.names
    declared = " ".join(one.text for one in removed if DECLARES.search(one.text))
    become: dict[str, str] = {}
    for was, now in zip(old, new, strict=True):
        if was == now:
            continue
        if was not in gone or now not in come or become.setdefault(was, now) != now:
            return False
        if OF_A_TEST.search(was) and was in declared:
            return False
    return True


def altered(read: Read, arrived: Counter[str]) -> list[Altered]:
    """What of the file's tests is gone or another, in order.

    Args:
        arrived: by ``plain``, what the fix adds to tests anywhere; what is found there again has only moved.
    """
    found: list[Altered] = []
    for hunk in read.source.touch.hunks if read.source.touch.before is not None else ():
        removed, added = read.removed(hunk), read.added(hunk)
        if not removed or renamed(read, removed, added):
            continue
        gone = [one for one in removed if not _moved(one, arrived)]
        found += [] if gone and renamed(read, gone, _less(added, removed)) else gone
    return found


def _less(these: Sequence[Altered], those: Sequence[Altered]) -> list[Altered]:
    there = {plain(one.text) for one in those}
    return [one for one in these if plain(one.text) not in there]


def _moved(one: Altered, arrived: Counter[str]) -> bool:
    key = plain(one.text)
    if arrived[key] <= 0:
        return False
    arrived[key] -= 1
    return True


def arrivals(reads: Iterable[Read]) -> Counter[str]:
    """All that is added to tests, line by line."""
    return Counter(plain(one.text) for read in reads for hunk in read.source.touch.hunks for one in read.added(hunk))


def plain(text: str) -> str:
    """A line without what formatters decide."""
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    """Its words, without what formatters put between them; a text in the same quotes however it is quoted."""
    found = [word for word in WORDS.findall(TITLE.sub("", text)) if word not in (",", ";", "(", ")", "\\")]
    return [_same(word) for word in found]


def _same(word: str) -> str:
    """A text in one kind of quotes, a number as its value."""
    if word[0] in "'`" and len(word) > 1:
        return f'"{word[1:-1]}"'
    return f"{float(word):g}" if NUMBER.fullmatch(word) else word


def imported(lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the lines that import something."""
    found: set[int] = set()
    depth = 0
    for number, line in enumerate(lines, 1):
        cut = line[:LINE]
        if depth <= 0 and not IMPORT.match(cut):
            continue
        found.add(number)
        depth = max(0, depth) + sum(cut.count(sign) for sign in "([{") - sum(cut.count(sign) for sign in ")]}")
    return frozenset(found)


@lru_cache(maxsize=32)
def _tokens(language: str) -> re.Pattern[str]:
    return re.compile(TOKENS[language if language in TOKENS else ""])


def texts(lines: Sequence[str], language: str) -> frozenset[int]:
    """The lines within texts of several lines, but for documentation that shows no prompt."""
    whole = "\n".join(lines)
    if not language or len(whole) > LONGEST:
        return frozenset()
    found: set[int] = set()
    at, last = 1, 0
    for token in _tokens(language).finditer(whole):
        text = token[0]
        at += whole.count("\n", last, token.start())
        last = token.start()
        if "\n" not in text or text.startswith(("//", "/*", "#")):
            continue
        before = whole[max(0, token.start() - 300) : token.start()].rstrip()
        if language == "python" and before.endswith((":", '"""')) and ">>> " not in text:
            continue
        found.update(range(at, at + text.count("\n") + 1))
    return frozenset(found)


def substantive(source: Source) -> bool:
    """Whether a file's code changes by more than layout, imports and lines that print something as well."""
    sides = []
    for lines in (source.removed, source.added):
        kept = (line.strip() for _, line in lines)
        text = " ".join(
            line[:LINE]
            for line in kept
            if not IMPORT.match(line) and not (lines is source.added and LOGGED.match(line))
        )
        sides.append([word for word in WORDS.findall(text[:MOST]) if word not in (",", ";")])
    came, went = (Counter(line.strip() for _, line in lines) for lines in (source.added, source.removed))
    moved = bool(came) and came == went and source.changes_code
    return sides[0] != sides[1] or moved


def documents(path: str) -> bool:
    """Whether a file is written for people."""
    folded = path.casefold()
    name = folded.rpartition("/")[2]
    return folded.endswith(DOCUMENTS) or name.startswith(DOCUMENT_NAMES) or folded.startswith((".github/", "docs/"))
