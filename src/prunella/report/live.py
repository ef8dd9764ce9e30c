"""The live view on a terminal: the log lines scroll, and below them two lines say where the task stands.

All output is written by one thread; events only leave a value for it, so emitting never waits for the terminal and is
safe from any thread. The thread also imports rich, while the first check runs.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO

from prunella.events import Event
from prunella.report.plain import LineLog, PlainReporter, discard, encodable, lost
from prunella.report.view import View, follow, rows

SHORTEST_S = 1 / 8
"""Between two refreshes."""

LONGEST_S = 1.0
"""Without news there is one so often, for the clock."""

_TERMINAL = ("TERM", "COLORTERM")
"""All of the environment that rich may see: COLUMNS and the like would overrule the terminal's real size."""


def reporter_for(
    stream: TextIO, log_file: Path | None, environ: Mapping[str, str] = os.environ
) -> LiveReporter | PlainReporter:
    """The live view if ``stream`` is a terminal that can show it, else log lines. NO_COLOR (https://no-color.org)
    switches off colour only."""
    able = environ.get("TERM", "") not in {"", "dumb", "unknown"} and "utf" in (stream.encoding or "").lower()
    if able and stream.isatty():
        return LiveReporter(stream, log_file, colour=not environ.get("NO_COLOR"))
    return PlainReporter(stream, log_file)


class LiveReporter:
    """The view. Use it as a context manager: on leaving, by whatever way, the terminal is as it was before.

    It ends by itself with the task; what comes after that is printed as lines. When the terminal goes away, the log
    file says so and the task goes on.
    """

    def __init__(
        self,
        stream: TextIO,
        log_file: Path | None,
        *,
        colour: bool = True,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._colour = colour
        self._monotonic = monotonic
        self._log = LineLog(log_file, now)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._over = threading.Event()
        self._view = View(begun=monotonic(), phase_begun=monotonic())
        self._lines: list[str] = []
        self._lost = False
        self._thread: threading.Thread | None = None

    def emit(self, event: Event) -> None:
        """Leave what there is to say of ``event`` for the view."""
        with self._lock:
            _, said = self._log.take(event)
            if self._lost:
                return
            self._view = follow(self._view, event, self._monotonic())
            self._lines += said
            over = self._view.ended or self._over.is_set()
            if self._thread is None and not over:
                self._thread = threading.Thread(target=self._show, name="prunella-live", daemon=True)
                self._thread.start()
        self._news.set()
        if over:
            self.close()

    def close(self) -> None:
        """Show what is left, take the view away and give the terminal back. Safe to call twice."""
        self._over.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            text = "".join(f"{line}\n" for line in self._lines)
            self._lines = []
            if text and not self._lost:
                try:
                    self._stream.write(encodable(text, self._stream))
                    self._stream.flush()
                except OSError as error:
                    self._lose(error)

    def __enter__(self) -> LiveReporter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _show(self) -> None:
        """The thread's work."""
        try:
            screen = _Screen(self._stream, colour=self._colour)
            with screen.live:
                while self._refresh(screen):
                    self._news.wait(LONGEST_S)
                    self._over.wait(SHORTEST_S)  # News that come close together are shown together.
        except OSError as error:
            with self._lock:
                self._lose(error)

    def _lose(self, error: OSError) -> None:
        """The terminal is gone."""
        self._lost = True
        self._lines = []
        self._log.take(lost(error))
        discard(self._stream)

    def _refresh(self, screen: _Screen) -> bool:
        """Show what is new; False when that was the last. The order matters: what comes in from here on, the end too,
        is news for the next time."""
        self._news.clear()
        goes_on = not self._over.is_set()
        with self._lock:
            said, self._lines = self._lines, []
            view = self._view
        screen.show(said, rows(view, self._monotonic()))
        return goes_on


class _Screen:
    """A terminal through rich, which is imported here and nowhere else."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        self._text = Text
        self._stream = stream
        self._console = Console(
            file=stream,
            force_terminal=True,
            no_color=not colour,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
            _environ={name: os.environ[name] for name in _TERMINAL if name in os.environ},
        )
        self._fit()
        self.live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )

    def show(self, lines: list[str], view: tuple[str, str]) -> None:
        """Scroll the lines above the view and draw it anew."""
        self._fit()
        for line in lines:
            self._console.print(self._text(line, style=_style(line), overflow="fold"))
        head, phase = view
        text = self._text(no_wrap=True, overflow="ellipsis")
        self.live.update(text.append(head, style="bold").append("\n").append(phase, style="dim"), refresh=True)

    def _fit(self) -> None:
        """Take the size of the terminal that is written to; rich would look at the standard streams."""
        columns, height = os.get_terminal_size(self._stream.fileno())
        # A terminal that does not know its size says 0 (containers, recorders).
        self._console.width, self._console.height = columns or 80, height or 24


def _style(line: str) -> str:
    if line.startswith("✅"):
        return "green"
    if line.startswith(("VERIFICATION", "Build still failing", "No fix from")):
        return "red"
    if line.startswith(("====", "ESCALATING", "Getting second")):
        return "yellow"
    return ""
