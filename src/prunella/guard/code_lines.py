"""Touched files as code: their lines without comments, and what of them is a test or real code.

Rules that look at more than a line ask here. Everything is read once, when first asked for, in time linear in the
file; a file that is too long to be somebody's code is taken as it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property, lru_cache

from prunella.guard.kinds import kinds_of
from prunella.guard.touched import Touch

LONGEST = 1_500_000
"""Characters of a file beyond which comments are not looked for."""

LINE = 2_000
"""Characters of a line that rules look at."""

AFTER_TEXT = re.compile(
    r"\s*(?:(?:return|if|for|while|def|class|from|with|raise|assert|async|del|yield)\s.*[\w)\]}'\":]$"
    r"|(?:try|else):|return$|import \w|pass$|@\w|[\w.]+(?:\[.*\])?(?:: [^=]+)? [-+*/|]?= "
    r"|[\w.]+\(.*[(),:]$)"
)
"""How code begins that follows a docstring, and prose does not."""

INNER = re.compile(r"\s*(?:pub )?mod \w+ \{|\s*#\[")
CODE = frozenset({"js", "python", "go", "rust", "jvm", "dotnet", "c", "php", "ruby", "swift"})
_SLASHES = r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
_DOUBLE = r'"(?:\\[\s\S]|[^"\\\n])*"?'
_SINGLE = r"'(?:\\[\s\S]|[^'\\\n])*'?"
_TRIPLE = r'"""[\s\S]*?(?:"""|\Z)'
_TICK = r"`(?:\\[\s\S]|[^`\\])*`?"
_CHAR = r"'(?:\\[^\n']{1,10}|[^'\\\n])'"
TOKENS = {
    "python": rf"#[^\n]*|{_TRIPLE}|'''[\s\S]*?(?:'''|\Z)|{_DOUBLE}|{_SINGLE}",
    "ruby": rf"#[^\n]*|{_DOUBLE}|{_SINGLE}",
    "rust": rf'{_SLASHES}|\br#{{0,4}}"[\s\S]*?(?:"#{{0,4}}|\Z)|"(?:\\[\s\S]|[^"\\])*"?|{_CHAR}',
    "go": rf"{_SLASHES}|{_DOUBLE}|`[^`]*`?|{_CHAR}",
    "js": rf"{_SLASHES}|{_DOUBLE}|{_SINGLE}|{_TICK}",
    "php": rf"{_SLASHES}|#(?!\[)[^\n]*|{_DOUBLE}|{_SINGLE}",
    "": rf"{_SLASHES}|{_TRIPLE}|{_DOUBLE}|{_CHAR}",
}
"""What of a language are comments and texts, one after the other without overlap."""


@lru_cache(maxsize=32)
def _tokens(language: str) -> re.Pattern[str]:
    return re.compile(TOKENS[language])


def language_of(kinds: frozenset[str]) -> str:
    """The language among a file's kinds; "" if it is none that is looked into."""
    return next(iter(sorted(kinds & CODE)), "")


def bare(lines: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The same lines without comments; a text of several lines is all on its first."""
    text = "\n".join(lines)
    if not language or len(text) > LONGEST:
        return lines
    if language == "python" and '"""' in text:
        text = "\n".join(_whole(lines))
    return tuple(_tokens(language if language in TOKENS else "").sub(_without, text).split("\n"))


def _whole(lines: tuple[str, ...]) -> list[str]:
    """Without the end of a docstring whose beginning is not there: a patch shows only parts of a file."""
    kept = list(lines)
    is_open = False
    for index, line in enumerate(lines):
        if line.count('"""') % 2 == 0:
            continue
        if is_open:
            is_open = False
        elif _dangles(lines, index):
            kept[index] = ""
        else:
            is_open = True
    return kept


def _dangles(lines: tuple[str, ...], index: int) -> bool:
    """Whether three quotes end a text that began before the first line shown."""
    prefix, _, rest = lines[index].strip().partition('"""')
    if rest or prefix.endswith(("=", "(", ",", "return")) or prefix.casefold() in {"r", "f", "b", "u", "rb", "br"}:
        return False
    above = next((line.strip() for line in reversed(lines[max(0, index - 5) : index]) if line.strip()), "")
    below = next((line for line in lines[index + 1 : index + 6] if line.strip() and line.strip()[0] != "#"), "")
    return not above.endswith((":", "(", "=", ",")) and bool(AFTER_TEXT.match(below[:LINE]))


def _without(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith(("//", "/*", "#")):
        return "\n" * text.count("\n")
    breaks = text.count("\n")
    return text.replace("\n", "\\n") + "\n" * breaks if breaks else text


def squeezed(line: str) -> str:
    """A line without what formatters decide: blanks, a last comma or semicolon."""
    return "".join(line[:LINE].split()).rstrip(",;")


def indent_of(line: str) -> int:
    """How far a line is indented; a tab counts as four."""
    width = 0
    for character in line:
        if character == "\t":
            width += 4
        elif character == " ":
            width += 1
        else:
            break
    return width


class Source:
    """A touched file, read as code."""

    def __init__(self, touch: Touch) -> None:
        self.touch = touch
        self.path = touch.path
        self.kinds = kinds_of(touch.path)
        self.language = language_of(self.kinds)
        self.is_test = "test" in self.kinds or "test" in kinds_of(touch.old_path)

    @cached_property
    def before(self) -> tuple[str, ...]:
        """Its lines before, without comments; () when it is new."""
        return bare(self.touch.before or (), self.language)

    @cached_property
    def after(self) -> tuple[str, ...]:
        """Its lines after, without comments; () when it is gone."""
        return bare(self.touch.after or (), self.language)

    @cached_property
    def added(self) -> tuple[tuple[int, str], ...]:
        """Added lines of code, with their numbers."""
        return _code(self.touch.added, self.after)

    @cached_property
    def removed(self) -> tuple[tuple[int, str], ...]:
        """Removed lines of code, with their numbers before."""
        return _code(self.touch.removed, self.before)

    @cached_property
    def changes_code(self) -> bool:
        """Whether anything but comments and blanks is another."""
        if Counter(squeezed(line) for _, line in self.added) != Counter(squeezed(line) for _, line in self.removed):
            return True
        before, after = (tuple(line.strip() for line in lines if line.strip()) for lines in (self.before, self.after))
        return before != after

    def inner_tests(self) -> int:
        """The first line of a Rust file's own tests; a number beyond all lines if it has none."""
        if self.language != "rust":
            return 1 << 40
        lines = self.touch.after or ()
        for number, line in enumerate(lines, 1):
            if "#[cfg(test)]" in line and lines[number : number + 1] and INNER.match(lines[number]):
                return number
        return 1 << 40

    @cached_property
    def is_real(self) -> bool:
        """Whether the fix changes code in it that is no test."""
        if not self.language or self.is_test or not self.changes_code:
            return False
        first = self.inner_tests()
        if first == 1 << 40:
            return True
        return any(number < first for number, _ in (*self.touch.added, *self.touch.removed))


def _code(lines: tuple[tuple[int, str], ...], all_bare: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    inside = [(number, all_bare[number - 1]) for number, _ in lines if 0 < number <= len(all_bare)]
    return tuple((number, line) for number, line in inside if line.strip())
