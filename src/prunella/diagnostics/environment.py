"""Failures that are not the code's: no model can mend a full disk, and none is asked to.

Careful by design: a cause is only named when the output says so in the words of the shell, the package manager or the
runtime, and when no error in the code was read beside it. A test that prints ``ECONNREFUSED`` is a test that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from prunella.domain import CommandResult, Diagnostic, Ending, Severity, Verification

_INSTALL = (
    "Install the repository's dependencies with the package manager that its lockfile belongs to (npm ci, "
    "pnpm install, yarn install, uv sync, poetry install, pip install -r …), or correct the check's command."
)


class _Sign(NamedTuple):
    """A line that gives a cause away. ``words``: one of them is in it (so that most patterns are never compiled).
    ``codes`` are the exit codes it needs; none = any."""

    words: tuple[str, ...]
    pattern: str
    cause: str
    remedy: str
    codes: frozenset[int] = frozenset()


_SHELL = r"^(?:/bin/|/usr/bin/)?(?:ba|da|z|a)?sh: (?:line )?(?:[0-9]{1,6}: )?"
_SIGNS = (
    _Sign(
        ("env: ", "bad interpreter"),
        r"^(?:/usr/bin/)?env: [‘'“\"]?(?P<name>[^’'”\":\n]{1,80})[’'”\"]?: No such file or directory"
        r"|^\S{0,200}: (?:\S{1,200}: )?(?P<name2>\S{1,200}): bad interpreter",
        "the interpreter '{name}' is not there",
        "Install it, or correct the first line of the script that names it.",
    ),
    _Sign(
        ("not found", "No such file"),
        _SHELL + r"(?P<name>[^\s:]{1,200}): (?:command )?not found$"
        r"|^make(?:\[[0-9]+\])?: (?P<name2>[^\s:]{1,200}): (?:No such file or directory|Command not found)$",
        "the command '{name}' is not there",
        _INSTALL,
        frozenset({127, 2, 1}),
    ),
    _Sign(
        ("No module named",),
        r"^\S{0,300}python[0-9.]{0,6}: No module named (?P<name>\S{1,100})$",
        "Python's module '{name}' is not installed",
        _INSTALL,
    ),
    _Sign(
        ("This is not the tsc", "could not determine executable"),
        r"This is not the tsc command you are looking for|^npm (?:ERR!|error) could not determine executable",
        "the tool that the command names is not installed",
        _INSTALL,
    ),
    _Sign(
        ("file watchers",),
        r"ENOSPC: System limit for number of file watchers",
        "the system's limit of watched files is reached",
        "Raise fs.inotify.max_user_watches, or end other watchers.",
    ),
    _Sign(
        ("ENOSPC", "No space left", "[Errno 28]", "quota exceeded", "EDQUOT"),
        r"\bENOSPC\b|No space left on device|\[Errno 28\]|[Dd]isk quota exceeded|\bEDQUOT\b",
        "the disk is full",
        "Free space on the disk, then run it again.",
    ),
    _Sign(
        (
            "npm ",
            "PNPM",
            "WARN",
            "network",
            "Retrying",
            "error: failed",
            "dial tcp",
            "Google Fonts",
            "transfer",
            "fatal: ",
        ),
        r"^npm (?:ERR!|error) (?:code (?:ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT)|network )"
        r"|^\s*(?:ERR_PNPM_META_FETCH_FAIL|WARN\s+GET \S{1,300} error \((?:ENOTFOUND|ECONNREFUSED|EAI_AGAIN))"
        r"|There appears to be trouble with your network connection"
        r"|^(?:WARNING: )?Retrying \(Retry\(total=[0-9]+.{0,200}(?:NewConnectionError|NameResolutionError)"
        r"|^error: failed to (?:download|fetch) .{0,200}(?:crates\.io|static\.rust-lang)|spurious network error"
        r"|dial tcp: lookup \S{1,200}(?:proxy\.golang\.org|sum\.golang\.org)"
        r"|Failed to fetch `?[\w -]{1,60}`? from Google Fonts"
        r"|Could not transfer artifact .{0,300} from/to"
        r"|^fatal: unable to access '\S{1,300}': Could not resolve host",
        "a package registry or another host on the network cannot be reached",
        "Check the network, the proxy and the registry's address, then run it again.",
    ),
    _Sign(
        ("heap out of memory", "ENOMEM", "Cannot allocate memory", "Killed signal"),
        r"JavaScript heap out of memory|\bENOMEM\b|Cannot allocate memory|fatal error: Killed signal terminated",
        "the command ran out of memory",
        "Give it more memory (for Node: NODE_OPTIONS=--max-old-space-size=4096), or run fewer things at once.",
    ),
    _Sign(
        ("EADDRINUSE", "already in use"),
        r"EADDRINUSE|[Aa]ddress already in use|Port [0-9]{1,5} is already in use",
        "a port that the command needs is in use",
        "End the process that holds the port, or choose another one.",
    ),
    _Sign(
        ("ocker daemon",),
        r"Cannot connect to the Docker daemon|[Ii]s the docker daemon running\?",
        "the Docker daemon cannot be reached",
        "Start it, or give yourself the right to use it.",
    ),
    _Sign(
        ("Permission denied",),
        _SHELL + r"(?P<name>[^\s:]{1,200}): Permission denied$",
        "'{name}' may not be executed",
        "Make it executable (chmod +x), or run it through its interpreter.",
        frozenset({126}),
    ),
)
_MOST_LINES = 200


def environment(result: CommandResult, text: str, diagnostics: Iterable[Diagnostic] = ()) -> tuple[str, str] | None:
    """Cause and remedy of a failure that is not the code's; None when it is, or may be.

    Args:
        result: how the command ended. A time limit is no cause: code can hang.
        text: the end of its output, cleaned.
        diagnostics: what was read from it; an error that does not itself speak of the cause rules the cause out.
    """
    if result.passed or result.ending in {Ending.TIMED_OUT, Ending.OUTPUT_LIMIT}:
        return None
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    lines = text.split("\n")[-_MOST_LINES:]
    for sign in _SIGNS:
        found = _seen(sign, lines, result.exit_code)
        if found and all(re.search(sign.pattern, error.message, re.MULTILINE) for error in errors):
            names = [name for name in found.groupdict().values() if name]
            return sign.cause.format(name=names[0] if names else ""), sign.remedy
    if result.exit_code in {137, -9} and not errors:
        return (
            f"the command was killed (exit {result.exit_code}), most likely because memory ran out",
            "Give it more memory, or run fewer things at once.",
        )
    return None


def cause(verification: Verification, tail: str | None = None) -> tuple[str, str] | None:
    """``environment`` for a verification's failed check; ``tail`` stands in for the check's own end of output."""
    failed = verification.failed
    if failed is None:
        return None
    return environment(failed.result, failed.tail if tail is None else tail, failed.diagnostics)


def _seen(sign: _Sign, lines: list[str], exit_code: int) -> re.Match[str] | None:
    if sign.codes and exit_code not in sign.codes:
        return None
    likely = [line for line in lines if any(word in line for word in sign.words)]
    return next(filter(None, (re.search(sign.pattern, line) for line in likely)), None)
