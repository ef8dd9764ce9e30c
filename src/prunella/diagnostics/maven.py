"""Maven: what its plugins report of sources (compilers, Checkstyle, PMD), of the POM and of dependencies, and
Surefire's tests.

Formats: ``[ERROR] file:[line,column] message`` (maven-compiler-plugin), which the summary at the end repeats; ``… @
line n, column m`` (the model builder); ``Test.method Time elapsed: … <<< FAILURE!`` with an exception below
(Surefire).
"""

from __future__ import annotations

import re
from dataclasses import replace

from prunella.diagnostics import jvm
from prunella.diagnostics.walk import walk
from prunella.domain import Diagnostic, Severity

_LEVEL = re.compile(
    r"(?:[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? {1,2})?\[(?P<level>ERROR|WARNING|WARN|FATAL|INFO|DEBUG)\] ?"
)
_FILE = (
    r"(?P<file>(?:file://)?(?:/?[A-Za-z]:(?=[\\/]))?[^\s:\[][^:\n]{0,400}\.(?:java|kts?|scala|groovy|aj|xml|"
    r"properties|proto|xjb|xsd|wsdl|g4|jsp|css|js|ts))"
)
_HEAD = re.compile(
    rf"(?:Exit code: [0-9]+ - )?{_FILE}:(?:\[(?P<line>[0-9]{{1,7}})(?:,(?P<column>[0-9]{{1,7}}))?\]:?|"
    r" ?\((?P<line2>[0-9]{1,7}), ?(?P<column2>[0-9]{1,7})\):?|"
    r"(?P<line3>[0-9]{1,7})(?::(?P<column3>[0-9]{1,7}))?(?::|(?= )))\s*(?P<message>(?:\S.*)?)"
)
_WARNS = re.compile(r"(?P<severity>error|warning): ?|(?P<severity2>warning|error) - ")
_KEY = re.compile(r"\[(?P<code>[A-Za-z][\w-]{2,60})\] (?=\S)")
_CHECKSTYLE = re.compile(r"\((?P<group>[a-z]{1,30})\) (?P<code>[A-Z]\w{2,60}): ")
_CODE_AT_END = re.compile(r" \[(?P<code>[A-Z]\w{2,60})\]$")
_POM = re.compile(
    r"(?P<message>\S.*?) ?@ (?:(?P<file>[^\s,]{1,400}), )?line (?P<line>[0-9]{1,7}), column (?P<column>[0-9]{1,"
    r"7})(?: -> \[Help [0-9]+\])?$"
)
_PROJECT = re.compile(r"The project .{0,300}\((?P<file>[^()\n]{1,400}\.xml)\) has [0-9]+ error")
_HELP = re.compile(r" ?-> \[Help [0-9]+\]$")
_POM_FILE = re.compile(r"(?:POM|file) (?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}\.xml)")
_GOAL = re.compile(r"Failed to execute goal (?P<goal>\S+)(?: \([^)]*\))? on project [^\s:]{1,200}: (?P<why>.*)")
_TEST = re.compile(
    r"(?:(?P<name>[\w$.]+(?:\[.{0,80}\])?(?:\([^)]{0,200}\))?|"
    r"\S.{0,200}?) {0,2}(?:-- )?)Time elapsed: [0-9.,]+ (?:s|sec) {1,2}<<< (?:FAILURE|ERROR)!"
)
_SUMMARY = re.compile(
    r" {2,6}(?:Run [0-9]+: )?(?P<class>[A-Z][\w$]*)(?:>[\w$.]+)?\.(?P<method>[\w$]+(?:\[.{0,60}?\])?):(?P<line>"
    r"[0-9]{1,7})"
    r"(?:->[\w$.:>-]{1,300})?(?P<message>(?: .*)?)$"
)
_FOLLOWS = (
    "Compilation failure", "There are test failures", "There was a timeout", "You have ",
    "There are some test failures", "PMD ", "CPD ", "SpotBugs", "Some Enforcer rules",
    "MavenReportException: Error while", "Failed during checkstyle",
)  # fmt: skip
_PLAIN = (
    "Unknown lifecycle phase", "Plugin ", "The goal you specified requires", "No plugin found for prefix",
    "Could not find the selected", "Error resolving version", "The specified user settings", "Non-resolvable",
    "Malformed POM", "Error executing Maven", "Unresolveable build", "No goals have been", "Unable to parse",
    "Unrecognised option", "Could not transfer", "Failed to read artifact", "Internal error", "Unable to",
)  # fmt: skip
_RULE = re.compile(r"Rule [0-9]+: (?P<rule>[\w.$]+)(?:\([^)]*\))? failed with message:\s*(?P<message>.*)")
_MOST_BELOW = 60


def parse(text: str) -> tuple[Diagnostic, ...]:
    """Each problem once, where it is told best: the summary's repetitions are left out."""
    return _Reader(text).result()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.maven = "[INFO] " in text or "[Help 1]" in text
        project = _PROJECT.search(text)
        self.pom = project["file"] if project else ""
        self.found: list[Diagnostic] = []
        self.closing: list[Diagnostic] = []
        self.tests = False
        self.summary: list[Diagnostic] = []

    def result(self) -> tuple[Diagnostic, ...]:
        walk(self.lines, self.found, self._step)
        found = [*_as_told_best(self.found), *(() if self.tests else self.summary)]
        errors = any(one.severity is Severity.ERROR for one in found)
        return tuple(found if errors else [*found, *self.closing[:1]])

    def _step(self, at: int, line: str) -> int:
        level = _LEVEL.match(line) if "[" in line[:24] else None
        if not level:
            if "<<< " in line:
                return self._test(line, at)
            match = _HEAD.match(line) if ":[" in line else None
            if match and match["line"]:
                return self._source(match, Severity.WARNING if match["message"][:1] == "[" else Severity.ERROR, at)
            summary = _SUMMARY.match(line) if line.startswith("  ") else None
            if summary and "Tests in error" in self._before(at) + self._before(at, "Failed tests"):
                self._summary(summary, at)
            return at + 1
        word, rest = level["level"], line[level.end() :]
        if word in {"INFO", "DEBUG"} and not _EMBEDDED.match(rest):
            return at + 1
        second = _LEVEL.match(rest)
        rest = rest[second.end() :] if second else rest
        severity = Severity.WARNING if word.startswith("WARN") else Severity.ERROR
        match = _HEAD.match(rest)
        if match:
            return self._source(match, severity, at)
        return self._other(rest, severity, at) if word not in {"INFO", "DEBUG"} else at + 1

    def _before(self, at: int, words: str = "Tests in error") -> str:
        return words if any(line.startswith(words) for line in self.lines[max(0, at - 60) : at]) and words else ""

    def _source(self, match: re.Match[str], severity: Severity, at: int) -> int:
        message, code, source = match["message"].rstrip(), "", "maven"
        said = _WARNS.match(message)
        if said:
            severity, message = Severity(said["severity"] or said["severity2"]), message[said.end() :]
        key, check, last = _KEY.match(message), _CHECKSTYLE.match(message), _CODE_AT_END.search(message)
        if check:
            code, message, source = check["code"], message[check.end() :], "checkstyle"
        elif key:
            code, message = key["code"], message[key.end() :]
        elif last:
            code, message, source = last["code"], message[: last.start()], "checkstyle"
        file = match["file"].removeprefix("file://")
        if source == "maven":
            source = {"java": "javac", "kt": "kotlinc", "scala": "scalac"}.get(file.rpartition(".")[2], "maven")
        below, end = self._below(at + 1) if message else self._of_eclipse(at + 1)
        if not message and not below:
            return at + 1
        line = int(match["line"] or match["line2"] or match["line3"])
        column = int(match["column"] or match["column2"] or match["column3"] or 0)
        self._keep(
            Diagnostic(
                file,
                line,
                column,
                severity,
                code,
                "\n".join([*([message] if message else []), *below]),
                source,
                read_from=at + 1,
                read_to=end,
            )
        )
        return end

    def _below(self, start: int) -> tuple[list[str], int]:
        """The indented lines below a problem, with or without the level in front of them."""
        words: list[str] = []
        end = start
        while end < min(len(self.lines), start + _MOST_BELOW):
            level = _LEVEL.match(self.lines[end])
            rest = self.lines[end][level.end() :] if level else self.lines[end]
            old = rest.startswith(("symbol  :", "location:", "symbol:", "found   :", "required:"))
            if not (rest.startswith("  ") or old) or not rest.strip() or _SUMMARY.match(rest):
                break
            words.append(rest.rstrip())
            end += 1
        return words, end

    def _of_eclipse(self, start: int) -> tuple[list[str], int]:
        """What Eclipse's compiler says below the source line and its carets."""
        for at in range(start, min(start + 6, len(self.lines) - 1)):
            if "^" in self.lines[at] and not self.lines[at].strip("\t ^"):
                return [self.lines[at + 1].rstrip()], at + 2
        return [], start

    def _keep(self, found: Diagnostic) -> None:
        self.found.append(found)

    def _other(self, rest: str, severity: Severity, at: int) -> int:
        """The POM, tests, goals that failed."""
        if "<<< " in rest:
            return self._test(rest, at)
        summary = _SUMMARY.match(rest)
        if summary:
            self._summary(summary, at)
            return at + 1
        pom = _POM.match(rest.strip()) if " line " in rest and "column" in rest else None
        if pom:
            return self._of_pom(pom, severity, at)
        rule = _RULE.match(rest)
        return self._rule(rule, severity, at) if rule else self._placeless(rest, severity, at)

    def _of_pom(self, pom: re.Match[str], severity: Severity, at: int) -> int:
        named = _POM_FILE.search(pom["message"])
        file = pom["file"] or (named["file"] if named else self.pom)
        line, column = int(pom["line"]), int(pom["column"])
        message = pom["message"].rstrip()
        self._keep(Diagnostic(file, line, column, severity, "", message, "maven", read_from=at + 1, read_to=at + 1))
        return at + 1

    def _placeless(self, rest: str, severity: Severity, at: int) -> int:
        """The compiler's options, and goals that failed."""
        key = _KEY.match(rest)
        if key and self.maven and key["code"].islower():
            found = Diagnostic(
                "", 0, 0, severity, key["code"], rest[key.end() :].rstrip(), "javac", read_from=at + 1, read_to=at + 1
            )
            self._keep(found)
        goal = _GOAL.match(rest)
        if goal or (severity is Severity.ERROR and self.maven and rest.startswith(_PLAIN)):
            return self._goal(rest, goal["why"] if goal else rest, at)
        if rest.startswith(("Failed to execute goal on project", "Could not resolve dependencies")):
            return self._goal(rest, None, at)
        return at + 1

    def _rule(self, rule: re.Match[str], severity: Severity, at: int) -> int:
        words, end = [rule["message"].rstrip()], at + 1
        while end < min(len(self.lines), at + _MOST_BELOW):
            level = _LEVEL.match(self.lines[end])
            rest = self.lines[end][level.end() :] if level else self.lines[end]
            if (
                not rest.strip()
                or (level and level["level"] == "INFO")
                or rest.startswith(("-> [Help", "Failed to execute"))
                or _RULE.match(rest)
            ):
                break
            words.append(rest.rstrip())
            end += 1
        message = "\n".join(word for word in words if word) or rule[0]
        name = rule["rule"].rpartition(".")[2]
        self._keep(Diagnostic("", 0, 0, severity, name, message, "maven", read_from=at + 1, read_to=end))
        return end

    def _goal(self, rest: str, why: str | None, at: int) -> int:
        end = at + 1
        message = _HELP.sub("", rest.rstrip()).rstrip()
        found = Diagnostic("", 0, 0, Severity.ERROR, "", message, "maven", read_from=at + 1, read_to=end)
        if why is not None and (why.startswith(_FOLLOWS) or ("resolve" not in why and self.found)):
            self.closing.append(found)
        else:
            self._keep(found)
        return end

    def _test(self, line: str, at: int) -> int:
        match = _TEST.match(line.strip())
        if not match or line.startswith("Tests run:") or at + 1 >= len(self.lines):
            return at + 1
        thrown = jvm.read(self.lines, at + 1)
        if not thrown:
            return at + 1
        self.tests = True
        found = jvm.diagnostic(thrown, at + 1, "surefire")
        self.found.append(found)
        return thrown.end

    def _summary(self, match: re.Match[str], at: int) -> None:
        message = match["message"].strip().removeprefix("» ").strip() or f"{match['class']}.{match['method']}"
        file, line = f"{match['class'].partition('$')[0]}.java", int(match["line"])
        self.summary.append(
            Diagnostic(file, line, 0, Severity.ERROR, "", message, "surefire", read_from=at + 1, read_to=at + 1)
        )


def _as_told_best(found: list[Diagnostic]) -> list[Diagnostic]:
    """The repetitions in a summary, each with the words of the longest: they are then equal, and count once."""
    best: dict[tuple[str, int, int, str], Diagnostic] = {}
    for one in found:
        known = best.setdefault(_key(one), one)
        if len(one.message) > len(known.message):
            best[_key(one)] = one
    return [replace(best[_key(one)], read_from=one.read_from, read_to=one.read_to) for one in found]


def _key(found: Diagnostic) -> tuple[str, int, int, str]:
    return found.file, found.line, found.column, found.message.partition("\n")[0]


_EMBEDDED = re.compile(r"\s*(?:\[(?:ERROR|WARNING)\] )?/?(?:[A-Za-z]:)?[^\s:\[\]]{1,400}\.(?:java|kt|scala):\[[0-9]")
