"""The ports with nothing secret going through: whatever leaves this machine or is kept passes one of these doors.

Each door goes through whole values, so what is added to an event or to a record is redacted without being named here.
What stays exact: files as they are written, edits, and the output that rung 0's tools print (its fixes are taken from
it; the file is redacted when the task ends).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from prunella.conversation import Answer, Conversation, Prompt, Reply
from prunella.domain import Check, CommandResult, Rung, Task, Verification
from prunella.events import AttemptEnded, Event, TaskEnded
from prunella.outcome import Attempt, Outcome
from prunella.ports import Changed, Files, Hit, Lately, Provider, Reporter, Sandbox, Store
from prunella.secrets.logs import redact_log
from prunella.secrets.redact import PLACEHOLDER, Redactor

CUT_AT = 1_000
"""A hit's line of this length was cut."""


class RedactedFiles:
    """``ports.Files`` as a model may see them."""

    def __init__(self, files: Files, redactor: Redactor) -> None:
        self._files, self._redactor = files, redactor
        self._read: dict[str, tuple[bytes, bytes]] = {}

    def read(self, path: str) -> bytes | None:
        """Without its secrets; None if the file is kept from models."""
        if self._redactor.denied(path, self._files.real(path)):
            return None
        data = self._files.read(path)
        if data is None:
            return None
        known = self._read.get(path)
        if known is None or known[0] != data:
            known = self._read[path] = (data, self._redactor.data(data))
        return known[1]

    def real(self, path: str) -> str:
        """See ``ports.Files``."""
        return self._files.real(path)

    def installed(self, path: str) -> bytes | None:
        """Published packages, as they are; a prompt that quotes one is looked through as a whole."""
        return None if self._redactor.denied(path) else self._files.installed(path)

    def mode(self, path: str) -> int:
        """See ``ports.Files``."""
        return self._files.mode(path)

    def paths(self) -> tuple[str, ...]:
        """All of them: a name is no secret."""
        return self._files.paths()

    def search(self, text: str, *, under: str = "", words: bool = False, limit: int = 50) -> tuple[Hit, ...]:
        """See ``ports.Files``."""
        real = self._redactor.restored(text).text
        return self._hits(self._files.search(real, under=under, words=words, limit=limit))

    def search_any(self, names: tuple[str, ...], *, words: bool = False, limit: int = 200) -> tuple[Hit, ...]:
        """See ``ports.Files``."""
        return self._hits(self._files.search_any(names, words=words, limit=limit))

    def refusal(self, path: str) -> str:
        """See ``ports.Files``; what may not be read may not be edited."""
        return self._files.refusal(path) or self._redactor.denied(path)

    def _hits(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return tuple(self._hit(hit) for hit in hits if not self._redactor.denied(hit.path))

    def _hit(self, hit: Hit) -> Hit:
        """A line of a private key tells nothing by itself, nor does one that was cut: then the file is looked at."""
        word = hit.text.strip(" \t\"'+,\\")
        if len(hit.text) >= CUT_AT or (len(word) >= 32 and " " not in word):
            data = self.read(hit.path) or b""
            lines = data.decode("utf-8", "replace").split("\n")
            text = lines[hit.line - 1].rstrip("\r") if hit.line <= len(lines) else ""
            return replace(hit, text=text[:CUT_AT])
        return replace(hit, text=self._redactor.source(hit.text))


class RedactedLately:
    """``ports.Lately`` as a model may see it."""

    def __init__(self, lately: Lately, redactor: Redactor) -> None:
        self._lately, self._redactor = lately, redactor

    def working(self) -> tuple[Changed, ...]:
        """See ``ports.Lately``; without files that are kept from models."""
        return self._allowed(self._lately.working())

    def commits(self, most: int = 10) -> tuple[Changed, ...]:
        """See ``ports.Lately``; without files that are kept from models."""
        return self._allowed(self._lately.commits(most))

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """See ``ports.Lately``."""
        return {name: self._redactor.data(data) for name, data in self._lately.contents(ids).items()}

    def _allowed(self, changed: tuple[Changed, ...]) -> tuple[Changed, ...]:
        denied = self._redactor.denied
        return tuple(one for one in changed if not denied(one.path or one.was) and not denied(one.was or one.path))


class RedactedProvider:
    """``ports.Provider``: all that is said to a model."""

    def __init__(self, provider: Provider, redactor: Redactor) -> None:
        self._provider, self._redactor = provider, redactor

    def begin(self, rung: Rung, prompt: Prompt) -> Conversation:
        """See ``ports.Provider``."""
        return self._provider.begin(rung, self._redactor.value(prompt))

    def resume(self, conversation: Conversation, replies: tuple[Reply, ...], text: str = "") -> Conversation:
        """See ``ports.Provider``."""
        said = tuple(reply._replace(text=self._redactor.text(reply.text)) for reply in replies)
        return self._provider.resume(conversation, said, self._redactor.text(text))

    def ask(self, rung: Rung, conversation: Conversation) -> tuple[Answer, Conversation]:
        """See ``ports.Provider``; the conversation was redacted as it grew."""
        return self._provider.ask(rung, conversation)


def redacted_providers(providers: Mapping[str, Provider], redactor: Redactor) -> dict[str, Provider]:
    """All of a ladder's."""
    return {name: RedactedProvider(provider, redactor) for name, provider in providers.items()}


class RedactedStore:
    """``ports.Store``. ``keep`` is told the exact diff of a fix that made the checks pass, if it quotes a secret, or
    what looks like a placeholder in the record."""

    def __init__(self, store: Store, redactor: Redactor, keep: Callable[[str, str], None]) -> None:
        self._store, self._redactor, self._keep = store, redactor, keep

    def task_started(self, task: Task, repository: str) -> None:
        """See ``ports.Store``."""
        self._store.task_started(self._redactor.value(task), self._redactor.text(repository))

    def verification(self, task: Task, verification: Verification) -> None:
        """See ``ports.Store``."""
        self._store.verification(self._redactor.value(task), self._redactor.value(verification))

    def attempt(self, task: Task, attempt: Attempt) -> None:
        """See ``ports.Store``."""
        told = self._redactor.value(replace(attempt, conversation=None))
        if attempt.healed and (told.fix.diff != attempt.fix.diff or PLACEHOLDER.search(attempt.fix.diff)):
            self._keep(task.id, attempt.fix.diff)
        self._store.attempt(self._redactor.value(task), told)

    def task_ended(self, outcome: Outcome) -> None:
        """See ``ports.Store``."""
        self._store.task_ended(shown(outcome, self._redactor))

    def noted(self, task: Task, kind: str, data: str) -> None:
        """See ``ports.Store``."""
        self._store.noted(self._redactor.value(task), self._redactor.text(kind), self._redactor.text(data))


class RedactedReporter:
    """``ports.Reporter``: the terminal, the log file, whoever else is told."""

    def __init__(self, reporter: Reporter, redactor: Redactor) -> None:
        self._reporter, self._redactor = reporter, redactor

    def emit(self, event: Event) -> None:
        """See ``ports.Reporter``."""
        if isinstance(event, AttemptEnded):
            event = event._replace(attempt=replace(event.attempt, conversation=None))
        elif isinstance(event, TaskEnded):
            event = TaskEnded(shown(event.outcome, self._redactor))
        self._reporter.emit(self._redactor.value(event))


class RedactedSandbox:
    """``ports.Sandbox``: the output is redacted where it lies, before anybody reads it."""

    def __init__(self, sandbox: Sandbox, redactor: Redactor) -> None:
        self._sandbox, self._redactor = sandbox, redactor

    @property
    def root(self) -> Path:
        """See ``ports.Sandbox``."""
        return self._sandbox.root

    def run(self, check: Check, log: Path) -> CommandResult:
        """See ``ports.Sandbox``."""
        try:
            return self._sandbox.run(check, log)
        finally:
            redact_log(log, self._redactor)


def shown(outcome: Outcome, redactor: Redactor) -> Outcome:
    """An outcome as it may be shown: without secrets, and without what was said to models."""
    attempts = tuple(replace(attempt, conversation=None) for attempt in outcome.attempts)
    return redactor.value(replace(outcome, attempts=attempts))
