"""Failures that are not the code's: no model can mend a full disk, and none is asked to.

Careful by design: a cause is only named when the output says so in the words of the shell, the package manager or the
runtime, and when no error in the code was read beside it. A test that prints ``ECONNREFUSED`` is a test that fails.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from prunella.domain import CommandResult, Diagnostic, Ending, Severity, Verification

_INSTALL = "Install the repository's dependencies ({how}), or correct the check's command."
_INSTALLS = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "pnpm-lock.yaml": "pnpm install",
    "yarn.lock": "yarn install",
    "bun.lock": "bun install",
    "uv.lock": "uv sync",
    "poetry.lock": "poetry install",
    "pdm.lock": "pdm install",
    "Pipfile.lock": "pipenv sync",
    "requirements.txt": "pip install -r requirements.txt",
}
_ANY_INSTALL = (
    "with the package manager that its lockfile belongs to: npm ci, pnpm install, yarn install, uv sync, "
    "poetry install, pip install -r …"
)
_CORRECT = "Correct the check's command."


class _Sign(NamedTuple):
    """A line that gives a cause away. ``words``: one of them is in it (so that most patterns are never compiled).
    ``codes`` are the exit codes it needs; none = any."""

    words: tuple[str, ...]
    pattern: str
    cause: str
    remedy: str
    codes: frozenset[int] = frozenset()
    asked: bool = False
    """Only when the check's own command has the name among its words: a script's slip is for the ladder."""
    lasting: bool = False
    """No change of the repository's files brings it about."""


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
        lasting=True,
    ),
    _Sign(
        ("ENOSPC", "No space left", "[Errno 28]", "quota exceeded", "EDQUOT"),
        r"\bENOSPC\b|No space left on device|\[Errno 28\]|[Dd]isk quota exceeded|\bEDQUOT\b",
        "the disk is full",
        "Free space on the disk, then run it again.",
        lasting=True,
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
        lasting=True,
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
        lasting=True,
    ),
    _Sign(
        ("Permission denied",),
        _SHELL + r"(?P<name>[^\s:]{1,200}): Permission denied$",
        "'{name}' may not be executed",
        "Make it executable (chmod +x), or run it through its interpreter.",
        frozenset({126}),
    ),
    _Sign(
        ("issing script", "NO_SCRIPT", "Couldn't find a script", "Script not found", " not found.", "nknown command"),
        r"^npm (?:ERR!|error) [Mm]issing script: \"?(?P<name>[^\"\s]{1,100})"
        r"|^\s*(?:\[?ERR_PNPM_NO_SCRIPT\]?)\s+Missing script: (?P<name2>\S{1,100})"
        r"|^Usage Error: Couldn't find a script named \"(?P<name3>[^\"\s]{1,100})\""
        r"|^error: Script not found \"(?P<name4>[^\"\s]{1,100})\""
        r"|^error Command \"(?P<name5>[^\"\s]{1,100})\" not found\."
        r"|^(?:npm (?:ERR!|error) )?Unknown command: \"(?P<name6>[^\"\s]{1,100})\"",
        "package.json has no script '{name}'",
        _CORRECT,
        asked=True,
    ),
    _Sign(
        ("file or directory not found: ", "not found: "),
        r"^(?:ERROR: )?(?:file or directory )?not found: (?P<name>[^\s:]{1,300})(?:::.{0,300})?$",
        "pytest finds no '{name}', which the command names",
        _CORRECT,
        asked=True,
    ),
    _Sign(
        ("No rule to make target", "no makefile found"),
        r"^(?:g?make): \*\*\* No rule to make target [`'‘](?P<name>[^'’\n]{1,100})['’]\.(?:  Stop\.)?$",
        "the makefile has no target '{name}'",
        _CORRECT,
        frozenset({2}),
        asked=True,
    ),
    _Sign(
        ("no such command", "no such subcommand", "unknown command"),
        r"^error: no such (?:sub)?command: ?`(?P<name>[^`\s]{1,100})`|^go (?P<name2>[\w-]{1,100}): unknown command$",
        "there is no command '{name}'",
        _CORRECT,
        asked=True,
    ),
    _Sign(
        ("can't open file", "can't cd to", "annot open", "No such file"),
        r"^\S{0,300}python[0-9.]{0,6}: can't open file '(?P<name>[^'\n]{1,300})': \[Errno 2\]"
        r"|" + _SHELL + r"cd: (?:can't cd to )?(?P<name2>[^\s:]{1,300})(?:: No such file or directory)?$"
        r"|" + _SHELL + r"(?:\.: )?(?:cannot open )?(?P<name3>[^\s:]{1,300}): No such file",
        "'{name}', which the command names, is not there",
        _CORRECT,
        asked=True,
    ),
)
_MEANT = r"^npm (?:ERR!|error)\s+npm (?:run )?(?P<name>\S{1,100}) # "
_MOST_LINES = 200


def environment(
    result: CommandResult,
    text: str,
    diagnostics: Iterable[Diagnostic] = (),
    *,
    command: str = "",
    paths: Collection[str] = (),
) -> tuple[str, str] | None:
    """Cause and remedy of a failure that is not the code's; None when it is, or may be.

    Args:
        result: how the command ended. A time limit is no cause: code can hang.
        text: the end of its output, cleaned.
        diagnostics: what was read from it; an error that does not itself speak of the cause rules the cause out.
        command: that was run; without it a mistyped one is not seen.
        paths: of the repository, so that the remedy can say how to install its dependencies.
    """
    found = _found(result, text, tuple(diagnostics), command)
    if found is None:
        return None
    sign, match = found
    name = _named(match)
    cause = sign.cause.format(name=name) if name or "{name}" not in sign.cause else "something it needs is not there"
    return cause, _remedy(sign, text, paths)


def cause(
    verification: Verification, tail: str | None = None, *, paths: Collection[str] = (), repaired: bool = False
) -> tuple[str, str] | None:
    """``environment`` for a verification's failed check; ``tail`` stands in for the check's own end of output.

    ``repaired``: the check ran on a model's fix. Then only those causes are named that no fix can bring about: it may
    have deleted what the command names, or filled the memory.
    """
    failed = verification.failed
    if failed is None:
        return None
    text, command = failed.tail if tail is None else tail, failed.check.command
    if repaired:
        found = _found(failed.result, text, failed.diagnostics, command)
        if found is None or not found[0].lasting:
            return None
    return environment(failed.result, text, failed.diagnostics, command=command, paths=paths)


def _found(
    result: CommandResult, text: str, diagnostics: tuple[Diagnostic, ...], command: str
) -> tuple[_Sign, re.Match[str] | None] | None:
    if result.passed or result.ending in {Ending.TIMED_OUT, Ending.OUTPUT_LIMIT}:
        return None
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    lines = text.split("\n")[-_MOST_LINES:]
    for sign in _SIGNS:
        match = _seen(sign, lines, result.exit_code, command)
        if match and all(re.search(sign.pattern, error.message, re.MULTILINE) for error in errors):
            return sign, match
    if result.exit_code in {137, -9} and not errors:
        killed = f"the command was killed (exit {result.exit_code}), most likely because memory ran out"
        return _Sign((), "", killed, "Give it more memory, or run fewer things at once."), None
    return None


def _seen(sign: _Sign, lines: list[str], exit_code: int, command: str) -> re.Match[str] | None:
    if (sign.codes and exit_code not in sign.codes) or (sign.asked and not command):
        return None
    likely = [line for line in lines if any(word in line for word in sign.words)]
    match = next(filter(None, (re.search(sign.pattern, line) for line in likely)), None)
    return match if match and (not sign.asked or _is_asked(_named(match), command)) else None


def _named(match: re.Match[str] | None) -> str:
    return next((name for name in match.groupdict().values() if name), "") if match else ""


def _is_asked(name: str, command: str) -> bool:
    """Whether the name is one of the command's words; tools print paths in full."""
    words = {word.partition("::")[0].removeprefix("./") for word in re.split(r"[\s\"';&|()<>=]+", command)}
    return any(word and (name.removeprefix("./") == word or name.endswith(f"/{word}")) for word in words)


def _remedy(sign: _Sign, text: str, paths: Collection[str]) -> str:
    if sign.remedy == _CORRECT:
        meant = list(dict.fromkeys(match["name"] for match in re.finditer(_MEANT, text, re.MULTILINE)))
        return f"{_CORRECT} Did you mean {', '.join(meant[:3])}?" if meant else _CORRECT
    if sign.remedy != _INSTALL:
        return sign.remedy
    how = dict.fromkeys(command for file, command in _INSTALLS.items() if file in paths)
    return _INSTALL.format(how=", ".join(how) or _ANY_INSTALL)
