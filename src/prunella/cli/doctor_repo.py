"""The doctor's look at the repository itself: what its checks need, against what is here. Changes nothing, runs no
program of the repository's, and takes well under a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from prunella.cli.findings import Finding, State
from prunella.config.values import plain
from prunella.errors import PrunellaError

MOST_SHOWN = 20


def look(root: Path, folders: Iterable[str], environ: Mapping[str, str]) -> list[Finding]:
    """Runtimes, dependencies, tsconfig and git's state, for each folder that a check runs in."""
    from prunella.cli.doctor_tools import output
    from prunella.triage.look import look as look_at
    from prunella.workspace.checkout import open_checkout

    try:
        files = open_checkout(root).files
    except PrunellaError:
        return []  # the doctor's own finding on the repository says why
    found: dict[Finding, None] = {}
    for folder in sorted(set(folders)):
        where = f"{folder}/: " if folder else ""
        for seen in look_at(root, files, folder, lambda command: output(command, environ)):
            detail = plain(f"{where}{seen.detail}", 300)
            found[Finding(f"repository: {seen.name}", State(seen.level.value), detail, seen.remedy)] = None
    return list(found)


def flaky(database: Path, root: Path) -> list[Finding]:
    """The tests that failed and then passed on the same files: the quarantine list."""
    import time

    from prunella.store.notes import flaky_tests

    try:
        tests = flaky_tests(database, str(root))
    except PrunellaError:
        return []
    findings = []
    for test in tests[:MOST_SHOWN]:
        last = time.strftime("%Y-%m-%d", time.localtime(test.last))
        times = "once" if test.times == 1 else f"{test.times} times"
        detail = plain(f"{test.name} ({times}, last on {last})", 300)
        findings.append(Finding("flaky test", State.WARN, detail, "Mend it, or quarantine it."))
    return findings
