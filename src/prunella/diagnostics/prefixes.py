"""What CI systems and runners of several programs put in front of every line; taken off only where it is certain.

Time stamps: GitHub Actions, GitLab, Azure, Jenkins' timestamper, TeamCity, Woodpecker, BuildKit (``#12 3.4``). Names of
programs that ran side by side: turbo (``web:build: ``), pnpm (``packages/a build: ``), concurrently (``[0] ``), yarn
(``[pkg]: ``), docker compose (``web-1  | ``), foreman, lerna and nx (``pkg: ``, only where they say who they are).
"""

from __future__ import annotations

import re
from collections import Counter

_MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_STAMP = (
    rf"(?:[^\t\n]{{1,80}}\t[^\t\n]{{1,80}}\t)?\[?{_MOMENT}\]?(?: [0-9]{{2}}[OE](?:[+ ]|$)| |$)"
    r"|\[[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,6})?\](?:[WwEeiIF]?:)?(?: |\t|$)"
    r"|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,6})?(?:  |$)"
    r"|\[[\w. -]{1,60}:L[0-9]{1,7}:[0-9]{1,7}s\](?: |$)"
)
_STEP = r"(?P<name>#[0-9]{1,4}) [0-9]{1,6}\.[0-9]{1,4}(?: |$)"
_OF_STEP = r"[0-9]{1,6}\.[0-9]{3}(?: |$)"
_STAMPED_SHARE = 0.5
_LOOKED_AT = 400
_ANNOTATION = r"##\[(?:error|warning|debug|command|section|group|endgroup)\]"

_TASK = r"(?P<name>(?:@[\w.-]{1,60}/)?[\w.-]{1,60}(?:[:#][a-z][\w.-]{0,40}){1,3}):(?: |$)"
_PNPM = r"(?P<name>(?:(?:[\w@.-]{1,60}/){0,8}[\w@.-]{1,60}) [a-z][\w:.-]{0,40})(?P<mark>[:$])(?: |$)"
_NUMBERED = r"\[(?P<name>[0-9]{1,2}|[A-Za-z@][\w@:./-]{0,60})\]:?(?: |$)"
_PIPED = (
    r"(?:[0-9]{2}:[0-9]{2}:[0-9]{2} )?"
    r"(?P<name>\[[^\]|\n]{1,80}\]|[\w.+-]{1,60}[-_.][0-9]{1,3}|\+[\w.-]{1,60}) {1,40}\|(?: |$)"
)
_NAMED = r"(?P<name>(?:@[\w.-]{1,60}/)?[\w.-]{1,60}):(?: |$)"
_FILE = (
    r".*\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rs|c|cc|cpp|h|hpp|java|kt|cs|rb|php|swift|sh|css|scss|json|ya?ml|toml|md|"
    r"html|o|a|so)$"
)
_WORDS = (
    "error warn warning info debug note fatal trace notice success fail failed failure pass ok verbose log "
    "critical hint help http https err exec cc javac apply tsl vite webpack plugin npm yarn make gmake ninja "
    "cargo todo running done skip skipped build test lint i d w e f x "
)
_LERNA = ("lerna notice", "lerna info", "lerna success", "lerna ERR!", " NX  ", "> nx run", "Lerna (powered by Nx)")
_PASSES = 3


def unprefixed(lines: list[str]) -> tuple[list[str], list[int]]:
    """The lines without prefixes, those of each program together, and which line of the log each one is, from 1; []
    = their order was not changed."""
    lines, steps = _of_buildkit(_without_stamps(lines))
    for pattern in _kinds(lines):
        names = _names(lines, pattern)
        if names:
            bare, order = _parted(lines, pattern, names)
            order = [steps[number - 1] for number in order] if order and steps else order or steps
            return _without_stamps(bare), order
    return lines, steps


def _of_buildkit(lines: list[str]) -> tuple[list[str], list[int]]:
    """Without the number of the step and the seconds, each step in one piece; and its end, told again below its name
    (`` > [build 5/6] RUN make:``), without the seconds."""
    step = re.compile(_STEP)
    names = {match["name"] for line in lines if line.startswith("#") and (match := step.match(line))}
    bare, order = _parted(lines, _STEP, frozenset(names)) if names else (lines, [])
    if any(line.startswith(" > ") for line in bare):
        seconds, inside = re.compile(_OF_STEP), False
        bare = list(bare)
        for at, line in enumerate(bare):
            if line.startswith(" > ") and line.endswith(":"):
                inside = at > 0 and bare[at - 1] == "------"
            elif line == "------":
                inside = False
            elif inside and (match := seconds.match(line)):
                bare[at] = line[match.end() :]
    return bare, order


def _without_stamps(lines: list[str]) -> list[str]:
    """Without time stamps, if most lines have one (a single one may be the program's own)."""
    stamp = re.compile(_STAMP)
    for _ in range(_PASSES):
        first = [line for line in lines[:_LOOKED_AT] if line]
        if not first or sum(bool(stamp.match(line)) for line in first) <= len(first) * _STAMPED_SHARE:
            break
        lines = [stamp.sub("", line, count=1) if stamp.match(line) else line for line in lines]
    if any("##[" in line for line in lines):
        annotation = re.compile(_ANNOTATION)
        lines = [annotation.sub("", line) if line.startswith("##[") else line for line in lines]
    return lines


def _kinds(lines: list[str]) -> list[str]:
    """The prefixes that this log may have, the surest first; most logs have none, which must cost little."""
    sample = [line for line in lines[:_LOOKED_AT] if line]
    found = []
    if any(" | " in line or line.endswith(" |") for line in sample):
        found.append(_PIPED)
    if any("$ " in line for line in lines):
        found.append(_PNPM)
    if sum(line.startswith("[") for line in sample) > len(sample) * _STAMPED_SHARE:
        found.append(_NUMBERED)
    if any(": " in line for line in sample):
        found.append(_TASK)
        if any(mark in line for line in sample for mark in _LERNA):
            found.append(_NAMED)
    return found


def _names(lines: list[str], pattern: str) -> frozenset[str]:
    """The programs whose names certainly stand in front of lines."""
    prefix = re.compile(pattern)
    counted: Counter[str] = Counter()
    started: set[str] = set()
    for line in lines:
        match = prefix.match(line)
        if match:
            name = match["name"]
            counted[name] += match.end() < len(line) or pattern is not _NUMBERED
            if pattern is _PNPM and match["mark"] == "$":
                started.add(name)
    if pattern is _PNPM:
        return frozenset(started)
    filled = sum(bool(line) for line in lines)
    if pattern is _NUMBERED and sum(counted.values()) < filled * _STAMPED_SHARE:
        return frozenset()
    return frozenset(name for name, times in counted.items() if times > 1 and _is_name(name, pattern))


def _is_name(name: str, pattern: str) -> bool:
    if pattern is _PIPED:
        return True
    if pattern is _NUMBERED and not name.isdigit() and name.isupper():
        return False  # [INFO] and [ERROR] are the words of the program
    first, _, task = name.replace("#", ":").partition(":")
    if pattern is _TASK and (not task or first.isdigit()):
        return False
    parts = (first, task) if pattern is _TASK else (first,)
    return first.lower() not in _WORDS.split() and not any(re.match(_FILE, part) for part in parts)


def _parted(lines: list[str], pattern: str, names: frozenset[str]) -> tuple[list[str], list[int]]:
    """Each program's lines in one piece, in the order in which the programs first spoke; first those of nobody."""
    prefix = re.compile(pattern)
    groups: dict[str, tuple[list[str], list[int]]] = {"": ([], [])}
    for number, line in enumerate(lines, 1):
        match = prefix.match(line)
        name = match["name"] if match and match["name"] in names else ""
        told, numbers = groups.setdefault(name, ([], []))
        told.append(line[match.end() :] if match and name else line)
        numbers.append(number)
    if len(groups) == 2:  # One program and nobody: nothing is mixed, so nothing is moved.
        bare = [
            line[match.end() :] if (match := prefix.match(line)) and match["name"] in names else line for line in lines
        ]
        return bare, []
    bare, order = [], []
    for told, numbers in groups.values():
        bare += [*told, ""] if told else []
        order += [*numbers, numbers[-1]] if numbers else []
    return bare[:-1], order[:-1]
