"""make, ninja, meson and autoconf: what they say of their own files. That a command failed is told only when nothing
in the log tells more.

Formats: ``file:line: *** message.  Stop.`` and ``make[1]: *** [Makefile:3: all] Error 2`` (GNU make 3.81 to 4.4),
``ninja: error: …``, ``meson.build:3:0: ERROR: …``, ``configure: error: …``.
"""

from __future__ import annotations

import re

from prunella.diagnostics.folders import Folders
from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Location, Severity

_MAKE = r"(?P<make>(?:\S*/)?(?:[gm]|mingw32-|re)?make(?:\.exe)?(?:\[[0-9]{1,3}\])?): "
_STOP = re.compile(
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:\[*][^:\n*]{0,400}):(?P<line>[0-9]{1,7}): \*\*\* (?P<message>(?!\[).*)"
)
_MAKEFILE = re.compile(
    r"(?P<file>(?:[^\s:]{0,400}/)?(?:GNUm|[Mm])akefile[^\s:/]{0,100}|[^\s:]{1,400}\.(?:mk|mak|make|ac|am|"
    r"m4)):(?P<line>[0-9]{1,7}): "
    r"(?:(?P<severity>warning|error): )?(?P<message>\S.*)"
)
_SELF = re.compile(rf"{_MAKE}\*\*\* (?P<message>(?!\[).*)")
_MISSING = re.compile(
    rf"{_MAKE}(?P<message>\S{{1,300}}: (?:No such file or directory|Command not found|Permission denied)|"
    r"command not found: .*)$"
)
_RECIPE = re.compile(
    rf"{_MAKE}\*\*\* \[(?:(?P<file>[^\s:\]]{{1,400}}):(?P<line>[0-9]{{1,7}}): )?(?P<target>[^\]\n]{{1,400}})\] "
    r"(?P<message>(?:Error|Segmentation|Killed|Terminated|Aborted|Interrupt).*)"
)
_NINJA = re.compile(
    r"ninja: (?P<severity>error|fatal|warning): (?:(?P<file>[^\s:']{1,400}\.(?:ninja|"
    r"d)):(?P<line>[0-9]{1,7}): )?(?P<message>.*)"
)
_FAILED = re.compile(r"FAILED: (?:\[code=[0-9]+\] )?(?P<message>\S.*)")
_MESON = re.compile(
    r"(?P<file>[^\s:]{0,400}meson(?:\.build|_options\.txt|"
    r"\.options)):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): (?P<severity>ERROR|WARNING|DEPRECATION): (?P<message>.*)"
)
_CONFIGURE = re.compile(
    r"(?:\S*/)?(?P<what>configure|config\.status|autoreconf|automake|aclocal|autoconf): (?P<severity>error|"
    r"WARNING|warning): (?P<message>\S.*)"
)
_OTHERS = re.compile(
    r"^(?!(?:\S*/)?[gm]?make(?:\.exe)?(?:\[[0-9]{1,3}\])?: |ninja: build stopped|FAILED: |make).*"
    r"(?:error|fail|fatal|exception|panic|traceback|undefined|not found|no such file|cannot|can't|✗|✖|×|not ok)",
    re.IGNORECASE | re.MULTILINE,
)
_MANY = 4_000_000


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Mistakes in the build's own files; when there is nothing else, the innermost recipe that failed."""
    reader = _Reader()
    for at, line in enumerate(text.split("\n")):
        if len(reader.found) >= MOST_PARSED:
            break
        if ":" in line:
            reader.line(at, line)
    if reader.found or not reader.failed or _OTHERS.search(text[:_MANY]):
        return tuple(reader.found)
    return tuple(reader.failed[:1])


class _Reader:
    def __init__(self) -> None:
        self.folders = Folders()
        self.found: list[Diagnostic] = []
        self.failed: list[Diagnostic] = []

    def line(self, at: int, line: str) -> None:
        """Take the next line."""
        if self.folders.see(line):
            return
        if "*** " in line:
            match = _STOP.match(line) or _SELF.match(line)
            if match:
                self._keep(match, at, "make")
                return
            recipe = _RECIPE.match(line)
            if recipe:
                file = self.folders.path(recipe["file"]) if recipe["file"] else ""
                words = f"[{recipe['target']}] {recipe['message']}"
                self.failed.append(
                    _at(Location(file, int(recipe["line"] or 0), 0, ""), Severity.ERROR, words, "make", at)
                )
        elif line.startswith("ninja: ") and not line.startswith("ninja: build stopped"):
            match = _NINJA.match(line)
            self._keep(match, at, "ninja") if match else None
        elif line.startswith("FAILED: "):
            match = _FAILED.match(line)
            if match:
                self.failed.append(_at(Location("", 0, 0, ""), Severity.ERROR, match["message"].rstrip(), "ninja", at))
        elif "meson" in line and (match := _MESON.match(line)):
            self._keep(match, at, "meson")
        elif "onfigure: " in line or line.startswith(("auto", "aclocal", "config.status")):
            match = _CONFIGURE.match(line)
            self._keep(match, at, match["what"]) if match else None
        else:
            match = _MISSING.match(line) or _MAKEFILE.match(line)
            self._keep(match, at, "make") if match else None

    def _keep(self, match: re.Match[str], at: int, source: str) -> None:
        parts = match.groupdict()
        severity = (
            Severity.WARNING if (parts.get("severity") or "").lower() in {"warning", "deprecation"} else Severity.ERROR
        )
        file = self.folders.path(parts["file"]) if parts.get("file") else ""
        line, column = int(parts.get("line") or 0), int(parts.get("column") or 0)
        self.found.append(_at(Location(file, line, column, ""), severity, match["message"].rstrip(), source, at))


def _at(place: Location, severity: Severity, message: str, source: str, at: int) -> Diagnostic:
    file, line, column, _ = place
    return Diagnostic(file, line, column, severity, "", message, source, read_from=at + 1, read_to=at + 1)
