"""Reports on real files, pipes and streams."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import replace
from pathlib import Path

from prunella.events import AttemptEnded, Event, Notice
from prunella.report.events_json import JsonReporter
from prunella.report.fanout import Fanout
from prunella.report.live import LiveReporter, reporter_for
from prunella.report.plain import PlainReporter
from report_samples import CLAUDE, TASK, all_failed, attempt, green, healed_by_codex, story

PREFIX = len("Feb 05 15:30:12 ")
HEALED = AttemptEnded(attempt(1, CLAUDE, green(1)), 3)


class Collected:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)


def emit_often(reporter: PlainReporter, word: str) -> None:
    for _ in range(20):
        reporter.emit(Notice(word))


def test_the_stream_and_the_log_file_hold_the_same_lines_with_the_time(tmp_path: Path) -> None:
    stream, log = io.StringIO(), tmp_path / "prunella.log"
    reporter = PlainReporter(stream, log, now=lambda: 1_770_305_412.0)
    for event in story(healed_by_codex()):
        reporter.emit(event)
    assert log.read_text("utf-8") == stream.getvalue()
    assert all(line[6:].startswith(" ") and line[PREFIX - 1] == " " for line in stream.getvalue().splitlines())
    assert "ESCALATING TO OPENAI: Claude failed 2 times" in stream.getvalue()


def test_the_specifications_weekly_search_finds_its_lines(tmp_path: Path) -> None:
    reporter = PlainReporter(None, tmp_path / "log")
    for event in story(healed_by_codex()):
        reporter.emit(event)
    found = [line for line in (tmp_path / "log").read_text("utf-8").splitlines() if "Build succeeded after" in line]
    assert [line.split(" ")[-4:] for line in found] == [["fixes", "on", "attempt", "3!"]]


def test_a_log_that_is_rotated_away_goes_on_in_the_new_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    reporter = PlainReporter(None, log)
    reporter.emit(Notice("one"))
    log.rename(tmp_path / "log.1")
    reporter.emit(Notice("two"))
    assert (tmp_path / "log.1").read_text().endswith("Note: one\n")
    assert log.read_text().endswith("Note: two\n")


def test_an_unwritable_log_is_said_once_and_the_lines_go_on(tmp_path: Path) -> None:
    stream = io.StringIO()
    reporter = PlainReporter(stream, tmp_path)
    for word in ("one", "two", "three"):
        reporter.emit(Notice(word))
    said = [line[PREFIX:] for line in stream.getvalue().splitlines()]
    assert said[0] == "Note: one"
    assert said[1].startswith(f"Note: the log file {tmp_path} cannot be written")
    assert said[2:] == ["Note: two", "Note: three"]


def test_a_pipe_without_a_reader_as_the_log_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    stream = io.StringIO()
    PlainReporter(stream, tmp_path / "log").emit(Notice("on it goes"))
    assert "cannot be written" in stream.getvalue()


def test_lines_of_many_threads_do_not_mix(tmp_path: Path) -> None:
    stream = io.StringIO()
    reporter = PlainReporter(stream, tmp_path / "log")
    words = [chr(ord("a") + n) * 200 for n in range(8)]
    threads = [threading.Thread(target=emit_often, args=(reporter, word)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text in (stream.getvalue(), (tmp_path / "log").read_text()):
        assert sorted(line[PREFIX:] for line in text.splitlines()) == sorted(f"Note: {word}" for word in words * 20)


def test_a_stream_that_lacks_characters_gets_their_escapes() -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii", errors="strict") as stream:
        PlainReporter(stream, None).emit(HEALED)
        assert raw.getvalue().endswith(b"\\u2705 Build succeeded after Claude fixes on attempt 1!\n")


def test_a_stream_that_nobody_reads_ends_nothing_and_the_log_goes_on(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    log = tmp_path / "made" / "log"
    with os.fdopen(writer, "w", encoding="utf-8", buffering=1) as pipe:
        reporter = reporter_for(pipe, log, {})
        for event in story(all_failed()):
            reporter.emit(event)
    text = log.read_text()
    assert text.count("the progress cannot be shown any more (Broken pipe); the task goes on.") == 1
    assert "STILL FAILING AFTER 3 ATTEMPTS" in text


def test_a_report_that_nobody_reads_is_dropped_and_the_others_are_told() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    other = Collected()
    with os.fdopen(writer, "w", encoding="utf-8", buffering=1) as pipe:
        fanout = Fanout([JsonReporter(pipe), other])
        try:
            for event in story(all_failed()):
                fanout.emit(event)
        finally:
            os.dup2(os.open(os.devnull, os.O_WRONLY), writer)  # What is still buffered can go when it is closed.
    events = list(story(all_failed()))
    assert [event for event in other.events if not isinstance(event, Notice)] == events
    notices = [event.text for event in other.events if isinstance(event, Notice)]
    assert notices == ["one of the reports cannot be written any more (Broken pipe); the task goes on."]


def test_a_fanout_whose_reporters_are_all_gone_is_silent() -> None:
    class Gone:
        def emit(self, event: Event) -> None:
            raise BrokenPipeError

    fanout = Fanout([Gone(), Gone()])
    for event in story(replace(all_failed(), task=TASK)):
        fanout.emit(event)


def test_without_a_terminal_that_can_show_it_there_are_plain_lines() -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    assert isinstance(reporter_for(Terminal(), None, {"TERM": "xterm-256color"}), LiveReporter)
    assert isinstance(reporter_for(Terminal(), None, {"TERM": "xterm", "NO_COLOR": "1"}), LiveReporter)
    for environ in ({"TERM": "dumb"}, {}):
        assert isinstance(reporter_for(Terminal(), None, environ), PlainReporter)
    assert isinstance(reporter_for(io.StringIO(), None, {"TERM": "xterm"}), PlainReporter)


def test_a_log_whose_folder_cannot_be_made_is_said_and_the_lines_go_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    stream = io.StringIO()
    reporter = PlainReporter(stream, tmp_path / "file" / "folder" / "log")
    reporter.emit(HEALED)
    reporter.emit(HEALED)
    assert stream.getvalue().count("cannot be written: Not a directory") == 1
    assert stream.getvalue().count("Build succeeded") == 2
