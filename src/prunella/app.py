"""From settings to a kit: the only file that knows concrete classes."""

from __future__ import annotations

import importlib
import os
import shlex
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from prunella.config.detect import detect
from prunella.config.home import prepare as prepare_home
from prunella.config.ladder import access, build
from prunella.config.load import load
from prunella.config.secret_values import redactor_for
from prunella.contained import Contained, contained
from prunella.domain import Base, Check, Ladder, Task
from prunella.errors import ConfigError, PrunellaError, RepositoryError
from prunella.events import Notice
from prunella.kit import Kit, plain_step
from prunella.late import Rung0
from prunella.ports import Provider, Reporter
from prunella.redacted import RedactedReporter, RedactedSandbox, RedactedStore, redacted_providers
from prunella.secrets.logs import redact_logs
from prunella.store.outlines import OutlineCache
from prunella.store.sqlite import SqliteStore
from prunella.workspace.checkout import Checkout, open_checkout
from prunella.workspace.patches import keep
from prunella.workspace.processes import started

if TYPE_CHECKING:
    from prunella.config.settings import Settings
    from prunella.providers.http import Wire
    from prunella.providers.ledger import TaskLedger
    from prunella.providers.prices import Prices
    from prunella.providers.transport import Transport
    from prunella.sandbox.local import LocalSandbox
    from prunella.store.days import Owner
    from prunella.toolchain.bench import Bench


@dataclass(frozen=True, slots=True)
class Job:
    """A task ready to run, and what a person should know first.

    ``no_rung`` says why the ladder is empty, if it is: green checks need no key, so that is an error for red ones only.
    """

    task: Task
    ladder: Ladder
    settings: Settings
    checkout: Checkout
    notices: tuple[str, ...]
    contained: Contained
    no_rung: ConfigError | None = None


def prepare(folder: Path, command: Sequence[str], flags: Mapping[str, object]) -> Job:
    """Everything about a heal that can be wrong is found here, before anything runs or costs.

    Args:
        folder: somewhere in the checkout; detected checks and ``command`` run there.
        command: the verify command as given after ``--``; () = configured or detected checks.
        flags: options given on the command line, by their destination's name.

    Raises:
        ConfigError, RepositoryError: with the remedy.
    """
    checkout = open_checkout(folder)
    settings = load(checkout.root, flags, os.environ)
    prepare_home(settings.home)
    ladder, notices, no_rung = _ladder(settings)
    problem = checkout.commit_problem(settings.branch) if settings.commit else ""
    if problem:
        raise RepositoryError(problem, remedy="Or run it with --no-commit: the fix then stays in the working tree.")
    task = Task(
        _task_id(),
        str(checkout.root),
        _checks(settings, checkout.root, folder, command),
        commit=settings.commit,
        branch=settings.branch,
        created_at=time.time(),
        budget_usd=settings.budget_task_usd,
        context_tokens=settings.context_tokens,
    )
    behind = contained(settings, checkout.root, os.environ)
    notices = (*settings.notices, *notices, *filter(None, (behind.chosen.words,)))
    return Job(task, ladder, settings, checkout, notices, behind, no_rung)


def _ladder(settings: Settings) -> tuple[Ladder, tuple[str, ...], ConfigError | None]:
    try:
        ladder, notices = build(settings, _model_warning)
    except ConfigError as error:
        return Ladder(()), (f"{error.message} The checks are run all the same.",), error
    return ladder, notices, None


@contextmanager
def open_kit(job: Job, reporter: Reporter) -> Iterator[Kit]:
    """The kit of a job, for the length of the block."""
    from prunella.providers.ledger import TaskLedger
    from prunella.providers.limits import Budget
    from prunella.providers.transport import Transport

    settings, logs = job.settings, job.settings.home / "runs" / job.task.id
    with ExitStack() as stack:
        redactor = redactor_for(settings, os.environ)
        reporter = RedactedReporter(reporter, redactor)
        stack.callback(redact_logs, logs, redactor)
        store = stack.enter_context(SqliteStore(settings.database, redact=redactor.text))
        calls = store.for_task(job.task.id, partial(_owner, job))
        days = (settings.budget_repository_day_usd, settings.budget_organisation_day_usd)
        ledger = TaskLedger(calls, _prices(settings, job.ladder), Budget(job.task.budget_usd, *days))
        transport = Transport()
        stack.callback(transport.close)
        for notice in job.notices:
            reporter.emit(Notice(notice))
        warm = _Warm(transport, job)

        def started_group(group: int) -> None:
            job.checkout.note_process_group(group, started(group))
            warm.start()

        def ready() -> None:
            if job.no_rung:
                raise job.no_rung
            ledger.require_prices(job.ladder.rungs)

        sandbox = job.contained.sandbox(job.checkout.root, on_group=started_group)
        stack.callback(sandbox.close)
        yield Kit(
            workspace=job.checkout,
            sandbox=RedactedSandbox(sandbox, redactor),
            providers=redacted_providers(_providers(job, ledger, transport, reporter), redactor),
            ledger=ledger,
            store=RedactedStore(store, redactor, partial(keep, job.checkout.repository)),
            reporter=reporter,
            step=plain_step,
            logs=logs,
            now=time.time,
            ready=ready,
            memory=stack.enter_context(OutlineCache(settings.home / "symbols.db")),
            toolchain=_toolchain(job, sandbox, stack) if settings.toolchain else None,
            rerun=settings.flaky_rerun,
            tuning=settings.guard,
            base=_base(job, store) if settings.baseline else None,
            redactor=redactor,
        )


def _owner(job: Job) -> Owner:
    """Whose day's budget the task's requests count against."""
    from prunella.store.days import Owner
    from prunella.workspace.origin import origin

    return Owner(job.checkout.repository.common_dir, origin(str(job.checkout.root)))


def _toolchain(job: Job, sandbox: LocalSandbox, stack: ExitStack) -> Rung0:
    def bench() -> Bench:
        from prunella.toolchain.bench import Bench

        logs = job.settings.home / "runs" / job.task.id
        return Bench(job.checkout, sandbox, job.contained.environment, logs)

    rung = Rung0(bench)
    stack.callback(rung.close)
    return rung


def _base(job: Job, store: SqliteStore) -> Callable[[tuple[Check, ...]], Base | None]:
    """Verifies the commit to compare with, in a folder of its own; what it said is known from then on."""

    def verified(checks: tuple[Check, ...]) -> Base | None:
        from prunella.based import verified_at

        return verified_at(job.task, job.settings, checks, job.contained, store)

    return verified


def _providers(job: Job, ledger: TaskLedger, transport: Transport, reporter: Reporter) -> dict[str, Provider]:
    """By the rung's name, so that two rungs of one provider may have two addresses."""
    from prunella.providers.caller import HttpProvider
    from prunella.providers.http import Endpoint

    providers: dict[str, Provider] = {}
    for rung in job.ladder.rungs:
        wire = wire_of(rung.provider)
        door = access(job.settings, rung)
        endpoint = Endpoint(door.base_url or wire.DEFAULT_BASE_URL, door.key)
        providers[rung.name] = HttpProvider(wire, transport, ledger, reporter, endpoint)
    return providers


def _prices(settings: Settings, ladder: Ladder) -> Prices:
    """The user's own rates win over the package's; the repository's fill in only where the package has none, or a
    repository could make a dear model look free."""
    from prunella.providers.prices import Prices, Rates

    def rates(*, trusted: bool) -> dict[str, Rates]:
        return {
            model: Rates(price.input, price.output, price.cached, price.cache_write)
            for model, price in settings.prices.items()
            if price.trusted is trusted
        }

    own, stated = rates(trusted=True), rates(trusted=False)
    known = Prices(settings.home / "cache", own)
    providers = {rung.model: rung.provider for rung in ladder.rungs}
    unknown = {
        model: rate
        for model, rate in stated.items()
        if model in providers and known.rates(providers[model], model, at=time.time()) is None
    }
    return Prices(settings.home / "cache", {**unknown, **own}) if unknown else known


def wire_of(provider: str) -> Wire:
    """The wire format that a provider speaks. Imported when asked for: each costs a few milliseconds."""
    if provider == "anthropic":
        from prunella.providers import anthropic

        return anthropic
    if provider == "openai":
        from prunella.providers import openai

        return openai
    from prunella.providers import compatible

    return compatible


class _Warm:
    """Imports what a red build will need in a thread while the first check runs: the time is hidden there."""

    def __init__(self, transport: Transport, job: Job) -> None:
        self._transport, self._job = transport, job
        self._started = False

    def start(self) -> None:
        """Once; later calls do nothing."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._work, name="warm", daemon=True).start()

    def _work(self) -> None:
        for name in ("prunella.mending", "prunella.landing", "prunella.report.summary"):
            importlib.import_module(name)
        for rung in self._job.ladder.rungs[:1]:
            with suppress(PrunellaError):  # whatever is wrong is said when it is really needed
                self._transport.warm(
                    access(self._job.settings, rung).base_url or wire_of(rung.provider).DEFAULT_BASE_URL
                )


def _checks(settings: Settings, root: Path, folder: Path, command: Sequence[str]) -> tuple[Check, ...]:
    """As given, as configured, or as detected where the user stands (then, failing that, in the root)."""
    below = folder.resolve().relative_to(root.resolve()).as_posix()
    here = "" if below == "." else below
    if command:
        line = command[0] if len(command) == 1 else shlex.join(command)
        if not line.strip().strip("'\""):
            raise ConfigError(
                "The command after -- is empty.", remedy="Say what must pass: `prunella heal -- npm test`."
            )
        return (Check(_check_name(command), line, settings.timeout, here),)
    if settings.checks:
        return settings.checks
    return detect(root, folder=here, timeout_s=settings.timeout)


def _model_warning(model: str) -> str:
    """What the catalogue says of a model that has ended, will end or is unknown; "" for a current one."""
    from datetime import UTC, datetime

    from prunella.providers.catalog import status

    return status(model, datetime.now(tz=UTC).date()).warning


def _check_name(command: Sequence[str]) -> str:
    """A short name for a command: its last plain word (``npm run build`` is ``build``)."""
    words = [word for word in " ".join(command).split() if word.replace("-", "").replace("_", "").isalnum()]
    plain = [word for word in words if not word.startswith("-")]
    return plain[-1][:40] if plain else "check"


def _task_id() -> str:
    """Short enough to type, long enough to be unique in a lifetime of tasks; begins with the day."""
    return time.strftime("%m%d") + "-" + os.urandom(4).hex()
