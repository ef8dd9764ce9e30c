"""Ruby's own errors, RSpec's and Minitest's failures, RuboCop and those that print like it (standardrb, slim-lint).

Formats: ``file:line:in `method': message (Class)``, ``file:line: syntax error, …``; ``1) title`` with
``Failure/Error:`` and frames after ``#``; ``file:line:column: C: [Correctable] Cop/Name: message``.
"""

from __future__ import annotations

import re

from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Location, Severity

_FILE = (
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?(?:[^\s:<][^:\n]{0,400}\.(?:rb|ru|rake|gemspec|erb|haml|slim|builder|"
    r"jbuilder|thor)|[^\s:]{0,300}(?:Rakefile|Gemfile|Vagrantfile|Guardfile|Fastfile|Podfile)))"
)
_COP = re.compile(
    r"(?P<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:\n]{0,400}):(?P<line>[0-9]{1,7}):(?P<column>[0-9]{1,7}): "
    r"(?P<severity>[ICRWEF]): (?:\[[A-Z][A-Za-z ]{1,40}\] )?(?:(?P<code>[A-Z][\w/]{1,100}): )?(?P<message>\S.*)"
)
_SORBET = re.compile(rf"{_FILE}:(?P<line>[0-9]{{1,7}}): (?P<message>\S.*) https://srb\.help/(?P<code>[0-9]{{4}})$")
_SORBET_AT = re.compile(rf"\s+{_FILE}:(?P<line>[0-9]{{1,7}}): ?(?P<message>.*)$")
_RAISED = re.compile(
    rf"(?:ruby: )?(?:{_FILE}|(?P<inner><internal:[^>\n]{{1,300}}>)):(?P<line>[0-9]{{1,7}}):in [`'].{{1,300}}?':"
    r" (?P<message>.*?)(?: \((?P<code>[A-Z][\w:]{0,200})\))?$"
)
_SYNTAX = re.compile(
    rf"(?:ruby: )?{_FILE}:(?P<line>[0-9]{{1,7}}): (?:(?P<severity>warning): )?(?P<message>(?:(?:\[BUG\]|"
    r"syntax errors?|unterminated|unexpected|invalid|dynamic constant|class|formal|duplicated|void|embedded|"
    r"unmatched|numbered|Can't|_1|no \.<digit>).*|.*\(SyntaxError\)|.*))$"
)
_FROM = re.compile(rf"\s+(?:[0-9]{{1,5}}: )?from {_FILE}:(?P<line>[0-9]{{1,7}})")
_RSPEC = re.compile(r"  {1,5}[0-9]{1,6}(?:\.[0-9]{1,4})?\) (?P<title>\S.*)$")
_FRAME = re.compile(rf"\s+# {_FILE}:(?P<line>[0-9]{{1,7}})(?::in .*)?$")
_CLASS = re.compile(r"(?P<code>[A-Z]\w*(?:::[A-Z]\w*)*):$")
_SEVERITIES = {"W": Severity.WARNING, "E": Severity.ERROR, "F": Severity.ERROR}
_FOREIGN = ("/gems/", "/rubygems/", "/lib/ruby/", "<internal:")
_MOST_BELOW = 120
_CARETS = re.compile(r"\s*\^+(?:\.{3})?\s*$")


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Offenses, errors that ended the program, and examples that failed."""
    return _Reader(text.split("\n")).result()


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.found: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        return tuple(self.found)

    def _step(self, at: int, line: str) -> int:
        if ") " in line and _RSPEC.match(line) and self._is_rspec(at):
            return self._rspec(at)
        if ":" not in line or line[:1] in {" ", "\t", ""}:
            return at + 1
        match = _COP.match(line)
        if match:
            return self._offense(match, at)
        raised = _RAISED.match(line)
        return self._raised(raised, at) if raised else self._other(line, at)

    def _other(self, line: str, at: int) -> int:
        """Sorbet's errors, and what Ruby's parser says."""
        sorbet = _SORBET.match(line) if "https://srb.help/" in line else None
        if sorbet:
            return self._sorbet(sorbet, at)
        syntax = _SYNTAX.match(line)
        if syntax and ("syntax error" in syntax["message"] or syntax["severity"] or "SyntaxError" in syntax["message"]):
            severity = Severity.WARNING if syntax["severity"] else Severity.ERROR
            end = at + 1
            while end < min(len(self.lines), at + 12) and self.lines[end].startswith(
                ("    ", "  |", "  >", ">", "\t", "...")
            ):
                end += 1
            found = Diagnostic(
                syntax["file"],
                int(syntax["line"]),
                0,
                severity,
                "",
                syntax["message"].rstrip(),
                "ruby",
                read_from=at + 1,
                read_to=end,
            )
            self.found.append(found)
            return end
        return at + 1

    def _offense(self, match: re.Match[str], at: int) -> int:
        end = at + 1
        for below in range(at + 1, min(at + 4, len(self.lines))):
            if below > at + 1 and self.lines[below] and _CARETS.match(self.lines[below]):
                end = below + 1
                break
            if _COP.match(self.lines[below]):
                break
        severity = _SEVERITIES.get(match["severity"], Severity.NOTE)
        self.found.append(
            Diagnostic(
                match["file"],
                int(match["line"]),
                int(match["column"]),
                severity,
                match["code"] or "",
                match["message"].rstrip(),
                "rubocop",
                read_from=at + 1,
                read_to=end,
            )
        )
        return end

    def _sorbet(self, match: re.Match[str], at: int) -> int:
        end, related = at + 1, list[Location]()
        while end < min(len(self.lines), at + _MOST_BELOW) and self.lines[end].startswith("  "):
            place = _SORBET_AT.match(self.lines[end])
            if place:
                related.append(Location(place["file"], int(place["line"]), 0, place["message"]))
            end += 1
        self.found.append(
            Diagnostic(
                match["file"],
                int(match["line"]),
                0,
                Severity.ERROR,
                match["code"],
                match["message"],
                "sorbet",
                tuple(related),
                read_from=at + 1,
                read_to=end,
            )
        )
        return end

    def _raised(self, match: re.Match[str], at: int) -> int:
        end, calls, words = at + 1, list[Location](), list[str]()
        while end < min(len(self.lines), at + _MOST_BELOW):
            call = _FROM.match(self.lines[end])
            if call:
                calls.append(Location(call["file"], int(call["line"]), 0, "called from here"))
            elif self.lines[end].lstrip().startswith(("from ", "...")):
                pass
            elif self.lines[end].startswith((" ", "\t")) or (
                not self.lines[end].strip() and not calls and end == at + 1
            ):
                words.append(self.lines[end])
            elif self.lines[end].strip() or calls:
                break
            end += 1
        own = Location(match["file"] or match["inner"], int(match["line"]), 0, "")
        if any(part in own.file for part in _FOREIGN):
            own = next((call for call in calls if not any(part in call.file for part in _FOREIGN)), own)
        related = tuple(call for call in calls[:4] if call[:2] != own[:2])
        self.found.append(
            Diagnostic(
                own.file,
                own.line,
                0,
                Severity.ERROR,
                match["code"] or "",
                match["message"].rstrip(),
                "ruby",
                related,
                read_from=at + 1,
                read_to=end,
            )
        )
        return end

    def _is_rspec(self, at: int) -> bool:
        return any("Failure/Error:" in line or _FRAME.match(line) for line in self.lines[at + 1 : at + 12])

    def _rspec(self, start: int) -> int:
        at, words, calls, code = start + 1, list[str](), list[Location](), ""
        seen_blank = False
        while at < min(len(self.lines), start + _MOST_BELOW):
            line = self.lines[at]
            if _RSPEC.match(line) or line.startswith(("Finished in", "Failed examples:", "Pending:")):
                break
            call = _FRAME.match(line)
            short = line.strip()
            kind = _CLASS.match(short)
            if call:
                calls.append(Location(call["file"], int(call["line"]), 0, "called from here"))
            elif calls and short and not short.startswith("#"):
                break
            elif kind and not code and seen_blank:
                code = kind["code"]
            elif short and "Failure/Error:" not in short and not calls and (seen_blank or words):
                words.append(line.rstrip())
            seen_blank = (
                seen_blank
                or ("Failure/Error:" in self.lines[at - 1] and not short)
                or (not short and bool(at - start > 1))
            )
            at += 1
        own = next((call for call in calls if not any(part in call.file for part in _FOREIGN)), Location("", 0, 0, ""))
        cut = min((len(word) - len(word.lstrip()) for word in words), default=0)
        message = "\n".join(word[cut:] for word in words) or self.lines[start].strip()
        related = tuple(call for call in calls[1:4] if call[:2] != own[:2])
        self.found.append(
            Diagnostic(
                own.file, own.line, 0, Severity.ERROR, code, message, "rspec", related, read_from=start + 1, read_to=at
            )
        )
        return at
