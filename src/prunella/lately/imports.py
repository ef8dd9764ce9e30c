"""The import statements of a text: what they bring in, and their words."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_STATEMENT = 60
"""Lines that one statement may have."""

_STARTS = {
    "ts": re.compile(
        r"^\s*(?:import\b(?!\s*\()|export\s+(?:type\s+)?(?:\*|\{[^{}]*\}\s*from\b)|(?:const|let|var)\s.{1,300}?=\s*require\()"
    ),
    "python": re.compile(r"^\s*(?:import\s+[\w.]|from\s+[\w.]+\s+import\b)"),
    "rust": re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:use\s+[\w:{*]|mod\s+\w+\s*;|extern\s+crate\s)"),
    "go": re.compile(r'^(?:import\s+(?:[\w.]+\s+)?"|\t(?:[\w.]+\s+)?"[^"]+"\s*(?://.*)?$)'),
    "java": re.compile(r"^\s*import\s+(?:static\s+)?[\w.*]+\s*;?"),
    "csharp": re.compile(r"^\s*(?:global\s+)?using\s+(?:static\s+)?[\w.=\s]+;"),
    "c": re.compile(r'^\s*#\s*(?:include|import)\s*[<"]'),
}
_WORD = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_QUOTED = re.compile(r"""['"]([^'"\n]*)['"]""")


class Import(NamedTuple):
    """One statement: the names it brings in (for an include, the header), its first line (1-based) and its text."""

    names: tuple[str, ...]
    line: int
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1


def imports(family: str, lines: list[str]) -> list[Import]:
    """The import statements among these lines, in order."""
    start = _STARTS.get(family)
    found: list[Import] = []
    at = 0
    while start and at < len(lines):
        if len(lines[at]) > 1000 or not start.match(lines[at]):
            at += 1
            continue
        end = _end(family, lines, at)
        text = "\n".join(lines[at:end])
        found.append(Import(_names(family, text), at + 1, text))
        at = end
    return found


def _end(family: str, lines: list[str], at: int) -> int:
    """The line after a statement's last."""
    if family not in {"ts", "python", "rust"}:
        return at + 1
    depth = 0
    for number in range(at, min(at + LONGEST_STATEMENT, len(lines))):
        line = lines[number].split("#")[0] if family == "python" else lines[number].split("//")[0]
        depth += sum(line.count(mark) for mark in "({") - sum(line.count(mark) for mark in ")}")
        open_end = family == "rust" and not line.rstrip().endswith(";") and "mod " not in line
        if depth <= 0 and not open_end and not line.rstrip().endswith("\\"):
            return number + 1
    return at + 1


def _names(family: str, text: str) -> tuple[str, ...]:
    if family == "c":
        return (re.split(r'[<>"]', text, maxsplit=2)[1],)
    if family == "go":
        head = _QUOTED.split(text, maxsplit=1)
        alias = _WORD.findall(head[0].replace("import", ""))
        path = head[1] if len(head) > 1 else ""
        return (alias[0] if alias else path.rpartition("/")[2],)
    if family in {"java", "csharp"}:
        words = text.partition(";")[0].split()
        return (words[-1].rpartition(".")[2],) if family == "java" else (words[-1],)
    if family == "python":
        return _python(text)
    return _rust(text) if family == "rust" else _typescript(text)


def _python(text: str) -> tuple[str, ...]:
    plain = " ".join(line.split("#")[0] for line in text.split("\n")).replace("\\", " ")
    start, _, listed = plain.partition("import ")
    names = []
    for part in listed.strip().strip("()").split(","):
        words = part.replace("(", " ").replace(")", " ").split()
        if len(words) == 3 and words[1] == "as":
            names.append(words[2])
        elif words:
            names.append(words[0] if start.strip() else words[0].split(".")[0])
    return tuple(names)


def _rust(text: str) -> tuple[str, ...]:
    names = []
    for part in re.split(r"[,{};]", " ".join(line.split("//")[0] for line in text.split("\n"))):
        words = _WORD.findall(part)
        if not words or part.rstrip().endswith("::"):
            continue
        last = words[-1]
        if last == "self" and len(words) > 1:
            last = words[-2]
        names.append(last)
    return tuple(names)


def _typescript(text: str) -> tuple[str, ...]:
    head = text.partition(" from ")[0] if " from " in text else text.partition("=")[0]
    if not re.search(r"[\w*}]", head.replace("import", "", 1)) or _QUOTED.search(head):
        return ()
    names = []
    for part in re.split(r"[,{}]", head):
        words = [
            word for word in _WORD.findall(part) if word not in {"import", "export", "type", "const", "let", "var"}
        ]
        if words:
            names.append(words[-1])
    return tuple(names)
