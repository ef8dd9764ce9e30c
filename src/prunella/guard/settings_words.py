"""What a setting is about, told by the words of its name: tools call the same thing ``excludedGroups``,
``CTEST_CUSTOM_TESTS_IGNORE`` or ``exclude-files``, and no list of names can be whole."""

from __future__ import annotations

import re
from functools import lru_cache

from prunella.guard.settings_read import Key, Value

OMITS = frozenset({
    "ignore", "ignored", "ignores", "exclude", "excluded", "excludes", "excluding", "exclusion", "exclusions", "skip",
    "skipped", "skips", "omit", "omits", "omitted", "deselect", "disable", "disabled", "suppress", "suppressed",
    "suppression", "suppressions", "nowarn", "informational",
})  # fmt: skip
"""By such a setting something is left out, or told of without consequence."""

DEMANDS = frozenset({"fail", "fails", "enforce", "enforced", "strict", "werror", "forbid", "deny", "pedantic", "halt"})
"""By such a setting a run fails."""

RETRIES = frozenset({"retry", "retries", "rerun", "reruns", "flaky"})
NARROWS = frozenset({
    "grep", "fgrep", "invert", "testnamepattern", "default-filter", "testpathpattern", "groups", "test", "it.test",
    "includetags", "excludetags", "includegroups", "onlytests", "testonly", "includetestsmatching", "only",
})  # fmt: skip
"""Settings by which a runner takes some of its tests only."""

AMBIGUOUS = frozenset({"test", "groups", "only", "invert"})
"""Those of them that mean so in a build's or a runner's own section alone."""

COMPLAINTS = frozenset({"violations", "warnings", "errors", "issues", "failures", "problems", "priority"})
LEVELS = frozenset({"warning", "level"})
RUNNERS = frozenset({"configuration", "properties", "mocha", "client", "jest", "vitest", "test", "profile", "default"})
FAST = frozenset({"fast", "first"})
"""Failing at the first error, or at the end: no test sees less by it."""

HARMLESS = frozenset(
    {
        "git",
        "existing",
        "telemetry",
        "cache",
        "deps",
        "npm",
        "docker",
        "version",
        "logging",
        "color",
        "port",
        "ssl",
        "mode",
    }
)
"""Words of what is no check."""


@lru_cache(maxsize=4_096)
def words(name: str) -> frozenset[str]:
    """``failOnError`` -> fail, on, error."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return frozenset(re.findall(r"[a-z0-9]+", parted.casefold()))


def omits(name: str) -> bool:
    """Whether a setting leaves something out of a check."""
    found = words(name)
    return bool(found & OMITS) and not found & HARMLESS


def demands(name: str) -> bool:
    """Whether a setting, when on, makes a run fail."""
    found = words(name)
    return bool(found & DEMANDS) and not found & (FAST | OMITS | HARMLESS)


def retries(name: str) -> bool:
    """Whether a setting says how often a test may try."""
    return bool(words(name) & RETRIES)


def waits(name: str) -> bool:
    """Whether a setting says how long a test may take."""
    return "timeout" in words(name)


def tolerates(name: str) -> bool:
    """Whether a setting says how many complaints are let pass."""
    found = words(name)
    return bool(found & {"max", "maximum", "allowed"}) and bool(found & COMPLAINTS)


def narrows(folded: tuple[str, ...], file: str) -> bool:
    """Whether a setting makes a runner take some tests only. ``file``: the tool whose settings these are."""
    name = folded[-1]
    if name.startswith(("grep", "fgrep")) and len(name) <= len("grepinvert"):
        return True
    if name not in NARROWS:
        return False
    return name not in AMBIGUOUS or bool(file) or bool(RUNNERS.intersection(folded[:-1]))


ON = frozenset({"true", "yes", "on", "1", "enable", "enabled", "all", "always"})
OFF = frozenset({"false", "no", "off", "0", "none", "never", "disable", "disabled"})
NOTHING = frozenset({"", "[]", "{}", "null", "~"})


def looser_by_words(key: Key, values: tuple[Value | None, Value | None], file: str) -> tuple[str, str]:
    """The rule that a changed setting breaches, told by its name's words, and why; ("", "") when it breaches none.

    Args:
        key: its sections and its name.
        values: before and after.
        file: the tool whose settings these are; "" = not known.
    """
    before, after = values
    folded = tuple(part.casefold() for part in key)
    shown = ".".join(key[-3:])
    if narrows(folded, file) and _held(after) and after != before:
        return "tests-left-out", f'"{shown}" makes the run take some tests only'
    if omits(key[-1]) or (file and any(omits(part) for part in key[:-1])):
        return _omitting(before, after, shown)
    old, new = _word(before), _word(after)
    if tolerates(key[-1]) and _number(new) > _number(old):
        return "threshold-lowered", f'"{shown}" lets more pass than before: {new}'
    if words(key[-1]) >= LEVELS and old is not None and new is not None and _number(new) < _number(old):
        return "strictness-lowered", f'"{shown}" is lowered to {new} from {old}'
    return _undemanding(key, (old, new), file)


def _undemanding(key: Key, values: tuple[str | None, str | None], file: str) -> tuple[str, str]:
    """A run that failed does so no more."""
    old, new = values
    shown = ".".join(key[-3:])
    if demands(key[-1]) and new in OFF and old not in OFF:
        return "strictness-lowered", f'"{shown}" made a run fail and is off'
    return _forgiving(key, values, file) if file else ("", "")


def _forgiving(key: Key, values: tuple[str | None, str | None], file: str) -> tuple[str, str]:
    """A test may try more often, or take longer, than before."""
    old, new = values
    shown = ".".join(key[-3:])
    if key[-1].casefold() == "active" and new in OFF and old not in OFF:
        return "rule-off", f'"{shown}" is switched off'
    floor = "under" in words(key[-1]) or any("thresholds" in words(part) for part in key[:-1])
    if floor and old is not None and _number(new) < _number(old):
        return "threshold-lowered", f'"{shown}" asks for less than before: {new or "nothing"}, not {old}'
    if retries(key[-1]) and _number(new) > _number(old):
        return "threshold-lowered", f'"{shown}" lets a test try more often: {new}'
    if waits(key[-1]) or any(waits(part) for part in key[:-1]):
        longer = new in OFF and old not in OFF
        if longer or _number(new) > max(_number(old), 0 if old is not None or _is_own(file) else _number(new)):
            return "threshold-lowered", f'"{shown}" lets a test take longer: {new}'
    return "", ""


def _omitting(before: Value | None, after: Value | None, shown: str) -> tuple[str, str]:
    old, new = _held(before), _held(after)
    if new and new <= ON:
        turned = not old & ON
        return ("strictness-lowered", f'"{shown}" makes the checks less strict') if turned else ("", "")
    more = {item for item in new - old if item not in OFF and not re.fullmatch(r"-?\d+(\.\d+)*", item)}
    if more and before is not None and len(new) < len(old):
        return "", ""  # less is left out than before, in other words
    return ("left-out", f'"{shown}" leaves out more than before: {", ".join(sorted(more)[:3])}') if more else ("", "")


def _held(value: Value | None) -> frozenset[str]:
    items = value if isinstance(value, frozenset) else frozenset({value or ""})
    return frozenset(item.strip().strip("\"'").casefold() for item in items) - NOTHING


def _word(value: Value | None) -> str | None:
    return value.strip().strip("\"'").casefold() if isinstance(value, str) else None


def _number(word: str | None) -> float:
    found = re.match(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?\b", word or "")
    return float(found[1]) * {"s": 1_000, "m": 60_000, "h": 3_600_000}.get(found[2] or "", 1) if found else 0.0


def _is_own(file: str) -> bool:
    """Whether a tool's settings have no time limit but where one is given."""
    return file == "junit"
