"""Runs the checks and reads what they print: the only judge of a fix."""

from __future__ import annotations

import os
import re
from pathlib import Path

from prunella.domain import (
    Check,
    CheckResult,
    CommandResult,
    Diagnostic,
    Ending,
    ErrorClass,
    Severity,
    Verification,
)
from prunella.events import CheckFinished, CheckStarted
from prunella.ports import Reporter, Sandbox

MIB = 1024 * 1024
TAIL_LINES = 60
TAIL_CHARS = 6_000
SUMMARY_CHARS = 160
_SAYS_ERROR = (
    r"(?i)\b(?:\w*error|\w*exception|fail(?:ed|ure)?|fatal|panic|cannot|can't|not found|undefined|denied|"
    r"missing script)\b"
)
_SAYS_NOTHING = (
    r"^\W*(?:npm (?:ERR!|error|warn|WARN)|yarn |error Command failed|ELIFECYCLE|ERR_PNPM|make(?:\[[0-9]+\])?: |ninja: |"
    r"Found [0-9]+ error|[0-9]+ error|A complete log of this run|Lifecycle script|Exit status|Process completed|at )"
)
_SAYS_HOW = (
    r"^(?:npm (?:ERR!|error) )?\s*(?:A complete log of this run|To see a list of|npm (?:run )?\S+ # |Did you mean|$)"
)


def verify(checks: tuple[Check, ...], sandbox: Sandbox, number: int, logs: Path, reporter: Reporter) -> Verification:
    """Run the checks in order, up to the first that fails, and read the output of that one.

    Args:
        checks: what must pass.
        sandbox: where they run.
        number: of this verification within its task, from 0.
        logs: the folder for the output, one file per check: ``<number>-<name>.log``.
        reporter: is told when each check starts and ends.

    Raises:
        SandboxError: a check could not be started.
    """
    results: list[CheckResult] = []
    for check, log in zip(checks, _log_files(checks, number, logs), strict=True):
        reporter.emit(CheckStarted(check, number))
        result = _read(check, sandbox.run(check, log), sandbox)
        results.append(result)
        reporter.emit(CheckFinished(result, number))
        if not result.passed:
            return told_by(number, tuple(results))
    return Verification(number, tuple(results))


def _read(check: Check, result: CommandResult, sandbox: Sandbox) -> CheckResult:
    """A check that passed is not read: what it printed is nobody's question."""
    if result.passed:
        return CheckResult(check, result)
    from prunella.diagnostics.limits import MOST_COUNTED
    from prunella.diagnostics.paths import relative
    from prunella.diagnostics.reading import read_file

    reading = read_file(Path(result.log_path))
    found = relative(reading.diagnostics[:MOST_COUNTED], _roots(sandbox), check.folder)
    return CheckResult(check, result, found, _tail(reading.tail))


def _roots(sandbox: Sandbox) -> tuple[str, ...]:
    """The names under which commands see the repository's root."""
    return tuple(dict.fromkeys((str(sandbox.root), os.path.realpath(sandbox.root))))


def told_by(number: int, results: tuple[CheckResult, ...]) -> Verification:
    """The verification of checks of which the last one failed."""
    from prunella.diagnostics.causes import leading  # none of these is needed by green checks
    from prunella.diagnostics.classify import classify
    from prunella.diagnostics.environment import environment
    from prunella.diagnostics.fingerprint import fingerprints

    failed = results[-1]
    errors = _counting(failed.diagnostics)
    not_code = environment(failed.result, failed.tail, failed.diagnostics, command=failed.check.command)
    causes = leading(errors)
    error_class = ErrorClass.ENVIRONMENT if not_code else classify(causes[0]) if causes else ErrorClass.UNKNOWN
    summary = _summary(failed, causes)
    if not errors or failed.result.ending is not Ending.EXITED:
        # Progress is measured by fingerprints, so what no parser knows has one as well.
        said = _told(failed) or summary
        errors = (*errors, Diagnostic("", 0, 0, Severity.ERROR, failed.check.name, said, "output"))
    return Verification(number, results, fingerprints(errors), summary, error_class)


def _counting(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Errors; if the check failed without any, what else was read."""
    for severity in Severity:
        found = tuple(diagnostic for diagnostic in diagnostics if diagnostic.severity is severity)
        if found:
            return found
    return ()


def _summary(failed: CheckResult, errors: tuple[Diagnostic, ...]) -> str:
    """The line for a person. The place of the error is kept whole, its message is shortened."""
    told = _told(failed)
    if told:
        return told
    if errors:
        first = errors[0]
        message = " ".join(first.message.partition("\n")[0].split()) or first.code
        place = f" ({first.file}:{first.line})" if first.line else f" ({first.file})" if first.file else ""
        return _shortened(message, max(40, SUMMARY_CHARS - len(place))) + place
    line = _telling_line(failed.tail)
    if line:
        return _shortened(line, SUMMARY_CHARS)
    code = failed.result.exit_code
    how = f"was ended by signal {-code}" if code < 0 else f"failed with exit code {code}"
    return f"check '{failed.check.name}' {how}" + ("" if failed.tail else " and printed nothing")


def _told(failed: CheckResult) -> str:
    """What we know better than the output does, because we ended the check ourselves."""
    name, result = failed.check.name, failed.result
    if result.ending is Ending.TIMED_OUT:
        return f"check '{name}' timed out after {failed.check.timeout_s:g} s"
    if result.ending is Ending.OUTPUT_LIMIT:
        return f"check '{name}' was ended because it printed {result.output_bytes // MIB} MB"
    from prunella.diagnostics.contained import ENDED

    why, _ = ENDED.get(result.ending, ("", ""))
    return f"check '{name}' was ended because {why}" if why else ""


def _telling_line(tail: str) -> str:
    """The line of the end of the output that most likely says what is wrong; the last one if none does."""
    lines = [" ".join(line.split()) for line in tail.split("\n") if line.strip()]
    own = [line for line in lines if not re.match(_SAYS_NOTHING, line)]
    own = own or [line for line in lines if not re.match(_SAYS_HOW, line)] or lines or [""]
    return next((line for line in own if re.search(_SAYS_ERROR, line)), own[-1])


def _tail(text: str) -> str:
    tail = "\n".join(text[-TAIL_LINES * 400 :].rstrip().split("\n")[-TAIL_LINES:])
    return tail if len(tail) <= TAIL_CHARS else tail[-TAIL_CHARS:].partition("\n")[2] or tail[-TAIL_CHARS:]


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _log_files(checks: tuple[Check, ...], number: int, logs: Path) -> list[Path]:
    """One file per check, named after it as far as file systems allow."""
    names: list[str] = []
    for check in checks:
        name = f"{number}-{re.sub(r'[^A-Za-z0-9._-]+', '-', check.name)[:60].strip('-.') or 'check'}"
        names.append(name if name not in names else f"{name}-{len(names)}")
    return [logs / f"{name}.log" for name in names]
