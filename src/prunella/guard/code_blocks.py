"""Functions and test cases of a file, found by how they begin and where the indentation ends.

Formatted code of every language is laid out so; where it is not, less is found, never something false.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from prunella.guard.code_lines import LINE, indent_of

_MODIFIERS = (
    r"(?:(?:public|private|protected|internal|static|final|override|open|abstract|synchronized|suspend"
    r"|async|export|default|virtual|inline|constexpr|extern|pub(?:\([\w:]+\))?|const|unsafe) +)*"
)
_QUOTED = r"""(?:\s*[A-Za-z_]*\s*["'`](?P<text>[^\n]{0,300}?)["'`]\s*[,)]|[^\n]{0,200})"""
CASES = {
    "js": rf"^[ \t]*(?:it|test|specify|suite\.test|t\.test|Deno\.test|ava)(?:\.\w+)*(?:\(|\.each|`){_QUOTED}",
    "python": r"^[ \t]*(?:async )?def (?P<name>test\w*)",
    "go": (
        rf"^func (?P<name>(?:Test|Fuzz|Example)\w*)\(|^[ \t]*func \([^)\n]*\) (?P<method>Test\w+)\("
        rf"|^[ \t]*(?:\w+\.Run|It|Specify|Entry|DescribeTable)\({_QUOTED}"
    ),
    "rust": (
        r"^[ \t]*#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck|test_log"
        r"|proptest)\b[^\n]*\n(?:[ \t]*#\[[^\n]*\n"
        r"|[ \t]*\n){0,8}[ \t]*(?:pub )?(?:async )?fn (?P<name>\w+)"
        r"|^[ \t]*(?:rgtest|test_case|itest)!\(\s*(?P<macro>\w+)"
    ),
    "jvm": (
        rf"^[ \t]*@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory"
        rf"|Property)\b[^\n]*\n?(?:[ \t]*@[^\n]*\n|[ \t]*\n){{0,8}}[ \t]*{_MODIFIERS}(?:<[^>\n]*> )?(?:void"
        rf"|fun|[\w<>\[\]]+) +[`]?(?P<name>\w[\w ,.'-]*?)[`]?\("
        r"|^[ \t]*public +void +(?P<old>test\w*)\(|@Test\b[^\n]{0,60}?fun +[`]?(?P<inline>\w[\w ,.'-]*?)[`]?\("
    ),
    "dotnet": (
        rf"^[ \t]*\[(?:Fact|Theory|Test|TestCase"
        rf"|TestMethod)\b[^\n]*\n(?:[ \t]*\[[^\n]*\n){{0,8}}[ \t]*{_MODIFIERS}[\w<>]+ +(?P<name>\w+)\("
    ),
    "c": (
        r"^[ \t]*(?:TEST|TEST_F|TEST_P|TYPED_TEST|START_TEST|TEST_IMPL|BOOST_AUTO_TEST_CASE|TEST_CASE"
        r"|SCENARIO|SECTION|SUBCASE)\s*\((?P<name>[^\n]*?)\)"
        r"|^(?:static )?(?:void|int|bool|MunitResult) +(?P<plain>(?:test|should|\w+_should|\w+_test)\w*)\([^;\n]*$"
    ),
    "php": r"^[ \t]*(?:public )?function (?P<name>test\w*)|^[ \t]*(?:it|test)\((?P<text>[^\n]{0,200})",
    "ruby": r"^[ \t]*def (?P<name>test_\w+)|^[ \t]*(?:it|test|specify|scenario)[ (]+(?P<text>[^\n]{0,200})",
    "swift": r"^[ \t]*(?:override )?func (?P<name>test\w*)|^[ \t]*@Test\b[^\n]*?func (?P<new>\w+)",
}
FUNCTIONS = {
    "js": (
        r"^[ \t]*(?:export +)?(?:default +)?(?:(?:public|private|protected|static|async|override|get"
        r"|set) +)*(?:function\b *\*? *(?P<name>[\w$]+) *[(<]|(?:const|let"
        r"|var) +(?P<var>[\w$]+)[^=\n]{0,200}= *(?:async +)?(?:function\b|\([^\n]{0,400}=> *[{(]?$|\($"
        r"|[\w$]+ *=> *\{?$)|(?P<method>(?!if\b|for\b|while\b|switch\b|catch\b|return\b|function\b"
        r"|else\b)[#\w$]+) *(?:<[^\n(]{0,80}>)?\([^\n;]{0,400}\{$"
        r"|(?P<arrow>[\w$.]+) *[=:] *(?:async +)?(?:function\b|\([^\n]{0,300}=> *\{$))"
    ),
    "python": r"^[ \t]*(?:async )?def (?P<name>\w+)",
    "go": r"^func (?:\([^)\n]*\) )?(?P<name>\w+)[\[(]",
    "rust": (
        r"^[ \t]*(?:pub(?:\([\w: ]+\))? +)?(?:default +|const +|async +|unsafe +"
        r"|extern +(?:\"C\" +)?)*fn +(?P<name>\w+)"
    ),
    "jvm": (
        rf"^[ \t]*(?:@\w+(?:\([^)\n]*\))? +)*{_MODIFIERS}(?:<[^>\n]{{0,80}}> +)?"
        rf"(?:fun +(?:<[^>\n]{{0,80}}> *)?(?:[\w<>?]+\.)?(?P<fun>\w+) *\("
        rf"|(?!return\b|new\b|else\b|throw\b)[\w<>\[\].,?]+ +(?P<name>\w+) *\([^;=\n]{{0,300}}$)"
    ),
    "dotnet": (
        rf"^[ \t]*{_MODIFIERS}(?!return\b|new\b|else\b"
        rf"|throw\b)[\w<>\[\].,?]+ +(?P<name>\w+) *\([^;=\n]{{0,300}}$"
    ),
    "c": r"^(?:[A-Za-z_][\w:<>,~*& \t]{0,160}?[ \t*&])?(?P<name>~?[A-Za-z_][\w:~]*)\([^;\n]{0,300}$",
    "php": r"^[ \t]*(?:(?:public|private|protected|static|final) +)*function +&?(?P<name>\w+)",
    "ruby": r"^[ \t]*def +(?P<name>[\w.?!=]+)",
    "swift": r"^[ \t]*(?:(?:public|private|internal|open|static|override|final|mutating) +)*func +(?P<name>\w+)",
}
CLOSERS = (")", "]", "{", "where", "->", "=>", "throws ", ":", "|", "&")
"""How lines begin, at the indentation of a header, that still belong to what it begins."""

BLOCK_ENDS = ("{", "=>", " do", "|")
VALUE_ENDS = ("({", "[{", ", {", "= {", ": {")
"""How lines end that open an object or a list, not a block of statements."""

MOST_LINES = 80
"""Lines of one statement."""


class Block(NamedTuple):
    """A function or a test case: its name and its lines, numbered from 1, the last one included."""

    name: str
    start: int
    end: int
    indent: int


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


class Blocks:
    """The blocks of a kind in a file's lines (without comments)."""

    def __init__(self, lines: Sequence[str], language: str, what: dict[str, str]) -> None:
        self.lines = lines
        self.heads: list[tuple[int, int, str]] = []
        pattern = what.get(language)
        if pattern and lines:
            shown = lines if max(map(len, lines)) <= LINE else [line[:LINE] for line in lines]
            text = "\n".join(shown)
            starts = [0, *accumulate(len(line) + 1 for line in shown)]
            for found in _pattern(pattern).finditer(text):
                groups = [group for group in found.groups() if group]
                head = bisect_right(starts, found.start())
                last = bisect_right(starts, max(found.start(), found.end() - 1))
                name = groups[-1] if groups else found[0].strip()
                self.heads.append((head, last, name))
        self.numbers = [head for head, _, _ in self.heads]

    def block(self, index: int) -> Block:
        """The block of one head."""
        head, last, name = self.heads[index]
        indent = indent_of(self.lines[last - 1])
        return Block(name, head, _end(self.lines, last, indent), indent)

    def around(self, number: int) -> Block | None:
        """The innermost block that a line is in."""
        least = 1 << 30
        for index in range(bisect_right(self.numbers, number) - 1, -1, -1):
            indent = indent_of(self.lines[self.heads[index][1] - 1])
            if indent >= least:
                continue
            least = indent
            found = self.block(index)
            if found.start <= number <= found.end:
                return found
            if indent == 0:
                break
        return None

    def touched(self, numbers: Iterable[int]) -> dict[str, Block]:
        """The innermost blocks that hold any of these lines, by name."""
        found: dict[str, Block] = {}
        last: Block | None = None
        for number in numbers:
            if last is None or not last.start <= number <= last.end:
                last = self.around(number)
            if last is not None:
                found.setdefault(last.name, last)
        return found

    def named(self, name: str) -> Block | None:
        """The first block of that name."""
        return next((self.block(index) for index, (_, _, other) in enumerate(self.heads) if other == name), None)

    @property
    def names(self) -> list[str]:
        return [name for _, _, name in self.heads]


def _end(lines: Sequence[str], head: int, indent: int) -> int:
    """The last line of what begins at ``head``."""
    last = head
    for number in range(head + 1, len(lines) + 1):
        line = lines[number - 1]
        text = line.strip()
        if not text:
            continue
        if indent_of(line) > indent or text.startswith(("#if", "#e", "# ")):
            last = number
        elif text.startswith("}"):
            return number
        elif text.startswith(CLOSERS):
            last = number
        elif text.startswith("end") and text[3:4] in ("", ")", ";"):
            return number
        elif not (text.endswith(":") and text[:-1].isidentifier() and indent == 0):
            return last
    return last


def statements(lines: Sequence[str], block: Block) -> list[tuple[int, str]]:
    """What a block's body is made of: lines joined as long as a bracket is open or the next goes on."""
    found: list[tuple[int, str]] = []
    parts: list[str] = []
    start, depth = block.start, 0
    for number in range(block.start, min(block.end, len(lines)) + 1):
        text = lines[number - 1].strip()[:LINE]
        if not text:
            continue
        goes_on = depth > 0 or text.startswith((".", "?.", "&&", "||", "==", "+ ", "? ", ": "))
        if parts and not goes_on:
            found.append((start, " ".join(parts)))
            parts = []
        if not parts:
            start = number
            depth = 0
        parts.append(text)
        opens_block = text.endswith(BLOCK_ENDS) and not text.endswith(VALUE_ENDS)
        depth = 0 if opens_block or len(parts) >= MOST_LINES else max(0, depth + _depth(text))
    if parts:
        found.append((start, " ".join(parts)))
    return found


_TEXTS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`")


def _depth(text: str) -> int:
    plain = _TEXTS.sub("", text) if text.count("(") + text.count("[") + text.count(")") + text.count("]") else text
    return plain.count("(") + plain.count("[") - plain.count(")") - plain.count("]")
