"""What a change of one setting means: whether the checks see less, or forgive more, than before."""

from __future__ import annotations

import re

from prunella.guard.settings_read import Key, Value

STRICT = re.compile(
    r"strict((null|function|bind|property|builtin|templates|injection|input)\w*|[_-]\w+)?|alwaysstrict|xfail_strict"
    r"|noimplicit\w+|nounused\w+|nounchecked\w+|nofallthrough\w+|noproperty\w+"
    r"|exactoptional\w+|noemitonerror|disallow_\w+|disallow(any|untyped)\w*|warn_(?!unused_ignores$)\w+|check_untyped_defs"
    r"|no_implicit_\w+|useunknownin\w+|checkjs|forceconsistent\w+|failonviolation|failonwarnings?|failonerrors?"
    r"|failsonerror|fail_on_\w+|fail-on-\w+|forbidonly|warningsaserrors|allwarningsaserrors|treatwarningsaserrors"
    r"|werror|enablewerror|check-coverage|failifnotests|check-type-assertions|check-blank|cmake_compile_warning_as_error"
    r"|branch|autotests|doctest|enableassertions|haltonfailure|haltonerror|haltonexception|abortonerror|checkreleasebuilds|checktestsources"
    r"|failonnodiscoveredtests|diagnostics|typecheck|typecheckingmode|\w*(sanitiz|werror|warnings?_as_errors|build_testing|enable_test)\w*",
    re.IGNORECASE,
)
"""Settings that check more when they are on."""

LOOSE = re.compile(
    r"ignorebuilderrors|ignoreduringbuilds|nocheck|ignore_errors|transpileonly|allow_redefinition|implicit_optional"
    r"|implicit_reexport|skiptests?|skipits|maven\.test\.skip|maven\.test\.failure\.ignore|testfailureignore|ignorefailures|ignoreexitvalue"
    r"|isignorefailures|isignoreexitvalue|allow_failure|allow-failure|continue-on-error|continueonerror|passwithnotests"
    r"|dangerouslyignoreunhandlederrors|allowunreachablecode|allowunusedlabels|exit-zero|exit_zero"
    r"|[\w.]*\.skip|skip|suppresswarnings|nowarn|disable_all|disable-all"
    r"|ignoredeprecations?"
    r"|lenient|warningsonly|onlywarn|skipformatcheck|disable_all_formatting",
    re.IGNORECASE,
)
"""Settings that check less when they are on."""

LIBRARIES = re.compile(
    r"skiplibcheck|skipdefaultlibcheck|suppressimplicit\w+|ignore_missing_imports|allow_untyped_\w+", re.IGNORECASE
)
"""Settings that check less of what others wrote when they are on; a repair of the configuration may need one."""

FLOORS = re.compile(
    r"fail_under|fail-under|cov-fail-under|branches|functions|lines|statements|minimum|mincoverage|threshold|minimumscore"
    r"|mutationthreshold|coveragethreshold|min_coverage|minimum_coverage|level",
    re.IGNORECASE,
)
"""Numbers below which a check fails."""

CEILINGS = re.compile(
    r"max-?warnings|max_warnings|max-?line-?length|line-length|line_length|max-?complexity|max-?args|max-[\w-]+|maxallowedviolations"
    r"|testtimeout|hooktimeout|timeout|timeout_method|retries|retry|reruns|rerunfailingtestscount|flakyretries|maxfailures"
    r"|cognitive-complexity-threshold|too-many-\w+-threshold|type-complexity-threshold"
    r"|maxwarnings|maxissues|maxerrors|maxpriority\w*|jest-retries|max-issues-per-linter",
    re.IGNORECASE,
)
"""Numbers above which a check fails, and how often or long it may try."""

SEVERITIES = {
    "off": 0, "0": 0, "none": 0, "ignore": 0, "allow": 0, "false": 0, "disable": 0, "disabled": 0, "hidden": 0,
    "silent": 0, "warn": 1, "1": 1, "warning": 1, "info": 1, "information": 1, "suggestion": 1, "minor": 1,
    "error": 2, "2": 2, "deny": 2, "forbid": 2, "true": 2, "major": 2,
}  # fmt: skip
"""How a linter's rule weighs."""

WORDS = frozenset(SEVERITIES) - {"0", "1", "2", "true", "false"}
RULE_SECTIONS = frozenset({
    "rules", "lints", "rust", "clippy", "rustdoc", "extendrules", "linter", "severity", "categories", "errorprone",
})  # fmt: skip
"""Sections whose keys are rules, so that bare numbers and booleans are severities."""

GROWING = frozenset({
    "exclude", "extend-exclude", "force-exclude", "ignore", "extend-ignore", "per-file-ignores",
    "extend-per-file-ignores", "omit", "disable_error_code", "disable", "disabled", "norecursedirs", "collect_ignore",
    "collect_ignore_glob", "testpathignorepatterns", "ignores", "modulepathignorepatterns", "ignorepatterns",
    "coveragepathignorepatterns", "ignored", "excludes", "exclude-dirs", "exclude-files", "exclude-rules",
    "skip-dirs", "skip-files", "exclude_lines", "exclude_also", "excludedgroups", "excludetags", "excludepaths",
    "excludes_analyse", "ignoreerrors", "disabled_rules", "excluded", "nowarn", "warningsnotaserrors",
    "disabled-checks", "ignore-patterns", "ignore-paths", "ignored-modules", "ignored-classes", "skips",
    "exclude_dirs", "globalignores", "ignorefiles", "testignore", "excludefilter", "testexcludes", "excludepackages",
    "suppressions", "ignored_modules", "ignore-words-list", "allow", "ignoreworkspaces", "exclude-use-default",
    "excludedfiles", "disabledrules",
})  # fmt: skip
"""Lists by which files or rules are left out."""

SHRINKING = frozenset({
    "include", "files", "select", "extend-select", "testpaths", "enable_error_code", "references", "testmatch",
    "testregex", "spec", "python_files", "python_classes", "python_functions", "enable", "collectcoveragefrom",
    "roots", "projects", "includes", "sources", "source", "extends", "enabled", "warnings-as-errors", "compilerargs",
    "errorprone", "sanitizers", "checks", "packages_analyse", "opt_in_rules", "warningsaserrors", "modules", "suites",
    "linters", "plugins", "rules",
})  # fmt: skip
"""Lists of what is looked at."""

PACKAGING = frozenset({
    "setuptools", "hatch", "poetry", "pdm", "flit", "maturin", "uv", "package", "build-system", "project",
    "tool.setuptools", "dependencies", "devdependencies", "options", "metadata", "dependencymanagement",
    "semantic-release", "commitizen", "dependency", "features", "cibuildwheel", "flit_core", "scikit-build",
    "release", "bumpversion",
})  # fmt: skip
"""Where such names say what is shipped, not what is checked."""

CHECKING = frozenset({"lints", "plugin", "configuration", "profiles", "properties"})
"""What says otherwise: a build's plugins are configured there."""

VERSIONS = frozenset({"target", "python_version", "pythonversion", "edition", "lib", "target-version", "msrv"})
"""The language as checked, by its version."""

VERSION = re.compile(r"v?\d+(\.\d+)*|\$\{[\w.]+\}")
BOOLEANS = frozenset({"true", "false", "True", "False", "on", "off", "yes", "no"})
SHORTEST = 2


def looser(key: Key, before: Value | None, after: Value | None) -> tuple[str, str]:
    """The rule that a changed setting breaches, and why; ("", "") when the checks are as strict as before."""
    folded = tuple(part.casefold() for part in key)
    shipped = is_shipped(key)
    name = folded[-1] if not folded[-1].isdecimal() else folded[-2 if len(folded) > 1 else -1]
    shown = ".".join(key[-3:])
    reason = "" if shipped else _filters(name, before, after) or _list(folded, name, before, after)
    if reason:
        return "left-out", f'"{shown}" {reason}'
    if isinstance(before, frozenset) or isinstance(after, frozenset):
        return "", ""
    told = _scalar(folded, name, before, after, shown)
    return ("", "") if shipped and told[0] != "strictness-lowered" else told


def is_shipped(key: Key) -> bool:
    """Whether a setting says what a package holds and needs, not what is checked."""
    folded = tuple(part.casefold() for part in key)
    return bool(PACKAGING.intersection(folded[:3])) and not CHECKING.intersection(folded)


ARGUMENTS = re.compile(
    r"(?<![\w-])(-k\b|--ignore\S*|--deselect\S*|--reruns\S*|-p\s*no:\S+|--no-cov\b|--disable-warnings|-W\s*ignore\S*|--maxfail\S*"
    r"|--lf\b|-m\b|not\s+\w+)"
)
"""What of a runner's arguments leaves tests out or forgives."""


def _filters(name: str, before: Value | None, after: Value | None) -> str:
    """A runner's arguments and filters of warnings, each of which counts."""
    if name in ("addopts", "args", "testargs"):
        old, new = (
            " ".join(sorted(value)) if isinstance(value, frozenset) else value or "" for value in (before, after)
        )
        more = set(ARGUMENTS.findall(new)) - set(ARGUMENTS.findall(old))
        return f"leaves more out than before: {', '.join(sorted(more)[:3])}" if more else ""
    if name == "filterwarnings":
        old_items, new_items = _items_of(before), _items_of(after)
        strict = {item for item in old_items - new_items if item.startswith("error")}
        if strict and not any(item.startswith("error") for item in new_items):
            return "no longer takes warnings for errors"
        ignored = {item for item in new_items - old_items if item.startswith("ignore")}
        return f"ignores more than before: {', '.join(sorted(ignored)[:3])}" if ignored else ""
    return ""


def _items_of(value: Value | None) -> frozenset[str]:
    if isinstance(value, frozenset):
        return value
    return frozenset(part.strip() for part in (value or "").split("\n") if part.strip())


def _list(folded: Key, name: str, before: Value | None, after: Value | None) -> str:
    inside = any(part in GROWING for part in folded[:-1])
    old, new = _items(before), _items(after)
    numbered = bool(old | new) and all(VERSION.fullmatch(item) for item in old | new)  # javac's source is no list
    if not (name in GROWING or name in SHRINKING or inside) or (old | new) <= BOOLEANS or numbered:
        return ""
    more, fewer = new - old, frozenset(item for item in old - new if not item.startswith(("!", "-")))
    if more and (name in GROWING or inside):
        return f"leaves out more than before: {', '.join(sorted(more)[:3])}"
    if name == "extends" and before is not None and after is None:
        return "is gone, and the checks it brought with it"
    if name in SHRINKING:
        if before is not None and after is not None and fewer and not _widened(fewer, more):
            return f"takes in less than before: {', '.join(sorted(fewer)[:3])}"
        hidden = sorted(item for item in more if item.startswith(("!", "-")) and len(item) >= SHORTEST)
        if hidden:
            return f"leaves out more than before: {', '.join(hidden[:3])}"
    return ""


def _widened(fewer: frozenset[str], more: frozenset[str]) -> bool:
    """Whether each pattern that went has one in its place that takes in what it did."""
    stems = [item.rstrip("*/").removesuffix("/**").removesuffix("*") for item in more if not item.startswith("!")]
    return bool(stems) and all(any(item.startswith(stem) for stem in stems) for item in fewer)


def _items(value: Value | None) -> frozenset[str]:
    if value is None:
        return frozenset()
    if isinstance(value, frozenset):
        return value
    return frozenset(part for part in re.split(r"[\s,;|]+", value) if part and part not in ("[]", "{}"))


def _scalar(folded: Key, name: str, before: str | None, after: str | None, shown: str) -> tuple[str, str]:
    old, new = _word(before), _word(after)
    if old == new:
        return "", ""
    if STRICT.fullmatch(name) and (new in _OFF or (new is None and old in _ON)) and old not in _OFF:
        return "strictness-lowered", f'"{shown}" made the checks strict and is {"gone" if new is None else "off"}'
    follows = name == "follow_imports" and new in ("skip", "silent")
    if follows or (LOOSE.fullmatch(name) and new in _ON and old not in _ON):
        return "strictness-lowered", f'"{shown}" makes the checks less strict'
    if LIBRARIES.fullmatch(name) and new in _ON and old not in _ON:
        return "libraries-unchecked", f'"{shown}" leaves out the types of libraries'
    weighed = _severity(folded, old, new)
    if weighed:
        return "rule-off", f'"{shown}" {weighed}'
    return _numbers(folded, name, (old, new), shown)


_ON = frozenset({"true", "yes", "on", "1", "enable", "enabled", "all", "always"})
_OFF = frozenset({"false", "no", "off", "0", "none", "never", "ignore", "disable", "disabled"})


def _word(value: str | None) -> str | None:
    return None if value is None else value.strip().strip("\"'").casefold()


def _severity(folded: Key, old: str | None, new: str | None) -> str:
    in_rules = bool(RULE_SECTIONS.intersection(folded[:-1])) or folded[-1].startswith("report")
    in_rules = in_rules or folded[-1].endswith("severity")
    enabled = folded[-1] == "enabled" and len(folded) > 1  # of a section; by itself it may be of anything
    known = (old is None or old in SEVERITIES) and (new is None or new in SEVERITIES)
    if not known or not (in_rules or enabled or {old, new} & WORDS) or (old is None and new is None):
        return ""
    if (
        not in_rules
        and not enabled
        and (old is None or new is None)
        and (old or new) not in ("off", "error", "deny", "forbid")
    ):
        return ""
    before = SEVERITIES[old] if old is not None else None
    after = SEVERITIES[new] if new is not None else None
    if after == 0 and before != 0:
        return "is switched off"
    if before is not None and after is not None and after < before:
        return f"weighs less than before ({new}, not {old})"
    if after is None and before == SEVERITIES["error"] and in_rules:
        return "is gone, and was an error"
    return ""


def _numbers(folded: Key, name: str, values: tuple[str | None, str | None], shown: str) -> tuple[str, str]:
    old, new = (_number(value) for value in values)
    if FLOORS.fullmatch(name) and old is not None and (new is None or new < old) and _is_threshold(folded):
        return "threshold-lowered", f'"{shown}" asks for less than before: {values[1] or "nothing"}, not {values[0]}'
    if (
        CEILINGS.fullmatch(name)
        and new is not None
        and (new > old if old is not None else name in _FRESH or name.endswith("-threshold"))
    ):
        return "threshold-lowered", f'"{shown}" allows more than before: {values[1]}' + (
            f", not {values[0]}" if values[0] else ""
        )
    if name in VERSIONS and all(values):
        before, after = _version(values[0] or ""), _version(values[1] or "")
        if before and after and after < before:
            return "strictness-lowered", f'"{shown}" is lowered to {values[1]} from {values[0]}'
    return "", ""


_FRESH = frozenset(
    {"maxwarnings", "max-warnings", "retries", "retry", "reruns", "rerunfailingtestscount", "testtimeout"}
)
"""Ceilings that are lenient by being there at all."""


def _is_threshold(folded: Key) -> bool:
    return (
        folded[-1] not in ("lines", "functions", "branches", "statements", "level", "threshold", "minimum")
        or len(folded) - (folded[0] == "configuration") == 1
        or any(re.search(r"threshold|cover|limit|parameters|phpstan|jacoco|global|rule", part) for part in folded[:-1])
    )


def _number(value: str | None) -> float | None:
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(%|ms|s|m)?", value or "")
    return float(found[1]) * {"s": 1_000, "m": 60_000}.get(found[2] or "", 1) if found else None


def _version(text: str) -> tuple[int, ...]:
    text = text.replace("esnext", "9999").replace("es3", "2009").replace("es5", "2010").replace("es6", "2015")
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
