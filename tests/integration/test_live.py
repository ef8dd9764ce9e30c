"""The live view on a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from rich.cells import cell_len

from prunella.events import Answered, AttemptStarted, CheckStarted, Notice, TaskStarted
from prunella.report.live import LiveReporter
from report_samples import BUILD, CLAUDE, LADDER, TASK, all_failed, healed_by_codex, spent, story

SHOW, HIDE = b"\x1b[?25h", b"\x1b[?25l"
CODES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The far side of a pseudo-terminal: everything written to it, and a wait for a text to appear."""

    def __init__(self, columns: int) -> None:
        self.master, slave = pty.openpty()
        self.resize(columns)
        self.stream: TextIO = os.fdopen(slave, "w", encoding="utf-8", buffering=1)
        self.written = b""
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self.master, 65_536)
            except OSError:  # EIO: the near side is closed.
                return
            with self._changed:
                self.written += chunk
                self._changed.notify_all()

    def wait_for(self, text: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: text.encode() in self.written, timeout=30), self.written

    def close(self) -> None:
        self.stream.close()
        self._reader.join()
        os.close(self.master)

    @property
    def rows(self) -> list[str]:
        """All that was ever a row, without codes."""
        return [row.decode() for row in re.split(rb"[\r\n]+", CODES.sub(b"", self.written)) if row]


def emit_all(reporter: LiveReporter, texts: list[str]) -> None:
    for text in texts:
        reporter.emit(Notice(text))


@contextmanager
def terminal(columns: int = 80) -> Iterator[Terminal]:
    opened = Terminal(columns)
    try:
        yield opened
    finally:
        opened.close()


def test_it_shows_attempt_phase_tokens_and_cost_below_the_log_lines(tmp_path: Path) -> None:
    with terminal() as screen, LiveReporter(screen.stream, tmp_path / "log") as reporter:
        reporter.emit(TaskStarted(TASK, LADDER))
        reporter.emit(CheckStarted(BUILD, 0))
        screen.wait_for("verifying build: npm run build")
        reporter.emit(AttemptStarted(1, 3, CLAUDE, "broken"))
        reporter.emit(Answered(CLAUDE, 1, spent()))
        screen.wait_for("Attempt 1/3 Claude")
        screen.wait_for("$0.0300 · 5,000 tokens in, 300 out")
        screen.wait_for("reading the answer")
        screen.wait_for("VERIFICATION FAILED - Attempt 1/3 using Claude")
        assert "Attempt 1/3 using Claude" in (tmp_path / "log").read_text()


def test_the_clock_is_right_before_the_task_has_started() -> None:
    with terminal() as screen, LiveReporter(screen.stream, None) as reporter:
        reporter.emit(Notice("one key only"))
        screen.wait_for("Checking · 0:00")


def test_at_the_end_all_lines_are_there_the_view_is_gone_and_the_cursor_is_back() -> None:
    with terminal(200) as screen, LiveReporter(screen.stream, None) as reporter:
        for event in story(healed_by_codex()):
            reporter.emit(event)
        assert "prunella-live" not in {thread.name for thread in threading.enumerate()}
        reporter.emit(Notice("after the end"))
    assert screen.written.count(HIDE) == screen.written.count(SHOW) == 1
    assert screen.written.index(HIDE) < screen.written.index(SHOW)
    text = CODES.sub(b"", screen.written).decode()
    for line in ("ESCALATING TO OPENAI: Claude failed 2 times", "on attempt 3!", "ended as healed"):
        assert line in text
    assert text.rstrip().endswith("Note: after the end")
    last_view = screen.written.rindex(b"putting the fix where it belongs")
    assert screen.written[last_view:].count(b"\x1b[2K") >= 2, "both of its rows are erased"


@pytest.mark.parametrize("columns", [20, 41, 80])
def test_no_row_is_wider_than_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "500")
    with terminal(columns) as screen, LiveReporter(screen.stream, None) as reporter:
        for event in story(all_failed()):
            reporter.emit(Notice("漢字 " * 40))
            reporter.emit(event)
    assert max(cell_len(row) for row in screen.rows) <= columns


def test_a_terminal_that_does_not_know_its_size_is_taken_for_an_ordinary_one() -> None:
    with terminal(0) as screen, LiveReporter(screen.stream, None) as reporter:
        for event in story(all_failed()):
            reporter.emit(event)
    assert "ESCALATING TO OPENAI: Claude failed 2 times" in CODES.sub(b"", screen.written).decode()


def test_a_terminal_that_is_made_narrower_is_followed() -> None:
    with terminal(120) as screen, LiveReporter(screen.stream, None) as reporter:
        reporter.emit(CheckStarted(BUILD, 0))
        screen.wait_for("verifying build: npm run build")
        screen.resize(24)
        reporter.emit(Notice("twelve words " * 10))
        screen.wait_for("verifying build: npm ru…")


def test_events_from_many_threads_are_all_shown() -> None:
    with terminal() as screen:
        with LiveReporter(screen.stream, None) as reporter:
            threads = [
                threading.Thread(target=emit_all, args=(reporter, [f"<{n}.{m}>" for m in range(25)])) for n in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        screen.wait_for("<3.24>")
        for n in range(4):
            for m in range(25):
                screen.wait_for(f"<{n}.{m}>")


def test_what_a_model_says_does_nothing_to_the_terminal() -> None:
    with terminal() as screen:
        with LiveReporter(screen.stream, None) as reporter:
            reporter.emit(Notice("\x1b]0;owned\x07 [bold]not markup[/] :smile:"))
        screen.wait_for("\\x1b]0;owned\\x07 [bold]not markup[/] :smile:")
    assert b"\x1b]" not in screen.written


def test_without_colour_there_is_the_view_but_no_colour() -> None:
    with terminal() as screen:
        with LiveReporter(screen.stream, None, colour=False) as reporter:
            for event in story(all_failed()):
                reporter.emit(event)
        screen.wait_for("STILL FAILING AFTER 3 ATTEMPTS")
    assert re.search(rb"\x1b\[[0-9;]*3[0-7]m", screen.written) is None


def test_a_terminal_that_is_gone_ends_nothing_and_the_log_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Path(os.devnull).open("w", encoding="utf-8") as stream, LiveReporter(stream, log) as reporter:
        reporter.emit(TaskStarted(TASK, LADDER))
        while "cannot be shown any more (Inappropriate ioctl" not in log.read_text():
            reporter.emit(Notice("anyone?"))
        reporter.emit(Notice("still here"))
    assert log.read_text().endswith("Note: still here\n")
    assert log.read_text().count("cannot be shown") == 1


@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", "raise ValueError", "os.kill(os.getpid(), 2); input()"])
def test_however_it_ends_the_terminal_is_given_back(end: str) -> None:
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from report_samples import *\n"
        "from prunella.report.live import reporter_for\n"
        "with reporter_for(sys.stderr, None) as reporter:\n"
        "    reporter.emit(TaskStarted(TASK, LADDER)); reporter.emit(CheckStarted(BUILD, 0))\n"
        "    sys.stdin.readline()\n"
        f"    {end}\n"
    )
    with terminal() as screen:
        command = [sys.executable, "-c", code, str(Path(__file__).parents[1])]
        environ = {**os.environ, "TERM": "xterm-256color"}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=screen.stream, env=environ) as process:
            screen.wait_for("verifying build")
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
            assert process.wait(timeout=30) != 0
        screen.wait_for("Error" if "Value" in end else "KeyboardInterrupt")
    assert screen.written.rindex(SHOW) > screen.written.rindex(HIDE)
    assert screen.written.rindex(b"Traceback") > screen.written.rindex(SHOW), "the view is gone before the rest"
