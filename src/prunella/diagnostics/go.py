"""The go command and those around it: build, vet, test (also ``-v`` and ``-json``), modules, golangci-lint,
staticcheck, gosec.

Formats: ``file:line:column: message`` with further words on lines that begin with a tab (cmd/compile, go vet), the
report of the testing package, and a goroutine's trace (runtime). Go prints no codes; linters print their name in
brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from prunella.diagnostics import gotest
from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_PLACE = (
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:\[(][^:\n]{0,400}?(?:\.go|go\.mod|go\.work|go\.sum)):(?P<line>[0-9]{1,7})"
    r"(?:-[0-9]{1,7})?(?::(?P<column>[0-9]{1,7})(?:-[0-9]{1,7})?)?"
)
_HEAD = rf"(?:vet: )?{_PLACE}:? +(?P<message>\S.*)"
_OTHER = rf"\t+{_PLACE}: (?P<message>.*)"
_PREVIOUS = rf".*\b(?:previous (?:\w+ )?(?:declaration )?at|declared at|defined at|see) {_PLACE}"
_GOSEC = (
    r"\[(?P<file>[^\]\n]{1,400}\.go):(?P<line>[0-9]{1,7})(?:-[0-9]+)?\] - (?P<code>G[0-9]{3}) (?:\(CWE-[0-9]+\)"
    r": )?(?P<message>.*)"
)
_CHECK = r" \((?P<code>(?:SA|ST|S|QF|U)[0-9]{4})\)$"
_LINTER = r" \((?P<code>[a-z][a-z0-9]{1,30})\)$"
_LINTERS = frozenset(
    """asasalint asciicheck bidichk bodyclose canonicalheader containedctx contextcheck copyloopvar cyclop deadcode
    decorder depguard dogsled dupl dupword durationcheck err113 errcheck errchkjson errname errorlint exhaustive
    exhaustruct exportloopref exptostd fatcontext forbidigo forcetypeassert funlen gci ginkgolinter
    gocheckcompilerdirectives gochecknoglobals gochecknoinits gochecksumtype gocognit goconst gocritic gocyclo
    godot godox goerr113 gofmt gofumpt goheader goimports golint gomnd gomoddirectives gomodguard
    goprintffuncname gosec gosimple gosmopolitan govet grouper iface ifshort importas inamedparam ineffassign
    interfacebloat interfacer intrange ireturn lll loggercheck maintidx makezero maligned mirror misspell mnd
    musttag nakedret nestif nilerr nilnesserr nilnil nlreturn noctx nolintlint nonamedreturns nosprintfhostport
    nosnakecase paralleltest perfsprint prealloc predeclared promlinter protogetter reassign recvcheck revive
    rowserrcheck scopelint sloglint spancheck sqlclosecheck staticcheck structcheck stylecheck tagalign
    tagliatelle tenv testableexamples testifylint testpackage thelper tparallel typecheck unconvert unparam
    unused usestdlibvars usetesting varcheck varnamelen wastedassign whitespace wrapcheck wsl zerologlint""".split()  # noqa: SIM905  A hundred names are read more easily so.
)
_CARET = re.compile(r"[ \t]*\^+[~^]*[ \t]*$")
_STATUS = (
    "downloading ", "finding ", "found ", "added ", "upgraded ", "downgraded ", "removed ", "extracting ",
    "creating new", "to add module", "copying ", "errors parsing ", "warning: ", "trying ", "\tgo ", "build cache",
    "no module dependencies", "unlocking", "writing ", "using ", "installing", "sorting", "adding ",
)  # fmt: skip
_PLAIN = re.compile(
    r"(?:can't load package: .*|package [^\s:]{1,300} is not in (?:GOROOT|std).*|"
    r"no required module provides package .*|"
    r"no Go files in .*|pattern [^\s:]{1,300}: .*|build constraints exclude all Go files in .*|"
    r"package [^\s:]{1,300}: (?:build constraints|cannot find|no Go files|found packages) .*|"
    r"go build [^\s:]{1,300}: .*|"
    r"found packages .* and .* in .*|build [^\s:]{1,300}: cannot (?:find|load) .*)$"
)
_CYCLE = re.compile(r"package \S+$")
_MOST_BELOW = 40


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Problems of building and linting, then tests that failed and panics."""
    return _Reader(text.split("\n")).result()


def noise(text: str) -> Iterator[tuple[int, int]]:
    """What tests have logged, whether they failed or not."""
    return gotest.logged(gotest.plain(text.split("\n"))) if "=== RUN " in text else iter(())


class _Reader:
    """Goes from line to line; what is indented below a problem belongs to it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = gotest.plain(lines)
        self.head, self.other, self.previous = re.compile(_HEAD), re.compile(_OTHER), re.compile(_PREVIOUS)
        self.gosec, self.check, self.linter = re.compile(_GOSEC), re.compile(_CHECK), re.compile(_LINTER)
        self.tests = gotest.Tests(self.lines)
        self.found: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        if any(line.startswith(('\t\t\t\t"posn": "', '\t\t\t"error": "')) for line in self.lines):
            from prunella.diagnostics.govet import problems

            self.found += problems(self.lines)
        return (*_once(self.found), *self.tests.result())

    def _step(self, at: int, line: str) -> int:
        end = self.tests.read(at, line)
        if end:
            return end
        if line.startswith(("\t", " ")) or not line:
            return at + 1
        match = self.head.match(line) if ".go:" in line or "go." in line else None
        if match:
            return self._problem(match, at)
        return self._of_modules(line[4:], at) if line.startswith("go: ") else self._other(line, at)

    def _other(self, line: str, at: int) -> int:
        """What is said of packages, and gosec's findings."""
        if line.startswith("[") and "] - G" in line:
            match = self.gosec.match(line)
            if match:
                where = Location(match["file"], int(match["line"]), 0, match["message"])
                self._keep(where, (at, at + 1), match["code"], "gosec")
        elif line.startswith("package ") and _CYCLE.match(line):
            end = self._indented(at + 1)
            words = self.lines[at:end]
            if any(reason in words[-1] for reason in ("import cycle", "use of internal", "is not in", "cannot find")):
                self._keep(Location("", 0, 0, "\n".join(words)), (at, end))
                return end
        elif _PLAIN.match(line):
            end = self._indented(at + 1)
            self._keep(Location("", 0, 0, "\n".join(self.lines[at:end])), (at, end))
            return end
        return at + 1

    def _of_modules(self, said: str, at: int) -> int:
        end = self._indented(at + 1)
        if said.startswith("warning: "):
            self._keep(Location("", 0, 0, said.removeprefix("warning: ")), (at, end))
            self.found[-1] = replace(self.found[-1], severity=Severity.WARNING)
        elif not said.startswith(_STATUS):
            match = self.head.match(said)
            file, line, first = (match["file"], int(match["line"]), match["message"]) if match else ("", 0, said)
            self._keep(Location(file, line, 0, "\n".join([first, *self.lines[at + 1 : end]])), (at, end))
        return end

    def _indented(self, start: int) -> int:
        end = start
        while end < min(len(self.lines), start + _MOST_BELOW) and self.lines[end].startswith("\t"):
            end += 1
        return end

    def _problem(self, match: re.Match[str], at: int) -> int:
        message = match["message"].rstrip()
        if message == "too many errors" or message.startswith("+0x"):
            return at + 1
        end, said, related = self._below(at + 1)
        code, source = "", "go vet" if match[0].startswith("vet: ") else "go"
        check, linter = self.check.search(message), self.linter.search(message)
        if check:
            code, source, message = check["code"], "staticcheck", message[: check.start()]
        elif linter and linter["code"] in _LINTERS:
            code, source, message = linter["code"], "golangci-lint", message[: linter.start()]
        severity = Severity.ERROR
        for word in ("error: ", "warning: "):
            if message.startswith(word):
                message, severity = message.removeprefix(word), Severity(word[:-2])
        self.found.append(
            Diagnostic(
                match["file"],
                int(match["line"]),
                int(match["column"] or 0),
                severity,
                code,
                "\n".join([message, *said]),
                source,
                tuple(related),
                read_from=at + 1,
                read_to=end,
            )
        )
        return end

    def _below(self, start: int) -> tuple[int, list[str], list[Location]]:
        """The end of what belongs to a problem, its further words, and the places in them."""
        for at in range(start, min(start + 3, len(self.lines))):
            line = self.lines[at]
            if line and at > start and _CARET.match(line):
                return at + 1, [], []
            if not line.startswith((" ", "\t")) and self.head.match(line):
                break
        said: list[str] = []
        related: list[Location] = []
        end = start
        while end < min(len(self.lines), start + _MOST_BELOW) and self.lines[end].startswith("\t"):
            line = self.lines[end]
            other = self.other.match(line)
            previous = self.previous.match(line)
            place = other or previous
            if place:
                words = other["message"] if other else line.strip()
                related.append(Location(place["file"], int(place["line"]), int(place["column"] or 0), words))
            if not other:
                said.append(line.rstrip())
            end += 1
        return end, said, related

    def _keep(self, said: Location, read: tuple[int, int], code: str = "", source: str = "go") -> None:
        file, line, column, message = said
        self.found.append(
            Diagnostic(
                file,
                line,
                column,
                Severity.ERROR,
                code,
                message.rstrip(),
                source,
                read_from=read[0] + 1,
                read_to=read[1],
            )
        )


def _once(found: list[Diagnostic]) -> Iterable[Diagnostic]:
    """Without what ``go vet`` repeats because the compiler has said it already."""
    compiled = {replace(one, source="", related=()) for one in found if one.source == "go"}
    return [one for one in found if one.source != "go vet" or replace(one, source="", related=()) not in compiled]
