"""rustc, clippy, cargo, rustfmt and the tests that cargo runs.

Formats: rustc's ``human`` and ``short`` diagnostics and its JSON (`The rustc book`, "JSON Output"), what cargo says of
manifests and dependencies, panics before and after Rust 1.73, and the report of libtest and rustdoc.
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics import rusttest
from prunella.diagnostics.rustjson import spans
from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_HEAD = r"(?P<severity>error|warning)(?:\[(?P<code>[\w:]{1,80})\])?: (?P<message>\S.*)"
_SHORT = (
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}\.(?:rs|toml)):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7})"
    r"(?:: [0-9]{1,7}:[0-9]{1,7})?: (?P<severity>error|warning|note|"
    r"help)(?:\[(?P<code>[\w:]{1,80})\])?: (?P<message>\S.*)"
)
_ARROW = r"\s*(?P<kind>-->|:::) (?P<file>\S.*?):(?P<line>[0-9]{1,7})(?::(?P<column>[0-9]{1,7}))?(?::? .*)?$"
_CHILD = r"(?P<kind>note|help): (?P<message>.*)"
_FRAME = re.compile(r" *(?:[0-9]{1,7} *(?:\||[+~-] )|[|=]|\.{3}|-->|:::)|\.{3}$|[0-9]{1,7} *(?:[|+~-]|$)")
_LINT = re.compile(
    r"#!?\[(?:warn|deny|forbid)\((?P<lint>[\w:]{1,80})\)\]`|"
    r"`-[A-Z] (?P<implied>[\w:-]{1,80})` implied by|requested on the command line with `-[A-Z] (?P<flag>[\w:-]{1,80})`"
)
_FOLLOWER = re.compile(
    r"aborting due to |could not compile `[^`]*`(?:[^`]{0,80}| \([^)]{1,200}\)[^`]{0,80})$|build failed\b|"
    r"test failed, to rerun|doctest failed, to rerun|"
    r"[0-9]+ targets? failed|(?:`[^`]*` )?\([^)]{1,200}\) generated [0-9]+ warning|`[^`]*` \(.*\) generated [0-9]+ |"
    r"[0-9]+ warnings? emitted|could not document `|process didn't exit successfully: `|bench failed, to rerun|"
    r"test run failed$|"
    r"the following warnings were emitted during compilation|unexpected end of manifest$"
)
_CARGO = re.compile(
    r"^error(?:\[E[0-9]{4}\])?: could not compile |^ +(?:Compiling|Checking|Finished|Updating|Locking|"
    r"Downloaded|Blocking|Running|Fresh|"
    r"Documenting|Doc-tests|Adding) |error\[E[0-9]{4}\]|--> \S[^\n:]{0,200}\.(?:rs|toml):|Cargo\.(?:toml|lock)|"
    r"\brustc\b|required by package `|"
    r"crates\.io|no such (?:sub)?command: `|failed to select a version",
    re.MULTILINE,
)
_MANIFEST = re.compile(r"(?:parse|load|read)[^`\n]{0,40} `(?P<file>[^`\n]{1,400}Cargo\.(?:toml|lock))`")
_TOML_AT = re.compile(
    r"(?:at line (?P<line>[0-9]{1,7}),? column (?P<column>[0-9]{1,7})|"
    r"for key `[^`]{0,200}` at line (?P<line2>[0-9]{1,7}) column (?P<column2>[0-9]{1,7}))"
)
_GOES_ON = (
    "Caused by:", "versions that meet", "all possible versions", "package `", "the package `", "failed to select",
    "previously selected", "note: ", "help: ", "location searched", "required by", "perhaps", "if you are looking",
    "As a reminder", "If you ", "referenced by", "Consider ", "Either ", "To ", "Try ", "candidate versions", "  ",
    "This may be", "some crates",
)  # fmt: skip
_RENDERED = re.compile(r'"rendered":"((?:[^"\\]|\\.){1,3500})')
_FRAMING = re.compile(r"^ *(?:\|$|= note: +)?")
_NEXT = (
    "error", "warning: ", "make", "thread '", "test ", "running ", "failures:", "---- ", "##", "::", "+ ", "npm ",
    "info: ",
)  # fmt: skip
_LONGEST_BLOCK = 400


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings of the compiler and cargo, then the tests that failed; spans of notes are related."""
    return _Reader(text).result()


class _Reader:
    """Goes from head to head; what stands below one is its block."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.cargo = bool(_CARGO.search(text))
        self.head, self.short = re.compile(_HEAD), re.compile(_SHORT)
        self.arrow, self.child = re.compile(_ARROW), re.compile(_CHILD)
        self.tests = rusttest.Tests(self.lines)
        self.found: list[Diagnostic] = []
        self.closing: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        """Everything found; "could not compile" and the like only when nothing else was said."""
        walk(self.lines, self.found, self._step)
        return tuple(self.found or self.closing[:1])

    def _step(self, at: int, line: str) -> int:
        if line.startswith(("error", "warning")):
            match = self.head.match(line)
            return self._block(match, at) if match else at + 1
        if line.startswith("{") and '"spans"' in line:
            self._json(line, at)
            return at + 1
        if line.startswith(("thread '", "---- ", "Diff in ", "successes:", "failures:", "test ", "\tthread '")):
            found, end = self.tests.read(at)
            self.found += found
            return end
        match = self.short.match(line) if ".rs:" in line or ".toml:" in line else None
        if match:
            self._from_short(match, at)
        return at + 1

    def _from_short(self, match: re.Match[str], at: int) -> None:
        line, column = int(match["line"]), int(match["column"])
        message, word = match["message"].rstrip(), match["severity"]
        if word in {"note", "help"}:
            if self.found and self.found[-1].read_to == at:
                related = (*self.found[-1].related, Location(match["file"], line, column, message))
                self.found[-1] = replace(self.found[-1], related=related, read_to=at + 1)
            return
        severity, read = Severity(word), at + 1
        self.found.append(
            Diagnostic(
                match["file"],
                line,
                column,
                severity,
                match["code"] or "",
                message,
                _source(match["code"]),
                read_from=read,
                read_to=read,
            )
        )

    def _block(self, match: re.Match[str], at: int) -> int:
        """Reads the block below a head, and says where the next begins."""
        end, place, related, said = self._parts(at, len(match[0]) - len(match["message"]))
        message, code = "\n".join([match["message"].rstrip(), *said]).rstrip(), match["code"] or ""
        below = "\n".join(self.lines[at + 1 : end])
        by_cargo = not place or place.file.endswith(".toml")
        if not place:
            if not self.cargo:
                return at + 1
            follows = _FOLLOWER.match(match["message"]) and not self._caused(at + 1)
            whole_end = at + 1 if follows else self._whole_end(at + 1)
            if whole_end > end or not self._framed(at + 1):
                end = whole_end
                message = "\n".join([match["message"].rstrip(), *self.lines[at + 1 : end]]).rstrip()
            elif end > at + 1:
                words = [_FRAMING.sub("", line).rstrip() for line in self.lines[at + 1 : end]]
                by_cargo, notes = (
                    False,
                    [word for word in words if word and not word.startswith(('"', "some arguments"))],
                )
                message = "\n".join([match["message"].rstrip(), *notes])
            place = _placed(message)
        elif not code:
            lint = _LINT.search(below)
            code = (lint["lint"] or (lint["implied"] or lint["flag"]).replace("-", "_")) if lint else ""
        source = "cargo" if by_cargo and not code else _source(code)
        found = Diagnostic(
            place.file if place else "", place.line if place else 0, place.column if place else 0,
            Severity(match["severity"]), code, message, source, tuple(related), read_from=at + 1, read_to=end,
        )  # fmt: skip
        follows = _FOLLOWER.match(match["message"]) and "Caused by:\n" not in f"{message}\n"
        if not follows:
            self.found.append(found)
        elif match["severity"] == "error":
            self.closing.append(found)
        return end

    def _framed(self, at: int) -> bool:
        return at < len(self.lines) and bool(_FRAME.match(self.lines[at]))

    def _parts(self, at: int, indent: int) -> tuple[int, Location | None, list[Location], list[str]]:
        """Where the block ends, its own place, the others, and the rest of the message."""
        place: Location | None = None
        related: list[Location] = []
        said: list[str] = []
        told, end = "", at + 1
        while end < min(len(self.lines), at + _LONGEST_BLOCK):
            line = self.lines[end]
            arrow = self.arrow.match(line) if "--> " in line or "::: " in line else None
            child = self.child.match(line) if line.startswith(("note: ", "help: ")) else None
            if arrow:
                where = Location(arrow["file"], int(arrow["line"]), int(arrow["column"] or 0), told)
                if place is None and not told:
                    place = where
                else:
                    related.append(where)
            elif child and (place or self._framed(end + 1)):
                told = child["message"].rstrip()
            elif place is None and line.startswith(" " * indent) and line.strip() and not told:
                said.append(line[indent:].rstrip())
            elif not line.strip() or not (_FRAME.match(line) or (place and line.startswith("     "))):
                break
            end += 1
        return end, place, related, said

    def _caused(self, at: int) -> bool:
        """Whether a reason is told below, after at most one empty line."""
        return any(line.startswith("Caused by:") for line in self.lines[at : at + 2])

    def _whole_end(self, start: int) -> int:
        """The end of what cargo says in paragraphs: reasons, and lists of versions."""
        end = start
        while end < min(len(self.lines), start + _LONGEST_BLOCK):
            line = self.lines[end]
            if line.startswith(_NEXT) or (line[:1].isupper() and not line.startswith(_GOES_ON)) or _status(line):
                break
            if not line.strip():
                after = next((other for other in self.lines[end + 1 : end + 3] if other.strip()), "")
                if not after.startswith(_GOES_ON) or _status(after):
                    break
            end += 1
        return end

    def _json(self, line: str, at: int) -> None:
        import json

        try:
            said = json.loads(line)
            said = said.get("message", said) if said.get("reason") else said
            if said["level"] not in {"error", "warning"} or not isinstance(said["message"], str):
                return
            if _FOLLOWER.match(said["message"]) or said["message"].endswith("emitted"):
                return
            own, end, others = spans(said)
            code = (said.get("code") or {}).get("code") or ""
            severity = Severity(said["level"])
            self.found.append(
                Diagnostic(
                    own.file,
                    own.line,
                    own.column,
                    severity,
                    code,
                    said["message"],
                    _source(code),
                    tuple(others),
                    end[0],
                    end[1],
                    at + 1,
                    at + 1,
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._cut(line, at)

    def _cut(self, line: str, at: int) -> None:
        """A line so long that it was shortened: cargo puts what a person reads in front."""
        match = _RENDERED.search(line)
        if match and "\\u" not in match[1]:
            words = match[1].replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
            self.found += [replace(found, read_from=at + 1, read_to=at + 1) for found in parse(words)]


def _placed(message: str) -> Location | None:
    """The place that cargo's words name: a manifest, or where a build script panicked."""
    panic = rusttest.panic_place(message)
    if panic:
        return panic
    manifest, where = _MANIFEST.search(message), _TOML_AT.search(message)
    if not manifest:
        return None
    parts = where.groupdict() if where else {}
    line, column = parts.get("line") or parts.get("line2") or 0, parts.get("column") or parts.get("column2") or 0
    return Location(manifest["file"], int(line), int(column), "")


def _status(line: str) -> bool:
    """A line in which cargo tells what it does."""
    word = line.strip().partition(" ")[0]
    return line.startswith("   ") and word.isalpha() and word[0].isupper() and word.endswith(("ing", "ed"))


def _source(code: str | None) -> str:
    return "clippy" if (code or "").startswith("clippy::") else "rustc"
