"""``prunella heal``: run the checks; when they fail, climb the ladder; say what came of it."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from prunella.app import Job, open_kit, prepare
from prunella.cli.commands import colour, put
from prunella.heal import heal
from prunella.outcome import Outcome, Status
from prunella.report.live import LiveReporter, reporter_for
from prunella.report.plain import PlainReporter

FLAGS = ("commit", "branch", "budget", "max_attempts", "escalate_at", "timeout", "log_file")


def run_heal(options: Namespace) -> int:
    """Returns the exit code of the outcome."""
    flags = {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}
    job = prepare(options.repo, options.command, flags)
    outcome = _run(job, quiet=options.quiet)
    if job.no_rung and outcome.status is Status.NEEDS_HUMAN:
        raise job.no_rung
    put(_result(outcome, job, as_json=options.json))
    return outcome.exit_code


def _run(job: Job, *, quiet: bool) -> Outcome:
    log_file = job.settings.log_file
    log_file.parent.mkdir(parents=True, exist_ok=True)
    reporter = PlainReporter(None, log_file) if quiet else reporter_for(sys.stderr, log_file)
    view: AbstractContextManager[object] = reporter if isinstance(reporter, LiveReporter) else nullcontext()
    with view, open_kit(job, reporter) as kit:
        return heal(job.task, job.ladder, kit)


def _result(outcome: Outcome, job: Job, *, as_json: bool) -> str:
    if as_json:
        from prunella.report.events_json import document, text
        from prunella.report.story import of_outcome

        return text(document(of_outcome(outcome)))
    from prunella.report.summary import summary

    tests = outcome.status is Status.HEALED and _has_tests(job.checkout.files.paths())
    return summary(outcome, colour=colour(), has_tests=tests)


def _has_tests(paths: tuple[str, ...]) -> bool:
    """Whether files look like tests, by the names that test runners go by."""
    for path in paths:
        name = Path(path).name
        if ".test." in name or ".spec." in name or name.startswith("test_") or name.endswith(("_test.py", "_test.go")):
            return True
    return False
