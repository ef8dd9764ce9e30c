"""``prunella heal``: run the checks; when they fail, climb the ladder; say what came of it."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext

from prunella.app import Job, open_kit, prepare
from prunella.cli.commands import colour, put
from prunella.errors import ConfigError
from prunella.heal import heal
from prunella.outcome import Outcome
from prunella.redacted import shown
from prunella.report.live import LiveReporter, reporter_for
from prunella.report.plain import PlainReporter

FLAGS = (
    *("commit", "toolchain", "no_rerun", "baseline", "branch"),
    *("budget", "max_attempts", "escalate_at", "timeout", "sandbox", "log_file"),
)


def run_heal(options: Namespace) -> int:
    """Returns the exit code of the outcome."""
    flags = {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}
    if options.command == []:
        raise ConfigError("There is no command after --.", remedy="Say what must pass: `prunella heal -- npm test`.")
    job = prepare(options.repo, options.command or (), flags)
    outcome = _run(job, quiet=options.quiet)
    put(_result(outcome, as_json=options.json))
    return outcome.exit_code


def _run(job: Job, *, quiet: bool) -> Outcome:
    log_file = job.settings.log_file
    reporter = PlainReporter(None, log_file) if quiet else reporter_for(sys.stderr, log_file)
    view: AbstractContextManager[object] = reporter if isinstance(reporter, LiveReporter) else nullcontext()
    with view, open_kit(job, reporter) as kit:
        return shown(heal(job.task, job.ladder, kit), kit.redactor)


def _result(outcome: Outcome, *, as_json: bool) -> str:
    if as_json:
        from prunella.report.events_json import render

        return render(outcome)
    from prunella.report.summary import summary
    from prunella.report.words import columns

    return summary(outcome, colour=colour(), width=columns(sys.stdout, 100))
