"""The failing check itself as the checker: run again, as it is, on what is tried."""

from __future__ import annotations

import shlex
from pathlib import Path

from prunella.diagnostics.paths import relative
from prunella.diagnostics.registry import parse_all
from prunella.domain import CheckResult, Diagnostic, Severity
from prunella.toolchain.bench import MOST_OUTPUT, Bench, Ran

LONGEST_S = 20.0
"""How long a check may take for it to be run again and again."""

TRY_S = 40.0
"""How long a try may take: a build that fails early says nothing of how long one takes that passes."""


def quick(failed: CheckResult) -> bool:
    """Whether the check is worth running for each try."""
    return failed.result.duration_s <= LONGEST_S


def rerun(bench: Bench, failed: CheckResult, *, first: str = "", last: str = "") -> Ran:
    """Run the check again, with shell words before and after its command."""
    command = " ".join(part for part in (first, failed.check.command, last) if part)
    return bench.run("try", command, folder=failed.check.folder, timeout_s=TRY_S)


def errors_in(ran: Ran, bench: Bench, folder: str = "") -> tuple[Diagnostic, ...]:
    """The errors that a tool printed, with paths as the repository has them."""
    roots = {str(bench.root), str(bench.root.resolve())}
    found = relative(parse_all(ran.text), sorted(roots), folder)
    return tuple(error for error in found if error.severity is Severity.ERROR)


def printed(ran: Ran) -> bytes:
    """What a tool printed, byte for byte: for output that is data and not meant for a person.

    Raises:
        OSError: its log cannot be read.
    """
    with Path(ran.result.log_path).open("rb") as log:
        return log.read(MOST_OUTPUT)


def words_of(command: str) -> list[str]:
    """The command's words; [] when it is no plain one."""
    try:
        return shlex.split(command)
    except ValueError:
        return []
