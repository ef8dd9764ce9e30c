"""The report of Go's testing package, and the traces of its runtime.

What a test logged stands below ``--- FAIL: Name``, or with ``-v`` above it, below ``=== RUN Name``; ``go test -json``
wraps each of these lines in an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prunella.domain import Diagnostic, Location, Severity

_RESULT = re.compile(r"(?P<indent> {0,40})--- (?P<result>FAIL|PASS|SKIP|BENCH): (?P<name>\S+)")
_RUN = re.compile(r"=== (?:RUN|CONT|NAME|PAUSE) +(?P<name>\S*)")
_SUMMED = re.compile(r"=== FAIL: \S+ (?P<name>\S+) \([0-9.]+s\)")
_LOGGED = re.compile(r"(?P<indent>[ \t]{1,60})(?P<file>[^\s:]{1,300}\.go):(?P<line>[0-9]{1,7}): ?(?P<message>.*)")
_PANIC = re.compile(r"(?:panic|fatal error): (?P<message>.*)")
_CALL = re.compile(r"\s+(?P<file>(?:[A-Za-z]:)?[^\s:][^:\n]{0,400}\.go):(?P<line>[0-9]{1,7})(?: \+0x[0-9a-f]+)?$")
_OUTPUT = re.compile(r'\{"(?:Time|Action|ImportPath)"')
_FOREIGN = (
    "/src/runtime/", "/src/testing/", "/pkg/mod/", "/go/src/", "/libexec/src/", "/usr/lib/go", "/src/sync/",
    "/vendor/", "/opt/hostedtoolcache/", "/src/reflect/", "\\src\\runtime\\", "\\src\\testing\\", "_testmain.go",
    "/src/internal/",
)  # fmt: skip
_MOST_WORDS = 60
_MOST_FRAMES = 400


def plain(lines: list[str]) -> list[str]:
    """The lines with those of ``go test -json`` replaced by what they wrap, one for one."""
    if not any(line.startswith('{"') and '"Action":' in line for line in lines[:200]):
        return lines
    return [_unwrapped(line) if _OUTPUT.match(line) else line for line in lines]


def _unwrapped(line: str) -> str:
    import json

    try:
        output = json.loads(line).get("Output", "")
    except (ValueError, AttributeError, RecursionError):
        return line
    return output.rstrip("\n").replace("\n", " ") if isinstance(output, str) else ""


def logged(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The lines below ``=== RUN`` that name a place in a file of Go."""
    inside = False
    for number, line in enumerate(lines, 1):
        if line.startswith("=== "):
            inside = True
        elif line.startswith(("FAIL\t", "ok  \t", "PASS", "# ")):
            inside = False
        elif inside and ".go:" in line and _LOGGED.match(line):
            yield number, number


class Tests:
    """Collects what each test logged, until it is known whether it failed."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.running = ""
        self.logged: dict[str, list[Diagnostic]] = {}
        self.failed: dict[str, int] = {}
        self.told: set[str] = set()
        self.found: list[Diagnostic] = []

    def read(self, at: int, line: str) -> int:
        """The index after what begins at index ``at``, or 0 if that is nothing of a test."""
        if "--- " in line:
            result = _RESULT.match(line)
            if result:
                return self._result(result, at)
        if line.startswith("=== "):
            run, summed = _RUN.match(line), _SUMMED.match(line)
            self.running = (summed or run or {"name": ""})["name"]
            if summed:  # gotestsum's list of failures.
                self.failed.setdefault(self.running, at)
            return at + 1
        if line.startswith(("FAIL", "ok  \t", "PASS")) and line[4:5] in {"", "\t", " "}:
            self.running = ""
        if self.running and ".go:" in line:
            logged = _LOGGED.match(line)
            if logged:
                return self._log(logged, at)
        if line.startswith(("panic: ", "fatal error: ")) or line.rstrip() == "WARNING: DATA RACE":
            return self._panic(at)
        return 0

    def result(self) -> list[Diagnostic]:
        """What failed: what it logged and, when that is nothing and nothing below it says more, its name."""
        found = list(self.found)
        for name, at in self.failed.items():
            if name in self.told or any(other.startswith(f"{name}/") for other in self.failed):
                continue
            found.append(_diagnostic(Location("", 0, 0, ""), self._example(at), (at + 1, at + 1)))
        return found

    def _result(self, match: re.Match[str], at: int) -> int:
        name = match["name"]
        logged = self.logged.pop(name, [])
        self.running = name if match["result"] == "FAIL" else f"{name} "
        if match["result"] == "FAIL":
            self.failed[name] = at
            self.found += logged
            self.told.update([name] if logged else [])
        return at + 1

    def _log(self, match: re.Match[str], at: int) -> int:
        """One logged line with what is indented deeper below it."""
        indent, end = len(match["indent"].expandtabs(4)), at + 1
        words = [match["message"].rstrip()]
        while end < len(self.lines) and len(words) < _MOST_WORDS:
            line = self.lines[end]
            depth = len(line) - len(line.lstrip())
            if not line.strip():
                after = self.lines[end + 1] if end + 1 < len(self.lines) else ""
                if not after.strip() or after[: indent + 1].strip(" \t"):
                    break
            elif depth < indent + 1 or line.lstrip().startswith("--- ") or _LOGGED.match(line):
                break
            words.append(line.rstrip())
            end += 1
        while len(words) > 1 and not words[-1]:
            words, end = words[:-1], end - 1
        cut = min((len(word) - len(word.lstrip()) for word in words[1:] if word), default=0)
        message = "\n".join([words[0], *(word[cut:] for word in words[1:])]).strip("\n")
        found = _diagnostic(Location(match["file"], int(match["line"]), 0, ""), message, (at + 1, end))
        if self.running in self.failed:
            self.found.append(found)
            self.told.add(self.running)
        elif not self.running.endswith(" "):
            self.logged.setdefault(self.running, []).append(found)
        return end

    def _example(self, at: int) -> str:
        """An example's ``got`` and ``want``, else the line that says that the test failed."""
        words = []
        for line in self.lines[at + 1 : at + _MOST_WORDS]:
            if line.startswith(("--- ", "FAIL", "===", "ok", "exit status")):
                break
            words.append(line.rstrip())
        if words and words[0].startswith("got:"):
            return "\n".join(words).rstrip()
        return self.lines[at].strip()

    def _panic(self, start: int) -> int:
        match = _PANIC.match(self.lines[start])
        words = [match["message"].rstrip().removesuffix(" [recovered]")] if match else ["DATA RACE"]
        end = start + 1
        while match and end < min(len(self.lines), start + _MOST_WORDS):
            line = self.lines[end]
            if line.startswith(("goroutine ", "[signal ")) or not line.strip():
                break
            if not line.startswith("\tpanic: "):
                words.append(line.rstrip())
            end += 1
        calls, end = self._calls(end)
        if match and not calls and not any("goroutine " in line for line in self.lines[start : end + 1]):
            return 0
        place = calls[0] if calls else Location("", 0, 0, "")
        self.told.update(list(self.failed)[-1:])
        self.found.append(_diagnostic(place, "\n".join(words), (start + 1, end), tuple(calls[1:4])))
        return end

    def _calls(self, start: int) -> tuple[list[Location], int]:
        """The program's own calls of the first goroutine, and the index after the whole trace."""
        calls: list[Location] = []
        end, goroutines, name = start, 0, ""
        while end < min(len(self.lines), start + _MOST_FRAMES):
            line = self.lines[end]
            if line.startswith(("FAIL\t", "FAIL", "exit status", "--- ", "=== ", "ok  ", "PASS", "====")):
                break
            goroutines += line.startswith("goroutine ")
            call = _CALL.match(line)
            if call and goroutines < 2 and not name.startswith(("created by ", "panic(")):
                if name.startswith("runtime.gopanic"):
                    calls.clear()
                elif not any(part in call["file"] for part in _FOREIGN):
                    calls.append(Location(call["file"], int(call["line"]), 0, "called from here"))
            elif (
                not line.strip()
                and end + 1 < len(self.lines)
                and not self.lines[end + 1].startswith(
                    ("goroutine ", "\t", "[signal", "Previous ", "Goroutine ", "rax", "r0 ")
                )
            ):
                break
            name = line.strip()
            end += 1
        return calls, end


def _diagnostic(place: Location, message: str, read: tuple[int, int], related: tuple[Location, ...] = ()) -> Diagnostic:
    return Diagnostic(
        place.file, place.line, 0, Severity.ERROR, "", message, "go test", related, read_from=read[0], read_to=read[1]
    )
