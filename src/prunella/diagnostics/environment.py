"""Failures that are not the code's: no model can mend a full disk, and none is asked to.

Careful by design: a cause is only named when the output says so in the words of the shell, the package manager or the
runtime, and when no error in the code was read beside it. A test that prints ``ECONNREFUSED`` is a test that fails.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from prunella.diagnostics.causes import is_runner
from prunella.diagnostics.classify import classify
from prunella.domain import CommandResult, Diagnostic, Ending, ErrorClass, Severity, Verification

if TYPE_CHECKING:
    from prunella.diagnostics.signs import Sign

_MEANT = r"^npm (?:ERR!|error)\s+npm (?:run )?(?P<name>\S{1,100}) # "
_MOST_LINES = 200
_TELLING = 8
"""Characters of a message below which it says nothing by being part of a line."""
_IN_CODE = frozenset({ErrorClass.TYPE_MISMATCH, ErrorClass.SYNTAX, ErrorClass.MISSING_MEMBER, ErrorClass.LINT})
_INSTALLERS = frozenset({"npm", "pnpm", "yarn", "bun", "pip", "uv", "poetry", "nuget"})


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
) -> tuple[Sign, re.Match[str] | None] | None:
    if result.passed or result.ending in {Ending.TIMED_OUT, Ending.OUTPUT_LIMIT}:
        return None
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    lines = text.split("\n")[-_MOST_LINES:]
    from prunella.diagnostics import contained, machine, signs

    if result.ending in contained.ENDED:
        why, remedy = contained.ENDED[result.ending]
        none = signs.Sign((), "", f"the command was ended because {why}", f"If it needs that much, {remedy}.")
        return None if errors else (none, None)
    behind = contained.signs(result.walls, lines) if result.walls else ()
    for sign in (*behind, *signs.MISSING, *machine.SIGNS, *signs.ASKED):
        match = _seen(sign, lines, result.exit_code, command)
        if match and (sign.certain or not any(_speaks_against(error, sign, match.string) for error in errors)):
            return sign, match
    if result.exit_code in {137, -9} and not errors:
        killed = f"the command was killed (exit {result.exit_code}), most likely because memory ran out"
        return signs.Sign((), "", killed, "Give it more memory, or run fewer things at once."), None
    return None


def _speaks_against(error: Diagnostic, sign: Sign, line: str) -> bool:
    """Whether it is an error of the code's: it neither tells of the cause itself, nor only that a command failed."""
    kind = classify(error)
    if error.file and error.line and kind in _IN_CODE:
        return True
    if re.search(sign.pattern, error.message, re.MULTILINE):
        return False
    first = error.message.partition("\n")[0].strip()
    if len(first) >= _TELLING and (first in line or line.strip() in error.message):
        return False
    if error.file and error.line:
        return True
    return not (is_runner(error) or error.source in _INSTALLERS or kind is ErrorClass.ENVIRONMENT)


def _seen(sign: Sign, lines: list[str], exit_code: int, command: str) -> re.Match[str] | None:
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


def _remedy(sign: Sign, text: str, paths: Collection[str]) -> str:
    from prunella.diagnostics.signs import ANY_INSTALL, CORRECT, INSTALL, INSTALLS

    if sign.remedy == CORRECT:
        meant = list(dict.fromkeys(match["name"] for match in re.finditer(_MEANT, text, re.MULTILINE)))
        return f"{CORRECT} Did you mean {', '.join(meant[:3])}?" if meant else CORRECT
    if sign.remedy != INSTALL:
        return sign.remedy
    how = dict.fromkeys(command for file, command in INSTALLS.items() if file in paths)
    return INSTALL.format(how=", ".join(how) or ANY_INSTALL)
