"""Several reporters as one."""

from __future__ import annotations

from collections.abc import Iterable

from prunella.events import Event, Notice
from prunella.ports import Reporter


class Fanout:
    """Passes every event on to all reporters. One whose stream is gone is dropped, and the others are told: a report
    that nobody reads any more never ends a task."""

    def __init__(self, reporters: Iterable[Reporter]) -> None:
        self._reporters = tuple(reporters)

    def emit(self, event: Event) -> None:
        lost: list[str] = []
        for reporter in self._reporters:
            try:
                reporter.emit(event)
            except OSError as error:
                self._reporters = tuple(other for other in self._reporters if other is not reporter)
                lost.append(error.strerror or type(error).__name__)
        for reason in lost:
            self.emit(Notice(f"one of the reports cannot be written any more ({reason}); the task goes on."))
