"""A test command cut down to the files whose tests failed, where that can be done without guessing."""

from __future__ import annotations

import posixpath
import re
import shlex

from prunella.domain import Check, CheckResult, Severity
from prunella.ports import Files

MOST_FILES = 12
_JEST = r"(?:npx\s+|pnpm\s+(?:exec\s+)?|yarn\s+|bunx\s+)?(?:\S*/)?jest"
_RUNNERS = (
    r"(?:\S*/)?(?:python[0-9.]*(?:\s+-[A-Zb-z]+)*\s+-m\s+)?pytest",
    r"(?:uv|poetry|pdm|hatch)\s+run\s+(?:python\s+-m\s+)?pytest",
    r"(?:npx\s+|pnpm\s+(?:exec\s+)?|yarn\s+|bunx\s+)?(?:\S*/)?vitest\s+(?:run|--run)",
    _JEST,
)
_FLAGS = r"(?:\s+-(?:n|j|p)\s*[\w:.]+|\s+--?[A-Za-z][\w.-]*(?:=[\w.,:/-]+)?)*\s*"
_DIRECT = rf"(?:{'|'.join(_RUNNERS)}){_FLAGS}"
_SCRIPT = r"(?P<tool>npm|pnpm|yarn|bun)\s+(?:run\s+)?(?P<name>[\w:.-]+)\s*"
_VALUED = r"\s(?:-k|-m|-t|-c|-W|-o|-r|--(?:config|project|testNamePattern|reporter|dir|root|maxfail|durations))\s"
_TESTERS = frozenset({"pytest", "jest", "vitest", "unittest"})
_TEST_FILE = r"(?:^|/)(?:test_[^/]*\.py|[^/]*_test\.py|[^/]*\.(?:test|spec)\.[cm]?[jt]sx?)$"


def narrowed(failed: CheckResult, files: Files) -> Check | None:
    """The check for the failed tests' files alone; None when its command is not a test runner's plain call, or when it
    is not known which files' tests failed."""
    check = failed.check
    errors = [found for found in failed.diagnostics if found.severity is Severity.ERROR]
    if not errors or any(error.source not in _TESTERS for error in errors):
        return None
    named = {_test_file((error.file, *(place.file for place in error.related))) for error in errors}
    if "" in named or len(named) > MOST_FILES:
        return None
    added = " ".join(shlex.quote(posixpath.relpath(path, check.folder or ".")) for path in sorted(named))
    command = check.command.strip()
    if _is_direct(command):
        return check._replace(name=f"{check.name}-quick", command=f"{command} {_literally(command)}{added}")
    script = re.fullmatch(_SCRIPT, command)
    if script and _is_direct(inner := _script(script["name"], check.folder, files)):
        between = " -- " if script["tool"] == "npm" else " "
        return check._replace(name=f"{check.name}-quick", command=f"{command}{between}{_literally(inner)}{added}")
    return None


def _literally(command: str) -> str:
    """What keeps a runner from taking names for patterns: to Jest, ``[id].test.ts`` would name no file."""
    jest = re.match(_JEST, command) and "--runTestsByPath" not in command
    return "--runTestsByPath " if jest else ""


def _is_direct(command: str) -> bool:
    if not re.fullmatch(_DIRECT, command):
        return False
    return not re.search(_VALUED, f"{command} ".replace("-m pytest", "pytest", 1))


def _test_file(places: tuple[str, ...]) -> str:
    """The test's own file among the places of its failure; "" if none looks like one."""
    return next((place for place in places if re.search(_TEST_FILE, place)), "")


def _script(name: str, folder: str, files: Files) -> str:
    import json

    try:
        manifest = json.loads(files.read(posixpath.join(folder, "package.json")) or b"{}")
        command = manifest.get("scripts", {}).get(name, "")
    except (ValueError, AttributeError):
        return ""
    return command if isinstance(command, str) else ""
