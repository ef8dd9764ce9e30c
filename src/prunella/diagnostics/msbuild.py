"""MSBuild and what runs below it: the compilers for C#, F#, Visual Basic and C++, their linkers, NuGet, and dotnet
test.

Format: MSBuild's canonical errors, ``origin(line,column,endLine,endColumn): category error CODE: message [project]``,
each printed once where it happens and once in the summary; the long form of the test logger of ``dotnet test``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_NODE = r"\s{0,16}(?:\[(?:exec|msbuild|nant|cc)\] {1,12})?(?:[0-9]{1,4}(?::[0-9]{1,4})?>)?\s{0,4}"
_PLACE = (
    r"\((?P<line>[0-9]{1,7})(?:-(?P<to>[0-9]{1,7}))?(?:,(?P<column>[0-9]{1,7})(?:-(?P<toc>[0-9]{1,7}))?"
    r"(?:,(?P<end_line>[0-9]{1,7}),(?P<end_column>[0-9]{1,7}))?)?\)"
)
_HEAD = re.compile(
    rf"{_NODE}(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:(\[\"'][^:\n]{{0,400}}?)\s?(?:{_PLACE})?\s?: {{1,2}}(?:[A-Za-z]+ )?"
    r"(?P<severity>fatal error|[Ee]rror|[Ww]arning|note|message|"
    r"[Ii]nfo)\b ?(?:(?P<code>[A-Za-z][A-Za-z_.-]{0,40}[0-9]{0,6}|[0-9]{1,6})\s?)?: "
    r"?(?P<message>.*?)(?: \[(?P<project>[^\[\]\n]{1,400}\.\w*proj(?:::[^\]\n]{0,200})?|"
    r"[^\[\]\n]{1,400}\.(?:sln|slnx|metaproj|targets)(?:::[^\]\n]{0,200})?)\])?$"
)
_NO_PLACE_FILES = frozenset(
    {
        "CSC",
        "VBC",
        "FSC",
        "LINK",
        "MSBUILD",
        "cl",
        "CVTRES",
        "RC",
        "EXEC",
        "NMAKE",
        "LIB",
        "MSBuild",
        "BSC",
        "csc",
        "vbc",
        "fsc",
        "link",
        "ilasm",
        "ALINK",
        "CS",
        "MC",
        "MIDL",
        "SGEN",
        "UNDNAME",
        "lld-link",
        "rc",
        "dotnet",
        "NUGET",
    }
)
_LATE_CODE = re.compile(r"(?P<code>[A-Z]{1,8}[0-9]{2,6}) ?: (?=\S)")
_C_LIKE = re.compile(r".*\.(?:c|cc|cpp|cxx|h|hpp|hxx|inl|cu|cuh|m|mm)$", re.IGNORECASE)
_COMMAND_LINE = re.compile(
    r"Command line (?P<severity>error|warning) (?P<code>D[0-9]{4}) ?: (?P<message>.*?)(?: \[[^\[\]\n]{1,400}\."
    r"\w*proj\])?$"
)
_BARE = re.compile(
    r"(?:\s{0,8}|MSBUILD : |NMAKE : )(?P<severity>fatal error|error|"
    r"warning) (?P<code>[A-Z]{2,10}[0-9]{3,6}): (?P<message>.*?)(?: \[[^\[\]\n]{1,400}\])?$"
)
_FAILED = re.compile(r"(?P<indent> {0,8})(?:\[FAIL\] |X |Failed )(?P<name>\S.{0,300}?)(?: \[[^\]\n]{1,30}\])?$")
_CALL = re.compile(r"\s+at (?P<call>.{1,500}) in (?P<file>\S.{0,400}):line (?P<line>[0-9]{1,7})$")
_CODE = re.compile(r"(?P<code>(?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*(?:Exception|Error)) ?: (?P<message>.*)")
_THROWN = re.compile(r"Unhandled [Ee]xception[.:] (?P<code>[A-Za-z_][\w.+`]{0,300}): (?P<message>.*)")
_SECTIONS = (
    "Stack Trace:",
    "Standard Output Messages:",
    "Standard Error Messages:",
    "Debug Trace Messages:",
    "Error Message:",
)
_MOST_WORDS = 60


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Each error and warning; the repetitions in the summary are equal to the first. Notes are related."""
    return _Reader(text.split("\n")).result()


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.found: list[Diagnostic] = []
        self.told: dict[tuple[str, int, int, str, str], Diagnostic] = {}

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        return tuple(
            replace(self.told.get(_key(one), one), read_from=one.read_from, read_to=one.read_to) for one in self.found
        )

    def _step(self, at: int, line: str) -> int:
        if ":" not in line:
            return self._test(at, line) if "Failed " in line or line.lstrip().startswith(("X ", "[FAIL] ")) else at + 1
        if (
            "): " in line
            or " : " in line
            or ") :" in line
            or ("proj: " in line and "r" in line)
            or "error MSB" in line
            or "error NU" in line
        ):
            match = _HEAD.match(line)
            if match and (
                match["line"]
                or (match["code"] and match["code"][-1].isdigit())
                or _key_of(match["file"]) in _NO_PLACE_FILES
            ):
                return self._problem(match, at)
            bare = _BARE.match(line) or _COMMAND_LINE.search(line)
            if bare:
                severity = Severity.WARNING if bare["severity"] == "warning" else Severity.ERROR
                self._keep(
                    Diagnostic(
                        "",
                        0,
                        0,
                        severity,
                        bare["code"],
                        bare["message"].rstrip(),
                        _source(bare["code"]),
                        read_from=at + 1,
                        read_to=at + 1,
                    )
                )
                return at + 1
        if line.startswith(("Unhandled exception. ", "Unhandled Exception: ")):
            return self._unhandled(at, line)
        return self._test(at, line) if line.lstrip().startswith(("Failed ", "X ", "[FAIL] ")) else at + 1

    def _unhandled(self, at: int, line: str) -> int:
        """An exception that ended a program."""
        thrown = _THROWN.match(line)
        if not thrown:
            return at + 1
        end, calls = at + 1, list[Location]()
        while end < min(len(self.lines), at + 200) and self.lines[end].startswith(("   at ", " ---> ", "   ---")):
            call = _CALL.match(self.lines[end])
            if call:
                calls.append(Location(call["file"], int(call["line"]), 0, "called from here" if calls else ""))
            end += 1
        file, number = (calls[0].file, calls[0].line) if calls else ("", 0)
        code, message, related = thrown["code"], thrown["message"].rstrip(), tuple(calls[1:4])
        self.found.append(
            Diagnostic(file, number, 0, Severity.ERROR, code, message, "dotnet", related, read_from=at + 1, read_to=end)
        )
        return end

    def _problem(self, match: re.Match[str], at: int) -> int:
        file, word, code = match["file"].strip(), match["severity"].lower(), match["code"] or ""
        if not code and not match["project"] and word != "note" and _C_LIKE.match(file):
            return at + 1  # Clang's: it has more to tell.
        if file.startswith(("npm ", "http", "ERROR", "at ")) or (
            not code and not match["line"] and file not in _NO_PLACE_FILES
        ):
            return at + 1
        line, column = int(match["line"] or 0), int(match["column"] or 0)
        below, end = self._below(at + 1, bool(match["project"]))
        message = "\n".join([match["message"].strip(), *below])
        late = _LATE_CODE.match(message) if not code else None
        if late:
            code, message = late["code"], message[late.end() :]
        if word in {"note", "message"} and self.found and not code:
            last = self.found[-1]
            related = (*last.related, Location(file, line, column, message))
            self.found[-1] = replace(last, related=related, read_to=end)
            self.told[_key(self.found[-1])] = self.found[-1]
            return end
        if _key_of(file) in _NO_PLACE_FILES and not line:
            file = ""
        severity = (
            Severity.ERROR if word.endswith("error") else Severity.WARNING if word == "warning" else Severity.NOTE
        )
        end_line = int(match["end_line"] or match["to"] or 0)
        end_column = int(match["end_column"] or match["toc"] or 0)
        self._keep(
            Diagnostic(
                file, line, column, severity, code, message, _source(code), (), end_line, end_column, at + 1, end
            )
        )
        return end

    def _keep(self, found: Diagnostic) -> None:
        self.told.setdefault(_key(found), found)
        self.found.append(found)

    def _below(self, start: int, closed: bool) -> tuple[list[str], int]:
        """The deeply indented lines with which the C++ compiler tells what templates were made with."""
        end = start
        if closed:
            return [], end
        while end < min(len(self.lines), start + _MOST_WORDS):
            line = self.lines[end]
            if (
                not line.startswith("        ")
                or not line.strip()
                or _HEAD.match(line)
                or line.lstrip().startswith(("at ", "in "))
            ):
                break
            end += 1
        return [line.rstrip() for line in self.lines[start:end]], end

    def _test(self, at: int, line: str) -> int:
        """One failed test of ``dotnet test``: its message, and its place from the stack trace."""
        match = _FAILED.match(line)
        if not match or at + 1 >= len(self.lines) or self.lines[at + 1].strip() != "Error Message:":
            return at + 1
        words, calls, section, end = list[str](), list[Location](), "Error Message:", at + 2
        while end < min(len(self.lines), at + 400):
            text = self.lines[end]
            if text.strip() in _SECTIONS:
                section = text.strip()
            elif _FAILED.match(text) or text.startswith(
                ("  Passed ", "  Skipped ", "Failed!", "Passed!", "Test Run", "Total tests")
            ):
                break
            elif section == "Error Message:":
                words.append(text.rstrip())
            elif section == "Stack Trace:":
                call = _CALL.match(text)
                if call:
                    calls.append(Location(call["file"], int(call["line"]), 0, "called from here" if calls else ""))
                elif not text.strip() or not text.startswith("   "):
                    end += not text.strip()
                    break
            end += 1
        self._failed(match["name"], "\n".join(words).strip(), calls, (at + 1, end))
        return end

    def _failed(self, name: str, message: str, calls: list[Location], read: tuple[int, int]) -> None:
        thrown = _CODE.match(message)
        code, message = (thrown["code"], message[thrown.start("message") :]) if thrown else ("", message)
        file, line = (calls[0].file, calls[0].line) if calls else ("", 0)
        self.found.append(
            Diagnostic(
                file,
                line,
                0,
                Severity.ERROR,
                code,
                message or name,
                "dotnet test",
                tuple(calls[1:4]),
                read_from=read[0],
                read_to=read[1],
            )
        )


def _key(found: Diagnostic) -> tuple[str, int, int, str, str]:
    return found.file, found.line, found.column, found.code, found.message


def _key_of(file: str) -> str:
    return file.strip().removesuffix(".exe").replace("\\", "/").rpartition("/")[2]


def _source(code: str) -> str:
    prefixes = {
        "CS": "csc",
        "FS": "fsc",
        "BC": "vbc",
        "NU": "nuget",
        "MSB": "msbuild",
        "LNK": "link",
        "C": "cl",
        "D": "cl",
    }
    return prefixes.get(code.rstrip("0123456789").upper(), "msbuild")
