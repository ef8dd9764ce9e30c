"""All rules of the guard: what judges a fix, and what a person can read, list and set of it."""

from __future__ import annotations

from collections.abc import Callable

from prunella.changes import Finding, Judgement
from prunella.guard import (
    cheating,
    dependencies,
    exports,
    planted,
    protected,
    settings_lines,
    silencing,
    size,
    takeover,
)
from prunella.guard.view import Found, RuleInfo, View

NAMES = (
    RuleInfo(
        "path",
        "names",
        "A fix writes nowhere but inside the repository, and not into git's own folder.",
        Judgement.REJECT,
        floor=True,
        example="../outside.txt",
    ),
    RuleInfo(
        "secret",
        "names",
        "A fix writes no file where keys are usually kept.",
        Judgement.REJECT,
        floor=True,
        example=".env",
    ),
)

ENTRIES: tuple[Callable[[View], Found], ...] = (
    protected.protected,
    cheating.cheating,
    size.size,
    silencing.silenced,
    settings_lines.loosened,
    dependencies.dependencies,
    exports.exports,
    takeover.takeover,
    planted.planted,
)
"""What judges a fix, each by rules of its own."""

INFOS: tuple[RuleInfo, ...] = (
    *NAMES,
    *protected.INFOS,
    *cheating.INFOS,
    *silencing.INFOS,
    *settings_lines.INFOS,
    *size.INFOS,
    *dependencies.INFOS,
    *exports.INFOS,
    *takeover.INFOS,
    *planted.INFOS,
)
BY_NAME = {info.name: info for info in INFOS}

GROUPS = {
    "names": "Edit ordinary source files inside the repository, by plain relative paths.",
    "checks": "Change the code that is checked; leave the checks, their scripts, CI and hooks as they are.",
    "tests": "Make the code do what the tests expect; a test may be added, or corrected where it does not compile.",
    "silencing": "Repair what the tool complains of, instead of telling it not to look.",
    "configuration": "Make the code meet the settings; leave the settings as strict as they are.",
    "code": "Repair the code for every input, and let errors show.",
    "dependencies": "Do with the packages that the project has.",
    "size": "Change only what the failure needs.",
}
"""By group of rules: what would be allowed instead."""

MOST_TOLD = 20


def told(finding: Finding) -> str:
    """A finding in one line: ``src/a.test.ts:3: it skips a test [test-skipped]``."""
    place = f"{finding.path}:{finding.line}" if finding.path and finding.line else finding.path or "the fix"
    return f"{place}: {finding.reason} [{finding.rule}]"


def told_to_model(findings: list[Finding]) -> str:
    """What is wrong with a fix, line by line, and what would be allowed instead."""
    lines = [f"- {told(finding)}" for finding in findings[:MOST_TOLD]]
    lines += [f"- and {len(findings) - MOST_TOLD} more"] if len(findings) > MOST_TOLD else []
    groups = dict.fromkeys(BY_NAME[finding.rule].group for finding in findings if finding.rule in BY_NAME)
    return "\n".join([*lines, *(GROUPS[group] for group in groups)])
