"""Configuration that makes checks less strict: settings changed for worse, flags of tools added or gone."""

from __future__ import annotations

import re

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.lines import breaches
from prunella.guard.settings_judge import is_shipped, looser
from prunella.guard.settings_read import Settings, pairs, read
from prunella.guard.settings_rules import FLAGS, STRICT_FLAGS
from prunella.guard.settings_words import looser_by_words
from prunella.guard.tools import settings_of
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View

CHECKERS = frozenset({
    "jest", "vitest", "mocha", "ava", "nyc", "c8", "eslintconfig", "xo", "tap", "lint-staged", "stylelint", "tsd",
    "size-limit", "playwright", "babel",
})  # fmt: skip
"""What of a package.json configures checks."""

ADAPT = frozenset({"left-out", "libraries-unchecked"})
"""Rules that soften where an error names the file: it may be the configuration that is wrong."""

DATA = (".md", ".rst", ".lock", ".svg", ".html", ".po", ".snap", ".rc")
LEFT_OUT = re.compile(
    r"(^|/)(\.(eslint|prettier|stylelint|semgrep|flake8|trivy|solhint)ignore|\.rubocop_todo\.yml|[\w.-]*(suppressions?|suppress|baseline)"
    r"[\w.-]*\.(xml|ya?ml|neon|txt|json|supp|conf|properties)|[\w.-]+\.supp|ctestcustom\.\w+(\.in)?|[\w.-]*(findbugs|spotbugs|pmd|checkstyle|detekt|lint)[\w.-]*(exclude|filter|ignore)"
    r"[\w.-]*|[\w.-]*(exclude|filter|ignore)[\w.-]*(findbugs|spotbugs|pmd|checkstyle)[\w.-]*)$"
)
"""Files that say nothing but what a check leaves out."""

INFOS = (
    RuleInfo(
        "strictness-lowered",
        "configuration",
        "A fix makes no check less strict.",
        example='tsconfig.json: "strict": false',
    ),
    RuleInfo(
        "libraries-unchecked",
        "configuration",
        "A fix does not stop checking the types of libraries.",
        adapts=True,
        example='tsconfig.json: "skipLibCheck": true',
    ),
    RuleInfo(
        "rule-off",
        "configuration",
        "A fix switches no rule of a linter off, nor to a warning.",
        example='.eslintrc.json: "no-undef": "off"',
    ),
    RuleInfo(
        "left-out",
        "configuration",
        "A fix leaves no more files or rules out of a check.",
        adapts=True,
        example='ruff.toml: ignore = ["F821"]',
    ),
    RuleInfo(
        "tests-left-out",
        "configuration",
        "A fix leaves no tests out of a run.",
        example="addopts = --ignore=tests/a.py",
    ),
    RuleInfo(
        "threshold-lowered",
        "configuration",
        "A fix lowers no threshold and raises no limit.",
        example="fail_under = 50",
    ),
    RuleInfo("tool-flags", "configuration", "A fix tells no tool to keep quiet or to skip.", example="CFLAGS += -w"),
    RuleInfo(
        "build-check-removed",
        "configuration",
        "A fix takes no check out of the build.",
        example="add_test(NAME a COMMAND a)",
    ),
)


def loosened(view: View) -> Found:
    """A suspicion for each setting by which a check sees less; it softens where an error names the file."""
    found: Found = []
    for touch in view.touches:
        kinds = kinds_of(touch.path) | kinds_of(touch.old_path) | _started_by(touch)
        told: dict[str, Finding] = {}
        if LEFT_OUT.search(touch.path.casefold()) and len(touch.added) > len(touch.removed):
            reason = "it leaves more out of a check than before"
            found.append((Finding("left-out", touch.path, touch.added[0][0], reason, Judgement.SUSPICIOUS), True))
            continue
        if touch.path.casefold().endswith(DATA):
            continue
        if not kinds & {"config", "script", "yaml", "build", "lint"}:
            continue
        for finding, _ in breaches(FLAGS, touch, kinds):
            told.setdefault(finding.rule, finding)
        flag, line = _flags_gone(touch)
        if flag:
            reason = f"{flag}, which made a check strict, is gone"
            told.setdefault(
                "strictness-lowered", Finding("strictness-lowered", touch.path, line, reason, Judgement.SUSPICIOUS)
            )
        if kinds & {"config", "lint", "yaml"}:
            for rule, reason, line in _changed(touch):
                told.setdefault(rule, Finding(rule, touch.path, line, reason, Judgement.SUSPICIOUS))
        found += [(finding, finding.rule in ADAPT) for finding in told.values()]
    return found


def _started_by(touch: Touch) -> frozenset[str]:
    """A script without an ending says in its first line who runs it."""
    first = next(iter(touch.after or touch.before or ()), "")
    return frozenset({"shell", "script"}) if re.match(r"#!.*\b(ba|z|k|da)?sh\b", first[:200]) else frozenset()


def _changed(touch: Touch) -> list[tuple[str, str, int]]:
    """Rule, reason and line of each setting that is looser than before."""
    before, after = _both(touch)
    found = []
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        place = (*_section_of(touch.path), *key)
        rule, reason = looser(place, before.get(key), after.get(key))
        if not rule and not is_shipped(place):
            rule, reason = looser_by_words(place, (before.get(key), after.get(key)), settings_of(touch.path))
        if rule:
            found.append((rule, reason, _line(touch, key[-1])))
    return found


def _section_of(path: str) -> tuple[str, ...]:
    """What stands for the section of a file's settings: they are rules, or a build's."""
    if "lint" in kinds_of(path):
        return ("rules",)
    return ("configuration",) if path.casefold().endswith((".gradle", ".gradle.kts")) else ()


def _flags_gone(touch: Touch) -> tuple[str, int]:
    """A flag by which a tool was strict and that the file has less often than before, and its line."""
    for number, line in touch.removed:
        for flag in STRICT_FLAGS.findall(line[:2_000]):
            before, after = (
                sum(text.count(flag) for text in side or () if flag in text) for side in (touch.before, touch.after)
            )
            if before > after and touch.after is not None:
                return flag, number
    return "", 0


def _both(touch: Touch) -> tuple[Settings, Settings]:
    """The settings before and after; of a form that is not read as a whole, those of the lines that changed."""
    before, after = read(touch.old_path, touch.before), read(touch.path, touch.after)
    if touch.path.casefold().rpartition("/")[2] == "package.json":
        before, after = _of_checkers(before), _of_checkers(after)
    whole = (before is not None or touch.before is None) and (after is not None or touch.after is None)
    if whole and (before is not None or after is not None):
        # A file that goes is no setting set for worse, and one that comes has none that were stricter.
        return before or {}, (after if touch.after is not None else before) or {}
    if touch.path.casefold().rpartition("/")[2] == "package.json" or touch.after is None:
        return {}, {}
    gone, come = pairs(line for _, line in touch.removed), pairs(line for _, line in touch.added)
    still = pairs(touch.after) if gone.keys() - come.keys() else {}
    return {key: value for key, value in gone.items() if key in come or still.get(key) != value}, come


def _of_checkers(settings: Settings | None) -> Settings | None:
    if settings is None:
        return None
    return {key: value for key, value in settings.items() if key[0].casefold() in CHECKERS}


def _line(touch: Touch, name: str) -> int:
    """Where the setting is now, or else the first line that changed."""
    for number, line in touch.added:
        if name in line:
            return number
    return touch.added[0][0] if touch.added else touch.removed[0][0] if touch.removed else 0
