"""``prunella context``: what a model would be shown of a failure, part by part, with the reason and the tokens."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from prunella.cli.commands import as_json, put
from prunella.context.build import Context, Sight, build
from prunella.context.tokens import estimate
from prunella.domain import Check, CommandResult, Ending, Verification
from prunella.errors import ConfigError
from prunella.store.outlines import OutlineCache
from prunella.verify import verify
from prunella.workspace.checkout import open_checkout

if TYPE_CHECKING:
    from prunella.events import Event
    from prunella.workspace.checkout import Checkout

FLAGS = ("timeout", "sandbox")
GREEN = "The checks pass: a model would be shown nothing."


def run_context(options: Namespace) -> int:
    """Returns 0, also when the checks fail: to show what they say is what was asked for.

    Raises:
        ConfigError: the log cannot be read, or there is no check to run.
    """
    from prunella.config.load import load
    from prunella.config.secret_values import redactor_for
    from prunella.redacted import RedactedFiles, RedactedLately

    if options.command == []:
        raise ConfigError("There is no command after --.", remedy="Say what must pass: `prunella context -- npm test`.")
    checkout = open_checkout(options.repo)
    flags = {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}
    settings = load(checkout.root, flags, os.environ)
    budget = options.tokens or settings.context_tokens
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    verification = _of_log(options, checkout) if options.log else _of_checks(options, flags)
    if verification.passed:
        return put(as_json({"sections": [], "tokens": 0, "budget": budget}) if options.json else GREEN)
    redactor = redactor_for(settings, os.environ)
    with OutlineCache(settings.home / "symbols.db") as memory:
        files, lately = RedactedFiles(checkout.files, redactor), RedactedLately(checkout.lately, redactor)
        context = redactor.value(build(redactor.value(verification), Sight(files, lately, memory), budget))
    return put(as_json(_document(context, budget)) if options.json else _text(context, budget))


class _Recorded:
    """A sandbox that has run the check already: its output is in a file."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root, self._log = root, log

    def run(self, check: Check, log: Path) -> CommandResult:
        """The recorded output; how the check ended is not known, so it counts as failed."""
        del check, log
        return CommandResult(1, Ending.EXITED, 0.0, str(self._log), self._log.stat().st_size)


class _Told:
    """Says on stderr which check runs."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def emit(self, event: Event) -> None:
        """See ``ports.Reporter``."""
        check = getattr(event, "check", None)
        if isinstance(check, Check) and not self._quiet:
            sys.stderr.write(f"prunella: running {check.name}: {check.command}\n")


def _of_log(options: Namespace, checkout: Checkout) -> Verification:
    log = Path(options.log)
    if not log.is_file():
        raise ConfigError(f"There is no log {log}.", remedy="Name a file that holds the output of a failed check.")
    command = " ".join(options.command or ())
    sandbox = _Recorded(checkout.root, log)
    return verify((Check("check", command),), sandbox, 0, log.parent, _Told(quiet=True))


def _of_checks(options: Namespace, flags: dict[str, object]) -> Verification:
    """The checks are run as ``prunella heal`` would run them."""
    from prunella.app import prepare
    from prunella.config.secret_values import redactor_for
    from prunella.redacted import RedactedSandbox

    job = prepare(options.repo, options.command or (), {**flags, "commit": False})
    redactor = redactor_for(job.settings, os.environ)
    sandbox = RedactedSandbox(job.contained.sandbox(job.checkout.root), redactor)
    logs = job.settings.home / "runs" / job.task.id
    logs.mkdir(parents=True, exist_ok=True)
    return verify(job.task.checks, sandbox, 0, logs, _Told(quiet=options.json))


def _system() -> str:
    from prunella.prompts.render import render

    return render("system")


def _document(context: Context, budget: int) -> dict[str, object]:
    system = _system()
    rows: list[dict[str, object]] = [
        {"title": "system", "reason": "how to work", "tokens": estimate(system), "text": system},
        *(
            {"title": part.title, "reason": part.reason, "tokens": part.tokens, "text": part.text}
            for part in context.sections
        ),
    ]
    return {"sections": rows, "tokens": context.tokens + estimate(system), "budget": budget}


def _text(context: Context, budget: int) -> str:
    system = _system()
    parts = [f"── system prompt · {estimate(system)} tokens · how to work (`--json` prints it)"]
    parts += [
        f"── {part.title} · {part.tokens} tokens · {part.reason}\n{part.text.rstrip()}" for part in context.sections
    ]
    total = context.tokens + estimate(system)
    parts.append(f"── total: {total} tokens, of them {context.tokens} of the {budget} that errors and code may have")
    return "\n\n".join(parts)
